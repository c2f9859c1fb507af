# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import os

import pytest

from aen_mmaction.faces.workers import WorkerDied, run_in_workers


@pytest.mark.parametrize('workers', [1, 3])
def test_a_job_that_kills_its_process(jobs, workers):
    results = dict(run_in_workers(jobs.square_or_die, range(7), workers))
    assert sorted(results) == [0, 1, 2, 3, 4, 5, 6]
    died = {job: result for job, result in results.items()
            if isinstance(result, WorkerDied)}
    assert str(died.pop(3)).endswith('killed by SIGKILL')
    assert str(died.pop(4)).endswith('ended with status 7')
    assert not died
    assert [results[i][0] for i in (0, 1, 2, 5, 6)] == [0, 1, 4, 25, 36]
    assert os.getpid() not in {results[i][1] for i in (0, 1, 2, 5, 6)}


def test_stopping_early_ends_the_processes(jobs):
    results = run_in_workers(jobs.square_or_die, range(3), 2)
    _, (_, pid) = next(results)
    results.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_no_jobs_and_no_workers(jobs):
    assert list(run_in_workers(jobs.square_or_die, [], 2)) == []
    with pytest.raises(ValueError, match='workers: expected 1 or more, got 0'):
        list(run_in_workers(jobs.square_or_die, [1], 0))
