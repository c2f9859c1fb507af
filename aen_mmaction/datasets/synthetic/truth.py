# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What is where in the clips of a synthetic set on disk."""
import json
from pathlib import Path
from typing import Dict, Sequence, Union

import cv2
import numpy as np

from .build import VERSION, Options, find_set
from .clips import clip_regions
from .writers import clip_lengths, clip_plan, clip_seeds

_MARGIN = .03  # of the image side, around mouth and brows: lines have width


class SetTruth:
    """Where mouth, brows and face are in a set made by ``make_synthetic``.

    Nothing is stored beside the frames: the set's options say how each clip
    was drawn, so its curves are computed again.

    Args:
        root (str | Path): Folder of the set, with its README.txt.

    Raises:
        FileNotFoundError: If there is no synthetic set.
        ValueError: If another version of the generator drew it.
    """

    def __init__(self, root: Union[str, Path]) -> None:
        line = find_set(Path(root))
        if line is None:
            raise FileNotFoundError(
                f'no synthetic set in {root}: expected the folder that '
                'tools/data/make_synthetic.py --root was given, with its '
                'README.txt')
        values = json.loads(line)
        version = values.pop('version')
        if version != VERSION:
            raise ValueError(
                f'{root}: drawn by version {version} of the generator, this '
                f'is version {VERSION}. Draw it again with '
                'tools/data/make_synthetic.py --overwrite.')
        self.options = Options(**values)
        o = self.options
        self._plan = clip_plan(o.clips, o.seed)
        self._lengths = clip_lengths(o.clips, o.seed, o.min_frames,
                                     o.max_frames)

    def regions(self, clip_id: str) -> Dict[str, np.ndarray]:
        """Outlines in every frame of a clip.

        Args:
            clip_id (str): Folder name of the clip, e.g. ``'00467'``.

        Returns:
            dict[str, np.ndarray]: As :func:`clip_regions`, ``(T, n, 2)``
            pixels.

        Raises:
            ValueError: If the set has no such clip.
        """
        if not clip_id.isdigit() or not 1 <= int(clip_id) <= len(self._plan):
            raise ValueError(f'clip {clip_id!r}: expected one of the set\'s '
                             f'clips 1 to {len(self._plan)}')
        number, o = int(clip_id), self.options
        return clip_regions(self._plan[number - 1][0],
                            *clip_seeds(o.seed, number),
                            self._lengths[number - 1], o.size,
                            o.distractor_share)

    def masks(self, clip_id: str, frame_inds: Sequence[int],
              size: int) -> Dict[str, np.ndarray]:
        """Mouth, brows and face as masks of some frames.

        Args:
            clip_id (str): Folder name of the clip.
            frame_inds (Sequence[int]): 0-based frames, T of them.
            size (int): Side of the masks in pixels.

        Returns:
            dict[str, np.ndarray]: ``mouth``, ``brows`` and ``face`` -> bool
            ``(T, size, size)``. Mouth and brows are the hulls of their
            outlines, grown by 3 % of the side.
        """
        found = self.regions(clip_id)
        scale = size / self.options.size
        grow = round(_MARGIN * size)
        masks = {
            name: np.stack([
                _hull(points[t] * scale, size, 0 if name == 'face' else grow)
                for t in frame_inds
            ])
            for name, points in found.items()
        }
        masks['brows'] = masks.pop('brow_right') | masks.pop('brow_left')
        return masks


def _hull(points: np.ndarray, size: int, grow: int) -> np.ndarray:
    """Convex hull of points ``(n, 2)`` as a mask, grown by some pixels."""
    mask = np.zeros((size, size), np.uint8)
    hull = cv2.convexHull(np.rint(points).astype(np.int32))
    cv2.fillConvexPoly(mask, hull, 1)
    if grow:
        mask = cv2.dilate(mask, np.ones((2 * grow + 1, ) * 2, np.uint8))
    return mask.astype(bool)
