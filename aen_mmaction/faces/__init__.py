# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Faces out of videos: detect, track, align."""
from .alignment import align_face
from .detector import Face, FaceDetector
from .detectors import build_detector
from .gaps import fill_gaps
from .settings import FaceSettings
from .tracking import Tracker

__all__ = [
    'Face', 'FaceDetector', 'FaceSettings', 'Tracker', 'align_face',
    'build_detector', 'fill_gaps'
]
