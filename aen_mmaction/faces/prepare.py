# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Raw videos to aligned face clips: the whole job."""
import csv
import io
import os
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Sequence, Tuple

from ..datasets.frame_folders import list_images
from ..emotions import CLASS_ORDERS, canonical_name
from .card import CARD, card_text, count_records, make_card, read_card
from .clip import STATES, ClipOptions, make_clip
from .sheets import Strip, write_sheets
from .sources import Video, find_clashes
from .store import ClipStore, to_json
from .workers import WorkerDied, run_in_workers

COLUMNS = ('video', 'clip_id', 'label', 'status', 'reason', 'frames', *STATES,
           'left_out', 'tracks', 'width', 'height', 'seconds_long')


class Job(NamedTuple):
    """What a worker needs to know of a video."""
    number: int
    video: Video
    folder: str
    options: ClipOptions


class Preparation:
    """Aligned face clips of many videos; can be stopped and taken up again.

    Args:
        videos (Sequence[Video]): From :mod:`.sources`.
        out (str | Path): Folder of the clips. What is there already and was
            made with the same settings is not made again.
        options (ClipOptions): Detector, rule, sizes.
        retry (bool): Try videos again that failed before.

    Raises:
        BlockingIOError: On entering, if another run works in this folder.
        ModuleNotFoundError: If the detector's package is not installed.
        ValueError: If ``out`` holds clips made with other settings, or other
            things.

    Example:
        >>> with Preparation(videos, 'data/mine', ClipOptions()) as job:
        ...     for video, record, seconds in job.run(workers=4):
        ...         print(video.name, record['status'])
        ...     job.finish()
    """

    def __init__(self, videos: Sequence[Video], out: os.PathLike,
                 options: ClipOptions, retry: bool = False) -> None:
        self.videos = videos
        self.options = options
        size = options.faces.size
        self.card = make_card(options)
        self._refuse_other_content(Path(out))
        self.store = ClipStore(out, f'clip_{size}x{size}')
        self._retry = retry

    def __enter__(self) -> 'Preparation':
        self.store.__enter__()
        self.store.write(self.store.root / CARD, to_json(self.card))
        self.todo = [v for v in self.videos if not self._is_done(v)]
        return self

    def __exit__(self, *error: object) -> None:
        self.store.__exit__(*error)

    def run(self, workers: int = 1
            ) -> Iterator[Tuple[Video, dict, Dict[str, float]]]:
        """Make the clips that are not there yet.

        Args:
            workers (int): Processes.

        Yields:
            tuple: Each video as it is done, its record, and the seconds of
            processor time that ``detection`` and ``alignment`` took.
        """
        clashes = find_clashes(self.videos)
        jobs = [
            Job(i, video, self.store.workplace(i), self.options)
            for i, video in enumerate(self.todo)
            if video.name not in clashes
        ]
        for video in self.todo:
            if video.name in clashes:
                yield video, _failure(video, clashes[video.name]), {}
        for job, result in run_in_workers(make_one, jobs, workers):
            if isinstance(result, OSError):
                raise result
            if isinstance(result, WorkerDied):
                result = dict(status='failed', reason=str(result))
            seconds = result.pop('seconds', {})
            record = _record(job.video, result)
            self.store.publish(job.video.clip_id, job.number, record)
            yield job.video, record, seconds

    @staticmethod
    def bytes_of(videos: Sequence[Video]) -> int:
        """Size of the videos, by which the time left can be told."""
        return sum(max(_size(video.path), 0) for video in videos)

    def finish(self) -> List[dict]:
        """Write the card, the tables, the list and the contact sheets.

        Returns:
            list[dict]: The records of all videos, in their order.
        """
        clashes = find_clashes(self.videos)
        records = [
            _failure(v, clashes[v.name]) if v.name in clashes else
            dict(self.store.record(v.clip_id), label=v.label)
            for v in self.videos
        ]
        bad = [r for r in records if r['status'] != 'ok']
        made = [r for r in records if r['status'] in ('ok', 'incomplete')]
        root, store = self.store.root, self.store
        store.write(root / 'videos.csv', _table(records, COLUMNS))
        store.write(root / 'failed.csv', _table(bad, COLUMNS[:5]))
        store.write(root / 'list.txt', self._list(made))
        self._draw_sheets(made)
        card = dict(self.card, finished=True, counts=count_records(records))
        store.write(root / 'README.md', card_text(card))
        store.write(root / CARD, to_json(card))
        return records

    def _refuse_other_content(self, out: Path) -> None:
        """Only a folder of clips with these settings may be gone on with."""
        if not out.exists() or (out.is_dir() and not any(
                entry.name != '.prepare' for entry in out.iterdir())):
            return
        try:
            found = read_card(out)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise ValueError(
                f'{out}: expected an absent or empty folder, or clips made '
                'by this tool; found something else. Choose another folder '
                'with --out.') from error
        for key in ('settings', 'detector', 'packages'):
            if found[key] != self.card[key]:
                raise ValueError(
                    f'{out}: holds clips made with other {key}: expected '
                    f'{self.card[key]}, found {found[key]}. Use the same, or '
                    'choose another folder with --out.')

    def _is_done(self, video: Video) -> bool:
        record = self.store.record(video.clip_id)
        if record is None or record['video'] != video.name:
            return False
        if self._retry and record['status'] == 'failed':
            return False
        return record['bytes'] == _size(video.path)

    def _list(self, made: List[dict]) -> str:
        """``path frames class`` of each clip, if the classes are emotions."""
        known = {name for names in CLASS_ORDERS.values() for name in names}
        labels = {r['label'] for r in made}
        if not labels or not all(
                canonical_name(name) in known for name in labels):
            return '# no list: the classes of the videos are not known\n'
        folder = self.store.clips
        return ''.join(
            f'{folder.name}/{r["clip_id"]} '
            f'{len(list_images(folder / r["clip_id"]))} '
            f'{canonical_name(r["label"])}\n' for r in made)

    def _draw_sheets(self, made: List[dict]) -> None:
        """Contact sheets, one class after the other."""
        fresh = self.store.scratch('contact_sheets')
        fresh.mkdir()
        classes: Dict[str, List[Strip]] = {}
        for r in made:
            notes = []
            if r['interpolated']:
                notes.append(f'{r["interpolated"]} interpolated')
            if r['left_out']:
                notes.append(f'without {r["left_out"]}')
            classes.setdefault(r['label'] or 'no_class', []).append(
                Strip(r['clip_id'], '; '.join(notes),
                      str(self.store.clips / r['clip_id'])))
        for label, strips in classes.items():
            write_sheets(strips, str(fresh / label))
        self.store.replace_folder(fresh, self.store.root / 'contact_sheets')


def make_one(job: Job) -> object:
    """One video in a worker; a full disk ends the job, a bad video not."""
    name = job.video.clip_id.rsplit('/', 1)[-1]
    try:
        return make_clip(job.video.path, job.folder, name, job.options)
    except OSError as error:
        return error
    except Exception as error:  # noqa: B902 whatever a broken file brings
        return dict(status='failed', reason=f'{type(error).__name__}: {error}')


def _record(video: Video, result: dict) -> dict:
    return dict(video=video.name, clip_id=video.clip_id, label=video.label,
                bytes=_size(video.path), **result)


def _size(path: str) -> int:
    """Bytes of a file; -1 where it cannot be told, as of a dead link."""
    try:
        return os.path.getsize(path)
    except OSError:
        return -1


def _failure(video: Video, reason: str) -> dict:
    return _record(video, dict(status='failed', reason=reason))


def _table(records: List[dict], columns: Sequence[str]) -> str:
    """The records as csv."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator='\n')
    writer.writerow(columns)
    writer.writerows([r.get(c, '') for c in columns] for r in records)
    return file.getvalue()
