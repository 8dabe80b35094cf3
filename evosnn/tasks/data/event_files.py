"""Reads files of events: N-MNIST's binaries, structured arrays, and arrays of one event a row."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import DataError

__all__ = ["read_event_folder", "read_event_table", "read_events"]

_EVENT = np.dtype([("t", "<i8"), ("x", "<i4"), ("y", "<i4"), ("p", "<i1")])
_SUFFIXES = (".bin", ".npy")
_OVERFLOW = 240  # row of an N-MNIST event that marks an overflow of the clock
_Read = tuple[list[NDArray[Any]], list[str], NDArray[np.int64] | None]


def read_events(path: Path) -> NDArray[Any]:
    """Read a recording: ``.npy``, a structured array of ``t, x, y, p``; or ``.bin``.

    A ``.bin`` file is N-MNIST's (Orchard et al., "Converting static image datasets to spiking
    neuromorphic datasets using saccades", Frontiers in Neuroscience 9:437, 2015): 40 bits an
    event, big-endian, which are column (8), row (8), polarity (1) and microseconds (23). An
    event at row 240 marks an overflow of the clock: later times are 8,192 microseconds later.

    Raises:
        DataError: If it cannot be read or is no such file.
    """
    try:
        if path.suffix == ".npy":
            return np.asarray(np.load(path, allow_pickle=False))
        raw = np.fromfile(path, np.uint8)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"'{path}' cannot be read: {error}") from None
    if raw.size % 5 or not raw.size:
        raise DataError(f"'{path}' has {raw.size} bytes; a recording takes five an event")
    byte = raw.reshape(-1, 5).astype(np.int64)
    events = np.zeros(len(byte), _EVENT)
    events["x"], events["y"], events["p"] = byte[:, 0], byte[:, 1], byte[:, 2] >> 7
    events["t"] = (byte[:, 2] & 0x7F) << 16 | byte[:, 3] << 8 | byte[:, 4]
    over = byte[:, 1] == _OVERFLOW
    events["t"] += 2**13 * np.cumsum(over)
    return np.asarray(events[~over])


def read_event_folder(folder: Path, most: int | None = None) -> _Read:
    """Read a folder that holds one folder of recordings a class, or ``Train`` and ``Test``.

    Args:
        folder: The folder.
        most: Recordings to read of each class and part, at equal steps; all if not given.

    Returns:
        Recordings, their labels (names of folders), and the indices of those of ``Test``.

    Raises:
        DataError: If it holds no recordings, or one cannot be read.
    """
    parts = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.is_dir()}
    apart = {"train", "test"} <= set(parts)
    recordings: list[NDArray[Any]] = []
    labels: list[str] = []
    test: list[int] = []
    for place in (parts["train"], parts["test"]) if apart else (folder,):
        for kind in sorted(path for path in place.iterdir() if path.is_dir()):
            files = sorted(path for path in kind.iterdir() if path.suffix in _SUFFIXES)
            chosen = len(files) if most is None else min(most, len(files))
            for k in range(chosen):
                if apart and place == parts["test"]:
                    test.append(len(recordings))
                recordings.append(read_events(files[k * len(files) // chosen]))
                labels.append(kind.name)
    if not recordings:
        raise DataError(
            f"'{folder}' holds no recordings; it takes a folder for each class, with .npy or .bin "
            "files in it"
        )
    return recordings, labels, np.array(test, dtype=np.int64) if apart else None


def read_event_table(path: Path, most: int | None = None) -> _Read:
    """Read a ``.npz`` file of arrays ``t, x, y, p, sample`` (an event each) and ``label``.

    Args:
        path: The file; ``label[k]`` is the class of the events whose ``sample`` is ``k``. An
            array ``test`` of sample indices, if there is one, names the test part.
        most: Recordings to keep of each class and part, at equal steps; all if not given.

    Returns:
        Recordings, their labels, and the indices of the test part.

    Raises:
        DataError: If it cannot be read, lacks an array, or their shapes do not agree.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, AttributeError) as error:
        raise DataError(f"'{path}' is no .npz file of arrays: {error}") from None
    missing = [name for name in ("t", "x", "y", "p", "sample", "label") if name not in arrays]
    if missing:
        raise DataError(f"'{path}' lacks {', '.join(missing)}; it takes t, x, y, p, sample, label")
    n, label = arrays["t"].size, arrays["label"]
    for name in ("x", "y", "p", "sample"):
        if arrays[name].shape != (n,):
            raise DataError(
                f"'{path}': {name} has shape {arrays[name].shape}; {n} events take ({n},)"
            )
    sample = arrays["sample"]
    if label.ndim != 1 or (n and not 0 <= sample.min() <= sample.max() < label.size):
        raise DataError(f"'{path}': sample goes beyond 0..{label.size - 1}, the labels there are")
    test = set(arrays.get("test", np.empty(0, np.int64)).tolist())
    chosen = _chosen(label, lambda k: k in test, most)
    order = np.argsort(sample, kind="stable")
    ends = np.searchsorted(sample[order], np.arange(label.size + 1))
    recordings = []
    for k in chosen:
        rows = order[ends[k] : ends[k + 1]]
        events = np.zeros(rows.size, np.dtype([(f, arrays[f].dtype) for f in ("t", "x", "y", "p")]))
        for field in ("t", "x", "y", "p"):
            events[field] = arrays[field][rows]
        recordings.append(events)
    held = np.flatnonzero([k in test for k in chosen])
    return recordings, [str(label[k]) for k in chosen], held if test else None


def _chosen(label: NDArray[Any], in_test: Callable[[int], bool], most: int | None) -> list[int]:
    """Return the samples to keep, in order."""
    groups: dict[tuple[str, bool], list[int]] = {}
    for k, name in enumerate(label.tolist()):
        groups.setdefault((str(name), in_test(k)), []).append(k)
    chosen = []
    for members in groups.values():
        n = len(members) if most is None else min(most, len(members))
        chosen += [members[k * len(members) // n] for k in range(n)]
    return sorted(chosen)
