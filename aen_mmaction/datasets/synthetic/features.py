# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Eyes, brows, nose, mouth and glasses, drawn on the shaded skin."""
import numpy as np

from .identity import Identity
from .sketch import Sketch, between

_CIRCLE = np.stack((np.cos(np.linspace(0, 2 * np.pi, 24, endpoint=False)),
                    np.sin(np.linspace(0, 2 * np.pi, 24, endpoint=False))), 1)
_RADII = np.array((.108, .088, .047, .024))  # rim, iris, pupil, glint
_TAPER = np.sin(np.linspace(.12, np.pi - .12, 13))
_BROW = np.interp(np.linspace(0, 1, 13), (0, .15, .55, 1), (.7, 1, .95, .25))


def _discs(sketch: Sketch, half: int, centres: np.ndarray,
           radii: np.ndarray) -> np.ndarray:
    """Pixels ``(n, m, 2)`` of discs on the eyeball, cut off by the lids."""
    up = sketch.face[half, sketch.where['lid_up']]
    low = sketch.face[half, sketch.where['lid_low']]
    discs = centres[:, None] + radii[:, None, None] * _CIRCLE
    x, y = discs[..., 0], discs[..., 1]
    y = np.clip(y, np.interp(x, up[:, 0], up[:, 1]),
                np.interp(x, low[:, 0], low[:, 1]))
    points = np.stack(((1, -1)[half] * x, y, np.full_like(x, up[6, 2])), -1)
    return sketch.project(points)


def draw_eye(canvas: np.ndarray, sketch: Sketch, person: Identity,
             light: float, half: int) -> None:
    """White, iris, pupil, reflection, lids and lashes of one eye."""
    up, low = sketch.curve('lid_up', half), sketch.curve('lid_low', half)
    up_face = sketch.face[half, sketch.where['lid_up']]
    low_face = sketch.face[half, sketch.where['lid_low']]
    opening = float(low_face[6, 1] - up_face[6, 1])
    skin = person.skin
    if opening > .02:
        sketch.fill(canvas, between(up, low), .88 * np.array(
            (236, 234, 232)) * (.75 + .25 * skin / 255))
        centre = np.array((.5 * (up_face[0, 0] + up_face[-1, 0]) +
                           (1, -1)[half] * sketch.pose.gaze_x,
                           -.165 + sketch.pose.gaze_y))
        glint = centre + (.035 * (1, -1)[half] * light, -.042)
        discs = _discs(sketch, half, np.stack((centre, centre, centre, glint)),
                       _RADII)
        for disc, color in zip(discs, (.45 * person.iris, person.iris,
                                       (14, 12, 14), (245, 245, 245))):
            sketch.fill(canvas, disc, color)
    lash = np.minimum(skin * .28, 60)
    sketch.line(canvas, [low[2:]], .62 * skin, .016)
    sketch.ribbon(canvas, up, lash, person.lashes * (1.2 + _TAPER))


def draw_brow(canvas: np.ndarray, sketch: Sketch, person: Identity,
              half: int) -> None:
    """One brow: a tapered band with a lighter lower edge."""
    brow = sketch.curve('brow', half)
    width = person.brow_width * _BROW
    sketch.ribbon(canvas, brow, .55 * person.brows + .35 * person.skin * .7,
                  1.25 * width)
    sketch.ribbon(canvas, brow - (0, .008 * sketch.unit), person.brows,
                  .8 * width)


def draw_nostrils(canvas: np.ndarray, sketch: Sketch,
                  person: Identity) -> None:
    """Dark openings under the tip of the nose."""
    for half in range(2):
        sketch.fill(canvas, sketch.curve('nostril', half), .34 * person.skin)


def _shifted(sketch: Sketch, top: np.ndarray, bottom: np.ndarray,
             dy: float) -> np.ndarray:
    """Curve ``top`` moved down by dy face units, at most to ``bottom``."""
    gap = np.clip((bottom - top)[:, 1:], 0, None)
    step = np.minimum(dy * sketch.unit, gap)
    return top + (bottom - top) * step / np.maximum(gap, 1e-6)


def draw_mouth(canvas: np.ndarray, sketch: Sketch, person: Identity,
               lower_teeth: float) -> None:
    """Lips, and behind them teeth and tongue.

    Args:
        canvas (np.ndarray): uint8 ``(S, S, 3)``, drawn on.
        sketch (Sketch): The posed face.
        person (Identity): Its owner.
        lower_teeth (float): 0 hidden .. 1 bared.
    """
    top, bottom = sketch.both('lip_up'), sketch.both('lip_low')
    up, low = sketch.both('mouth_up'), sketch.both('mouth_low')
    lips = person.lips
    sketch.fill(canvas, between(top, up), .80 * lips)
    sketch.fill(canvas, between(low, bottom), lips)
    shine = _shifted(sketch, low, bottom, .05)[8:-8]
    sketch.line(canvas, [shine], np.minimum(1.12 * lips + 14, 255), .025)
    opening = np.max(low[:, 1] - up[:, 1]) / sketch.unit
    if opening > .02:
        sketch.fill(canvas, between(up, low), (58, 20, 24))
        if opening > .18:
            sketch.fill(canvas, between(
                _shifted(sketch, low, up, .10)[6:-6], low[6:-6]),
                        (150, 66, 70))
        edge = _shifted(sketch, up, low, .085)
        sketch.fill(canvas, between(up, edge)[2:-2], (226, 221, 210))
        if lower_teeth > .2:
            edge = _shifted(sketch, low, up, .075 * lower_teeth)
            sketch.fill(canvas, between(edge, low)[3:-3], (206, 200, 188))
    sketch.line(canvas, [up], .34 * lips, .018 if opening > .02 else .026)


def draw_glasses(canvas: np.ndarray, sketch: Sketch,
                 person: Identity) -> None:
    """Frame with bridge and temples."""
    frame = .5 * person.hair
    power = 1 if person.round_glasses else .5
    lens = np.sign(_CIRCLE) * np.abs(_CIRCLE)**power
    for sign in (1, -1):
        rim = lens * (person.glasses, .86 * person.glasses) + (.36, -.13)
        x = sign * rim[:, 0]
        depth = np.full(len(rim), .82)
        points = sketch.project(np.stack((x, rim[:, 1], depth), 1))
        sketch.line(canvas, [points[np.r_[:24, 0]]], frame, .026)
        temple = np.array(((sign * (.36 + person.glasses), -.17, .82),
                           (sign * .80, -.22, .05)))
        sketch.line(canvas, [sketch.project(temple)], frame, .026)
    inner = .36 - person.glasses
    bridge = np.array(((-inner, -.17, .84), (0, -.20, .88),
                       (inner, -.17, .84)))
    sketch.line(canvas, [sketch.project(bridge)], frame, .026)


def draw_moustache(canvas: np.ndarray, sketch: Sketch,
                   person: Identity) -> None:
    """A band between nose and upper lip."""
    top = sketch.both('lip_up')
    mix = .35 + .6 * person.moustache
    color = mix * person.hair + (1 - mix) * person.skin
    width = .115 * np.interp(np.linspace(-1, 1, len(top)),
                             (-1, -.6, 0, .6, 1), (.3, 1, .75, 1, .3))
    sketch.ribbon(canvas, top - (0, .035 * sketch.unit), color, width)
