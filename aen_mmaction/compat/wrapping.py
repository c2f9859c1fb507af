# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Replace one function of another package, once."""
import functools
from typing import Any, Callable


def wrap_once(owner: Any, name: str, make: Callable) -> None:
    """Replace ``owner.name`` by ``make(owner.name)`` unless done already.

    Args:
        owner (module or type): Holder of the function.
        name (str): Name of the function, method, class or static method.
        make (callable): Takes the original (bound, for a class method) and
            returns the replacement.
    """
    original = getattr(owner, name)
    if getattr(original, 'is_aen_mend', False):
        return
    replacement = functools.wraps(original)(make(original))
    replacement.is_aen_mend = True
    if isinstance(vars(owner)[name], (classmethod, staticmethod)):
        replacement = staticmethod(replacement)  # already bound
    setattr(owner, name, replacement)
