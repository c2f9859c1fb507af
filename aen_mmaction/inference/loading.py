# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from pathlib import Path
from typing import Dict, NamedTuple, Optional, Sequence, Tuple, Union

from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import DefaultScope
from mmengine.runner import CheckpointLoader
from torch import nn

from ..emotions import EKMAN_SENTIMENT, EmotionHierarchy, canonical_name
from ..engine.hooks.checkpoint_contract_hook import meta_classes
from ..models.guides import live_guide
from ..models.layers import without_unused
from ..models.weights import weight_faults


class LoadedModel(NamedTuple):
    """A trained recognizer and what is known of it.

    Attributes:
        model (nn.Module): In eval mode.
        cfg (Config): The config it was built from.
        classes (tuple[str]): The K emotion names, in the order of its scores.
        hierarchy (EmotionHierarchy | None): Their groups; None where the
            groups in use do not part these classes.
        meta (dict): What else the checkpoint says of itself.
    """
    model: nn.Module
    cfg: Config
    classes: Tuple[str, ...]
    hierarchy: Optional[EmotionHierarchy]
    meta: Dict


def load_recognizer(config: Union[str, Path, Config],
                    checkpoint: Union[str, Path],
                    device: str = 'cpu',
                    classes: Optional[Sequence[str]] = None,
                    keep_guide: bool = False) -> LoadedModel:
    """Build a recognizer and load its weights, all of them or none.

    Takes every model of this project and MMAction2's own recognizers.

    Args:
        config (str | Path | Config): Its config.
        checkpoint (str | Path): Its weights; a converted authors' file too.
        device (str): Where to compute. Defaults to 'cpu'.
        classes (Sequence[str], optional): Class names in order, for a
            checkpoint that carries none.
        keep_guide (bool): Keep the guide, which predicting does not need,
            live where training read its logits from a file; its weights are
            not read. Defaults to False.

    Returns:
        LoadedModel: Ready to predict.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If the weights do not fit the config; if class names are
            unknown, or those of checkpoint, ``classes`` and config differ.
    """
    if not Path(checkpoint).is_file():
        raise FileNotFoundError(
            f'checkpoint not found: {checkpoint}. Train one:\n    python '
            'tools/train.py CONFIG --data-root PATH\nor convert published '
            'weights:\n    python tools/convert_checkpoint.py IN OUT --model '
            'NAME')
    cfg = config if isinstance(config, Config) else Config.fromfile(config)
    with DefaultScope.overwrite_default_scope(
            cfg.get('default_scope', 'mmaction')):
        guide = cfg.model.get('guide')
        model = MODELS.build(
            {**cfg.model, 'guide': live_guide(guide)} if guide else cfg.model)
    if not keep_guide:
        model.guide = None
    file = CheckpointLoader.load_checkpoint(str(checkpoint), 'cpu')
    weights = without_unused({
        name[len('module.'):] if name.startswith('module.') else name: value
        for name, value in file.get('state_dict', file).items()
    })
    faults = weight_faults(weights, model.state_dict())
    if faults:
        raise ValueError(
            f'{checkpoint} does not fit the config: weights {faults}. Give '
            'the config that it was trained with; an authors\' file is '
            'converted first: python tools/convert_checkpoint.py IN OUT '
            '--model NAME')
    model.load_state_dict(weights)
    meta = file.get('meta') or {}
    names = _agree(
        {
            'the checkpoint': meta_classes(file),
            'classes given, or those of the data': classes,
            'model.cls_head': getattr(model.cls_head, 'classes', None)
        }, getattr(model.cls_head, 'num_classes', None), str(checkpoint))
    return LoadedModel(
        model.to(device).eval(), cfg, names, _hierarchy(model, names), meta)


def _agree(sources: Dict[str, Optional[Sequence[str]]],
           num_classes: Optional[int], path: str) -> Tuple[str, ...]:
    """The class names, which all that name them must give alike."""
    found = {
        source: tuple(map(canonical_name, names))
        for source, names in sources.items() if names is not None
    }
    *given, own = sources
    if not found.keys() & set(given):
        raise ValueError(
            f'{path} does not say the order of its classes: give them as '
            f"classes=... ({own} has {found.get(own, 'no names either')})")
    if len(set(found.values())) > 1:
        raise ValueError(f'{path}: class names differ: ' + '; '.join(
            f'{source}: {names}' for source, names in found.items()))
    names = next(iter(found.values()))
    if num_classes not in (None, len(names)):
        raise ValueError(f'{path}: the model has {num_classes} outputs, its '
                         f'class names are {names}')
    return names


def _hierarchy(model: nn.Module,
               names: Tuple[str, ...]) -> Optional[EmotionHierarchy]:
    own = getattr(model.cls_head, 'hierarchy', None)
    if own is not None:
        return own
    members = [n for group in EKMAN_SENTIMENT.values() for n in group]
    if sorted(members) != sorted(names):
        return None
    return EmotionHierarchy(names, EKMAN_SENTIMENT)
