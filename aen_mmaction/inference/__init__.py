# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Trained models at work: windows over a face, live or not; export."""
from .inferencer import DFERInferencer
from .loading import LoadedModel, load_recognizer
from .options import PredictOptions
from .parts import is_separable
from .scorers import WindowScorer, build_scorer
from .sliding import SlidingWindow, Window, slide
from .windows import seconds_to_frames

__all__ = [
    'DFERInferencer', 'LoadedModel', 'PredictOptions', 'SlidingWindow',
    'Window', 'WindowScorer', 'build_scorer',
    'is_separable', 'load_recognizer', 'seconds_to_frames', 'slide'
]
