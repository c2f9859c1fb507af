# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Right lists are read right, wrong ones refused; none is read wrong."""
import random
from collections import Counter

import pytest

from aen_mmaction.datasets import ClipRecord, load_annotations
from aen_mmaction.datasets.known_splits import KNOWN_SPLITS
from aen_mmaction.emotions import CLASS_ORDERS, MAFW_DFEW_FIRST_CLASSES


def clips_of(dataset, part):
    """(number, class name) of each clip of a known split, shuffled."""
    names = [name for name, count in KNOWN_SPLITS[dataset][part].items()
             for _ in range(count)]
    random.Random(0).shuffle(names)
    return list(enumerate(names, 1))


DFEW = clips_of('dfew', 'test fold 1')
DFEW_TRAIN = [(n + 5000, c) for n, c in clips_of('dfew', 'train fold 1')]
MAFW = clips_of('mafw', 'test fold 1')
FERV = clips_of('ferv39k', 'test')
AFEW = clips_of('afew', 'val')
RAFDB = clips_of('raf-db', 'train')


def printed(clips, form='{0},{1}', order='dfew', base=1, header=''):
    """A list: ``form`` with number, label by number, and class name."""
    index = {n: i for i, n in enumerate(CLASS_ORDERS[order], base)}
    lines = [form.format(n, index.get(name), name) for n, name in clips]
    return header + '\n'.join(lines) + '\n'


def official(clips, order='dfew', base=1):
    return printed(clips, order=order, base=base, header='video_name,label\n')


def community(clips, order='dfew', base=0, form='/data/x/{0:05} 40 {1}'):
    return printed(clips, form, order, base)


def ferv(clips, order='dfew', form='D:\\FERV39k/War/{2}/{0:04} 20 {1}'):
    return printed(clips, form, order, 0)


def change(text, line, old, new):
    lines = text.split('\n')
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new)
    return '\n'.join(lines)


HEAD = DFEW[:300]
NO_7 = [clip for clip in HEAD if clip[1] != 'fear']
NO_0 = [clip for clip in HEAD if clip[1] != 'happy']
SORTED = sorted(DFEW, key=lambda clip: clip[1])
SWAP = dict(happy='neutral', neutral='happy')
SWAPPED = [(n, SWAP.get(name, name)) for n, name in DFEW]

# name -> (text, clips it must give, options of the reader)
RIGHT = {
    'official': (official(DFEW), DFEW, {}),
    'official, named': (official(DFEW), DFEW, dict(dataset='dfew')),
    'official, sorted by class': (official(SORTED), SORTED, {}),
    'official, a part': (official(HEAD), HEAD, dict(dataset='dfew')),
    'official, base told': (official(NO_7), NO_7,
                            dict(dataset='dfew', label_base=1)),
    'train and test together': (official(DFEW + DFEW_TRAIN),
                                DFEW + DFEW_TRAIN, {}),
    '0-based under the official header': (official(DFEW, base=0), DFEW, {}),
    'a part of it, base told': (official(NO_0, base=0), NO_0,
                                dict(dataset='dfew', label_base=0)),
    'header lost': (printed(DFEW), DFEW, dict(dataset='dfew')),
    'other header': (printed(DFEW, header='path,id\n'), DFEW, {}),
    'community': (community(DFEW), DFEW, {}),
    'community, Windows and blanks': (
        community(DFEW, form='D:\\my data\\All/{0:05} 66 {1}'), DFEW, {}),
    'community, no counts': (community(DFEW, form='/a/{0:05} {1}'), DFEW, {}),
    'comments and CRLF': (
        ('# cut by hand\n' + community(DFEW)).replace('\n', '\r\n'), DFEW, {}),
    'mark, trailing tabs and CRLF': (
        b'\xef\xbb\xbf' + official(DFEW).replace('\n', '\t\r\n').encode(),
        DFEW, {}),
    'every field in quotes': (
        '"video_name","label"\n' + printed(DFEW, '"{0}","{1}"'), DFEW, {}),
    'class folders of DFEW': (
        community(HEAD, form='E:\\DFEW\\Train/{2}/{0:05} 16 {1}'), HEAD,
        dict(dataset='dfew')),
    'class names': (printed(HEAD, '{0:05}.mp4 {2}'), HEAD,
                    dict(dataset='dfew')),
    'class order told': (community(HEAD, 'alphabetical'), HEAD,
                         dict(dataset='dfew', class_order='alphabetical')),
    'MAFW, paper order': (community(MAFW, 'mafw'), MAFW, {}),
    'MAFW, alphabetical': (
        printed(MAFW, '{0:05},{1}', 'mafw-alphabetical', 0,
                'video_name,labels\n'), MAFW, {}),
    'MAFW, DFEW first': (community(MAFW, 'mafw-dfew-first'), MAFW, {}),
    'MAFW, order told': (community(MAFW[:90], 'mafw-alphabetical'), MAFW[:90],
                         dict(dataset='mafw', label_base=0,
                              class_order='mafw-alphabetical')),
    'MAFW, Chinese captions': (
        printed(MAFW, '{0:05}.mp4\t{2}\t他很生气\tHe is').encode('gbk'), MAFW,
        {}),
}


