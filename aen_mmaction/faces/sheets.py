# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Contact sheets: what was cut, at a glance."""
import os
from typing import Iterator, NamedTuple, Sequence, Tuple

import cv2
import numpy as np

from ..datasets.frame_folders import list_images

_PAPER, _INK, _NOTE = 250, (30, 30, 30), (40, 40, 200)  # BGR
TILE, TILES, COLUMNS, ROWS = 64, 5, 3, 14  # pixels; tiles a clip; clips


class Strip(NamedTuple):
    """One clip on a sheet.

    Attributes:
        name (str): Its name.
        note (str): What to know about it, in red; may be empty.
        folder (str): Folder of its frames.
    """
    name: str
    note: str
    folder: str


def contact_sheets(strips: Sequence[Strip]) -> Iterator[np.ndarray]:
    """Draw clips as strips of frames spread from the first to the last.

    Args:
        strips (Sequence[Strip]): The clips, in the order of drawing.

    Yields:
        np.ndarray: uint8 (H, W, 3), BGR; 42 clips a sheet.
    """
    for start in range(0, len(strips), COLUMNS * ROWS):
        page = strips[start:start + COLUMNS * ROWS]
        columns = min(COLUMNS, len(page))
        cells = [_draw(strip) for strip in page]
        blank = np.full_like(cells[0], _PAPER)
        cells += [blank] * (-len(cells) % columns)
        yield np.vstack([
            np.hstack(cells[i:i + columns])
            for i in range(0, len(cells), columns)
        ])


def write_sheets(strips: Sequence[Strip], path: str) -> int:
    """Write the sheets of one class: ``<path>_01.jpg`` and so on.

    Returns:
        int: Their number.
    """
    count = 0
    for count, sheet in enumerate(contact_sheets(strips), 1):  # noqa: B007
        name = f'{path}_{count:02}.jpg'
        os.makedirs(os.path.dirname(name), exist_ok=True)
        if not cv2.imwrite(name, sheet):
            raise OSError(f'cannot write {name}')
    return count


def _draw(strip: Strip) -> np.ndarray:
    """Name, note and frames of one clip, (TILE + 16, TILES * TILE + 6, 3)."""
    cell = np.full((TILE + 16, TILES * TILE + 6, 3), _PAPER, np.uint8)
    width = _write(cell, _shorten(strip.name, 30), 2, _INK)
    _write(cell, _shorten(strip.note, 30), width + 10, _NOTE)
    names = list_images(strip.folder)
    chosen = np.linspace(0, len(names) - 1, min(TILES, len(names)))
    for k, i in enumerate(chosen.round().astype(int)):
        path = os.path.join(strip.folder, names[i])
        image = cv2.imread(path)
        if image is None:
            raise OSError(f'{path}: no readable image')
        cell[16:, k * TILE:(k + 1) * TILE] = cv2.resize(
            image, (TILE, TILE), interpolation=cv2.INTER_AREA)
    return cell


def _write(cell: np.ndarray, text: str, left: int,
           color: Tuple[int, int, int]) -> int:
    """Write a text; returns where it ends, in pixels."""
    font = (cv2.FONT_HERSHEY_SIMPLEX, .38)
    cv2.putText(cell, text, (left, 11), *font, color, 1, cv2.LINE_AA)
    return left + cv2.getTextSize(text, *font, 1)[0][0]


def _shorten(text: str, most: int) -> str:
    return text if len(text) <= most else '..' + text[-most + 2:]
