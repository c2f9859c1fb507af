# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Stand-ins of every data set in its official layout, two clips a class."""
import shutil
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from aen_mmaction.emotions import CLASS_ORDERS

NUM_FRAMES = 6
SEVEN = CLASS_ORDERS['alphabetical']
FOLDERS = dict(zip(SEVEN, ('Anger', 'Disgust', 'Fear', 'Happy', 'Neutral',
                           'Sad', 'Surprise')))  # as CAER prints them
CODES = dict(zip(CLASS_ORDERS['crema-d'], ('ANG', 'DIS', 'FEA', 'HAP', 'NEU',
                                           'SAD')))


class Layout(NamedTuple):
    """How a data set lies on disk.

    Attributes:
        order (str): Class order of its labels.
        clip (str): A clip's path; ``n`` counts the clips of a part, ``p`` is
            0 in training and 1 in testing.
        frames (str): Folder of the clips as frames; ``split`` as it calls it.
        video (str): Folder of the clips as videos.
        suffix (str): Ending of the videos.
        lists (str): Official list of a part; '' where the tree is the list.
        line (str): A line of it; ``k`` is the 0-based label.
        theirs (str): A line of a list of others.
        splits (tuple[str, str]): Its names of training and testing.
    """
    order: str
    clip: str
    frames: str
    video: str
    suffix: str = '.mp4'
    lists: str = ''
    line: str = ''
    theirs: str = ''
    splits: tuple = ('train', 'test')


LAYOUTS = {
    'dfew': Layout(
        'dfew', '{p}{n:04}', 'Clip/clip_224x224', 'Clip/original',
        lists='EmoLabel_DataSplit/{split}(single-labeled)/set_1.csv',
        line='{clip},{k1}', theirs='D:\\DFEW\\All/{clip} 144 {k1}'),
    'ferv39k': Layout(
        'alphabetical', 'War/{folder}/{p}{n:03}', '2_ClipsforFaceCrop',
        '2_ClipsforFaceCrop', lists='4_setups/All_scenes/{split}_All.csv',
        line='{clip} {folder}', theirs='/d/FERV39k/{clip} 20 {k}'),
    'afew': Layout(
        'alphabetical', '{folder}/{n:09}', 'AFEW_Face/{split}',
        '{Split}_AFEW', '.avi', theirs='E:\\my data\\V/{clip} 60 {k}',
        splits=('train', 'val')),
    'mafw': Layout(
        'mafw', '{p}{n:04}', 'data/faces/clip_224x224', 'data/clips',
        lists='split/single/no_caption/set_1/{split}.txt',
        line='{clip}.mp4 {name}', theirs='/d/faces/{clip} 47 {name}'),
    'caer': Layout(
        'alphabetical', '{folder}/{n:04}', 'faces/clip_224x224/{split}',
        'CAER/{split}', '.avi', theirs='D:\\CAER/{clip} 30 {k}'),
    'ravdess': Layout(
        'ravdess', 'Actor_{actor:02}/01-01-{k1:02}-01-01-{n:02}-{actor:02}',
        'faces/clip_224x224', '', theirs='/d/{clip}.mp4 {k}'),
    'crema-d': Layout(
        'crema-d', '10{actor:02}_DFA_{code}_XX', 'faces/clip_224x224',
        'VideoFlash', '.flv', theirs='VideoFlash/{clip}.flv {k}'),
}


@pytest.fixture(scope='session')
def one_clip(tmp_path_factory):
    """A folder of frames to copy."""
    frames = tmp_path_factory.mktemp('one_clip')
    rng = np.random.default_rng(0)
    for i in range(NUM_FRAMES):
        pixels = rng.integers(0, 256, (20, 24, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(frames / f'{i + 1:05}.jpg')
    return frames


@pytest.fixture
def make_layout(one_clip, write_video):
    """Function ``make_layout(name, root, media)``: write a stand-in.

    Gives, for training and testing, the emotion of each clip by the end of
    its path, and writes lists of others to ``theirs_0.txt`` and
    ``theirs_1.txt``.
    """

    def make(name, root, media):
        layout, truth = LAYOUTS[name], []
        video = Path(root).parent / f'one{layout.suffix}'
        if media == 'video':
            write_video(video, NUM_FRAMES)
        for p, split in enumerate(layout.splits):
            clips, official, theirs = {}, [], []
            names = CLASS_ORDERS[layout.order]
            for n, label in enumerate(2 * names, 1):
                k = names.index(label)
                # actors 1, 6 are tested in a first fold, 5, 7 are not
                fields = dict(
                    p=p, n=n, k=k, k1=k + 1, name=label, split=split,
                    Split=split.title(), folder=FOLDERS.get(label),
                    code=CODES.get(label),
                    actor=(5 + 2 * (n > len(names)) if p == 0 else
                           1 + (name == 'crema-d') * 5 * (n > len(names))))
                clip = layout.clip.format(**fields)
                fields['clip'] = clip
                clips[clip] = label
                official.append(layout.line.format(**fields))
                theirs.append(layout.theirs.format(**fields))
                place = Path(root) / getattr(layout, media).format(**fields)
                place = place / clip
                place.parent.mkdir(parents=True, exist_ok=True)
                if media == 'frames':
                    shutil.copytree(one_clip, place)
                else:
                    shutil.copy(video, f'{place}{layout.suffix}')
            if layout.lists:
                path = Path(root) / layout.lists.format(split=split)
                path.parent.mkdir(parents=True, exist_ok=True)
                header = ['video_name,label'] if path.suffix == '.csv' and (
                    name == 'dfew') else []
                path.write_text('\n'.join(header + official) + '\n')
            (Path(root) / f'theirs_{p}.txt').write_text('\n'.join(theirs))
            truth.append(clips)
        return truth

    return make
