# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A result as a table: a row for each frame and face."""
import csv
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Union

import numpy as np

from .results import FaceTimeline, VideoResult

_BOX = ('left', 'top', 'right', 'bottom')


def columns(result: VideoResult) -> Dict[str, type]:
    """The table's columns and their types.

    Groups have ``group_`` before their names, since an emotion and a group
    may share one (neutral).
    """
    numbers = [*_BOX, 'confidence']
    probs = [*result.classes, *(f'group_{g}' for g in result.group_names)]
    names: Dict[str, type] = dict(video=str, face=int, frame=int, time=float)
    names.update((name, float) for name in numbers)
    names['success'] = int
    names.update((name, float) for name in probs)
    names['label'] = str
    return names


def rows(result: VideoResult) -> Iterator[List]:
    """Rows by frame, then face; None where there is no value.

    ``frame`` counts from 1. ``success`` is 1 where the face was detected; 0
    with a box: interpolated between two detections. A frame without any face
    has one row, without ``face``.
    """
    width = len(columns(result))
    for frame, time in enumerate(result.times):
        here = [
            (face, frame - int(face.frames[0])) for face in result.faces
            if face.frames[0] <= frame <= face.frames[-1]
        ]
        start = [frame + 1, round(float(time), 6)]
        for face, i in sorted(here, key=lambda pair: pair[0].face_id):
            yield [result.name, face.face_id, *start, *_values(face, i, result)
                   ]
        if not here:
            row = [result.name, None, *start] + [None] * (width - 4)
            row[9] = 0
            yield row


def _values(face: FaceTimeline, i: int, result: VideoResult) -> List:
    probs = face.probs[i]
    groups = [] if face.group_probs is None else face.group_probs[i]
    label = None if np.isnan(probs[0]) else result.classes[probs.argmax()]
    return [
        *(_number(v, 1) for v in face.boxes[i]),
        _number(face.confidence[i], 4),
        int(face.detected[i]),
        *(_number(v, 6) for v in (*probs, *groups)), label
    ]


def _number(value: float, digits: int) -> Optional[float]:
    return None if np.isnan(value) else round(float(value), digits)


def write_csv(result: VideoResult, path: Union[str, Path]) -> None:
    """Write :func:`rows` as csv; no value is an empty cell."""
    with open(path, 'w', newline='', encoding='utf-8') as file:
        writer = csv.writer(file, lineterminator='\n')
        writer.writerow(columns(result))
        writer.writerows(rows(result))


def write_parquet(result: VideoResult, path: Union[str, Path]) -> None:
    """Write :func:`rows` as parquet; no value is null.

    Raises:
        ModuleNotFoundError: If pyarrow is not installed.
    """
    import pyarrow
    import pyarrow.parquet

    types = {str: pyarrow.string(), int: pyarrow.int64(),
             float: pyarrow.float64()}
    schema = pyarrow.schema(
        [(name, types[kind]) for name, kind in columns(result).items()])
    data = list(zip(*rows(result))) or [[] for _ in schema]
    arrays = [pyarrow.array(values, field.type)
              for values, field in zip(data, schema)]
    pyarrow.parquet.write_table(
        pyarrow.Table.from_arrays(arrays, schema=schema), str(path))
