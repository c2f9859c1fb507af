# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from mmaction.registry import MODELS
from mmpretrain.models import ResNet

from aen_mmaction.models.backbones import AENResNet

SLIM = dict(stem_channels=8, base_channels=8)


@pytest.fixture(scope='module')
def full():
    return AENResNet().eval()


@pytest.mark.parametrize('num', [1, 3])
def test_stage_maps_at_112_pixels(full, num):
    with torch.no_grad():
        maps = full(torch.rand(num, 3, 112, 112))
    assert [tuple(m.shape) for m in maps] == [(num, 64, 28, 28),
                                              (num, 256, 7, 7),
                                              (num, 512, 4, 4)]


def test_parameters(full):
    conv = 3 * 64 * 49  # stem
    conv += 64 * 64 * 9 * 4  # layer1: four 3x3 convolutions
    for c in (128, 256, 512):  # one from half the width, three, shortcut
        conv += c // 2 * c * 9 + c * c * 9 * 3 + c // 2 * c
    norm = 2 * (64 + 4 * 64 + 5 * (128 + 256 + 512))
    assert sum(p.numel() for p in full.parameters()) == conv + norm
    assert conv + norm == 11176512


def test_weights_have_the_names_and_values_of_mmpretrains(full):
    other = ResNet(depth=18, out_indices=(3, ))
    other.eval()
    assert full.state_dict().keys() == other.state_dict().keys()
    other.load_state_dict(full.state_dict())
    x = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(full(x)[-1], other(x)[0])


def test_stage_blocks_of_the_prototype():
    settings = dict(AENResNet.arch_settings)
    net = AENResNet(stage_blocks=(2, 1, 2, 2), **SLIM)
    blocks = [len(getattr(net, f'layer{i}')) for i in (1, 2, 3, 4)]
    assert blocks == [2, 1, 2, 2]
    assert AENResNet.arch_settings == settings  # others are not touched
    assert len(AENResNet(**SLIM).layer2) == 2


def test_stage_blocks_must_name_four_stages():
    with pytest.raises(ValueError, match=r'4 stages.*\(2, 2, 2\)'):
        AENResNet(stage_blocks=(2, 2, 2))


def test_deeper_nets_and_other_levels():
    net = AENResNet(depth=50, out_indices=(1, 2, 3), **SLIM).eval()
    widths = [m.shape[1] for m in net(torch.rand(1, 3, 32, 32))]
    assert widths == [4 * 16, 4 * 32, 4 * 64]  # bottlenecks


def test_train_and_eval_return_the_module():
    net = AENResNet(**SLIM)
    assert net.eval() is net and not net.training
    assert net.train() is net and net.training and net.bn1.training


def test_every_parameter_gets_a_gradient():
    net = AENResNet(**SLIM)
    sum(m.square().mean() for m in net(torch.rand(2, 3, 32, 32))).backward()
    assert [n for n, p in net.named_parameters()
            if p.grad is None or not p.grad.any()] == []


def test_registered():
    assert MODELS.get('AENResNet') is AENResNet


def test_checkpointing_changes_memory_and_not_gradients():
    """with_cp=True: maps inside blocks are computed again, not kept."""
    torch.manual_seed(0)
    plain, saving = AENResNet(**SLIM), AENResNet(**SLIM, with_cp=True)
    saving.load_state_dict(plain.state_dict())
    frames = torch.rand(3, 3, 32, 32)
    kept = {}
    for name, net in (('plain', plain), ('saving', saving)):
        sizes = []
        with torch.autograd.graph.saved_tensors_hooks(
                lambda x: sizes.append(x.numel()) or x, lambda x: x):
            loss = sum(m.square().mean() for m in net(frames))
        kept[name] = sum(sizes)
        loss.backward()
    assert kept['saving'] < kept['plain'] / 2
    for a, b in zip(plain.parameters(), saving.parameters()):
        torch.testing.assert_close(a.grad, b.grad)
