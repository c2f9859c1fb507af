# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Trials with malformed files and with kills at random moments."""
