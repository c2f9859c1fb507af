# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Checks of the environment, each with its fix.

Only the standard library is imported at the top: ``tools/doctor.py`` loads
this file by its path, so that it can name what a broken environment lacks.
"""
import importlib
import importlib.metadata
import importlib.util
import os
import os.path as osp
import re
import shutil
import sys
import tempfile
import warnings
from typing import Callable, Iterator, List, NamedTuple, Optional, Tuple

PASS, WARN, FAIL = 'pass', 'warn', 'fail'


class Check(NamedTuple):
    """Outcome of one check.

    Attributes:
        name (str): What was checked.
        status (str): 'pass', 'warn' (works, with a limit) or 'fail'.
        detail (str): What was found.
        fix (str): What to do; empty where nothing is to be done.
    """
    name: str
    status: str
    detail: str
    fix: str = ''


#: Module -> its distributions, lowest and first unsupported version.
PACKAGES = {
    'torch': (('torch', ), '2.6', None),
    'torchvision': (('torchvision', ), '0.21', None),
    'mmengine': (('mmengine', ), '0.10.3', '0.11'),
    'mmcv': (('mmcv-lite', 'mmcv'), '2.0.1', '2.2'),
    'mmaction': (('mmaction2', ), '1.2', '1.3'),
    'mmpretrain': (('mmpretrain', ), '1.2', '1.3'),
    'numpy': (('numpy', ), '1.21', None),
    'decord': (('decord', ), '0.6', None),
    'matplotlib': (('matplotlib', ), '3.7', None),
    'simplejpeg': (('simplejpeg', ), '1.7', None),
    'tensorboard': (('tensorboard', ), '2.0', None),
}
OPENCV = ('opencv-python-headless', 'opencv-contrib-python-headless',
          'opencv-python', 'opencv-contrib-python')


def run_checks(work_dir: str = 'work_dirs') -> List[Check]:
    """Run every check; one that raises is a failed one.

    Args:
        work_dir (str): Folder that must be writable; it is not created.

    Returns:
        list[Check]: In a fixed order, the versions first.
    """
    groups: Tuple[Tuple[str, Callable], ...] = (
        ('python', check_python),
        ('packages', check_packages),
        ('opencv', check_opencv),
        ('mends', check_mends),
        ('pkg_resources', check_pkg_resources),
        ('device', check_device),
        ('video decoder', check_decoder),
        ('faces', check_faces),
        ('optional', check_optional),
        ('work folder', lambda: check_work_dir(work_dir)),
    )
    checks: List[Check] = []
    for name, group in groups:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter('ignore')
                checks.extend(group())
        except Exception as error:  # whatever a broken package raises
            checks.append(
                Check(name, FAIL, f'{type(error).__name__}: {error}',
                      'mend what fails above, then run this again'))
    return checks


def installed_version(distribution: str) -> Optional[str]:
    """Version of an installed distribution, or None."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def release(version: str) -> Tuple[int, ...]:
    """The leading numbers of a version: '2.14.1+cpu' -> (2, 14, 1)."""
    return tuple(
        int(n) for n in re.match(r'\d+(\.\d+)*',
                                 version).group().split('.'))


def check_python() -> Iterator[Check]:
    """Python itself; 3.11 and 3.12 are tested."""
    found = '.'.join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] in ((3, 11), (3, 12)):
        yield Check('python', PASS, found)
    else:
        yield Check('python', WARN, f'{found}; tested with 3.11 and 3.12',
                    'if something fails: make PYTHON=python3.11')


def check_packages() -> Iterator[Check]:
    """Versions against the supported ranges, then the import itself."""
    for module, (names, low, high) in PACKAGES.items():
        wanted = f'>={low}' + (f',<{high}' if high else '')
        fix = f"pip install '{names[0]}{wanted}'"
        found = [(n, installed_version(n)) for n in names]
        found = [(n, v) for n, v in found if v]
        if not found:
            yield Check(module, FAIL, f'{names[0]} is not installed', fix)
            continue
        name, version = found[0]
        if len(found) > 1:
            yield Check(module, WARN, f'{" and ".join(names)} are installed '
                        'and share one folder', f'pip uninstall {names[0]}')
        if release(version) < release(low) or (
                high and release(version) >= release(high)):
            yield Check(module, FAIL, f'{name} {version}, supported {wanted}',
                        fix)
            continue
        try:
            importlib.import_module(module)
        except Exception as error:
            yield Check(module, FAIL, f'{name} {version} cannot be imported: '
                        f'{type(error).__name__}: {error}', fix)
        else:
            yield Check(module, PASS, f'{name} {version}')


