# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Annotation lists of each form, votes, lists of videos."""
import io
from functools import partial
from pathlib import Path
from typing import Optional, Sequence

import numpy as np

from ....datasets.annotations import ClipRecord, load_annotations
from ....datasets.votes import read_dfew_votes
from ....emotions import CLASS_ORDERS, DFEW_CLASSES, canonical_name
from ....inference.sources import find_sources
from .reader import Reader

_CLIPS = [(i, DFEW_CLASSES[i % 7]) for i in range(1, 41)]


def _list(name: str, form: str, header: str = '', encoding: str = 'utf-8',
          order: str = 'dfew', base: int = 0, **options) -> Reader:
    """Reader of a list whose lines are ``form`` (number, label, emotion)."""
    index = {n: i for i, n in enumerate(CLASS_ORDERS[order], base)}
    text = header + ''.join(
        form.format(i, index[emotion], emotion) + '\n'
        for i, emotion in _CLIPS)
    return Reader(
        name,
        lambda folder: text.encode(encoding),
        lambda path: load_annotations(path, **options),
        partial(_judge_list, encoding, index))


def _judge_list(encoding: str, index: dict, good: list,
                found: Sequence[ClipRecord], spoiled: bytes) -> Optional[str]:
    """Each record must stand in its line of the file, and none be lost."""
    text = _decode(spoiled, encoding)
    lines = text.replace('\r\n', '\n').replace('\r', '\n').split('\n')
    for record in found:
        line = lines[record.line - 1].replace('\\', '/')
        if '..' in record.clip_id.split('/') or not record.clip_id:
            return f'clip id {record.clip_id!r}'
        words = canonical_name(line)
        if record.clip_id not in line or (
                str(index[record.label]) not in line
                and record.label not in words):
            return f'{record} is not what line {line!r} says'
    filled = [line for line in lines
              if line.strip() and not line.lstrip().startswith('#')]
    if len(filled) - len(found) not in (0, 1):  # a header
        return f'{len(found)} records of {len(filled)} lines'
    return None


def _decode(data: bytes, encoding: str) -> str:
    if data[:2] in (b'\xff\xfe', b'\xfe\xff'):
        return data.decode('utf-16')
    try:
        return data.decode('utf-8-sig')
    except UnicodeDecodeError:
        return data.decode(encoding, errors='ignore')


# --------------------------------------------------------------------- votes
def _make_votes(folder: Path) -> bytes:
    import openpyxl
    book = openpyxl.Workbook()
    book.active.append(['order', *DFEW_CLASSES])
    for i, emotion in _CLIPS:
        book.active.append([i, *(7 * (c == emotion) + (c == 'happy')
                                 for c in DFEW_CLASSES)])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _judge_votes(good: dict, found: dict, spoiled: bytes) -> Optional[str]:
    """Its parts have checksums: nothing but the votes as written."""
    same = good.keys() == found.keys() and all(
        np.array_equal(good[key], found[key]) for key in good)
    return None if same else 'other votes than were written'


# ----------------------------------------------------------- lists of videos
def _make_sources(folder: Path) -> bytes:
    for i in range(9):
        (folder / f'{i}.mp4').touch()
    return ''.join(f'{i}.mp4\n' for i in range(9)).encode()


def _judge_sources(good: list, found: list, spoiled: bytes) -> Optional[str]:
    """A list of one's own may name any file: but only ones that are there."""
    lines = [line for line in spoiled.decode().splitlines() if line.strip()]
    if len(found) != len(lines) or not all(
            Path(source.path).exists() for source in found):
        return f'{found} of {lines}'
    return None


LIST_READERS = {
    'list: DFEW': _list('set_1.csv', '{0},{1}', 'video_name,label\n', base=1,
                        dataset='dfew', label_base=1),
    'list: FERV39k': _list('train_All.csv', 'Action/{2}/{0:04} {2}',
                           dataset='ferv39k'),
    'list: path n label': _list('val.txt', '/data/clips/{2}/{0:09} 60 {1}',
                                dataset='afew'),
    'list: MAFW, captions': _list(
        'set_1.txt', '{0:05}.mp4\t{2}\t他很生气\tA face', encoding='gbk',
        dataset='mafw'),
    'list: own': _list('mine.csv', '"my clips/{0}.mp4",{2}',
                       'path,label\n', class_order='dfew'),
    'votes': Reader('annotation.xlsx', _make_votes,
                    lambda path: read_dfew_votes(str(path)), _judge_votes,
                    ('openpyxl', )),
    'list of videos': Reader('videos.txt', _make_sources,
                             lambda path: find_sources(str(path)),
                             _judge_sources),
}
