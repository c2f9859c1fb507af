# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
from types import SimpleNamespace

import pytest

from aen_mmaction.datasets.annotations import ClipRecord
from aen_mmaction.datasets.check import SplitList
from aen_mmaction.datasets.check.lists import compare_lists
from aen_mmaction.datasets.known_splits import KNOWN_SPLITS


def listed(part, fold, labels, root='clips', subset=''):
    """A list of these labels by id."""
    dataset = SimpleNamespace(
        ann_file=f'{part}{subset or fold}', clip_root=root)
    records = [ClipRecord(clip, label, None, line)
               for line, (clip, label) in enumerate(labels.items(), start=1)]
    return SplitList(part, fold, dataset, subset), records


def kinds(*lists, source=None, complete=False):
    found = compare_lists(lists, source, complete)
    return [(f.kind, f.clip_id) for f in found]


SIX = {str(i): 'sad' for i in range(6)}


def test_ids_differ_in_padding_only():
    padded = {f'{i:05}': 'sad' for i in range(6)}
    assert kinds(listed('train', 1, SIX), listed('test', 1, padded)) == [
        ('two_splits', f'{i:05}') for i in range(6)]


@pytest.mark.parametrize('parts', [('train', 'test'), ('test', 'train')])
def test_the_training_part_gives_way(parts):
    found = compare_lists([listed(part, 1, {'7': 'sad'}) for part in parts],
                          None, False)
    assert [(f.where, f.detail) for f in found] == [
        ('train1:1', 'also in test1:1')]


def test_the_majority_of_the_lists_is_right():
    lists = [listed('train', fold, SIX) for fold in (1, 2, 3)]
    lists[0] = listed('train', 1, {**SIX, '4': 'happy'})
    assert kinds(*lists) == [('other_label', '4')]


def test_a_wrong_id_is_the_fault_of_its_list():
    """Of three folds the first has clip 9, in its line 6, instead of 5."""
    wrong = {clip: 'sad' for clip in '012349'}
    found = compare_lists([listed('train', 1, wrong)] + [
        listed('train', fold, SIX) for fold in (2, 3)], None, False)
    assert sorted((f.kind, f.where, f.clip_id) for f in found) == [
        ('not_in_fold', 'train1', '5'), ('not_in_others', 'train1:6', '9')]


def test_many_other_labels_are_another_numbering():
    others = {clip: 'happy' if clip < '3' else 'sad' for clip in SIX}
    assert kinds(*(listed('train', fold, SIX) for fold in (1, 2)),
                 listed('train', 3, others)) == [('other_numbering', '')]


def test_same_id_below_another_root_is_another_clip():
    assert kinds(listed('train', None, SIX),
                 listed('val', None, SIX, 'other')) == []


def test_fold_of_which_a_part_is_missing_lacks_nothing():
    rest = {'7': 'sad'}
    assert kinds(
        listed('train', 1, SIX), listed('test', 1, rest),
        listed('test', 2, {'3': 'sad'})) == []


@pytest.mark.parametrize('change, expected', [
    (0, []),
    (-1, [('incomplete', '')]),
    (1, [('incomplete', '')]),
])
def test_known_totals(change, expected):
    counts = dict(KNOWN_SPLITS['ferv39k']['test'])
    counts['fear'] += change
    labels = {f'{name}{i}': name for name, n in counts.items()
              for i in range(n)}
    lists = [listed('test', None, labels)]
    found = compare_lists(lists, 'ferv39k', complete=False)
    assert [(f.kind, f.clip_id) for f in found] == expected
    # fewer are a subset, which is a note; more are none
    assert all(f.fault == (change > 0) for f in found)
    assert all(f.fault for f in compare_lists(lists, 'ferv39k', True))


def test_a_fold_under_the_name_of_another():
    rest = {'7': 'sad'}
    right = [listed('train', 1, SIX), listed('test', 1, rest),
             listed('train', 2, rest), listed('test', 2, SIX)]
    assert kinds(*right) == []
    copied = right[:2] + [listed('train', 2, SIX), listed('test', 2, rest)]
    assert kinds(*copied) == [('tested_twice', '7')]


WAR = {f'War/Sad/000{i}': 'sad' for i in range(1, 5)}
ALL = {**WAR, 'Crime/Fear/0001': 'fear'}
CRIME = {'Crime/Fear/0001': 'fear'}
TESTED = {'War/Sad/0009': 'sad'}


@pytest.mark.parametrize('war, expected', [
    (WAR, []),
    ({c: WAR[c] for c in list(WAR)[1:]}, [('not_in_scene', 'War/Sad/0001')]),
    ({**WAR, 'War/Sad/0007': 'sad'}, [('not_in_scene', 'War/Sad/0007')]),
    ({**WAR, **CRIME}, []),  # of another scene, but in the list of all
    ({**WAR, 'War/Sad/0002': 'fear'}, [('other_label', 'War/Sad/0002')]),
    ({**WAR, **TESTED}, [('two_splits', 'War/Sad/0009')]),
])
def test_scenes_and_the_list_of_all(war, expected):
    found = kinds(
        listed('train', None, ALL), listed('test', None, TESTED),
        listed('train', None, war, subset='War'),
        listed('train', None, CRIME, subset='Crime'), source='ferv39k')
    assert [f for f in found if f[0] != 'incomplete'] == expected


def test_data_sets_parted_by_actor_are_counted_together():
    clips = {f'{name}{i}': name
             for name, n in KNOWN_SPLITS['crema-d']['all'].items()
             for i in range(n)}
    train, test = ({c: clips[c] for c in list(clips)[k::2]} for k in (0, 1))
    lists = [listed('train', None, train), listed('test', None, test)]
    assert kinds(*lists, source='crema-d', complete=True) == []
    found = compare_lists(lists[:1], 'crema-d', complete=True)
    assert [(f.kind, f.fault, f.detail) for f in found] == [
        ('incomplete', True, 'subset of 7442: 3721 clips')]


@pytest.mark.parametrize('source, subset', [('caer-s', ''),
                                            ('mafw', 'compound')])
def test_unknown_totals_are_said_to_be(source, subset):
    found = compare_lists([listed('train', 1, SIX, subset=subset)], source,
                          complete=True)
    assert [(f.kind, f.fault) for f in found] == [('no_total', False)]
    assert not kinds(listed('train', 1, SIX))  # a list of one's own
