# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Clips and stills of made-up people who act, talk, blink and move."""
from typing import Dict, List, NamedTuple, Sequence

import numpy as np

from aen_mmaction.emotions import DFEW_CLASSES

from .action_units import (AU_INDEX, blinks, personal_prototype, smoothstep,
                           speech)
from .face import Portrait
from .identity import make_identity
from .mesh import Pose
from .scene import SUPERSAMPLING, expose, make_scene
from .script import NEUTRAL, script_emotions, script_poses, shown_labels


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


def _check(emotion: str, size: int, num_frames: int = 8) -> None:
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
        share (float): Distractor share aimed at, 0 to 0.6.

    Returns:
        SyntheticClip: The same for the same arguments, always.

    Raises:
        ValueError: If an argument is out of range.
    """
    take = _stage(emotion, identity_seed, clip_seed, num_frames, size, share)
    scene = take.portrait.scene
    frames = np.stack([
        expose(take.portrait.draw(units, pose), scene, take.rng)
        for units, pose in zip(take.activation, take.poses)
    ])
    return SyntheticClip(frames, shown_labels(take.strength),
                         take.strength.max(1))


def clip_regions(emotion: str,
                 identity_seed: Sequence[int],
                 clip_seed: Sequence[int],
                 num_frames: int = 24,
                 size: int = 112,
                 share: float = .4) -> Dict[str, np.ndarray]:
    """Where mouth, brows and face are in each frame of a drawn clip.

    Args and errors as :func:`render_clip`, whose frames they belong to.

    Returns:
        dict[str, np.ndarray]: ``mouth``, ``brow_right``, ``brow_left`` (of
        the image) and ``face`` -> float64 ``(T, n, 2)``, points x, y on their
        outlines in pixels of the image.
    """
    take = _stage(emotion, identity_seed, clip_seed, num_frames, size, share)
    sketches = [
        take.portrait.sketch(units, pose)
        for units, pose in zip(take.activation, take.poses)
    ]

    def outline(*curves: Sequence[np.ndarray]) -> np.ndarray:
        points = [np.concatenate(parts) for parts in zip(*curves)]
        return np.stack(points) / SUPERSAMPLING

    return dict(
        mouth=outline([s.both('lip_up') for s in sketches],
                      [s.both('lip_low') for s in sketches]),
        brow_right=outline([s.curve('brow', 0) for s in sketches]),
        brow_left=outline([s.curve('brow', 1) for s in sketches]),
        face=outline([s.both('contour') for s in sketches]))


class _Take(NamedTuple):
    """A clip before it is drawn; ``rng`` goes on to the sensor's noise."""
    portrait: Portrait
    activation: np.ndarray  # (T, len(ACTION_UNITS))
    poses: List[Pose]
    strength: np.ndarray  # (T, K)
    rng: np.random.Generator


def _stage(emotion: str, identity_seed: Sequence[int],
           clip_seed: Sequence[int], num_frames: int, size: int,
           share: float) -> _Take:
    """Person, scene, expressions and poses of a clip."""
    _check(emotion, size, num_frames)
    if not 0 <= share <= .6:
        raise ValueError(f'share must be in [0, 0.6], got {share}')
    rng = np.random.default_rng([*clip_seed])
    person = make_identity(identity_seed)
    strength = script_emotions(emotion, num_frames, share, rng)
    time = np.arange(num_frames, dtype=float)
    habits = np.stack([
        personal_prototype(name,
                           np.random.default_rng([*person.style_seed, k]))
        for k, name in enumerate(DFEW_CLASSES)
    ])  # (K, A)
    activation = strength @ habits
    if rng.random() < .5:
        activation += rng.uniform(.4, 1) * speech(time, rng)
    activation[:, AU_INDEX[45]] += blinks(time, rng)
    activation = np.clip(activation, 0, 1)
    portrait = Portrait(person, make_scene(size, rng), rng)
    return _Take(portrait, activation, script_poses(time, rng), strength, rng)


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
    _check(emotion, size)
    rng = np.random.default_rng([*still_seed])
    person = make_identity(identity_seed)
    label = DFEW_CLASSES.index(emotion)
    intensity = 0. if label == NEUTRAL else float(rng.uniform(.5, 1))
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
