# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Our models, held against what the published programs compute."""
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.analysis import get_model_complexity_info
from mmengine.logging import MMLogger

from aen_mmaction.models.necks import ClipTransformer
from aen_mmaction.models.necks.level_squeeze import point_wise
from aen_mmaction.models.published import to_ours

SALTS = (0, 1)


def close(found, expected, name, **tolerance):
    """Compare with a named array; shapes may differ in axes (N, T)."""
    torch.testing.assert_close(
        found.detach().reshape(expected[name].shape), expected[name],
        msg=lambda text: f'{name}: {text}', **tolerance)


def outputs(name, expected, found):
    """Within 1e-4 absolute, every array that is no loss."""
    arrays = {
        key for key in expected
        if not key.startswith(('loss', 'grad'))
    }
    assert arrays == set(found), name
    for key, value in found.items():
        close(value, expected, key, rtol=0, atol=1e-4)


def losses(expected, found, model):
    """Within 1e-5 relative; the gradient's norm within 1e-4."""
    for key, value in found.items():
        close(value, expected, key, rtol=1e-5, atol=0)
    total = found.get('loss_total', found.get('loss'))
    total.backward()
    norms = [p.grad.norm() for p in model.parameters() if p.grad is not None]
    close(torch.stack(norms).norm(), expected, 'grad_norm', rtol=1e-4, atol=0)


def total(terms):
    """What mmengine adds up."""
    return sum(value for key, value in terms.items() if 'loss' in key)


def without_gradient(model):
    """Parameters that got no gradient, in millions."""
    return sum(p.numel() for p in model.parameters() if p.grad is None) / 1e6


@pytest.mark.parametrize('salt', SALTS)
def test_former_dfer(published, salt):
    case = published('former-dfer', salt)
    model = case.model.eval()
    with torch.no_grad():
        outputs('former-dfer', case.expected, dict(logits=model(case.clips)))
    terms = model.train().loss(case.clips, case.samples)
    losses(case.expected, dict(loss=total(terms)), model)
    assert without_gradient(model) == 0


@pytest.mark.parametrize('salt', SALTS)
def test_gca_ial(published, salt):
    case = published('gca-ial', salt)
    model, head = case.model.eval(), case.model.cls_head
    with torch.no_grad():
        feats, _ = model.extract_feat(case.clips)
        aux1, aux2 = head.aux_logits(feats)
        outputs('gca-ial', case.expected, dict(
            logits=head(feats), feature=feats.clip_feats[-1],
            logits_aux1=aux1, logits_aux2=aux2))
    terms = model.train().loss(case.clips, case.samples)
    losses(case.expected, dict(
        loss_ce=terms['loss_cls'],
        loss_aux=terms['loss_aux'],  # weighted there too
        loss_ial=terms['loss_ial'] / 0.1,
        loss_total=total(terms)), model)
    assert {n.split('.')[0] for n, p in model.named_parameters()
            if p.grad is None} == {'unused'}
    assert without_gradient(model) == pytest.approx(0.147, abs=5e-4)


def layer2_path(model, clips):
    """The prototype's squeeze and transformer of layer2, which lead nowhere.

    Returns:
        tuple[Tensor, Tensor]: (N*T, 784) and (N, 784).
    """
    ours = model.unused.state_dict()
    squeeze, temporal = point_wise(128, 4), ClipTransformer(784, 16, 3)
    for part, name in ((squeeze, 'squeeze'), (temporal, 'temporal')):
        prefix = f'layer2.{name}.'
        part.load_state_dict({
            k[len(prefix):]: v
            for k, v in ours.items() if k.startswith(prefix)
        })
    backbone = model.backbone
    backbone.out_indices = (1, )
    maps, = backbone(clips.flatten(0, 1))
    frame_feats = squeeze(maps).flatten(1)
    return frame_feats, temporal(frame_feats.unflatten(0, clips.shape[:2]))


def frame_logits(model, theirs, clips):
    """The frame model inside AEN's file, as its guide reads it."""
    ours = to_ours(theirs, 'aen-guide')
    classifier = model.guide.classifier
    before = classifier.state_dict()
    before = {k: v.clone() for k, v in before.items()}
    classifier.load_state_dict(
        {k: v for k, v in ours.items() if not k.startswith('unused.')})
    logits = model.guide(clips)
    classifier.load_state_dict(before)
    return logits


@pytest.mark.parametrize('salt', SALTS)
def test_aen_outputs(published, salt):
    case = published('aen', salt)
    model = case.model.eval()
    with torch.no_grad():
        feats, _ = model.extract_feat(case.clips)
        logits = model.cls_head(feats)
        squeezed2, temporal2 = layer2_path(model, case.clips)
        outputs('aen', case.expected, dict(
            logits_global=logits.global_logits,
            logits_local1=logits.group_logits,
            logits_local2=logits.emotion_logits,
            guide_frame_logits=model.guide(case.clips),
            logits_frame=frame_logits(model, case.theirs, case.clips),
            squeezed0=feats.frame_feats[2], temporal0=feats.clip_feats[2],
            squeezed1=feats.frame_feats[0], temporal1=feats.clip_feats[0],
            squeezed2=squeezed2, temporal2=temporal2,
            squeezed3=feats.frame_feats[1], temporal3=feats.clip_feats[1]))


@pytest.mark.parametrize('salt', SALTS)
def test_aen_training(published, salt):
    case = published('aen', salt)
    model = case.model.train()
    feats, _ = model.extract_feat(case.clips)
    head, frames = model.cls_head, model.guide(case.clips)
    labels = torch.tensor([0, 5])
    global_logits, *local = head(feats)

    def term(loss, level_weights, *args):
        """One level of a loss alone, of weight 1."""
        cfg = dict(loss.options, level_weights=level_weights)
        module = MODELS.build(dict(type=type(loss), loss_weight=1., **cfg))
        return module(*args, head.hierarchy)

    terms = head.loss(feats, case.samples, frames)
    losses(case.expected, dict(
        loss_level1=term(head.loss_mc, (1, 0), *local, global_logits, labels),
        loss_level2=term(head.loss_mc, (0, 1), *local, global_logits, labels),
        loss_temporal=terms['loss_ta'] / 0.4,
        loss_energy1=term(head.loss_ga, (1, 0), *local, frames),
        loss_energy2=term(head.loss_ga, (0, 1), *local, frames),
        loss_total=total(terms)), model)
    assert {n.split('.')[0] for n, p in model.named_parameters()
            if p.grad is None} == {'unused'}
    assert without_gradient(model) == pytest.approx(13.65, abs=5e-3)


@pytest.mark.parametrize('name, millions, giga_macs', [
    ('former-dfer', 18.03, 8.30),
    ('gca-ial', 19.08, 5.63),
    ('aen', 52.91, 7.40),
])
def test_parameters_and_cost(published, name, millions, giga_macs):
    case = published(name)
    model = case.model.eval()
    count = sum(p.numel() for p in model.parameters())
    assert count == case.parameters
    assert count / 1e6 == pytest.approx(millions, abs=5e-3)
    MMLogger.get_instance('mmengine').setLevel('ERROR')
    macs = get_model_complexity_info(
        model, input_shape=(16, 3, 112, 112), show_table=False,
        show_arch=False)['flops']
    assert macs / 1e9 == pytest.approx(giga_macs, rel=0.01)
