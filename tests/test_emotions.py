# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch

from aen_mmaction import emotions
from aen_mmaction.emotions import (DFEW_CLASSES, EKMAN_SENTIMENT, MAFW_CLASSES,
                                   MIXED_SENTIMENT, RAFDB_CLASSES,
                                   SENTIMENT_SURPRISE_NEUTRAL,
                                   EmotionHierarchy, canonical_name, label_map,
                                   shared_classes)

# Each order as the data set's own files print it, one per label.
ALPHABETICAL = 'angry disgust fear happy neutral sad surprise'
ORDERS = {
    'DFEW': 'happy sad neutral angry surprise disgust fear',
    'FERV39K': ALPHABETICAL,
    'AFEW': ALPHABETICAL,
    'CAER': ALPHABETICAL,
    'RAFDB': 'surprise fear disgust happiness sadness anger neutral',
    'MAFW': 'anger disgust fear happiness neutral sadness surprise contempt '
    'anxiety helplessness disappointment',
    'MAFW_ALPHABETICAL': 'anger anxiety contempt disappointment disgust fear '
    'happiness helplessness neutral sadness surprise',
    'MAFW_DFEW_FIRST': 'happy sad neutral angry surprise disgust fear '
    'contempt anxiety helplessness disappointment',
    'RAVDESS': 'neutral calm happy sad angry fearful disgust surprised',
    'RAVDESS_DFEW_FIRST': 'happy sad neutral angry surprise disgust fear calm',
    'CREMAD': 'anger disgust fear happy neutral sad',
    'CREMAD_DFEW_FIRST': 'happy sad neutral anger disgust fear'
}


@pytest.mark.parametrize('name', ORDERS)
def test_orders(name):
    order = getattr(emotions, f'{name}_CLASSES')
    assert order == tuple(canonical_name(n) for n in ORDERS[name].split())
    assert len(set(order)) == len(order)


def test_every_order_is_tested():
    orders = {k[:-8] for k in vars(emotions) if k.endswith('_CLASSES')}
    assert orders == set(ORDERS)


@pytest.mark.parametrize('printed, name', [
    ('Happiness', 'happy'), ('Sadness', 'sad'), ('Anger', 'angry'),
    ('Surprised', 'surprise'), ('Fearful', 'fear'), ('disgusted', 'disgust'),
    (' Neutral\n', 'neutral'), ('Contempt', 'contempt')
])
def test_canonical_name(printed, name):
    assert canonical_name(printed) == name


def test_label_map_of_rafdb_to_dfew():
    # RAF-DB 1 2 3 4 5 6 7 -> 4 6 5 0 1 3 2
    assert label_map(RAFDB_CLASSES, DFEW_CLASSES) == (4, 6, 5, 0, 1, 3, 2)


def test_label_map_matches_by_meaning_and_back():
    assert label_map(('Fear', 'Happiness'), ('happy', 'fearful')) == (1, 0)
    there = label_map(RAFDB_CLASSES, DFEW_CLASSES)
    back = label_map(DFEW_CLASSES, RAFDB_CLASSES)
    assert [back[i] for i in there] == list(range(7))


def test_label_map_names_what_has_no_counterpart():
    with pytest.raises(ValueError, match=r"\['calm'\].*'happy'"):
        label_map(emotions.RAVDESS_CLASSES, DFEW_CLASSES)


# Table 2, per emotion in DFEW order: happy sad neutral angry surprise
# disgust fear; groups 0 positive, 1 neutral, 2 negative.
@pytest.mark.parametrize('groups, group_of', [
    (MIXED_SENTIMENT, [0, 1, 1, 0, 2, 2, 2]),
    (SENTIMENT_SURPRISE_NEUTRAL, [0, 2, 1, 2, 1, 2, 2]),
    (EKMAN_SENTIMENT, [0, 2, 1, 2, 0, 2, 2]),
])
def test_groupings_of_table_2(groups, group_of):
    hierarchy = EmotionHierarchy(DFEW_CLASSES, groups)
    assert hierarchy.group_names == ('positive', 'neutral', 'negative')
    assert hierarchy.group_of.tolist() == group_of
    assert (hierarchy.num_classes, hierarchy.num_groups) == (7, 3)


