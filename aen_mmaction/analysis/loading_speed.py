# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""How fast training clips are loaded, beside bare decoding of their frames.

The yardstick is the original protocol's way, frame by frame in PIL, with the
same draws: it also tells how far our pixels are from PIL's.
"""
import os.path as osp
from typing import Dict, List, NamedTuple, Optional

import numpy as np
import torch
from PIL import Image

from ..datasets.base_dfer_dataset import BaseDFERDataset
from ..datasets.transforms.augment import random_crop_box
from ..datasets.transforms.loading import decode_image
from .benchmark import interleaved_medians

STANDARD = ('SampleSegmentFrames', 'LoadFrames', 'GroupRandomSizedCrop',
            'GroupFlip')


class LoadingSpeed(NamedTuple):
    """Result of :func:`measure_loading`.

    Attributes:
        clips_per_second (dict[str, float]): Per second of CPU time, by task:
            'read' the files, 'decode' and 'decode, PIL' (reading included),
            'load' and 'load, PIL' (everything until the packed sample).
        num_clips (int): Clips measured.
        frames_per_clip (float): Distinct frames decoded, mean.
        bytes_per_frame (float): Size of a file, mean.
        max_difference (int, optional): Largest difference of a pixel from
            PIL's, 0..255; None with a pipeline other than the protocol's.
        mean_difference (float, optional): Mean difference of a pixel.
    """
    clips_per_second: Dict[str, float]
    num_clips: int
    frames_per_clip: float
    bytes_per_frame: float
    max_difference: Optional[int]
    mean_difference: Optional[float]


def measure_loading(dataset: BaseDFERDataset,
                    num_clips: int = 100,
                    rounds: int = 5) -> LoadingSpeed:
    """Measure the loading of training clips in this process, one thread.

    Args:
        dataset (BaseDFERDataset): A training set of clips.
        num_clips (int): Clips to measure; spread over the data set.
        rounds (int): See :func:`interleaved_medians`.

    Returns:
        LoadingSpeed: Medians.
    """
    num_clips = min(num_clips, len(dataset))
    indices = np.linspace(0, len(dataset) - 1, num_clips).astype(int).tolist()
    files = [sampled_files(dataset, i) for i in indices]
    tasks = {
        'read': lambda: [_read(f) for clip in files for f in clip],
        'decode': lambda: [decode_image(f) for clip in files for f in clip],
        'decode, PIL': lambda: [_pil(f) for clip in files for f in clip],
        'load': lambda: [dataset[i] for i in indices],
    }
    kinds = tuple(type(t).__name__ for t in dataset.pipeline.transforms)
    standard = kinds[:len(STANDARD)] == STANDARD and not any(
        kind.startswith('Group') for kind in kinds[len(STANDARD):])
    largest = mean = None
    if standard:
        tasks['load, PIL'] = lambda: [pil_clip(dataset, i) for i in indices]
        apart = [_difference(dataset, i) for i in indices]
        largest = max(int(d.max()) for d in apart)
        mean = float(np.mean([d.mean() for d in apart]))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        seconds = interleaved_medians(tasks, rounds)
    finally:
        torch.set_num_threads(threads)
    sizes = [osp.getsize(f) for clip in files for f in clip]
    return LoadingSpeed({k: num_clips / s for k, s in seconds.items()},
                        num_clips, len(sizes) / num_clips,
                        float(np.mean(sizes)), largest, mean)


def sampled_files(dataset: BaseDFERDataset, index: int) -> List[str]:
    """Paths of the distinct frames that training takes from a clip."""
    info = _sampled(dataset, index)
    return [
        osp.join(info['frame_dir'], info['frames'][i])
        for i in np.unique(info['frame_inds'])
    ]


def pil_clip(dataset: BaseDFERDataset, index: int) -> torch.Tensor:
    """A training clip as the original protocol makes it, all in PIL.

    Args:
        dataset (BaseDFERDataset): With the protocol's pipeline.
        index (int): Which clip; the draws are the data set's own.

    Returns:
        Tensor: uint8 (T, 3, size, size), to compare with
        ``dataset[index]['inputs']``.
    """
    info = _sampled(dataset, index)
    crop, flip = dataset.pipeline.transforms[2:4]
    size, rng = (crop.size, ) * 2, info['rng']
    paths = [osp.join(info['frame_dir'], name) for name in info['frames']]
    images = {i: Image.fromarray(_pil(paths[i]))
              for i in np.unique(info['frame_inds']).tolist()}
    width, height = next(iter(images.values())).size
    box = random_crop_box(height, width, rng, crop.area_range,
                          crop.aspect_range)
    if box is None:
        raise ValueError(f'clip {info["clip_id"]}: expected a frame that a '
                         f'crop fits, found {width}x{height}')
    top, left, h, w = box
    mirror = rng.random() < flip.p
    frames = []
    for i in info['frame_inds'].tolist():
        frame = images[i].crop((left, top, left + w, top + h))
        frame = frame.resize(size, Image.BILINEAR)
        if mirror:
            frame = frame.transpose(Image.FLIP_LEFT_RIGHT)
        frames.append(np.asarray(frame))
    return torch.from_numpy(np.stack(frames)).permute(0, 3, 1, 2)


def format_loading(speed: LoadingSpeed) -> str:
    """The result as a table."""
    rates = speed.clips_per_second
    lines = [
        f'{speed.num_clips} clips, {speed.frames_per_clip:.1f} frames of '
        f'{speed.bytes_per_frame / 1000:.1f} kB each; clips per second of '
        'one core',
        f'{"":12}{"clips/s":>9}{"ms/clip":>9}{"of decode, PIL":>16}'
    ]
    for name, rate in rates.items():
        share = rate / rates['decode, PIL']
        lines.append(f'{name:12}{rate:9.0f}{1000 / rate:9.2f}{share:16.0%}')
    if speed.max_difference is None:
        lines.append("another pipeline than the protocol's: not compared "
                     'with PIL')
    else:
        lines.append(
            "resampling: bilinear, antialiased; difference from PIL's "
            f'pixels (0..255): at most {speed.max_difference}, '
            f'{speed.mean_difference:.4f} on average')
    return '\n'.join(lines)


def _sampled(dataset: BaseDFERDataset, index: int) -> dict:
    """What the data set gives its pipeline, and the sampled frames."""
    info = dataset.get_data_info(index)
    info['rng'] = dataset.clip_rng(info['clip_id'])
    return dataset.pipeline.transforms[0](info)


def _difference(dataset: BaseDFERDataset, index: int) -> np.ndarray:
    ours = dataset[index]['inputs'].short()
    return (ours - pil_clip(dataset, index).short()).abs().numpy()


def _read(path: str) -> bytes:
    with open(path, 'rb') as file:
        return file.read()


def _pil(path: str) -> np.ndarray:
    with Image.open(path) as img:
        return np.array(img.convert('RGB'))