@pytest.mark.parametrize('name', RIGHT)
def test_right_lists(write, name):
    text, clips, options = RIGHT[name]
    found = load_annotations(write(text), **options)
    assert [(int(r.clip_id.split('/')[-1]), r.label) for r in found] == clips
    assert all(isinstance(r.clip_id, str) for r in found)
    if options.get('dataset') != 'dfew' or 'official' not in name:
        return
    assert [r.clip_id for r in found] == [str(n) for n, _ in clips]


# name -> (text, what the error says, options of the reader)
WRONG = {
    'a part, data set unknown': (
        official(HEAD), 'name it: dataset=', {}),
    'a part without the last class': (
        official(NO_7), 'label_base=1, class_order=.dfew.: .*happy.*\n'
        '.*label_base=0, class_order=.dfew.: .*sad', dict(dataset='dfew')),
    'a part of a 0-based one': (
        official(HEAD, base=0), '0..6 cannot be told.*label_base=0.*0 for '
        'clips without a single label', dict(dataset='dfew')),
    'a part of a 0-based one, no happy': (
        official(NO_0, base=0), 'labels 1..6 cannot be told',
        dict(dataset='dfew')),
    'a part of a community list': (
        community(HEAD), 'label_base=0', dict(dataset='dfew')),
    'names in alphabetical order': (
        official(DFEW, 'alphabetical'), 'cannot be told',
        dict(dataset='dfew')),
    'a part in alphabetical order': (
        official(DFEW[:900], 'alphabetical'), 'cannot be told',
        dict(dataset='dfew')),
    'two names exchanged': (
        official(SWAPPED), 'cannot be told', dict(dataset='dfew')),
    'two bases mixed': (
        official(DFEW[:1500]) + printed(DFEW[1500:], base=0),
        ':3: expected a label 0..6 .* or all of them 1..7',
        dict(dataset='dfew')),
    'the base is not as told': (
        official(DFEW, base=0), r'expected a label 1..7 .*found .0',
        dict(dataset='dfew', label_base=1)),
    'numbered by a spreadsheet': (
        ''.join(f'{i},{n},{CLASS_ORDERS["dfew"].index(name) + 1}\n'
                for i, (n, name) in enumerate(DFEW)), 'are numbered', {}),
    'fractions of a spreadsheet': (
        printed(DFEW).replace('\n', '.0\n'), ':1: expected a class', {}),
    'full-width digits': (
        printed(DFEW).translate({49: '\uff11'}), 'expected a class', {}),
    'rows of two data sets': (
        community(DFEW) + community([(n + 20000, c) for n, c in MAFW], 'mafw'),
        'cannot be told', {}),
    'label first': (printed(DFEW, '{1} /x/{0:05}'), 'once', {}),
    'frames behind the label': (
        community(DFEW, form='/x/{0:05} {1} 16'), 'expected a label', {}),
    'a class less, base 0': (
        community([c for c in DFEW if c[1] != 'disgust']), 'cannot be told',
        {}),
    'cut in an id': (official(DFEW) + '158', 'the 2 fields', {}),
    'seven classes of MAFW called DFEW': (
        official([c for c in MAFW if c[1] in CLASS_ORDERS['dfew']]),
        'cannot be told', dict(dataset='dfew')),
    'annotation.xlsx saved as csv': (
        change(official(HEAD), 9, ',', ',0\n9999,'), 'expected a label 1..7',
        dict(dataset='dfew')),
    'a label out of range': (
        change(official(HEAD), 5, ',', ',1'), r':5: expected a label 1..7 '
        r'.happy, .*found .1\d', dict(dataset='dfew')),
    'negative': (change(official(HEAD), 5, ',', ',-'), ':5: expected a label',
                 dict(dataset='dfew')),
    'frames and label exchanged': (
        printed(DFEW, '/x/{0:05} {1} 40', base=0), 'a label 0..6|1..7',
        dict(dataset='dfew')),
    'a clip twice': (official(HEAD + HEAD[:1]),
                     r':302: expected each clip once .it is on line 2 too',
                     dict(dataset='dfew')),
    'a clip twice, padded': (
        official(HEAD) + f'{HEAD[3][0]:05},7\n', ':302: .*line 5 too',
        dict(dataset='dfew')),
    'two folds in one': (official(DFEW_TRAIN + DFEW + DFEW[:9]), 'once', {}),
    'a name among numbers': (
        change(official(HEAD), 9, ',', ',happy\n777,'),
        ':9: expected a class number as on the other lines, found .happy',
        dict(dataset='dfew')),
    'a name misspelt': (
        change(printed(HEAD, '{0:05} {2}'), 7, ' ', ' un'),
        ":7: expected a class of .'happy'.*found 'un", dict(dataset='dfew')),
    'a fraction': (change(official(HEAD), 4, ',', ',0.'), ':4: expected',
                   dict(dataset='dfew')),
    'MAFW called DFEW': (community(MAFW, 'mafw'), 'expected a label 0..6',
                         dict(dataset='dfew')),
    'DFEW called MAFW': (
        community(DFEW), "class_order='mafw'.*\n.*'mafw-alphabetical'.*\n"
        ".*'mafw-dfew-first'", dict(dataset='mafw')),
    'a part of MAFW': (
        community(MAFW[:500], 'mafw'), "class_order='mafw'.*'mafw-alpha",
        dict(dataset='mafw')),
    'MAFW without one clip': (
        community(MAFW[1:], 'mafw-alphabetical'), 'cannot be told', {}),
    'the path says another name': (
        change(printed(FERV, 'War/{2}/{0:04} {2}'), 3, ' ', ' Disgust\n#'),
        ':3: expected the emotion of its path', {}),
    'the path says another number': (
        change(ferv(FERV), 8, ' 20 ', ' 20 1'),
        ':8: expected the label . as on the other lines', {}),
    'numbers turned against the paths': (
        printed(FERV, 'War/{2}/{0:04} 20 {1}', 'dfew', 0), 'the paths name',
        dict(dataset='ferv39k', class_order='alphabetical')),
    'FERV39k ids cut short': (
        printed(FERV, '{2}/{0:05} {2}'), ':1: expected a path of 3 parts',
        dict(dataset='ferv39k')),
    'FERV39k in folders of numbers': (
        printed(FERV, 'a/b/{0:05} {1}', base=0)[:9000], "'alphabetical'",
        dict(dataset='ferv39k')),
    'RAF-DB, a part, no last class': (
        printed([c for c in RAFDB[:99] if c[1] != 'neutral'],
                'train_{0:05}.jpg {1}', 'raf-db'),
        "label_base=1, class_order='raf-db'", dict(dataset='raf-db')),
    'out of the root': (change(official(HEAD), 6, ',', '/../7,'),
                        r':6: .*without .\.\.', dict(dataset='dfew')),
    'no order told': (community(HEAD), 'dataset=', dict(label_base=0)),
    'another vocabulary': (printed(HEAD, '{0:05} bored'), ':1: expected a cla',
                           {}),
}


