# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A portrait: one person in one scene, drawn with any expression and pose."""
import cv2
import numpy as np

from .action_units import AU_INDEX
from .features import (draw_brow, draw_eye, draw_glasses, draw_moustache,
                       draw_mouth, draw_nostrils)
from .identity import Identity
from .mesh import Mesh, Pose
from .scene import TEXTURE_REACH, TEXTURE_SIDE, Scene, bake_skin
from .shading import shade_map
from .sketch import Sketch, between


class Portrait:
    """Draws one person in one scene.

    background -> back hair, neck, clothes -> skin x light x shadows and
    wrinkles -> nose, mouth, eyes, brows -> hair, glasses

    Args:
        person (Identity): Who.
        scene (Scene): Where; its background sets the canvas side S.
        rng (np.random.Generator): Places of the freckles.
    """

    def __init__(self, person: Identity, scene: Scene,
                 rng: np.random.Generator) -> None:
        self.person = person
        self.scene = scene
        self.side = scene.background.shape[0]
        self._mesh = Mesh(person)
        self._skin = bake_skin(person, scene, rng)
        lit = scene.ambient + .9 * (1 - scene.ambient)
        self._lit = lit
        self._hair = lit * person.hair

    def sketch(self, activation: np.ndarray, pose: Pose) -> Sketch:
        """Curves of one frame, posed.

        Args:
            activation (np.ndarray): ``(len(ACTION_UNITS), )`` in [0, 1].
            pose (Pose): Head pose before the head units (54, 57, 58, 64).

        Returns:
            Sketch: In canvas pixels.
        """
        unit = {au: activation[i] for au, i in AU_INDEX.items()}
        pose = pose._replace(
            pitch=pose.pitch + .16 * unit[54] - .12 * unit[58],
            y=pose.y + .03 * unit[54] - .02 * unit[58],
            unit=pose.unit * (1 + .06 * unit[57]),
            gaze_y=pose.gaze_y + .05 * unit[64])
        return Sketch(self._mesh, activation, pose, self.side)

    def draw(self, activation: np.ndarray, pose: Pose) -> np.ndarray:
        """Draw one frame.

        Args:
            activation (np.ndarray): ``(len(ACTION_UNITS), )`` in [0, 1].
            pose (Pose): Head pose before the head units (54, 57, 58, 64).

        Returns:
            np.ndarray: uint8 ``(S, S, 3)`` RGB canvas.
        """
        unit = {au: activation[i] for au, i in AU_INDEX.items()}
        sketch = self.sketch(activation, pose)
        canvas = self.scene.background.copy()
        self._draw_behind(canvas, sketch)
        self._draw_skin(canvas, sketch, activation)
        person = self.person
        draw_nostrils(canvas, sketch, person)
        if person.moustache:
            draw_moustache(canvas, sketch, person)
        draw_mouth(canvas, sketch, person, max(unit[16], .7 * unit[20]))
        for half in range(2):
            draw_eye(canvas, sketch, person, self.scene.light[0], half)
            draw_brow(canvas, sketch, person, half)
        self._draw_hair(canvas, sketch)
        if person.glasses:
            draw_glasses(canvas, sketch, person)
        return canvas

    def _draw_behind(self, canvas: np.ndarray, sketch: Sketch) -> None:
        """Long hair, neck, clothes and ears."""
        person, unit = self.person, sketch.unit
        x, y = sketch.project(np.array((0., 0., 0.)))
        place = np.array((x, y))

        def at(*points: float) -> np.ndarray:
            return np.reshape(points, (-1, 2)) * unit + place

        if person.style in ('long', 'bob'):
            sketch.fill(canvas, sketch.both('hair_back'), .72 * self._hair)
        elif person.style == 'bun':
            cv2.circle(canvas, tuple(int(v) for v in at(0, -1.28)[0]),
                       round(.3 * unit), .85 * self._hair, -1, cv2.LINE_AA)
        neck = .62 * self._lit * person.skin
        sketch.fill(canvas, at(-.46, .5, -.44, 1.25, -.7, 1.6, .7, 1.6, .44,
                               1.25, .46, .5), neck)
        sketch.fill(canvas, at(-1.6, 1.7, -1.3, 1.38, -.5, 1.2, 0, 1.42, .5,
                               1.2, 1.3, 1.38, 1.6, 1.7),
                    self._lit * person.clothes)
        for sign in (1, -1):
            ear = sketch.project(np.array(((sign * .80, -.02, -.1), )))[0]
            cv2.ellipse(canvas, tuple(int(v) for v in ear),
                        (round(.10 * unit), round(.19 * unit)), 0, 0, 360,
                        .82 * self._lit * person.skin, -1, cv2.LINE_AA)
            if person.earrings:
                drop = tuple(int(v) for v in ear + (0, .22 * unit))
                cv2.circle(canvas, drop, max(1, round(.05 * unit)),
                           (226, 196, 112), -1, cv2.LINE_AA)

    def _draw_skin(self, canvas: np.ndarray, sketch: Sketch,
                   activation: np.ndarray) -> None:
        """Skin in its outline, with beard, shadows and wrinkles."""
        scale = (TEXTURE_SIDE - 1) / (2 * TEXTURE_REACH)
        anchors = np.array(((-.35, -.2, .6), (.35, -.2, .6), (0, .8, .5)))
        source = (anchors[:, :2] + TEXTURE_REACH) * scale
        target = .5 * sketch.project(anchors)  # smooth: half the pixels do
        skin = cv2.warpAffine(
            self._skin,
            cv2.getAffineTransform(source.astype(np.float32),
                                   target.astype(np.float32)),
            (self.side // 2, ) * 2, borderMode=cv2.BORDER_REPLICATE)
        skin = cv2.resize(skin, (self.side, self.side))
        outline = sketch.both('contour')
        if self.person.beard > .6:
            mix = self.person.beard
            color = mix * self._hair + (1 - mix) * self.person.skin
            edge = sketch.both('beard')
            # the outline runs over the jaw: half a turn from ear to ear
            sketch.fill(skin, between(edge, self._jaw(sketch)), color)
        shade = shade_map(sketch, self.person, self.scene, activation,
                          self.side)
        skin = cv2.multiply(skin, cv2.merge((shade, shade, shade)),
                            scale=1 / 128)
        mask = np.zeros((self.side, self.side), np.uint8)
        sketch.fill(mask, outline, 255)
        cv2.copyTo(skin, mask, canvas)

    @staticmethod
    def _jaw(sketch: Sketch) -> np.ndarray:
        """Outline from the left ear over the chin to the right ear."""
        right, left = sketch.curve('contour', 0), sketch.curve('contour', 1)
        start = len(right) // 2 - 2
        return np.concatenate((left[start:], right[:start - 1:-1]))

    def _draw_hair(self, canvas: np.ndarray, sketch: Sketch) -> None:
        """Hair over skull and forehead, with strands."""
        if self.person.style == 'bald':
            return
        out, line = sketch.both('hair_out'), sketch.both('hair_in')
        if self.person.style == 'curls':
            radius = round(.16 * sketch.unit)
            for k, point in enumerate(out[::3]):
                cv2.circle(canvas, tuple(int(v) for v in point), radius,
                           (.9 + .1 * (k % 2)) * self._hair, -1, cv2.LINE_AA)
        sketch.fill(canvas, between(out, line), self._hair)
        pick = np.linspace(0, len(out) - 1, len(line)).astype(int)
        share = np.linspace(.06, .94, 7)[:, None, None]
        strands = out[pick] + share * (line - out[pick])  # (7, n, 2)
        if self.person.style in ('long', 'bob', 'parted'):  # falling
            strands = [strand[2:-2] for strand in strands]
        else:  # combed back from the forehead
            strands = list(strands.transpose(1, 0, 2)[1:-1:2])
        sketch.line(canvas, strands[::2], .86 * self._hair, .016)
        sketch.line(canvas, strands[1::2],
                    np.minimum(1.08 * self._hair + 6, 255), .022)