def check_opencv() -> Iterator[Check]:
    """One OpenCV wheel, preferably headless, that can be imported."""
    found = [name for name in OPENCV if installed_version(name)]
    fix = f'pip install --no-deps {OPENCV[0]}'
    if found:
        fix = f'pip uninstall -y {" ".join(found)} && {fix}'
    try:
        version = importlib.import_module('cv2').__version__
    except Exception as error:
        yield Check('opencv', FAIL, f'{type(error).__name__}: {error}', fix)
        return
    if len(found) > 1:
        yield Check('opencv', WARN, f'{version}; {", ".join(found)} write the '
                    'same folder: removing one breaks the others', fix)
    else:
        yield Check('opencv', PASS, f'{version} ({"".join(found)})')


def check_mends() -> Iterator[Check]:
    """Each known fault of the stack, and the package itself."""
    from aen_mmaction import compat
    for name, state in compat.apply().items():
        yield Check(name, PASS, f'known fault, {state}')
    import aen_mmaction
    yield Check('aen_mmaction', PASS, f'{aen_mmaction.__version__} imported')


def check_pkg_resources() -> Iterator[Check]:
    """setuptools>=82 has none; only MMEngine's ``mmaction::`` bases ask."""
    found = importlib.util.find_spec('pkg_resources') is not None
    yield Check('pkg_resources', PASS,
                ('there' if found else 'known fault, not mended: not there') +
                '; nothing here needs it')


def check_device() -> Iterator[Check]:
    """A GPU, if there is one, and the backends for several processes."""
    import torch
    import torch.distributed as dist
    if torch.cuda.is_available():
        yield Check('device', PASS, torch.cuda.get_device_name(0))
    else:
        yield Check('device', WARN, 'no GPU: everything runs on the CPU',
                    'nothing for the demo; for full training, a CUDA device '
                    'and its driver')
    if dist.is_available():
        names = [n for n in ('nccl', 'gloo') if dist.is_backend_available(n)]
        yield Check('distributed', PASS, ', '.join(names))
    else:
        yield Check('distributed', WARN, 'one process only',
                    'install a torch with torch.distributed')


def check_decoder() -> Iterator[Check]:
    """Read back with decord eight frames that OpenCV wrote."""
    import cv2
    import decord
    import numpy as np
    with tempfile.TemporaryDirectory() as folder:
        path = osp.join(folder, 'eight.avi')
        codec = cv2.VideoWriter_fourcc(*'MJPG')
        writer = cv2.VideoWriter(path, codec, 8, (32, 32))
        for value in range(0, 256, 32):
            writer.write(np.full((32, 32, 3), value, np.uint8))
        writer.release()
        frames = len(decord.VideoReader(path))
    if frames == 8:
        yield Check('video decoder', PASS, 'decord')
    else:
        yield Check('video decoder', FAIL, f'decord read {frames} frames of 8',
                    'pip install --force-reinstall --no-deps decord')


def check_faces() -> Iterator[Check]:
    """Search an empty frame with each face detector; PyAV; all optional."""
    import numpy as np

    from aen_mmaction.faces import FaceSettings, build_detector
    for name in ('centerface', 'dlib'):
        title = f'face detector {name}'
        try:
            detector = build_detector(FaceSettings(name))
        except ModuleNotFoundError as error:
            yield Check(title, PASS, f'optional, not installed: {error}')
            continue
        found = detector(np.zeros((96, 96, 3), np.uint8))
        if found:
            yield Check(title, FAIL, f'{len(found)} faces in a black frame',
                        f'{detector.INSTALL} --force-reinstall')
        else:
            yield Check(title, PASS, detector.describe()['package'])
    title, fix = 'PyAV (videos frame by frame)', "pip install 'av>=17'"
    version = installed_version('av')
    if version and release(version) < (17, ):
        yield Check(title, WARN, f'{version}; videos need >=17', fix)
    else:
        yield Check(title, PASS, version or f'optional, not installed: {fix}')


def check_optional() -> Iterator[Check]:
    """What only some commands use; never a failure."""
    compilers = (os.environ.get('CXX'), 'c++', 'g++', 'clang++')
    found = [c for c in compilers if c and shutil.which(c)]
    yield Check('C++ compiler (torch.compile)', PASS, found[0]
                if found else 'optional, not installed')


def check_work_dir(work_dir: str) -> Iterator[Check]:
    """The folder, or the one it would be made in, can be written."""
    path = osp.abspath(work_dir)
    while not osp.exists(path):
        path = osp.dirname(path)
    if osp.isdir(path) and os.access(path, os.W_OK):
        yield Check('work folder', PASS, osp.abspath(work_dir))
    else:
        yield Check('work folder', FAIL, f'{path} is not a writable folder',
                    'choose another with --work-dir')
