# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The folder that clips are written to: whole, or not at all."""
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, Optional

from ..files import write_atomic


class ClipStore:
    """Clips and what is known of each, safe against a kill at any moment.

    ``<root>/<clips>/<id>/`` holds a clip, ``<root>/faces/<id>.csv`` its
    table, ``<root>/.prepare/records/<id>.json`` what was found out about the
    video; the record is written last, so where it is, the rest is. All is
    written in a folder of the run and moved to its place by a rename.

    Use it as a context manager: it locks the folder.

    Args:
        root (str | Path): The folder; made if it is not there.
        clips (str): Name of the folder of the clips.

    Raises:
        BlockingIOError: On entering, if another run works in this folder.
    """

    def __init__(self, root: os.PathLike, clips: str) -> None:
        self.root = Path(root)
        self.clips = self.root / clips
        self._state = self.root / '.prepare'

    def __enter__(self) -> 'ClipStore':
        self._state.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(self._state / 'lock', self.root)
        self._sweep()
        self._run = Path(tempfile.mkdtemp(prefix='run-', dir=self._state))
        return self

    def __exit__(self, *error: Any) -> None:
        self._sweep()
        self._lock.close()

    def _sweep(self) -> None:
        """Remove workplaces: a killed run's workers outlive it briefly."""
        for workplace in self._state.glob('run-*'):
            shutil.rmtree(workplace, ignore_errors=True)

    def workplace(self, number: int) -> str:
        """Where a worker writes its clip; ``.csv`` added, its table."""
        return str(self._run / str(number) / 'clip')

    def record(self, clip_id: str) -> Optional[dict]:
        """What is known of a video; None if it is to be done.

        Raises:
            ValueError: If the record is damaged.
        """
        path = self._record_path(clip_id)
        if not path.is_file():
            return None
        try:
            record = json.loads(path.read_text('utf-8'))
            record['status']  # every record has one
            return record
        except (LookupError, TypeError, ValueError) as error:
            raise ValueError(
                f'{path}: expected the record of a video, found '
                f'{type(error).__name__}: {error}. Remove the file: the video '
                'is done again') from error

    def publish(self, clip_id: str, number: int, record: dict) -> None:
        """Move a finished clip, its table and its record to their places."""
        made = Path(self.workplace(number))
        self._move(made, self.clips / clip_id)
        self._move(made.with_suffix('.csv'), self._table_path(clip_id))
        self.write(self._record_path(clip_id), to_json(record))
        shutil.rmtree(made.parent, ignore_errors=True)

    def write(self, path: Path, text: str) -> None:
        """Write a text file at once."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text.encode(), self._run)  # swept after a kill

    def replace_folder(self, made: Path, target: Path) -> None:
        """Put a folder in the place of another."""
        self._move(made, target)

    def scratch(self, name: str) -> Path:
        """A path in the folder of this run."""
        return self._run / name

    def _move(self, made: Path, target: Path) -> None:
        """Rename; what was there before goes, also where nothing comes."""
        if target.exists():
            grave = Path(tempfile.mkdtemp(prefix='old-', dir=self._run))
            target.rename(grave / 'old')
            shutil.rmtree(grave, ignore_errors=True)
        if made.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            made.rename(target)

    def _table_path(self, clip_id: str) -> Path:
        return self.root / 'faces' / (clip_id + '.csv')

    def _record_path(self, clip_id: str) -> Path:
        return self._state / 'records' / (clip_id + '.json')


def to_json(value: Any) -> str:
    """JSON as it is written here: readable, with the keys' own order."""
    return json.dumps(value, indent=1, ensure_ascii=False) + '\n'


def _lock(path: Path, root: Path):
    """Open and lock a file; the lock ends with this process."""
    file = open(path, 'w')
    try:
        import fcntl
    except ImportError:  # no such locks on this system
        return file
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise BlockingIOError(
            f'{root}: another run is writing there. Wait for its end, or '
            'choose another folder with --out.') from error
    return file
