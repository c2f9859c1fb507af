# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The data card of prepared clips: how the faces were cut."""
import importlib.metadata
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Dict, List

import cv2

from ..version import __version__
from .clip import STATES, ClipOptions
from .detectors import DETECTORS
from .settings import FaceSettings
from .survey import RULES
from .templates import TEMPLATES

CARD = 'data_card.json'


def make_card(options: ClipOptions) -> dict:
    """The card before the first clip: everything that decides pixels.

    Args:
        options (ClipOptions): How the clips will be made.

    Returns:
        dict: As :func:`read_card` reads it, not finished.

    Raises:
        ModuleNotFoundError: If the detector's package is not installed.
    """
    faces = options.faces
    settings = dict(faces=faces.as_dict(), **{
        key: value for key, value in asdict(options).items() if key != 'faces'
    })
    return dict(
        title='Aligned face clips',
        made_with=f'aen_mmaction {__version__}, tools/data/prepare.py',
        finished=False,
        settings=settings,
        detector=DETECTORS[faces.detector].describe(),
        packages=dict(opencv=cv2.__version__,
                      av=importlib.metadata.version('av')),
        alignment='similarity, least squares, of the five points to '
        '(template + margin) / (1 + 2 margin) * size; bilinear, averaged '
        'over areas where it shrinks; black outside the frame',
        template=TEMPLATES[faces.detector].tolist(),
        rule=RULES[options.keep],
        gaps=f'up to {options.max_gap} frames without a detection: points '
        'interpolated between their neighbours; longer: frames left out',
        files='frames keep their numbers in the video, from 1; '
        'faces/<id>.csv has a row for each frame of the video')


def read_card(folder: os.PathLike) -> dict:
    """The data card of a folder of prepared clips.

    Args:
        folder (PathLike): Where the clips are.

    Returns:
        dict: The card.

    Raises:
        FileNotFoundError: If there is none.
        ValueError: If it is no data card.
    """
    path = Path(folder) / CARD
    if not path.is_file():
        raise FileNotFoundError(
            f'{path}: no data card. Make the clips with '
            'tools/data/prepare.py.')
    try:
        card = json.loads(path.read_text('utf-8'))
        FaceSettings.from_dict(card['settings']['faces'])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f'{path}: expected a data card of prepared clips, '
                         f'found {type(error).__name__}: {error}') from error
    return card


def card_settings(folder: os.PathLike) -> FaceSettings:
    """How the faces of a folder of prepared clips were cut."""
    return FaceSettings.from_dict(read_card(folder)['settings']['faces'])


def count_records(records: List[dict]) -> dict:
    """Totals for the card.

    Args:
        records (list[dict]): What preparing says of each video: ``status``,
            ``label``, and frames of each state.

    Returns:
        dict: ``videos`` by status, ``frames`` by state, ``clips_by_class``.
    """
    statuses = ('ok', 'incomplete', 'no_face', 'failed')
    made = [r for r in records if r['status'] in statuses[:2]]
    labels: Dict[str, int] = {}
    for record in made:
        label = record['label'] or '(none)'
        labels[label] = labels.get(label, 0) + 1
    return dict(
        videos={s: sum(r['status'] == s for r in records) for s in statuses},
        frames={s: sum(r.get(s, 0) for r in records) for s in STATES},
        clips_by_class=dict(sorted(labels.items())))


def card_text(card: dict) -> str:
    """The card for people, in Markdown."""
    settings = {**card['settings']['faces'], **card['settings']}
    del settings['faces']
    videos, frames = (card['counts'][key] for key in ('videos', 'frames'))
    rows = [(name, str(value)) for name, value in settings.items()]
    rows += [(f'detector: {k}', v) for k, v in card['detector'].items()]
    rows += [(k, card[k]) for k in ('alignment', 'rule', 'gaps', 'files')]
    rows += [('videos', ', '.join(f'{n} {s}' for s, n in videos.items())),
             ('frames', ', '.join(f'{n} {s}' for s, n in frames.items())),
             ('clips by class',
              ', '.join(f'{k} {n}'
                        for k, n in card['counts']['clips_by_class'].items()))]
    table = '\n'.join(f'| {name} | {value} |' for name, value in rows)
    return (f'# {card["title"]}\n\nMade with {card["made_with"]}.\n\n'
            f'| what | value |\n|---|---|\n{table}\n\n'
            'A model trained on these clips expects faces cut with the same '
            'detector, margin and size.\n')
