# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Tiny data sets in the official layouts, and the real ones where present."""
import gc
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.logging import MessageHub, MMLogger
from mmengine.registry import DefaultScope, init_default_scope
from mmengine.visualization import Visualizer
from PIL import Image

if 'PYTEST_XDIST_WORKER' in os.environ:  # several share the cores
    torch.set_num_threads(1)
SHARED = Path(__file__).resolve().parents[2] / 'shared'
DEFAULT_CLIPS = (('1', 20, 1), ('2', 24, 2), ('3', 17, 7))


def pytest_collection_finish():
    """Half a second less for each data set: MMEngine collects garbage then."""
    gc.freeze()  # what is imported stays


@pytest.fixture(autouse=True)
def scope():
    """MMAction2's scope; nothing global of MMEngine's from another test."""
    for kind in (DefaultScope, MessageHub, MMLogger, Visualizer):
        kind._instance_dict.clear()  # as mmengine.testing.RunnerTestCase
    init_default_scope('mmaction')


def write_frames(folder, names, size=(24, 20), seed=0):
    """Write noise JPEGs of ``size`` (width, height) with these names."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    for name in names:
        pixels = rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / name, quality=95)


@pytest.fixture
def write_clip():
    """Function ``write_clip(folder, names)`` that writes a clip's frames."""
    return write_frames


@pytest.fixture
def write_video():
    """Function ``write_video(path, num_frames, codec=None)``.

    Frame i is grey of level 8 i at 64x48.
    """
    av = pytest.importorskip('av')

    def write(path, num_frames, codec=None):
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        codec = codec or dict(
            mp4='mpeg4', avi='mpeg4', flv='flv')[path.suffix[1:]]
        with av.open(str(path), 'w') as container:
            stream = container.add_stream(codec, rate=25)
            stream.width, stream.height = 64, 48
            stream.pix_fmt = 'yuvj420p' if codec == 'mjpeg' else 'yuv420p'
            stream.bit_rate = 4_000_000
            for i in range(num_frames):
                pixels = np.full((48, 64, 3), 8 * i, np.uint8)
                frame = av.VideoFrame.from_ndarray(pixels, format='rgb24')
                for packet in stream.encode(frame):
                    container.mux(packet)
            for packet in stream.encode():
                container.mux(packet)

    return write


@pytest.fixture
def make_dfew():
    """Function that writes a DFEW tree.

    ``make_dfew(root, clips=((id, frames, label), ...), part='train',
    fold=1, layout='clip_224x224', size=(24, 20))`` gives the keywords of
    DFEWDataset that point to it. Labels are written as they are.
    """

    def make(root,
             clips=DEFAULT_CLIPS,
             part='train',
             fold=1,
             layout='clip_224x224',
             size=(24, 20)):
        root = Path(root)
        for clip_id, count, _ in clips:
            clip_id = clip_id.zfill(5)
            name = clip_id + '_{:05}.jpg'
            if layout.endswith('16f'):
                name = '{}.jpg'
            write_frames(
                root / 'Clip' / layout / clip_id,
                [name.format(i + 1) for i in range(count)], size, int(clip_id))
        ann = f'EmoLabel_DataSplit/{part}(single-labeled)/set_{fold}.csv'
        (root / ann).parent.mkdir(parents=True, exist_ok=True)
        rows = ''.join(f'{clip_id},{label}\n' for clip_id, _, label in clips)
        (root / ann).write_text('video_name,label\n' + rows)
        return dict(
            data_root=str(root),
            ann_file=ann,
            data_prefix=dict(img=f'Clip/{layout}'),
            label_base=1)  # so few clips do not prove it

    return make


@pytest.fixture
def make_rafdb():
    """Function that writes a RAF-DB tree: ``make_rafdb(root, rows)``."""

    def make(root,
             rows=(('train_00001', 5), ('train_00002', 4), ('test_0001', 1)),
             suffix='_aligned'):
        basic = Path(root) / 'basic'
        write_frames(basic / 'Image' / 'aligned',
                     [f'{name}{suffix}.jpg' for name, _ in rows])
        (basic / 'EmoLabel').mkdir()
        (basic / 'EmoLabel' / 'list_patition_label.txt').write_text(''.join(
            f'{name}.jpg {label}\n' for name, label in rows))
        return dict(data_root=str(root), label_base=1)

    return make


@pytest.fixture
def shared():
    """Function ``shared('data/dfew')``: that real input, or skip by name."""

    def find(name):
        path = SHARED / name
        if not path.exists():
            pytest.skip(f'real input not present: shared/{name}')
        return path

    return find


@pytest.fixture
def clip_pipelines():
    """Train and test pipelines for clips at 16 px, in MMAction2's scope."""
    pack = [
        dict(type='FormatShape', input_format='NCHW'),
        dict(
            type='PackActionInputs',
            meta_keys=('clip_id', 'frame_inds', 'total_frames'))
    ]
    train = [
        dict(type='SampleSegmentFrames'),
        dict(type='LoadFrames'),
        dict(type='GroupRandomSizedCrop', size=16),
        dict(type='GroupFlip')
    ] + pack
    test = [
        dict(type='SampleSegmentFrames', test_mode=True),
        dict(type='LoadFrames'),
        dict(type='GroupResize', size=16)
    ] + pack
    return dict(train=train, test=test)


@pytest.fixture
def log_lines(monkeypatch):
    """List that receives every message the data code logs."""
    lines = []
    for module in ('annotations.labels', 'checks', 'base_dfer_dataset'):
        monkeypatch.setattr(f'aen_mmaction.datasets.{module}.print_log',
                            lambda message, **kwargs: lines.append(message))
    return lines
