# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The demo's report, of a tiny trained model."""
import csv
import json

import numpy as np
import pytest
import torch
from mmengine.config import Config
from PIL import Image

from aen_mmaction.analysis.demo_report import write_demo_report
from aen_mmaction.analysis.run_model import load_run
from aen_mmaction.analysis.timeline import average_guide, clip_timeline

from .conftest import CLASSES, SEGMENTS, SIZE

CLIP = '00105'  # label 105 % 7 + 1 = 1, happy; 16 + 105 % 5 = 16 frames
FRAMES = 16


@pytest.fixture
def tested(tiny):
    """(config, checkpoint, test_dir) after tools/train.py and tools/test.py.

    One epoch teaches nothing: for the picture the list of predictions is
    given a clip that is surely right, and AEN a WAR that is not the guide's.
    """
    run = tiny.run('train', 'run', {}, validate=False)
    checkpoint = run.work_dir / 'epoch_1.pth'
    tiny.run('test', 'run', {}, checkpoint)
    test_dir = run.work_dir / 'test'
    rows = read_predictions(test_dir)
    row, = (row for row in rows if row['clip_id'] == CLIP)
    assert row['label'] == 'happy'
    row['pred'], row['happy'] = 'happy', '2'
    with open(test_dir / 'predictions.csv', 'w', newline='') as file:
        writer = csv.DictWriter(file, row.keys())
        writer.writeheader()
        writer.writerows(rows)
    summary = json.loads((test_dir / 'metrics.json').read_text())
    summary['metrics']['WAR'] = 12.34
    (test_dir / 'metrics.json').write_text(json.dumps(summary))
    return str(run.work_dir / 'aen_dfew_fold1.py'), str(checkpoint), test_dir


def read_predictions(test_dir):
    with open(test_dir / 'predictions.csv', newline='') as file:
        return list(csv.DictReader(file))


def read_frame(path):
    """What a model sees of a picture, (3, SIZE, SIZE) in [0, 1]."""
    image = Image.open(path).resize((SIZE, SIZE), Image.BILINEAR)
    return torch.tensor(np.array(image)).permute(2, 0, 1) / 255


@torch.no_grad()
def test_report_of_a_tiny_run(tiny, tested):
    config, checkpoint, test_dir = tested
    aen = json.loads((test_dir / 'metrics.json').read_text())['metrics']
    files = write_demo_report(config, checkpoint, str(test_dir), '* a note')
    assert all(file.stat().st_size for file in files)
    assert [file.name for file in files][:2] == ['report.md', 'clip.png']

    # model and data as the report loads them; the tool's model agrees
    model, dataset = load_run(Config.fromfile(config), checkpoint)
    model.guide.init_weights()
    assert not model.training and len(dataset) == 7
    index = [dataset.get_data_info(i)['clip_id'] for i in range(7)].index(CLIP)
    timeline = clip_timeline(model, dataset, index)
    row = read_predictions(test_dir)[index]
    assert timeline.clip_id == row['clip_id'] == CLIP
    assert CLASSES[timeline.label] == 'happy'
    assert timeline.frames.shape == (FRAMES, SIZE, SIZE, 3)
    for probs in (timeline.frame_probs, timeline.clip_probs):
        assert probs.shape == (FRAMES, 7)
        np.testing.assert_allclose(probs.sum(1), 1, atol=1e-5)
    shown = [float(row[name]) for name in CLASSES[1:]]
    np.testing.assert_allclose(timeline.clip_probs[-1, 1:], shown, atol=1e-4)

    # AEN after 4 frames (all of them), and after 16 (of segments 0..7, 8..15)
    grown = []
    for picks in ([0, 1, 2, 3], [3, 4, 11, 12]):
        seen = torch.tensor(timeline.frames[picks]).permute(0, 3, 1, 2)
        batch = dict(inputs=[seen],
                     data_samples=[dataset[index]['data_samples']])
        grown.append(model.test_step(batch)[0].pred_score)
    np.testing.assert_allclose(
        timeline.clip_probs[[3, 15]], torch.stack(grown), atol=1e-6)
    assert (grown[0] - grown[1]).abs().max() > 1e-5

    # the guide, frame by frame
    frames = [
        read_frame(path) for path in sorted(
            (tiny.data / 'Clip/clip_224x224' / CLIP).iterdir())
    ]
    alone = [model.guide(f[None, None])[0, 0].softmax(0) for f in frames]
    np.testing.assert_allclose(
        timeline.frame_probs, torch.stack(alone), atol=1e-5)

    # the guide averaged over the frames that AEN samples
    pred, target = average_guide(model, dataset, batch_size=3)
    expected = []
    for i in range(7):
        clip = dataset[i]['inputs'] / 255  # (2 * SEGMENTS, 3, SIZE, SIZE)
        assert len(clip) == 2 * SEGMENTS
        probs = sum(model.guide(f[None, None])[0, 0].softmax(0) for f in clip)
        expected.append(int(probs.argmax()))
    assert pred.tolist() == expected
    assert [CLASSES[i] for i in target] == [
        row['label'] for row in read_predictions(test_dir)
    ]

    # both rows of the table, and the note
    summary = json.loads((test_dir / 'metrics.json').read_text())
    war = 100 * np.mean(pred == target)
    assert summary['guide_alone']['WAR'] == pytest.approx(war)
    assert summary['metrics'] == aen
    report = (test_dir / 'report.md').read_text()
    assert report.startswith('# ') and report.endswith('* a note\n')
    assert '7 test clips' in report and 'chance 14.3 %' in report
    assert '| AEN | 12.34 |' in report
    assert f'| guide alone, averaged over frames | {war:.2f} |' in report
