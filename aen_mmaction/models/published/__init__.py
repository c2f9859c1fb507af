# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
