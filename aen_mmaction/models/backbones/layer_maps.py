# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from functools import partial
from typing import Any, Dict, Optional, Sequence, Tuple

import torch
import torchvision.models
from mmaction.registry import MODELS
from mmengine.model import BaseModule
from torch import nn

from aen_mmaction.checks import check_option, name_some

TORCHVISION = 'torchvision.'
CLASSIFIERS = ('fc', 'classifier', 'head')  # torchvision's names


@MODELS.register_module()
class LayerMaps(BaseModule):
    """Stage maps of any network, taken from its layers by name.

    For networks that return one vector or one map only: their layers' outputs
    are kept as the clip passes through. In ``DFERRecognizer`` a backbone of
    type ``torchvision.*`` becomes this.

    Args:
        network (dict): Config of a registered backbone, or
            ``dict(type='torchvision.resnet18', ...)`` (also
            ``torchvision.video.r3d_18``), whose classifier is removed.
        layers (Sequence[str]): Names of the layers, low to high, as
            ``named_modules()`` has them. Take none behind which the network
            has weights: those would never be trained.
        layout (str): 'channels_first', or 'channels_last' for layers that
            give (N, H, W, C) or (N, T, H, W, C). Defaults to the former.

    Raises:
        ValueError: If a layer or torchvision model is unknown.

    Example:
        >>> LayerMaps(dict(type='torchvision.swin_t'), layout='channels_last',
        ...           layers=('features.1', 'features.5', 'norm'))
    """

    def __init__(self,
                 network: Dict,
                 layers: Sequence[str],
                 layout: str = 'channels_first',
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg=init_cfg)
        check_option('layout', layout, ('channels_first', 'channels_last'))
        self.layout = layout
        self.layers = tuple(layers)
        self.network = _build(network)
        modules = dict(self.network.named_modules())
        unknown = [name for name in layers if name not in modules]
        if unknown or not layers:
            children = [name for name, _ in self.network.named_children()]
            raise ValueError(
                f'layers: expected names of layers of {network["type"]}, such '
                f'as {name_some(children, 16)}, got {unknown or "none"}')
        self._maps: Dict[str, torch.Tensor] = {}
        for name in layers:
            modules[name].register_forward_hook(partial(self._keep, name))

    def _keep(self, name: str, module: nn.Module, args: Any,
              output: torch.Tensor) -> None:
        self._maps[name] = output

    def forward(self, x: torch.Tensor) -> Tuple[torch.Tensor, ...]:
        """Stage maps.

        Args:
            x (Tensor): What the network takes: (N*T, 3, H, W), or
                (N, 3, T, H, W).

        Returns:
            tuple[Tensor]: (N*T, C_l, H_l, W_l) or (N, C_l, T_l, H_l, W_l) of
            each layer.
        """
        self._maps = {}
        self.network(x)
        kept, self._maps = self._maps, {}
        maps = [kept[name] for name in self.layers]
        if self.layout == 'channels_last':
            maps = [m.movedim(-1, 1) for m in maps]
        return tuple(maps)


def stage_map_backbone(backbone: Dict) -> Dict:
    """The config as it is, or of LayerMaps for a ``torchvision.*`` type.

    Args:
        backbone (dict): Config; for torchvision with ``layers`` and, if need
            be, ``layout``, and the model's own arguments.

    Returns:
        dict: Config that gives stage maps.
    """
    if not str(backbone['type']).startswith(TORCHVISION):
        return backbone
    network = dict(backbone)
    options = {
        key: network.pop(key)
        for key in ('layers', 'layout') if key in network
    }
    return dict(
        type='LayerMaps', network=network, **{
            'layers': (),
            **options
        })


def _build(network: Dict) -> nn.Module:
    """A registered backbone, or torchvision's without its classifier."""
    name = network['type']
    if not str(name).startswith(TORCHVISION):
        return MODELS.build(network)
    options = {k: v for k, v in network.items() if k != 'type'}
    place, _, model = name[len(TORCHVISION):].rpartition('.')
    home = getattr(torchvision.models, place) if place else torchvision.models
    build = getattr(home, model, None)
    if model not in torchvision.models.list_models(home):
        raise ValueError(
            f'{name}: expected a model of torchvision, such as '
            f'{name_some(torchvision.models.list_models(home), 6)}')
    module = build(**options)
    for classifier in CLASSIFIERS:
        if hasattr(module, classifier):
            setattr(module, classifier, nn.Identity())
    return module
