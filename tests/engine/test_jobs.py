# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Jobs of tiny commands, killed and started again."""
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aen_mmaction.engine.job_tool import make_slots
from aen_mmaction.engine.jobs import Job, JobRunner, unfinished

ROOT = Path(__file__).resolve().parents[2]
# A training of 5 steps that goes on from its file. It leaves a mark if it is
# not alone in its folder.
TRAINING = '''
import fcntl, os, sys, time
folder = sys.argv[1]
guard = open(folder + '/alone', 'w')
try:
    fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    open(folder + '/../two-at-a-time', 'w').close()
path = folder + '/steps'
done = open(path).read().split() if os.path.exists(path) else []
for step in range(len(done), 5):
    time.sleep(.03)
    while os.path.exists(folder + '/../wait'):
        time.sleep(.01)
    with open(path, 'a') as file:
        file.write(f'{step} ')
'''
# Only this module is needed, which saves the packages' import.
RUNNER = f'''
import pathlib, signal, sys, types
for name in ('aen_mmaction', 'aen_mmaction.engine'):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [{str(ROOT)!r} + '/' + name.replace('.', '/')]
from aen_mmaction.engine import jobs
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
root = pathlib.Path(sys.argv[1])
def job(i):
    folder = root / str(i)
    train = [sys.executable, '-S', '-c', {TRAINING!r}, folder]
    def test():
        (folder / 'result').write_text((folder / 'steps').read_text())
    return jobs.Job(folder, dict(train=lambda: train, test=test))
log = lambda line: print(line, flush=True)
failed = jobs.JobRunner([{{}}, {{}}], log).run(map(job, range(6)))
sys.exit(len(failed))
'''


def job(folder, needs=(), **scripts):
    """Job whose stages are Python scripts; ``FOLDER`` is its folder."""
    stages = {
        name: lambda script=script:
        [sys.executable, '-S', '-c',
         script.replace('FOLDER', repr(str(folder)))]
        for name, script in scripts.items()
    }
    return Job(folder, stages, tuple(needs), folder.name)


def run(jobs, slots=({}, )):
    lines = []
    return JobRunner(slots, lines.append).run(jobs), lines


NOTE = "open(FOLDER + '/out', 'a').write('%s')"


def test_stages_run_in_order_and_once(tmp_path):
    one = job(tmp_path / 'a', train=NOTE % 1, test=NOTE % 2)
    assert unfinished([one]) == [one] and not one.is_done
    for _ in range(2):
        assert run([one])[0] == {}
    assert (tmp_path / 'a' / 'out').read_text() == '12'
    assert one.is_done and set(one.seconds) == {'train', 'test'}
    more = job(tmp_path / 'a', train=NOTE % 1, test=NOTE % 2, more=NOTE % 3)
    run([more])  # only what is new
    assert (tmp_path / 'a' / 'out').read_text() == '123'


def test_needs_come_first_and_equal_folders_once(tmp_path):
    data = job(tmp_path / 'data', make=NOTE % 'd')
    check = "assert open(FOLDER + '/../data/out').read() == 'd'"
    cells = [job(tmp_path / str(i % 2), [data], train=check + ';' + NOTE % i)
             for i in range(3)]  # 2 is 0 again
    assert run(cells, [{}, {}])[0] == {}
    assert (tmp_path / '0' / 'out').read_text() == '0'
    # what finished cells needed may be thrown away
    (tmp_path / 'data' / 'job.json').unlink()
    assert unfinished(cells) == []


def test_asked_first_runs_first(tmp_path):
    """What needs a preparation is not put behind all that needs none."""
    data = job(tmp_path / 'data', make=NOTE % 'd')
    first = job(tmp_path / 'first', [data], train=NOTE % 1)
    rest = [job(tmp_path / name, train=NOTE % 2) for name in ('x', 'y')]
    failed, lines = run([first, *rest])
    assert failed == {}
    started = [line for line in lines if line.endswith(('make', 'train'))]
    assert started == ['data: make', 'first: train', 'x: train', 'y: train']


