# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What guide and recognizer say along a clip, and over a whole test set."""
from typing import Dict, NamedTuple, Sequence, Tuple

import numpy as np
import torch
from mmengine.dataset import pseudo_collate
from torch.utils.data import DataLoader

from ..datasets import BaseDFERDataset
from ..models.recognizers import DFERRecognizer


class ClipTimeline(NamedTuple):
    """A clip, frame by frame.

    Attributes:
        clip_id (str): Its id.
        label (int): Its label, 0..K-1.
        frames (ndarray): uint8 (F, H, W, 3), all frames as the model sees
            them, RGB.
        frame_probs (ndarray): (F, K), what the guide sees in each frame.
        clip_probs (ndarray): (F, K), row t is the recognizer's P_O (Eq. 3)
            when the clip is cut off after frame t.
    """
    clip_id: str
    label: int
    frames: np.ndarray
    frame_probs: np.ndarray
    clip_probs: np.ndarray


@torch.no_grad()
def clip_timeline(model: DFERRecognizer, dataset: BaseDFERDataset,
                  index: int) -> ClipTimeline:
    """Follow guide and recognizer through one clip.

    Args:
        model (DFERRecognizer): With a loaded guide, in eval mode.
        dataset (BaseDFERDataset): In test mode; its pipeline starts with the
            frame sampling.
        index (int): Of the clip.

    Returns:
        ClipTimeline: The clip's frames and probabilities.
    """
    info = dataset.get_data_info(index)
    num_frames = info['total_frames']
    whole = dict(
        info,
        frame_inds=np.arange(num_frames),
        clip_len=num_frames,
        num_clips=1)
    for transform in dataset.pipeline.transforms[1:]:  # all but the sampling
        whole = transform(whole)
    frames = whole['inputs']  # (F, 3, H, W)
    frame_logits = model.guide(frames[None].float() / 255)[0]
    grown = [
        dataset.pipeline(
            dict(info, frames=info['frames'][:t], total_frames=t))
        for t in range(1, num_frames + 1)
    ]
    samples = model.test_step(pseudo_collate(grown))
    return ClipTimeline(
        clip_id=info['clip_id'],
        label=int(info['label']),
        frames=frames.permute(0, 2, 3, 1).numpy(),
        frame_probs=frame_logits.softmax(-1).numpy(),
        clip_probs=torch.stack([s.pred_score for s in samples]).numpy())


@torch.no_grad()
def average_guide(model: DFERRecognizer, dataset: BaseDFERDataset,
                  batch_size: int = 16) -> Tuple[np.ndarray, np.ndarray]:
    """Baseline without dynamics: the guide's mean probability over frames.

    Args:
        model (DFERRecognizer): With a loaded guide, in eval mode.
        dataset (BaseDFERDataset): In test mode.
        batch_size (int): Clips at a time.

    Returns:
        tuple[ndarray, ndarray]: Predicted and true labels, (clips,) each.
    """
    loader = DataLoader(dataset, batch_size, collate_fn=pseudo_collate)
    pred, target = [], []
    for batch in loader:
        data = model.data_preprocessor(batch)
        probs = model.guide(data['inputs']).softmax(-1).mean(1)  # (N, K)
        pred.append(probs.argmax(-1))
        target.extend(int(s.gt_label) for s in data['data_samples'])
    return torch.cat(pred).numpy(), np.array(target)


def clearest_clip(predictions: Sequence[Dict[str, str]]) -> str:
    """The right prediction the model is surest of, neutral left out.

    Args:
        predictions (Sequence[dict]): Rows of ``predictions.csv``.

    Returns:
        str: Its clip id.

    Raises:
        ValueError: If no clip that is not neutral was predicted right.
    """
    right = [
        row for row in predictions
        if row['label'] == row['pred'] != 'neutral'
    ]
    if not right:
        raise ValueError('no clip but neutral ones was predicted right')
    return max(right, key=lambda row: float(row[row['pred']]))['clip_id']
