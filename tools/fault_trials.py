# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Try to break it: malformed files for each reader, kills at any moment.

Exit status 0: every malformed file was refused with a message or read right,
nothing in it was executed; after every kill a run went on and ended as an
unbroken one; memory of a long test did not grow.
"""
import argparse
import csv
import sys
from importlib.util import find_spec
from pathlib import Path

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.analysis.faults import kills, malformed, memory
from aen_mmaction.analysis.faults.readers import READERS


def try_malformed(args):
    """Spoiled files for each reader."""
    trials = []
    for name in args.readers or READERS:
        missing = [p for p in READERS[name].needs if not find_spec(p)]
        if missing:
            print(f'{name}: left out, pip install {" ".join(missing)}')
            continue
        trials += malformed.run_malformed(args.files, args.seed, [name])
    finish(args.out, 'malformed', trials, malformed.table(trials),
           [trial for trial in trials if trial.outcome == 'FAULT'])


def try_kills(args):
    """50 times SIGKILL and 6 times SIGTERM, or a part of it."""
    share = args.count / sum(kills.PHASES.values())
    counts = {phase: round(share * n) for phase, n in kills.PHASES.items()
              if phase in (args.phases or kills.PHASES)}
    done = kills.run_kills(counts, args.seed,
                           lambda line: print(line, flush=True))
    finish(args.out, 'kills', done, kills.table(done),
           [kill for kill in done if kill.fault])


def try_memory(args):
    """A test on many clips: its memory."""
    samples = memory.measure_memory(args.clips)
    early, most, peak = memory.growth(samples)
    rise = most - early
    table = [
        '| clips | MB after a tenth | most while testing | rise | peak, with '
        'tables and figures |',
        '|---|---|---|---|---|',
        f'| {args.clips} | {early:.0f} | {most:.0f} | {rise:.1f} | '
        f'{peak:.0f} |'
    ]
    faults = [f'memory grows by {rise:.1f} MB'] if (
        rise > memory.MOST_GROWTH) else []
    finish(args.out, 'memory', samples, table, faults)


def finish(out, name, rows, table, faults):
    """Write csv and table; say pass or fail."""
    out.mkdir(parents=True, exist_ok=True)
    with open(out / f'{name}.csv', 'w', newline='', encoding='utf-8') as file:
        writer = csv.writer(file)
        writer.writerow(rows[0]._fields if rows else ())
        writer.writerows(rows)
    (out / f'{name}.md').write_text('\n'.join(table) + '\n')
    print(*table, *faults, sep='\n')
    print(f'{len(rows)} trials, {len(faults)} faults: {out / name}.csv, .md')
    sys.exit(bool(faults))


def parse_args():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest='command', required=True)
    files = commands.add_parser('malformed', help='files for each reader')
    files.add_argument(
        '--files', type=int, default=30,
        help='for each reader (default: %(default)s)')
    files.add_argument(
        '--readers', nargs='+', metavar='READER', choices=list(READERS),
        help=f'only these: {", ".join(READERS)}')
    files.set_defaults(run=try_malformed)
    killing = commands.add_parser('kills', help='SIGKILL at random moments')
    killing.add_argument(
        '--count', type=int, default=sum(kills.PHASES.values()),
        help='kills, shared out over the phases (default: %(default)s)')
    killing.add_argument(
        '--phases', nargs='+', choices=list(kills.PHASES),
        help='only these, with their share')
    killing.set_defaults(run=try_kills)
    long = commands.add_parser(
        'memory', help='a test on many clips: its memory stays (Linux)')
    long.add_argument('--clips', type=int, default=10_000)
    long.set_defaults(run=try_memory)
    for command in (files, killing):
        command.add_argument('--seed', type=int, default=0)
    for command in (files, killing, long):
        command.add_argument(
            '--out', type=Path, default=Path('work_dirs/faults'),
            help='folder of the csv and the table (default: %(default)s)')
    return parser.parse_args()


def main():
    args = parse_args()
    args.run(args)


if __name__ == '__main__':
    main()