def test_a_failure_is_told_and_stops_only_what_needs_it(tmp_path):
    bad = job(tmp_path / 'bad',
              train="print('the reason'); raise SystemExit(3)")
    after = job(tmp_path / 'after', [bad], train=NOTE % 1)
    good = job(tmp_path / 'good', train=NOTE % 1)
    failed, lines = run([bad, after, good])
    assert failed.keys() == {bad.folder, after.folder}
    assert 'train ended with code 3' in failed[bad.folder]
    assert 'the reason' in failed[bad.folder]
    assert failed[after.folder] == 'not run: needs bad'
    assert good.is_done and not after.folder.exists()
    assert any(line.startswith('FAILED bad') for line in lines)


def test_a_stage_may_fail_without_a_command(tmp_path):
    def stage():
        raise FileNotFoundError('the training left no x')

    failed, _ = run([Job(tmp_path / 'a', dict(test=stage))])
    assert failed == {tmp_path / 'a': 'the training left no x'}


def test_a_stage_that_leaves_nothing_is_not_complete(tmp_path):
    """As a training that was asked to stop: exit code 0, no result."""
    folder = tmp_path / 'a'
    left = folder / 'out'
    stopped = job(folder, train='pass')
    stopped.leaves['train'] = left
    failed, _ = run([stopped])
    assert 'before it was complete: there is no' in failed[folder]
    assert not stopped.is_done
    again = job(folder, train=NOTE % 1)
    again.leaves['train'] = left
    assert run([again])[0] == {} and again.is_done


def test_slots_share_the_machine_out(tmp_path, monkeypatch):
    """Two jobs at a time, one on each device; each waits for the other."""
    script = '''
import os, time
open(FOLDER + '/../' + os.environ['CUDA_VISIBLE_DEVICES'], 'w').close()
end = time.time() + 20
while len([f for f in os.listdir(FOLDER + '/..') if f in '35']) < 2:
    assert time.time() < end, 'the other never came'
    time.sleep(.01)
'''
    monkeypatch.setenv('CUDA_VISIBLE_DEVICES', '3,5')
    slots = make_slots(None, 2, 8)
    assert slots == [dict(CUDA_VISIBLE_DEVICES=d) for d in '35']
    jobs = [job(tmp_path / name, train=script) for name in 'ab']
    assert run(jobs, slots)[0] == {}


def test_slots_without_a_gpu(monkeypatch):
    monkeypatch.delenv('CUDA_VISIBLE_DEVICES', raising=False)
    assert make_slots(None, 0, 8) == [dict(OMP_NUM_THREADS='8')]
    assert make_slots(3, 0, 8) == [dict(OMP_NUM_THREADS='2')] * 3
    assert make_slots(9, 0, 8)[8] == dict(OMP_NUM_THREADS='1')
    assert make_slots(3, 2, 8)[2] == dict(CUDA_VISIBLE_DEVICES='0')
    with pytest.raises(ValueError, match='at least 1 job'):
        make_slots(0, 0, 8)


def start(root):
    return subprocess.Popen([sys.executable, '-c', RUNNER, str(root)],
                            stdout=subprocess.PIPE, text=True)


def steps(root):
    return sum(len(p.read_text().split()) for p in root.glob('*/steps'))


def finish(root):
    """Start it once more, and see the results of an unbroken run."""
    assert start(root).wait(60) == 0
    assert not (root / 'two-at-a-time').exists()
    for i in range(6):
        assert (root / str(i) / 'result').read_text() == '0 1 2 3 4 '


@pytest.mark.parametrize('sig', [signal.SIGKILL, signal.SIGTERM])
def test_killed_five_times_the_results_are_the_same(tmp_path, sig):
    """SIGKILL leaves trainings alive: the next run waits for them."""
    rng = random.Random(int(sig))
    for _ in range(5):
        before = steps(tmp_path)
        process = start(tmp_path)
        while steps(tmp_path) < before + 2 and process.poll() is None:
            time.sleep(.005)
        time.sleep(rng.uniform(0, .05))
        assert process.poll() is None
        os.kill(process.pid, sig)
        process.wait()
    finish(tmp_path)


def test_a_survivor_of_a_killed_run_is_waited_for(tmp_path):
    (tmp_path / 'wait').touch()
    process = start(tmp_path)
    while not all((tmp_path / name / 'alone').exists() for name in '01'):
        assert process.poll() is None
        time.sleep(.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    second = start(tmp_path)
    assert 'another process is at work' in next(second.stdout)
    (tmp_path / 'wait').unlink()
    assert second.wait(60) == 0
    finish(tmp_path)
