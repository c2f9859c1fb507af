# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.optim import OptimWrapper
from mmengine.runner import load_state_dict, save_checkpoint
from torch import nn

from aen_mmaction.models.losses import frame_weights
from aen_mmaction.models.structures import AffectiveLogits, ClipFeatures

SLIM = dict(depth=18, stem_channels=8, base_channels=8)


@pytest.fixture(scope='module', autouse=True)
def tiny_3d():
    """Register a backbone of three 3D convolutions, halving T twice."""

    class Tiny3D(nn.Module):

        def __init__(self):
            super().__init__()
            self.convs = nn.ModuleList([
                nn.Conv3d(3, 4, 3, (1, 8, 8), 1),
                nn.Conv3d(4, 6, 3, 2, 1),
                nn.Conv3d(6, 8, 3, 2, 1)
            ])

        def forward(self, x):
            maps = []
            for conv in self.convs:
                x = conv(x)
                maps.append(x)
            return maps

    MODELS.register_module(module=Tiny3D)
    yield
    MODELS._module_dict.pop('Tiny3D')


@pytest.fixture
def guided(build, guide_cfg):
    """Tiny AEN with guide, its weights loaded."""
    model = build(guide=guide_cfg(), init_backbone_from_guide=True)
    model.init_weights()
    return model


def losses_of(model, data):
    return model(**model.data_preprocessor(data, True), mode='loss')


def scores_of(model, data):
    with torch.no_grad():
        model.eval()
        out = model(**model.data_preprocessor(data), mode='predict')
    return torch.stack([sample.pred_score for sample in out])


def without_gradient(model):
    return [
        n for n, p in model.named_parameters()
        if p.requires_grad and (p.grad is None or not p.grad.any())
    ]


# ------------------------------------------------------------ AEN as it is
@pytest.mark.parametrize('num', [1, 3, 7])
def test_losses_and_predictions(guided, clips, num):
    guided.train() if num > 1 else guided.eval()
    losses = losses_of(guided, clips(num))
    assert [k for k in losses if 'loss' in k
            ] == ['loss_mc', 'loss_ta', 'loss_ga']
    assert all(torch.isfinite(v) for v in losses.values())
    assert scores_of(guided, clips(num)).shape == (num, 7)


def test_predictions_do_not_depend_on_batch_mates(guided, clips):
    data = clips(3)
    together = scores_of(guided, data)
    for i in range(3):
        alone = {k: v[i:i + 1] for k, v in data.items()}
        torch.testing.assert_close(scores_of(guided, alone)[0], together[i])


def test_every_parameter_gets_a_gradient(guided, clips):
    guided.train()
    guided.parse_losses(losses_of(guided, clips(7)))[0].backward()
    assert without_gradient(guided) == []
    assert all(p.grad is None for p in guided.guide.classifier.parameters())


def test_stages_of_forward(guided):
    guided.eval()
    x = torch.rand(2, 4, 3, 32, 32)
    maps = guided(x, stage='backbone')
    assert [tuple(m.shape) for m in maps] == [(8, 8, 8, 8), (8, 32, 2, 2),
                                              (8, 64, 1, 1)]
    feats = guided(x, stage='neck')
    assert isinstance(feats, ClipFeatures)
    assert [tuple(f.shape) for f in feats.frame_feats] == [(2, 4, 64),
                                                           (2, 4, 16),
                                                           (2, 4, 64)]
    assert [tuple(f.shape) for f in feats.clip_feats] == [(2, 64), (2, 16),
                                                          (2, 64)]
    logits = guided(x)
    assert isinstance(logits, AffectiveLogits)
    assert [tuple(z.shape) for z in logits] == [(2, 7), (2, 3), (2, 7)]
    with pytest.raises(ValueError, match="'backbone', 'neck', 'head'.*'x'"):
        guided(x, stage='x')


def test_building_leaves_mode_and_statistics_alone(build, no_guide):
    model = build(cls_head=no_guide)
    assert model.training and model.backbone.bn1.training
    assert model.backbone.bn1.num_batches_tracked == 0


@pytest.mark.parametrize('frozen', [False, True])
def test_gradient_shares_on_demand(guided, clips, frozen):
    guided.backbone.requires_grad_(not frozen)
    guided.train()
    assert not [k for k in losses_of(guided, clips(2)) if 'grad' in k]
    guided.monitor_gradients = True
    losses = losses_of(guided, clips(2))
    shares = {k: float(v) for k, v in losses.items() if 'grad_share' in k}
    assert set(shares) == {'grad_share_mc', 'grad_share_ta', 'grad_share_ga'}
    assert sum(shares.values()) == pytest.approx(1)
    assert all(shares.values())
    terms = sum(v for k, v in losses.items() if k.startswith('loss_'))
    assert torch.equal(guided.parse_losses(losses)[0], terms)