@pytest.mark.parametrize('name', WRONG)
def test_wrong_lists(write, name):
    text, message, options = WRONG[name]
    with pytest.raises(ValueError, match=f'(?s)list.txt.*{message}'):
        load_annotations(write(text), **options)


@pytest.mark.parametrize('seed', range(30))
def test_never_a_wrong_result(write, seed):
    """Any part of a list in any numbering: the right labels or an error."""
    rng = random.Random(seed)
    dataset, clips = rng.choice([('dfew', DFEW), ('mafw', MAFW)])
    clips = rng.sample(clips, rng.choice([30, 300, len(clips)]))
    if rng.random() < .5:  # lose a class
        lost = rng.choice(clips)[1]
        clips = [clip for clip in clips if clip[1] != lost]
    order, base = (('dfew', rng.randint(0, 1)) if dataset == 'dfew' else
                   (rng.choice(['mafw', 'mafw-alphabetical',
                                'mafw-dfew-first']), 0))
    text = rng.choice([official, community])(clips, order, base)
    try:
        found = load_annotations(write(text), dataset)
    except ValueError as error:
        assert 'label_base=' in str(error)
    else:
        assert [r.label for r in found] == [name for _, name in clips]


def test_ids_are_the_data_sets(write):
    path = write('E:\\EmotiW\\Val_AFEW_f/Angry/000149120 60 3\n'
                 'E:\\EmotiW\\Val_AFEW_f/Happy/000200000.avi 48 0\n')
    assert load_annotations(path, 'afew') == [
        ClipRecord('Angry/000149120', 'angry', 60, 1),
        ClipRecord('Happy/000200000', 'happy', 48, 2)]
    path = write('/d/FERV39k/Action/Sad/0010,5\n')
    assert load_annotations(path, 'ferv39k') == [
        ClipRecord('Action/Sad/0010', 'sad', None, 1)]
    path = write('train_00001.jpg 5\ntest_0001_aligned.jpg 7\n')
    assert load_annotations(path, 'raf-db') == [
        ClipRecord('train_00001', 'sad', None, 1),
        ClipRecord('test_0001', 'neutral', None, 2)]


