# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Who is drawn: the shape, colours, hair and habits of one made-up person."""
from dataclasses import dataclass, field
from typing import Dict, Sequence, Tuple

import numpy as np

from .landmarks import REST

Color = Tuple[float, float, float]  # RGB, 0..255

_SKIN = np.array([(255, 222, 200), (244, 203, 172), (232, 184, 146),
                  (206, 150, 110), (178, 124, 88), (140, 94, 66),
                  (104, 70, 52)], dtype=float)
_HAIR = np.array([(28, 24, 24), (52, 36, 28), (92, 60, 38), (140, 92, 52),
                  (196, 154, 96), (150, 70, 36), (150, 148, 146),
                  (214, 212, 208)], dtype=float)
_IRIS = np.array([(70, 44, 26), (98, 66, 36), (94, 104, 60), (74, 112, 140),
                  (108, 116, 120)], dtype=float)
_STYLES = ('short', 'short', 'crop', 'fringe', 'parted', 'long', 'long',
           'bob', 'curls', 'bun', 'bald', 'receding')


@dataclass
class Identity:
    """One made-up person; lengths in face units, colours RGB 0..255.

    Attributes:
        rest (dict[str, np.ndarray]): Curve -> ``(n, 2)`` at rest.
        gain (np.ndarray): ``(2, )`` liveliness of right and left half.
        skin, hair, iris, lips, brows, clothes (np.ndarray): ``(3, )``.
        style (str): Hair style.
        hair_volume (float): Thickness of the hair above the skull.
        parting (float): -1..1, to which side the fringe falls.
        brow_width (float): Thickness of the brows.
        beard (float): 0 none, 0.4 stubble .. 1 full.
        moustache (float): 0 none .. 1 full.
        glasses (float): 0 none, else the half width of a lens.
        round_glasses (bool): Round lenses, else rounded boxes.
        wrinkles (float): 0.6 young .. 1.5 old, how deep lines are.
        lashes (float): Thickness of the upper lash line.
        freckles (int): Count.
        earrings (bool): Worn.
        style_seed (int): Seed of how this person shows emotions.
    """
    rest: Dict[str, np.ndarray]
    gain: np.ndarray
    skin: np.ndarray
    hair: np.ndarray
    iris: np.ndarray
    lips: np.ndarray
    brows: np.ndarray
    clothes: np.ndarray
    style: str
    hair_volume: float
    parting: float
    brow_width: float
    beard: float
    moustache: float
    glasses: float
    round_glasses: bool
    wrinkles: float
    lashes: float
    freckles: int
    earrings: bool
    style_seed: Sequence[int] = field(default=(0, ))


def _between(palette: np.ndarray, rng: np.random.Generator,
             spread: float) -> np.ndarray:
    """A colour of the palette, a little towards its neighbour."""
    i = int(rng.integers(len(palette)))
    j = min(i + 1, len(palette) - 1)
    color = palette[i] + rng.uniform(0, .5) * (palette[j] - palette[i])
    return np.clip(color + rng.normal(0, spread, 3), 8, 255)


