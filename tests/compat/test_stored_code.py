# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Config text in a checkpoint is never run."""
import pytest
import torch
from mmengine.infer import BaseInferencer
from mmengine.model import BaseModel
from mmengine.runner import Runner
from mmengine.runner._flexible_runner import FlexibleRunner
from torch.utils.data import Dataset

import aen_mmaction  # noqa: F401  mends


class Toy(BaseModel):

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.ones(1))

    def forward(self, inputs, data_samples=None, mode='tensor'):
        return dict(loss=self.weight.sum())


class Two(Dataset):

    def __len__(self):
        return 2

    def __getitem__(self, i):
        return dict(inputs=torch.ones(1))


def make(work_dir, kind=Runner, **kwargs):
    return kind(
        Toy(),
        work_dir=str(work_dir),
        train_dataloader=dict(
            batch_size=1,
            sampler=dict(type='DefaultSampler', shuffle=False),
            dataset=Two()),
        train_cfg=dict(by_epoch=True, max_epochs=2),
        optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.1)),
        experiment_name=str(work_dir),
        log_level='ERROR',
        **kwargs)


@pytest.mark.parametrize('kind', [Runner, FlexibleRunner])
def test_resume_runs_no_config_text(tmp_path, kind):
    make(tmp_path / 'a').train()
    file = torch.load(tmp_path / 'a/epoch_1.pth', weights_only=False)
    trap = f"open({str(tmp_path / 'run')!r}, 'w')"
    file['meta'].update(config=trap, cfg=trap)
    torch.save(file, tmp_path / 'evil.pth')
    runner = make(tmp_path / 'b', kind, resume=True,
                  load_from=str(tmp_path / 'evil.pth'))
    runner.train()
    assert runner.iter == 4
    assert not (tmp_path / 'run').exists()


def test_inferencer_needs_a_config():
    with pytest.raises(ValueError, match='a.pth: expected a config.*is code'):
        BaseInferencer._init_model(None, {}, 'a.pth')
