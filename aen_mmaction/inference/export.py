# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""A recognizer as ONNX graphs that need neither torch nor this package."""
import importlib
import json
import shutil
from pathlib import Path
from typing import Dict, List, NamedTuple, Tuple, Union

import torch
from torch import nn

from ..datasets.transforms import SampleSegmentFrames
from ..models.recognizers import DFERRecognizer
from ..version import __version__
from .frame_pipeline import FramePipeline
from .loading import LoadedModel
from .parts import (ClipScorer, FrameEncoder, WholeModel, is_separable,
                    prepare_for_inference)

OPSET = 18
TOLERANCE = 1e-4  # largest difference from PyTorch that passes
_TRACED, _COMPARED = 2, (1, 3)  # clips at a time


class ExportedGraph(NamedTuple):
    """One ONNX file.

    Attributes:
        path (Path): Where it is.
        differences (dict[str, float]): Of each output, the largest absolute
            difference from PyTorch, with 1 clip (or frame) and with 3.
    """
    path: Path
    differences: Dict[str, float]


class _Tuple(nn.Module):
    """A part with its outputs in a tuple, without their names."""

    def __init__(self, part: nn.Module) -> None:
        super().__init__()
        self.part = part

    def forward(self, *inputs: torch.Tensor) -> Tuple[torch.Tensor, ...]:
        return tuple(_named(self.part(*inputs)).values())


def export_onnx(loaded: LoadedModel,
                out_dir: Union[str, Path],
                opset: int = OPSET,
                torch_programs: bool = False) -> List[ExportedGraph]:
    """Write a model as ONNX, and compare every graph with PyTorch.

    ``model.onnx`` takes whole clips. A separable model (see
    :func:`is_separable`) gets two more, for streams: ``frame_encoder.onnx``
    and ``clip_scorer.onnx``. The number of clips or frames N is free. The
    graphs carry class names and sampling rule; ``onnx_runner.py``, put
    beside them, needs numpy and onnxruntime alone.

    Args:
        loaded (LoadedModel): A model of this project; changed in place (see
            :func:`prepare_for_inference`), and brought to the CPU.
        out_dir (str | Path): Folder to write into.
        opset (int): ONNX operator set. Defaults to 18.
        torch_programs (bool): Write ``*.pt2``, for :func:`torch.export.load`,
            beside each graph. Defaults to False.

    Returns:
        list[ExportedGraph]: The graphs.

    Raises:
        ImportError: If onnx, onnxscript or onnxruntime is missing.
        ValueError: If it is one of MMAction2's own recognizers.
        RuntimeError: If a graph differs from PyTorch by more than 1e-4; it
            is removed.
    """
    for package in ('onnx', 'onnxscript', 'onnxruntime'):
        _require(package)
    model = loaded.model.cpu()
    if not isinstance(model, DFERRecognizer):
        raise ValueError(
            f'expected a DFERRecognizer, got {type(model).__name__}: '
            "MMAction2's own recognizers are exported by MMDeploy")
    kinds = dict(model=WholeModel)
    if is_separable(model):
        kinds.update(frame_encoder=FrameEncoder, clip_scorer=ClipScorer)
    with torch.no_grad():
        samples = {n: _inputs(model, n) for n in (_TRACED, *_COMPARED)}
        expected = {(name, n): _named(kind(model)(*samples[n][name].values()))
                    for name, kind in kinds.items() for n in _COMPARED}
    prepare_for_inference(model)
    out_dir = Path(out_dir)
    out_dir.mkdir(parents=True, exist_ok=True)
    graphs: List[ExportedGraph] = []
    for name, kind in kinds.items():
        path = out_dir / f'{name}.onnx'
        _write(path, kind(model), samples[_TRACED][name],
               list(expected[name, 1]), opset, _metadata(loaded),
               torch_programs)
        pairs = [(samples[n][name], expected[name, n]) for n in _COMPARED]
        graphs.append(ExportedGraph(path, _compare(path, pairs)))
    from .onnx_runner import SUMS, checksum  # needs onnxruntime
    (out_dir / SUMS).write_text(''.join(
        f'{checksum(graph.path)}  {graph.path.name}\n' for graph in graphs))
    shutil.copy(Path(__file__).with_name('onnx_runner.py'), out_dir)
    return graphs


