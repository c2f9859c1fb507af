# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Scripts of what a face does in a clip, and clips and stills drawn by them.

A clip shows its own emotion rising, held and falling, interrupted by stretches
of other emotions, while the person talks, blinks and moves: a clip's label is
not the label of each of its frames (AEN, Figure 1).
"""
from typing import List, NamedTuple, Sequence

import numpy as np

from aen_mmaction.emotions import DFEW_CLASSES

from .action_units import (AU_INDEX, blinks, envelope, personal_prototype,
                           smoothstep, speech)
from .face import Portrait
from .identity import make_identity
from .mesh import Pose
from .scene import expose, make_scene

NEUTRAL = DFEW_CLASSES.index('neutral')
#: Frames whose strongest expression is weaker than this are neutral.
VISIBLE = .15
#: Distractor share of neutral clips, as a part of the others' share.
NEUTRAL_FACTOR = .6
_RAMP = 1.5  # frames in which one emotion gives way to another, each side


class SyntheticClip(NamedTuple):
    """A drawn clip of T frames with what it really shows.

    Attributes:
        frames (np.ndarray): uint8 ``(T, H, W, 3)`` RGB.
        labels (np.ndarray): int64 ``(T, )``, emotion shown in each frame,
            0-based in ``DFEW_CLASSES`` order.
        intensities (np.ndarray): float64 ``(T, )`` in [0, 1], strength of the
            strongest expression; below ``VISIBLE`` in neutral frames.
    """
    frames: np.ndarray
    labels: np.ndarray
    intensities: np.ndarray


class SyntheticStill(NamedTuple):
    """A drawn still: uint8 ``(H, W, 3)`` RGB, label and intensity as above."""
    image: np.ndarray
    label: int
    intensity: float


def shown_labels(strength: np.ndarray) -> np.ndarray:
    """Emotion shown in each frame.

    Args:
        strength (np.ndarray): ``(T, K)`` in [0, 1], ``DFEW_CLASSES`` order.

    Returns:
        np.ndarray: int64 ``(T, )``: the strongest emotion, or neutral.
    """
    return np.where(strength.max(1) < VISIBLE, NEUTRAL, strength.argmax(1))


def distractor_share(labels: np.ndarray, own: int) -> float:
    """Share of frames, between the onset and the offset of the clip's own
    emotion, that show another emotion (neutral frames show none).

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
        share (float): Aim for :func:`distractor_share`, 0 to 0.45.
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
        course = rng.uniform(.6, 1) * envelope(time, onset, onset + rise,
                                                end - fall, end)
        aim = np.clip(rng.normal(share, .05), 0, .47) if share else 0
        if own == NEUTRAL:
            first, last, aim = 0, num_frames, NEUTRAL_FACTOR * aim
        else:
            first, last = onset + .4 * rise, end - .4 * fall
        strength = np.zeros((num_frames, len(DFEW_CLASSES)))
        for start, stop in _segments(first, last, aim * (last - first), rng):
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


def _check(size: int, emotion: str, num_frames: int = 8) -> None:
    """Refuse what cannot be drawn."""
    if emotion not in DFEW_CLASSES:
        raise ValueError(f'unknown emotion {emotion!r}: expected one of '
                         f'{DFEW_CLASSES}')
    if size < 16:
        raise ValueError(f'size must be at least 16 pixels, got {size}')
    if num_frames < 8:
        raise ValueError(
            f'a clip needs at least 8 frames to unfold, got {num_frames}')


def render_clip(emotion: str,
                identity_seed: Sequence[int],
                clip_seed: Sequence[int],
                num_frames: int = 24,
                size: int = 112,
                share: float = .4) -> SyntheticClip:
    """Draw a clip.

    Args:
        emotion (str): The clip's own emotion, one of ``DFEW_CLASSES``.
        identity_seed (Sequence[int]): Who; see ``make_identity``.
        clip_seed (Sequence[int]): Everything else of the clip.
        num_frames (int): T, at least 8.
        size (int): Image side in pixels, at least 16.
        share (float): Distractor share aimed at, 0 to 0.45.

    Returns:
        SyntheticClip: The same for the same arguments, always.

    Raises:
        ValueError: If an argument is out of range.
    """
    _check(size, emotion, num_frames)
    if not 0 <= share <= .45:
        raise ValueError(f'share must be in [0, 0.45], got {share}')
    rng = np.random.default_rng([*clip_seed])
    person = make_identity(identity_seed)
    strength = script_emotions(emotion, num_frames, share, rng)
    time = np.arange(num_frames, dtype=float)
    habits = np.stack([
        personal_prototype(name, np.random.default_rng([*person.style_seed, k]))
        for k, name in enumerate(DFEW_CLASSES)
    ])  # (K, A)
    activation = strength @ habits
    if rng.random() < .5:
        activation += rng.uniform(.4, 1) * speech(time, rng)
    activation[:, AU_INDEX[45]] += blinks(time, rng)
    activation = np.clip(activation, 0, 1)
    portrait = Portrait(person, make_scene(size, rng), rng)
    frames = np.stack([
        expose(portrait.draw(units, pose), portrait.scene, rng)
        for units, pose in zip(activation, script_poses(time, rng))
    ])
    return SyntheticClip(frames, shown_labels(strength), strength.max(1))


def render_still(emotion: str,
                 identity_seed: Sequence[int],
                 still_seed: Sequence[int],
                 size: int = 112) -> SyntheticStill:
    """Draw a still, its expression between clearly visible and full.

    Args:
        emotion (str): One of ``DFEW_CLASSES``.
        identity_seed (Sequence[int]): Who; see ``make_identity``.
        still_seed (Sequence[int]): Everything else of the still.
        size (int): Image side in pixels, at least 16.

    Returns:
        SyntheticStill: The same for the same arguments, always.

    Raises:
        ValueError: If an argument is out of range.
    """
    _check(size, emotion)
    rng = np.random.default_rng([*still_seed])
    person = make_identity(identity_seed)
    label = DFEW_CLASSES.index(emotion)
    intensity = 0. if label == NEUTRAL else float(rng.uniform(.4, 1))
    activation = intensity * personal_prototype(
        emotion, np.random.default_rng([*person.style_seed, label]))
    moment = np.array([rng.uniform(0, 200)])
    if rng.random() < .3:
        activation += rng.uniform(.3, .9) * speech(moment, rng)[0]
    activation[AU_INDEX[45]] += float(
        smoothstep(np.array(rng.uniform(-12, 1))))
    activation = np.clip(activation, 0, 1)
    portrait = Portrait(person, make_scene(size, rng), rng)
    image = expose(portrait.draw(activation, script_poses(moment, rng)[0]),
                   portrait.scene, rng)
    return SyntheticStill(image, label, intensity)
