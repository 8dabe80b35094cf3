"""Reads images and labels from IDX files, the format of MNIST and of data sets modelled on it."""

from __future__ import annotations

import gzip
import math
import re
import struct
import zlib
from pathlib import Path
from typing import Annotated, Any, BinaryIO, ClassVar, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from evosnn.errors import DataError
from evosnn.tasks.data.dataset import Dataset
from evosnn.tasks.data.spec_base import DataSpec, find_data

__all__ = ["IdxSpec", "pool_images", "read_idx"]

_TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
"""Types of values by their code in the file (http://yann.lecun.com/exdb/mnist)."""
_LARGEST = 2**31  # bytes of values


@final
class IdxSpec(DataSpec):
    """A folder of IDX files: training and test images and their labels.

    The test images are the test part; training and validation part come from the others.

    Attributes:
        idx: The folder; a relative one starts from the campaign file's folder, or else from
            the one that ``EVOSNN_DATA`` names. It holds ``train-images-idx3-ubyte``,
            ``train-labels-idx1-ubyte`` and the same of ``t10k`` (or ``test``), gzipped or not,
            with any prefix, and with dots for dashes, as unpacking programs write them. Labels may
            be numbers of any size, and those of QMNIST, whose first column is the class.
        prefix: Start of the names of the files to read, where a folder holds several data sets, as
            in ``"emnist-letters"``.
        pool: Side of the square to which images are averaged; see :func:`pool_images`.
        samples: Training images to use, at equal steps through the file; all if there are fewer.
        test_samples: Test images to use, likewise; all if absent.
    """

    path_key: ClassVar[str] = "idx"
    anywhere: ClassVar[bool] = True

    idx: str
    prefix: str = ""
    pool: Annotated[int, Field(ge=1)] = 7
    samples: Annotated[int, Field(ge=2)] = 5000
    test_samples: Annotated[int, Field(ge=1)] | None = None

    @property
    def title(self) -> str:
        """The name of the folder and the size of its images."""
        return f"{Path(self.idx).name}-{self.pool}x{self.pool}"

    def load(self, rng: Generator) -> Dataset:
        """Read the images; nothing is drawn."""
        del rng
        folder = find_data(self.idx, "folder of IDX files")
        train = _some(*_pair(folder, self.prefix, ("train",)), self.samples)
        test = _some(*_pair(folder, self.prefix, ("t10k", "test")), self.test_samples)
        classes = np.unique(np.concatenate([train[1], test[1]]))
        images = np.concatenate([pool_images(some[0], self.pool) for some in (train, test)])
        labels = np.concatenate([train[1], test[1]])
        side = range(self.pool)
        return Dataset(
            name=self.title,
            feature_names=tuple(f"row {r} column {c}" for r in side for c in side),
            class_names=tuple(str(k) for k in classes),
            x=images.reshape(len(images), -1),
            y=np.searchsorted(classes, labels).astype(np.int64),
            held_out=np.arange(len(train[1]), len(labels)),
        )

    def usual(self) -> dict[str, Any]:
        """No noise: there are samples enough."""
        return {"jitter": {"copies": 1}}


