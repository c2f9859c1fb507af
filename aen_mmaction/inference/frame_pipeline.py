# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Dict, List, Sequence

import numpy as np
from mmaction.registry import TRANSFORMS
from mmengine.config import Config
from mmengine.dataset import Compose
from mmengine.registry import DefaultScope

from ..engine.config_options import inner_pipeline


class FramePipeline:
    """A config's test pipeline, fed with frames instead of files.

    What chooses the frames and what prepares them is taken over, what reads
    files is left out::

        SampleSegmentFrames | LoadFrames | GroupResize FormatShape Pack...
              sampling         reading             preparing

    MMAction2's own pipelines are divided in the same way (SampleFrames,
    DecordInit, DecordDecode or RawFrameDecode, the rest).

    Args:
        cfg (Config): With a ``test_dataloader``.

    Raises:
        ValueError: If the pipeline has no step that samples or none that
            reads frames, or joint data sets have different pipelines.
    """

    def __init__(self, cfg: Config) -> None:
        steps = inner_pipeline(cfg.test_dataloader.dataset)
        sampling = [s for s in steps if 'Sample' in s.type]
        reading = [
            i for i, s in enumerate(steps)
            if 'Decode' in s.type or s.type == 'LoadFrames'
        ]
        if not sampling or not reading:
            raise ValueError(
                'test_dataloader.dataset.pipeline: expected a step that '
                'samples frames (Sample...) and one that reads them '
                f'(LoadFrames, ...Decode), got {[s.type for s in steps]}')
        with DefaultScope.overwrite_default_scope('mmaction'):
            self.sampling = Compose([TRANSFORMS.build(s) for s in sampling])
            self.preparing = Compose(
                [TRANSFORMS.build(s) for s in steps[reading[-1] + 1:]])

    def sample(self, num_frames: int) -> Dict:
        """What the sampling says of a clip.

        Args:
            num_frames (int): Frames of the clip, at least 1.

        Returns:
            dict: ``frame_inds`` (int64 (T,), 0-based), ``num_clips``, ...
        """
        return self.sampling(
            dict(
                total_frames=num_frames,
                start_index=0,
                modality='RGB',
                clip_id=f'{num_frames} frames'))

    def frame_inds(self, num_frames: int) -> np.ndarray:
        """Frames of a clip that testing would look at.

        Args:
            num_frames (int): Frames of the clip, at least 1.

        Returns:
            np.ndarray: int64 (T,), 0-based.
        """
        return np.asarray(self.sample(num_frames)['frame_inds']).reshape(-1)

    def prepare(self, frames: Sequence[np.ndarray]) -> Dict:
        """Frames as the model's data preprocessor takes them.

        Args:
            frames (Sequence[ndarray]): uint8 (H, W, 3) RGB each; all that
                :meth:`frame_inds` names, or any number for a pipeline that
                treats each frame by itself.

        Returns:
            dict: ``inputs`` and ``data_samples`` of one sample.
        """
        images: List[np.ndarray] = [frame.copy() for frame in frames]
        shape = images[0].shape[:2]
        results = self.sample(len(images))
        results.update(imgs=images, original_shape=shape, img_shape=shape)
        return self.preparing(results)
