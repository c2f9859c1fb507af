# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
import logging
from typing import Sequence, Union

from mmaction.registry import DATASETS
from mmengine.dataset import BaseDataset, ConcatDataset
from mmengine.logging import print_log

from ..emotions import label_map, shared_classes


@DATASETS.register_module()
class JointDataset(ConcatDataset):
    """Several data sets as one, on the emotions that all of them have.

    Labels are mapped by name to the shared classes, in the order of the
    first set. Clips of other classes are left out; they are counted and
    logged, once for each set. A model trained on it needs these classes.

    Args:
        datasets (Sequence[dict | BaseDataset]): The sets, with ``classes``
            in their metainfo.

    Raises:
        ValueError: If the sets share fewer than two classes, or a set has no
            clip of them.

    Example:
        Config of a training set::

            dict(type='JointDataset', datasets=[
                dict(type='DFEWDataset', ...), dict(type='MAFWDataset', ...)])
    """

    def __init__(self, datasets: Sequence[Union[dict, BaseDataset]]) -> None:
        built = [
            DATASETS.build(d) if isinstance(d, dict) else d for d in datasets
        ]
        classes = shared_classes(*(d.metainfo['classes'] for d in built))
        for dataset in built:
            _restrict(dataset, classes)
        # what the sets may differ in: their own orders, groups of classes
        differ = {key for d in built for key in d.metainfo} - {'classes'}
        super().__init__(built, ignore_keys=sorted(differ))
        self._metainfo = dict(classes=classes, **_common_faces(built))


def _common_faces(datasets: Sequence[BaseDataset]) -> dict:
    """How the faces of all sets were cut, where that is the same."""
    faces = [dataset.metainfo.get('faces') for dataset in datasets]
    if all(found == faces[0] for found in faces):
        return dict(faces=faces[0]) if faces[0] else {}
    print_log(
        'JointDataset: the faces were not cut in one way, so predictions '
        'cannot be compared with them: '
        + '; '.join(f'{d.ann_file}: {found or "not known"}'
                    for d, found in zip(datasets, faces)),
        logger='current',
        level=logging.WARNING)
    return {}


def _restrict(dataset: BaseDataset, classes: Sequence[str]) -> None:
    """Keep the clips of some classes, labelled in their order."""
    dataset.full_init()
    own = dataset.metainfo['classes']
    new = dict(zip(label_map(classes, own), range(len(classes))))
    if list(new) == list(range(len(own))):
        return  # the same classes in the same order
    infos = [dataset.get_data_info(i) for i in range(len(dataset))]
    kept = [
        dict(info, label=new[info['label']]) for info in infos
        if info['label'] in new
    ]
    lost = len(infos) - len(kept)
    name = f'{type(dataset).__name__} ({dataset.ann_file})'
    left_out = [c for i, c in enumerate(own) if i not in new]
    if not kept:
        raise ValueError(f'{name}: expected clips of {tuple(classes)}, all '
                         f'{lost} are of {left_out}')
    for info in kept:
        info.pop('sample_idx', None)  # of the position before
    dataset.data_list = kept
    if dataset.serialize_data:
        dataset.data_bytes, dataset.data_address = dataset._serialize_data()
    dataset._metainfo['classes'] = tuple(classes)
    print_log(
        f'{name}: {lost} of {len(infos)} clips left out, their classes '
        f'{left_out} are not in every set of the JointDataset',
        logger='current',
        level=logging.WARNING if lost else logging.INFO)
