# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch

from aen_mmaction.emotions import DFEW_CLASSES, MAFW_CLASSES
from aen_mmaction.inference import load_recognizer


@pytest.fixture
def altered(trained, tmp_path):
    """Function that writes the checkpoint of ``name``, changed."""

    def write(name, change):
        file = torch.load(trained(name).checkpoint)
        change(file)
        path = tmp_path / 'altered.pth'
        torch.save(file, path)
        return trained(name).cfg, path

    return write


def test_model_and_what_is_known_of_it(loaded):
    found = loaded('aen')
    assert found.classes == DFEW_CLASSES
    own = found.model.cls_head.hierarchy
    assert found.hierarchy.classes == own.classes == DFEW_CLASSES
    assert found.hierarchy.group_names == own.group_names
    assert not found.model.training and found.model.guide is None
    assert found.meta['dataset_meta']['classes'] == DFEW_CLASSES
    groups = loaded('former').hierarchy.group_names
    assert groups == ('positive', 'neutral', 'negative')


def test_what_a_published_file_never_uses_is_left_out(altered):
    def add(file):
        file['state_dict']['unused.extra'] = torch.zeros(2)

    load_recognizer(*altered('former', add))


def test_wrappers_prefix(altered):
    def wrap(file):
        file['state_dict'] = {
            f'module.{k}': v for k, v in file['state_dict'].items()}

    load_recognizer(*altered('former', wrap))


def test_missing_file(trained):
    with pytest.raises(FileNotFoundError, match='none.pth. Train one'):
        load_recognizer(trained('former').cfg, 'none.pth')


def test_weights_of_another_model(trained):
    with pytest.raises(ValueError, match='does not fit the config: weights'):
        load_recognizer(trained('former').cfg, trained('gca').checkpoint)


def test_unknown_order_of_classes(altered):
    cfg, path = altered('former', lambda file: file.pop('meta'))
    with pytest.raises(ValueError, match='does not say the order'):
        load_recognizer(cfg, path)
    assert load_recognizer(
        cfg, path, classes=DFEW_CLASSES).classes == DFEW_CLASSES


def test_other_classes(altered):
    def swap(file):
        file['meta']['dataset_meta']['classes'] = DFEW_CLASSES[::-1]

    for source in (swap, lambda file: None):
        cfg, path = altered('former', source)
        wanted = DFEW_CLASSES if source is swap else DFEW_CLASSES[::-1]
        with pytest.raises(ValueError, match='class names differ'):
            load_recognizer(cfg, path, classes=wanted)
    with pytest.raises(ValueError, match='class names differ'):
        load_recognizer(*altered('aen', swap))


def test_number_of_outputs_of_a_stock_recognizer(altered):
    def more(file):
        file['meta']['dataset_meta']['classes'] = MAFW_CLASSES

    with pytest.raises(ValueError, match='7 outputs'):
        load_recognizer(*altered('stock', more))
