# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What a training writes and reaches."""
import re

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import \
    EventAccumulator

from aen_mmaction.datasets.synthetic.clips import render_clip
from aen_mmaction.emotions import DFEW_CLASSES

from .conftest import scalars

EIGHT = tuple(range(1, 9))  # clip ids; labels go round 1..7


@pytest.fixture
def eight_clips(tiny, tmp_path):
    """The tiny data's lists, cut to 8 drawn clips, the same in both."""
    frames = tiny.data / 'Clip' / 'clip_224x224'
    rows = ['video_name,label']
    for i in EIGHT:
        label = (i - 1) % 7
        clip = render_clip(DFEW_CLASSES[label], (0, i), (0, i, 9), 20, 48, 0.)
        for t, frame in enumerate(clip.frames, 1):
            Image.fromarray(frame).save(
                frames / f'{i:05}' / f'{i:05}_{t:05}.jpg')
        rows.append(f'{i},{label + 1}')
    for part in ('train', 'test'):
        path = tiny.data / f'EmoLabel_DataSplit/{part}(single-labeled)'
        (path / 'set_1.csv').write_text('\n'.join(rows) + '\n')


FIT = {
    'train_dataloader.batch_size': 8,
    'train_dataloader.dataset.pipeline.2.area_range': (.8, 1.),
    'optim_wrapper.optimizer._delete_': True,
    'optim_wrapper.optimizer.type': 'AdamW',
    'optim_wrapper.optimizer.lr': 1e-3,
    'default_hooks.checkpoint.interval': -1,
}


def test_overfits_eight_clips_and_logs_it(tiny, eight_clips, measured):
    epochs = 50
    run = tiny.run(
        'train', 'overfit', {
            **FIT, 'train_cfg.max_epochs': epochs,
            'train_cfg.val_interval': epochs,
            'param_scheduler.0.step_size': 30
        })
    rows = scalars(run.work_dir)
    measured(f'WAR on the 8 training clips: {rows[-1]["dfer/WAR"]}')
    assert rows[-1]['dfer/WAR'] == 100
    # local log, TensorBoard log, time left
    assert sum('loss' in row for row in rows) == epochs
    logs, = run.work_dir.glob('*/vis_data')
    log = (logs.parent / f'{logs.parent.name}.log').read_text()
    assert 'eta: 0:00:' in log and 'dfer/WAR: 100.0000' in log
    events = EventAccumulator(str(logs))
    events.Reload()
    assert {'loss', 'loss_mc', 'loss_ta', 'loss_ga', 'dfer/WAR',
            'grad_share_ta'} <= set(events.Tags()['scalars'])
    assert len(events.Scalars('loss')) == epochs
    # no noise of ours, no deprecated call that a user could not mend
    assert not re.findall('.*aen_mmaction.*Warning.*', run.output)


def test_amp_on_the_cpu_has_losses_in_float32(tiny, eight_clips, measured):
    run = tiny.run(
        'train',
        'amp', {
            **FIT, 'train_cfg.max_epochs': 12
        },
        '--amp',
        validate=False)
    assert "dtype='bfloat16'" in run.output
    losses = [row['loss'] for row in scalars(run.work_dir)]
    measured(f'loss in bfloat16: {losses[0]:.3f} -> {losses[-1]:.3f}')
    assert losses[-1] < .7 * losses[0]
    # bfloat16 has the upper 16 bits of float32: not so the losses.
    assert (np.float32(losses).view(np.uint32) & 0xFFFF).any()
