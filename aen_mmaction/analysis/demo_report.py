# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""The report that ``make demo`` ends with."""
import csv
import json
from pathlib import Path
from typing import List

from mmengine.config import Config

from ..evaluation import calculate
from .clip_figure import plot_clip
from .run_model import load_run
from .timeline import average_guide, clearest_clip, clip_timeline

_REPORT = """# AEN on drawn faces: the demo's report

{num_clips} test clips of people never seen in training, seven emotions in
equal numbers (chance {chance:.1f} %). The faces are drawings: these numbers
say that the code works, and nothing about real faces.

| percent | WAR | 95 % interval | UAR | WAR3 | UAR3 |
|---|---|---|---|---|---|
| AEN | {aen[WAR]:.2f} | {low:.2f} to {high:.2f} | {aen[UAR]:.2f} | \
{aen[WAR3]:.2f} | {aen[UAR3]:.2f} |
| guide alone, averaged over frames | {guide[WAR]:.2f} | | \
{guide[UAR]:.2f} | {guide[WAR3]:.2f} | {guide[UAR3]:.2f} |

WAR is accuracy, UAR the mean recall of the classes; the 3 stands for
positive, neutral, negative.

![One test clip](clip.png)

![Confusion matrix](confusion_matrix.png)

![Confusion matrix of the groups](confusion_matrix_groups.png)

{notes}
"""


def write_demo_report(config: str, checkpoint: str, test_dir: str,
                      notes: str) -> List[Path]:
    """Draw a clip, test the guide alone, and write ``report.md``.

    Args:
        config (str): Config of the trained recognizer.
        checkpoint (str): Its weights.
        test_dir (str): Where ``tools/test.py`` wrote the metric's files; the
            report goes there as well.
        notes (str): Markdown to close the report with.

    Returns:
        list[Path]: The files of the report, most telling first.
    """
    out = Path(test_dir)
    summary = json.loads((out / 'metrics.json').read_text())
    with open(out / 'predictions.csv', newline='', encoding='utf-8') as file:
        predictions = list(csv.DictReader(file))
    model, dataset = load_run(Config.fromfile(config), checkpoint)
    model.guide.init_weights()
    hierarchy = model.cls_head.hierarchy
    guide = calculate(*average_guide(model, dataset), hierarchy)
    clip_ids = [row['clip_id'] for row in predictions]
    timeline = clip_timeline(model, dataset,
                             clip_ids.index(clearest_clip(predictions)))
    plot_clip(timeline, hierarchy.classes, out / 'clip.png', 'drawn face')
    low, high = summary['intervals']['WAR']
    (out / 'report.md').write_text(
        _REPORT.format(
            num_clips=summary['num_clips'],
            chance=100 / len(summary['classes']),
            aen=summary['metrics'],
            guide=guide,
            low=low,
            high=high,
            notes=notes))
    summary['guide_alone'] = guide
    (out / 'metrics.json').write_text(json.dumps(summary, indent=2))
    names = ('report.md', 'clip.png', 'confusion_matrix.png',
             'confusion_matrix_groups.png', 'predictions.csv', 'metrics.json')
    return [out / name for name in names]
