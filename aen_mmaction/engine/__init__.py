# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from .hooks import *  # noqa: F401, F403
