# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import pytest

from aen_mmaction.models.published.name_rules import rename, transformer_rules

RULES = [('net.{n}.fc1.{rest}', 'head.{n}.{rest}'), ('net.{rest}', 'a.{rest}')]


@pytest.mark.parametrize('theirs, ours', [
    ('net.0.fc1.weight', 'head.0.weight'),
    ('net.12.fc1.bn.bias', 'head.12.bn.bias'),
    ('net.fc1.weight', 'a.fc1.weight'),  # no number: the second rule
])
def test_there_and_back(theirs, ours):
    assert rename(theirs, RULES) == ours
    assert rename(ours, RULES, reverse=True) == theirs


def test_no_rule():
    assert rename('other.weight', RULES) is None
    assert rename('xnet.0.fc1.weight', RULES) is None  # whole names only
    assert rename('net.', RULES) is None


def test_transformer_blocks():
    rules = transformer_rules('t.tf1', 'temporal.blocks')
    assert rename('t.tf1.layers.2.0.fn.fn.to_out.0.bias', rules) == (
        'temporal.blocks.2.attn.out.bias')
    assert rename('t.tf1.layers.0.1.fn.fn.net.3.weight', rules) == (
        'temporal.blocks.0.mlp.2.weight')
