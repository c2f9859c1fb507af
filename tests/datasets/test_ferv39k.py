# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.datasets import FERV39kDataset
from aen_mmaction.emotions import DFEW_CLASSES

CLIPS = (('Action/Sad/0010', 20), ('War/Sad/0010', 18), ('War/Happy/0001', 9))


@pytest.fixture
def make(tmp_path, write_clip):
    """Write a FERV39k tree; gives the data set's keywords."""

    def write(clips=CLIPS, rows=None):
        for clip_id, count in clips:
            write_clip(tmp_path / '2_ClipsforFaceCrop' / clip_id,
                         [f'{i:02}.jpg' for i in range(count)])
        ann = '4_setups/All_scenes/train_All.csv'
        (tmp_path / ann).parent.mkdir(parents=True)
        if rows is None:
            rows = [f'{c} {c.split("/")[1]}' for c, _ in clips]
        (tmp_path / ann).write_text('\n'.join(rows) + '\n')
        return dict(data_root=str(tmp_path), ann_file=ann, pipeline=[])

    return write


def test_labels_by_name_and_clips_by_path(make):
    data = FERV39kDataset(**make())
    rows = [data.get_data_info(i) for i in range(3)]
    assert [r['clip_id'] for r in rows] == [c for c, _ in CLIPS]
    assert [DFEW_CLASSES[r['label']] for r in rows] == ['sad', 'sad', 'happy']
    assert [r['total_frames'] for r in rows] == [20, 18, 9]
    assert rows[1]['frames'][:2] == ['00.jpg', '01.jpg']


def test_short_clips_can_be_dropped(make):
    assert len(FERV39kDataset(short_clip='drop', **make())) == 2


@pytest.mark.parametrize('row, message', [
    ('Action/Sad/0010', 'expected a clip and its label'),
    ('Sad/0010 Sad', 'expected a path of 3 parts'),
    ('Action/Sad/0010 Happy', 'the emotion of its path, sad'),
    ('Action/Bored/0010 Bored', 'expected a class of'),
    ('../Sad/0010 Sad', r"without '\.\.'"),
    ('War/Happy/0001 Happy', 'each clip once .it is on line 1 too'),
])
def test_bad_rows_name_the_line(make, row, message):
    options = make(rows=['War/Happy/0001 Happy', row])
    with pytest.raises(ValueError, match=f'train_All.csv:2: .*{message}'):
        FERV39kDataset(**options)


def test_missing_folder_is_named(make):
    options = make(rows=['Action/Sad/0010 Sad', 'Action/Fear/0002 Fear'])
    with pytest.raises(FileNotFoundError, match=r'1 clip\(s\).*Fear/0002'):
        FERV39kDataset(**options)
