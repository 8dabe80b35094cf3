"""Data sets that a person keeps in a folder, named by the environment variable EVOSNN_DATA.

CSV files of the UCI repository without a header, the class last, in ``uci/``; MNIST's IDX
files (LeCun, Cortes and Burges) in ``mnist/``, as everyone downloads them.
"""

from __future__ import annotations

import gzip
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import DataError
from evosnn.tasks._csv import read_csv
from evosnn.tasks._dataset import Dataset

__all__ = ["FOLDER_TASKS", "FolderTask", "folder_dataset", "read_idx"]

_VARIABLE = "EVOSNN_DATA"


@dataclass(frozen=True)
class FolderTask:
    """A data set in the folder.

    Attributes:
        file: Its file, from the folder.
        description: One line for a person.
        n_samples: Number of samples.
        n_features: Number of features.
        n_classes: Number of classes.
    """

    file: str
    description: str
    n_samples: int
    n_features: int
    n_classes: int


FOLDER_TASKS: dict[str, FolderTask] = {
    "banknote": FolderTask(
        "uci/banknote_authentication.csv",
        "Genuine or forged banknotes, from wavelet statistics of their images (UCI).",
        1372, 4, 2,
    ),
    "glass": FolderTask(
        "uci/glass.csv", "Six kinds of glass, from refraction and chemistry (UCI).", 214, 9, 6
    ),
    "ionosphere": FolderTask(
        "uci/ionosphere.csv", "Good or bad radar returns from the ionosphere (UCI).", 351, 34, 2
    ),
    "mnist-7x7": FolderTask(
        "mnist/t10k-images-idx3-ubyte.gz",
        "Handwritten digits, MNIST's 10,000 test images, averaged to 7 x 7 grey levels.",
        10_000, 49, 10,
    ),
    "pima": FolderTask(
        "uci/pima-indians-diabetes.csv", "Onset of diabetes, from eight measures (UCI).", 768, 8, 2
    ),
    "seeds": FolderTask(
        "uci/wheat-seeds.csv", "Three varieties of wheat, from the kernels' shape (UCI).", 210, 7, 3
    ),
    "sonar": FolderTask(
        "uci/sonar.csv", "Rocks or mines, from 60 bands of a sonar return (UCI).", 208, 60, 2
    ),
}  # fmt: skip
"""The data sets that the folder may hold, by name."""


def folder_dataset(name: str) -> Dataset:
    """Load a data set from the folder; ``name`` is one of :data:`FOLDER_TASKS`.

    Raises:
        DataError: If the folder is not named, or its file cannot be read.
    """
    file = FOLDER_TASKS[name].file
    folder = os.environ.get(_VARIABLE)
    if not folder:
        raise DataError(
            f"task '{name}' is read from a folder of yours: set {_VARIABLE} to one that holds "
            f"{file}"
        )
    path = Path(folder) / file
    if not path.is_file():
        raise DataError(f"task '{name}' takes '{path}', which is not there; {_VARIABLE} names it")
    if name.startswith("mnist"):
        return _small_images(name, path)
    data = read_csv(path, label=-1)
    return Dataset(name, data.feature_names, data.class_names, data.x, data.y)


def _small_images(name: str, path: Path) -> Dataset:
    images = read_idx(path)
    labels = read_idx(path.with_name(path.name.replace("images-idx3", "labels-idx1")))
    if images.ndim != 3 or images.shape[1:] != (28, 28) or labels.shape != images.shape[:1]:
        raise DataError(
            f"'{path}' holds an array of shape {images.shape} and its labels {labels.shape}; "
            "takes (images, 28, 28) and (images,)"
        )
    small = images.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4))
    return Dataset(
        name=name,
        feature_names=tuple(f"row {r} column {c}" for r in range(7) for c in range(7)),
        class_names=tuple(str(k) for k in range(10)),
        x=small.reshape(len(small), 49),
        y=labels.astype(np.int64),
    )


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
