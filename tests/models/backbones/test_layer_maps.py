# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from copy import deepcopy

import pytest
import torch
import torchvision
from mmaction.registry import MODELS

from aen_mmaction.models.backbones import LayerMaps, stage_map_backbone

R18 = dict(type='torchvision.resnet18', layers=('layer1', 'layer3', 'layer4'))


def build(cfg):
    return MODELS.build(stage_map_backbone(cfg))


def test_torchvisions_layers():
    model = build(R18).eval()
    theirs = torchvision.models.resnet18().eval()
    missing = theirs.load_state_dict(model.network.state_dict(), strict=False)
    assert missing.missing_keys == ['fc.weight', 'fc.bias']
    x = torch.rand(2, 3, 32, 32)
    low = theirs.layer1(theirs.maxpool(theirs.bn1(theirs.conv1(x)).relu()))
    middle = theirs.layer3(theirs.layer2(low))
    maps = model(x)
    for ours, expected in zip(maps, (low, middle, theirs.layer4(middle))):
        torch.testing.assert_close(ours, expected)
    assert len(maps) == 3 and not model._maps


def test_a_copy_keeps_its_own_maps():
    model = build(R18).eval()
    twin = deepcopy(model)
    for p in twin.parameters():
        p.data.zero_()
    x = torch.rand(1, 3, 32, 32)
    assert twin(x)[-1].eq(0).all()
    assert model(x)[-1].ne(0).any()


@pytest.mark.parametrize('cfg, shapes', [
    (dict(
        type='torchvision.swin_t',
        layers=('features.1', 'norm'),
        layout='channels_last'), [(1, 96, 8, 8), (1, 768, 1, 1)]),
    (dict(type='torchvision.video.r3d_18', layers=('layer1', 'layer4')),
     [(1, 64, 4, 16, 16), (1, 512, 1, 2, 2)]),
])
def test_every_weight_of_others_is_trained(cfg, shapes):
    model = build(cfg)
    model.train(False)  # single values have no batch statistics
    size = (1, 3, 4, 32, 32) if 'video' in cfg['type'] else (1, 3, 32, 32)
    maps = model(torch.rand(size))
    assert [tuple(m.shape) for m in maps] == shapes
    sum(m.sum() for m in maps).backward()
    assert [n for n, p in model.named_parameters() if p.grad is None] == []


def test_registered_networks():
    network = dict(
        type='ResNet', depth=18, pretrained=None, out_indices=(3, ))
    model = LayerMaps(network, layers=('layer2', 'layer4'))
    assert [tuple(m.shape) for m in model(torch.rand(2, 3, 32, 32))
            ] == [(2, 128, 4, 4), (2, 512, 1, 1)]
    assert stage_map_backbone(network) is network


@pytest.mark.parametrize('change, text', [
    (dict(layers=('layer9', )), "conv1, bn1.*got .'layer9'"),
    (dict(layers=()), 'conv1, bn1.*got none'),
    (dict(type='torchvision.resnet19'), 'resnet19.*such as alexnet'),
    (dict(layout='NHWC'), "layout.*'channels_first'.*'NHWC'"),
])
def test_what_is_unknown_is_named(change, text):
    with pytest.raises(ValueError, match=text):
        build({**R18, **change})
