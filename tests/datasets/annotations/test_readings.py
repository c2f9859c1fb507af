# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import math

import pytest

from aen_mmaction.datasets.annotations.readings import (looks_rearranged,
                                                        possible_readings,
                                                        rearrangement)
from aen_mmaction.datasets.known_splits import (KNOWN_SPLITS, KnownSplit,
                                                match_splits)


def test_rearrangement_by_hand():
    # RAVDESS speech: neutral 96 and 7 times 192 of 1440 clips. 3 clips of
    # neutral would be likelier as one of the others, each by log 192 / 96
    assert rearrangement(dict(neutral=3, calm=1), 'ravdess') == pytest.approx(
        3 * math.log(2))
    assert rearrangement(dict(sad=1, calm=3), 'ravdess') == pytest.approx(0)


def test_equal_classes_speak_for_no_order():
    counts = dict.fromkeys(KNOWN_SPLITS['dfew']['all'], 20)
    assert rearrangement(counts, 'dfew') == pytest.approx(0, abs=1e-9)


def test_two_names_exchanged_in_a_whole_split():
    counts = dict(KNOWN_SPLITS['dfew']['test fold 1'])
    counts['happy'], counts['neutral'] = counts['neutral'], counts['happy']
    assert rearrangement(counts, 'dfew') < 25  # both are frequent
    assert looks_rearranged(counts, 'dfew')


@pytest.mark.parametrize('dataset, base, found', [
    ('dfew', None, [('dfew', 1), ('dfew', 0)]),
    ('dfew', 0, [('dfew', 0)]),
    ('raf-db', 1, [('raf-db', 1)]),
    ('raf-db', 0, [('dfew', 0), ('raf-db', 0)]),
    ('mafw', None, [('mafw', 0), ('mafw-alphabetical', 0),
                    ('mafw-dfew-first', 0)]),
    ('afew', 1, [('dfew', 1), ('alphabetical', 1)]),
])
def test_possible_readings(dataset, base, found):
    assert [(r.order, r.base)
            for r in possible_readings(dataset, base)] == found


def test_no_known_split_reads_two_ways():
    """Whatever split a list has, one order and base give its counts."""
    readings = possible_readings(None)
    for dataset, splits in KNOWN_SPLITS.items():
        for counts in splits.values():
            for reading in possible_readings(dataset):
                numbers = {reading.base + reading.names.index(name): count
                           for name, count in counts.items()}
                meanings = {
                    r.mapping(numbers) for r in readings
                    if r.covers(numbers) and match_splits(r.by_name(numbers))
                }
                assert meanings == {reading.mapping(numbers)}


def test_match_splits():
    counts = KNOWN_SPLITS['dfew']['test fold 1']
    assert match_splits(counts) == [
        KnownSplit('dfew', 'test fold 1'), KnownSplit('dfew', 'test fold 2')]
    assert not match_splits(counts, 'mafw')
    assert not match_splits(dict(counts, happy=1))
    assert match_splits(dict(counts, contempt=0), 'dfew')
