# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What a user reads at the end when something is wrong."""
import os
import pickle

import pytest
import torch

FRAMES = 'Clip/clip_224x224'
LAST_LINES = 6  # of the output, where the user looks
CASES = {}


def case(function):
    """Register a case: it spoils ``tiny`` and gives (tool, options, args),
    followed by the texts that the last lines must hold."""
    CASES[function.__name__] = function
    return function


def spoil_frames(tiny, clip):
    for path in (tiny.data / FRAMES / clip).iterdir():
        path.write_bytes(path.read_bytes()[:300])


def save_checkpoint(tiny, change):
    """Weights of a trained tiny model, changed by ``change(file)``."""
    path = tiny.data.parent / 'changed.pth'
    run = tiny.run('train', 'train', {}, validate=False)
    file = torch.load(run.work_dir / 'epoch_1.pth', weights_only=False)
    change(file)
    torch.save(file, path)
    return path


@case
def missing_data_root(tiny):
    options = {
        f'{part}_dataloader.dataset.data_root': 'no/dfew'
        for part in ('train', 'val', 'test')
    }
    return ('train', options, []), [
        "FileNotFoundError: 'no/dfew' not found",
        'Clip/clip_224x224/00001/00001_00001.jpg', '--data-root PATH'
    ]


@case
def wrong_image_size(tiny):
    return ('train', {'model.data_preprocessor.img_size': 64}, []), [
        'ValueError: clip ', 'is (4, 3, 32, 32)',
        '(T, 3, H, W) = (4, 3, 64, 64)', 'img_size of model.data_preprocessor'
    ]


@case
def typo_in_a_registered_name(tiny):
    return ('train', {'model.neck.type': 'LevelSqeeze'}, []), [
        'LevelSqeeze is not in the mmaction::model registry'
    ]


@case
def missing_guide_weights(tiny):
    return ('train', {'model.guide.checkpoint': 'no/guide.pth'}, []), [
        'FileNotFoundError: guide weights not found: no/guide.pth',
        'python tools/train.py configs/frame_fer/resnet18_raf-db.py'
    ]


@case
def short_clips_refused(tiny):
    options = {'train_dataloader.dataset.short_clip': 'error',
               'train_dataloader.dataset.min_frames': 21}
    return ('train', options, []), [
        '12 of 12 clips have fewer than 21 frames', '00001 (20 frames)',
        "short_clip='repeat'"
    ]


@case
def empty_clip_folder(tiny):
    for path in (tiny.data / FRAMES / '00003').iterdir():
        path.unlink()
    return ('train', {}, []), [
        '1 clip(s) with an empty folder', '3 (', 'set_1.csv:4'
    ]


@case
def clip_without_folder(tiny):
    (tiny.data / FRAMES / '00103').rename(tiny.data / 'elsewhere')
    return ('train', {}, []), [
        'FileNotFoundError', '1 clip(s) without a folder', 'set_1.csv:4'
    ]


def relabel(tiny, change):
    """Rewrite the labels of the training list, ``change(clip, label)``."""
    path = tiny.data / 'EmoLabel_DataSplit/train(single-labeled)/set_1.csv'
    header, *rows = path.read_text().split()
    pairs = [map(int, row.split(',')) for row in rows]
    rows = [f'{clip},{change(clip, label)}' for clip, label in pairs]
    path.write_text('\n'.join([header, *rows]) + '\n')


@case
def labels_from_0_of_no_known_split(tiny):
    relabel(tiny, lambda clip, label: label - 1)
    return ('train', {}, []), [
        'set_1.csv: labels 0..6 cannot be told for sure',
        "label_base=0, class_order='dfew': 1 happy, 2 sad", 'annotation.xlsx'
    ]


@case
def label_out_of_range(tiny):
    relabel(tiny, lambda clip, label: 8 if clip == 5 else label)
    return ('train', {}, []), [
        'set_1.csv:6: expected a label 1..7 (happy, sad, neutral, angry, ',
        "found '8'", 'Correct or remove the line'
    ]


@case
def unreadable_frame_in_training_with_workers(tiny):
    spoil_frames(tiny, '00005')
    options = {'train_dataloader.num_workers': 2}
    return ('train', options, []), [
        'Error', '00005_0', 'expected a readable image', 'clip 00005 of',
        'set_1.csv:6', "on_bad_frame='skip_clip'"
    ]


@case
def unreadable_frame_in_testing_with_workers(tiny):
    weights = save_checkpoint(tiny, lambda file: None)
    spoil_frames(tiny, '00105')
    options = {'test_dataloader.num_workers': 1}
    return ('test', options, [weights]), [
        '00105_0', 'expected a readable image', 'clip 00105 of',
        'set_1.csv:6', 'remove the clip from the list'
    ]


@case
def checkpoint_with_other_classes(tiny):
    def change(file):
        names = file['meta']['dataset_meta']['classes']
        file['meta']['dataset_meta']['classes'] = names[::-1]

    weights = save_checkpoint(tiny, change)
    return ('test', {}, [weights]), [
        'ValueError: class names of the checkpoint are', "('fear', 'disgust'",
        "('happy', 'sad'", 'reset_head=True'
    ]


@case
def checkpoint_without_head(tiny):
    def change(file):
        state = file['state_dict']
        for key in [k for k in state if k.startswith('cls_head.')]:
            del state[key]

    weights = save_checkpoint(tiny, change)
    return ('test', {}, [weights]), [
        'ValueError', 'missing', 'cls_head.', 'made by another config?'
    ]


class Trap:
    """Makes a folder when unpickled."""

    def __reduce__(self):
        return os.mkdir, ('trapped', )


@case
def checkpoint_with_code(tiny):
    path = tiny.data.parent / 'evil.pth'
    torch.save(dict(state_dict={}, meta=Trap()), path)
    return ('test', {}, [path]), [
        'ValueError', 'evil.pth refused', '.mkdir',
        'Nothing of it was executed'
    ]


@case
def pickle_of_another_kind(tiny):
    path = tiny.data.parent / 'evil.pkl'
    path.write_bytes(pickle.dumps(Trap()))
    return ('train', {}, ['--resume', path]), [
        'ValueError', 'evil.pkl', 'is not a checkpoint',
        'Nothing of it was executed'
    ]


@pytest.mark.parametrize('name', CASES)
def test_last_lines_say_what_is_wrong(tiny, name):
    (tool, options, args), texts = CASES[name](tiny)
    run = tiny.start(tool, name, options, *args)
    assert run.wait() == 1, run.output
    last = '\n'.join(run.output.splitlines()[-LAST_LINES:])
    for text in texts:
        assert text in last
    assert not (tiny.data.parent / 'trapped').exists()


def test_skipped_and_short_clips_are_named_in_the_log(tiny):
    spoil_frames(tiny, '00005')
    run = tiny.run(
        'train',
        'skip', {
            'train_dataloader.num_workers': 2,
            'train_dataloader.batch_size': 6,
            'train_dataloader.dataset.on_bad_frame': 'skip_clip',
            'train_dataloader.dataset.min_frames': 21
        },
        validate=False)
    assert "on_bad_frame='skip_clip': clip skipped" in run.output
    assert '00005_0' in run.output  # the file
    assert 'were skipped as unreadable in epoch 1: 00005.' in run.output
    assert '12 of 12 clips have fewer than 21 frames: 00001' in run.output
    assert run.output.count("(short_clip='repeat')") == 1
