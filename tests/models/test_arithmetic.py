# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from mmcv.cnn.bricks.conv_ws import ConvWS2d
from mmcv.cnn.bricks.wrappers import Conv2d
from torch import nn

from aen_mmaction.models.arithmetic import (fold_batch_norms,
                                            fold_for_inference,
                                            prepare_bfloat16_training)
from aen_mmaction.models.backbones import AENResNet, LayerMaps
from aen_mmaction.models.layers import SmallMapConv2d, WinogradConv2d


@pytest.fixture
def resnet():
    return AENResNet()  # 64, 128, 256, 512 channels


@pytest.mark.parametrize('dtype, tiles', [
    (torch.float32, {('layer3', 4), ('layer4', 4)}),
    (torch.bfloat16, {('layer4', 2)})])
def test_winograd_where_it_is_faster(resnet, dtype, tiles):
    resnet.eval()
    images = torch.rand(2, 3, 32, 32)
    before = resnet(images)
    fold_for_inference(resnet, dtype, lambda: resnet(images))
    found = {(name[:6], layer.tile) for name, layer in resnet.named_modules()
             if isinstance(layer, WinogradConv2d)}
    assert found == tiles
    joined = [name for name, layer in resnet.named_modules()
              if isinstance(layer, SmallMapConv2d)]
    assert joined == ([] if dtype == torch.float32 else [
        f'layer{stage}.{block}.conv{conv}'
        for stage in (2, 3, 4) for block in (0, 1) for conv in (1, 2)
        if stage < 4 or (block, conv) == (0, 1)])  # else Winograd's
    for a, b in zip(resnet(images), before):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)


def test_small_maps_where_channels_are_many(resnet):
    keys = list(resnet.state_dict())
    prepare_bfloat16_training(resnet)
    assert list(resnet.state_dict()) == keys
    names = [name for name, layer in resnet.named_modules()
             if isinstance(layer, SmallMapConv2d)]
    assert names == [f'layer{stage}.{block}.conv{conv}' for stage in (2, 3, 4)
                     for block in (0, 1) for conv in (1, 2)]
    assert resnet.conv1.weight.is_contiguous(
        memory_format=torch.channels_last)


def test_trained_in_bfloat16_then_folded(resnet):
    """A batch norm's bias goes into a SmallMapConv2d."""
    prepare_bfloat16_training(resnet)
    resnet.eval()
    nn.init.constant_(resnet.layer3[0].bn1.bias, 1.)
    images = torch.rand(2, 3, 32, 32)
    with torch.no_grad(), torch.autocast('cpu', torch.bfloat16):
        before = resnet(images)
    fold_for_inference(resnet, torch.bfloat16, lambda: resnet(images))
    with torch.no_grad(), torch.autocast('cpu', torch.bfloat16):
        after = resnet(images)
    for a, b in zip(after, before):
        assert (a - b).abs().max() < .05 * b.abs().max()


def test_only_plain_convolutions_without_hooks_are_replaced():
    """Others compute something else, or give LayerMaps its maps."""
    network = nn.Sequential(*(kind(256, 256, 3, padding=1) for kind in (
        Conv2d, ConvWS2d, nn.Conv2d, nn.Conv2d)))
    maps = []
    network[3].register_forward_hook(lambda *args: maps.append(args[-1]))
    prepare_bfloat16_training(network)
    assert [type(layer) for layer in network] == [
        SmallMapConv2d, ConvWS2d, SmallMapConv2d, nn.Conv2d]
    image = torch.rand(1, 256, 4, 4)
    fold_for_inference(network, torch.float32, lambda: [network(image)])
    assert [type(layer) for layer in network] == [
        WinogradConv2d, ConvWS2d, WinogradConv2d, nn.Conv2d]
    maps.clear()
    network(image)
    assert len(maps) == 1  # its hook stays


@pytest.mark.parametrize('layers, fits', [
    (('bn1', 'layer2.0.bn2', 'layer4'), True),
    (('conv1', 'layer2'), False)])  # the map before the batch norm
def test_batch_norms_that_give_maps(layers, fits):
    network = LayerMaps(dict(type='torchvision.resnet18'), layers).eval()
    nn.init.constant_(network.network.bn1.weight, 2.)
    images = torch.rand(2, 3, 32, 32)
    before = network(images)
    if not fits:
        with pytest.raises(ValueError, match='outputs change by'):
            fold_batch_norms(network, lambda: network(images))
        return
    fold_batch_norms(network, lambda: network(images))
    assert isinstance(network.network.bn1, nn.Identity)
    for a, b in zip(network(images), before):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)


def test_each_map_must_stay_as_it_was():
    """The second of two outputs differs, is nan, or both are zero."""
    image, late = torch.ones(1, 2, 3, 3), [0.]
    network = nn.Sequential(nn.Conv2d(2, 2, 1), nn.BatchNorm2d(2)).eval()

    def run(after):
        outputs = [network(image), torch.full((2, ), late[0])]
        late[0] = after
        return outputs

    for bad in (1., torch.nan):
        late[0] = 0.
        with pytest.raises(ValueError, match='outputs change by'):
            fold_batch_norms(network, lambda: run(bad))
    late[0] = 0.
    fold_batch_norms(network, lambda: run(0.))
