# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Body of a process that runs a tool; ``JOB`` is put into its globals.

``JOB``: dict(script, args, cwd, output, env). Run in a process forked from
one where the package is imported already, which saves the seconds that the
import takes.
"""
import multiprocessing
import os
import runpy
import sys
import traceback

import mmengine.config.config as mmengine_config
import torch

os.environ.update(JOB['env'])  # noqa: F821
os.chdir(JOB['cwd'])  # noqa: F821
output = os.open(JOB['output'], os.O_WRONLY | os.O_CREAT)  # noqa: F821
os.dup2(output, 1)
os.dup2(output, 2)
sys.stdout = os.fdopen(1, 'w', buffering=1)
sys.stderr = os.fdopen(2, 'w', buffering=1)
sys.argv = [JOB['script'], *JOB['args']]  # noqa: F821
torch.set_num_threads(1)
# A run prints its config 4 times and once for each checkpoint; laying out
# the lines takes most of the time of a tiny run.
mmengine_config.FormatCode = lambda text, **style: (text, False)
multiprocessing.set_start_method(None, force=True)
try:
    runpy.run_path(JOB['script'], run_name='__main__')  # noqa: F821
except Exception:  # printed as the interpreter would
    traceback.print_exc()
    sys.exit(1)
