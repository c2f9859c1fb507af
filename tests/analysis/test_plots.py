# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import cv2
import numpy as np
import pytest

from aen_mmaction.analysis import plot_confusion_matrix


def test_darker_where_the_share_is_larger(tmp_path):
    """Row 1 of 9 clips right, row 2 of 900: colour follows the row share."""
    path = tmp_path / 'matrix.png'
    plot_confusion_matrix(np.array([[9, 0], [900, 0]]), ['a', 'b'], path)
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    values, counts = np.unique(image, return_counts=True)
    # the two largest areas that are no background: full and empty cells
    areas = counts[(values > 0) & (values < 255)]
    dark, light = np.sort(areas)[-2:] / image.size
    assert dark == pytest.approx(light, rel=0.2)  # left column, right column


def test_class_without_clips_and_any_suffix(tmp_path):
    path = tmp_path / 'matrix.pdf'
    plot_confusion_matrix(np.array([[3, 1], [0, 0]]), ['a', 'b'], path, 'T')
    assert path.stat().st_size > 0


def test_wrong_shape(tmp_path):
    with pytest.raises(ValueError, match=r'expected shape \(3, 3\).*\(2, 2\)'):
        plot_confusion_matrix(np.zeros((2, 2)), 'abc', tmp_path / 'x.png')
