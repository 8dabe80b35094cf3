"""Recordings of event cameras: events are counted in time bins and cells of pooled pixels.

An event is a time, a pixel and a polarity, as in the structured arrays ``(t, x, y, p)`` of
tonic (Lenz et al., "Tonic: event-based datasets and transformations", 2021), whose data sets
:func:`event_dataset` accepts unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from evosnn.errors import DataError
from evosnn.tasks.data.dataset import Dataset
from evosnn.tasks.data.event_files import read_event_folder, read_event_table
from evosnn.tasks.data.spec_base import DataSpec, find_data

__all__ = ["EventsSpec", "event_dataset"]


@final
class EventsSpec(DataSpec):
    """Recordings of events in a folder or a file, binned; nothing is downloaded.

    Attributes:
        events: A folder or a ``.npz`` file; a relative path starts from the campaign file's
            folder, or else from the one that ``EVOSNN_DATA`` names. A folder holds one folder
            of recordings for each class, or two folders ``Train`` and ``Test`` of such, whose
            second is then the test part. Recordings are ``.npy`` (a structured array of
            ``t, x, y, p``) or ``.bin`` (N-MNIST's and N-Caltech101's). A ``.npz`` file holds
            arrays ``t``, ``x``, ``y``, ``p`` and ``sample``, one entry an event, and
            ``label``, one a sample.
        bins: Bins of time, each of which is a timestep.
        pool: Cells a side to which pixels are pooled.
        duration: Time that the bins share, in the recordings' unit; later events are left out.
            That of the longest recording if absent.
        least: Events of a cell within a bin that make a spike.
        polarity: Whether events of either polarity have inputs of their own.
        samples: Recordings to use of each class and part, at equal steps; all if absent.
    """

    path_key: ClassVar[str] = "events"
    anywhere: ClassVar[bool] = True

    events: str
    bins: Annotated[int, Field(ge=2, le=32_000)] = 32
    pool: Annotated[int, Field(ge=1)] = 7
    duration: Annotated[float, Field(gt=0)] | None = None
    least: Annotated[int, Field(ge=1)] = 1
    polarity: bool = True
    samples: Annotated[int, Field(ge=1)] | None = None

    @property
    def title(self) -> str:
        """The name of the folder or file."""
        return Path(self.events).stem

    def load(self, rng: Generator) -> Dataset:
        """Read the recordings; nothing is drawn."""
        del rng
        path = find_data(self.events, "folder or file of events")
        read = read_event_folder if path.is_dir() else read_event_table
        recordings, labels, held_out = read(path, self.samples)
        options = self.model_dump(exclude={"events", "samples"})
        return event_dataset(
            zip(recordings, labels, strict=True), name=self.title, held_out=held_out, **options
        )

    def usual(self) -> dict[str, Any]:
        """A bin a timestep, a spike where there was an event, no noise."""
        return {
            "timesteps": self.bins,
            "encoder": {"kind": "direct"},
            "jitter": {"copies": 1},
        }


def event_dataset(
    recordings: Iterable[tuple[NDArray[Any], int | str]],
    *,
    name: str,
    bins: int = 32,
    pool: int = 7,
    duration: float | None = None,
    least: int = 1,
    polarity: bool = True,
    size: tuple[int, int] | None = None,
    held_out: Sequence[int] | NDArray[np.int64] | None = None,
) -> Dataset:
    """Bin recordings of events: a feature is 1 in a bin in which its cell saw events.

    Args:
        recordings: Events and label of each, as a data set of tonic gives them. Events are a
            structured array with fields ``t`` (any unit), ``x``, ``y`` (pixels) and ``p``
            (above 0: brighter); a recording without ``y`` is one row of pixels, as a silicon
            cochlea's channels are.
        name: Name of the data for a person.
        bins: Bins of time, of equal length from a recording's first event on.
        pool: Cells a side; cell ``i`` covers pixels ``p`` with ``floor(p * pool / n) = i``.
        duration: Time that the bins share; that of the longest recording if not given.
        least: Events of a cell within a bin that count.
        polarity: Whether the polarities have features of their own.
        size: Columns and rows of pixels; what the events take if not given.
        held_out: Indices of recordings that are the test part in every split.

    Returns:
        Samples of ``bins`` instants and ``cells`` or ``2 * cells`` features (``off`` before
        ``on`` of each cell, cells row by row), each 0 or 1.

    Raises:
        DataError: If there are no recordings, or one is no such array or has no event.
    """
    shown, labels = [], []
    for k, (events, label) in enumerate(recordings):
        shown.append(_checked(events, f"recording {k} of '{name}'", polarity))
        labels.append(label)
    if not shown:
        raise DataError(f"'{name}' holds no recordings")
    columns = size[0] if size else max(int(e["x"].max()) for e in shown) + 1
    rows = size[1] if size else max(int(e["y"].max()) for e in shown) + 1
    n = (min(pool, columns), min(pool, rows))
    length = duration or max(float(np.ptp(e["t"])) for e in shown) or 1.0
    x = np.zeros((len(shown), bins, n[1], n[0], 2 if polarity else 1))
    for sample, e in zip(x, shown, strict=True):
        if int(e["x"].max()) >= columns or int(e["y"].max()) >= rows:
            raise DataError(
                f"'{name}': an event is at pixel ({e['x'].max()}, {e['y'].max()}); the camera has "
                f"{columns} x {rows}"
            )
        when = np.floor((e["t"] - e["t"].min()) * (bins / length)).astype(np.int64)
        if duration is None:
            when = np.minimum(when, bins - 1)  # the last event of the longest recording
        within = when < bins
        at = (
            when,
            e["y"] * n[1] // rows,
            e["x"] * n[0] // columns,
            e["p"] if polarity else 0 * when,
        )
        np.add.at(sample, tuple(index[within] for index in at), 1)
    classes = sorted(set(labels), key=lambda k: (isinstance(k, str), k))
    signs = (" off", " on") if polarity else ("",)
    return Dataset(
        name=name,
        feature_names=tuple(
            f"row {r} column {c}{sign}" for r in range(n[1]) for c in range(n[0]) for sign in signs
        ),
        class_names=tuple(str(k) for k in classes),
        x=(x >= least).astype(np.float64).reshape(len(x), -1),
        y=np.array([classes.index(k) for k in labels], dtype=np.int64),
        length=bins,
        held_out=None if held_out is None else np.asarray(held_out, dtype=np.int64),
    )


def _checked(events: NDArray[Any], what: str, polarity: bool) -> dict[str, NDArray[Any]]:
    """Return times, pixels and polarities (0 or 1) of a recording."""
    names = getattr(events, "dtype", np.dtype(float)).names or ()
    needed = ("t", "x", "p") if polarity else ("t", "x")
    if any(field not in names for field in needed):
        found = ", ".join(names) if names else "none"
        raise DataError(
            f"{what} has fields {found}; it takes a structured array with {', '.join(needed)}"
        )
    if not events.size:
        raise DataError(f"{what} has no event")
    t = events["t"].astype(np.float64)
    x = events["x"].astype(np.int64)
    y = events["y"].astype(np.int64) if "y" in names else np.zeros(t.size, np.int64)
    if not np.isfinite(t).all() or min(x.min(), y.min()) < 0:
        raise DataError(f"{what} has an event without a time, or at a pixel below 0")
    p = (events["p"] > 0).astype(np.int64) if polarity else np.zeros(t.size, np.int64)
    return {"t": t, "x": x, "y": y, "p": p}
