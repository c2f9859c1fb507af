# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import numpy as np
import pytest
from PIL import Image

from aen_mmaction.datasets.check.media import inspect_clip, numbering_holes


@pytest.mark.parametrize('names, holes', [
    (['1.jpg', '2.jpg', '3.jpg'], ()),
    (['00001_00001.jpg', '00001_00004.jpg'], (2, 3)),
    (['2.jpg'], (1, )),
    (['0.jpg', '1.jpg'], ()),
    (['a.jpg'], ()),
    ([], ()),
])
def test_numbering(names, holes):
    assert numbering_holes(names) == holes


@pytest.fixture
def clip(tmp_path, write_clip):

    def build(name, seed=0):
        write_clip(tmp_path / name, ['1.jpg', '2.jpg'], seed=seed)
        return dict(frame_dir=str(tmp_path / name), frames=['1.jpg', '2.jpg'])

    return build


def test_content_tells_clips_apart(clip):
    first, same, other = clip('a'), clip('b'), clip('c', seed=1)
    digests = [inspect_clip(c).digest for c in (first, same, other)]
    assert digests[0] == digests[1] != digests[2]


def test_other_formats_are_no_fault(tmp_path):
    pixels = np.zeros((8, 8, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / '1.png')
    Image.fromarray(pixels).save(tmp_path / '2.jpg', 'PNG')  # of this name
    Image.fromarray(pixels).convert('CMYK').save(tmp_path / '3.jpg')
    media = inspect_clip(
        dict(frame_dir=str(tmp_path), frames=['1.png', '2.jpg', '3.jpg']))
    assert media.num_frames == 3 and media.bad == () and media.holes == ()


def test_video_that_is_none(tmp_path):
    path = tmp_path / 'x.mp4'
    path.write_bytes(b'nothing')
    media = inspect_clip(dict(filename=str(path)))
    assert media.num_frames == 0 and str(path) in media.bad[0]
