# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Contact sheets: what the drawn faces look like, at a glance."""
from typing import Tuple

import cv2
import numpy as np

from aen_mmaction.emotions import DFEW_CLASSES

from .clips import render_clip, render_still
from .script import VISIBLE

_PAPER, _INK = 250, (30, 30, 30)


def _write(image: np.ndarray, text: str, place: Tuple[int, int],
           color: Tuple[int, int, int] = _INK) -> None:
    cv2.putText(image, text, place, cv2.FONT_HERSHEY_SIMPLEX, .42, color, 1,
                cv2.LINE_AA)


def stills_sheet(num_people: int = 6, size: int = 112,
                 seed: int = 0) -> np.ndarray:
    """Seven emotions (columns) of several people (rows).

    Args:
        num_people (int): Rows.
        size (int): Side of a face in pixels.
        seed (int): Seed of the people.

    Returns:
        np.ndarray: uint8 ``(H, W, 3)`` RGB.
    """
    rows = [
        np.hstack([
            render_still(name, (seed, i), (seed, i, k), size).image
            for k, name in enumerate(DFEW_CLASSES)
        ]) for i in range(num_people)
    ]
    head = np.full((18, size * len(DFEW_CLASSES), 3), _PAPER, np.uint8)
    for k, name in enumerate(DFEW_CLASSES):
        _write(head, name, (k * size + 4, 13))
    return np.vstack([head, *rows])


def clip_strip(emotion: str, seed: int = 0, num_frames: int = 24,
               size: int = 112, share: float = .4) -> np.ndarray:
    """All frames of a clip in rows of eight, with what they really show.

    Args:
        emotion (str): The clip's own emotion, whose frames are named in blue.
        seed (int): Seed of person and clip.
        num_frames (int): T.
        size (int): Side of a frame in pixels.
        share (float): Distractor share aimed at.

    Returns:
        np.ndarray: uint8 ``(H, W, 3)`` RGB.
    """
    clip = render_clip(emotion, (seed, ), (seed, 1), num_frames, size, share)
    rows = -(-num_frames // 8)
    sheet = np.full((18 + rows * (size + 18), 8 * size, 3), _PAPER, np.uint8)
    _write(sheet, f'clip labelled {emotion}; under each frame what it shows '
           f'and how strongly (below {VISIBLE}: neutral)', (4, 13))
    for t, frame in enumerate(clip.frames):
        top, left = 18 + t // 8 * (size + 18), t % 8 * size
        sheet[top:top + size, left:left + size] = frame
        name = DFEW_CLASSES[clip.labels[t]]
        _write(sheet, f'{name} {clip.intensities[t]:.2f}',
               (left + 3, top + size + 13),
               (20, 70, 190) if name == emotion else (170, 60, 30))
    return sheet


def contact_sheet(size: int = 112, seed: int = 0,
                  share: float = .4) -> np.ndarray:
    """Stills of six people and the frames of one clip; uint8 RGB."""
    parts = [stills_sheet(6, size, seed),
             clip_strip('happy', seed, 24, size, share)]
    width = max(part.shape[1] for part in parts)
    return np.vstack([
        np.pad(part, ((0, 0), (0, width - part.shape[1]), (0, 0)),
               constant_values=_PAPER) for part in parts
    ])
