# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""What is remembered, and what is noticed."""
import os
import pickle

import pytest

from aen_mmaction.datasets import folder_index
from aen_mmaction.datasets.folder_index import cache_file, list_folders


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Root, three clip folders, and the list of folders really listed."""
    monkeypatch.setenv('AEN_MMACTION_CACHE', str(tmp_path / 'cache'))
    monkeypatch.setattr(folder_index, 'MIN_FOLDERS', 2)
    monkeypatch.setattr(folder_index, '_YOUNG', -1)  # these are all young
    root = str(tmp_path / 'clips')
    folders = [os.path.join(root, f'0000{i}') for i in range(3)]
    for count, folder in enumerate(folders):
        os.makedirs(folder)
        for i in range(count + 9):
            open(f'{folder}/{i}.jpg', 'w').close()
    listed = []
    real = folder_index.list_images

    def list_images(folder):
        listed.append(os.path.basename(folder))
        return real(folder)

    monkeypatch.setattr(folder_index, 'list_images', list_images)
    return root, folders, listed


@pytest.fixture
def warnings(monkeypatch):
    lines = []
    monkeypatch.setattr(folder_index, 'print_log',
                        lambda text, **kwargs: lines.append(text))
    return lines


def test_second_time_nothing_is_listed(tree, warnings):
    root, folders, listed = tree
    first = list_folders(root, folders)
    assert [len(names) for names in first] == [9, 10, 11]
    assert first[2] == [f'{i}.jpg' for i in range(11)]  # naturally sorted
    assert len(listed) == 3
    assert list_folders(root, folders) == first and len(listed) == 3
    # the same folders reached by another path
    os.symlink(root, root + '-link')
    again = [f.replace(root, root + '-link') for f in folders]
    assert list_folders(root + '-link', again) == first and len(listed) == 3
    assert not warnings


@pytest.mark.parametrize('change', [
    lambda f: open(f'{f}/99.jpg', 'w').close(),
    lambda f: os.remove(f'{f}/0.jpg'),
    lambda f: os.rename(f'{f}/0.jpg', f'{f}/77.jpg'),
    lambda f: (os.rename(f, f + '-old'), os.mkdir(f)),
], ids=['added', 'removed', 'renamed', 'replaced'])
def test_a_changed_folder_is_noticed(tree, change):
    root, folders, listed = tree
    list_folders(root, folders)
    listed.clear()
    change(folders[1])
    os.utime(folders[1], ns=(10**18, 10**18))  # as a copying tool sets it
    expected = sorted((n for n in os.listdir(folders[1])),
                      key=lambda n: int(n[:-4]))
    assert list_folders(root, folders)[1] == expected
    assert listed == ['00001']


def test_a_folder_changed_just_now_is_not_remembered(tree, monkeypatch):
    root, folders, listed = tree
    monkeypatch.setattr(folder_index, '_YOUNG', 60)
    list_folders(root, folders)
    list_folders(root, folders)
    assert len(listed) == 6 and not os.path.exists(cache_file(root))


class Trap:

    def __reduce__(self):
        return os.mkdir, ('trapped', )


@pytest.mark.parametrize('spoil', [
    lambda data: data[:len(data) // 2],
    lambda data: b'',
    lambda data: data.replace(b'0.jpg', b'9.jpg', 1),
    lambda data: os.urandom(300),
    lambda data: pickle.dumps(Trap()),
], ids=['cut', 'empty', 'one name', 'noise', 'pickle'])
def test_a_damaged_index_is_set_aside(tree, warnings, spoil, monkeypatch,
                                      tmp_path):
    monkeypatch.chdir(tmp_path)
    root, folders, listed = tree
    first = list_folders(root, folders)
    path = cache_file(root)
    with open(path, 'rb') as file:
        data = file.read()
    with open(path, 'wb') as file:
        file.write(spoil(data))
    assert list_folders(root, folders) == first and len(listed) == 6
    assert 'is set aside' in warnings[0]
    assert list_folders(root, folders) == first and len(listed) == 6
    assert not os.path.exists('trapped')


def test_few_folders_and_switched_off(tree, monkeypatch):
    root, folders, listed = tree
    list_folders(root, folders[:1])
    assert not os.path.exists(cache_file(root))
    monkeypatch.setenv('AEN_MMACTION_CACHE', '')
    assert cache_file(root) is None
    list_folders(root, folders)
    list_folders(root, folders)
    assert len(listed) == 1 + 2 * 3


def test_cache_that_cannot_be_written(tree, warnings, monkeypatch, tmp_path):
    root, folders, _ = tree
    (tmp_path / 'file').touch()
    monkeypatch.setenv('AEN_MMACTION_CACHE', str(tmp_path / 'file'))
    assert len(list_folders(root, folders)) == 3
    assert 'is not kept' in warnings[0]


def test_where(monkeypatch):
    monkeypatch.delenv('AEN_MMACTION_CACHE', raising=False)
    monkeypatch.setenv('XDG_CACHE_HOME', '/x')
    assert cache_file('/data').startswith('/x/aen_mmaction/folders-')
    assert cache_file('/data') == cache_file('/data/') != cache_file('/d')
