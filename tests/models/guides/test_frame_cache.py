# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import random

import numpy as np
import pytest

from aen_mmaction.models.guides.frame_cache import (FrameCache,
                                                    read_frame_cache,
                                                    write_frame_cache)


def cache():
    """Two clips of 2 and 3 frames, K = 2."""
    return FrameCache({'7': (0, 2), '00007': (2, 3)},
                      np.arange(10, dtype=np.float32).reshape(5, 2),
                      np.arange(5, dtype=np.uint32), ('happy', 'sad'), 'ab')


def test_what_is_written_is_read(tmp_path):
    write_frame_cache(tmp_path / 'a.npz', cache())
    found = read_frame_cache(tmp_path / 'a.npz')
    assert found.clips == {'7': (0, 2), '00007': (2, 3)}
    np.testing.assert_array_equal(found.logits, cache().logits)
    np.testing.assert_array_equal(found.frame_crcs, cache().frame_crcs)
    assert found.classes == ('happy', 'sad')
    assert found.checkpoint_sha256 == 'ab'


def test_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match='tools/cache_guide.py'):
        read_frame_cache(tmp_path / 'no.npz')


@pytest.mark.parametrize('change', [
    dict(logits=np.zeros((4, 2), np.float32)),
    dict(logits=np.zeros((5, 2))),
    dict(logits=np.full((5, 2), np.nan, np.float32)),
    dict(frame_crcs=np.zeros(3, np.uint32)),
    dict(classes=('happy', )),
])
def test_parts_that_do_not_fit(tmp_path, change):
    write_frame_cache(tmp_path / 'a.npz', cache()._replace(**change))
    with pytest.raises(ValueError, match='(?s)a.npz: expected.*Make it:'):
        read_frame_cache(tmp_path / 'a.npz')


def test_every_damage_is_an_error_or_harmless(tmp_path):
    """30 single bytes changed, 10 files cut short."""
    path = tmp_path / 'a.npz'
    write_frame_cache(path, cache())
    whole, rng = path.read_bytes(), random.Random(0)
    for i in range(40):
        place = rng.randrange(len(whole))
        damaged = (whole[:place] + bytes([whole[place] ^ 0x55]) +
                   whole[place + 1:] if i < 30 else whole[:place])
        path.write_bytes(damaged)
        try:
            found = read_frame_cache(path)
        except ValueError as error:
            assert 'Make it' in str(error)
        else:  # a byte that says nothing, such as a time
            assert found.clips == cache().clips
            np.testing.assert_array_equal(found.logits, cache().logits)


def test_pickles_are_not_executed(tmp_path):
    np.savez(tmp_path / 'a.npz', head=np.array([object()], dtype=object))
    with pytest.raises(ValueError, match='allow_pickle'):
        read_frame_cache(tmp_path / 'a.npz')
