# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A file is written as a whole or not at all."""
import errno
import os
import resource

import pytest

from aen_mmaction.files import half_written, write_atomic


def test_new_old_and_linked(tmp_path):
    path = tmp_path / 'a.bin'
    write_atomic(path, b'1')
    write_atomic(str(path), b'22')
    assert path.read_bytes() == b'22'
    link = tmp_path / 'link'
    link.symlink_to(path)
    write_atomic(link, b'333')
    assert link.is_symlink() and path.read_bytes() == b'333'
    assert {p.name for p in tmp_path.iterdir()} == {'a.bin', 'link'}


def test_full_disk_leaves_the_old_file(tmp_path):
    path = tmp_path / 'a.bin'
    write_atomic(path, b'old')
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError, match='a.bin was not written') as error:
            write_atomic(path, bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert error.value.errno == errno.EFBIG
    assert path.read_bytes() == b'old' and list(half_written(tmp_path)) == []


def test_killed_between_the_bytes_and_the_name(tmp_path):
    path = tmp_path / 'a.bin'
    write_atomic(path, b'old')
    pid = os.fork()
    if pid == 0:
        os.replace = lambda *args: os.kill(os.getpid(), 9)
        write_atomic(path, b'new')
    assert os.waitpid(pid, 0)[1] == 9
    assert path.read_bytes() == b'old'
    assert [p.read_bytes() for p in half_written(tmp_path)] == [b'new']


def test_missing_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match='b/c.bin was not written'):
        write_atomic(tmp_path / 'b' / 'c.bin', b'')
