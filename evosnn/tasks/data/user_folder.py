"""Well-known data sets in a user's folder, which the environment variable EVOSNN_DATA names.

CSV files of the UCI repository without a header, the class last, are in ``uci/``; MNIST's IDX
files (LeCun, Cortes and Burges) are in ``mnist/`` under their original names.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator

from evosnn.errors import DataError
from evosnn.tasks.data.csv_dataset import read_csv
from evosnn.tasks.data.dataset import Dataset
from evosnn.tasks.data.idx_images import pool_images, read_idx
from evosnn.tasks.data.spec_base import VARIABLE

__all__ = ["FOLDER_TASKS", "FolderTask"]


@dataclass(frozen=True)
class FolderTask:
    """A data set in the folder, described without loading it.

    Attributes:
        file: Path of its file, relative to the folder.
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

    def load(self, rng: Generator) -> Dataset:
        """Return the data set; nothing is drawn.

        Raises:
            DataError: If the folder is not named, or the file cannot be read.
        """
        del rng
        name = next(known for known, task in FOLDER_TASKS.items() if task is self)
        folder = os.environ.get(VARIABLE)
        if not folder:
            raise DataError(
                f"task '{name}' is read from a folder of yours: set {VARIABLE} to one that holds "
                f"{self.file}"
            )
        path = Path(folder) / self.file
        if not path.is_file():
            raise DataError(
                f"task '{name}' takes '{path}', which is not there; {VARIABLE} names it"
            )
        if name.startswith("mnist"):
            return _small_images(name, path)
        data = read_csv(path, label=-1)
        return Dataset(name, data.feature_names, data.class_names, data.x, data.y)


BANKNOTE = FolderTask(
    "uci/banknote_authentication.csv",
    "Genuine or forged banknotes, from wavelet statistics of their images (UCI).",
    1372,
    4,
    2,
)
GLASS = FolderTask(
    "uci/glass.csv", "Six kinds of glass, from refraction and chemistry (UCI).", 214, 9, 6
)
IONOSPHERE = FolderTask(
    "uci/ionosphere.csv", "Good or bad radar returns from the ionosphere (UCI).", 351, 34, 2
)
MNIST_7X7 = FolderTask(
    "mnist/t10k-images-idx3-ubyte.gz",
    "Handwritten digits, MNIST's 10,000 test images, averaged to 7 x 7 grey levels.",
    10_000,
    49,
    10,
)
PIMA = FolderTask(
    "uci/pima-indians-diabetes.csv", "Onset of diabetes, from eight measures (UCI).", 768, 8, 2
)
SEEDS = FolderTask(
    "uci/wheat-seeds.csv", "Three varieties of wheat, from the kernels' shape (UCI).", 210, 7, 3
)
SONAR = FolderTask(
    "uci/sonar.csv", "Rocks or mines, from 60 bands of a sonar return (UCI).", 208, 60, 2
)

FOLDER_TASKS: dict[str, FolderTask] = {
    "banknote": BANKNOTE,
    "glass": GLASS,
    "ionosphere": IONOSPHERE,
    "mnist-7x7": MNIST_7X7,
    "pima": PIMA,
    "seeds": SEEDS,
    "sonar": SONAR,
}
"""The data sets that the folder may hold, by name."""


def _small_images(name: str, path: Path) -> Dataset:
    images = read_idx(path)
    labels = read_idx(path.with_name(path.name.replace("images-idx3", "labels-idx1")))
    if images.ndim != 3 or images.shape[1:] != (28, 28) or labels.shape != images.shape[:1]:
        raise DataError(
            f"'{path}' holds an array of shape {images.shape} and its labels {labels.shape}; "
            "takes (images, 28, 28) and (images,)"
        )
    small = pool_images(images, 7)
    return Dataset(
        name=name,
        feature_names=tuple(f"row {r} column {c}" for r in range(7) for c in range(7)),
        class_names=tuple(str(k) for k in range(10)),
        x=small.reshape(len(small), 49),
        y=labels.astype(np.int64),
    )
