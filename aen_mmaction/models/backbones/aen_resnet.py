# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import Optional, Sequence

from mmaction.registry import MODELS
from mmpretrain.models import ResNet


@MODELS.register_module()
class AENResNet(ResNet):
    """mmpretrain's ResNet, giving the maps of AEN's three semantic levels.

    Weights have the same names as those of a stage-1 classifier's
    ``mmpretrain.ResNet``, so that one initialises the other.

    ::

        (N*T, 3, 112, 112) -> stem -> layer1 (N*T,  64, 28, 28)  low,    s=0
                                   -> layer2
                                   -> layer3 (N*T, 256,  7,  7)  middle, s=1
                                   -> layer4 (N*T, 512,  4,  4)  high,   s=2

    Args:
        depth (int): 18, 34, 50, 101 or 152. Defaults to 18.
        out_indices (Sequence[int]): Stages taken as semantic levels, low to
            high (0 is layer1). Defaults to ``(0, 2, 3)``.
        stage_blocks (Sequence[int], optional): Blocks of the four stages, as
            ``(2, 1, 2, 2)`` of the released prototype. Defaults to the
            depth's own.
        **kwargs: As mmpretrain's ResNet.

    Raises:
        ValueError: If ``stage_blocks`` are not four.

    Source: AEN section 3.1; the stages are not printed there and follow the
    released prototype.
    """

    def __init__(self,
                 depth: int = 18,
                 out_indices: Sequence[int] = (0, 2, 3),
                 stage_blocks: Optional[Sequence[int]] = None,
                 **kwargs) -> None:
        if stage_blocks is not None:
            if len(stage_blocks) != 4:
                raise ValueError('stage_blocks: expected the blocks of 4 '
                                 f'stages, got {tuple(stage_blocks)}')
            block = self.arch_settings[depth][0]
            self.arch_settings = {depth: (block, tuple(stage_blocks))}
        super().__init__(depth=depth, out_indices=out_indices, **kwargs)

    def train(self, mode: bool = True) -> 'AENResNet':
        """Set training mode; unlike mmpretrain's, returns the module."""
        super().train(mode)
        return self