def _require(package: str) -> None:
    try:
        importlib.import_module(package)
    except ImportError as error:
        raise ImportError(f'{error}: exporting needs more packages: pip '
                          "install 'aen-mmaction[export]'") from error


def _named(outputs: Union[Dict, Tuple]) -> Dict[str, torch.Tensor]:
    if isinstance(outputs, dict):
        return outputs
    return {f'tokens_{level}': x for level, x in enumerate(outputs)}


def _inputs(model: DFERRecognizer,
            num: int) -> Dict[str, Dict[str, torch.Tensor]]:
    """Noise for each part: N clips, N frames, the tokens of N clips."""
    preprocessor = model.data_preprocessor
    shape = (num, preprocessor.num_frames, 3, *[preprocessor.img_size] * 2)
    clips = torch.randint(
        0, 256, shape, dtype=torch.uint8,
        generator=torch.Generator().manual_seed(num))
    inputs = dict(model=dict(clips=clips))
    if is_separable(model):
        tokens = _named(FrameEncoder(model)(clips.flatten(0, 1)))
        inputs['frame_encoder'] = dict(frames=clips[:, 0].contiguous())
        inputs['clip_scorer'] = {
            key: level.unflatten(0, shape[:2])
            for key, level in tokens.items()
        }
    return inputs


def _write(path: Path, part: nn.Module, inputs: Dict[str, torch.Tensor],
           output_names: List[str], opset: int, metadata: Dict[str, str],
           torch_program: bool) -> None:
    """Trace a part with a free first axis and write it."""
    free = {0: torch.export.Dim('N')}
    others = (None, ) * (len(inputs) - 1)
    program = torch.export.export(
        _Tuple(part).eval(), tuple(inputs.values()),
        dynamic_shapes=((free, ) * len(inputs), ))
    if torch_program:
        torch.export.save(program, path.with_suffix('.pt2'))
    graph = torch.onnx.export(
        program,
        input_names=list(inputs),
        output_names=output_names,
        dynamic_shapes=(({0: 'N'}, *others), ),  # names the free axis
        opset_version=opset,
        dynamo=True,
        verbose=False)
    written = graph.model.opset_imports['']
    if written != opset:
        raise ValueError(f'opset: expected {opset}, but this version of torch '
                         f'could only write {written}')
    graph.model.metadata_props.update(metadata)
    graph.save(str(path), external_data=False)


def _metadata(loaded: LoadedModel) -> Dict[str, str]:
    """What a user of the graph must know, as texts."""
    preprocessor = loaded.model.data_preprocessor
    groups = loaded.hierarchy and loaded.hierarchy.group_names
    facts = dict(
        classes=loaded.classes,
        groups=groups or (),
        num_frames=preprocessor.num_frames,
        img_size=preprocessor.img_size)
    for step in FramePipeline(loaded.cfg).sampling.transforms:
        if isinstance(step, SampleSegmentFrames):
            facts.update(
                num_segments=step.num_segments, snippet_len=step.snippet_len)
    return {
        'aen_mmaction': __version__,
        **{key: json.dumps(value)
           for key, value in facts.items()}
    }


def _compare(path: Path, pairs: List[Tuple[Dict, Dict]]) -> Dict[str, float]:
    """Run a graph and hold it against PyTorch; remove it if it differs."""
    import onnxruntime
    session = onnxruntime.InferenceSession(
        str(path), providers=['CPUExecutionProvider'])
    differences: Dict[str, float] = {}
    for inputs, expected in pairs:
        found = session.run(
            list(expected), {k: v.numpy() for k, v in inputs.items()})
        for (name, value), array in zip(expected.items(), found):
            worst = (torch.from_numpy(array) - value).abs().max().item()
            differences[name] = max(worst, differences.get(name, 0.))
    wrong = {k: v for k, v in differences.items() if not v <= TOLERANCE}
    if wrong:
        path.unlink()
        raise RuntimeError(
            f'{path} differs from PyTorch by more than {TOLERANCE}: {wrong}. '
            'It was removed; try another opset or version of torch and onnx')
    return differences
