# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Writing files that a kill cannot tear."""
import os
from pathlib import Path
from typing import Iterator, Union

_MARK = '.fresh'


def write_atomic(path: Union[str, Path],
                 data: bytes,
                 scratch: Union[str, Path, None] = None) -> None:
    """Write a file so that it is there as a whole or as it was before.

    The bytes go to a hidden file, to the disk, and only then take the name. A
    link is followed.

    Args:
        path (str | Path): The file; its folder must exist.
        data (bytes): Its new content.
        scratch (str | Path, optional): Folder of the hidden file, on the same
            file system. Defaults to None: that of the file.

    Raises:
        OSError: If it cannot be written (disk full, read-only); what was
            there before is untouched.
    """
    folder, name = os.path.split(os.path.realpath(path))
    fresh = os.path.join(scratch or folder, f'.{name}.{os.getpid()}{_MARK}')
    try:
        with open(fresh, 'wb') as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, os.path.join(folder, name))
        _sync_folder(folder)
    except BaseException as error:
        Path(fresh).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise OSError(
                error.errno,
                f'{error.strerror}: {path} was not written ({len(data):,} '
                'bytes); a file of this name from before is whole. Free or '
                'change the disk, then start the same command again') from None
        raise


def _sync_folder(folder: str) -> None:
    """Bring the new name itself to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def half_written(folder: Union[str, Path]) -> Iterator[Path]:
    """Files that :func:`write_atomic` left in a folder when it was killed."""
    return Path(folder).glob(f'.*{_MARK}')
