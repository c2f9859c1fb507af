# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Ways to spoil a file (pure functions of its bytes and a generator)."""
import os
import pickle
from typing import Callable, Dict

import numpy as np

Mutation = Callable[[bytes, np.random.Generator], bytes]
TRAP = 'executed'  # a folder that appears where a trap is run


class Trap:
    """Makes a folder in the current one when it is unpickled."""

    def __reduce__(self):
        return os.mkdir, (TRAP, )


def intact(data: bytes, rng: np.random.Generator) -> bytes:
    """The good file: it must be read."""
    return data


def cut(data: bytes, rng: np.random.Generator) -> bytes:
    """Only its beginning."""
    return data[:int(rng.integers(len(data)))]


def flip(data: bytes, rng: np.random.Generator) -> bytes:
    """1 to 64 bits turned, anywhere."""
    array = np.frombuffer(data, np.uint8).copy()
    for place in rng.integers(len(array), size=int(rng.integers(1, 65))):
        array[place] ^= np.uint8(1 << int(rng.integers(8)))
    return array.tobytes()


def zeros(data: bytes, rng: np.random.Generator) -> bytes:
    """A stretch of zeros, as a lost disk block leaves it."""
    begin, end = sorted(rng.integers(len(data) + 1, size=2).tolist())
    return data[:begin] + bytes(end - begin) + data[end:]


def insert(data: bytes, rng: np.random.Generator) -> bytes:
    """Noise put in."""
    place = int(rng.integers(len(data) + 1))
    return data[:place] + rng.bytes(int(rng.integers(1, 99))) + data[place:]


def delete(data: bytes, rng: np.random.Generator) -> bytes:
    """A stretch left out."""
    begin, end = sorted(rng.integers(len(data) + 1, size=2).tolist())
    return data[:begin] + data[end:]


def twice(data: bytes, rng: np.random.Generator) -> bytes:
    """The file behind itself."""
    return data + data


def empty(data: bytes, rng: np.random.Generator) -> bytes:
    """Nothing."""
    return b''


def noise(data: bytes, rng: np.random.Generator) -> bytes:
    """Something else altogether."""
    return rng.bytes(int(rng.integers(1, 2000)))


def trap(data: bytes, rng: np.random.Generator) -> bytes:
    """A pickle that would run code."""
    return pickle.dumps(dict(state_dict=Trap()), protocol=2)


def climb(data: bytes, rng: np.random.Generator) -> bytes:
    """A way out of the folder, put in somewhere."""
    place = int(rng.integers(len(data) + 1))
    return data[:place] + b'../../../etc/passwd' + data[place:]


def pointer(data: bytes, rng: np.random.Generator) -> bytes:
    """A Git LFS pointer instead of the file."""
    return (b'version https://git-lfs.github.com/spec/v1\noid sha256:' +
            rng.bytes(32).hex().encode() + b'\nsize 12345\n')


MUTATIONS: Dict[str, Mutation] = {
    f.__name__: f
    for f in (intact, cut, trap, flip, climb, zeros, insert, delete, twice,
              empty, noise, pointer)
}
