# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Where the face's curves lie at rest, and where each action unit moves them.

Face coordinates: origin between nose and eyes, x to the image's right, y
down, one unit about a third of the head's height. Only the half face x >= 0
is written down; the other half is its mirror image. Each curve is a list of
control points, x then y.
"""
from functools import lru_cache
from typing import Dict, Mapping, Tuple

import numpy as np

#: Curve -> control points ``(n, 2)`` of the half face at rest.
REST: Dict[str, np.ndarray] = {
    name: np.array(points, dtype=float).reshape(-1, 2)
    for name, points in dict(
        # centre to jaw to chin
        contour=(0, -1.08, .42, -1.0, .70, -.68, .79, -.2, .76, .2, .67, .58,
                 .46, .89, .2, 1.05, 0, 1.08),
        # inner end to outer end
        brow=(.13, -.46, .29, -.53, .46, -.54, .61, -.45),
        lid_up=(.165, -.15, .25, -.232, .35, -.26, .45, -.228, .54, -.165),
        lid_low=(.165, -.15, .25, -.088, .35, -.068, .45, -.09, .54, -.165),
        crease=(.18, -.22, .26, -.30, .37, -.325, .47, -.29, .57, -.20),
        bag=(.20, -.03, .30, .03, .42, .03, .53, -.05),
        wing=(.115, .19, .185, .235, .185, .30, .12, .34),
        nostril=(.035, .335, .075, .30, .13, .32, .09, .345),
        fold=(.19, .22, .29, .35, .385, .52, .40, .68),
        cheek=(.33, .12, .52, .05, .64, .18, .52, .38, .36, .33),
        # centre of the mouth to its corner
        lip_up=(0, .535, .085, .512, .20, .558, .31, .625),
        mouth_up=(0, .622, .10, .612, .20, .618, .295, .625),
        mouth_low=(0, .626, .10, .617, .20, .622, .295, .625),
        lip_low=(0, .765, .11, .752, .21, .70, .31, .625),
        corner=(.325, .58, .35, .63, .34, .69),
        # upper edge of a beard, centre to ear
        beard=(0, .85, .17, .84, .37, .72, .50, .46, .67, .22, .78, -.10),
        nose_side=(.10, -.34, .068, -.12, .085, .10, .15, .25),
        # wrinkles, seen only when their units act
        furrow=(.06, -.50, .052, -.42, .058, -.34),
        forehead=(0, -.70, .20, -.715, .38, -.70, .50, -.66),
        forehead_high=(0, -.82, .20, -.835, .40, -.80),
        nose_wrinkle=(0, -.16, .06, -.13, .12, -.06),
        nose_wrinkle_low=(0, -.06, .07, -.02, .13, .06),
        crow=(.60, -.18, .67, -.21, .73, -.25),
        crow_low=(.60, -.12, .67, -.10, .72, -.07),
        chin=(0, .87, .09, .885, .16, .93),
    ).items()
}

# Curve -> movement of its control points, (dx, dy) each, at activation 1.
_Moves = Mapping[str, Tuple[float, ...]]

_JAW = dict(
    mouth_low=(0, .24, -.01, .225, -.03, .15, -.05, .04),
    lip_low=(0, .23, -.01, .225, -.03, .17, -.06, .04),
    mouth_up=(0, -.01, -.01, -.01, -.03, -.005, -.05, .04),
    lip_up=(0, -.01, -.01, -.01, -.03, 0, -.06, .04),
    chin=(0, .19, 0, .19, 0, .19),
    beard=(0, .20, 0, .19, 0, .12, 0, .04, 0, 0, 0, 0),
    corner=(-.02, .03, -.02, .05, -.02, .08),
    contour=(0, 0, 0, 0, 0, 0, 0, 0, 0, .02, -.005, .07, -.005, .15, 0, .19,
             0, .19))

#: Action unit -> curve -> displacements of its control points.
MOVES: Dict[int, _Moves] = {
    1: dict(
        brow=(.01, -.16, 0, -.10, 0, -.02, 0, 0),
        lid_up=(0, 0, 0, -.02, 0, -.01, 0, 0, 0, 0),
        crease=(0, -.03, 0, -.03, 0, -.01, 0, 0, 0, 0)),
    2: dict(
        brow=(0, -.01, 0, -.08, 0, -.16, .01, -.15),
        crease=(0, 0, 0, -.01, 0, -.03, 0, -.04, 0, -.02)),
    4: dict(
        brow=(-.06, .165, -.045, .13, -.02, .03, 0, -.03),
        lid_up=(0, .01, 0, .04, 0, .015, 0, 0, 0, 0),
        crease=(0, .04, 0, .04, 0, .03, 0, 0, 0, 0)),
    5: dict(
        lid_up=(0, 0, 0, -.055, 0, -.07, 0, -.055, 0, 0),
        lid_low=(0, 0, 0, .01, 0, .015, 0, .01, 0, 0),
        crease=(0, 0, 0, -.01, 0, -.02, 0, -.01, 0, 0)),
    6: dict(
        lid_low=(0, 0, 0, -.045, 0, -.065, 0, -.06, 0, 0),
        lid_up=(0, 0, 0, .005, 0, .02, 0, .03, 0, .01),
        bag=(0, -.03, 0, -.05, 0, -.06, 0, -.04),
        cheek=(0, -.05, 0, -.06, .02, -.05, .03, -.05, 0, -.05),
        brow=(0, 0, 0, 0, 0, .02, 0, .03)),
    7: dict(
        lid_low=(0, 0, 0, -.04, 0, -.05, 0, -.04, 0, 0),
        lid_up=(0, .01, 0, .035, 0, .035, 0, .02, 0, 0)),
    9: dict(
        brow=(-.03, .10, -.02, .08, 0, .03, 0, 0),
        wing=(.01, -.06, .03, -.07, .03, -.06, .02, -.03),
        nostril=(0, -.03, .01, -.045, .02, -.04, .01, -.03),
        lid_low=(0, 0, 0, -.035, 0, -.04, 0, -.03, 0, 0),
        lid_up=(0, 0, 0, .03, 0, .03, 0, .02, 0, 0),
        bag=(0, -.03, 0, -.03, 0, -.02, 0, 0),
        cheek=(0, -.05, 0, -.03, 0, -.02, 0, 0, 0, -.05),
        fold=(0, -.06, .02, -.06, .02, -.03, 0, 0),
        lip_up=(0, -.05, 0, -.06, 0, -.05, 0, 0),
        mouth_up=(0, -.03, 0, -.04, 0, -.03, 0, 0)),
    10: dict(
        lip_up=(0, -.07, 0, -.095, .01, -.11, .02, .01),
        mouth_up=(0, -.045, 0, -.055, .01, -.06, .02, .01),
        mouth_low=(0, -.035, 0, -.04, .01, -.03, .02, .01),
        lip_low=(0, -.02, 0, -.02, 0, -.01, .02, .01),
        wing=(0, -.02, .02, -.03, .02, -.03, .01, -.01),
        fold=(.01, -.03, .04, -.04, .04, -.03, .02, 0),
        cheek=(0, -.04, 0, -.02, 0, -.02, 0, 0, 0, -.04)),
    12: dict(
        lip_up=(0, .03, .02, .03, .07, -.03, .135, -.155),
        mouth_up=(0, .03, .02, .02, .07, -.035, .135, -.155),
        mouth_low=(0, .035, .02, .03, .07, -.03, .135, -.155),
        lip_low=(0, .02, .02, .01, .06, -.035, .135, -.155),
        corner=(.13, -.15, .13, -.14, .12, -.12),
        fold=(.03, -.02, .08, -.04, .12, -.07, .11, -.08),
        cheek=(0, -.05, .03, -.05, .04, -.06, .04, -.07, .03, -.06),
        wing=(0, 0, .015, -.01, .015, -.01, .01, 0),
        beard=(0, .02, .02, .01, .09, -.05, .05, -.04, 0, 0, 0, 0),
        contour=(0, 0, 0, 0, 0, 0, 0, 0, .01, 0, .03, -.02, .01, 0, 0, 0, 0,
                 0)),
    15: dict(
        lip_up=(0, -.015, 0, -.005, .01, .04, .03, .145),
        mouth_up=(0, -.02, 0, -.005, .01, .05, .03, .145),
        mouth_low=(0, -.02, 0, -.005, .01, .05, .03, .145),
        lip_low=(0, -.02, 0, -.01, .01, .04, .03, .145),
        corner=(.03, .10, .035, .12, .03, .13),
        fold=(0, 0, 0, .01, .01, .03, .03, .06)),
    16: dict(
        lip_low=(0, .08, 0, .085, .02, .08, 0, .01),
        mouth_low=(0, .09, 0, .095, .02, .08, 0, .01)),
    17: dict(
        lip_up=(0, -.03, 0, -.03, 0, -.02, 0, 0),
        mouth_up=(0, -.055, 0, -.05, 0, -.03, 0, 0),
        mouth_low=(0, -.055, 0, -.05, 0, -.03, 0, 0),
        lip_low=(0, -.05, 0, -.05, 0, -.03, 0, 0),
        chin=(0, -.05, 0, -.05, 0, -.04),
        contour=(0, ) * 14 + (0, -.02, 0, -.03)),
    18: dict(
        lip_up=(0, -.02, -.02, -.02, -.07, -.02, -.12, 0),
        mouth_up=(0, 0, -.03, 0, -.07, 0, -.12, 0),
        mouth_low=(0, 0, -.03, 0, -.07, 0, -.12, 0),
        lip_low=(0, .02, -.03, .02, -.07, .02, -.12, 0),
        corner=(-.08, 0, -.08, 0, -.08, 0)),
    20: dict(
        lip_up=(0, .01, .03, .015, .08, .03, .15, .06),
        mouth_up=(0, .01, .03, .01, .08, .02, .15, .06),
        mouth_low=(0, .02, .03, .03, .08, .05, .15, .06),
        lip_low=(0, .02, .03, .025, .09, .045, .15, .06),
        corner=(.13, .04, .14, .05, .13, .05),
        contour=(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .02, 0, .01, 0, 0, 0, 0, 0)),
    23: dict(
        lip_up=(0, .045, -.01, .06, -.02, .035, -.05, .01),
        lip_low=(0, -.07, -.01, -.065, -.02, -.035, -.05, .01),
        mouth_up=(0, -.01, -.01, -.01, -.02, 0, -.05, .01),
        mouth_low=(0, -.01, -.01, -.01, -.02, 0, -.05, .01)),
    24: dict(
        lip_up=(0, .025, 0, .03, 0, .02, -.01, .01),
        lip_low=(0, -.04, 0, -.04, 0, -.02, -.01, .01),
        chin=(0, -.02, 0, -.02, 0, -.02)),
    25: dict(
        mouth_up=(0, -.03, 0, -.03, 0, -.02, 0, 0),
        lip_up=(0, -.02, 0, -.02, 0, -.01, 0, 0),
        mouth_low=(0, .055, 0, .055, 0, .035, 0, 0),
        lip_low=(0, .045, 0, .045, 0, .03, 0, 0)),
    26: _JAW,
    45: dict(
        lid_up=(0, .015, 0, .13, 0, .17, 0, .13, 0, .01),
        lid_low=(0, .015, 0, -.012, 0, -.02, 0, -.01, 0, .01),
        crease=(0, .01, 0, .03, 0, .04, 0, .03, 0, 0)),
    64: dict(
        lid_up=(0, 0, 0, .06, 0, .08, 0, .06, 0, 0),
        lid_low=(0, 0, 0, .01, 0, .015, 0, .01, 0, 0),
        crease=(0, 0, 0, .02, 0, .03, 0, .02, 0, 0)),
}

#: Pairs of units whose joint act differs from their sum: with 1, unit 4 draws
#: the brows together and up to the oblique brow of sadness and fear.
JOINT_MOVES: Dict[Tuple[int, int], _Moves] = {
    (1, 4): dict(
        brow=(0, -.165, 0, -.10, 0, .05, 0, .11),
        crease=(0, -.07, 0, -.04, 0, -.01, 0, .01, 0, .02)),
    # smiling with open lips: the lower lip follows a deep curve
    (12, 25): dict(
        mouth_low=(0, .05, .01, .045, .02, .02, 0, 0),
        lip_low=(0, .04, .01, .035, .02, .02, 0, 0)),
    (20, 25): dict(
        mouth_up=(0, 0, 0, 0, 0, -.02, 0, -.01),
        mouth_low=(0, .02, 0, .02, 0, .045, 0, .01),
        lip_low=(0, .02, 0, .02, 0, .04, 0, .01)),
}


@lru_cache(maxsize=None)
def spline_matrix(num_points: int, num_samples: int) -> np.ndarray:
    """Catmull-Rom spline through the points, as a matrix.

    Args:
        num_points (int): n >= 2 control points; the ends are repeated.
        num_samples (int): m points on the curve, both ends included.

    Returns:
        np.ndarray: float64 ``(m, n)``; rows sum to 1.
    """
    place = np.linspace(0, num_points - 1, num_samples)
    left = np.minimum(place.astype(int), num_points - 2)
    t = (place - left)[:, None]
    weights = .5 * np.concatenate(
        (-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3,
         t + 4 * t**2 - 3 * t**3, -t**2 + t**3), 1)
    matrix = np.zeros((num_samples, num_points))
    for k in range(4):
        column = np.clip(left + k - 1, 0, num_points - 1)
        np.add.at(matrix, (np.arange(num_samples), column), weights[:, k])
    return matrix
