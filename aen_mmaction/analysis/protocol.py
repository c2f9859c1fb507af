# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What a reader must know to compare a number: data, budget, protocol."""
import json
import re
from pathlib import Path
from typing import Dict, Optional, Union

from mmengine.config import Config

from ..datasets.synthetic.build import find_set
from ..datasets.transforms import SampleSegmentFrames
from ..engine.config_options import inner_datasets, schedulers
from .work_dir import read_scalars


def data_line(cfg: Config) -> str:
    """Where the test clips come from; drawn faces are named as such.

    Args:
        cfg (Config): As trained.

    Returns:
        str: For example ``'synthetic (drawn faces, 700 clips, seed 0;
        distractors: 27.3% of the frames, aimed at 0.3)'``, or
        ``'DFEWDataset in data/dfew'``.
    """
    return '; '.join(map(_data, inner_datasets(cfg.test_dataloader.dataset)))


def _data(dataset: Dict) -> str:
    """The line of one data set."""
    root = Path(dataset.get('data_root') or '')
    drawn = find_set(root.parent)
    if drawn:
        made = json.loads(drawn)
        readme = (root.parent / 'README.txt').read_text(encoding='utf-8')
        measured = re.search(r'^Distractors: (\S+)', readme, re.MULTILINE)[1]
        return (f'synthetic (drawn faces, {made["clips"]} clips, seed '
                f'{made["seed"]}; distractors: {measured} of the frames, '
                f'aimed at {made["distractor_share"]})')
    return f"{dataset['type']} in {root}"


def budget_line(cfg: Config,
                work_dir: Optional[Union[str, Path]] = None) -> str:
    """What a training may spend: steps, batch, optimizer, schedule.

    Args:
        cfg (Config): As trained.
        work_dir (str | Path, optional): Its folder, to read the steps taken.

    Returns:
        str: One line.
    """
    loop = cfg.train_cfg
    length = (_epochs(loop.max_epochs)
              if loop.get('max_epochs') else f'{loop.max_iters} iterations')
    steps = [row['iter'] for row in read_scalars(work_dir)
             if 'iter' in row] if work_dir else []
    if steps:
        length += f' ({max(steps)} steps)'
    wrapper = cfg.optim_wrapper
    settings = ', '.join(f'{key} {value}'
                         for key, value in wrapper.optimizer.items()
                         if key in ('lr', 'momentum', 'weight_decay'))
    schedule = ' + '.join(s.type for s in schedulers(cfg)) or 'constant lr'
    precision = 'float32'
    if wrapper.get('type') == 'AmpOptimWrapper':
        precision = wrapper.get('dtype') or 'float16'
    return (f'{length} of {cfg.train_dataloader.batch_size} clips, '
            f'{wrapper.optimizer.type} ({settings}), {schedule}, {precision}')


def protocol_line(cfg: Config,
                  num_clips: Optional[int] = None,
                  tested: Optional[str] = None) -> str:
    """How a number came about: what users miss in published tables.

    Args:
        cfg (Config): As the run's work dir holds it.
        num_clips (int, optional): Clips tested.
        tested (str, optional): What was tested, if it is more than the
            config's test list, e.g. ``'folds 1 to 5'``.

    Returns:
        str: Data and list, clips, frames, size, short clips; initial weights;
        which epoch. For example ``'tested on data/dfew (set_1.csv), 16
        frames (8 x 2) of 112 px, short clips: repeat; backbone started from
        guide.pth; the last of 100 epochs is tested'``. What the config does
        not say is left away.
    """
    datasets = inner_datasets(cfg.test_dataloader.dataset)
    if tested is None:
        tested = ' and '.join(
            f'{d.get("data_root", d.type)} '
            f'({Path(d.get("ann_file") or "no list").name})' for d in datasets)
    data = [f'tested on {tested}']
    if num_clips is not None:
        data.append(f'{num_clips} clips')
    data += [_frames(cfg)] if _frames(cfg) else []
    rules = {d.get('short_clip', 'repeat') for d in datasets}
    data.append(f'short clips: {", ".join(sorted(rules))}')
    return '; '.join([', '.join(data), _start(cfg), _epoch(cfg)])


def _frames(cfg: Config) -> str:
    """Frames of a clip and their size."""
    shape = cfg.model.get('data_preprocessor') or {}
    first = inner_datasets(cfg.test_dataloader.dataset)[0]
    steps = first.get('pipeline') or []
    sampling = [s for s in steps if s.type == 'SampleSegmentFrames']
    sizes = [s['size'] for s in steps if s.type == 'GroupResize']
    text = ''
    if sampling:
        step = {k: v for k, v in sampling[0].items() if k != 'type'}
        sampler = SampleSegmentFrames(**step)  # it knows its defaults
        count, length = sampler.num_segments, sampler.snippet_len
        text = f'{count * length} frames ({count} x {length})'
    elif 'num_frames' in shape:
        text = f'{shape.num_frames} frames'
    size = sizes[0] if sizes else shape.get('img_size')
    return f'{text} of {size} px' if text and size else text


def _start(cfg: Config) -> str:
    """Files that weights come from."""
    model = cfg.model
    backbone, guide = model.get('backbone') or {}, model.get('guide') or {}
    init_cfg = backbone.get('init_cfg')
    files = [
        (model.get('init_backbone') or {}).get('checkpoint'),
        guide.get('checkpoint')
        if model.get('init_backbone_from_guide') else None,
        backbone.get('pretrained'),
        init_cfg.get('checkpoint') if isinstance(init_cfg, dict) else None
    ]
    parts = [f'backbone started from {file}' for file in files if file]
    start = cfg.get('load_from')
    # What a test leaves in its work dir names the checkpoint it tested.
    if start and Path(start).parent != Path(cfg.get('work_dir') or '/'):
        parts.insert(0, f'started from {start}')
    parts = parts or ['no initial weights named by the config']
    if guide:
        cached = ', cached' if guide.type.endswith('CachedGuide') else ''
        parts.append(f'frame-level guide {guide.checkpoint}{cached}')
    return ', '.join(parts)


def _epoch(cfg: Config) -> str:
    """Which state of the training is tested."""
    hooks = cfg.get('default_hooks') or {}
    best = (hooks.get('checkpoint') or {}).get('save_best')
    loop = cfg.get('train_cfg') or {}
    count = (f' of {_epochs(loop["max_epochs"])}'
             if loop.get('max_epochs') else ' state')
    if best:
        return f'the best{count} by {best} on the validation list is tested'
    return f'the last{count} is tested'


def _epochs(count: int) -> str:
    return f'{count} epoch' + 's' * (count != 1)