@pytest.mark.parametrize('order', ['dfew', 'alphabetical'])
def test_numbers_of_ferv39k_and_afew_are_proved_by_folders(write, order):
    found = load_annotations(write(ferv(FERV[:50], order)))
    assert [r.label for r in found] == [name for _, name in FERV[:50]]
    assert found[0].clip_id == f'War/{FERV[0][1]}/0001'
    text = printed(AFEW, 'AFEW_Face/val/{2}/0_5_{0:09} 40 {1}', order, 0)
    assert [r.label for r in load_annotations(write(text), 'afew')] == [
        name for _, name in AFEW]


def test_names_of_files_prove_ravdess_and_cremad(write):
    emotions = CLASS_ORDERS['ravdess']
    lines = [f'v/Actor_07/01-01-{k:02}-01-01-01-07.mp4 {k - 1}'
             for k in range(1, 9)]
    found = load_annotations(write('\n'.join(lines)))
    assert [r.label for r in found] == list(emotions)
    assert found[1].clip_id == '01-01-02-01-01-01-07'
    lines[2] = lines[2][:-1] + '6'  # disgust's number
    with pytest.raises(ValueError, match=':3: expected the label|:7: '):
        load_annotations(write('\n'.join(lines)))
    path = write('1001_DFA_ANG_XX.flv 0\n1001_DFA_SAD_XX.flv 3\n')
    assert [r.label for r in load_annotations(path)] == ['angry', 'sad']


def test_compounds_of_mafw(write):
    path = write('00108.mp4 anger_disgust\n00123.mp4 sadness\n')
    assert [r.label for r in load_annotations(path, 'mafw')] == [
        'angry_disgust', 'sad']
    with pytest.raises(ValueError, match=':1: expected a class of'):
        load_annotations(path, 'dfew')


def test_a_list_of_ones_own(write):
    path = write('# mine\nmy clips/a 1.mp4 1\nmy clips/b 1.mp4 2\n')
    assert load_annotations(path, class_order=('calm', 'bored')) == [
        ClipRecord('my clips/a 1', 'calm', None, 2),
        ClipRecord('my clips/b 1', 'bored', None, 3)]
    path = write('a 1\nb 1\n')
    with pytest.raises(ValueError, match=r"label_base=0, class_order=\['x'"):
        load_annotations(path, class_order=('x', 'y', 'z'))


