# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Version of the package; ``setup.py`` reads it from here."""
__version__ = '0.1.0'
