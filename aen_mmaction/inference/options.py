# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What decides the numbers of a prediction, besides the model."""
from dataclasses import dataclass
from typing import Dict, Optional

from ..faces import FaceSettings
from .windows import check_coverage, seconds_to_frames


@dataclass(frozen=True)
class PredictOptions:
    """What decides the numbers, besides model and faces.

    Attributes:
        window (float): Seconds that the model looks at for one answer; its
            frames are sampled as in testing.
        stride (float): Seconds between the starts of windows.
        smooth (float): Standard deviation, in seconds, of a Gaussian over
            the probabilities; 0 for none.
        max_gap (int): Longest run of frames without a detection that is
            interpolated, as in data preparation.
        min_face (float): Seconds for which a face must be detected to be
            answered for; at most half of a video. Shorter ones, most of
            them no faces at all, are listed (``VideoResult.left_out``).
        min_coverage (float): Least share of a window's frames with a face,
            above 0.
        frame_rate (float): Frames per second of folders of frames.
    """
    window: float = 2.
    stride: float = .2
    smooth: float = 0.
    max_gap: int = 10
    min_face: float = .2
    min_coverage: float = .5
    frame_rate: float = 25.

    def __post_init__(self) -> None:
        for name in ('window', 'stride', 'frame_rate'):
            if not getattr(self, name) > 0:
                raise ValueError(f'{name}: expected a number above 0, got '
                                 f'{getattr(self, name)}')
        for name in ('smooth', 'max_gap', 'min_face'):
            if not getattr(self, name) >= 0:
                raise ValueError(f'{name}: expected 0 or more, got '
                                 f'{getattr(self, name)}')
        check_coverage(self.min_coverage)

    def sliding(self, rate: float) -> Dict:
        """Window and stride in frames, for :class:`SlidingWindow`.

        Args:
            rate (float): Positions per second of the grid of time.
        """
        return dict(
            window=seconds_to_frames(self.window, rate),
            stride=seconds_to_frames(self.stride, rate),
            min_coverage=self.min_coverage)

    def min_detections(self, rate: float, num_frames: int) -> int:
        """Frames in which a face must be detected to be answered for.

        Args:
            rate (float): Frames per second.
            num_frames (int): Of the video.

        Example:
            >>> options = PredictOptions(min_face=.2)
            >>> options.min_detections(25, 300), options.min_detections(25, 3)
            (5, 2)
        """
        return min(round(self.min_face * rate), (num_frames + 1) // 2)


def trained_faces(meta: Dict) -> Optional[FaceSettings]:
    """How the faces of a checkpoint's training were cut.

    Args:
        meta (dict): The checkpoint's ``meta``.

    Returns:
        FaceSettings | None: From ``meta['dataset_meta']['faces']``; None if
        the checkpoint does not say, as with drawn faces and data sets that
        came aligned.
    """
    known = (meta.get('dataset_meta') or {}).get('faces')
    return FaceSettings.from_dict(known) if known else None
