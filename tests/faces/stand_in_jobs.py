# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What tests give to worker processes, which import it by this name."""
import os
import signal

from aen_mmaction.faces import FaceSettings
from aen_mmaction.faces.clip import ClipOptions
from aen_mmaction.faces.prepare import Preparation, make_one
from aen_mmaction.faces.sources import find_videos


def square_or_die(job):
    if job == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    if job == 4:
        os._exit(7)
    return job * job, os.getpid()


def make_or_crash(job):
    if job.video.name == 'happy/2.mp4':
        os.kill(os.getpid(), signal.SIGSEGV)
    return make_one(job)


def full_disk(job):
    return OSError(28, 'No space left on device')


def prepare_all(root, out):
    options = ClipOptions(FaceSettings('none', size=32))
    with Preparation(find_videos(root)[0], out, options) as job:
        for _ in job.run(2):
            pass
        job.finish()
