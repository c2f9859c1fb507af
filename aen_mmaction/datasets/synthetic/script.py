# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Scripts: which emotions a face shows in a clip, how strongly, and its pose.

A clip shows its own emotion rising, held and falling, interrupted by stretches
of other emotions: its label is not the label of each of its frames (AEN,
Figure 1).
"""
from typing import List

import numpy as np

from aen_mmaction.emotions import DFEW_CLASSES

from .action_units import envelope
from .mesh import Pose

NEUTRAL = DFEW_CLASSES.index('neutral')
#: Frames whose strongest expression is weaker than this are neutral.
VISIBLE = .15
#: Distractor share of neutral clips, as a part of the others' share.
NEUTRAL_FACTOR = .6
_RAMP = 1.5  # frames in which one emotion gives way to another, each side


def shown_labels(strength: np.ndarray) -> np.ndarray:
    """Emotion shown in each frame.

    Args:
        strength (np.ndarray): ``(T, K)`` in [0, 1], ``DFEW_CLASSES`` order.

    Returns:
        np.ndarray: int64 ``(T, )``: the strongest emotion, or neutral.
    """
    return np.where(strength.max(1) < VISIBLE, NEUTRAL, strength.argmax(1))


def distractor_share(labels: np.ndarray, own: int) -> float:
    """Share of frames that show another emotion than the clip's own.

    Counted between the onset and the offset of the clip's own emotion;
    neutral frames show no emotion.

    Args:
        labels (np.ndarray): ``(T, )`` emotion shown in each frame.
        own (int): The clip's own emotion; the whole clip counts if neutral.

    Returns:
        float: In [0, 1].
    """
    where = np.flatnonzero(labels == own)
    if own != NEUTRAL:
        labels = labels[where[0]:where[-1] + 1]
    return float(np.mean((labels != own) & (labels != NEUTRAL)))


def is_plurality(labels: np.ndarray, own: int) -> bool:
    """Whether a clip shows its own emotion in more frames than any other.

    Neutral frames do not compete with an emotion: they are its onset, its
    offset and its pauses.
    """
    count = np.bincount(labels, minlength=len(DFEW_CLASSES))
    rivals = np.delete(count, own if own == NEUTRAL else [own, NEUTRAL])
    return bool(count[own] > rivals.max())


def _segments(first: float, last: float, frames: float,
              rng: np.random.Generator) -> np.ndarray:
    """Up to three stretches inside [first, last] of ``frames`` in total."""
    count = int(rng.integers(1, 1 + min(3, max(1, int(frames // 3)))))
    lengths = frames * rng.dirichlet(np.full(count, 6.))
    gaps = (last - first - frames) * rng.dirichlet(np.full(count + 1, 2.))
    starts = first + np.cumsum(gaps[:-1]) + np.r_[0, np.cumsum(lengths)[:-1]]
    return np.stack((starts, starts + lengths), 1)


def script_emotions(emotion: str, num_frames: int, share: float,
                    rng: np.random.Generator) -> np.ndarray:
    """How strongly each emotion shows in each frame of a clip.

    Args:
        emotion (str): The clip's own emotion.
        num_frames (int): T.
        share (float): Aim for :func:`distractor_share`, 0 to 0.6; large aims
            are missed by some, since the clip's own emotion must lead.
        rng (np.random.Generator): Source of chance.

    Returns:
        np.ndarray: float64 ``(T, K)`` in [0, 1]. The clip's own emotion is
        shown in more frames than any other (:func:`is_plurality`).
    """
    own = DFEW_CLASSES.index(emotion)
    others = [k for k in range(len(DFEW_CLASSES)) if k not in (own, NEUTRAL)]
    time = np.arange(num_frames, dtype=float)
    while True:
        onset = rng.uniform(-.02, .08) * num_frames
        end = rng.uniform(.94, 1.04) * num_frames
        rise, fall = rng.uniform((.08, .12), (.18, .25)) * num_frames
        course = rng.uniform(.7, 1) * envelope(time, onset, onset + rise,
                                                end - fall, end)
        most = max(.47, share + .02)
        aim = np.clip(rng.normal(share, .05), 0, most) if share else 0
        if own == NEUTRAL:
            first, last, aim = 0, num_frames, NEUTRAL_FACTOR * aim
        else:
            first, last = onset + .4 * rise, end - .4 * fall
        strength = np.zeros((num_frames, len(DFEW_CLASSES)))
        stretches = _segments(first, last, aim * (last - first), rng)
        for start, stop in stretches if share else ():
            here = envelope(time, start - _RAMP - .5, start + _RAMP - .5,
                            stop - _RAMP - .5, stop + _RAMP - .5)
            course = course * (1 - here)
            k = int(rng.choice(others))
            strength[:, k] = np.maximum(strength[:, k],
                                        rng.uniform(.5, 1) * here)
        if own != NEUTRAL:
            strength[:, own] = course
        if is_plurality(shown_labels(strength), own):
            return strength


def _drift(time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Slow random movement ``(T, )`` of about unit size."""
    pace, phase = rng.uniform(.03, .14, 3), rng.uniform(0, 2 * np.pi, 3)
    return np.sin(time[:, None] * pace + phase).mean(1)


def script_poses(time: np.ndarray, rng: np.random.Generator) -> List[Pose]:
    """Head pose and gaze in each frame of a clip: a stance and its drift."""
    yaw = .22 * np.clip(rng.normal(), -1.5, 1.5) + .12 * _drift(time, rng)
    pitch = .07 * rng.normal() + .08 * _drift(time, rng)
    roll = .07 * rng.normal() + .07 * _drift(time, rng)
    x = .5 + .015 * rng.normal() + .015 * _drift(time, rng)
    y = .52 + .012 * rng.normal() + .012 * _drift(time, rng)
    unit = .435 * (1 + .04 * rng.normal() + .02 * _drift(time, rng))
    gaze = np.clip(-.10 * yaw + .03 * np.sign(_drift(3 * time, rng)), -.07,
                   .07)
    return [
        Pose(*values) for values in np.stack(
            (yaw, pitch, roll, x, y, unit, gaze, 0 * time), 1).tolist()
    ]
