# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The paper's figures, of your own runs; one sub-command for each."""
import argparse
import csv
import sys
from pathlib import Path

import numpy as np
from mmengine.config import Config
from mmengine.dataset import pseudo_collate

import aen_mmaction  # noqa: F401  mends the stack, registers components
from aen_mmaction.analysis import result_figures
from aen_mmaction.analysis.embedding import (clip_vectors, draw_embeddings,
                                             embed)
from aen_mmaction.analysis.gradcam import WEIGHTS
from aen_mmaction.analysis.gradcam_figure import (clip_frames, draw_clip_heat,
                                                  explain_clip)
from aen_mmaction.analysis.heat_check import (heat_table, measure_heat,
                                              untrained_twin)
from aen_mmaction.analysis.run_model import load_run
from aen_mmaction.analysis.work_dir import find_checkpoint, find_config
from aen_mmaction.datasets.labels import clip_labels
from aen_mmaction.datasets.synthetic import SetTruth
from aen_mmaction.emotions import EmotionHierarchy
from aen_mmaction.engine.config_options import set_data_root
from aen_mmaction.evaluation.runs import read_run
from aen_mmaction.evaluation.tables import to_markdown, write_table


def load(work_dir, args):
    """Config, model and test data of a training's folder."""
    cfg = Config.fromfile(find_config(work_dir))
    if args.data_root:
        set_data_root(cfg, args.data_root)
    return (cfg, *load_run(cfg, find_checkpoint(work_dir)))


def load_guide(model, needed):
    """Read the guide's weights; without them no frame weights are drawn."""
    try:
        model.guide.init_weights()
    except (AttributeError, FileNotFoundError) as error:
        if needed:
            raise ValueError(f'this figure needs a frame-level guide: {error}'
                             ) from None
        print(f'No frame weights: {error}', file=sys.stderr)


def pick_clips(dataset, args):
    """Places of the clips asked for, or of one clip of each class."""
    ids = [dataset.get_data_info(i)['clip_id'] for i in range(len(dataset))]
    missing = sorted(set(args.clips or []) - set(ids))
    if missing:
        raise ValueError(f'--clips: {missing} are not in the test list')
    if args.clips:
        return [ids.index(clip_id) for clip_id in args.clips]
    labels = clip_labels(dataset)
    return [int(np.flatnonzero(labels == k)[0]) for k in np.unique(labels)]


def confusion(args):
    """Confusion matrices of several runs, side by side."""
    names = args.names or [None] * len(args.runs)
    runs = [read_run(path, name) for path, name in zip(args.runs, names)]
    return result_figures.draw_run_confusions(runs)


def gradcam(args):
    """Heat maps of clips, a picture each."""
    _, model, dataset = load(args.work_dir, args)
    load_guide(model, needed=False)
    classes = dataset.metainfo['classes']
    for index in pick_clips(dataset, args):
        clip = explain_clip(model, dataset, index, args.weights)
        path = args.out.with_name(
            f'{args.out.stem}_{clip.clip_id}{args.out.suffix}')
        draw_clip_heat(clip, classes).savefig(path, dpi=120)
        print(path)


def heat_check(args):
    """Heat at mouth and brows of drawn faces, trained and untrained."""
    cfg, model, dataset = load(args.work_dir, args)
    truth = SetTruth(args.set or Path(
        cfg.test_dataloader.dataset.data_root).parent)
    labels = clip_labels(dataset)
    classes = list(dataset.metainfo['classes'])
    with_face = np.flatnonzero(labels != classes.index('neutral'))
    models = {'trained': model}
    models.update({f'random, seed {seed}': untrained_twin(cfg, seed)
                   for seed in range(args.seeds)})
    measured = {
        name: measure_heat(one, dataset, truth,
                           with_face[:args.num_clips].tolist(), args.weights)
        for name, one in models.items()
    }
    table = heat_table(measured)
    print(to_markdown(*table))
    print(*write_table(args.out.with_suffix(''), *table), sep='  ')


