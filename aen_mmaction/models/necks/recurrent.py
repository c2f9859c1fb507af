# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from typing import List, Optional, Sequence

import torch
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import nn

from aen_mmaction.checks import check_option

CELLS = dict(lstm=nn.LSTM, gru=nn.GRU)


@MODELS.register_module()
class LevelRecurrent(BaseModule):
    """One LSTM or GRU per semantic level, in the place of a transformer.

    ::

        (N, T, D_l) -> LSTM or GRU, hidden width D_l -> last step or mean
                    -> (N, D_l)

    The width stays D_l, as AEN's losses want it; of a bidirectional one each
    direction has D_l / 2. Its last step is each direction's own: the forward
    state at T, the backward state at 1.

    Args:
        level_dims (Sequence[int]): D_l of each level; given by the
            recognizer.
        num_frames (int): T; given by the recognizer. Any number of steps
            will do.
        cell (str): 'lstm' or 'gru'. Defaults to 'lstm'.
        num_layers (int): Stacked layers. Defaults to 1.
        bidirectional (bool): Defaults to False.
        pool (str): 'last' step, or 'mean' over the steps. Defaults to
            'last'.

    Raises:
        ValueError: If ``cell`` or ``pool`` is unknown, or D_l is odd and has
            to be halved.
    """

    def __init__(self,
                 level_dims: Sequence[int],
                 num_frames: int,
                 cell: str = 'lstm',
                 num_layers: int = 1,
                 bidirectional: bool = False,
                 pool: str = 'last',
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg=init_cfg)
        check_option('cell', cell, tuple(CELLS))
        check_option('pool', pool, ('last', 'mean'))
        directions = 1 + bidirectional
        odd = [dim for dim in level_dims if dim % directions]
        if odd:
            raise ValueError('bidirectional: expected even level widths, to '
                             f'halve them, got {odd}')
        self.level_dims = list(level_dims)
        self.directions = directions
        self.pool = pool
        self.levels = nn.ModuleList(CELLS[cell](
            dim,
            dim // directions,
            num_layers,
            batch_first=True,
            bidirectional=bidirectional) for dim in level_dims)

    def forward(self, frame_feats: Sequence[torch.Tensor]
                ) -> List[torch.Tensor]:
        """Clip vectors of all levels.

        Args:
            frame_feats (Sequence[Tensor]): L times I_s, each (N, T, D_l).

        Returns:
            list[Tensor]: L times V_s, each (N, D_l).

        Raises:
            ValueError: If a D_l is not the one built for.
        """
        found = [x.shape[-1] for x in frame_feats]
        if found != self.level_dims:
            raise ValueError(f'frame_feats have the widths {found}, built '
                             f'for {self.level_dims}')
        clip_feats = []
        for level, x in zip(self.levels, frame_feats):
            steps, state = level(x)  # (N, T, D), (layers * dirs, N, D / dirs)
            if self.pool == 'mean':
                clip_feats.append(steps.mean(1))
                continue
            hidden = state[0] if isinstance(state, tuple) else state
            last = hidden[-self.directions:]  # of the last layer
            clip_feats.append(last.transpose(0, 1).flatten(1))  # (N, D)
        return clip_feats
