"""Archives of arrays: whatever is wrong with a file is one sentence."""

import io
import struct
import zipfile

import numpy as np
import pytest

from evosnn.errors import DataError
from evosnn.tasks import load_dataset
from evosnn.tasks.data.arrays import ArraySpec

X, Y = np.eye(4), np.array([0, 1, 0, 1])


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def npy(values):
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return file.getvalue()


def claiming(shape):
    """Return an .npy file whose head claims more than it holds."""
    head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + bytes(32)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (npy(X), "is no .npz archive"),
        (b"", "is no .npz archive"),
        (b"PK\x03\x04 and no more", "is no .npz archive"),
        (npz(x=X, y=Y)[:-30], "is no .npz archive"),
        (zipped(x=b"text", y=npy(Y)), "'x' is no array of numbers or text"),
        (zipped(x=claiming((10**12,)), y=npy(Y)), "is no .npz archive"),
        (zipped(x=claiming("(2, ")[:60], y=npy(Y)), "is no .npz archive"),
        (npz(x=X, y=Y, class_names=np.array("a")), r"class_names has shape \(\)"),
        (npz(x=X, y=Y, feature_names=np.array([["a", "b"]] * 4)), "feature_names has shape"),
        (npz(x=X, y=np.zeros(4, [("a", "i4")])), "'y' is no array of numbers or text"),
        (npz(x=X), "has no array 'y'"),
    ],
)
def test_a_wrong_archive_is_one_sentence(tmp_path, data, said):
    (tmp_path / "a.npz").write_bytes(data)
    with pytest.raises(DataError, match=said):
        load_dataset(ArraySpec(arrays=str(tmp_path / "a.npz")))


def test_a_right_one_is_read(tmp_path):
    (tmp_path / "a.npz").write_bytes(npz(x=X, y=Y, class_names=np.array(["no", "yes"])))
    data = load_dataset(ArraySpec(arrays=str(tmp_path / "a.npz")))
    assert data.class_names == ("no", "yes")
    np.testing.assert_array_equal(data.x, X)
