"""Reads images and labels from IDX files, the format of MNIST and of data sets modelled on it."""

from __future__ import annotations

import gzip
import struct
import zlib
from pathlib import Path
from typing import Annotated, Any, ClassVar, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from evosnn.errors import DataError
from evosnn.tasks.data.dataset import Dataset
from evosnn.tasks.data.spec_base import DataSpec, find_data

__all__ = ["IdxSpec", "pool_images", "read_idx"]


@final
class IdxSpec(DataSpec):
    """A folder of IDX files: training and test images and their labels.

    The test images are the test part; training and validation part come from the others.

    Attributes:
        idx: The folder; a relative one starts from the campaign file's folder, or else from
            the one that ``EVOSNN_DATA`` names. It holds ``train-images-idx3-ubyte``,
            ``train-labels-idx1-ubyte`` and the same of ``t10k`` (or ``test``), gzipped or not,
            with any prefix.
        pool: Side of the square to which images are averaged; see :func:`pool_images`.
        samples: Training images to use, at equal steps through the file; all if there are fewer.
        test_samples: Test images to use, likewise; all if absent.
    """

    path_key: ClassVar[str] = "idx"
    anywhere: ClassVar[bool] = True

    idx: str
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
        train = _some(*_pair(folder, ("train",)), self.samples)
        test = _some(*_pair(folder, ("t10k", "test")), self.test_samples)
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


def _pair(folder: Path, parts: tuple[str, ...]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Read the images of a part and their labels."""
    images = read_idx(_one(folder, [f"{part}-images-idx3-ubyte" for part in parts]))
    labels = read_idx(_one(folder, [f"{part}-labels-idx1-ubyte" for part in parts]))
    if images.ndim != 3 or labels.shape != images.shape[:1] or not labels.size:
        raise DataError(
            f"'{folder}', {parts[0]}: images have shape {images.shape} and labels {labels.shape}; "
            "it takes (images, rows, columns) and (images,)"
        )
    return images, labels


def _one(folder: Path, ends: list[str]) -> Path:
    """Return the one file of a folder whose name ends so, gzipped or not."""
    found = sorted(
        path for end in ends for suffix in ("", ".gz") for path in folder.glob(f"*{end}{suffix}")
    )
    if not found:
        raise DataError(f"'{folder}' holds no {' or '.join(ends)}, gzipped or not")
    if len({path.name.removesuffix(".gz") for path in found}) > 1:
        listed = ", ".join(path.name for path in found)
        raise DataError(f"'{folder}' holds several files for {ends[0]}: {listed}; it takes one")
    return found[0]


def _some(
    images: NDArray[np.uint8], labels: NDArray[np.uint8], most: int | None
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Keep at most ``most`` images, at equal steps."""
    n = len(labels)
    chosen = np.arange(n) if most is None or most >= n else np.arange(most) * n // most
    return images[chosen], labels[chosen]


def pool_images(images: NDArray[np.uint8], side: int) -> NDArray[np.float64]:
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


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes, the format of MNIST, gzipped or not.

    Two zero bytes, the type (8: unsigned byte), the number of dimensions, each dimension as a
    big-endian 32-bit number, then the values.

    Raises:
        DataError: If it cannot be read or is no such file.
    """
    try:
        raw = path.read_bytes()
        data = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"'{path}' cannot be read: {error}") from None
    if len(data) < 4 or data[:3] != b"\x00\x00\x08":
        raise DataError(f"'{path}' is no IDX file of bytes; MNIST's are, as downloaded")
    n = data[3]
    head = 4 + 4 * n
    shape = struct.unpack(f">{n}I", data[4:head]) if len(data) >= head else ()
    if len(data) - head != int(np.prod(shape, dtype=np.int64)) or not shape:
        raise DataError(f"'{path}' is cut off: {len(data)} bytes do not hold its {n} dimensions")
    return np.frombuffer(data, np.uint8, offset=head).reshape(shape)
