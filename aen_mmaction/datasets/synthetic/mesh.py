# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A person's curves as one linear model of the action units, and the camera.

    points (2, M, 3) = rest + sum_au activation_au * move_au    (both halves)
    pixels (2, M, 2) = projection (2, 3) of the turned head + shift
"""
from typing import Dict, NamedTuple, Tuple

import numpy as np

from .action_units import ACTION_UNITS, AU_INDEX
from .identity import Identity
from .landmarks import JOINT_MOVES, MOVES, spline_matrix

# How far curves stand out of the skull, in face units.
_RELIEF = dict(
    wing=.10, nostril=.12, nose_side=.08, lip_up=.06, lip_low=.06,
    mouth_up=.05, mouth_low=.05, brow=.04, lid_up=-.05, lid_low=-.05)
_SAMPLES = dict(contour=25, hair_out=25, hair_in=21)


class Pose(NamedTuple):
    """Head pose and place: radians, image sides; gaze in face units."""
    yaw: float = 0.
    pitch: float = 0.
    roll: float = 0.
    x: float = .5
    y: float = .52
    unit: float = .385
    gaze_x: float = 0.
    gaze_y: float = 0.


def skull_depth(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Depth z >= 0 of the ellipsoid skull at face coordinates x, y."""
    inside = 1 - (np.asarray(x) / .88)**2 - (np.asarray(y) / 1.22)**2
    return .80 * np.sqrt(np.clip(inside, 0, None))


def hair_curves(person: Identity) -> Dict[str, np.ndarray]:
    """Outer outline and hairline of the half head, crown to temple."""
    v, style = person.hair_volume, person.style
    v = dict(crop=.05, curls=v + .10, bald=0, receding=.06).get(style, v)
    low = dict(fringe=.26, bob=.18, receding=-.14, crop=-.02).get(style, 0)
    down = .35 if style in ('long', 'bob', 'curls') else 0
    out = np.array((0, -1.10 - v, .46, -1.03 - v, .76 + .5 * v, -.72 - .5 * v,
                    .83 + .6 * v, -.25, .80 + .5 * v, .05 + down))
    line = np.array((0, -.84 + low, .30, -.83 + low, .56, -.72 + .6 * low,
                     .715, -.45, .77, .02 + down))
    return dict(hair_out=out.reshape(-1, 2), hair_in=line.reshape(-1, 2))


class Mesh:
    """All curves of one person, sampled finely, linear in the action units.

    Args:
        person (Identity): Whose face.

    Attributes:
        where (dict[str, slice]): Place of each curve's points on axis M.
    """

    def __init__(self, person: Identity) -> None:
        rest = {**person.rest, **hair_curves(person)}
        self.where: Dict[str, slice] = {}
        spline = {}
        start = 0
        for name, points in rest.items():
            count = _SAMPLES.get(name, 13)
            spline[name] = spline_matrix(len(points), count)
            self.where[name] = slice(start, start + count)
            start += count
        self._gain = person.gain[:, None]
        half = np.concatenate([spline[n] @ p for n, p in rest.items()])
        z = skull_depth(half[:, 0], half[:, 1])
        for name, place in self.where.items():
            z[place] += _RELIEF.get(name, 0)
        z[self.where['contour']] = 0
        z[self.where['hair_out']] = -.1
        z[self.where['hair_in']] *= .9
        self._rest = np.tile(np.column_stack((half, z)), (2, 1, 1))
        line = self.where['hair_in']
        fringe = np.exp(-((half[line, 0] - .3) / .25)**2)
        for side, sign in enumerate((1, -1)):  # the fringe falls to one side
            self._rest[side, line, 1] += .13 * sign * person.parting * fringe
        moves = list(MOVES.items()) + list(JOINT_MOVES.items())
        self._moves = np.zeros((len(moves), start, 2))
        for k, (_, curves) in enumerate(moves):
            for name, shift in curves.items():
                self._moves[k, self.where[name]] = (
                    spline[name] @ np.reshape(shift, (-1, 2)))
        self._single = [AU_INDEX[au] for au in MOVES]
        self._pairs = np.array([[AU_INDEX[au] for au in pair]
                                for pair in JOINT_MOVES]).T

    def points(self, activation: np.ndarray) -> np.ndarray:
        """Curves in face coordinates.

        Args:
            activation (np.ndarray): ``(len(ACTION_UNITS), )`` in [0, 1].

        Returns:
            np.ndarray: float64 ``(2, M, 3)``; both halves with x >= 0.

        Raises:
            ValueError: If the activation vector has another length.
        """
        if np.shape(activation) != (len(ACTION_UNITS), ):
            raise ValueError(
                f'expected {len(ACTION_UNITS)} activations (one for each of '
                f'ACTION_UNITS), got shape {np.shape(activation)}')
        joint = np.concatenate(
            (activation[self._single],
             activation[self._pairs[0]] * activation[self._pairs[1]]))
        out = self._rest.copy()
        out[..., :2] += np.tensordot(self._gain * joint, self._moves, 1)
        self._keep_lids_apart(out)
        return out

    def _keep_lids_apart(self, points: np.ndarray) -> None:
        """Upper lid never under the lower one; upper lip likewise."""
        for low, up in (('lid_low', 'lid_up'), ('mouth_low', 'mouth_up'),
                        ('lip_low', 'mouth_low')):
            low, up = self.where[low], self.where[up]
            points[:, low, 1] = np.maximum(points[:, low, 1],
                                           points[:, up, 1])


def camera(pose: Pose, side: int) -> Tuple[np.ndarray, np.ndarray]:
    """Projection of face coordinates to pixels.

    Args:
        pose (Pose): Head pose.
        side (int): Image side in pixels.

    Returns:
        tuple: ``(2, 3)`` matrix A and ``(2, )`` shift b: pixel = A p + b.
    """
    sin, cos = np.sin(pose.yaw), np.cos(pose.yaw)
    turn = np.array(((cos, 0, sin), (0, 1, 0), (-sin, 0, cos)))
    sin, cos = np.sin(pose.pitch), np.cos(pose.pitch)
    nod = np.array(((1, 0, 0), (0, cos, sin), (0, -sin, cos)))
    sin, cos = np.sin(pose.roll), np.cos(pose.roll)
    tilt = np.array(((cos, -sin, 0), (sin, cos, 0)))
    scale = pose.unit * side
    return (scale * tilt @ nod @ turn,
            np.array((pose.x * side, pose.y * side)))
