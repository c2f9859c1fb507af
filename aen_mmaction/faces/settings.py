# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What decides the pixels of an aligned face."""
from dataclasses import asdict, dataclass, fields
from typing import Optional

from ..checks import check_option
from .templates import TEMPLATES


@dataclass(frozen=True)
class FaceSettings:
    """Settings that a data set, a checkpoint and a prediction must share.

    Attributes:
        detector (str): ``'centerface'``, ``'dlib'`` (the paper's), or
            ``'none'`` for frames that are aligned faces already.
        margin (float): Space around the template's unit square on each side,
            as a share of its side; see :mod:`.templates`. Defaults to 0.25,
            and to 0 for ``'none'``, which knows no other.
        size (int): Side of an aligned face in pixels.
        search_side (int): Longer side in pixels to which larger frames are
            shrunk when they are searched for faces. Defaults to 320 for
            ``'centerface'`` and 640 for ``'dlib'``.

    Raises:
        ValueError: If a value is out of its range.

    Example:
        >>> FaceSettings('dlib', size=112)
        FaceSettings(detector='dlib', margin=0.25, size=112, search_side=640)
    """
    detector: str = 'centerface'
    margin: Optional[float] = None
    size: int = 224
    search_side: Optional[int] = None

    def __post_init__(self) -> None:
        check_option('detector', self.detector, tuple(TEMPLATES))
        whole = self.detector == 'none'
        if self.margin is None:
            object.__setattr__(self, 'margin', 0. if whole else .25)
        if self.search_side is None:
            side = 640 if self.detector == 'dlib' else 320
            object.__setattr__(self, 'search_side', side)
        if whole and self.margin:
            raise ValueError(
                "margin: expected 0 with detector 'none', which takes whole "
                f'frames as aligned faces, got {self.margin}')
        if not 0 <= self.margin <= 2:
            raise ValueError(f'margin: expected 0 to 2, got {self.margin}')
        for name in ('size', 'search_side'):
            if getattr(self, name) < 16:
                raise ValueError(f'{name}: expected 16 pixels or more, got '
                                 f'{getattr(self, name)}')

    def as_dict(self) -> dict:
        """Plain values, for a data card or a checkpoint's metadata."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict) -> 'FaceSettings':
        """Settings of a data card or a checkpoint.

        Raises:
            ValueError: If a value is missing, unknown or out of range.
        """
        names = [field.name for field in fields(cls)]
        if sorted(values) != sorted(names):
            raise ValueError(f'face settings: expected {names}, found '
                             f'{sorted(values)}')
        return cls(**values)

    def require_same(self, other: 'FaceSettings', ours: str,
                     theirs: str) -> None:
        """Refuse faces that were cut in another way.

        Args:
            other (FaceSettings): The settings to compare with.
            ours (str): Where these settings come from, for the error.
            theirs (str): Where the others come from.

        Raises:
            ValueError: Naming each value that differs.
        """
        here, there = self.as_dict(), other.as_dict()
        wrong = [
            f'{name}: {here[name]} in {ours}, {there[name]} in {theirs}'
            for name in here if here[name] != there[name]
        ]
        if wrong:
            raise ValueError('faces are cut differently. ' +
                             '; '.join(wrong) + '. Use the same settings.')
