# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import copy

import pytest
import torch
from mmaction.registry import MODELS

from aen_mmaction.emotions import DFEW_CLASSES, RAFDB_CLASSES
from aen_mmaction.models.arithmetic import fold_for_inference
from aen_mmaction.models.guides import frame_guide

EIGHT = ('contempt', ) + RAFDB_CLASSES


def load(cfg):
    guide = MODELS.build(cfg)
    guide.init_weights()
    return guide


def frames_of(num):
    return torch.rand(num, 4, 3, 32, 32)


@pytest.mark.parametrize('num', [1, 3, 7])
@pytest.mark.parametrize('classes', [DFEW_CLASSES, RAFDB_CLASSES, EIGHT])
def test_logits_in_our_order_frame_by_frame(guide_cfg, num, classes):
    """Also of a classifier with one class more: it is left out."""
    guide = load(guide_cfg(classes))
    frames = frames_of(num)
    logits = guide(frames)
    assert logits.shape == (num, 4, 7)
    for n in range(num):
        theirs = guide.classifier(frames[n])  # mean 0, std 255
        for k, name in enumerate(DFEW_CLASSES):
            torch.testing.assert_close(logits[n, :, k],
                                       theirs[:, classes.index(name)])


def test_other_spellings_are_the_same_classes(guide_cfg):
    names = ('Surprise', 'Fear', 'Disgust', 'Happiness', 'Sadness', 'Anger',
             'Neutral')
    assert load(guide_cfg(names)).output_index.tolist() == [
        3, 4, 6, 5, 0, 2, 1
    ]


def test_a_wanted_class_the_guide_lacks(guide_cfg):
    cfg = guide_cfg(RAFDB_CLASSES[:6])
    with pytest.raises(ValueError, match=r"\['neutral'\]"):
        load(cfg)


def test_a_file_without_class_names(guide_cfg):
    cfg = guide_cfg(meta=False)
    with pytest.raises(ValueError, match='model.guide.checkpoint_classes'):
        load(cfg)
    guide = load(dict(cfg, checkpoint_classes=RAFDB_CLASSES))
    assert guide.output_index.tolist() == [3, 4, 6, 5, 0, 2, 1]


def test_class_names_that_do_not_fit_the_outputs(guide_cfg):
    guide = load(guide_cfg(EIGHT, checkpoint_classes=RAFDB_CLASSES))
    with pytest.raises(ValueError, match='8 outputs.*7 class names'):
        guide(frames_of(1))


@pytest.mark.parametrize('norm, scale', [
    (dict(mean=[0.] * 3, std=[255.] * 3), lambda x: x / 255),
    (dict(mean=[120., 110., 100.], std=[60., 50., 40.]),
     lambda x: (x - torch.tensor([120., 110., 100.]).view(3, 1, 1)) / torch.
     tensor([60., 50., 40.]).view(3, 1, 1)),
    (dict(type='ClsDataPreprocessor'), lambda x: x),
])
def test_the_classifier_sees_what_it_was_trained_on(guide_cfg, norm, scale):
    guide = load(guide_cfg(norm=norm))
    pixels = torch.randint(0, 256, (1, 4, 3, 32, 32)).float()
    expected = guide.classifier(scale(pixels[0]))[:, guide.output_index]
    torch.testing.assert_close(guide(pixels / 255)[0], expected, rtol=1e-3,
                               atol=1e-4)  # pixels went through 1/255


def test_missing_weights_name_the_command(guide_cfg):
    cfg = guide_cfg(checkpoint='nowhere/epoch_60.pth')
    guide = MODELS.build(cfg)  # building does not need them
    with pytest.raises(FileNotFoundError) as error:
        guide.init_weights()
    assert 'nowhere/epoch_60.pth' in str(error.value)
    assert ('python tools/train.py configs/frame_fer/resnet18_raf-db.py'
            in str(error.value))


def test_weights_of_another_classifier(guide_cfg):
    cfg = guide_cfg()
    file = torch.load(cfg['checkpoint'])
    file['state_dict']['odd'] = file['state_dict'].pop('head.fc.bias')
    torch.save(file, cfg['checkpoint'])
    with pytest.raises(ValueError) as error:
        load(cfg)
    assert '1 missing: head.fc.bias; 1 left over: odd' in str(error.value)
    assert 'resnet18_raf-db.py' in str(error.value)


