# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from types import SimpleNamespace

import pytest
import torch

from aen_mmaction.analysis.timeline import average_guide, clearest_clip


def row(clip_id, label, pred, **probs):
    return dict(clip_id=clip_id, label=label, pred=pred,
                **{name: str(p) for name, p in probs.items()})


def test_clearest_clip_is_right_sure_and_not_neutral():
    rows = [
        row('wrong', 'sad', 'happy', happy=.99, sad=.01, neutral=0),
        row('neutral', 'neutral', 'neutral', happy=0, sad=.02, neutral=.98),
        row('right', 'happy', 'happy', happy=.5, sad=.3, neutral=.2),
        row('sure', 'sad', 'sad', happy=.1, sad=.7, neutral=.2),
        row('small', 'sad', 'sad', happy=.1, sad=9e-5, neutral=.2),
    ]
    assert clearest_clip(rows) == 'sure'
    assert clearest_clip(rows[:3]) == 'right'


def test_clearest_clip_says_when_there_is_none():
    rows = [row('a', 'sad', 'happy', happy=1, sad=0),
            row('b', 'neutral', 'neutral', neutral=1)]
    for none in (rows, []):
        with pytest.raises(ValueError, match='no clip but neutral ones'):
            clearest_clip(none)


@pytest.mark.parametrize('batch_size', [1, 2, 16])
def test_guide_is_averaged_over_probabilities(batch_size):
    """Neither a vote of the frames nor a mean of their logits."""
    clips = [  # probability of class 0 in each of 3 frames
        (.999, .1, .1),  # mean .40: class 1; mean logit +.84: class 0
        (.9, .4, .4),    # mean .57: class 0; vote 1 : 2: class 1
        (.2, .2, .2),
    ]
    truth = (1, 1, 0)
    dataset = []
    for probs, label in zip(clips, truth):
        p = torch.tensor(probs)
        dataset.append(
            dict(
                inputs=torch.stack([p, 1 - p], -1).log(),  # (3, 2)
                data_samples=SimpleNamespace(gt_label=torch.tensor([label]))))
    model = SimpleNamespace(
        data_preprocessor=lambda batch: dict(
            batch, inputs=torch.stack(batch['inputs'])),
        guide=lambda logits: logits)
    pred, target = average_guide(model, dataset, batch_size)
    assert pred.tolist() == [1, 0, 1]
    assert target.tolist() == [1, 1, 0]
