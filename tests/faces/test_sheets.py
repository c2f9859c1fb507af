# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import cv2
import numpy as np

from aen_mmaction.faces.sheets import (COLUMNS, ROWS, TILE, TILES, Strip,
                                       contact_sheets, write_sheets)


def clip_of(folder, values):
    folder.mkdir(parents=True)
    for i, value in enumerate(values):
        image = np.full((32, 32, 3), value, np.uint8)
        cv2.imwrite(str(folder / f'a_{i + 1:05}.jpg'), image)
    return str(folder)


def test_frames_from_first_to_last(tmp_path):
    # 9 frames: 1, 3, 5, 7 and 9 are shown
    folder = clip_of(tmp_path / 'a', range(0, 180, 20))
    sheet, = contact_sheets([Strip('a', '', folder)])
    shown = [sheet[TILE // 2 + 16, k * TILE + TILE // 2, 0]
             for k in range(TILES)]
    np.testing.assert_allclose(shown, [0, 40, 80, 120, 160], atol=2)


def test_short_clips_and_pages(tmp_path):
    folder = clip_of(tmp_path / 'a', [10, 20])
    strips = [Strip(f'clip {i}', 'without 3-9', folder)
              for i in range(COLUMNS * ROWS + 1)]
    assert write_sheets(strips, str(tmp_path / 'sheets' / 'sad')) == 2
    first, second = (cv2.imread(str(tmp_path / 'sheets' / f'sad_0{i}.jpg'))
                     for i in (1, 2))
    assert first.shape[0] == ROWS * (TILE + 16)
    assert second.shape[0] == TILE + 16 < first.shape[0]
    assert write_sheets([], str(tmp_path / 'none')) == 0
