# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Augmentation with the same parameters for all frames of a clip.

Images are lists of RGB arrays, uint8 (H, W, 3). Resizing is bilinear and
filters when it shrinks, as PIL's in Former-DFER.
"""
import math
from typing import List, Optional, Sequence, Tuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from .rng import get_rng


def resize(imgs: Sequence[np.ndarray], height: int,
           width: int) -> List[np.ndarray]:
    """Resize frames, bilinear and antialiased.

    The same filter as PIL's ``BILINEAR``, on a whole clip at once; pixels
    differ from PIL's by 2 of 255 at most, through rounding.

    Args:
        imgs (Sequence[np.ndarray]): uint8 (H, W, 3) each, of one size or of
            several.
        height (int): In pixels.
        width (int): In pixels.

    Returns:
        list[np.ndarray]: uint8 (height, width, 3); of frames of one size they
        are parts of one contiguous array.
    """
    if len({img.shape for img in imgs}) > 1:
        return [resize([img], height, width)[0] for img in imgs]
    clip = torch.from_numpy(np.stack(imgs)).permute(0, 3, 1, 2)
    clip = F.interpolate(  # (T, 3, H, W), channels last in memory
        clip, size=(height, width), mode='bilinear', antialias=True)
    return list(clip.permute(0, 2, 3, 1).numpy())


def random_crop_box(
    height: int,
    width: int,
    rng: np.random.Generator,
    area_range: Tuple[float, float] = (0.08, 1.0),
    aspect_range: Tuple[float, float] = (3 / 4, 4 / 3),
    tries: int = 10,
) -> Optional[Tuple[int, int, int, int]]:
    """Draw a box of random area and aspect inside an image.

    area ~ U(area_range) * H * W and aspect ~ U(aspect_range), both linear;
    w = round(sqrt(area * aspect)), h = round(sqrt(area / aspect)), swapped
    with probability 0.5; the place is uniform.

    Args:
        height (int): H, in pixels.
        width (int): W, in pixels.
        rng (np.random.Generator): Source of the draws.
        area_range (tuple[float]): Share of the image's area.
        aspect_range (tuple[float]): Width to height.
        tries (int): Draws before giving up.

    Returns:
        tuple[int] | None: (top, left, h, w); None when no draw fitted.

    Source: Former-DFER, training protocol.
    """
    for _ in range(tries):
        area = rng.uniform(*area_range) * height * width
        aspect = rng.uniform(*aspect_range)
        w = round(math.sqrt(area * aspect))
        h = round(math.sqrt(area / aspect))
        if rng.random() < 0.5:
            w, h = h, w
        if 0 < w <= width and 0 < h <= height:
            top = int(rng.integers(0, height - h + 1))
            left = int(rng.integers(0, width - w + 1))
            return top, left, h, w
    return None


@TRANSFORMS.register_module()
class GroupRandomSizedCrop(BaseTransform):
    """Crop one random box from all frames and resize it to a square.

    When no drawn box fits (see :func:`random_crop_box`), the shorter side is
    resized to ``size`` and a random square is cut out.

    Required keys: ``imgs``, ``rng`` (see :func:`get_rng`). Modified keys:
    ``imgs``, ``img_shape``.

    Args:
        size (int): Side of the output, in pixels.
        area_range (tuple[float]): Defaults to (0.08, 1.0).
        aspect_range (tuple[float]): Defaults to (3/4, 4/3).
    """

    def __init__(
        self,
        size: int,
        area_range: Tuple[float, float] = (0.08, 1.0),
        aspect_range: Tuple[float, float] = (3 / 4, 4 / 3)
    ) -> None:
        self.size = size
        self.area_range = tuple(area_range)
        self.aspect_range = tuple(aspect_range)

    def transform(self, results: dict) -> dict:
        """Crop and resize.

        Raises:
            ValueError: If the frames differ in size.
        """
        imgs, rng, size = results['imgs'], get_rng(results), self.size
        shapes = {img.shape[:2] for img in imgs}
        if len(shapes) > 1:
            raise ValueError(
                f'clip {results.get("clip_id")} ({results.get("ann")}): '
                'expected frames of one size to crop the same box from, found '
                f'{sorted(shapes)}. Put GroupResize before this transform.')
        (height, width), = shapes
        box = random_crop_box(height, width, rng, self.area_range,
                              self.aspect_range)
        if box is None:
            short = min(height, width)
            height, width = size * height // short, size * width // short
            imgs = resize(imgs, height, width)
            box = (int(rng.integers(0, height - size + 1)),
                   int(rng.integers(0, width - size + 1)), size, size)
        top, left, h, w = box
        results['imgs'] = resize(
            [img[top:top + h, left:left + w] for img in imgs], size, size)
        results['img_shape'] = (size, size)
        return results

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(size={self.size}, '
                f'area_range={self.area_range}, '
                f'aspect_range={self.aspect_range})')


@TRANSFORMS.register_module()
class GroupFlip(BaseTransform):
    """Mirror all frames left to right, or none.

    Required keys: ``imgs``, ``rng`` (see :func:`get_rng`). Modified keys:
    ``imgs``. Added keys: ``flip`` (bool).

    Args:
        p (float): Probability. Defaults to 0.5.
    """

    def __init__(self, p: float = 0.5) -> None:
        self.p = p

    def transform(self, results: dict) -> dict:
        """Flip."""
        results['flip'] = bool(get_rng(results).random() < self.p)
        if results['flip']:
            results['imgs'] = [cv2.flip(img, 1) for img in results['imgs']]
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(p={self.p})'


@TRANSFORMS.register_module()
class GroupResize(BaseTransform):
    """Resize all frames straight to a square, whatever their aspect.

    Required keys: ``imgs``. Modified keys: ``imgs``, ``img_shape``.

    Args:
        size (int): Side of the output, in pixels.
    """

    def __init__(self, size: int) -> None:
        self.size = size

    def transform(self, results: dict) -> dict:
        """Resize."""
        results['imgs'] = resize(results['imgs'], self.size, self.size)
        results['img_shape'] = (self.size, self.size)
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(size={self.size})'
