# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Methods of this project and one of MMAction2's, cut to 32 px, T = 16."""
from copy import deepcopy
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import cv2
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from aen_mmaction.emotions import DFEW_CLASSES
from aen_mmaction.faces import FaceDetector, FaceSettings
from aen_mmaction.inference import load_recognizer

CONFIGS = Path(__file__).resolve().parents[2] / 'configs'
SIZE = 32
SLIM = {'model.backbone.stem_channels': 8, 'model.backbone.base_channels': 8}
BLOCK = {
    'model.temporal.num_heads': 2,
    'model.temporal.head_dim': 4,
    'model.temporal.mlp_dim': 8,
}
AEN = {
    'model.backbone.stage_blocks': (1, 1, 1, 1),
    'model.neck.squeeze_channels': (1, 4),
    'model.temporal.depth': 2,
    'model.guide.classifier.backbone.stem_channels': 8,
    'model.guide.classifier.backbone.base_channels': 8,
    **SLIM,
    **BLOCK
}
METHODS = dict(
    aen=('aen_dfew_fold1', AEN),
    released=('aen_released_dfew_fold1', AEN),
    former=('former-dfer_dfew_fold1', {
        'model.backbone.map_size': 2,
        'model.temporal.depth': 2,
        **SLIM,
        **BLOCK
    }),
    # the least that an export can be tried on in seconds
    slim=('former-dfer_dfew_fold1', {
        'model.backbone': dict(
            _delete_=True,
            type='AENResNet',
            stage_blocks=(1, 1, 1, 1),
            out_indices=(3, ),
            stem_channels=8,
            base_channels=8),
        'model.temporal.depth': 1,
        **BLOCK
    }),
    gca=('gca-ial_dfew_fold1', {
        'model.backbone.map_sizes': (4, 2),
        'model.backbone.stem_channels': 16,
        'model.backbone.base_channels': 16,
        'model.temporal.num_heads': 2,
    }))
STOCK = dict(
    model=dict(
        type='Recognizer2D',
        backbone=dict(
            type='mmpretrain.ResNet',
            depth=18,
            stem_channels=8,
            base_channels=8),
        cls_head=dict(
            type='TSNHead',
            num_classes=7,
            in_channels=64,
            average_clips='prob'),
        data_preprocessor=dict(
            type='ActionDataPreprocessor',
            mean=[0.] * 3,
            std=[255.] * 3,
            format_shape='NCHW')),
    test_dataloader=dict(
        dataset=dict(
            type='VideoDataset',
            pipeline=[
                dict(type='DecordInit'),
                dict(
                    type='SampleFrames',
                    clip_len=1,
                    frame_interval=1,
                    num_clips=4,
                    test_mode=True),
                dict(type='DecordDecode'),
                dict(type='Resize', scale=(SIZE, SIZE), keep_ratio=False),
                dict(type='FormatShape', input_format='NCHW'),
                dict(type='PackActionInputs')
            ])))


def config_of(name):
    """Config of a method, cut down."""
    if name == 'stock':
        return Config(STOCK)
    path, options = METHODS[name]
    cfg = Config.fromfile(CONFIGS / f'{path}.py')
    cfg.merge_from_dict({
        'model.data_preprocessor.img_size': SIZE,
        'test_dataloader.dataset.pipeline.2.size': SIZE,
        **options
    })
    return cfg


@pytest.fixture(scope='session')
def trained(tmp_path_factory):
    """Function ``trained(name)``: config and checkpoint of random weights.

    Batch norms have statistics of their own, so that folding them matters.
    """
    made = {}

    def make(name):
        if name in made:
            return made[name]
        init_default_scope('mmaction')
        cfg = config_of(name)
        torch.manual_seed(0)
        model = MODELS.build(cfg.model)
        for module in model.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                torch.nn.init.uniform_(module.running_mean, -.1, .1)
                torch.nn.init.uniform_(module.running_var, .5, 1.5)
        path = tmp_path_factory.mktemp(name) / 'epoch_1.pth'
        meta = dict(dataset_meta=dict(classes=DFEW_CLASSES))
        torch.save(dict(state_dict=model.state_dict(), meta=meta), path)
        made[name] = SimpleNamespace(cfg=cfg, checkpoint=path)
        return made[name]

    return make


