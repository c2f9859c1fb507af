# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Soft shadows and wrinkles of a face, as one multiplicative map."""
from typing import Dict, Mapping

import cv2
import numpy as np

from .action_units import AU_INDEX
from .identity import Identity
from .scene import Scene
from .sketch import Sketch, between

# Where the lit edge of a wrinkle lies, (half, xy) in face units.
_BESIDE = np.array(((.035, 0), (-.035, 0)))
_BELOW = np.array(((0, .035), (0, .035)))
_NEUTRAL = 128  # value of the map that leaves the skin as it is

#: Wrinkle -> action unit -> how much the unit deepens it (0: always there).
CREASES: Dict[str, Mapping[int, float]] = dict(
    fold={0: .22, 12: .75, 10: .7, 9: .6, 20: .3, 15: .25},
    furrow={0: .02, 4: .9, 9: .4},
    forehead={1: .75, 2: .1},
    forehead_high={1: .3, 2: .55},
    nose_wrinkle={9: 1., 10: .2},
    nose_wrinkle_low={9: .9},
    crow={6: .8},
    crow_low={6: .65},
    bag={0: .22, 6: .55, 7: .3, 9: .35},
    crease={0: .5, 5: .2, 4: .15},
    wing={0: .5, 9: .4, 10: .2},
    chin={0: .05, 17: .9},
    corner={0: .12, 12: .5, 15: .7, 20: .5, 24: .35, 10: .2})


def crease_depth(activation: np.ndarray, name: str, age: float) -> float:
    """How dark a wrinkle is.

    Args:
        activation (np.ndarray): ``(len(ACTION_UNITS), )``.
        name (str): Key of :data:`CREASES`.
        age (float): ``Identity.wrinkles``.

    Returns:
        float: 0 invisible .. 1 as dark as wrinkles get.
    """
    depth = sum(gain * (age * .3 if au == 0 else
                        (.7 + .3 * age) * activation[AU_INDEX[au]])
                for au, gain in CREASES[name].items())
    return min(float(depth), 1.)


def _soft(sketch: Sketch, person: Identity, scene: Scene,
          activation: np.ndarray, side: int) -> np.ndarray:
    """Shadows without an edge: sockets, nose, cheeks, lip, outline."""
    layer = np.full((side // 2, side // 2), _NEUTRAL, np.uint8)
    half = .5  # this layer has half the canvas' pixels
    smile = max(activation[AU_INDEX[6]], activation[AU_INDEX[12]])
    sketch.line(layer, [half * sketch.both('contour')], 96, .035)
    for k in range(2):
        lit = .5 + .5 * scene.light[0] * (1, -1)[k]  # this half's share
        sketch.fill(layer, half * between(sketch.curve('brow', k),
                                          sketch.curve('bag', k)), 112)
        sketch.fill(layer, half * sketch.curve('cheek', k),
                    134 + 10 * lit + 12 * smile)
        sketch.line(layer, [half * sketch.curve('nose_side', k)],
                    92 + 30 * lit, .055)
        sketch.line(layer, [half * sketch.curve('fold', k)],
                    122 - 26 * smile, .05)
    lip = half * sketch.both('lip_low')[4:-4]
    down = np.array((0, half * sketch.unit))
    sketch.line(layer, [lip + .055 * down], 92, .03)
    sketch.line(layer, [lip + .16 * down], 138, .04)
    ridge = half * .5 * (sketch.curve('nose_side', 0) +
                         sketch.curve('nose_side', 1))
    sketch.line(layer, [ridge[2:]], 152, .035)
    cv2.circle(layer, tuple(int(v) for v in ridge[-1]),
               max(1, round(.05 * sketch.unit * half)), 160, -1)
    layer = cv2.GaussianBlur(layer, (0, 0), .04 * sketch.unit * half)
    return cv2.resize(layer, (side, side))


def shade_map(sketch: Sketch, person: Identity, scene: Scene,
              activation: np.ndarray, side: int) -> np.ndarray:
    """Multiplicative map of shadows and wrinkles.

    Args:
        sketch (Sketch): The posed face.
        person (Identity): Its owner, for the depth of the wrinkles.
        scene (Scene): The light.
        activation (np.ndarray): ``(len(ACTION_UNITS), )``.
        side (int): Canvas side.

    Returns:
        np.ndarray: uint8 ``(side, side)``; 128 leaves the skin as it is.
    """
    fine = np.full((side, side), _NEUTRAL, np.uint8)
    for name in CREASES:
        depth = crease_depth(activation, name, person.wrinkles)
        if depth < .04:
            continue
        away = (_BESIDE if name in ('furrow', 'fold') else
                _BELOW) * sketch.unit
        pair = [sketch.curve(name, k) for k in range(2)]
        sketch.line(fine, [line + side_step for line, side_step
                           in zip(pair, away)], _NEUTRAL + 22 * depth, .026)
        sketch.line(fine, pair, _NEUTRAL - 34 * depth, .02)
        sketch.line(fine, [line[len(line) // 6:-(len(line) // 6)]
                           for line in pair], _NEUTRAL - 72 * depth, .024)
    fine = cv2.GaussianBlur(fine, (0, 0), max(.6, .016 * sketch.unit))
    return cv2.multiply(fine, _soft(sketch, person, scene, activation, side),
                        scale=1 / _NEUTRAL)
