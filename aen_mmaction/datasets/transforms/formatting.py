# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmpretrain.structures import DataSample


@TRANSFORMS.register_module()
class PackStill(BaseTransform):
    """Pack a one-frame clip as MMPretrain's classifiers expect an image.

    Required keys: ``imgs`` (one uint8 (H, W, 3) RGB array), ``label``.

    Returns ``dict(inputs, data_samples)``: uint8 (3, H, W) RGB and a
    ``DataSample`` with ``gt_label`` (1,) and the meta keys ``clip_id``,
    ``img_path``, ``sample_idx`` where present.
    """

    META_KEYS = ('clip_id', 'img_path', 'sample_idx')

    def transform(self, results: dict) -> dict:
        """Pack.

        Raises:
            ValueError: If there is not exactly one frame.
        """
        if len(results['imgs']) != 1:
            raise ValueError(
                f'clip {results.get("clip_id")}: expected 1 frame to pack as '
                f'a still, got {len(results["imgs"])}. Use FormatShape and '
                'PackActionInputs for clips.')
        img = np.ascontiguousarray(results['imgs'][0].transpose(2, 0, 1))
        sample = DataSample().set_gt_label(results['label'])
        sample.set_metainfo(
            {key: results[key]
             for key in self.META_KEYS if key in results})
        return dict(inputs=torch.from_numpy(img), data_samples=sample)
