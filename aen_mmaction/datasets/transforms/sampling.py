# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Sparse sampling of a clip: segments, and a snippet in each.

n frames, S segments, L frames per snippet; S * L = T frames are taken.
"""
import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform

from ...checks import check_option
from .rng import get_rng


def train_offsets(num_frames: int, num_segments: int, snippet_len: int,
                  rng: np.random.Generator) -> np.ndarray:
    """Former-DFER's training rule.

    With d = (n - L + 1) // S: ``i * d + randint(0, d - 1)`` for segment i
    when d > 0; else S sorted draws from [0, n - L] when n > S; else zeros.
    The end of a clip is out of reach unless S divides n - L + 1: 16 frames
    give d = 1, so frames 0 to 8 only.

    Args:
        num_frames (int): n, frames of the clip, at least 1.
        num_segments (int): S.
        snippet_len (int): L, in frames.
        rng (np.random.Generator): Source of the draws.

    Returns:
        np.ndarray: int64 (S,), first frame of each snippet, 0-based.

    Source: Former-DFER, training protocol.
    """
    span = num_frames - snippet_len + 1
    width = span // num_segments
    if width > 0:
        return (np.arange(num_segments) * width +
                rng.integers(0, width, num_segments))
    if num_frames > num_segments:
        return np.sort(rng.integers(0, max(span, 1), num_segments))
    return np.zeros(num_segments, dtype=np.int64)


def test_offsets(num_frames: int, num_segments: int,
                 snippet_len: int) -> np.ndarray:
    """Former-DFER's test rule: the middle of each segment.

    With tick = (n - L + 1) / S: ``int(tick / 2 + tick * i)`` for segment i
    when n > S + L - 1, else zeros.

    Args:
        num_frames (int): n, frames of the clip, at least 1.
        num_segments (int): S.
        snippet_len (int): L, in frames.

    Returns:
        np.ndarray: int64 (S,), first frame of each snippet, 0-based.

    Source: Former-DFER, test protocol.
    """
    if num_frames <= num_segments + snippet_len - 1:
        return np.zeros(num_segments, dtype=np.int64)
    tick = (num_frames - snippet_len + 1) / num_segments
    return (tick / 2 + tick * np.arange(num_segments)).astype(np.int64)


def full_span_offsets(num_frames: int, num_segments: int, snippet_len: int,
                      rng: np.random.Generator) -> np.ndarray:
    """Training rule that reaches the clip's end.

    Segment i covers the frames floor(i n / S) .. floor((i + 1) n / S) - 1;
    the snippet begins anywhere in it where it still fits, else at the
    segment's beginning. 16 frames in 8 x 2 give exactly 0 .. 15.

    Args:
        num_frames (int): n, frames of the clip, at least 1.
        num_segments (int): S.
        snippet_len (int): L, in frames.
        rng (np.random.Generator): Source of the draws.

    Returns:
        np.ndarray: int64 (S,), first frame of each snippet, 0-based.
    """
    edges = np.arange(num_segments + 1) * num_frames // num_segments
    low = edges[:-1]
    high = np.maximum(low, edges[1:] - snippet_len)
    return rng.integers(low, high + 1)


@TRANSFORMS.register_module()
class SampleSegmentFrames(BaseTransform):
    """Choose ``num_segments`` snippets of consecutive frames from a clip.

    An offset p yields the frames p, min(p + 1, n - 1), ..., in time order.

    Required keys: ``total_frames``, ``rng`` (training only, see
    :func:`get_rng`). Added keys: ``frame_inds`` (int64 (T,), 0-based),
    ``clip_len`` (T), ``num_clips`` (1), ``frame_interval`` (1).

    Args:
        num_segments (int): Defaults to 8.
        snippet_len (int): Frames per segment. Defaults to 2.
        span (str): Training rule: ``'former-dfer'``, or ``'full'`` that
            reaches the clip's end. Defaults to ``'former-dfer'``.
        test_mode (bool): Use the test rule, which has no chance in it and
            is the same for either span. Defaults to False.

    Example:
        >>> sample = SampleSegmentFrames(test_mode=True)
        >>> sample(dict(total_frames=40))['frame_inds'].tolist()
        [2, 3, 7, 8, 12, 13, 17, 18, 21, 22, 26, 27, 31, 32, 36, 37]
    """

    def __init__(self,
                 num_segments: int = 8,
                 snippet_len: int = 2,
                 span: str = 'former-dfer',
                 test_mode: bool = False) -> None:
        check_option('span', span, ('former-dfer', 'full'))
        if num_segments < 1 or snippet_len < 1:
            raise ValueError('num_segments and snippet_len: expected at least '
                             f'1, got {num_segments} and {snippet_len}')
        self.num_segments = num_segments
        self.snippet_len = snippet_len
        self.span = span
        self.test_mode = test_mode

    def transform(self, results: dict) -> dict:
        """Add the frame indices.

        Raises:
            ValueError: If the clip has no frames.
        """
        n = results['total_frames']
        if n < 1:
            raise ValueError(f'clip {results.get("clip_id")}: expected at '
                             f'least 1 frame, got total_frames={n}')
        size = (n, self.num_segments, self.snippet_len)
        if self.test_mode:
            offsets = test_offsets(*size)
        elif self.span == 'full':
            offsets = full_span_offsets(*size, get_rng(results))
        else:
            offsets = train_offsets(*size, get_rng(results))
        inds = offsets[:, None] + np.arange(self.snippet_len)  # (S, L)
        results['frame_inds'] = np.minimum(inds, n - 1).reshape(-1)
        results['clip_len'] = self.num_segments * self.snippet_len
        results['num_clips'] = 1
        results['frame_interval'] = 1
        return results

    def __repr__(self) -> str:
        return (f'{type(self).__name__}(num_segments={self.num_segments}, '
                f'snippet_len={self.snippet_len}, span={self.span!r}, '
                f'test_mode={self.test_mode})')