def _shape(rng: np.random.Generator,
           woman: bool) -> Dict[str, np.ndarray]:
    """Rest curves of one person: the common face, stretched in parts."""
    rest = {name: points.copy() for name, points in REST.items()}

    def stretch(names: Sequence[str], centre: Sequence[float], sx: float,
                sy: float, dx: float = 0, dy: float = 0) -> None:
        for name in names:
            rest[name] = ((rest[name] - centre) * (sx, sy) + centre +
                          (dx, dy))

    draw = rng.uniform
    # jaw: narrow or square, chin: short or long
    low = np.clip(rest['contour'][:, 1:] / 1.08, 0, 1)
    jaw = draw(-.16, .04) if woman else draw(-.08, .12)
    rest['contour'][:, :1] *= 1 + jaw * low
    rest['contour'][:, 1:] += draw(-.07, .06) * low**2
    stretch(('contour', ), (0, 0), draw(.93, 1.07), draw(.97, 1.03))
    # eyes
    size = draw(.95, 1.22) if woman else draw(.85, 1.08)
    spread, tilt = draw(-.02, .035), draw(-.05, .13)
    eye = ('lid_up', 'lid_low', 'crease', 'bag', 'crow', 'crow_low')
    stretch(eye, (.35, -.16), size**.6, size * draw(.85, 1.1), spread)
    for name in eye:
        rest[name][:, 1] -= tilt * (rest[name][:, 0] - .35)
    # brows: high or low, arched or flat, slanted
    stretch(('brow', ), (.36, -.5), draw(.92, 1.08), draw(.5, 1.5), spread,
            draw(-.05, .035) - (.02 if woman else 0))
    rest['brow'][:, 1] -= draw(-.07, .10) * (rest['brow'][:, 0] - .36)
    # nose
    wide, long = draw(.82, 1.28), draw(-.05, .06)
    stretch(('wing', 'nostril'), (0, 0), wide, 1, 0, long)
    # mouth: wide or small, full or thin lips, corners up or down, high or low
    mouth = ('lip_up', 'mouth_up', 'mouth_low', 'lip_low', 'corner')
    full = draw(.9, 1.35) if woman else draw(.6, 1.15)
    stretch(mouth, (0, .62), draw(.86, 1.16), full, 0,
            draw(-.03, .04) + .4 * long)
    bend = draw(-.035, .035)
    for name in mouth:
        rest[name][:, 1] += bend * (rest[name][:, 0] / .3)**2
    stretch(('fold', ), (.2, .22), draw(.9, 1.15), 1, 0, .5 * long)
    return rest


def make_identity(seed: Sequence[int]) -> Identity:
    """Make up one person.

    Args:
        seed (Sequence[int]): Non-negative integers; the same seed gives the
            same person.

    Returns:
        Identity: The person.
    """
    rng = np.random.default_rng([*seed, 1])
    woman, old = rng.random() < .5, rng.random()
    skin = _between(_SKIN, rng, 4)
    dark = skin.mean() < 135
    palette = _HAIR[6:] if old > .88 else _HAIR[:2] if dark else _HAIR[:6]
    hair = _between(palette, rng, 5)
    style = str(rng.choice(_STYLES[3:10] if woman else _STYLES))
    if not woman and style in ('bob', 'bun') or (woman and style == 'bald'):
        style = 'short'
    made_up = woman and rng.random() < .5
    lips = skin * (.80, .58, .58) + (24, 4, 10)
    if made_up:
        lips = .5 * lips + .5 * np.array((190, 40, 62)) * rng.uniform(.7, 1.1)
    bearded = not woman and rng.random() < .42
    glasses = rng.random() < .22
    return Identity(
        rest=_shape(rng, woman),
        gain=rng.uniform(.9, 1.1, 2),
        skin=skin,
        hair=hair,
        iris=_between(_IRIS[:2] if dark else _IRIS, rng, 6),
        lips=np.clip(lips, 0, 255),
        brows=np.clip(.75 * hair + .1 * skin, 10, 190),
        clothes=rng.uniform(20, 225, 3),
        style=style,
        hair_volume=rng.uniform(.10, .24),
        parting=rng.uniform(-1, 1),
        brow_width=rng.uniform(.045, .075) if woman else rng.uniform(
            .06, .105),
        beard=rng.uniform(.35, 1) if bearded else 0.,
        moustache=rng.uniform(.5, 1)
        if not woman and rng.random() < (.8 if bearded else .12) else 0.,
        glasses=rng.uniform(.24, .28) if glasses else 0.,
        round_glasses=rng.random() < .5,
        wrinkles=.65 + .85 * old,
        lashes=rng.uniform(.022, .034) if woman else rng.uniform(.013, .02),
        freckles=int(rng.integers(15, 40))
        if skin.mean() > 190 and rng.random() < .2 else 0,
        earrings=woman and rng.random() < .4,
        style_seed=(*seed, 2))
