# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The code on docs/mixing.md runs as printed."""
import re
from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.config import Config

from aen_mmaction.models.structures import ClipFeatures

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / 'docs' / 'mixing.md').read_text()
BLOCKS = re.findall('```python\n(.*?)```', TEXT, re.S)


def config(tmp_path, text):
    """The block as a user's config, its base found from anywhere."""
    path = tmp_path / 'mine.py'
    path.write_text(text.replace("'configs/", f"'{ROOT}/configs/").replace(
        ", 'my_losses'", ''))
    return Config.fromfile(path)


def test_the_three_lines(tmp_path):
    model = config(tmp_path, BLOCKS[0]).model
    assert model.backbone == dict(
        type='mmpretrain.ResNet', depth=50, out_indices=(0, 2, 3))
    assert model.guide.classifier.backbone.depth == 18
    assert not model.init_backbone_from_guide


def test_the_loss_of_your_own(tmp_path):
    exec(BLOCKS[1], {})
    try:
        cfg = config(tmp_path, BLOCKS[2]).model.cls_head
        head = MODELS.build({**cfg, 'level_dims': [4]})
        head.classifier.weight.data.zero_()
        head.classifier.bias.data.zero_()
        sample = ActionDataSample().set_gt_label(0)
        losses = head.loss(ClipFeatures([], [torch.ones(1, 4)]), [sample])
        uniform = torch.tensor(7.).log()  # its entropy and cross entropy
        assert losses['loss_certainty'].item() == pytest.approx(-.1 * uniform)
        assert losses['loss_cls'].item() == pytest.approx(uniform)
    finally:
        MODELS._module_dict.pop('CertaintyPenalty')


def test_every_config_named_exists():
    table = TEXT[:TEXT.index('| the file |')]
    rows = re.findall(r'^\|.*?\| (`[a-z][^|]*`) \|', table, re.M)
    stems = re.findall('`([a-z0-9-]+)`', ' '.join(rows))
    assert len(stems) == 10
    for stem in stems:
        assert [*(ROOT / 'configs' / 'mixing').glob(f'aen_{stem}_*.py')], stem
