# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What the shell scripts start: ``$PYTHON`` and ``srun`` only print here."""
import shlex

import pytest

from .conftest import ROOT, call, environment

SHOW = '#!/bin/sh\necho {}\nprintf "%s\\n" "$@"\n'
OPTIONS = ['--cfg-options', 'a=x y']  # one argument with a blank in it


@pytest.fixture
def start(tmp_path):
    """Function that starts a script elsewhere and gives what it runs."""
    for name in ('srun', 'my python'):
        (tmp_path / name).write_text(SHOW.format(shlex.quote(name)))
        (tmp_path / name).chmod(0o755)
    python = str(tmp_path / 'my python')
    path = f'{tmp_path}:{environment()["PATH"]}'

    def run(script, *args):
        env = environment(
            PATH=path, PYTHON=python, GPUS='2', SRUN_ARGS='--qos q')
        command = ['bash', ROOT / 'tools' / script, *args, *OPTIONS]
        return call(command, tmp_path, env).splitlines(), python

    return run


@pytest.mark.parametrize('tool, files', [
    ('train', ['my config.py']),
    ('test', ['my config.py', 'epoch_1.pth']),
])
def test_slurm(start, tool, files):
    lines, python = start(f'slurm_{tool}.sh', 'gpu', 'job', *files)
    at = lines.index(python)
    assert lines[:3] == ['srun', '-p', 'gpu']
    assert {'--job-name=job', '--ntasks=2'} < set(lines[:at])
    assert lines[at - 2:at] == ['--qos', 'q']
    assert lines[at + 1:] == [
        '-u', f'{ROOT}/tools/{tool}.py', *files, '--launcher', 'slurm',
        *OPTIONS
    ]


@pytest.mark.parametrize('tool, files', [
    ('train', ['my config.py']),
    ('test', ['my config.py', 'epoch_1.pth']),
])
def test_dist(start, tool, files):
    lines, _ = start(f'dist_{tool}.sh', *files, '2')
    at = lines.index(f'{ROOT}/tools/{tool}.py')
    assert lines[:3] == ['my python', '-m', 'torch.distributed.run']
    assert '--nproc_per_node=2' in lines[:at]
    assert lines[at + 1:] == [*files, '--launcher', 'pytorch', *OPTIONS]
