# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A page to try predictions on: drop a video, see its emotions."""
import tempfile
from pathlib import Path
from typing import Any, List, Tuple

from .inferencer import DFERInferencer
from .outputs import ANNOTATED, write_outputs
from .results import VideoResult, summarize
from .sources import Source

_HEAD = ['face', 'from (s)', 'to (s)', 'label', 'mean probability']
_WANTED = ('csv', 'json', 'plot', 'video')


def predict_upload(inferencer: DFERInferencer, video: str,
                   folder: Path) -> Tuple[VideoResult, List[Path]]:
    """Predict on a video that was dropped on the page.

    Args:
        inferencer (DFERInferencer): Model, detector and options.
        video (str): The file.
        folder (Path): Gets the outputs.

    Returns:
        tuple[VideoResult, list[Path]]: The result and its files.

    Raises:
        VideoError: If not a single frame of it can be read.
    """
    source = Source(Path(video).name, video, 'video')
    result = inferencer(source)
    return result, write_outputs(result, source, folder, _WANTED)


def face_rows(result: VideoResult) -> List[List]:
    """A row for each face, as the page shows them."""
    rows = []
    for face in summarize(result)['faces']:
        label = face['label']
        mean = face.get('mean_probabilities', {}).get(label)
        rows.append([face['face'], face['start'], face['end'],
                     label or 'too few frames', mean])
    return rows


def build_app(inferencer: DFERInferencer, notes: List[str]) -> Any:
    """The page; nothing on it comes from the network.

    Args:
        inferencer (DFERInferencer): Model, detector and options.
        notes (list[str]): What visitors should know of the model.

    Returns:
        gradio.Blocks: To be launched.

    Raises:
        ModuleNotFoundError: If gradio is not installed.
    """
    try:
        import gradio
    except ImportError as error:
        raise ModuleNotFoundError(
            "the page needs gradio. Run: pip install 'aen-mmaction[app]'"
        ) from error

    def predict(video: str) -> Tuple:
        if not video:
            raise gradio.Error('Choose a video first.')
        folder = Path(tempfile.mkdtemp(prefix='predict_'))
        try:
            result, files = predict_upload(inferencer, video, folder)
        except (OSError, ValueError) as error:
            raise gradio.Error(str(error).replace(video, Path(video).name)
                               ) from error
        text = f'{len(result.times)} frames, {len(result.faces)} face(s)'
        if result.problem:
            text += f'\n\n{result.problem}'
        return (text, str(folder / 'timeline.png'), str(folder / ANNOTATED),
                face_rows(result), [str(path) for path in files])

    with gradio.Blocks(title='Emotions of the faces in a video',
                       analytics_enabled=False) as page:
        gradio.Markdown('# Emotions of the faces in a video\n\n'
                        + '\n\n'.join(notes))
        with gradio.Row():
            video = gradio.Video(label='Video', sources=['upload'])
            clip = gradio.Video(label='With boxes and labels')
        button = gradio.Button('Predict', variant='primary')
        said = gradio.Markdown()
        plot = gradio.Image(label='Timeline', show_label=False,
                            type='filepath')
        table = gradio.Dataframe(label='Faces', headers=_HEAD)
        files = gradio.Files(label='Files')
        button.click(predict, video, [said, plot, clip, table, files],
                     api_name='predict')
    return page
