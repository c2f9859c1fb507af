# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch
from mmengine.dataset import pseudo_collate

from aen_mmaction.analysis.alpha import (ALPHAS, alpha_curve, alpha_table,
                                         alpha_tests)


@torch.no_grad()
def test_ends_are_the_classifiers_alone_and_alpha_its_own_test(build,
                                                              memory_set):
    model, data = build(), memory_set([3, 1, 4, 1, 5, 2, 6])
    for classifier in (model.cls_head.global_classifier,
                       model.cls_head.emotion_classifier):
        classifier.weight.mul_(20)  # so that clips are told apart
    curve = alpha_curve(model, data, batch_size=3)
    assert curve['alpha'] == list(ALPHAS) == [
        0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1]
    logits = model.cls_head(
        model.extract_feat(data.clips.float() / 255)[0])
    target = torch.tensor(data.labels)
    for place, scores in ((0, logits.global_logits),
                          (-1, logits.emotion_logits)):
        right = (scores.argmax(1) == target).float().mean()
        assert curve['WAR'][place] == pytest.approx(100 * float(right))
    out = model.test_step(pseudo_collate([data[i] for i in range(7)]))
    pred = torch.cat([s.pred_label for s in out])
    assert curve['WAR'][7] == pytest.approx(
        100 * float((pred == target).float().mean()))
    assert all(w3 >= w for w3, w in zip(curve['WAR3'], curve['WAR']))


def test_other_heads_have_no_alpha(build, memory_set):
    with pytest.raises(ValueError, match='S2ACHead, got ClipHead'):
        alpha_curve(build(cls_head=dict(type='ClipHead')), memory_set([0]))


def test_table_over_trainings(build, memory_set):
    """Two trainings on the same clips; at 0 the local classifier is mute."""
    data = memory_set([0, 1, 2, 3])
    models = [build(), build()]
    for model, label in zip(models, (0, 1)):  # says always label
        model.cls_head.global_classifier.bias.data[label] = 50
        model.cls_head.emotion_classifier.bias.data[3] = 50
    tests = [alpha_tests(model, data, (0, 1), 3) for model in models]
    assert tests[1][0].pred.tolist() == [1] * 4
    assert models[0].cls_head.test_alpha is None  # as it was
    table = alpha_table(tests)
    assert table.header[:5] == ['alpha', 'WAR', 'WAR sd', 'WAR low',
                                'WAR high']
    # 25 % each; happy and sad are of different groups: WAR3 25 and 50
    assert table.rows[0][:3] == ['0', 25., 0.]
    assert [row[table.header.index('WAR3')] for row in table.rows] == [
        (25 + 50) / 2, 50.]
    with pytest.raises(ValueError, match=r'0 to 1, got \[1.5\]'):
        alpha_tests(models[0], data, [1.5])
