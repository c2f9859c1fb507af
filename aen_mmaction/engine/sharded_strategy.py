# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Backbones that are too big for one GPU: FSDP in MMEngine's runner.

MMEngine 0.10.7 has a strategy for PyTorch's first FSDP, which does not resume
on torch >= 2.1 (``optim_state_dict_to_load`` has other arguments), clips each
process's gradients by a norm of its own, and needs a GPU. This one is for the
second, ``torch.distributed.fsdp.fully_shard``.
"""
from typing import Any, Dict, Iterator, List, Optional

import torch
from mmengine._strategy import DDPStrategy, SingleDeviceStrategy
from mmengine.device import get_device
from mmengine.dist import get_world_size, is_main_process
from mmengine.optim import OptimWrapper
from mmengine.registry import STRATEGIES
from mmengine.utils import apply_to
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor, distribute_tensor

from aen_mmaction.checks import name_some


@STRATEGIES.register_module()
class ShardedStrategy(DDPStrategy):
    """Each process keeps a share of weights, gradients and optimizer state.

    A layer's weights are brought together while it computes. Clips are shared
    out as in DDP, and steps are those of DDP but for rounding. Checkpoints
    are whole and of the usual form: any number of processes, sharded or not,
    resumes from them. For ``runner_type='FlexibleRunner'``.

    Args:
        min_params (int): Layers of the backbone's ``Sequential`` and
            ``ModuleList`` with at least so many weights come together one at
            a time, the rest of the model at once. Defaults to 1,000,000.
        kwargs: See :class:`mmengine._strategy.DDPStrategy`.
    """

    def __init__(self, *, min_params: int = 1_000_000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.min_params = min_params

    def _wrap_model(self, model: nn.Module) -> nn.Module:
        try:
            from torch.distributed.fsdp import fully_shard
        except ImportError as error:
            raise ImportError(
                'ShardedStrategy needs PyTorch >= 2.6, found '
                f'{torch.__version__}: pip install "torch>=2.6"') from error

        device = get_device()
        model = self.convert_model(model.to(device))
        for weight in model.parameters():  # channels-last ones are refused
            weight.data = weight.data.contiguous()
        mesh = init_device_mesh(device, (get_world_size(), ))
        for layer in layers_to_shard(model.backbone, self.min_params):
            fully_shard(layer, mesh=mesh)
        fully_shard(model, mesh=mesh)
        weights = list(model.parameters())
        own = sum(weight.to_local().numel() for weight in weights)
        self.logger.info(
            f'sharded over {get_world_size()} processes: this one keeps '
            f'{own:,} of {sum(w.numel() for w in weights):,} weights')
        return model

    def build_optim_wrapper(self, optim_wrapper: Dict,
                            model: nn.Module) -> OptimWrapper:
        """Without ``fused``: PyTorch has no fused SGD for shards.

        Raises:
            ValueError: If there is more than one optimizer.
        """
        if 'optimizer' not in optim_wrapper:
            raise ValueError(
                'ShardedStrategy: expected optim_wrapper=dict(optimizer=...), '
                f'got {name_some(list(optim_wrapper))}; it takes one '
                'optimizer for the whole model')
        optimizer = dict(optim_wrapper['optimizer'])
        self._fused = optimizer.pop('fused', None)
        return super().build_optim_wrapper(
            dict(optim_wrapper, optimizer=optimizer), model)

    # ------------------------------------------------------------ checkpoints
    def model_state_dict(self) -> Dict:
        """Whole weights, on the CPU; all processes must call it."""
        return _whole(self.model.state_dict())

    def optim_state_dict(self) -> Dict:
        """Whole optimizer state, on the CPU; all processes must call it."""
        return _set_fused(_whole(super().optim_state_dict()), self._fused)

    def save_checkpoint(self,
                        filename: str,
                        *,
                        save_optimizer: bool = True,
                        **kwargs: Any) -> None:
        """The first process writes; all must call it."""
        if is_main_process():
            SingleDeviceStrategy.save_checkpoint(
                self, filename, save_optimizer=save_optimizer, **kwargs)
            return
        self.model_state_dict()
        if save_optimizer and hasattr(self, 'optim_wrapper'):
            self.optim_state_dict()

    def load_model_state_dict(self, state_dict: Dict, **kwargs: Any) -> None:
        """Share whole weights out."""
        own = self.model.state_dict()
        super().load_model_state_dict(
            {k: _share(v, own.get(k)) for k, v in state_dict.items()},
            **kwargs)

    def load_optim_state_dict(self, state_dict: Dict) -> None:
        """Share whole optimizer state out."""
        params: List[torch.Tensor] = [
            p for group in self.optim_wrapper.param_groups
            for p in group['params']
        ]
        state = {
            index: {k: _share(v, params[index]) for k, v in values.items()}
            for index, values in state_dict['state'].items()
        }
        super().load_optim_state_dict(
            _set_fused({**state_dict, 'state': state}, None))


def layers_to_shard(backbone: nn.Module,
                    min_params: int) -> Iterator[nn.Module]:
    """Layers whose weights come together one at a time, inner ones first.

    Args:
        backbone (nn.Module): Of the recognizer.
        min_params (int): Fewest weights of such a layer.

    Yields:
        nn.Module: Members of a ``Sequential`` or ``ModuleList``.
    """
    for parent in reversed(list(backbone.modules())):
        if not isinstance(parent, (nn.Sequential, nn.ModuleList)):
            continue
        for layer in parent:
            is_list = isinstance(layer, (nn.ModuleList, nn.ModuleDict))
            size = sum(p.numel() for p in layer.parameters())
            if size >= min_params and not is_list:
                yield layer


def _set_fused(state: Dict, fused: Optional[bool]) -> Dict:
    groups = [{**group, 'fused': fused} for group in state['param_groups']]
    return {**state, 'param_groups': groups}


def _whole(state: Dict) -> Dict:
    return apply_to(
        state, lambda x: isinstance(x, torch.Tensor), lambda x:
        (x.full_tensor() if isinstance(x, DTensor) else x).cpu())


def _share(value: Any, like: Any) -> Any:
    """Spread a whole tensor as another is; what is no such stays."""
    if not isinstance(like, DTensor) or getattr(value, 'shape',
                                                None) != like.shape:
        return value
    return distribute_tensor(
        value.to(like.device), like.device_mesh, like.placements)
