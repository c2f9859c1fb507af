# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The whole synthetic set, made at once or not at all."""
import json
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Optional, Tuple

from .script import NEUTRAL_FACTOR
from .writers import Written, write_dfew, write_rafdb

VERSION = 1  # raised when the same options would draw other pixels
_TITLE = 'Synthetic facial expression set (drawn faces)'
_README = """{title}
{line}
Every face in this folder is a drawing made by a program; nobody in it exists.
It is there so that every reader, tool and training run can be tried without
a download. Scores on it say nothing about real faces and must never be quoted
as if they did.

dfew/    {options.clips} clips of {options.min_frames} to \
{options.max_frames} frames, DFEW's layout, one person
         to a clip, five folds of different people, seven emotions in equal
         numbers.
         frame_labels.csv: emotion really shown in each frame (1..7, DFEW's
         order; frames from 1) and its intensity (0..1).
raf-db/  {options.stills} stills, RAF-DB's layout, one person to a still; none
         of them is in a clip, nor in both parts.
         labels.csv: true emotion (1..7, RAF-DB's order) and intensity (0..1).

Images are {options.size} x {options.size} pixels, whatever the folder's name.
Distractors: {share:.1%} of the frames between a clip's onset and offset show
another emotion than the clip's label (mean over the clips as written). Asked
for: {options.distractor_share}; neutral clips: scripted with {factor} of it.

Made with: python tools/data/make_synthetic.py {command}
options: {json}
"""


@dataclass(frozen=True)
class Options:
    """What decides the content of the set.

    Attributes:
        clips (int): Clips, at least 35.
        stills (int): Stills, at least 35; a fifth is the test part.
        size (int): Image side in pixels.
        seed (int): Seed, >= 0.
        min_frames (int): Shortest clip, at least 8.
        max_frames (int): Longest clip.
        distractor_share (float): Aimed at, 0 to 0.6.
    """
    clips: int = 700
    stills: int = 5000
    size: int = 64
    seed: int = 0
    min_frames: int = 16
    max_frames: int = 32
    distractor_share: float = .15

    def json(self) -> str:
        """One line that tells whether two sets are the same."""
        return json.dumps(dict(version=VERSION, **asdict(self)))

    def command(self) -> str:
        """The options as written on the command line."""
        return ' '.join(f'--{key.replace("_", "-")} {value}'
                        for key, value in asdict(self).items())


def find_set(root: Path) -> Optional[str]:
    """Options line of the set in a folder; None if there is no such set."""
    readme = Path(root) / 'README.txt'
    if not readme.is_file():
        return None
    lines = readme.read_text(encoding='utf-8').splitlines()
    if not lines or lines[0] != _TITLE:
        return None
    found = [line[9:] for line in lines if line.startswith('options: ')]
    return found[-1] if found else None


def make_synthetic(root: Path,
                   options: Options = Options(),
                   workers: int = 1,
                   overwrite: bool = False
                   ) -> Optional[Tuple[Written, Written]]:
    """Make the set, or leave it alone if it is there already.

    It is written to a folder beside ``root`` and renamed at the end, so an
    interrupted run leaves no half set.

    Args:
        root (Path): The set's folder, e.g. ``data/synthetic``.
        options (Options): What to make.
        workers (int): Processes; the result does not depend on them.
        overwrite (bool): Replace a synthetic set made with other options.

    Returns:
        tuple[Written, Written] | None: What was written of clips and stills;
        None if exactly this set was there.

    Raises:
        FileExistsError: If ``root`` holds a set made with other options and
            ``overwrite`` is false, or anything that is no synthetic set.
    """
    root = Path(root)
    there = find_set(root)
    if there == options.json():
        return None
    occupied = root.exists() and (not root.is_dir() or any(root.iterdir()))
    if occupied and there is None:
        raise FileExistsError(
            f'{root} is not empty and holds no synthetic set: expected an '
            'absent or empty folder. Give another one with --root; it is not '
            'replaced even with --overwrite.')
    if occupied and not overwrite:
        raise FileExistsError(
            f'{root} holds a synthetic set made with other options: expected '
            f'{options.json()}, found {there}. Replace it with --overwrite, '
            'or give another folder with --root.')
    root.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f'.{root.name}.', dir=root.parent))
    try:
        fresh.chmod(0o755)
        written = _write_all(fresh, options, workers)
        if occupied:
            root.rename(fresh / 'replaced')
        elif root.exists():
            root.rmdir()
        (fresh / 'set').rename(root)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return written


def _write_all(fresh: Path, options: Options,
               workers: int) -> Tuple[Written, Written]:
    """Write clips, stills and README.txt into ``fresh / 'set'``."""
    clips = write_dfew(
        fresh / 'set' / 'dfew', options.clips, options.size, options.seed,
        options.min_frames, options.max_frames, options.distractor_share,
        workers)
    stills = write_rafdb(fresh / 'set' / 'raf-db', options.stills,
                         options.size, options.seed, workers)
    (fresh / 'set' / 'README.txt').write_text(
        _README.format(
            title=_TITLE, line='=' * len(_TITLE), options=options,
            share=clips.distractor_share, factor=NEUTRAL_FACTOR,
            command=options.command(), json=options.json()),
        encoding='utf-8')
    return clips, stills
