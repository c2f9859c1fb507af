# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""AEN from nothing to a report: draw faces, train two stages, test.

Runs the commands a user would run, one after the other, and prints them. It
can be stopped and started again: what is there already is not made anew.
"""
import shlex
import subprocess
import sys
import time
from pathlib import Path

from mmengine.config import Config

from aen_mmaction.analysis.demo_report import write_demo_report

ROOT = Path(__file__).resolve().parents[1]
STAGE1 = ROOT / 'configs' / 'frame_fer' / 'resnet18_synthetic.py'
STAGE2 = ROOT / 'configs' / 'aen_synthetic.py'


def run(title, script, *arguments):
    """Print a command, run it, stop the demo if it fails.

    Returns:
        str: A line on it for the report.
    """
    shown = shlex.join(['python', f'tools/{script}', *map(str, arguments)])
    shown = shown.replace(f'{ROOT}/', '')
    print(f'\n=== {title}\n    {shown}\n', flush=True)
    start = time.time()
    command = [sys.executable, ROOT / 'tools' / script, *arguments]
    if subprocess.run([str(part) for part in command]).returncode:
        sys.exit(f'The demo stopped: "{title}" failed, see above.')
    return f'| {title} | `{shown}` | {time.time() - start:.0f} |'


def main():
    cfg = Config.fromfile(STAGE2)
    work_dir = Path('work_dirs') / STAGE2.stem
    checkpoint = work_dir / f'epoch_{cfg.max_epochs}.pth'
    start = time.time()
    steps = [
        run('draw the faces', 'data/make_synthetic.py', '--root',
            Path(cfg.data_root).parent, '--size', cfg.img_size),
        run('stage 1: the frame-level guide', 'train.py', STAGE1,
            '--resume'),
        run('stage 2: AEN', 'train.py', STAGE2, '--resume'),
        run('test on people never seen', 'test.py', STAGE2, checkpoint),
    ]
    print('\n=== report\n', flush=True)
    files = write_demo_report(
        STAGE2, checkpoint, work_dir / 'test', '\n'.join([
            f'The clips have {cfg.img_size} px and '
            f'{cfg.num_segments * cfg.snippet_len} frames; the paper has 112 '
            'and 16.', '', '| step | command | seconds |', '|---|---|---|',
            *steps
        ]))
    print(files[0].read_text().split('![')[0])
    print('Written:', *(f'  {path}' for path in files), sep='\n')
    print(f'Done in {(time.time() - start) / 60:.1f} minutes.')


if __name__ == '__main__':
    main()
