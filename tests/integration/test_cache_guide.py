# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""tools/cache_guide.py, and a training from what it writes."""
import re

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from PIL import Image

from aen_mmaction.inference.guide_cache import all_frames

from .conftest import CONFIG


def test_the_tool_and_a_training(tiny, tmp_path):
    out = tmp_path / 'guide.npz'
    args = [CONFIG, '--out', out, '--data-root', tiny.data]
    options = ['--cfg-options'] + [
        f'{k}={v}'.replace(' ', '') for k, v in tiny.options.items()]
    made = tiny.tool('cache_guide', *args, *options)
    assert made.wait() == 0, made.output
    assert '240 frames of 12 clips' in made.output  # 12 clips of 20

    cfg = Config.fromfile(CONFIG)
    cfg.merge_from_dict(
        {k: v if isinstance(v, (int, tuple)) else str(v)
         for k, v in tiny.options.items()})
    for part in ('train', 'test'):
        cfg[f'{part}_dataloader'].dataset.data_root = str(tiny.data)
    live, cached = (MODELS.build({**cfg.model.guide, **change}) for change in (
        {}, dict(type='CachedGuide', cache=str(out))))
    live.init_weights()
    cached.init_weights()
    for clip_id, frames in all_frames(cfg):
        start, num = cached._frames.clips[clip_id]
        torch.testing.assert_close(
            torch.from_numpy(cached._frames.logits[start:start + num]),
            live(frames[None].float() / 255)[0])

    run = tiny.run(
        'train', 'cached', {
            'model.guide.type': 'CachedGuide',
            'model.guide.cache': out
        }, '--amp', validate=False)
    assert len(re.findall('loss_ta: [0-9]', run.output)) == 3  # 12 / 4

    frame = next((tiny.data / 'Clip').rglob('*.jpg'))
    Image.new('RGB', (64, 64), 'red').save(frame)
    check = tiny.tool('cache_guide', *args, '--check', *options)
    assert check.wait() == 1 and '1 clips differ' in check.output
