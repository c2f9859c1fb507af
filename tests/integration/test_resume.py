# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A run killed in mid-epoch and resumed ends where an unbroken one ends."""
import torch

EPOCHS = 3
OPTIONS = {
    'train_cfg.max_epochs': EPOCHS,
    'train_dataloader.batch_size': 1,  # 12 iterations in an epoch
    'param_scheduler.0.step_size': 1,
}


def final(work_dir):
    """Weights and momentum after the last epoch."""
    file = torch.load(work_dir / f'epoch_{EPOCHS}.pth', weights_only=False)
    state = file['optimizer']['state']
    return {
        **file['state_dict'],
        **{f'momentum {i}': state[i]['momentum_buffer'] for i in state}
    }


def test_killed_and_resumed_run_equals_unbroken_one(tiny, measured):
    reference = final(
        tiny.run('train', 'unbroken', OPTIONS, validate=False).work_dir)
    for workers in (0, 2):
        name = f'killed{workers}'
        options = {
            **OPTIONS, 'train_dataloader.num_workers': workers,
            'train_dataloader.persistent_workers': workers > 0
        }
        broken = tiny.start('train', name, options, validate=False)
        broken.wait_for('Epoch(train) [2][ 3/12]')
        broken.process.kill()  # SIGKILL
        assert broken.wait() == -9
        assert (broken.work_dir /
                'last_checkpoint').read_text().endswith('epoch_1.pth')
        resumed = tiny.run(
            'train', name, options, '--resume', validate=False)
        assert 'Epoch(train) [2][ 1/12]' in resumed.output
        assert 'Epoch(train) [1]' not in resumed.output
        weights = final(resumed.work_dir)
        assert weights.keys() == reference.keys() and len(weights) > 100
        different = [k for k in weights
                     if not torch.equal(weights[k], reference[k])]
        assert not different, f'workers={workers}: {different}'
    measured(f'{len(reference)} tensors of weights and momentum, bitwise '
             'the same after SIGKILL and resume')