def test_weights_of_another_shape(guide_cfg):
    cfg = guide_cfg()
    cfg['classifier']['head']['num_classes'] = 9
    with pytest.raises(ValueError, match=r'head.fc.weight: \(7, 64\)'):
        load(cfg)


def test_without_weights_it_says_nothing(guide_cfg):
    with pytest.raises(RuntimeError, match=r'init_weights\(\)'):
        MODELS.build(guide_cfg())(frames_of(1))


def test_stays_in_eval_mode_without_gradient(guide_cfg):
    guide = load(guide_cfg())
    assert guide.train() is guide and guide.eval() is guide
    holder = torch.nn.Sequential(guide)
    holder.train()
    assert not any(m.training for m in guide.classifier.modules())
    frames = frames_of(1).requires_grad_()
    assert not guide(frames).requires_grad
    assert not any(p.requires_grad for p in guide.classifier.parameters())


def test_folded_it_judges_the_same(guide_cfg, monkeypatch):
    autocast = []  # it must be off while outputs are compared

    def fold(*args):
        autocast.append(torch.is_autocast_enabled('cpu'))
        fold_for_inference(*args)

    monkeypatch.setattr(frame_guide, 'fold_for_inference', fold)
    guide, frames = load(guide_cfg()), frames_of(3)
    before, keys = guide(frames), list(guide.classifier.state_dict())
    guide.fold()
    with torch.autocast('cpu', torch.bfloat16):
        after = guide(frames)
    assert not [m for m in guide._folded[0].modules()
                if isinstance(m, torch.nn.BatchNorm2d)]
    assert torch.equal(copy.deepcopy(guide)(frames), after)
    assert autocast == [False]
    assert after.dtype == torch.float32  # of products in bfloat16
    assert 0 < (after - before).abs().max() < .02 * before.abs().max()
    assert list(guide.classifier.state_dict()) == keys  # the backbone's start
    assert not list(guide.parameters())
    guide.init_weights()  # another file may have come
    assert guide._folded == ()


def test_what_cannot_be_folded_runs_as_it_is(guide_cfg, monkeypatch):
    guide, said = load(guide_cfg()), []
    block = guide.classifier.backbone.layer1[0]
    for name in ('conv1', 'bn2', 'conv2', 'bn1'):  # not as they run
        block._modules[name] = block._modules.pop(name)
    block.bn1.bias.data.fill_(1)
    block.bn2.weight.data.fill_(1)
    monkeypatch.setattr(frame_guide, 'print_log',
                        lambda text, **_: said.append(text))
    before = guide(frames_of(1)).isfinite().all()
    guide.fold()
    assert before and guide(frames_of(1)).isfinite().all()
    assert guide._folded == ()
    assert 'cannot be folded' in said[0] and len(said) == 1


class OnlyInFloat32(torch.nn.Conv2d):
    error = RuntimeError

    def forward(self, x):
        if self.weight.dtype != torch.float32:
            raise self.error('expected Float weights')
        return super().forward(x)


def test_too_little_memory_to_fold_is_no_reason_to_go_on(guide_cfg,
                                                         monkeypatch):
    monkeypatch.setattr(OnlyInFloat32, 'error', torch.cuda.OutOfMemoryError)
    guide = load(guide_cfg())
    guide.classifier.backbone.conv1.__class__ = OnlyInFloat32
    guide.fold()
    with pytest.raises(torch.cuda.OutOfMemoryError):
        guide(frames_of(1))


def test_what_does_not_run_in_bfloat16_runs_as_it_is(guide_cfg, monkeypatch):
    guide, frames, said = load(guide_cfg()), frames_of(1), []
    conv = guide.classifier.backbone.conv1
    conv.__class__ = OnlyInFloat32
    monkeypatch.setattr(frame_guide, 'print_log',
                        lambda text, **_: said.append(text))
    before = guide(frames)
    guide.fold()
    torch.testing.assert_close(guide(frames), before)
    assert said == ['the guide runs as it is: expected Float weights']
