# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Refusing a wrong option, and naming a few of many things."""
from typing import Sequence


def check_option(name: str, value: str, choices: Sequence[str]) -> None:
    """Refuse an option that is not one of its choices.

    Args:
        name (str): Name of the option.
        value (str): Its value.
        choices (Sequence[str]): The values it may have.

    Raises:
        ValueError: With the choices and the value.
    """
    if value not in choices:
        raise ValueError(
            f'{name}: expected one of {tuple(choices)}, got {value!r}')


def name_some(names: Sequence[str], most: int = 10) -> str:
    """The first ``most`` names, and ``...`` if there are others.

    Args:
        names (Sequence[str]): All names.
        most (int): How many to show. Defaults to 10.

    Returns:
        str: For example ``'a, b, ...'``.
    """
    return ', '.join(names[:most]) + (', ...' if len(names) > most else '')
