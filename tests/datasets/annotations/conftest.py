# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest


@pytest.fixture
def write(tmp_path):
    """Function ``write(text, name='list.txt')`` that gives the list's path."""

    def _write(text, name='list.txt'):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return _write
