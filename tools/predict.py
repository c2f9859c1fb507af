# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Emotions of the faces in your own videos.

INPUT is a video, a folder of videos or of frames, a list (.txt, a path a
line), the number of a camera (0) or the address of a stream (rtsp://...),
which Ctrl-C ends.
"""
import argparse
import sys
from pathlib import Path

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.faces import FaceSettings
from aen_mmaction.faces.detectors import DETECTORS
from aen_mmaction.inference import DFERInferencer, PredictOptions
from aen_mmaction.inference.live_run import run_live
from aen_mmaction.inference.model_choice import (add_model_arguments,
                                                 choose_model)
from aen_mmaction.inference.outputs import OUTPUTS, write_outputs
from aen_mmaction.inference.sources import find_sources


def parse_args() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add = parser.add_argument
    add('input', metavar='INPUT')
    add_model_arguments(parser)
    add('--out', type=Path, default=Path('work_dirs/predict'),
        help='a folder is made in it for each video (default: %(default)s)')
    add('--outputs', nargs='+', choices=OUTPUTS, default=OUTPUTS,
        help='default: all of them')
    defaults = PredictOptions()
    for name, kind, text in (
        ('window', float, 'seconds the model looks at for one answer'),
        ('stride', float, 'seconds between two answers'),
        ('smooth', float, 'smoothing of probabilities, in seconds; 0: none'),
        ('max-gap', int, 'longest run of frames without a detection that is '
         'interpolated'),
        ('min-face', float, 'seconds that a face must be seen to be answered '
         'for; at most half of a video'),
        ('frame-rate', float, 'of folders of frames')):
        value = getattr(defaults, name.replace('-', '_'))
        add(f'--{name}', type=kind, default=value,
            help=f'{text} (default: {value})')
    faces = parser.add_argument_group(
        'how faces are cut (default: as the checkpoint says, else as '
        'tools/data/prepare.py does by default)')
    faces.add_argument('--detector', choices=tuple(DETECTORS))
    faces.add_argument('--margin', type=float)
    faces.add_argument('--size', type=int)
    faces.add_argument('--search-side', type=int)
    return parser.parse_args()


def choose_faces(args):
    """Settings of the command line, or None where it has none."""
    given = {name: getattr(args, name)
             for name in ('detector', 'margin', 'size', 'search_side')
             if getattr(args, name) is not None}
    return FaceSettings(**given) if given else None


def build(args):
    """The inferencer; says what there is to know of the model."""
    options = dict(
        window=args.window, stride=args.stride, smooth=args.smooth,
        max_gap=args.max_gap, min_face=args.min_face,
        frame_rate=args.frame_rate)
    loaded, notes = choose_model(args)
    for note in notes:
        print(note, file=sys.stderr)
    return DFERInferencer(loaded, choose_faces(args),
                          PredictOptions(**options))


def teller(classes):
    """Function that says the label of each face when it changes."""
    said = {}

    def tell(seconds, image, faces) -> None:
        for face in faces:
            known = face.probs[0] == face.probs[0]  # else NaN
            label = classes[face.probs.argmax()] if known else 'no answer yet'
            if said.get(face.face_id) != label:
                said[face.face_id] = label
                print(f'{seconds:8.2f} s  face {face.face_id}: {label}',
                      flush=True)

    return tell


def report_live(live) -> None:
    """Speed of a live source."""
    latency = live['latency_ms']
    print(f"  {live['received']} frames came, {live['looked_at']} looked at, "
          f"{live['dropped']} dropped for newer ones\n"
          f"  {live['frames_per_second']} frames per second; from a frame's "
          f"coming to its answer {latency['median']:.0f} ms (median), "
          f"{latency['percentile_95']:.0f} ms (95 % of them), "
          f"{latency['largest']:.0f} ms (largest)")


def report(result, files) -> None:
    """What came out of one video."""
    if result.problem:
        print(f'warning: {result.problem}', file=sys.stderr)
    print(f'{result.name}: {len(result.times)} frames, '
          f'{len(result.faces)} face(s)')
    if not result.faces:
        print(f'  {result.nothing}: the tables are valid and hold none')
    for face in result.faces:
        label = 'no answer: too few frames with the face'
        if face.known.any():
            mean = face.probs[face.known].mean(0)
            label = (f'{result.classes[mean.argmax()]} '
                     f'{100 * mean.max():.0f} % on average')
        print(f'  face {face.face_id}: {face.times[0]:.2f} to '
              f'{face.times[-1]:.2f} s, {label}')
    if result.left_out:
        print(f'  {len(result.left_out)} more, seen for less than '
              f'{result.settings["min_face"]} s, left out (faces.json lists '
              'them)')
    speeds = [f'{step} {len(result.times) / seconds:.0f}'
              for step, seconds in result.seconds.items() if seconds > 0]
    if result.live:
        report_live(result.live)
    else:
        print(f'  frames per second of one core: {", ".join(speeds)}')
    for path in files:
        print(f'  {path}')


def main() -> None:
    """Predict on everything; one bad video does not stop the others."""
    args = parse_args()
    failed = []
    try:
        sources = find_sources(args.input)
        inferencer = build(args)
    except (OSError, ValueError, ModuleNotFoundError) as error:
        sys.exit(f'error: {error}')
    for source in sources:
        try:
            folder = args.out / source.name
            if source.kind == 'live':
                result = run_live(
                    inferencer, source, folder,
                    bool({'video', 'page'} & set(args.outputs)),
                    teller(inferencer.classes))
            else:
                result = inferencer(source)
            report(result, write_outputs(result, source, folder,
                                         args.outputs))
        except (OSError, ValueError) as error:
            failed.append(source.name)
            print(f'error: {error}', file=sys.stderr)
    if failed:
        sys.exit(f'{len(failed)} of {len(sources)} failed: '
                 f'{", ".join(failed[:10])}')


if __name__ == '__main__':
    main()
