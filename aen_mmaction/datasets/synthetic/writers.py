# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Drawn clips and stills in the folder layouts of DFEW and RAF-DB."""
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Callable, Iterable, List, NamedTuple, Sequence, Tuple

import cv2
import numpy as np

from aen_mmaction.emotions import DFEW_CLASSES, RAFDB_CLASSES

from .clips import render_clip, render_still
from .script import distractor_share

NUM_FOLDS = 5
TEST_SHARE = .2  # of the stills
_K = len(DFEW_CLASSES)
# First numbers of an identity's seed after the set's: whom it may appear in.
_CLIP_PEOPLE, _TRAIN_PEOPLE, _TEST_PEOPLE, _ORDER = range(4)
_JPEG = [cv2.IMWRITE_JPEG_QUALITY, 92]


class Written(NamedTuple):
    """What a writer wrote.

    Attributes:
        count (int): Clips or stills.
        frames (int): Images.
        cpu_seconds (float): Spent on drawing and writing, over all workers.
        distractor_share (float): Mean over the clips; 0 for stills.
    """
    count: int
    frames: int
    cpu_seconds: float
    distractor_share: float


def clip_plan(num_clips: int, seed: int) -> List[Tuple[str, int]]:
    """Emotion and fold of each clip, balanced, in a mixed order.

    Args:
        num_clips (int): N, at least 35 (7 emotions in each of 5 folds).
        seed (int): The set's seed.

    Returns:
        list[tuple[str, int]]: N pairs of emotion and the 1-based fold whose
        test part the clip is in. Counts of two emotions in a fold differ by
        at most one.

    Raises:
        ValueError: If a fold would lack an emotion.
    """
    if num_clips < _K * NUM_FOLDS:
        raise ValueError(
            f'expected at least {_K * NUM_FOLDS} clips (one of each of {_K} '
            f'emotions in each of {NUM_FOLDS} folds), got {num_clips}')
    order = np.random.default_rng([seed, _ORDER]).permutation(num_clips)
    return [(DFEW_CLASSES[k % _K], k // _K % NUM_FOLDS + 1)
            for k in order.tolist()]


def clip_lengths(num_clips: int, seed: int, min_frames: int,
                 max_frames: int) -> List[int]:
    """Number of frames of each clip of a set."""
    return np.random.default_rng([seed, _ORDER, 1]).integers(
        min_frames, max_frames + 1, num_clips).tolist()


def clip_seeds(seed: int, clip_id: int) -> Tuple[tuple, tuple]:
    """Seeds of a clip's person and of everything else of it."""
    return (seed, _CLIP_PEOPLE, clip_id), (seed, _CLIP_PEOPLE, clip_id, 9)


def _save(path: Path, image: np.ndarray) -> None:
    if not cv2.imwrite(str(path), image[..., ::-1], _JPEG):
        raise OSError(f'could not write {path}')


def _run(job: Callable, tasks: Iterable[tuple], workers: int) -> list:
    """Map a job over tasks, in order, in this or in several processes.

    OpenCV's own threads end first: they would not survive a fork, and images
    this small are drawn faster without them.
    """
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        if workers == 1:
            return [job(task) for task in tasks]
        with ProcessPoolExecutor(workers) as pool:
            return list(pool.map(job, tasks, chunksize=4))
    finally:
        cv2.setNumThreads(threads)


def _write_clip(task: Tuple[str, int, str, int, int, int, float]) -> tuple:
    """Draw and save one clip; returns its frame rows, share and seconds."""
    folder, clip_id, emotion, seed, num_frames, size, share = task
    start = time.process_time()
    clip = render_clip(emotion, *clip_seeds(seed, clip_id), num_frames, size,
                       share)
    name = f'{clip_id:05d}'
    path = Path(folder) / name
    path.mkdir(parents=True)
    for t, frame in enumerate(clip.frames, 1):
        _save(path / f'{name}_{t:05d}.jpg', frame)
    rows = [f'{clip_id},{t},{label + 1},{value:.4f}' for t, (label, value)
            in enumerate(zip(clip.labels, clip.intensities), 1)]
    own = DFEW_CLASSES.index(emotion)
    return (rows, distractor_share(clip.labels, own),
            time.process_time() - start)


def write_dfew(root: Path,
               num_clips: int,
               size: int = 112,
               seed: int = 0,
               min_frames: int = 24,
               max_frames: int = 48,
               share: float = .4,
               workers: int = 1) -> Written:
    """Write clips in DFEW's layout, one person to a clip.

    Args:
        root (Path): Folder to write into, e.g. ``data/synthetic/dfew``.
        num_clips (int): N, at least 35.
        size (int): Image side in pixels.
        seed (int): Seed of the set, >= 0.
        min_frames (int): Shortest clip, at least 8.
        max_frames (int): Longest clip.
        share (float): Distractor share aimed at, 0 to 0.6.
        workers (int): Processes; the result does not depend on them.

    Returns:
        Written: Counts, time and the measured distractor share.

    Raises:
        ValueError: If an argument is out of range.
    """
    if not 8 <= min_frames <= max_frames:
        raise ValueError('expected 8 <= min_frames <= max_frames, got '
                         f'{min_frames} and {max_frames}')
    root = Path(root)
    plan = clip_plan(num_clips, seed)
    folder = str(root / 'Clip' / 'clip_224x224')
    lengths = clip_lengths(num_clips, seed, min_frames, max_frames)
    results = _run(_write_clip,
                   [(folder, i, emotion, seed, lengths[i - 1], size, share)
                    for i, (emotion, _) in enumerate(plan, 1)], workers)
    for fold in range(1, NUM_FOLDS + 1):
        for part in ('train', 'test'):
            rows = [f'{i},{DFEW_CLASSES.index(emotion) + 1}'
                    for i, (emotion, test_fold) in enumerate(plan, 1)
                    if (test_fold == fold) == (part == 'test')]
            _write_lines(
                root / 'EmoLabel_DataSplit' / f'{part}(single-labeled)' /
                f'set_{fold}.csv', ['video_name,label', *rows])
    _write_lines(root / 'frame_labels.csv',
                 ['video_name,frame,label,intensity',
                  *(row for rows, _, _ in results for row in rows)])
    return Written(num_clips, sum(lengths), sum(r[2] for r in results),
                   float(np.mean([r[1] for r in results])))


def _write_lines(path: Path, lines: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('\n'.join(lines) + '\n', encoding='utf-8')


def _write_still(task: Tuple[str, str, int, str, int, int, int]) -> tuple:
    """Draw and save one still; returns its intensity and seconds."""
    folder, name, people, emotion, number, seed, size = task
    start = time.process_time()
    still = render_still(emotion, (seed, people, number),
                         (seed, people, number, 9), size)
    _save(Path(folder) / f'{name}_aligned.jpg', still.image)
    return still.intensity, time.process_time() - start


def write_rafdb(root: Path,
                num_stills: int,
                size: int = 112,
                seed: int = 0,
                workers: int = 1) -> Written:
    """Write stills in RAF-DB's layout, one person to a still.

    Nobody in it occurs in a clip, and nobody of the train part in the test
    part (one still in five).

    Args:
        root (Path): Folder to write into, e.g. ``data/synthetic/raf-db``.
        num_stills (int): N, at least 35.
        size (int): Image side in pixels.
        seed (int): Seed of the set, >= 0.
        workers (int): Processes; the result does not depend on them.

    Returns:
        Written: Counts and time.

    Raises:
        ValueError: If a part would lack an emotion.
    """
    num_test = round(TEST_SHARE * num_stills)
    if num_test < _K:
        raise ValueError(f'expected at least {round(_K / TEST_SHARE)} stills '
                         f'(each of {_K} emotions in the test part), got '
                         f'{num_stills}')
    folder = Path(root) / 'basic' / 'Image' / 'aligned'
    folder.mkdir(parents=True)
    tasks = []
    for part, people, width, count in (
            ('train', _TRAIN_PEOPLE, 5, num_stills - num_test),
            ('test', _TEST_PEOPLE, 4, num_test)):
        order = np.random.default_rng([seed, _ORDER, 2 + people])
        tasks += [(str(folder), f'{part}_{i:0{width}d}', people,
                   RAFDB_CLASSES[k % _K], i, seed, size)
                  for i, k in enumerate(order.permutation(count).tolist(), 1)]
    results = _run(_write_still, tasks, workers)
    labels = [RAFDB_CLASSES.index(task[3]) + 1 for task in tasks]
    _write_lines(
        Path(root) / 'basic' / 'EmoLabel' / 'list_patition_label.txt',
        [f'{task[1]}.jpg {label}' for task, label in zip(tasks, labels)])
    _write_lines(
        Path(root) / 'labels.csv',
        ['image,label,intensity',
         *(f'{task[1]}.jpg,{label},{intensity:.4f}'
           for task, label, (intensity, _) in zip(tasks, labels, results))])
    return Written(num_stills, num_stills, sum(r[1] for r in results), 0.)
