# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import os.path as osp
from typing import List

import numpy as np
import simplejpeg
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from PIL import Image

from ..videos import Video, VideoError

# What decoding raises for files that are missing, truncated or no image.
DECODE_ERRORS = (OSError, SyntaxError, ValueError, EOFError,
                 Image.DecompressionBombError)


class BadFrameError(ValueError):
    """A frame file cannot be decoded; the text names file, clip and row."""


def bad_video(clip: dict, error: VideoError) -> BadFrameError:
    """The error for a video that cannot be decoded.

    Args:
        clip (dict): With ``clip_id`` and ``ann``.
        error (VideoError): The reason, with the file's name.
    """
    return BadFrameError(
        f'{error}; clip {clip.get("clip_id")} of {clip.get("ann")}. Expected '
        'a readable video: download it again or remove the clip from the '
        "list; in training on_bad_frame='skip_clip' leaves such clips out.")


def decode_image(path: str) -> np.ndarray:
    """Decode an image file.

    JPEGs go through simplejpeg (libjpeg-turbo with exact settings: PIL's
    pixels in less time); PIL has everything else, and the last word on a JPEG
    that the strict decoder refuses.

    Args:
        path (str): The file; its content tells the format, not its name.

    Returns:
        np.ndarray: uint8 (H, W, 3), RGB.

    Raises:
        OSError, SyntaxError, ValueError, EOFError, DecompressionBombError:
            If the file is missing, truncated or no image.
    """
    with open(path, 'rb') as file:
        data = file.read()
    if simplejpeg.is_jpeg(data):
        try:
            return simplejpeg.decode_jpeg(data, 'RGB')
        except ValueError:
            pass
    with Image.open(path) as img:
        return np.array(img.convert('RGB'))


@TRANSFORMS.register_module()
class LoadFrames(BaseTransform):
    """Decode the sampled frames of a clip, each distinct one once.

    Required keys: ``frame_dir``, ``frames`` (file names in order), or
    ``video`` (see :class:`aen_mmaction.datasets.videos.Video`), which is taken
    out; ``frame_inds`` (0-based; all frames when absent). Added keys:
    ``imgs`` (T arrays, uint8 (H, W, 3), RGB), ``original_shape``,
    ``img_shape``.
    """

    def transform(self, results: dict) -> dict:
        """Decode.

        Raises:
            BadFrameError: If a file is missing, truncated or no image, or
                the video cannot be decoded.
        """
        if 'video' in results:
            imgs = self._from_video(results, results.pop('video'))
        else:
            imgs = self._from_files(results)
        results['imgs'] = imgs
        results['original_shape'] = imgs[0].shape[:2]
        results['img_shape'] = imgs[0].shape[:2]
        return results

    @staticmethod
    def _from_video(results: dict, video: Video) -> List[np.ndarray]:
        try:
            return video.frames(
                results.get('frame_inds', range(len(video))))
        except VideoError as error:
            raise bad_video(results, error) from error

    def _from_files(self, results: dict) -> List[np.ndarray]:
        inds = results.get('frame_inds', range(len(results['frames'])))
        decoded = {}
        imgs = []
        for i in map(int, inds):
            if i in decoded:  # a copy: transforms may work in place
                imgs.append(decoded[i].copy())
            else:
                decoded[i] = self._decode(results, results['frames'][i])
                imgs.append(decoded[i])
        return imgs

    @staticmethod
    def _decode(results: dict, name: str) -> np.ndarray:
        path = osp.join(results['frame_dir'], name)
        try:
            return decode_image(path)
        except DECODE_ERRORS as error:
            raise BadFrameError(
                f'{path}: expected a readable image, found '
                f'{type(error).__name__}: {error}; clip '
                f'{results.get("clip_id")} of {results.get("ann")}. Unpack '
                'the file again or remove the clip from the list; in training '
                "on_bad_frame='skip_clip' leaves such clips out.") from error
