# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What surrounds a face: background, light, lens and sensor."""
from typing import NamedTuple

import cv2
import numpy as np

from .identity import Identity
from .mesh import skull_depth

SUPERSAMPLING = 2  # canvas pixels for each image pixel, along one side
_ROOM = 16  # pixels by which the sensor noise may shift between frames
TEXTURE_SIDE = 96  # pixels of the baked skin
TEXTURE_REACH = 1.45  # face units from its centre to its border


class Scene(NamedTuple):
    """Light and camera of one clip.

    Attributes:
        light (np.ndarray): ``(3, )`` unit vector towards the light.
        ambient (float): 0..1, share of light without direction.
        table (np.ndarray): uint8 ``(1, 256, 3)``, exposure and colour cast.
        blur (float): Standard deviation, image sides.
        noise (np.ndarray): int16 ``(side + _ROOM, side + _ROOM, 3)`` noise of
            the sensor in grey levels, of which each frame takes a part.
        background (np.ndarray): uint8 ``(S, S, 3)``.
    """
    light: np.ndarray
    ambient: float
    table: np.ndarray
    blur: float
    noise: np.ndarray
    background: np.ndarray


def make_background(side: int, rng: np.random.Generator) -> np.ndarray:
    """An out-of-focus room, garden or wall.

    Args:
        side (int): Pixels.
        rng (np.random.Generator): Source of chance.

    Returns:
        np.ndarray: uint8 ``(side, side, 3)`` RGB.
    """
    small = 64
    base = (rng.uniform(30, 215) + rng.normal(0, 14, (2, 1, 1)) +
            rng.normal(0, 13, (2, 1, 3)))
    image = np.linspace(0, 1, small)[:, None, None] * (base[1] - base[0])
    image = np.clip(image + base[0], 5, 250) * np.ones((small, small, 1))
    image = image.astype(np.uint8)
    for _ in range(int(rng.integers(3, 14))):
        color = np.clip(base[0, 0] + rng.normal(0, 35) +
                        rng.normal(0, 16, 3), 0, 255).tolist()
        x, y = (int(v) for v in rng.integers(-8, small + 8, 2))
        kind = rng.integers(3)
        if kind == 0:
            width, height = (int(v) for v in rng.integers(3, 30, 2))
            cv2.rectangle(image, (x, y), (x + width, y + height), color, -1)
        elif kind == 1:
            cv2.circle(image, (x, y), int(rng.integers(2, 13)), color, -1)
        else:
            cv2.line(image, (x, y), (x + int(rng.integers(-20, 20)), small),
                     color, int(rng.integers(1, 6)))
    image = cv2.GaussianBlur(image, (0, 0), rng.uniform(.8, 3.5))
    return cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)


def make_scene(side: int, rng: np.random.Generator) -> Scene:
    """Draw light, camera and background of one clip.

    Args:
        side (int): Image side in pixels.
        rng (np.random.Generator): Source of chance.

    Returns:
        Scene: The scene.
    """
    around, up = rng.uniform(-1.1, 1.1), rng.uniform(.1, .8)
    light = np.array((np.sin(around) * np.cos(up), -np.sin(up),
                      np.cos(around) * np.cos(up)))
    cast = 1 + rng.normal(0, 1, 1) * np.array((.06, 0, -.07))
    exposure, gamma = rng.uniform(.84, 1.06), rng.uniform(.8, 1.1)
    level = np.arange(256)[:, None] / 255
    table = np.clip(255 * (exposure * cast * level)**gamma, 0, 255)
    grain = (side + _ROOM, side + _ROOM, 3)
    noise = rng.uniform(.5, 5) * rng.standard_normal(grain, dtype=np.float32)
    return Scene(
        light=light,
        ambient=rng.uniform(.5, .8),
        table=table.astype(np.uint8)[None],
        blur=max(0., rng.normal(.002, .0035)),
        noise=noise.astype(np.int16),
        background=make_background(SUPERSAMPLING * side, rng))


def bake_skin(person: Identity, scene: Scene,
              rng: np.random.Generator) -> np.ndarray:
    """Skin of a face without features, lit.

    Args:
        person (Identity): Whose skin.
        scene (Scene): Its light.
        rng (np.random.Generator): Places of the freckles.

    Returns:
        np.ndarray: uint8 ``(TEXTURE_SIDE, TEXTURE_SIDE, 3)`` RGB over face
        coordinates -TEXTURE_REACH..TEXTURE_REACH.
    """
    axis = np.linspace(-TEXTURE_REACH, TEXTURE_REACH, TEXTURE_SIDE)
    x, y = axis[None, :], axis[:, None]

    def blob(cx: float, cy: float, rx: float, ry: float) -> np.ndarray:
        return np.exp(-((x - cx) / rx)**2 - ((y - cy) / ry)**2)[..., None]

    normal = np.stack(np.broadcast_arrays(
        x / .88**2, y / 1.3**2, skull_depth(x, y) / .64 + .25), -1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    lambert = np.clip(normal @ scene.light, 0, 1)[..., None]
    shade = scene.ambient + (1.12 - scene.ambient) * lambert
    shade = shade + .12 * lambert**6
    skin = person.skin * np.ones((TEXTURE_SIDE, TEXTURE_SIDE, 1))
    blush = blob(.48, .25, .2, .17) + blob(-.48, .25, .2, .17)
    blush = blush + .8 * blob(0, .22, .15, .13)
    skin = skin * (1 - np.array((.0, .13, .10)) * blush)
    if 0 < person.beard <= .6 or person.moustache:  # stubble
        stubble = np.clip(blob(0, .85, .75, .38) + .7 * blob(0, .47, .3, .07)
                          - 1.3 * blob(0, .62, .34, .1), 0, 1)
        mix = .5 * max(person.beard, .2) * stubble
        skin = skin * (1 - mix) + mix * person.hair
    for cx, cy in rng.normal(0, (.33, .11), (person.freckles, 2)):
        skin = skin * (1 - np.array((.18, .26, .3)) *
                       blob(cx, .15 + cy, .022, .022))
    return np.clip(skin * shade, 0, 255).astype(np.uint8)


def expose(image: np.ndarray, scene: Scene,
           rng: np.random.Generator) -> np.ndarray:
    """Lens and sensor: scale down, blur, exposure, colour cast and noise.

    Args:
        image (np.ndarray): uint8 ``(S, S, 3)``.
        scene (Scene): Its camera.
        rng (np.random.Generator): Source of the noise.

    Returns:
        np.ndarray: uint8 ``(side, side, 3)`` RGB.
    """
    side = image.shape[0] // SUPERSAMPLING
    image = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
    if scene.blur * side > .25:
        image = cv2.GaussianBlur(image, (0, 0), scene.blur * side)
    image = cv2.LUT(image, scene.table)
    y, x = rng.integers(_ROOM, size=2)
    noise = scene.noise[y:y + side, x:x + side]
    return cv2.add(image, noise, dtype=cv2.CV_8U)
