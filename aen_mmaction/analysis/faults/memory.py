# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Memory of a long test: it must not grow with the clips."""
import os
import re
import tempfile
from pathlib import Path
from typing import List, NamedTuple, Sequence, Tuple

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import DefaultScope

from ...datasets.annotations import load_annotations
from ...emotions import DFEW_CLASSES
from .tiny import write_tiny
from .victim import Victim

MOST_GROWTH = 20.  # MB between a tenth of the clips and all of them
_BATCH = 10
_DONE = re.compile(r'Epoch\(test\) +\[ *(\d+)/')


class Sample(NamedTuple):
    """Memory of the process at one moment.

    Attributes:
        clips (int): Tested so far.
        megabytes (float): Its resident memory, 1e6 bytes.
    """
    clips: int
    megabytes: float


def measure_memory(num_clips: int) -> List[Sample]:
    """Test a tiny AEN on so many clips, and watch its memory.

    The clips are links to 35 drawn ones of 32 px; weights are random.

    Args:
        num_clips (int): At least 100.

    Returns:
        list[Sample]: In order of time.

    Raises:
        RuntimeError: If the test fails.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = write_tiny(folder)
        _repeat_clips(folder / 'dfew', num_clips)
        weights = folder / 'weights.pth'
        _write_weights(config, weights)
        run = Victim(
            'test', [config, weights, '--work-dir', folder / 'run',
                     '--cfg-options', f'test_dataloader.batch_size={_BATCH}',
                     f'default_hooks.logger.interval={num_clips // 1000 + 1}'],
            folder / 'output.txt')
        samples: List[Sample] = []
        while run.wait(.2) is None:
            done = _DONE.findall(run.output)
            used = resident(run.process.pid)
            if done and used:
                samples.append(Sample(int(done[-1]) * _BATCH, used))
        if run.wait() or not samples:
            raise RuntimeError(f'the test failed: {run.output[-2000:]}')
    return samples


def resident(pid: int) -> float:
    """Resident memory of a process in MB; 0 where it is gone (Linux)."""
    try:
        pages = Path(f'/proc/{pid}/statm').read_text().split()[1]
    except (FileNotFoundError, ProcessLookupError):
        return 0.
    return int(pages) * os.sysconf('SC_PAGE_SIZE') / 1e6


def _repeat_clips(root: Path, num_clips: int) -> None:
    """Let test list 1 hold so many clips, links to those there are."""
    lists = root / 'EmoLabel_DataSplit'
    known = [record for part in ('train', 'test') for record in
             load_annotations(lists / f'{part}(single-labeled)' / 'set_1.csv',
                              'dfew', 1)]
    clips = root / 'Clip' / 'clip_224x224'
    rows = ['video_name,label']
    for i in range(num_clips):
        record = known[i % len(known)]
        (clips / f'{1000 + i:05}').symlink_to(f'{int(record.clip_id):05}')
        rows.append(f'{1000 + i},{DFEW_CLASSES.index(record.label) + 1}')
    (lists / 'test(single-labeled)' / 'set_1.csv').write_text(
        '\n'.join(rows) + '\n')


def _write_weights(config: Path, path: Path) -> None:
    cfg = Config.fromfile(config)
    with DefaultScope.overwrite_default_scope(cfg.default_scope):
        model = MODELS.build(cfg.model)
    weights = {key: value for key, value in model.state_dict().items()
               if not key.startswith('guide.')}
    torch.save(
        dict(state_dict=weights,
             meta=dict(dataset_meta=dict(classes=DFEW_CLASSES))), path)


def growth(samples: Sequence[Sample]) -> Tuple[float, float, float]:
    """How memory went.

    Args:
        samples (Sequence[Sample]): Of a whole test.

    Returns:
        tuple[float, float, float]: MB after a tenth of the clips, the most
        after that while clips were tested, and the most of all, with the
        tables and figures at the end, whose cost has nothing to do with the
        number of clips.
    """
    last = samples[-1].clips
    testing = [s.megabytes for s in samples
               if last / 10 <= s.clips < .98 * last]
    return testing[0], max(testing), max(s.megabytes for s in samples)
