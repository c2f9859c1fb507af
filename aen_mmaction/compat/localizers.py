# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Stand-in for the folder missing from MMAction2's wheel.

Fault: the wheel of mmaction2 1.2.0 lacks ``mmaction.models.localizers.drn``,
which ``mmaction.models`` imports, so no model can be built.
Upstream: open-mmlab/mmaction2#2714.
May go: when a release of mmaction2 holds the folder.
"""
import importlib.machinery
import importlib.util
import sys
from types import ModuleType
from typing import Any

_PARENT = 'mmaction.models.localizers'


class DRN:
    """Stands for the localizer that the wheel left out; cannot be built."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise ImportError(
            'DRN is not in the installed wheel of mmaction2 '
            '(open-mmlab/mmaction2#2714): install MMAction2 from its '
            'sources to use this localizer')


def mend() -> bool:
    """Put a stand-in where ``mmaction.models.localizers.drn`` should be.

    Returns:
        bool: Whether the stand-in is in place (False: the folder exists).
    """
    name = f'{_PARENT}.drn'
    if name in sys.modules:
        return getattr(sys.modules[name], 'DRN', None) is DRN
    if _is_shipped():
        return False
    package = ModuleType(name)
    package.__path__ = []  # a package, so that drn.drn can be imported
    package.DRN = DRN
    module = ModuleType(f'{name}.drn')
    module.DRN = DRN
    package.drn = module
    sys.modules[name] = package
    sys.modules[module.__name__] = module
    return True


def _is_shipped() -> bool:
    """Whether the folder is on disk; looks without importing anything."""
    mmaction = importlib.util.find_spec('mmaction')
    if mmaction is None:
        raise ImportError('mmaction2 is not installed: '
                          "run pip install 'mmaction2>=1.2,<1.3'")
    finder = importlib.machinery.PathFinder
    paths = mmaction.submodule_search_locations
    for part in ('models', 'localizers', 'drn'):
        spec = finder.find_spec(part, paths)
        if spec is None:
            return False
        paths = spec.submodule_search_locations
    return True
