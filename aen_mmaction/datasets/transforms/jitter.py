# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Rotation and colour jitter, drawn once a clip or once a frame.

Images are lists of RGB arrays, uint8 (H, W, 3).
"""
from typing import List, Optional, Tuple

import numpy as np
import torchvision.transforms.functional as tvf
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from PIL import Image

from .rng import get_rng

Adjustment = Tuple[str, float]  # what, and by which factor or hue


def draw_adjustments(rng: np.random.Generator, brightness: float,
                     contrast: float, saturation: float,
                     hue: float) -> List[Adjustment]:
    """Draw colour adjustments in random order.

    Brightness, contrast and saturation factors are U(max(0, 1 - s), 1 + s),
    the hue shift is U(-s, s), with s the strength; of strength 0 there is no
    adjustment.

    Args:
        rng (np.random.Generator): Source of the draws.
        brightness (float): Strength.
        contrast (float): Strength.
        saturation (float): Strength.
        hue (float): Strength, 0..0.5 (0.5 is half the colour circle).

    Returns:
        list[tuple[str, float]]: Name and value, in the order to apply.
    """
    drawn = [(name, rng.uniform(max(0., 1 - s), 1 + s))
             for name, s in (('brightness', brightness),
                             ('contrast', contrast),
                             ('saturation', saturation)) if s]
    if hue:
        drawn.append(('hue', rng.uniform(-hue, hue)))
    return [drawn[i] for i in rng.permutation(len(drawn))]


def adjust(img: np.ndarray, adjustments: List[Adjustment]) -> np.ndarray:
    """Apply colour adjustments to a uint8 (H, W, 3) RGB image."""
    picture = Image.fromarray(img)
    for name, value in adjustments:
        picture = getattr(tvf, f'adjust_{name}')(picture, value)
    return np.array(picture)


@TRANSFORMS.register_module()
class GroupColorJitter(BaseTransform):
    """Change the colours of a clip.

    Required keys: ``imgs``, ``rng`` (see :func:`get_rng`). Modified keys:
    ``imgs``.

    Args:
        brightness (float): Strength, see :func:`draw_adjustments`.
        contrast (float): Strength.
        saturation (float): Strength.
        hue (float): Strength.
        p (float): Probability of any change, one draw per clip. Defaults
            to 1.
        per_frame (bool): Draw anew for each frame, which makes the clip
            flicker, as in AEN's prototype. Defaults to False: all frames of
            a clip alike, as in GCA+IAL.
    """

    def __init__(self,
                 brightness: float = 0.,
                 contrast: float = 0.,
                 saturation: float = 0.,
                 hue: float = 0.,
                 p: float = 1.,
                 per_frame: bool = False) -> None:
        self.strengths = (brightness, contrast, saturation, hue)
        self.p = p
        self.per_frame = per_frame

    def transform(self, results: dict) -> dict:
        """Change the colours."""
        rng = get_rng(results)
        if rng.random() >= self.p:
            return results
        draw = draw_adjustments(rng, *self.strengths)
        imgs = []
        for i, img in enumerate(results['imgs']):
            if i and self.per_frame:
                draw = draw_adjustments(rng, *self.strengths)
            imgs.append(adjust(img, draw))
        results['imgs'] = imgs
        return results

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(strengths={self.strengths}, '
                f'p={self.p}, per_frame={self.per_frame})')


@TRANSFORMS.register_module()
class GroupRotate(BaseTransform):
    """Rotate all frames of a clip by one angle, corners filled with black.

    Required keys: ``imgs``, ``rng`` (see :func:`get_rng`). Modified keys:
    ``imgs``.

    Args:
        low (float): Smallest angle, degrees counter-clockwise.
        high (float): Largest angle.
        step (float, optional): Draw among low, low + step, ..., high.
            Defaults to None: any angle between.
        p (float): Probability. Defaults to 1.
    """

    def __init__(self,
                 low: float,
                 high: float,
                 step: Optional[float] = None,
                 p: float = 1.) -> None:
        if low > high or step is not None and step <= 0:
            raise ValueError('low, high and step: expected low <= high and a '
                             f'positive step, got {low}, {high}, {step}')
        self.low = low
        self.high = high
        self.step = step
        self.p = p

    def transform(self, results: dict) -> dict:
        """Rotate."""
        rng = get_rng(results)
        if rng.random() >= self.p:
            return results
        if self.step is None:
            angle = rng.uniform(self.low, self.high)
        else:
            count = round((self.high - self.low) / self.step)
            angle = self.low + self.step * int(rng.integers(count + 1))
        results['imgs'] = [
            np.array(Image.fromarray(img).rotate(angle))
            for img in results['imgs']
        ]
        return results

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(low={self.low}, high={self.high}, '
                f'step={self.step}, p={self.p})')
