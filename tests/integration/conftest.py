# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Tools run as a user runs them, on a model and data cut to seconds."""
import json
import multiprocessing
import os
import runpy
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config

from aen_mmaction.analysis.faults.tiny import TINY_AEN

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / 'configs' / 'aen_dfew_fold1.py'
CLASSES = ('happy', 'sad', 'neutral', 'angry', 'surprise', 'disgust', 'fear')
SIZE = TINY_AEN['model.data_preprocessor.img_size']  # 32 px
SEGMENTS = TINY_AEN['model.data_preprocessor.num_frames'] // 2  # 2 x 2 frames
LOADERS = {
    f'{loader}_dataloader.{key}': value
    for loader in ('train', 'val', 'test')
    for key, value in {
        'batch_size': 4,
        'num_workers': 0,
        'persistent_workers': False,
        'dataset.pipeline.0.num_segments': SEGMENTS,
        'dataset.pipeline.2.size': SIZE
    }.items()
}
RUN = {'train_cfg.max_epochs': 1, 'default_hooks.logger.interval': 1}


def pytest_terminal_summary(terminalreporter):
    """List the numbers that the tests of this folder measured."""
    lines = [
        line for report in terminalreporter.stats.get('passed', ())
        for name, line in report.user_properties if name == 'measured'
    ]
    if lines:
        terminalreporter.section('measured')
        for line in lines:
            terminalreporter.line(line)


@pytest.fixture
def measured(record_property):
    """Function that puts a line under the tests' results."""
    return lambda line: record_property('measured', line)


def as_arguments(options, validate=True):
    """``--cfg-options`` of a dict, or ``--no-validate`` and the others."""
    if not validate:
        options = {k: v for k, v in options.items() if k[:4] != 'val_'}
    flags = [] if validate else ['--no-validate']
    values = [f'{k}={v}'.replace(' ', '') for k, v in options.items()]
    return [*flags, '--cfg-options', *values]


def environment(**extra):
    """Environment of a subprocess: this repository, one thread."""
    own = dict(
        PYTHON=sys.executable, PYTHONPATH=str(ROOT), OMP_NUM_THREADS='1')
    return {**os.environ, **own, **extra}


@pytest.fixture(scope='session')
def forkserver():
    """Processes forked from one that has the package imported."""
    context = multiprocessing.get_context('forkserver')
    context.set_forkserver_preload(
        ['aen_mmaction', 'mmpretrain.models', 'torch.utils.tensorboard'])
    before = os.environ.copy()
    os.environ.update(environment())
    multiprocessing.forkserver.ensure_running()
    os.environ.clear()
    os.environ.update(before)
    return context


class ToolRun:
    """A tool running in a process of its own.

    Attributes:
        process (Process): Its process.
        work_dir (Path): Where it writes.
    """

    def __init__(self, context, script, args, cwd, output, work_dir,
                 env=None):
        self.output_file = output
        self.work_dir = work_dir
        job = dict(
            script=str(script),
            args=[str(arg) for arg in args],
            cwd=str(cwd),
            output=str(output),
            env=env or {})
        self.process = context.Process(
            target=runpy.run_path,
            args=(str(Path(__file__).with_name('run_tool.py')), ),
            kwargs=dict(init_globals=dict(JOB=job)))
        self.process.start()

    @property
    def output(self):
        """Everything printed until now."""
        return self.output_file.read_text(errors='replace') \
            if self.output_file.exists() else ''

    def wait(self, timeout=100):
        """Exit code."""
        self.process.join(timeout)
        if self.process.is_alive():
            self.process.kill()
            pytest.fail(f'still running after {timeout} s:\n{self.output}')
        return self.process.exitcode

    def wait_for(self, text, timeout=100):
        """Return as soon as ``text`` is printed."""
        end = time.monotonic() + timeout
        while text not in self.output:
            if time.monotonic() > end or not self.process.is_alive():
                self.process.kill()
                pytest.fail(f'{text!r} never came:\n{self.output}')
            time.sleep(.002)


@pytest.fixture
def tiny(tmp_path, make_dfew, forkserver):
    """Tiny DFEW, guide weights, options, and functions to run the tools.

    Labels go round 1..7. ``tiny.start(tool, name, options, *args)`` starts
    ``tools/<tool>.py`` with the work dir ``tmp_path/name``;
    ``tiny.run(...)`` waits for it and demands success; ``tiny.tool(tool,
    *args)`` starts one with nothing but the arguments.
    """
    data = tmp_path / 'dfew'
    make_dfew(data, [(str(i), 20, i % 7 + 1) for i in range(1, 13)])
    make_dfew(
        data, [(str(i), 16 + i % 5, i % 7 + 1) for i in range(101, 108)],
        part='test')
    guide = tmp_path / 'guide.pth'
    options = {**TINY_AEN, **LOADERS, **RUN, 'model.guide.checkpoint': guide}
    write_guide(guide)

    def start(tool, name, extra, *args, validate=True, **env):
        work_dir = tmp_path / name
        arguments = as_arguments({**options, **extra}, validate)
        return ToolRun(
            forkserver, ROOT / 'tools' / f'{tool}.py', [
                CONFIG, *args, '--data-root', data, '--work-dir', work_dir,
                *arguments
            ], tmp_path, tmp_path / f'{name}.{time.monotonic_ns()}.txt',
            work_dir, env)

    def run(*args, **kwargs):
        tool = start(*args, **kwargs)
        assert tool.wait() == 0, tool.output
        return tool

    def tool(name, *args):
        return ToolRun(forkserver, ROOT / 'tools' / f'{name}.py', args,
                       tmp_path, tmp_path / f'{time.monotonic_ns()}.txt', None)

    return SimpleNamespace(
        data=data,
        guide=guide,
        options=options,
        start=start,
        run=run,
        tool=tool)


def write_guide(path, classes=CLASSES):
    """Random weights of the tiny stage-1 classifier."""
    cfg = Config.fromfile(CONFIG)
    cfg.merge_from_dict(dict(TINY_AEN))
    torch.manual_seed(0)
    import mmpretrain.models  # noqa: F401
    model = MODELS.build(
        dict(_scope_='mmpretrain', **cfg.model.guide.classifier))
    torch.save(
        dict(
            state_dict=model.state_dict(),
            meta=dict(dataset_meta=dict(classes=classes))), path)


def scalars(work_dir):
    """Rows of the local log of the latest run in a work dir."""
    path = sorted(work_dir.glob('*/vis_data/scalars.json'))[-1]
    return [json.loads(line) for line in path.read_text().splitlines()]


def call(command, cwd, env=None, timeout=120):
    """Run a real subprocess and demand success; returns its output."""
    done = subprocess.run([str(part) for part in command],
                          cwd=cwd,
                          env=env or environment(),
                          stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT,
                          text=True,
                          timeout=timeout)
    assert done.returncode == 0, done.stdout
    return done.stdout