def tsne(args):
    """Clip vectors of one or several trainings."""
    names = args.names or [Path(path).name for path in args.runs]
    found = {}
    for name, work_dir in zip(names, args.runs):
        _, model, dataset = load(work_dir, args)
        hierarchy = EmotionHierarchy(dataset.metainfo['classes'])
        found[name] = embed(clip_vectors(model, dataset, args.level),
                            clip_labels(dataset), hierarchy)
        print(f'{name}: silhouette by emotion {found[name].by_emotion:+.3f}, '
              f'by group {found[name].by_group:+.3f}')
    return draw_embeddings(found, hierarchy)


def strips(args):
    """What the guide sees in single frames of clips."""
    _, model, dataset = load(args.work_dir, args)
    load_guide(model, needed=True)
    rows = []
    for index in pick_clips(dataset, args):
        batch = pseudo_collate([dataset[index]])
        data = model.data_preprocessor(batch, False)
        sample = data['data_samples'][0]
        rows.append(
            result_figures.Strip(
                sample.clip_id, int(sample.gt_label),
                clip_frames(batch['inputs'][0]),
                model.guide(data['inputs'])[0].softmax(-1).numpy(),
                np.ravel(sample.frame_inds)))
    return result_figures.draw_strips(rows, dataset.metainfo['classes'],
                                      args.source)


def alpha(args):
    """WAR of 3 and 7 emotions over alpha."""
    with open(args.table, newline='', encoding='utf-8') as file:
        rows = list(csv.DictReader(file))
    names = ('alpha', 'WAR', 'WAR3')
    if not rows or not set(names) <= set(rows[0]):
        raise ValueError(f'{args.table}: expected the columns {names}, '
                         f'found {list(rows[0]) if rows else "no row"}')
    ends = [f'{name} {end}' for name in names[1:] for end in ('low', 'high')]
    curve = {name: [float(row[name]) for row in rows]
             for name in (*names, *ends) if name in rows[0]}
    return result_figures.draw_alpha(curve, args.title or str(args.table))


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest='kind', required=True)

    def command(run, name, runs=False, clips=False):
        sub = commands.add_parser(name, help=run.__doc__,
                                  description=run.__doc__)
        if runs:
            sub.add_argument('runs', nargs='+', metavar='WORK_DIR')
            sub.add_argument('--names', nargs='+', help='in that order')
        elif name != 'alpha':
            sub.add_argument('work_dir', help='of a training')
        if clips:
            sub.add_argument('--clips', nargs='+', metavar='ID',
                             help='clip ids (default: one of each class)')
        if name not in ('confusion', 'alpha'):
            sub.add_argument('--data-root', help='folder of the data set, '
                             "instead of the config's")
        sub.add_argument('--out', type=Path,
                         default=Path('work_dirs/figures') / f'{name}.png',
                         help='file to write (default: %(default)s)')
        sub.set_defaults(run=run)
        return sub

    command(confusion, 'confusion', runs=True)
    for sub in (command(gradcam, 'gradcam', clips=True),
                command(heat_check, 'heat-check')):
        sub.add_argument('--weights', choices=WEIGHTS, default='element',
                         help='channel: Grad-CAM as published (default: '
                         '%(default)s)')
    sub.add_argument('--set', type=Path, help='folder of the drawn set '
                     "(default: above the config's data root)")
    sub.add_argument('--num-clips', type=int, default=48,
                     help='clips, neutral ones left out (default: 48)')
    sub.add_argument('--seeds', type=int, default=3,
                     help='random weights to compare with (default: 3)')
    sub = command(tsne, 'tsne', runs=True)
    sub.add_argument('--level', type=int, default=0,
                     help='semantic level of the vectors (default: 0)')
    sub = command(strips, 'strip', clips=True)
    sub.add_argument('--source', default='',
                     help='what the clips are, for the title')
    sub = command(alpha, 'alpha')
    sub.add_argument('table', type=Path, help='csv with the columns alpha, '
                     'WAR and WAR3, from tools/alpha_curve.py or a grid')
    sub.add_argument('--title', help='which model, which clips (default: '
                     'the file)')
    args = parser.parse_args()
    if getattr(args, 'names', None) and len(args.names) != len(args.runs):
        parser.error(f'--names: expected {len(args.runs)} names')
    return args


def main():
    args = parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    figure = args.run(args)
    if figure is not None:
        figure.savefig(args.out, dpi=130)
        print(args.out)


if __name__ == '__main__':
    try:
        main()
    except (FileNotFoundError, ImportError, ValueError) as error:
        sys.exit(f'error: {error}')
