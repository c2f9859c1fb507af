# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The hook in MMEngine's runner: testing, resuming, starting anew."""
import pytest
import torch
from mmaction.registry import HOOKS
from mmengine.evaluator import BaseMetric
from mmengine.model import BaseModel
from mmengine.optim import OptimWrapper
from mmengine.runner import Runner
from torch.utils.data import Dataset

from aen_mmaction.engine.hooks import CheckpointContractHook

NAMES = ('happy', 'sad', 'angry')


class Toy(BaseModel):

    def __init__(self, width=2, classes=NAMES):
        super().__init__()
        self.body = torch.nn.Linear(2, width)
        self.cls_head = torch.nn.Linear(width, len(classes))
        self.cls_head.classes = classes

    def forward(self, inputs, data_samples=None, mode='tensor'):
        out = self.cls_head(self.body(inputs))
        return dict(loss=out.sum()) if mode == 'loss' else [out]


class Data(Dataset):

    def __init__(self, classes=NAMES):
        self.metainfo = dict(classes=classes)

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return dict(inputs=torch.ones(2) * i)


class Nothing(BaseMetric):

    def process(self, data_batch, data_samples):
        self.results.append(0)

    def compute_metrics(self, results):
        return dict(n=len(results))


@pytest.fixture
def runner(tmp_path):
    """Function that builds a runner, for training or for testing."""

    def make(model=None, classes=NAMES, train=True, lr=0., reset_head=False,
             **kwargs):
        model = model or Toy()
        loader = dict(
            batch_size=2,
            dataset=Data(classes),
            collate_fn=dict(type='default_collate'),
            sampler=dict(type='DefaultSampler', shuffle=False))
        parts = dict(test_dataloader=loader, test_cfg=dict(),
                     test_evaluator=[Nothing()])
        if train:
            parts = dict(
                train_dataloader=loader,
                train_cfg=dict(by_epoch=True, max_epochs=kwargs.pop(
                    'epochs', 1)),
                optim_wrapper=OptimWrapper(
                    torch.optim.SGD(model.parameters(), lr=lr)))
        count = len(list(tmp_path.iterdir()))
        return Runner(
            model,
            str(tmp_path / f'run{count}'),
            custom_hooks=[
                dict(type='CheckpointContractHook', reset_head=reset_head)
            ],
            default_scope='mmaction',
            experiment_name=f'{tmp_path.name}_{count}',
            log_level='ERROR',
            **parts,
            **kwargs)

    return make


@pytest.fixture
def checkpoint(runner):
    """A checkpoint MMEngine itself wrote, with class names."""
    trained = runner()
    trained.train()
    return f'{trained.work_dir}/epoch_1.pth'


def edit(path, change):
    """Write a changed copy of a checkpoint."""
    file = torch.load(path, weights_only=False)
    change(file)
    torch.save(file, path + '.changed')
    return path + '.changed'


def test_a_checkpoint_that_fits(runner, checkpoint):
    tested = runner(train=False, load_from=checkpoint)
    assert tested.test() == dict(n=1)
    state = torch.load(checkpoint, weights_only=False)
    assert state['meta']['dataset_meta']['classes'] == NAMES
    for name, value in tested.model.state_dict().items():
        assert torch.equal(value, state['state_dict'][name])
    resumed = runner(load_from=checkpoint, resume=True, epochs=2)
    resumed.train()
    assert resumed.epoch == 2
    runner(load_from=checkpoint).train()


@pytest.mark.parametrize('other', [('sad', 'happy', 'angry'),
                                   ('happy', 'sad', 'fear')])
def test_other_class_names_are_refused(runner, checkpoint, other):
    def rename(file):
        file['meta']['dataset_meta']['classes'] = other

    path = edit(checkpoint, rename)
    runs = [
        runner(train=False, load_from=path).test,
        runner(load_from=path, resume=True, epochs=2).train,
        runner(load_from=path).train,
        # reset_head is for a new training only
        runner(train=False, load_from=path, reset_head=True).test,
        runner(load_from=path, resume=True, reset_head=True, epochs=2).train
    ]
    for run in runs:
        with pytest.raises(ValueError) as error:
            run()
        for text in (str(other), str(NAMES), 'the checkpoint', 'reset_head'):
            assert text in str(error.value)


def test_other_spellings_are_the_same_names(runner, checkpoint):
    def respell(file):
        file['meta']['dataset_meta']['classes'] = ('Happiness', 'Sadness',
                                                   'Anger')

    path = edit(checkpoint, respell)
    assert runner(train=False, load_from=path).test() == dict(n=1)


def test_reset_head_starts_a_new_training(runner, checkpoint):
    model = Toy(classes=('happy', 'sad', 'angry', 'fear'))
    head = model.cls_head.weight.clone()
    new = runner(model, model.cls_head.classes, load_from=checkpoint,
                 reset_head=True)
    new.train()  # learning rate 0
    state = torch.load(checkpoint, weights_only=False)['state_dict']
    assert torch.equal(model.body.weight, state['body.weight'])
    assert torch.equal(model.cls_head.weight, head)


def test_missing_left_over_and_misshapen_weights_are_listed(
        runner, checkpoint):
    def change(file):
        state = file['state_dict']
        state['odd.weight'] = state.pop('cls_head.weight')
        state['body.bias'] = torch.zeros(5)

    path = edit(checkpoint, change)
    for run in (runner(train=False, load_from=path).test,
                runner(load_from=path).train):
        with pytest.raises(ValueError) as error:
            run()
        for text in ('1 missing: cls_head.weight',
                     '1 left over: odd.weight',
                     'body.bias: (5,) instead of (2,)', 'another config'):
            assert text in str(error.value)


def test_reset_head_still_wants_the_body(runner, checkpoint):
    path = edit(checkpoint, lambda file: file['state_dict'].pop('body.bias'))
    with pytest.raises(ValueError, match='1 missing: body.bias'):
        runner(load_from=path, reset_head=True).train()


def test_a_bare_state_dict_and_a_wrapped_models_names(runner, checkpoint):
    state = torch.load(checkpoint, weights_only=False)['state_dict']
    path = checkpoint + '.bare'
    torch.save({f'module.{k}': v for k, v in state.items()}, path)
    tested = runner(train=False, load_from=path)
    assert tested.test() == dict(n=1)
    assert torch.equal(tested.model.body.weight, state['body.weight'])
    model = Toy()
    runner(model, load_from=path, reset_head=True).train()
    assert torch.equal(model.body.weight, state['body.weight'])


def test_the_models_own_names_must_be_the_data_sets(runner):
    for train in (True, False):
        made = runner(classes=NAMES[::-1], train=train)
        with pytest.raises(ValueError, match='model.cls_head.*angry.*happy'):
            made.train() if train else made.test()


def test_weights_loaded_by_hand_before_training(runner, checkpoint):
    made = runner()
    made.load_checkpoint(checkpoint)  # no loop is built yet
    made.train()


def test_registered_to_run_early():
    assert HOOKS.get('CheckpointContractHook') is CheckpointContractHook
    assert CheckpointContractHook.priority == 'VERY_HIGH'
