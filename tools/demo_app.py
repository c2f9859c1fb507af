# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A page to try predictions on: drop a video, see its emotions.

It is served on this machine, needs no network and keeps nothing: uploads and
results lie in the folder for temporary files.
"""
import argparse
import sys

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.inference import DFERInferencer
from aen_mmaction.inference.app import build_app
from aen_mmaction.inference.model_choice import (add_model_arguments,
                                                 choose_model)


def parse_args() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add_model_arguments(parser)
    parser.add_argument('--host', default='127.0.0.1',
                        help='0.0.0.0 lets others in (default: %(default)s)')
    parser.add_argument('--port', type=int, default=7860,
                        help='default: %(default)s')
    return parser.parse_args()


def main() -> None:
    """Load the model, serve the page until Ctrl-C."""
    args = parse_args()
    try:
        loaded, notes = choose_model(args)
        page = build_app(DFERInferencer(loaded), notes)
    except (OSError, ValueError, ModuleNotFoundError) as error:
        sys.exit(f'error: {error}')
    for note in notes:
        print(note, file=sys.stderr)
    page.launch(server_name=args.host, server_port=args.port, share=False,
                ssr_mode=False, run_history=False, footer_links=[])


if __name__ == '__main__':
    main()
