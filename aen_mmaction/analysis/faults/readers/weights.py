# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Checkpoints of every origin, and exported graphs."""
import io
import shutil
from pathlib import Path
from typing import Optional

import numpy as np
import torch
from mmengine.runner import CheckpointLoader

from ....compat.saving import find_whole_checkpoint
from ....models.published.reading import read_published
from .reader import Reader


def _weights() -> dict:
    return dict(a=torch.arange(999.), b=torch.ones(7, 7))


def _saved(content: dict, zipped: bool = True) -> bytes:
    buffer = io.BytesIO()
    torch.save(content, buffer, _use_new_zipfile_serialization=zipped)
    return buffer.getvalue()


def _make(folder: Path) -> bytes:
    return _saved(dict(state_dict=_weights(), meta=dict(epoch=2, iter=7)))


def _make_old(folder: Path) -> bytes:
    return _saved(dict(state_dict=_weights(), meta=dict(epoch=2, iter=7)),
                  zipped=False)


def _read(path: Path) -> dict:
    return CheckpointLoader.load_checkpoint(str(path), 'cpu', 'silent')


def _same(good: dict, found: dict) -> bool:
    return good.keys() == found.keys() and all(
        isinstance(found[k], torch.Tensor) and torch.equal(found[k], good[k])
        for k in good)


def _judge(good: dict, found: dict, spoiled: bytes) -> Optional[str]:
    """Its parts have checksums: the very weights, or an error."""
    if good['meta'] != found.get('meta') or not _same(
            good['state_dict'], found['state_dict']):
        return 'other weights than were saved'
    return None


def _judge_old(good: dict, found: dict, spoiled: bytes) -> Optional[str]:
    """No checksum (torch before 1.6): numbers that stand in the file."""
    state = found.get('state_dict', found)
    for value in state.values() if isinstance(state, dict) else ():
        if isinstance(value, torch.Tensor) and value.is_contiguous() and (
                value.numpy().tobytes() not in spoiled):
            return 'numbers that are not in the file'
    return None


# ------------------------------------------------------------------ resuming
def _make_newer(folder: Path) -> bytes:
    """An older checkpoint is beside it, which is whole."""
    work_dir = folder / 'run'
    work_dir.mkdir()
    content = dict(state_dict=_weights(), meta=dict(epoch=1, iter=7))
    (work_dir / 'epoch_1.pth').write_bytes(_saved(content))
    (work_dir / 'last_checkpoint').write_text(str(work_dir / 'epoch_2.pth'))
    return _make(folder)


def _read_newest(path: Path) -> dict:
    shutil.copy(path, path.parent / 'run')
    return _read(Path(find_whole_checkpoint(str(path.parent / 'run'))))


def _judge_newest(good: dict, found: dict, spoiled: bytes) -> Optional[str]:
    """The newest whole one: weights as saved, of epoch 1 or 2."""
    if not _same(good['state_dict'], found['state_dict']):
        return 'other weights than were saved'
    return None if found['meta']['epoch'] in (1, 2) else str(found['meta'])


# ------------------------------------------------------------ authors' files
def _make_published(folder: Path) -> bytes:
    return _saved(_weights())


def _judge_published(good: tuple, found: tuple,
                     spoiled: bytes) -> Optional[str]:
    same = _same(good.state_dict, found.state_dict)
    return None if same else 'other weights than were saved'


# ---------------------------------------------------------------------- ONNX
def _make_graph(folder: Path) -> bytes:
    """A graph of one sum, with facts as an export has them."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    from ....inference.onnx_runner import SUMS, checksum
    weights = numpy_helper.from_array(np.ones((4, 4), np.float32), 'w')
    graph = helper.make_graph(
        [helper.make_node('Add', ['x', 'w'], ['y'])], 'sum',
        [helper.make_tensor_value_info('x', TensorProto.FLOAT, (4, 4))],
        [helper.make_tensor_value_info('y', TensorProto.FLOAT, (4, 4))],
        [weights])
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid('', 18)], ir_version=10)
    helper.set_model_props(model, dict(img_size='4', classes='["a", "b"]'))
    onnx.save(model, folder / 'model.onnx')
    (folder / SUMS).write_text(
        f'{checksum(folder / "model.onnx")}  model.onnx\n')
    return (folder / 'model.onnx').read_bytes()


def _read_graph(path: Path) -> tuple:
    from ....inference.onnx_runner import Graph
    graph = Graph(path, threads=1)
    return graph(np.zeros((4, 4), np.float32))['y'].tolist(), graph.facts


def _judge_graph(good: tuple, found: tuple, spoiled: bytes) -> Optional[str]:
    return None if good == found else 'another result than was exported'


WEIGHT_READERS = {
    'checkpoint': Reader('epoch_2.pth', _make, _read, _judge),
    'checkpoint to resume': Reader('epoch_2.pth', _make_newer, _read_newest,
                                   _judge_newest),
    'checkpoint, old format': Reader('old.pth', _make_old, _read, _judge_old),
    "authors' checkpoint": Reader(
        'best.pth', _make_published,
        lambda path: read_published(str(path)), _judge_published),
    'ONNX graph': Reader('model.onnx', _make_graph, _read_graph,
                         _judge_graph, ('onnx', 'onnxruntime')),
}
