"""Checks a task before a campaign: shapes, values, classes, leaks between parts, and seeds."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import load_chip
from evosnn.errors import DataError, EvosnnError
from evosnn.network import Network
from evosnn.tasks._classification import ClassificationTask, Part
from evosnn.tasks.control import ControlTask, Episodes, run_episodes
from evosnn.tasks.data.dataset import Dataset
from evosnn.tasks.data.python_task import SampleTask
from evosnn.tasks.data.split import SplitSpec, split

__all__ = ["check_task"]

_PARTS = ("train", "validation", "test")


def check_task(task: object, *, seed: int = 1, split_spec: SplitSpec | None = None) -> list[str]:
    """Return what is wrong with a task.

    Args:
        task: A :class:`~evosnn.tasks.SampleTask` (or its class, if it takes no options), a data
            set, or a task that was built, of samples or of control.
        seed: Seed of the task's random draws.
        split_spec: How the samples are split; the default split if not given.

    Returns:
        One sentence for each problem; an empty list if there is none. Samples: errors of ``load``;
        other samples for the same seed; duplicate names; values that are not finite; features that
        are constant or always missing; classes without samples; samples that cannot be split, or
        that are in two parts. A built task: the same for its parts, and their shapes. A control
        task: start states that are not finite or in two parts; returns that cannot be scored, and,
        in a few episodes that are run twice, returns that differ, are not finite or lie outside the
        scale.
    """
    if isinstance(task, ControlTask):
        return _of_control(task)
    if isinstance(task, ClassificationTask):
        return _of_parts(task)
    if isinstance(task, Dataset):
        return _of_data(task, split_spec or SplitSpec(), seed)
    data, problems = _loaded(task, seed)
    if data is None:
        return problems
    again, _ = _loaded(task, seed)
    if again is None or not _same(data, again):
        problems.append(
            f"task '{data.name}': load gives other samples when it is called again with the same "
            "seed; draw from the generator that it is given, and from nothing else"
        )
    return problems + _of_data(data, split_spec or SplitSpec(), seed)


def _loaded(task: object, seed: int) -> tuple[Dataset | None, list[str]]:
    """Return the data set that a user's task loads, or the problem that prevents it."""
    what = f"task '{task.__name__ if inspect.isclass(task) else type(task).__name__}'"
    try:
        task = task() if inspect.isclass(task) else task
    except Exception as error:
        return None, [f"{what} cannot be made without options: {type(error).__name__}: {error}"]
    if not isinstance(task, SampleTask):
        return None, [f"{what} has no method load(rng); a task takes one that returns a Dataset"]
    try:
        data: Any = task.load(np.random.default_rng(seed))
    except EvosnnError as error:
        return None, [str(error)]
    except Exception as error:
        return None, [f"{what}: load raises {type(error).__name__}: {error}"]
    if not isinstance(data, Dataset):
        return None, [f"{what}: load returns {type(data).__name__}; it takes a Dataset"]
    return data, []


def _same(a: Dataset, b: Dataset) -> bool:
    return (
        (a.feature_names, a.class_names, a.length) == (b.feature_names, b.class_names, b.length)
        and np.array_equal(a.x, b.x, equal_nan=True)
        and np.array_equal(a.y, b.y)
    )


def _of_data(data: Dataset, spec: SplitSpec, seed: int) -> list[str]:
    what = f"data set '{data.name}'"
    problems = []
    for name, array, kind in (("x", data.x, "float64"), ("y", data.y, "int64")):
        if array.dtype != np.dtype(kind):
            problems.append(f"{what}: {name} is {array.dtype}; it takes {kind}")
    for name, given in (("feature", data.feature_names), ("class", data.class_names)):
        twice = sorted({n for n in given if given.count(n) > 1})
        if twice:
            problems.append(f"{what}: two {name}s are called '{twice[0]}'; each takes its own name")
    flat = _of_features(data.x.reshape(-1, data.n_features), data.feature_names, what)
    counts = np.bincount(data.y, minlength=data.n_classes)
    problems += [
        f"{what}: class '{name}' has no sample"
        for name, n in zip(data.class_names, counts.tolist(), strict=True)
        if n == 0
    ]
    if problems:
        return problems + flat
    try:
        parts = split(data, spec, np.random.default_rng(seed))
    except DataError as error:
        return [*flat, str(error)]
    return flat + _leaks([data.x[getattr(parts, part)] for part in _PARTS], what, "sample")


def _of_features(x: NDArray[Any], names: tuple[str, ...], what: str) -> list[str]:
    """Find features that are always missing or constant, and values that are not finite."""
    if np.isinf(x).any():
        return [f"{what} holds an infinite value; give a finite one"]
    problems = []
    for name, column in zip(names, x.T, strict=True):
        known = column[~np.isnan(column)]
        if not known.size:
            problems.append(f"{what}: feature '{name}' has no value at all; leave it out")
        elif known.min() == known.max():
            problems.append(
                f"{what}: feature '{name}' is {known[0]:g} in every sample; leave it out"
            )
    return problems


