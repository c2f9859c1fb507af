# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The tools on a stand-in of each data set, in the forms it comes in."""
import json

import pytest

from aen_mmaction.analysis.faults.tiny import TINY_AEN

from ..datasets.conftest import make_layout, one_clip  # noqa: F401 fixtures
from .conftest import LOADERS, ROOT, RUN, ToolRun, as_arguments, write_guide

# data set -> its entry config, the form on disk, whether by others' lists
FORMS = {
    'ferv39k': ('aen_ferv39k', 'frames', False),
    'mafw': ('aen_mafw_fold1', 'frames', True),
    'afew': ('aen_afew', 'frames', True),
    'caer': ('aen_caer', 'video', False),
    'ravdess': ('aen_ravdess_fold1', 'video', False),
    'crema-d': ('aen_crema-d_fold1', 'video', False),
    'mine': ('aen_my_data', 'video', False),
}


@pytest.fixture
def run_tools(tmp_path, forkserver):
    """Function ``run_tools(entry, options)``: train a step, then test."""
    guide = tmp_path / 'guide.pth'
    write_guide(guide)

    def run(entry, options):
        work_dir = tmp_path / 'work'
        arguments = {**TINY_AEN, **LOADERS, **RUN, **options,
                     'train_dataloader.batch_size': 12,
                     'model.guide.checkpoint': guide, 'load_from': 'None'}
        for tool, weights, validate in (
                ('train', [], False), ('test', [work_dir / 'epoch_1.pth'],
                                       True)):
            job = ToolRun(
                forkserver, ROOT / f'tools/{tool}.py', [
                    ROOT / f'configs/{entry}.py', *weights, '--data-root',
                    tmp_path, '--work-dir', work_dir,
                    *as_arguments(arguments, validate)
                ], tmp_path, tmp_path / f'{tool}.txt', work_dir)
            assert job.wait(300) == 0, job.output
        return json.loads((work_dir / 'test/metrics.json').read_text())

    return run


@pytest.mark.parametrize('name', FORMS)
def test_train_and_test(name, run_tools, make_layout,  # noqa: F811
                        tmp_path):
    entry, media, theirs = FORMS[name]
    # class folders of one's own: CAER's
    _, truth = make_layout('caer' if name == 'mine' else name, tmp_path, media)
    options = {}
    for i, loader in enumerate(('train', 'val', 'test')):
        dataset = f'{loader}_dataloader.dataset.'
        options[dataset + 'media'] = media
        if theirs:
            options[dataset + 'ann_file'] = f'theirs_{min(i, 1)}.txt'
        if name == 'mine':
            options[dataset + 'ann_file'] = 'CAER/' + ('train', 'test')[i > 0]
    metrics = run_tools(entry, options)
    assert metrics['num_clips'] == len(truth)
    assert 0 <= metrics['metrics']['WAR'] <= 100
