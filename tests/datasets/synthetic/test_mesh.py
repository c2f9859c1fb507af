# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest

from aen_mmaction.datasets.synthetic.action_units import ACTION_UNITS, AU_INDEX
from aen_mmaction.datasets.synthetic.identity import make_identity
from aen_mmaction.datasets.synthetic.landmarks import (JOINT_MOVES, MOVES,
                                                       REST, spline_matrix)
from aen_mmaction.datasets.synthetic.mesh import Mesh, Pose, camera


def activate(*units):
    out = np.zeros(len(ACTION_UNITS))
    out[[AU_INDEX[au] for au in units]] = 1
    return out


@pytest.fixture(scope='module')
def mesh():
    return Mesh(make_identity((0, 3)))


def y_of(mesh, curve, sample, *units):
    """Height of a sample of a curve, right half, larger is lower."""
    return mesh.points(activate(*units))[0, mesh.where[curve], 1][sample]


def test_moves_fit_the_curves():
    for curves in (*MOVES.values(), *JOINT_MOVES.values()):
        for name, shift in curves.items():
            assert len(shift) == REST[name].size, name
    assert set(MOVES) <= set(ACTION_UNITS)


def test_spline_passes_through_its_points():
    matrix = spline_matrix(4, 7)  # samples 0, 2, 4, 6 are the points
    np.testing.assert_allclose(matrix[::2], np.eye(4), atol=1e-12)
    np.testing.assert_allclose(matrix.sum(1), 1)


@pytest.mark.parametrize('curve, sample, units, sign', [
    ('mouth_up', -1, (12, ), -1),  # smile: corners up
    ('mouth_up', -1, (15, ), 1),  # sadness: corners down
    ('brow', 0, (1, ), -1),
    ('brow', -1, (2, ), -1),
    ('brow', 0, (4, ), 1),
    ('lid_up', 6, (5, ), -1),
    ('lid_low', 6, (7, ), -1),
    ('lip_low', 0, (26, ), 1),
    ('contour', -1, (26, ), 1),
    ('lip_up', 3, (10, ), -1),
])
def test_units_move_what_they_name(mesh, curve, sample, units, sign):
    moved = y_of(mesh, curve, sample, *units) - y_of(mesh, curve, sample)
    assert sign * moved > .02


def test_brows_of_sadness_are_oblique(mesh):
    """1 + 4 raises the inner ends and lowers the outer ones."""
    assert y_of(mesh, 'brow', 0, 1, 4) < y_of(mesh, 'brow', 0) - .05
    assert y_of(mesh, 'brow', -1, 1, 4) > y_of(mesh, 'brow', -1)


@pytest.mark.parametrize('units', [(45, ), (45, 5), (45, 6, 7), (23, 24)])
def test_lids_and_lips_never_cross(mesh, units):
    points = mesh.points(activate(*units))
    for low, up in (('lid_low', 'lid_up'), ('mouth_low', 'mouth_up'),
                    ('lip_low', 'mouth_low')):
        gap = (points[:, mesh.where[low], 1] - points[:, mesh.where[up], 1])
        assert gap.min() >= 0


def test_a_blink_closes_the_eyes(mesh):
    open_eye = y_of(mesh, 'lid_low', 6) - y_of(mesh, 'lid_up', 6)
    closed = y_of(mesh, 'lid_low', 6, 45) - y_of(mesh, 'lid_up', 6, 45)
    assert open_eye > .1 > .04 > closed


def test_wrong_activation_length(mesh):
    with pytest.raises(ValueError, match=r'23 activations.*\(3,\)'):
        mesh.points(np.zeros(3))


def test_camera_turns_the_head():
    matrix, shift = camera(Pose(unit=.5), 100)
    np.testing.assert_allclose(matrix, [[50, 0, 0], [0, 50, 0]])
    np.testing.assert_allclose(shift, [50, 52])
    nose, ear = np.array((0, 0, 1)), np.array((1, 0, 0))
    turned, _ = camera(Pose(yaw=np.pi / 6, unit=.5), 100)
    np.testing.assert_allclose(turned @ nose, [25, 0], atol=1e-9)
    np.testing.assert_allclose(turned @ ear, [50 * 3**.5 / 2, 0], atol=1e-9)
    nodded, _ = camera(Pose(pitch=np.pi / 6, unit=.5), 100)
    np.testing.assert_allclose(nodded @ nose, [0, 25], atol=1e-9)  # down