def test_the_grouping_of_table_2_row_3_is_the_default():
    assert EmotionHierarchy().group_of.tolist() == [0, 2, 1, 2, 0, 2, 2]
    assert EmotionHierarchy().classes == DFEW_CLASSES


def test_an_order_has_a_name():
    hierarchy = EmotionHierarchy('crema-d-dfew-first')
    assert hierarchy.classes == emotions.CREMAD_DFEW_FIRST_CLASSES
    assert hierarchy.group_of.tolist() == [0, 2, 1, 2, 2, 2]
    with pytest.raises(ValueError, match="order of .*'dfew'.*got 'cremad'"):
        EmotionHierarchy('cremad')


@pytest.mark.parametrize('name', emotions.CLASS_ORDERS)
def test_every_order_has_a_sentiment(name):
    order = emotions.CLASS_ORDERS[name]
    groups = emotions.sentiment_groups(order)
    assert sorted(sum(groups.values(), ())) == sorted(order)
    shared = set(order) & set(DFEW_CLASSES)
    for group, members in EKMAN_SENTIMENT.items():  # extended, not changed
        assert set(members) & shared == set(groups[group]) & shared


def test_sentiment_of_a_vocabulary_of_ones_own():
    assert emotions.sentiment_groups(['Sadness', 'Calm']) == dict(
        neutral=('calm', ), negative=('sad', ))
    with pytest.raises(ValueError, match=r"for \['bored'\]: give groups"):
        EmotionHierarchy(['happy', 'bored'])


def test_other_spellings_are_understood():
    hierarchy = EmotionHierarchy(('Anger', 'Happiness'),
                                 dict(up=('happy', ), down=('angry', )))
    assert hierarchy.classes == ('angry', 'happy')
    assert hierarchy.group_of.tolist() == [1, 0]


@pytest.mark.parametrize('groups, text', [
    (dict(up=('happy', ), flat=('neutral', )), "expected .*'sad'"),
    (dict(up=('happy', 'calm'), down=('sad', 'neutral')), "got .*'calm'"),
    (dict(up=('happy', 'sad'), down=('sad', 'neutral')), 'exactly one group'),
    (dict(up=('happy', 'sad', 'neutral'), down=()), r"without .*\['down'\]"),
    (dict(), 'exactly one group'),
])
def test_groups_that_do_not_part_the_classes(groups, text):
    with pytest.raises(ValueError, match=text):
        EmotionHierarchy(('happy', 'sad', 'neutral'), groups)


def test_a_class_named_twice_is_refused():
    with pytest.raises(ValueError, match='twice'):
        EmotionHierarchy(('happy', 'happiness'),
                         dict(up=('happy', 'happiness')))
    with pytest.raises(ValueError, match='twice'):
        label_map(('happy', ), ('happy', 'happiness'))


def test_group_probs_adds_up():
    probs = torch.tensor([.30, .05, .15, .05, .20, .10, .15])
    positive, neutral, negative = EmotionHierarchy().group_probs(probs)
    torch.testing.assert_close(positive, torch.tensor(.30 + .20))
    torch.testing.assert_close(neutral, torch.tensor(.15))
    torch.testing.assert_close(negative, torch.tensor(.05 + .05 + .10 + .15))


@pytest.mark.parametrize('shape', [(7, ), (1, 7), (3, 7), (7, 7), (2, 4, 7)])
def test_group_probs_keeps_the_sum(shape):
    probs = torch.randn(shape).softmax(-1)
    groups = EmotionHierarchy().group_probs(probs)
    assert groups.shape == (*shape[:-1], 3)
    torch.testing.assert_close(groups.sum(-1), torch.ones(shape[:-1]))


def test_group_probs_refuses_another_width():
    with pytest.raises(ValueError, match=r'\(\.\.\., 7\).*got \(2, 8\)'):
        EmotionHierarchy().group_probs(torch.zeros(2, 8))


def test_shared_classes_by_name_in_the_first_order():
    assert shared_classes(('Sadness', 'calm', 'Happiness'),
                          ('happy', 'sad')) == ('sad', 'happy')
    assert shared_classes(DFEW_CLASSES, MAFW_CLASSES) == DFEW_CLASSES
    with pytest.raises(ValueError, match="in common, found .'happy',."):
        shared_classes(('happy', 'sad'), ('happy', 'fear'))
