# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest
from PIL import Image

from aen_mmaction.datasets.transforms import BadFrameError, LoadFrames
from aen_mmaction.datasets.transforms.loading import decode_image


@pytest.fixture
def clip(tmp_path):
    """Three PNG frames 4 wide and 3 high, filled with 10, 20, 30 in red."""
    for i in (1, 2, 3):
        pixels = np.zeros((3, 4, 3), np.uint8)
        pixels[..., 0] = 10 * i
        Image.fromarray(pixels).save(tmp_path / f'{i}.png')
    return dict(
        frame_dir=str(tmp_path),
        frames=['1.png', '2.png', '3.png'],
        clip_id='00001',
        ann='set_1.csv:2')


def test_literal(clip):
    out = LoadFrames()(dict(clip, frame_inds=np.array([2, 0, 2])))
    assert [img[0, 0].tolist() for img in out['imgs']] == [[30, 0, 0],
                                                           [10, 0, 0],
                                                           [30, 0, 0]]
    assert all(img.dtype == np.uint8 for img in out['imgs'])
    assert out['img_shape'] == (3, 4)


def test_each_file_once_and_copies_apart(clip, monkeypatch):
    opened = []
    real_open = Image.open
    monkeypatch.setattr(
        Image, 'open',
        lambda path, *args: opened.append(path) or real_open(path, *args))
    imgs = LoadFrames()(dict(clip, frame_inds=np.array([1, 1, 2, 1])))['imgs']
    assert len(opened) == 2
    imgs[0][:] = 0  # in place, as some transforms work
    assert imgs[1][0, 0, 0] == 20


def test_all_frames_without_indices(clip):
    assert len(LoadFrames()(clip)['imgs']) == 3


def test_grey_images_become_rgb(clip, tmp_path):
    Image.fromarray(np.full((3, 4), 7, np.uint8)).save(tmp_path / '1.png')
    img = LoadFrames()(dict(clip, frame_inds=[0]))['imgs'][0]
    assert img.shape == (3, 4, 3) and (img == 7).all()


@pytest.mark.parametrize('mode, options', [
    ('RGB', {}),
    ('RGB', dict(subsampling=0)),
    ('RGB', dict(progressive=True)),
    ('L', {}),
    ('CMYK', {}),
])
def test_jpeg_pixels_are_those_of_pil(tmp_path, mode, options):
    rng = np.random.default_rng(1)
    img = Image.fromarray(rng.integers(0, 256, (9, 13, 3), np.uint8))
    path = tmp_path / 'x.jpg'
    img.resize((45, 31)).convert(mode).save(path, quality=90, **options)
    expected = np.asarray(Image.open(path).convert('RGB'))
    atol = mode == 'CMYK'  # another rounding of the product with black
    np.testing.assert_allclose(
        decode_image(path), expected.astype(int), atol=atol)


def test_camera_orientation_is_left_alone(tmp_path):
    """As PIL does: a frame marked as turned stays 4 high and 8 wide."""
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / 'x.jpg'
    Image.new('RGB', (8, 4)).save(path, exif=exif)
    assert decode_image(path).shape == (4, 8, 3)


@pytest.mark.parametrize('fault', ['truncated', 'text', 'empty', 'missing'])
def test_bad_files(clip, tmp_path, fault):
    path = tmp_path / '2.png'
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(path, 'JPEG')
    whole = path.read_bytes()
    content = dict(
        truncated=whole[:len(whole) // 2], text=b'no image', empty=b'')
    if fault == 'missing':
        path.unlink()
    else:
        path.write_bytes(content[fault])
    with pytest.raises(
            BadFrameError,
            match=r'2\.png: expected a readable image.*clip 00001 of '
            r'set_1\.csv:2.*skip_clip'):
        LoadFrames()(clip)
