# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import time

import pytest

from aen_mmaction.analysis.benchmark import interleaved_medians


def test_tasks_take_turns_and_the_second_run_of_each_counts():
    order = []

    def busy(name, seconds):
        order.append(name)
        first = len(order) % 2 or len(order) == 2  # of its turn
        end = time.process_time() + seconds * (20 if first else 1)
        while time.process_time() < end:
            pass

    medians = interleaved_medians(
        dict(a=lambda: busy('a', .001), b=lambda: busy('b', .003)), rounds=3)
    assert ''.join(order) == 'ab' + 'aabb' + 'bbaa' + 'aabb'
    assert .001 <= medians['a'] < .002 < .003 <= medians['b'] < .006


def test_waiting_is_no_cpu_time():
    assert interleaved_medians(dict(a=lambda: time.sleep(.02)), 1)['a'] < .01


def test_no_round_is_refused():
    with pytest.raises(ValueError, match='rounds: expected at least 1, got 0'):
        interleaved_medians({}, 0)
