# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

LABELS = range(1, 8)


@pytest.fixture
def dfew(tmp_path, make_dfew):
    """A DFEW of 14 clips of 16 frames and two folds, nothing wrong with it.

    Clips 1 to 7 are fold 1's training and fold 2's test part, 8 to 14 the
    other way round; each part has the labels 1 to 7 once.
    """
    root = tmp_path / 'dfew'
    first = [(str(i), 16, i) for i in LABELS]
    second = [(str(i + 7), 16, i) for i in LABELS]
    for part, clips in (('train', first), ('test', second)):
        make_dfew(root, clips, part=part, size=(16, 12))
    lists = root / 'EmoLabel_DataSplit'
    for part, other in (('train', 'test'), ('test', 'train')):
        text = (lists / f'{other}(single-labeled)' / 'set_1.csv').read_text()
        (lists / f'{part}(single-labeled)' / 'set_2.csv').write_text(text)
    return root