def _pair(
    folder: Path, prefix: str, parts: tuple[str, ...]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Read the images of a part and their labels."""
    images = read_idx(_one(folder, prefix, parts, "images-idx3-ubyte"))
    labels = read_idx(_one(folder, prefix, parts, "labels-idx1-ubyte"))
    if labels.ndim == 2:  # QMNIST: the class is the first of eight numbers
        labels = labels[:, 0]
    if images.ndim != 3 or labels.shape != images.shape[:1] or not labels.size:
        raise DataError(
            f"'{folder}', {parts[0]}: images have shape {images.shape} and labels {labels.shape}; "
            "it takes (images, rows, columns) and (images,)"
        )
    if labels.dtype.kind == "f":
        raise DataError(
            f"'{folder}', {parts[0]}: labels are {labels.dtype}; they take whole numbers"
        )
    if images.dtype.kind == "f" and not np.isfinite(images).all():
        raise DataError(f"'{folder}', {parts[0]}: a pixel is not finite")
    return images, labels.astype(np.int64)


def _one(folder: Path, prefix: str, parts: tuple[str, ...], end: str) -> Path:
    """Return the one file of a folder that holds the images or labels of a part."""
    kind = end.partition("-")[0]
    part = "|".join(parts)
    form = re.compile(rf"({part})[-._]{kind}[-._]idx\d[-._]\w+(\.gz)?$")
    named = [path for path in _files(folder) if path.name.startswith(prefix)]
    found = sorted(path for path in named if form.search(path.name))
    if not found:
        names = " or ".join(f"{prefix}{'...' if prefix else ''}{part}-{end}" for part in parts)
        raise DataError(f"'{folder}' holds no {names}, gzipped or not")
    if len({path.name.removesuffix(".gz") for path in found}) > 1:
        listed = ", ".join(path.name for path in found)
        raise DataError(
            f"'{folder}' holds several files for {parts[0]}-{end}: {listed}; choose one by prefix, "
            "the start of its name"
        )
    return found[0]


def _files(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise DataError(f"'{folder}' cannot be read: {error.strerror}") from None


def _some(
    images: NDArray[Any], labels: NDArray[Any], most: int | None
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Keep at most ``most`` images, at equal steps."""
    n = len(labels)
    chosen = np.arange(n) if most is None or most >= n else np.arange(most) * n // most
    return images[chosen], labels[chosen]


def pool_images(images: NDArray[Any], side: int) -> NDArray[np.float64]:
    """Average images to ``side x side`` cells.

    Cell ``i`` of a row of ``n`` pixels covers pixels ``floor(i * n / side)`` to
    ``ceil((i + 1) * n / side) - 1``: equal blocks if ``side`` divides ``n``, else cells that
    share their borders (adaptive average pooling).

    Args:
        images: ``(n_images, n_rows, n_columns)``.
        side: Cells a side.

    Returns:
        ``(n_images, side, side)`` float64.

    Raises:
        DataError: If an image has fewer pixels a side.
    """
    if side > min(images.shape[1:]):
        raise DataError(
            f"pool is {side}; images of {images.shape[1]} x {images.shape[2]} pixels take at most "
            f"{min(images.shape[1:])}"
        )
    cells = np.arange(side)
    inside = []
    for n in images.shape[1:]:
        pixel = np.arange(n)[:, None]
        within = (pixel >= cells * n // side) & (pixel < -(-(cells + 1) * n // side))
        inside.append(within.astype(np.float64))
    rows, columns = inside
    sums = rows.T @ images.astype(np.float64) @ columns  # whole numbers, exact
    return np.asarray(sums / np.outer(rows.sum(axis=0), columns.sum(axis=0)))


def read_idx(path: Path) -> NDArray[Any]:
    """Read an IDX file, the format of MNIST, gzipped or not.

    Two zero bytes, the type of the values, the number of dimensions, each dimension as a big-endian
    32-bit number, then the values, big-endian.

    Args:
        path: The file.

    Returns:
        The values, in up to four dimensions.

    Raises:
        DataError: If it cannot be read, is no such file, or its values take more than 2 GiB.
    """
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream = gzip.GzipFile(fileobj=raw) if zipped else raw
            return _values(stream, path)  # type: ignore[arg-type]
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"'{path}' cannot be read: {error}") from None


def _values(stream: BinaryIO, path: Path) -> NDArray[Any]:
    start = stream.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in _TYPES or not 1 <= start[3] <= 4:
        raise DataError(
            f"'{path}' is no IDX file; one begins with two zero bytes, a type of values and 1 to 4 "
            "dimensions"
        )
    head = stream.read(4 * start[3])
    shape = struct.unpack(f">{start[3]}I", head) if len(head) == 4 * start[3] else ()
    kind = np.dtype(_TYPES[start[2]])
    needed = math.prod(shape) * kind.itemsize
    if needed > _LARGEST:
        raise DataError(
            f"'{path}' says that its values take {needed:,} bytes, shape {shape}; at most "
            f"{_LARGEST:,} are read"
        )
    data = stream.read(needed + 1)
    if len(data) != needed or not shape:
        found = f"more than {needed:,}" if len(data) > needed else f"{len(data):,}"
        raise DataError(
            f"'{path}' is damaged: shape {shape} takes {needed:,} bytes, it has {found}"
        )
    return np.frombuffer(data, kind).reshape(shape)
