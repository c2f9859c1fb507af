# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Published weights: converted and tested by the tools, and used directly."""
import csv
import json

import pytest
import torch
from mmaction.registry import DATASETS, MODELS
from mmengine.config import Config
from mmengine.dataset import pseudo_collate

from aen_mmaction.emotions import DFEW_CLASSES
from aen_mmaction.models.published import PUBLISHED, to_ours, to_theirs

from .conftest import ROOT, ToolRun

CLIPS = [(str(i), 15 + i, 8 - i) for i in range(1, 4)]  # 7, 6, 5


def config_of(name):
    return Config.fromfile(ROOT / PUBLISHED[name].config)


def published_file(name, path):
    """A file as the authors' programs write it, random weights in it."""
    torch.manual_seed(1)
    model = MODELS.build(config_of(name).model)
    theirs = to_theirs(model.state_dict(), name)
    if name == 'aen':  # dead weights that are in the published file
        theirs.update({
            'fc2D.weight': torch.randn(7, 784),
            'fc2D.bias': torch.randn(7),
            'fc1_1.weight': torch.randn(784, 784)
        })
    weights = {f'module.{k}': v for k, v in theirs.items()}
    torch.save(dict(epoch=1, state_dict=weights), path)
    return theirs


def scores_of(name, theirs, data):
    """Scores and labels of the test clips, without any tool."""
    cfg = config_of(name)
    model = MODELS.build(cfg.model).eval()
    ours = to_ours(theirs, name)
    model.load_state_dict(
        {k: v for k, v in ours.items() if not k.startswith('unused.')})
    clips = DATASETS.build(
        dict(cfg.test_dataloader.dataset, data_root=str(data)))
    batch = pseudo_collate([clips[i] for i in range(len(clips))])
    with torch.no_grad():
        found = model.test_step(batch)
    return [s.pred_score for s in found], [s.gt_label.item() for s in found]


@pytest.mark.parametrize('name', ['aen', 'former-dfer', 'gca-ial'])
def test_same_metric_as_the_published_weights(name, tmp_path, make_dfew,
                                              forkserver):
    data, source, target = (tmp_path / n for n in ('d', 'in.pth', 'out.pth'))
    make_dfew(data, CLIPS, part='test')
    theirs = published_file(name, source)

    def run(tool, *args):
        done = ToolRun(forkserver, ROOT / 'tools' / f'{tool}.py', args,
                       tmp_path, tmp_path / f'{tool}.txt', tmp_path)
        assert done.wait() == 0, done.output
        return done.output

    report = run('convert_checkpoint', source, target, '--model', name)
    assert 'Nothing unmatched or missing' in report
    output = run('test', ROOT / PUBLISHED[name].config, target,
                 '--data-root', data, '--work-dir', 'w', '--out-dir', 'found',
                 '--cfg-options', 'test_dataloader.num_workers=0',
                 'test_dataloader.persistent_workers=False',
                 'test_evaluator.bootstrap=0')
    assert ('3 weights of the published file that its model never uses'
            in output) == (name == 'aen')
    expected, labels = scores_of(name, theirs, data)
    metrics = json.loads((tmp_path / 'found/metrics.json').read_text())
    right = [p.argmax().item() == y for p, y in zip(expected, labels)]
    assert metrics['metrics']['WAR'] == pytest.approx(
        100 * sum(right) / len(right))
    with open(tmp_path / 'found/predictions.csv') as f:
        rows = list(csv.DictReader(f))
    for row, scores in zip(rows, expected):
        found = [float(v) for k, v in row.items() if k in DFEW_CLASSES]
        assert found == pytest.approx(scores.tolist(), abs=1e-5)


def test_what_is_wrong_is_listed(tmp_path, forkserver):
    source = tmp_path / 'in.pth'
    theirs = published_file('gca-ial', source)
    torch.save({k: v for k, v in theirs.items() if k != 'fc_f.bias'}, source)
    done = ToolRun(forkserver, ROOT / 'tools' / 'convert_checkpoint.py',
                   [source, 'out.pth', '--model', 'gca-ial'], tmp_path,
                   tmp_path / 'log.txt', tmp_path)
    assert done.wait() == 1
    assert '1 missing:\n  fc_f.bias' in done.output
    assert 'Traceback' not in done.output
    assert not (tmp_path / 'out.pth').exists()