@pytest.mark.parametrize('options, message', [
    (dict(dataset='DFEW'), "dataset: expected one of .'dfew'"),
    (dict(label_base=2), 'label_base: expected 0 or 1'),
    (dict(class_order='none'), 'expected a class order of'),
])
def test_bad_options(write, options, message):
    with pytest.raises(ValueError, match=message):
        load_annotations(write('a 1\n'), **options)


# ------------------------------------------- lists as found on users' disks
def counts(records):
    return dict(Counter(r.label for r in records))


@pytest.mark.parametrize('fold', range(1, 6))
@pytest.mark.parametrize('named', [True, False])
def test_official_dfew(shared, fold, named, log_lines):
    root = shared('annotations/DFEW/EmoLabel_DataSplit')
    ids = set()
    for part in ('train', 'test'):
        records = load_annotations(
            root / f'{part}(single-labeled)' / f'set_{fold}.csv',
            'dfew' if named else None)
        assert counts(records) == KNOWN_SPLITS['dfew'][f'{part} fold {fold}']
        ids.update(record.clip_id.zfill(5) for record in records)
    assert len(ids) == 11697  # so that train and test are disjoint, too
    assert not log_lines


@pytest.mark.parametrize('fold', range(1, 6))
def test_official_mafw(shared, fold):
    root = shared(f'annotations/MAFW/split/single/no_caption/set_{fold}')
    for part in ('train', 'test'):
        records = load_annotations(root / f'{part}.txt')
        assert counts(records) == KNOWN_SPLITS['mafw'][f'{part} fold {fold}']


def test_official_mafw_compounds(shared):
    root = shared('annotations/MAFW/split/compound/no_caption/set_1')
    parts = [load_annotations(root / f'{p}.txt') for p in ('train', 'test')]
    assert [len(records) for records in parts] == [7178, 1818]
    assert {len(counts(records)) for records in parts} == {43}


@pytest.mark.parametrize('part', ['train', 'test'])
def test_official_ferv39k(shared, part):
    path = shared(f'annotations/FERV39k/4_setups/All_scenes/{part}_All.csv')
    records = load_annotations(path)
    assert counts(records) == KNOWN_SPLITS['ferv39k'][part]
    if part == 'test':
        assert records == load_annotations(path, 'ferv39k')
    scenes = {r.clip_id.split('/')[0] for r in records}
    assert len(scenes) == 22


def by_id(records):
    return {r.clip_id.zfill(5): r.label for r in records}


@pytest.mark.parametrize('name', [
    'former-dfer_DFEW_set_1_test.txt', 'aen_DFEW_fold_1_validation.txt',
    'mae-dfer_DFEW_split01_test.csv', 's2d_DFEW_test_set_1.csv'])
def test_dfew_of_others_is_the_official_one(shared, name, log_lines):
    theirs = load_annotations(shared(f'annotations/community/{name}'))
    ours = load_annotations(
        shared('annotations/DFEW/EmoLabel_DataSplit') /
        'test(single-labeled)/set_1.csv')
    assert by_id(theirs) == by_id(ours)
    assert len(log_lines) == 1 and '0-based' in log_lines[0]


@pytest.mark.parametrize('order', ['mafw', 'mafw-alphabetical',
                                   'mafw-dfew-first'])
def test_mafw_of_others_is_the_official_one(shared, write, order):
    ours = load_annotations(
        shared('annotations/MAFW/split/single/no_caption/set_1/test.txt'))
    theirs = load_annotations(
        shared('annotations/community/dfer-clip_MAFW_set_1_test.txt'))
    assert by_id(theirs) == by_id(ours)
    index = CLASS_ORDERS[order].index
    text = ''.join(f'/d/{r.clip_id} 40 {index(r.label)}\n' for r in ours)
    assert by_id(load_annotations(write(text))) == by_id(ours)


def test_afew_of_others(shared):
    records = load_annotations(
        shared('annotations/community/aen_AFEW_validation.txt'), 'afew')
    assert counts(records) == KNOWN_SPLITS['afew']['val']
    assert set(counts(records)) < set(MAFW_DFEW_FIRST_CLASSES)
    assert sum(r.num_frames == 0 for r in records) == 6
    assert sum(r.num_frames < 16 for r in records) == 17
