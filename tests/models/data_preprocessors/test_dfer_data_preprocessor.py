# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from mmaction.registry import MODELS

from aen_mmaction.models.data_preprocessors import DFERDataPreprocessor


def preprocess(data):
    return DFERDataPreprocessor(num_frames=4, img_size=32)(data)


def test_pixels_are_divided_by_255():
    clip = torch.zeros(4, 3, 32, 32, dtype=torch.uint8)
    clip[1, 2, 3, 4] = 51
    clip[0, 0, 0, 0] = 255
    out = preprocess(dict(inputs=[clip]))['inputs']
    assert out.dtype == torch.float32
    torch.testing.assert_close(out[0, 1, 2, 3, 4], torch.tensor(51 / 255))
    assert out[0, 0, 0, 0, 0] == 1 and out.sum() == 1 + out[0, 1, 2, 3, 4]


@pytest.mark.parametrize('num', [1, 3, 7])
def test_stacks_a_list_and_takes_a_batch(clips, num):
    data = clips(num)
    out = preprocess(data)
    assert out['inputs'].shape == (num, 4, 3, 32, 32)
    assert [s.clip_id for s in out['data_samples']
            ] == [f'{i:05}' for i in range(num)]
    batch = preprocess(dict(inputs=torch.stack(data['inputs'])))
    assert batch['data_samples'] is None
    assert torch.equal(batch['inputs'], out['inputs'])


@pytest.mark.parametrize('shape', [(5, 3, 32, 32), (4, 3, 32, 24),
                                   (4, 3, 64, 64), (4, 1, 32, 32),
                                   (3, 4, 32, 32), (1, 4, 3, 32, 32)])
def test_another_shape_names_clip_and_settings(clips, shape):
    data = clips(2)
    data['inputs'][1] = torch.zeros(shape, dtype=torch.uint8)
    with pytest.raises(ValueError) as error:
        preprocess(data)
    for text in ("clip '00001'", str(shape), '(4, 3, 32, 32)', 'num_segments',
                 'GroupResize', 'img_size', 'num_frames'):
        assert text in str(error.value)


def test_a_clip_without_id_is_named_by_its_place():
    with pytest.raises(ValueError, match='clip 0 is'):
        preprocess(dict(inputs=torch.zeros(2, 3, 3, 32, 32)))


def test_other_pixels_than_uint8_are_refused(clips):
    data = clips(1)
    data['inputs'][0] = data['inputs'][0].float()
    with pytest.raises(TypeError, match="'00000' holds torch.float32.*uint8"):
        preprocess(data)


def test_registered_with_the_papers_sizes():
    preprocessor = MODELS.build(dict(type='DFERDataPreprocessor'))
    assert (preprocessor.num_frames, preprocessor.img_size) == (16, 112)
