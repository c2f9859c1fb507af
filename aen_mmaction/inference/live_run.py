# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A live source from its opening to its end."""
import signal
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Callable, Iterator, Optional, Union

from .annotated_video import LiveVideo
from .inferencer import DFERInferencer
from .live import Show, predict_live
from .live_source import NewestFrame, open_live
from .outputs import ANNOTATED
from .results import VideoResult
from .sources import Source


def run_live(inferencer: DFERInferencer,
             source: Source,
             folder: Union[str, Path],
             with_video: bool = True,
             show: Optional[Show] = None) -> VideoResult:
    """Predict on a camera or stream until it ends, or Ctrl-C.

    Ctrl-C ends it cleanly, what was predicted is returned; a second one
    stops at once. Runs in the main thread, as signals ask.

    Args:
        inferencer (DFERInferencer): Model, detector and options.
        source (Source): Of the kind ``'live'``.
        folder (str | Path): Where the annotated video is written meanwhile.
        with_video (bool): Whether it is. Defaults to True.
        show (Callable, optional): See :func:`predict_live`.

    Returns:
        VideoResult: For :func:`write_outputs`.

    Raises:
        VideoError: If the source cannot be opened or gives no frame.
        ValueError: If the options ask for smoothing.
    """
    stream = open_live(source.path)
    newest = NewestFrame(stream.frames)
    shows = [show] if show else []
    with ExitStack() as stack:
        stack.enter_context(_on_interrupt(newest.close))
        if with_video:
            Path(folder).mkdir(parents=True, exist_ok=True)
            video = stack.enter_context(LiveVideo(
                Path(folder) / ANNOTATED, inferencer.classes, stream.rate))
            shows.append(video.show)

        def show_all(*seen) -> None:
            for each in shows:
                each(*seen)

        return predict_live(inferencer, newest, stream.rate, source.name,
                            show_all)


@contextmanager
def _on_interrupt(end: Callable[[], None]) -> Iterator[None]:
    """The first Ctrl-C calls ``end``, the next one is as ever."""
    before = signal.getsignal(signal.SIGINT)

    def first(*_) -> None:
        signal.signal(signal.SIGINT, before)
        end()

    signal.signal(signal.SIGINT, first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
