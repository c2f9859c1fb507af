# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from mmpretrain.models import ResNet

from aen_mmaction.models.backbones import MapTransformer, SpatialFormer

SLIM = dict(stem_channels=8, base_channels=8)


@pytest.fixture
def backbone():
    torch.manual_seed(0)
    return SpatialFormer(
        map_size=2, head_dim=4, mlp_dim=16, **SLIM).train(False)


@pytest.mark.parametrize('num', [1, 3, 7])
def test_one_map_per_image(backbone, num):
    maps = backbone(torch.rand(num, 3, 32, 32))
    assert [tuple(m.shape) for m in maps] == [(num, 64, 1, 1)]


def test_is_a_resnet_around_the_transformer(backbone):
    plain = ResNet(18, out_indices=(2, 3), **SLIM)
    keys = plain.load_state_dict(backbone.state_dict(), strict=False)
    plain.eval()
    assert not keys.missing_keys
    assert all(k.startswith('layer3.transformer.')
               for k in keys.unexpected_keys)
    x = torch.rand(2, 3, 32, 32)
    layer3 = backbone.layer3.transformer(plain(x)[0])
    torch.testing.assert_close(backbone(x)[0], plain.layer4(layer3))


def test_transformer_on_a_literal_map():
    part = MapTransformer(4, (2, 3), depth=1, num_heads=1, head_dim=4,
                          mlp_dim=8)
    x = torch.randn(2, 4, 2, 3)
    tokens = torch.stack([x[..., i, j] for i in range(2) for j in range(3)], 1)
    refined = part.blocks(tokens + part.pos_embed)
    y = part(x)
    torch.testing.assert_close(y[:, :, 1, 2], refined[:, 5])
    torch.testing.assert_close(y[:, :, 0, 1], refined[:, 1])


def test_every_parameter_gets_a_gradient(backbone):
    backbone.train()
    backbone(torch.rand(4, 3, 32, 32))[0].pow(2).sum().backward()
    assert all(p.grad is not None for p in backbone.parameters())


def test_wrong_image_size(backbone):
    with pytest.raises(ValueError, match=r'\(H, W\) = \(2, 2\), got \(4, 4\)'):
        backbone(torch.rand(1, 3, 64, 64))