@pytest.fixture(scope='session')
def loaded(trained):
    """Function ``loaded(name)``: that model as read from its checkpoint."""
    read = {}

    def load(name):
        if name not in read:
            run = trained(name)
            read[name] = load_recognizer(run.cfg, run.checkpoint)
        return read[name]._replace(model=deepcopy(read[name].model))

    return load


@pytest.fixture
def faces():
    """Function ``faces(n)``: n different aligned faces, 40 x 40 px."""

    def make(count):
        rng = np.random.default_rng(0)
        return list(
            rng.integers(0, 256, (count, 40, 40, 3), dtype=np.uint8))

    return make


class SquareDetector(FaceDetector):
    """Bright squares are faces: cheap, and sure of itself."""

    def find(self, frame, small, scale):
        bright = (frame.min(-1) > 60).astype(np.uint8)
        stats = cv2.connectedComponentsWithStats(bright)[2][1:]
        boxes = [(x, y, x + w, y + h) for x, y, w, h, _ in stats if w > 8]
        boxes = np.array(boxes, float).reshape(-1, 4)
        unit = np.array([(0, 0), (1, 0), (0, 1), (1, 1), (.5, .5)])
        side = boxes[:, 2:] - boxes[:, :2]
        points = boxes[:, None, :2] + unit * side[:, None] - .5
        return boxes, np.full(len(boxes), .9), points


@pytest.fixture
def squares():
    """Detector of :func:`draw_squares`' faces, and its settings."""
    settings = FaceSettings('none', size=40)
    return dict(detector=SquareDetector(640), faces=settings)


@pytest.fixture
def draw_squares():
    """Function ``draw_squares([[(x, shade), ...], ...])``: frames, 64 x 120.

    A square of 32 pixels from column x on; its look comes from its shade:
    below 128 brighter to the right, else brighter to the bottom.
    """
    ramp = np.linspace(-40, 40, 32)

    def draw(frames):
        images = []
        for places in frames:
            image = np.zeros((64, 120, 3), np.uint8)
            for x, shade in places:
                look = ramp[None, :] if shade < 128 else ramp[:, None]
                image[16:48, x:x + 32] = np.broadcast_to(
                    shade + look, (32, 32))[..., None]
            images.append(image)
        return images

    return draw


@pytest.fixture
def film(tmp_path):
    """Function ``film(frames, name, rate, sound)``: a video of the frames."""

    def make(frames, name='film.mp4', rate=25, sound=False,
             front=False):
        path = tmp_path / name
        options = dict(movflags='faststart') if front else {}
        with av.open(str(path), 'w', options=options) as out:
            stream = out.add_stream('libx264', rate=rate,
                                    options=dict(crf='10'))
            stream.height, stream.width = frames[0].shape[:2]
            stream.pix_fmt = 'yuv420p'
            if sound:
                voice = out.add_stream('aac', rate=16000, layout='mono')
            for image in frames:
                out.mux(stream.encode(
                    av.VideoFrame.from_ndarray(image, format='rgb24')))
            out.mux(stream.encode())
            if sound:
                length = 16000 * len(frames) // rate
                tone = np.sin(np.arange(length) / 5).astype(np.float32)
                for i in range(0, length, 1024):
                    part = av.AudioFrame.from_ndarray(
                        tone[None, i:i + 1024], 'fltp', 'mono')
                    part.rate, part.pts = 16000, i
                    part.time_base = Fraction(1, 16000)
                    out.mux(voice.encode(part))
                out.mux(voice.encode())
        return path

    return make
