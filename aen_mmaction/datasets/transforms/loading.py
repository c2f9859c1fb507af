# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import os.path as osp

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from PIL import Image

# What PIL raises for files that are missing, truncated or no image at all.
_DECODE_ERRORS = (OSError, SyntaxError, ValueError, EOFError,
                  Image.DecompressionBombError)


class BadFrameError(ValueError):
    """A frame file cannot be decoded; the text names file, clip and row."""


@TRANSFORMS.register_module()
class LoadFrames(BaseTransform):
    """Decode the sampled frames of a clip, each distinct file once.

    Required keys: ``frame_dir``, ``frames`` (file names in order),
    ``frame_inds`` (0-based; all frames when absent). Added keys: ``imgs``
    (T arrays, uint8 (H, W, 3), RGB), ``original_shape``, ``img_shape``.
    """

    def transform(self, results: dict) -> dict:
        """Decode.

        Raises:
            BadFrameError: If a file is missing, truncated or no image.
        """
        inds = results.get('frame_inds', range(len(results['frames'])))
        decoded = {}
        imgs = []
        for i in map(int, inds):
            if i in decoded:  # a copy: transforms may work in place
                imgs.append(decoded[i].copy())
            else:
                decoded[i] = self._decode(results, results['frames'][i])
                imgs.append(decoded[i])
        results['imgs'] = imgs
        results['original_shape'] = imgs[0].shape[:2]
        results['img_shape'] = imgs[0].shape[:2]
        return results

    @staticmethod
    def _decode(results: dict, name: str) -> np.ndarray:
        path = osp.join(results['frame_dir'], name)
        try:
            with Image.open(path) as img:
                return np.array(img.convert('RGB'))
        except _DECODE_ERRORS as error:
            raise BadFrameError(
                f'{path}: expected a readable image, found '
                f'{type(error).__name__}: {error}; clip '
                f'{results.get("clip_id")} of {results.get("ann")}. Unpack '
                'the file again or remove the clip from the list; in training '
                "on_bad_frame='skip_clip' leaves such clips out.") from error
