"""Data sets in NumPy archives: samples, classes and their names as arrays."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any, ClassVar, final

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from evosnn.errors import DataError
from evosnn.files import write_bytes
from evosnn.tasks.data.dataset import Dataset
from evosnn.tasks.data.spec_base import DataSpec

__all__ = ["ArraySpec", "save_arrays"]

_KEYS = ("x", "y", "feature_names", "class_names")


@final
class ArraySpec(DataSpec):
    """A data set in an ``.npz`` archive, as :func:`save_arrays` writes it.

    The archive holds ``x``, ``(n_samples, n_features)`` numbers, and ``y``, ``(n_samples,)``
    classes, and may hold ``feature_names`` and ``class_names``. Without ``class_names`` the
    classes are the distinct values of ``y`` in sorted order; with them ``y`` holds their indices.

    Attributes:
        arrays: Path of the archive; a relative one starts from the campaign file's folder.
    """

    path_key: ClassVar[str] = "arrays"

    arrays: str

    @property
    def title(self) -> str:
        """The name of the file."""
        return Path(self.arrays).stem

    def load(self, rng: Generator) -> Dataset:
        """Read the archive; nothing is drawn."""
        del rng
        found = _read(Path(self.arrays))
        x, y = _samples(self.arrays, found)
        names = found.get("class_names")
        if names is None:
            names, y = np.unique(y.astype(str), return_inverse=True)
        elif not np.issubdtype(y.dtype, np.integer):
            raise DataError(
                f"'{self.arrays}': y holds {y.dtype}; beside class_names it holds indices"
            )
        features = found.get("feature_names", [f"feature {k}" for k in range(x.shape[1])])
        return Dataset(
            name=self.title,
            feature_names=tuple(str(name) for name in features),
            class_names=tuple(str(name) for name in names),
            x=x,
            y=y.astype(np.int64),
        )


def save_arrays(
    path: str | Path,
    x: ArrayLike,
    y: ArrayLike,
    feature_names: ArrayLike | None = None,
    class_names: ArrayLike | None = None,
) -> None:
    """Write a data set that ``task = { arrays = "..." }`` reads.

    Args:
        path: The archive to write, ``.npz``.
        x: ``(n_samples, n_features)`` numbers; NaN where a value is missing.
        y: ``(n_samples,)``, a class each.
        feature_names: ``(n_features,)`` names.
        class_names: Names of the classes, of which ``y`` then holds indices.

    Raises:
        ExportError: If the file cannot be written.
    """
    arrays: dict[str, NDArray[Any]] = {"x": np.asarray(x, np.float64), "y": np.asarray(y)}
    if arrays["y"].dtype == object:
        arrays["y"] = arrays["y"].astype(str)
    for name, values in (("feature_names", feature_names), ("class_names", class_names)):
        if values is not None:
            arrays[name] = np.asarray(values, dtype=str)
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    write_bytes(path, file.getvalue())


_LARGEST = 2**31  # bytes


def _read(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(path) as members:
            size = sum(member.file_size for member in members.infolist())
        if size > _LARGEST:
            raise DataError(f"'{path}' unpacks to {size:,} bytes; at most {_LARGEST:,} are read")
        with np.load(path, allow_pickle=False) as archive:
            found = {name: archive[name] for name in archive.files if name in _KEYS}
    except DataError:
        raise
    except OSError as error:
        raise DataError(f"'{path}' cannot be read: {error.strerror or error}") from None
    except Exception:  # numpy and zipfile raise more kinds than they document
        raise DataError(f"'{path}' is no .npz archive of numbers and text") from None
    for name, values in found.items():
        if not isinstance(values, np.ndarray) or values.dtype.kind not in "biufUS":
            raise DataError(f"'{path}': '{name}' is no array of numbers or text")
    for name in ("feature_names", "class_names"):
        if name in found and found[name].ndim != 1:
            raise DataError(
                f"'{path}': {name} has shape {found[name].shape}; it takes a row of names"
            )
    return found


def _samples(path: str, found: dict[str, NDArray[Any]]) -> tuple[NDArray[np.float64], NDArray[Any]]:
    for name in ("x", "y"):
        if name not in found:
            raise DataError(f"'{path}' has no array '{name}'; it takes x and y")
    x, y = found["x"], found["y"]
    if x.ndim != 2 or x.dtype.kind not in "biuf" or y.shape != (len(x),):
        raise DataError(
            f"'{path}': x has shape {x.shape} of {x.dtype} and y {y.shape}; they take (n_samples, "
            "n_features) numbers and (n_samples,)"
        )
    return x.astype(np.float64), y