# --------------------------------------------------------------- the guide
def test_the_guide_is_not_trained(guided, clips):
    classifier = guided.guide.classifier
    before = {k: v.clone() for k, v in classifier.named_parameters()}
    buffers = {k: v.clone() for k, v in classifier.named_buffers()}
    own = guided.backbone.conv1.weight.clone()
    optim = OptimWrapper(
        torch.optim.SGD(
            guided.parameters(), lr=.1, momentum=.9, weight_decay=.1))
    guided.train()
    for seed in range(2):
        guided.train_step(clips(3, seed=seed), optim)
    assert not any(m.training for m in guided.guide.classifier.modules())
    assert not torch.equal(own, guided.backbone.conv1.weight)
    for name, value in (*guided.guide.classifier.named_parameters(),
                        *guided.guide.classifier.named_buffers()):
        assert torch.equal(value, {**before, **buffers}[name]), name
    frozen = set(guided.guide.classifier.parameters())
    optimized = {p for g in optim.optimizer.param_groups for p in g['params']}
    assert frozen and not frozen & optimized


def test_weights_are_saved_and_loaded_without_the_guide(
        guided, build, guide_cfg, no_guide, clips, tmp_path):
    state = guided.state_dict()
    assert [k for k in state if 'guide' in k] == []
    expected = scores_of(guided, clips(2))
    other = build(guide=guide_cfg())  # with other stage-1 weights
    other.guide.init_weights()
    kept = {k: v.clone() for k, v in other.guide.classifier.named_parameters()}
    assert kept['head.fc.weight'].ne(
        guided.guide.classifier.head.fc.weight).any()
    other.load_state_dict(state)  # strict
    torch.testing.assert_close(scores_of(other, clips(2)), expected)
    other.cls_head.group_classifier.weight.data.zero_()
    save_checkpoint(dict(state_dict=state), str(tmp_path / 'aen.pth'))
    file = torch.load(tmp_path / 'aen.pth')['state_dict']
    load_state_dict(other, file, strict=True)  # MMEngine's
    torch.testing.assert_close(scores_of(other, clips(2)), expected)
    for name, value in other.guide.classifier.named_parameters():
        assert torch.equal(value, kept[name])
    build(cls_head=no_guide).load_state_dict(state)


def test_loading_still_notices_a_missing_weight(guided):
    state = guided.state_dict()
    state['odd'] = state.pop('cls_head.group_classifier.bias')
    with pytest.raises(RuntimeError) as error:
        guided.load_state_dict(state)
    assert 'cls_head.group_classifier.bias' in str(error.value)
    assert '"odd"' in str(error.value)


def test_losses_that_need_a_guide_say_so(build, no_guide):
    for parts in (dict(), dict(cls_head=no_guide,
                               init_backbone_from_guide=True)):
        with pytest.raises(ValueError, match='model.guide is missing'):
            build(**parts)


def test_without_guide(build, no_guide, clips):
    model = build(cls_head=no_guide)
    model.init_weights()
    assert model.guide is None
    assert [k for k in losses_of(model, clips(2)) if 'loss' in k
            ] == ['loss_mc']


def test_the_backbone_starts_from_the_guide(build, guide_cfg):
    model = build(guide=guide_cfg(), init_backbone_from_guide=True)
    model.init_weights()
    source = model.guide.classifier.backbone.state_dict()
    assert source.keys() == model.backbone.state_dict().keys()
    for name, value in model.backbone.state_dict().items():
        assert torch.equal(value, source[name])
    model.backbone.conv1.weight.data.zero_()  # a copy, not the same tensor
    assert source['conv1.weight'].any()


@pytest.mark.parametrize('other, text', [
    (dict(stem_channels=4), r'conv1.weight: \(8, 3, 7, 7\)'),
    (dict(stage_blocks=(2, 1, 2, 2)), 'left over: layer2.1'),
])
def test_the_guides_backbone_must_fit(build, guide_cfg, other, text):
    model = build(
        backbone=dict(type='AENResNet', **{**SLIM, **other}),
        guide=guide_cfg(),
        init_backbone_from_guide=True)
    with pytest.raises(ValueError, match=text):
        model.init_weights()


def test_the_backbone_starts_from_a_file(build, guide_cfg, no_guide):
    """The file's prefix is that of a classifier; None is from scratch."""
    path = guide_cfg()['checkpoint']
    model = build(cls_head=no_guide, init_backbone=dict(checkpoint=path))
    model.init_weights()
    file = torch.load(path)['state_dict']
    for name, value in model.backbone.state_dict().items():
        assert torch.equal(value, file[f'backbone.{name}'])
    scratch = build(cls_head=no_guide, init_backbone=dict(checkpoint=None))
    scratch.init_weights()
    assert not torch.equal(scratch.backbone.conv1.weight,
                           model.backbone.conv1.weight)


def test_a_backbone_starts_from_one_place(build, guide_cfg):
    with pytest.raises(ValueError, match='from one file only'):
        build(
            guide=guide_cfg(),
            init_backbone_from_guide=True,
            init_backbone=dict(checkpoint='x.pth'))


