# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.datasets import MAFWDataset
from aen_mmaction.emotions import DFEW_CLASSES, MAFW_DFEW_FIRST_CLASSES

ANN = 'split/single/no_caption/set_1/train.txt'


def test_eleven_and_seven_classes(tmp_path, make_layout, log_lines):
    truth, _ = make_layout('mafw', tmp_path, 'frames')
    eleven = MAFWDataset(ANN, [], data_root=str(tmp_path))
    assert eleven.metainfo['classes'] == MAFW_DFEW_FIRST_CLASSES
    assert len(eleven) == 22
    seven = MAFWDataset(ANN, [], data_root=str(tmp_path), num_classes=7)
    assert seven.metainfo['classes'] == DFEW_CLASSES
    found = {i['clip_id']: DFEW_CLASSES[i['label']]
             for i in map(seven.get_data_info, range(len(seven)))}
    assert found == {c: n for c, n in truth.items() if n in DFEW_CLASSES}
    assert any('8 of 22 clips are of other emotions' in x for x in log_lines)
    own = dict(pleasant=['happy'], other=list(DFEW_CLASSES[1:]))
    grouped = MAFWDataset(ANN, [], data_root=str(tmp_path), num_classes=7,
                          metainfo=dict(groups=own))
    assert grouped.metainfo['groups'] == own
    with pytest.raises(ValueError, match='expected 7 or 11, got 8'):
        MAFWDataset(ANN, [], num_classes=8)


def test_compounds_are_named(tmp_path, make_layout):
    make_layout('mafw', tmp_path, 'frames')
    (tmp_path / 'c.txt').write_text('00001.mp4 anger_fear\n00002.mp4 fear\n')
    for number in (7, 11):
        with pytest.raises(ValueError, match=r'1 clip\(s\) of other classes .*'
                           r'00001 \(.*c.txt:1\)'):
            MAFWDataset(
                'c.txt', [], data_root=str(tmp_path), num_classes=number)
