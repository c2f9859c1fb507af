# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Conversion, on files made from our own models under the authors' names."""
from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.registry import init_default_scope

from aen_mmaction.emotions import DFEW_CLASSES
from aen_mmaction.models.published import (PUBLISHED, check_complete,
                                           convert_file, restore_file, to_ours,
                                           to_theirs)

ROOT = Path(__file__).resolve().parents[3]
CACHE = {}


def wanted(name):
    """State dict of our model."""
    if name not in CACHE:
        cfg = Config.fromfile(ROOT / PUBLISHED[name].config)
        init_default_scope(cfg.default_scope)
        torch.manual_seed(0)
        CACHE[name] = MODELS.build(cfg.model).state_dict()
    return CACHE[name]


def published(name):
    """The same weights as the authors call them, and their dead heads."""
    theirs = to_theirs(wanted(name), name)
    return {**theirs, **{head: torch.randn(7, 3)
                         for head in PUBLISHED[name].heads}}


@pytest.mark.parametrize('name', sorted(PUBLISHED))
def test_names_there_and_back(name):
    theirs = published(name)
    check_complete(theirs, name, wanted(name))
    ours = to_ours(theirs, name)
    assert set(wanted(name)) <= set(ours)
    again = to_theirs(ours, name)
    assert list(again) == list(theirs)
    assert all(again[k] is theirs[k] for k in theirs)


def test_file_there_and_back(tmp_path):
    name = 'former-dfer'
    weights = {f'module.{k}': v for k, v in published(name).items()}
    paths = [str(tmp_path / f'{i}.pth') for i in range(3)]
    torch.save(dict(epoch=7, state_dict=weights), paths[0])
    report = convert_file(*paths[:2], name, wanted(name))
    assert len(report.converted) == len(weights) and not report.unused
    file = torch.load(paths[1], weights_only=True)
    assert file['meta']['dataset_meta']['classes'] == list(DFEW_CLASSES)
    provenance = file['meta']['provenance']
    assert (provenance['model'], provenance['file']) == (name, '0.pth')
    assert len(provenance['sha256']) == 64
    assert set(file['state_dict']) == set(wanted(name))
    restore_file(*paths[1:], name)
    again = torch.load(paths[2], weights_only=True)['state_dict']
    assert list(again) == list(weights)
    assert all(torch.equal(again[k], v) for k, v in weights.items())


@pytest.mark.parametrize('name, head', [
    ('aen', 'fc0.weight'), ('aen', 'fc1.bias'), ('aen', 'fc3.weight'),
    ('aen', 'fc2D.weight'), ('aen-guide', 'fc2D.bias'),
    ('former-dfer', 'fc.weight'), ('gca-ial', 'fc_f.bias'),
    ('gca-ial', 's_former.layer3.0.AUX_fc.1.weight'),
])
def test_missing_head(name, head):
    theirs = published(name)
    del theirs[head]
    with pytest.raises(ValueError, match=f'1 missing:\n  {head}'):
        check_complete(theirs, name, wanted(name))


def test_everything_wrong_is_listed():
    theirs = published('former-dfer')
    theirs['renamed.weight'] = theirs.pop('s_former.conv1.weight')
    theirs['fc.bias'] = torch.zeros(8)
    with pytest.raises(ValueError) as error:
        check_complete(theirs, 'former-dfer', wanted('former-dfer'))
    text = str(error.value)
    assert 'no (whole) published former-dfer checkpoint' in text
    assert '1 unmatched:\n  renamed.weight' in text
    assert '1 missing:\n  s_former.conv1.weight' in text
    assert 'fc.bias: (8,) instead of (7,)' in text


def test_another_depth_is_left_over():
    theirs = published('former-dfer')
    theirs['s_former.layer1.2.conv1.weight'] = torch.zeros(1)
    with pytest.raises(ValueError, match='1 left over:\n  s_former.layer1.2'):
        check_complete(theirs, 'former-dfer', wanted('former-dfer'))


def test_foreign_file_is_recognised(tmp_path):
    path, out = str(tmp_path / 'in.pth'), tmp_path / 'out.pth'
    torch.save(published('gca-ial'), path)
    with pytest.raises(ValueError, match='in.pth: .*(.|\n)*--model gca-ial'):
        convert_file(path, str(out), 'former-dfer', wanted('former-dfer'))
    assert not out.exists()


def test_our_names_of_another_model():
    with pytest.raises(ValueError, match='unmatched:\n  elsewhere.weight'):
        to_theirs({'elsewhere.weight': torch.zeros(1)}, 'aen')