# --------------------------------------------------------- other backbones
@pytest.mark.parametrize('backbone', [
    dict(type='mmpretrain.ResNet', out_indices=(0, 2, 3), **SLIM),
    dict(
        type='ResNetTSM',
        depth=18,
        num_segments=4,
        out_indices=(0, 2, 3),
        pretrained=None),
    dict(type='Tiny3D'),
    dict(
        type='ResNet3dSlowOnly',
        depth=18,
        pretrained=None,
        base_channels=8,
        lateral=False,
        out_indices=(1, 2, 3),
        conv1_kernel=(1, 7, 7),
        inflate=(0, 0, 1, 1)),
], ids=lambda backbone: backbone['type'])
def test_other_backbones(build, guide_cfg, clips, backbone):
    model = build(
        backbone=backbone,
        neck=dict(type='LevelSqueeze', squeeze_channels=(2, 2)),
        guide=guide_cfg())
    model.guide.init_weights()  # the backbone's would zero residual norms
    model.train()
    model.parse_losses(losses_of(model, clips(3)))[0].backward()
    assert without_gradient(model) == []
    assert scores_of(model, clips(1)).shape == (1, 7)


def test_a_backbone_that_gives_no_maps(build, no_guide):
    with pytest.raises(ValueError, match=r'stage maps.*got \[\(4, 512\)\]'):
        build(
            backbone=dict(
                type='torchvision.resnet18', layers=('avgpool', 'fc')),
            cls_head=no_guide)
    with pytest.raises(ValueError, match='layers: .*layer1, .*got none'):
        build(backbone=dict(type='torchvision.resnet18'), cls_head=no_guide)


def test_torchvisions_resnet_is_mmpretrains(build, no_guide, tmp_path):
    """Stage 1's file starts it; the clip vectors are the same."""
    layers = ('layer1', 'layer3', 'layer4')
    full = dict(stem_channels=64, base_channels=64)
    aen = build(backbone=dict(type='AENResNet', **full), cls_head=no_guide)
    path = str(tmp_path / 'aen.pth')
    torch.save(dict(state_dict=aen.state_dict()), path)
    model = build(
        backbone=dict(type='torchvision.resnet18', layers=layers),
        init_backbone=dict(checkpoint=path),
        cls_head=no_guide)
    model.init_weights()
    x = torch.rand(2, 4, 3, 32, 32)
    for ours, theirs in zip(model.eval().stage_maps(x),
                            aen.eval().stage_maps(x)):
        torch.testing.assert_close(ours, theirs)


def test_the_backbones_pixels_alone_are_normalised(guided, build, guide_cfg):
    half = dict(mean=(0.5, 0.5, 0.5), std=(0.25, 0.25, 0.25))
    model = build(guide=guide_cfg(), backbone_norm=half)
    model.guide = guided.guide
    model.backbone.load_state_dict(guided.backbone.state_dict())
    x = torch.rand(1, 4, 3, 32, 32)
    for found, expected in zip(model.eval().stage_maps(x),
                               guided.eval().stage_maps((x - 0.5) / 0.25)):
        torch.testing.assert_close(found, expected)
    assert torch.equal(model.frame_logits(x, 4), guided.frame_logits(x, 4))
    assert not [k for k in model.state_dict() if 'backbone_norm' in k]


def test_levels_of_a_3d_backbone_are_averaged_in_time(build, no_guide):
    model = build(backbone=dict(type='Tiny3D'), cls_head=no_guide)
    assert model.temporal.num_frames == 1  # 4 frames, halved twice
    x = torch.rand(2, 4, 3, 32, 32)
    theirs = model.backbone(x.transpose(1, 2))
    for ours, m in zip(model.stage_maps(x), theirs):
        torch.testing.assert_close(ours, m.mean(2))
    deeper = build(
        backbone=dict(type='Tiny3D'),
        cls_head=no_guide,
        data_preprocessor=dict(
            type='DFERDataPreprocessor', num_frames=8, img_size=32))
    x = torch.rand(2, 8, 3, 32, 32)
    low = deeper.backbone(x.transpose(1, 2))[0]  # (2, 4, 8, 4, 4)
    ours = deeper.stage_maps(x)[0]  # (2 * 2, 4, 4, 4)
    for clip in range(2):
        for half in range(2):
            torch.testing.assert_close(
                ours[2 * clip + half],
                low[clip, :, 4 * half:4 * half + 4].mean(1))


def test_the_guides_probabilities_are_averaged_in_time(guided):
    x = torch.rand(2, 4, 3, 32, 32)
    per_frame = guided.guide(x)
    assert torch.equal(guided.frame_logits(x, 4), per_frame)
    halves = guided.frame_logits(x, 2).softmax(-1)
    probs = per_frame.softmax(-1)
    torch.testing.assert_close(halves[:, 0], (probs[:, 0] + probs[:, 1]) / 2)
    torch.testing.assert_close(halves[:, 1], (probs[:, 2] + probs[:, 3]) / 2)


def test_a_certain_guide_stays_finite(guided, monkeypatch):
    sure = torch.zeros(1, 4, 7)
    sure[..., 0] = 1000  # the others' probabilities are 0 in float32
    monkeypatch.setattr(guided.guide, 'forward', lambda *_: sure)
    logits = guided.frame_logits(torch.rand(1, 4, 3, 32, 32), 2)
    assert torch.isfinite(logits).all()
    assert frame_weights(logits, torch.tensor([0])).tolist() == [[1, 1]]
