# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Facial action units (FACS) of the seven emotions, and how they unfold.

An expression is a vector of activations in [0, 1], one for each unit of
:data:`ACTION_UNITS`. Everything here is numbers; the drawing is elsewhere.

Source: Ekman, Friesen and Hager, Facial Action Coding System (2002), the
prototypes and their common variants.
"""
from typing import Dict, Mapping, Tuple

import numpy as np

#: Units the drawn face can move, by their FACS number.
ACTION_UNITS: Dict[int, str] = {
    1: 'inner brow raiser',
    2: 'outer brow raiser',
    4: 'brow lowerer',
    5: 'upper lid raiser',
    6: 'cheek raiser',
    7: 'lid tightener',
    9: 'nose wrinkler',
    10: 'upper lip raiser',
    12: 'lip corner puller',
    15: 'lip corner depressor',
    16: 'lower lip depressor',
    17: 'chin raiser',
    18: 'lip pucker',
    20: 'lip stretcher',
    23: 'lip tightener',
    24: 'lip pressor',
    25: 'lips part',
    26: 'jaw drop',
    45: 'blink',
    54: 'head down',
    57: 'head forward',
    58: 'head back',
    64: 'eyes down',
}
#: Place of each unit in an activation vector.
AU_INDEX: Dict[int, int] = {au: i for i, au in enumerate(ACTION_UNITS)}

#: Emotion -> unit -> (strength at full intensity, share of people who use it).
PROTOTYPES: Dict[str, Mapping[int, Tuple[float, float]]] = dict(
    happy={6: (1, 1), 12: (1, 1), 25: (.8, .7), 26: (.3, .3)},
    sad={1: (1, 1), 4: (.7, 1), 15: (1, 1), 17: (.8, .7), 54: (.6, .6),
         64: (.6, .6)},
    neutral={},
    angry={4: (1, 1), 5: (.6, .8), 7: (.9, 1), 23: (1, 1), 24: (.8, .8),
           17: (.4, .4), 57: (.5, .4)},
    surprise={1: (1, 1), 2: (1, 1), 5: (.9, 1), 25: (.6, 1), 26: (1, 1)},
    disgust={9: (1, 1), 10: (1, 1), 4: (.4, .6), 7: (.4, .6), 15: (.5, .5),
             16: (.7, .6), 25: (.5, .6), 58: (.4, .4)},
    fear={1: (1, 1), 2: (.6, 1), 4: (.9, 1), 5: (1, 1), 7: (.3, .5),
          20: (1, 1), 25: (.7, 1), 26: (.4, .7), 58: (.4, .4)},
)


def personal_prototype(emotion: str, rng: np.random.Generator) -> np.ndarray:
    """One person's way of showing an emotion.

    Args:
        emotion (str): Key of :data:`PROTOTYPES`.
        rng (np.random.Generator): The person's source of chance.

    Returns:
        np.ndarray: float64 ``(len(ACTION_UNITS), )`` in [0, 1], the
        activations at full intensity. Strengths differ by up to a quarter
        between people; optional units are there or not.

    Raises:
        ValueError: If the emotion has no prototype.
    """
    if emotion not in PROTOTYPES:
        raise ValueError(f'no prototype for emotion {emotion!r}: expected '
                         f'one of {tuple(PROTOTYPES)}')
    activation = np.zeros(len(ACTION_UNITS))
    for au, (strength, share) in PROTOTYPES[emotion].items():
        used, personal = rng.random(), rng.uniform(.75, 1.1)
        if used < share:
            activation[AU_INDEX[au]] = min(strength * personal, 1)
    return activation


def smoothstep(x: np.ndarray) -> np.ndarray:
    """3x^2 - 2x^3 on [0, 1], 0 before and 1 after."""
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def envelope(time: np.ndarray, onset: float, apex: float, offset: float,
             end: float) -> np.ndarray:
    """Rise, hold and fall of an expression.

    Args:
        time (np.ndarray): ``(T, )`` frames.
        onset (float): Frame where it begins to rise; 0 up to here.
        apex (float): Frame where it is full, > ``onset``.
        offset (float): Frame where it begins to fall, >= ``apex``.
        end (float): Frame where it is gone, > ``offset``.

    Returns:
        np.ndarray: float ``(T, )`` in [0, 1].

    Example:
        >>> envelope(np.arange(7.), 0, 2, 4, 6).tolist()
        [0.0, 0.5, 1.0, 1.0, 1.0, 0.5, 0.0]
    """
    return (smoothstep((time - onset) / (apex - onset)) *
            smoothstep((end - time) / (end - offset)))


def speech(time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mouth movement of talking, at four to six syllables a second (25 fps).

    Args:
        time (np.ndarray): ``(T, )`` frames.
        rng (np.random.Generator): Source of chance.

    Returns:
        np.ndarray: float ``(T, len(ACTION_UNITS))`` activations of lips part,
        jaw drop and lip pucker; zero in the pauses.
    """
    out = np.zeros((len(time), len(ACTION_UNITS)))
    pace, phase = rng.uniform(.16, .24), rng.uniform(0, 2 * np.pi, 3)
    syllable = .5 + .5 * np.sin(2 * np.pi * pace * time + phase[0])
    talking = smoothstep(
        2 * np.sin(2 * np.pi * time / rng.uniform(24, 60) + phase[1]) + 1)
    out[:, AU_INDEX[25]] = .55 * syllable * talking
    out[:, AU_INDEX[26]] = .35 * syllable**2 * talking
    out[:, AU_INDEX[18]] = .5 * talking * np.clip(
        np.sin(1.3 * pace * time + phase[2]), 0, 1)
    return out


def blinks(time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Lid closure, a blink of about five frames every two to five seconds.

    Args:
        time (np.ndarray): ``(T, )`` frames at 25 a second.
        rng (np.random.Generator): Source of chance.

    Returns:
        np.ndarray: float ``(T, )`` in [0, 1], activation of unit 45.
    """
    closed = np.zeros(len(time))
    moment = time[0] + rng.uniform(0, 60)
    while moment <= time[-1]:
        closed = np.maximum(
            closed, envelope(time, moment - 2, moment, moment + .6,
                             moment + 3.5))
        moment += rng.uniform(50, 125)
    return closed
