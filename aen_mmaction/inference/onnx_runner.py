# Copyright (c) AEN-MMAction contributors. Licensed under Apache-2.0.
"""Run exported recognizers; needs numpy and onnxruntime, nothing else.

This file may be copied anywhere. FACES.npy holds the aligned faces of one
clip or track, uint8 (F, S, S, 3), RGB, S the model's image size.

    python onnx_runner.py MODEL_DIR FACES.npy
    python onnx_runner.py MODEL_DIR FACES.npy --window 40 --stride 5

Without --window the whole file is one clip. With it, windows slide over the
track, and each frame is encoded once. Prints one JSON object a line.
"""
import argparse
import hashlib
import json
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime

SUMS = 'SHA256SUMS'  # checksums of the graphs beside it, as of sha256sum


def frame_inds(num_frames, num_segments, snippet_len):
    """Frames of a clip that testing looks at: the middle of each segment.

    Args:
        num_frames (int): Frames of the clip, at least 1.
        num_segments (int): Segments the clip is divided into.
        snippet_len (int): Consecutive frames taken of each.

    Returns:
        ndarray: int64 (T,), 0-based.

    Source: Former-DFER, test protocol.
    """
    offsets = np.zeros(num_segments, dtype=np.int64)
    if num_frames > num_segments + snippet_len - 1:
        tick = (num_frames - snippet_len + 1) / num_segments
        offsets = (tick / 2 + tick * np.arange(num_segments)).astype(np.int64)
    inds = offsets[:, None] + np.arange(snippet_len)
    return np.minimum(inds, num_frames - 1).reshape(-1)


def checksum(path):
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def check_sum(path):
    """Compare a graph with the checksum beside it, where there is one.

    Args:
        path (Path): The graph.

    Raises:
        ValueError: If they differ.
    """
    sums = path.with_name(SUMS)
    lines = sums.read_text().splitlines() if sums.is_file() else []
    known = {line[66:]: line[:64] for line in lines}
    if known.get(path.name, '') not in ('', checksum(path)):
        raise ValueError(
            f'{path} is damaged: it is not the file that {sums} lists. Copy '
            'or export it again; of a graph that you changed on purpose, '
            f'remove the line from {SUMS}')


def read_faces(path):
    """Faces of an ``.npy`` file; nothing in it is executed.

    Raises:
        ValueError: If it is no such file, or damaged.
    """
    try:
        with open(path, 'rb') as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    except (EOFError, MemoryError, SyntaxError, TypeError,
            ValueError) as error:
        raise ValueError(f'{path}: expected an array of numpy (.npy), found: '
                         f'{error}') from error


class Graph:
    """One ONNX file and what it says of itself.

    Args:
        path (str | Path): The file.
        threads (int): Of onnxruntime; 0 lets it choose. Defaults to 0.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no graph of this package, or damaged.

    Attributes:
        facts (dict): ``classes``, ``groups``, ``num_frames`` (T),
            ``img_size``, ``num_segments`` and ``snippet_len``.
    """

    def __init__(self, path, threads=0):
        if not Path(path).is_file():
            raise FileNotFoundError(
                f'{path} not found. Make it with: python tools/export.py '
                'CONFIG CHECKPOINT --out-dir DIR; models whose frames are '
                'entangled have no frame_encoder.onnx')
        check_sum(Path(path))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        try:
            self.session = onnxruntime.InferenceSession(
                str(path), options, providers=['CPUExecutionProvider'])
            metadata = self.session.get_modelmeta().custom_metadata_map
            self.facts = {key: json.loads(value)
                          for key, value in metadata.items()
                          if key != 'aen_mmaction'}
        except Exception as error:  # onnxruntime has kinds of its own
            raise ValueError(f'{path}: expected a graph that tools/export.py '
                             f'wrote, found: {error}') from error
        self.inputs = [i.name for i in self.session.get_inputs()]
        self.outputs = [o.name for o in self.session.get_outputs()]

    def __call__(self, *arrays):
        """Outputs by name."""
        found = self.session.run(None, dict(zip(self.inputs, arrays)))
        return dict(zip(self.outputs, found))

    def frame_inds(self, num_frames):
        """Frames to look at in a clip of ``num_frames``, (T,)."""
        return frame_inds(num_frames, self.facts['num_segments'],
                          self.facts['snippet_len'])

    def pixels(self, faces):
        """uint8 (F, S, S, 3) RGB -> (F, 3, S, S), checked."""
        faces, size = np.asarray(faces), self.facts['img_size']
        if (faces.dtype != np.uint8 or faces.ndim != 4 or not len(faces)
                or faces.shape[1:] != (size, size, 3)):
            raise ValueError(
                f'faces: expected uint8 (F, {size}, {size}, 3), RGB, F at '
                f'least 1, got {faces.dtype} {faces.shape}')
        return np.ascontiguousarray(faces.transpose(0, 3, 1, 2))

    def named(self, scores, row=0):
        """Label and probabilities of one clip, by class name."""
        probs = scores['pred_score'][row].tolist()
        classes = self.facts['classes']
        found = dict(label=classes[int(np.argmax(probs))],
                     emotions=dict(zip(classes, probs)))
        if 'pred_group_score' in scores:
            groups = scores['pred_group_score'][row].tolist()
            found['groups'] = dict(zip(self.facts['groups'], groups))
        return found


