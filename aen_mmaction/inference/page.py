# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A result as one HTML file: the video, and the timeline that follows it."""
import base64
import json
from pathlib import Path
from typing import Dict, Union

import jinja2
import numpy as np

from .results import FaceTimeline, VideoResult
from .timeline_plot import emotion_colors

EMBED_BYTES = 150_000_000  # larger videos stay beside the page


def page_data(result: VideoResult) -> Dict:
    """What the page draws, as plain values.

    Returns:
        dict: Times in seconds; of each face ``probs``, K percents a frame or
        None without the face.
    """
    colors = emotion_colors(result.classes)
    return dict(
        classes=list(result.classes),
        colors=[colors[name] for name in result.classes],
        times=[round(float(t), 4) for t in result.times],
        faces=[_face(face) for face in result.faces])


def _face(face: FaceTimeline) -> Dict:
    percents = np.nan_to_num(100 * face.probs).round(1).tolist()
    return dict(
        id=face.face_id,
        first=int(face.frames[0]),
        probs=[row if known else None
               for row, known in zip(percents, face.known)])


def write_page(result: VideoResult, video: Union[str, Path],
               path: Union[str, Path]) -> None:
    """Write the page; the video is inside it.

    A video of more than 150 MB is not: the page then needs it beside itself,
    and says so.

    Args:
        result (VideoResult): What to show.
        video (str | Path): The annotated video, mp4.
        path (str | Path): HTML file to write.
    """
    video, path = Path(video), Path(path)
    inside = video.stat().st_size <= EMBED_BYTES
    template = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined).from_string(
            Path(__file__).with_name('page.html').read_text('utf-8'))
    data = json.dumps(page_data(result)).replace('<', '\\u003c')
    path.write_text(
        template.render(
            title=result.name,
            problem=result.problem,
            nothing=result.nothing,
            data=data,
            file='' if inside else video.name,
            video=(base64.b64encode(video.read_bytes()).decode()
                   if inside else '')),
        encoding='utf-8')
