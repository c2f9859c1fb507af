# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Dict, Optional, Sequence

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseDataPreprocessor


@MODELS.register_module()
class DFERDataPreprocessor(BaseDataPreprocessor):
    """Stack clips and bring them to [0, 1], after checking their shape.

    No mean/std normalisation: the Former-DFER family, AEN included, sees RGB
    in [0, 1].

    Args:
        num_frames (int): T, frames of a clip. Defaults to 16.
        img_size (int): Side of the square face crop, pixels. Defaults to 112.

    Source: AEN section 4.3 (T = 16, 112 x 112).
    """

    def __init__(self, num_frames: int = 16, img_size: int = 112) -> None:
        super().__init__()
        self.num_frames = num_frames
        self.img_size = img_size

    def forward(self, data: Dict, training: bool = False) -> Dict:
        """Batch the clips of a dataloader.

        Args:
            data (dict): ``inputs``: list of N uint8 clips (T, 3, H, W), RGB,
                or one (N, T, 3, H, W) tensor; ``data_samples``: list of N.

        Returns:
            dict: ``inputs``: float32 (N, T, 3, H, W) in [0, 1];
            ``data_samples`` as given.

        Raises:
            ValueError: If a clip is not (T, 3, img_size, img_size).
            TypeError: If the pixels are not uint8.
        """
        data = self.cast_data(data)
        clips = data['inputs']
        data_samples = data.get('data_samples')
        self._check(clips, data_samples)
        if not isinstance(clips, torch.Tensor):
            clips = torch.stack(list(clips))  # N x (T,3,H,W) -> (N,T,3,H,W)
        return dict(inputs=self.scale(clips), data_samples=data_samples)

    @staticmethod
    def scale(pixels: torch.Tensor) -> torch.Tensor:
        """uint8 0..255 -> float32 in [0, 1], any shape."""
        return pixels.float() / 255

    def _check(self, clips: Sequence[torch.Tensor],
               data_samples: Optional[Sequence]) -> None:
        expected = (self.num_frames, 3, self.img_size, self.img_size)
        for i, clip in enumerate(clips):
            name = i
            if data_samples is not None:
                name = data_samples[i].metainfo.get('clip_id', i)
            if tuple(clip.shape) != expected:
                raise ValueError(
                    f'clip {name!r} is {tuple(clip.shape)}, expected '
                    f'(T, 3, H, W) = {expected}. Bring these in line in the '
                    'config: num_segments and snippet_len of '
                    'SampleSegmentFrames, size of GroupRandomSizedCrop and '
                    'GroupResize (pipeline), and num_frames and img_size of '
                    'model.data_preprocessor.')
            if clip.dtype != torch.uint8:
                raise TypeError(f'clip {name!r} holds {clip.dtype}, expected '
                                'uint8 RGB pixels in 0..255.')
