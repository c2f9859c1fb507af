# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""All files that a prediction can leave."""
import importlib.util
import json
from pathlib import Path
from typing import List, Sequence, Union

from .annotated_video import write_annotated
from .page import write_page
from .result_tables import write_csv, write_parquet
from .results import VideoResult, summarize
from .sources import Source, source_frames
from .timeline_plot import draw_timeline

ANNOTATED = 'annotated.mp4'
#: What can be written. ``page`` needs the annotated video and makes it.
OUTPUTS = ('csv', 'parquet', 'json', 'plot', 'video', 'page')


def write_outputs(result: VideoResult,
                  source: Source,
                  folder: Union[str, Path],
                  wanted: Sequence[str] = OUTPUTS) -> List[Path]:
    """Write a result's files: ``frames.csv``, ``faces.json``, ...

    Args:
        result (VideoResult): Of :class:`DFERInferencer`.
        source (Source): What it was made of; read again for the video. Of
            a live one the video was written while it ran, by
            :class:`LiveVideo`.
        folder (str | Path): Made if it is not there.
        wanted (Sequence[str]): Of :data:`OUTPUTS`. Without pyarrow there is
            no parquet file.

    Returns:
        list[Path]: The files written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    made = []

    def path(name: str) -> Path:
        made.append(folder / name)
        return made[-1]

    if 'csv' in wanted:
        write_csv(result, path('frames.csv'))
    if 'parquet' in wanted and importlib.util.find_spec('pyarrow'):
        write_parquet(result, path('frames.parquet'))
    if 'json' in wanted:
        path('faces.json').write_text(
            json.dumps(summarize(result), indent=2) + '\n', 'utf-8')
    if 'plot' in wanted:
        draw_timeline(result).savefig(path('timeline.png'), dpi=110)
    if 'video' in wanted or 'page' in wanted:
        video = path(ANNOTATED)
        if source.kind != 'live':
            frames = source_frames(
                source, result.settings.get('frame_rate', 25.))
            sound = source.path if source.kind == 'video' else None
            write_annotated(result, frames, video, sound)
        if 'page' in wanted:
            write_page(result, video, path('page.html'))
    return made