def _of_parts(task: ClassificationTask) -> list[str]:
    what = f"task '{task.name}'"
    problems = []
    for name in _PARTS:
        part: Part = getattr(task, name)
        wanted = (task.timesteps, task.n_inputs, part.labels.size)
        charge = part.stimulus.charge
        if charge.shape != wanted:
            problems.append(
                f"{what}, part {name}: the charge has shape {charge.shape}; its timesteps, inputs "
                f"and samples take {wanted}"
            )
        if not np.isfinite(charge).all():
            problems.append(f"{what}, part {name}: a charge is not finite")
        present = set(part.labels.tolist())
        if not present <= set(range(len(task.class_names))):
            problems.append(
                f"{what}, part {name}: a label is outside 0..{len(task.class_names) - 1}"
            )
        problems += [
            f"{what}, part {name}: class '{label}' has no sample"
            for k, label in enumerate(task.class_names)
            if k not in present
        ]
    if task.n_outputs < len(task.class_names):
        problems.append(
            f"{what} has {task.n_outputs} outputs; its {len(task.class_names)} classes take one "
            "each"
        )
    if len({len(getattr(task, part).features.T) for part in _PARTS}) == 1:
        problems += _leaks([getattr(task, part).features for part in _PARTS], what, "sample")
    return problems


def _leaks(parts: list[NDArray[Any]], what: str, thing: str) -> list[str]:
    """Find rows of the test or validation part that an earlier part also has."""
    problems = []
    seen = [{row.tobytes() for row in np.ascontiguousarray(part) + 0.0} for part in parts]
    for later, earlier in ((2, 0), (2, 1), (1, 0)):
        shared = len(seen[later] & seen[earlier])
        if shared:
            problems.append(
                f"{what}: {shared} {thing}{'s' if shared > 1 else ''} of the {_PARTS[later]} part "
                f"{'are' if shared > 1 else 'is'} in the {_PARTS[earlier]} part too, value for "
                "value; held-out ones must be new"
            )
    return problems


def _of_control(task: ControlTask) -> list[str]:
    what = f"task '{task.name}'"
    problems = []
    parts: list[Episodes] = [getattr(task, name) for name in _PARTS]
    for name, part in zip(_PARTS, parts, strict=True):
        if not part.n_samples or part.steps < 1:
            problems.append(
                f"{what}, part {name} has {part.n_samples} episodes of {part.steps} steps; it "
                "takes at least one of each"
            )
        if not np.isfinite(part.starts).all():
            problems.append(f"{what}, part {name}: a start state is not finite")
        low, high = (task.of_share(share, part) for share in (0.0, 1.0))
        if not (np.isfinite([low, high]).all() and low < high):
            problems.append(
                f"{what}, part {name}: returns are scored from {low:g} to {high:g}; they take a "
                "lowest below a highest"
            )
    if not problems:
        problems = _leaks([part.starts for part in parts], what, "start state")
        problems += _of_episodes(task, what)
    return problems


def _of_episodes(task: ControlTask, what: str) -> list[str]:
    """Run a few episodes twice; returns must be equal, finite and within their scale."""
    chip = load_chip("risp-127")
    network = _straight(task.n_inputs, task.n_outputs)
    part = Episodes(task.train.starts[:4], min(task.train.steps, 200))
    first, again = (run_episodes(task, [network], part, chip).returns for _ in range(2))
    if not np.isfinite(first).all():
        return [f"{what}: an episode has a return that is not finite"]
    if not np.array_equal(first, again):
        return [
            f"{what}: an episode differs when it is started again from the same seed; "
            "draw from the environment's own generator, and from nothing else"
        ]
    scores = task.share(first, part)
    if part.steps == task.train.steps and (scores.min() < 0 or scores.max() > 1):
        low, high = (task.of_share(share, part) for share in (0.0, 1.0))
        return [
            f"{what}: an episode returns {first.flat[np.abs(scores - 0.5).argmax()]:g}, outside "
            f"{low:g}..{high:g}, between which returns are scored 0 to 1"
        ]
    return []


def _straight(n_inputs: int, n_outputs: int) -> Network:
    """Return a network in which each input drives one output."""
    return Network.create(
        threshold=np.ones(n_inputs + n_outputs),
        inputs=range(n_inputs),
        outputs=range(n_inputs, n_inputs + n_outputs),
        synapses=[(k, n_inputs + k % n_outputs, 1.0, 1) for k in range(n_inputs)],
    )