def predict(model, faces):
    """Emotion of one clip.

    Args:
        model (Graph): ``model.onnx``.
        faces (ndarray): uint8 (F, S, S, 3), RGB, all frames of the clip.

    Returns:
        dict: ``label``, ``emotions`` and, of AEN, ``groups``.
    """
    pixels = model.pixels(faces)
    return model.named(model(pixels[None, model.frame_inds(len(pixels))]))


class Stream:
    """Windows over a face that comes frame by frame, each encoded once.

    Args:
        folder (str | Path): With frame_encoder.onnx and clip_scorer.onnx.
        window (int): Frames of a window.
        stride (int): Frames between the starts of windows. Defaults to 1.
        threads (int): As :class:`Graph`.
    """

    def __init__(self, folder, window, stride=1, threads=0):
        if window < 1 or stride < 1:
            raise ValueError('window and stride: expected at least 1 frame, '
                             f'got {window} and {stride}')
        self.encoder = Graph(Path(folder) / 'frame_encoder.onnx', threads)
        self.scorer = Graph(Path(folder) / 'clip_scorer.onnx', threads)
        self.window, self.stride = window, stride
        self.offsets = self.encoder.frame_inds(window)
        self.tokens = {}  # of the frames that windows look at
        self.count = 0  # frames seen
        self.start = 0  # of the next window

    def push(self, face):
        """Take the next frame; give a result when a window is due.

        Args:
            face (ndarray): uint8 (S, S, 3), RGB.

        Returns:
            dict | None: ``start`` and ``stop`` of the window, ``label``,
            ``emotions`` and, of AEN, ``groups``.
        """
        index, self.count = self.count, self.count + 1
        if any(index >= o and (index - o) % self.stride == 0
               for o in self.offsets):
            found = self.encoder(self.encoder.pixels(face[None]))
            self.tokens[index] = list(found.values())
        if index < self.start + self.offsets[-1]:
            return None
        frames = [self.tokens[self.start + o] for o in self.offsets]
        levels = [np.stack(level, axis=1) for level in zip(*frames)]
        scores = self.scorer(*levels)  # from L x (1, T, D_l)
        found = dict(start=self.start, stop=self.start + self.window,
                     **self.scorer.named(scores))
        self.start += self.stride
        self.tokens = {i: t for i, t in self.tokens.items()
                       if i >= self.start}
        return found


def _say(stream, line):
    stream.write(line + '\n')
    stream.flush()


def main():
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('folder', type=Path, help='folder of the export')
    parser.add_argument('faces', help='.npy file')
    parser.add_argument('--window', type=int, help='frames of a window')
    parser.add_argument('--stride', type=int, default=1,
                        help='frames between windows (default: 1)')
    parser.add_argument('--threads', type=int, default=0,
                        help='of onnxruntime (default: it chooses)')
    args = parser.parse_args()
    faces = read_faces(args.faces)
    if args.window is None:
        model = Graph(args.folder / 'model.onnx', args.threads)
        _say(sys.stdout, json.dumps(predict(model, faces)))
        return
    stream = Stream(args.folder, args.window, args.stride, args.threads)
    start = time.perf_counter()
    for face in faces:
        found = stream.push(face)
        if found:
            _say(sys.stdout, json.dumps(found))
    seconds = time.perf_counter() - start
    _say(sys.stderr,
         f'{len(faces)} frames, {len(faces) / seconds:.1f} per second')


if __name__ == '__main__':
    main()
