# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest
import torch

from aen_mmaction.engine.hooks import KeepMemoryHook, memory_hook


@pytest.mark.parametrize('gpu', [False, True])
def test_memory_is_kept_without_a_gpu(monkeypatch, gpu):
    asked = []
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: gpu)
    monkeypatch.setattr(memory_hook, 'keep_freed_memory',
                        lambda: asked.append(True))
    KeepMemoryHook().before_run(None)
    assert asked == [True] * (not gpu)
