# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A person's curves as one linear model of the action units, and the camera.

    points (2, M, 3) = rest + sum_au activation_au * move_au    (both halves)
    pixels (2, M, 2) = projection (2, 3) of the turned head + shift
"""
from functools import lru_cache
from typing import Dict, NamedTuple, Tuple

import numpy as np

from .action_units import ACTION_UNITS, AU_INDEX
from .identity import Identity
from .landmarks import JOINT_MOVES, MOVES, REST, spline_matrix

# How far curves stand out of the skull, in face units.
_RELIEF = dict(
    wing=.10, nostril=.12, nose_side=.08, lip_up=.06, lip_low=.06,
    mouth_up=.05, mouth_low=.05, brow=.04, lid_up=-.05, lid_low=-.05)
_SINGLE = [AU_INDEX[au] for au in MOVES]
_PAIRS = np.array([[AU_INDEX[au] for au in pair] for pair in JOINT_MOVES]).T
# Points on a curve, 13 if not given.
_SAMPLES = dict(contour=25, hair_out=25, hair_in=21, hair_back=25, furrow=7,
                forehead=7, forehead_high=7, nose_wrinkle=7,
                nose_wrinkle_low=7, crow=7, crow_low=7, chin=7, corner=7,
                nose_side=7, nostril=9, cheek=9)


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
    """Outline, hairline (crown to temple) and what hangs behind the head."""
    v, style = person.hair_volume, person.style
    v = dict(crop=.05, curls=v + .10, bald=0, receding=.06).get(style, v)
    low = dict(fringe=.26, bob=.18, receding=-.14, crop=-.02).get(style, 0)
    down = .35 if style in ('long', 'bob', 'curls') else 0
    out = np.array((0, -1.10 - v, .46, -1.03 - v, .76 + .5 * v, -.72 - .5 * v,
                    .83 + .6 * v, -.25, .80 + .5 * v, .05 + down))
    line = np.array((0, -.84 + low, .30, -.83 + low, .56, -.72 + .6 * low,
                     .715, -.45, .77, .02 + down))
    end = dict(long=1.75, bob=.80).get(style, 0)
    back = np.array((0, -1.10 - v, .50, -1.02 - v, .82 + v, -.60, .90 + v,
                     .1 * end, .97 + v, .62 * end, .80, end, 0, end))
    return dict(hair_out=out.reshape(-1, 2), hair_in=line.reshape(-1, 2),
                hair_back=back.reshape(-1, 2))


def _spline(name: str, num_points: int) -> np.ndarray:
    """Spline matrix of a curve: control points to samples."""
    return spline_matrix(num_points, _SAMPLES.get(name, 13))


@lru_cache(maxsize=None)
def _moves() -> np.ndarray:
    """Movement of all samples, the same for everybody.

    Returns:
        np.ndarray: ``(units + joint units, M', 2)``; M' are the samples of
        :data:`REST`'s curves, which come first on axis M.
    """
    rows = []
    for curves in (*MOVES.values(), *JOINT_MOVES.values()):
        parts = []
        for name, points in REST.items():
            shift = curves.get(name, (0, ) * points.size)
            parts.append(_spline(name, len(points)) @ np.reshape(
                shift, (-1, 2)))
        rows.append(np.concatenate(parts))
    return np.stack(rows)


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
        parts, start = [], 0
        for name, points in rest.items():
            parts.append(_spline(name, len(points)) @ points)
            self.where[name] = slice(start, start + len(parts[-1]))
            start += len(parts[-1])
        self._gain = person.gain[:, None]
        half = np.concatenate(parts)
        z = skull_depth(half[:, 0], half[:, 1])
        for name, place in self.where.items():
            z[place] += _RELIEF.get(name, 0)
        z[self.where['contour']] = .12  # silhouettes follow the turned head
        z[self.where['hair_out']] = -.1
        z[self.where['hair_back']] = -.25
        z[self.where['hair_in']] *= .9
        self._rest = np.tile(np.column_stack((half, z)), (2, 1, 1))
        line = self.where['hair_in']
        fringe = np.exp(-((half[line, 0] - .3) / .25)**2)
        for side, sign in enumerate((1, -1)):  # the fringe falls to one side
            self._rest[side, line, 1] += .13 * sign * person.parting * fringe

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
            (activation[_SINGLE],
             activation[_PAIRS[0]] * activation[_PAIRS[1]]))
        out = self._rest.copy()
        moves = _moves()
        out[:, :moves.shape[1], :2] += np.tensordot(self._gain * joint, moves,
                                                    1)
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
