# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS

from aen_mmaction.models.necks import ImageSqueeze, LevelSqueeze

R18_112 = [(64, 28, 28), (256, 7, 7), (512, 4, 4)]
R18_224 = [(64, 56, 56), (256, 14, 14), (512, 7, 7)]
TINY = [(5, 8, 8), (6, 4, 4), (7, 2, 2)]


def maps_of(shapes, num):
    return [torch.rand(num, *shape) for shape in shapes]


def channels(neck):
    return [conv[-1].out_channels for conv in neck.convs]


@pytest.mark.parametrize('shapes, c, dims', [
    (R18_112, [1, 16], [784, 784, 512]),  # 784 / 28^2, 784 / 7^2, C
    ([(64, 28, 28), (128, 14, 14), (256, 7, 7)], [1, 4], [784, 784, 256]),
    (R18_224, [1, 4], [784, 784, 512]),  # 56 x 56 pooled to 28 x 28
    ([(64, 16, 16), (512, 2, 2)], [3], [768, 512]),  # round(784 / 256) = 3
    ([(64, 40, 20), (512, 2, 2)], [1], [28 * 20, 512]),
])
def test_widths(shapes, c, dims):
    neck = LevelSqueeze(shapes)
    assert channels(neck) == c
    assert neck.level_dims == dims
    feats = neck(maps_of(shapes, 2), 1)
    assert [tuple(f.shape) for f in feats] == [(1, 2, d) for d in dims]


def test_top_level_by_convolutions_keeps_its_width():
    neck = LevelSqueeze(R18_112, top_squeeze='conv')
    assert channels(neck) == [1, 16, 32]  # 512 / (4 * 4) = 32
    assert neck.level_dims == [784, 784, 512]
    assert neck(maps_of(R18_112, 2), 2)[-1].shape == (2, 1, 512)


@pytest.mark.parametrize('num', [1, 3, 7])
def test_equals_the_levels_one_frame_at_a_time(num):
    neck = LevelSqueeze(TINY, squeeze_channels=(2, 3))
    maps = maps_of(TINY, num * 4)
    feats = neck(maps, num)
    assert [tuple(f.shape) for f in feats] == [(num, 4, 128), (num, 4, 48),
                                               (num, 4, 7)]
    for clip in range(num):
        for frame in range(4):
            low, middle, top = (m[clip * 4 + frame] for m in maps)
            for level, x in enumerate((low, middle)):
                for conv in neck.convs[level]:  # a matrix for every pixel
                    weight = conv.weight[:, :, 0, 0]
                    x = torch.einsum('oc,chw->ohw', weight, x) + (
                        conv.bias[:, None, None])
                torch.testing.assert_close(feats[level][clip, frame],
                                           x.flatten())
            torch.testing.assert_close(feats[2][clip, frame],
                                       top.flatten(1).mean(1))


def test_large_maps_are_averaged_to_28():
    shapes = [(2, 56, 56), (3, 1, 1)]
    neck = LevelSqueeze(shapes)
    maps = maps_of(shapes, 1)
    small = LevelSqueeze([(2, 28, 28), (3, 1, 1)])
    small.load_state_dict(neck.state_dict())
    pooled = F.avg_pool2d(maps[0], 2)
    torch.testing.assert_close(
        neck(maps, 1)[0],
        small([pooled, maps[1]], 1)[0])


@pytest.mark.parametrize('found', [
    [(5, 9, 8), (6, 4, 4), (7, 2, 2)],
    [(5, 8, 8), (8, 4, 4), (7, 2, 2)],
    [(5, 8, 8), (6, 4, 4)],
])
def test_other_maps_are_refused(found):
    neck = LevelSqueeze(TINY)
    with pytest.raises(ValueError) as error:
        neck(maps_of(found, 4), 1)
    assert str(found) in str(error.value) and str(TINY) in str(error.value)
    assert 'img_size' in str(error.value)


@pytest.mark.parametrize('options, text', [
    (dict(top_squeeze='max'), r"'gap', 'conv'\), got 'max'"),
    (dict(squeeze_channels=(1, )), r'expected 2 values.*\(1,\)'),
    (dict(squeeze_channels=(1, 4), top_squeeze='conv'), 'expected 3 values'),
])
def test_wrong_options(options, text):
    with pytest.raises(ValueError, match=text):
        LevelSqueeze(TINY, **options)


@pytest.mark.parametrize('top', ['gap', 'conv'])
def test_every_parameter_gets_a_gradient(top):
    neck = LevelSqueeze(TINY, top_squeeze=top)
    sum(f.square().sum() for f in neck(maps_of(TINY, 4), 2)).backward()
    assert [n for n, p in neck.named_parameters()
            if p.grad is None or not p.grad.any()] == []


def test_registered():
    assert MODELS.get('LevelSqueeze') is LevelSqueeze


def test_image_squeeze_is_one_level():
    neck = ImageSqueeze(in_channels=4, out_channels=3)
    x = torch.randn(2, 4, 5, 5)
    found, = neck((torch.randn(2, 8, 9, 9), x))  # the last map counts
    first, second = neck.convs
    hidden = torch.einsum('oc,bchw->bohw', first.weight[..., 0, 0],
                          x) + first.bias[:, None, None]
    expected = torch.einsum('oc,bchw->bohw', second.weight[..., 0, 0],
                            hidden) + second.bias[:, None, None]
    torch.testing.assert_close(found, expected.reshape(2, 75))
