"""Data sets in a folder of the user's."""

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from evosnn.errors import DataError
from evosnn.tasks import FOLDER_TASKS, load_dataset, read_idx

_FOLDER = os.environ.get("EVOSNN_DATA", "")


@pytest.mark.parametrize("name", FOLDER_TASKS)
def test_what_is_said_of_a_data_set_is_true(name):
    said = FOLDER_TASKS[name]
    if not (Path(_FOLDER) / said.file).is_file() or not _FOLDER:
        pytest.skip(f"EVOSNN_DATA names no folder with {said.file}")
    data = load_dataset(name)
    assert data.name == name
    found = (data.n_samples, data.n_features, data.n_classes)
    assert found == (said.n_samples, said.n_features, said.n_classes)


def test_without_the_folder_or_file_a_sentence_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.delenv("EVOSNN_DATA", raising=False)
    with pytest.raises(DataError, match="set EVOSNN_DATA to one that holds uci"):
        load_dataset("sonar")
    monkeypatch.setenv("EVOSNN_DATA", str(tmp_path))
    with pytest.raises(DataError, match="which is not there"):
        load_dataset("sonar")


def _idx(values):
    head = bytes([0, 0, 8, values.ndim])
    return head + struct.pack(f">{values.ndim}I", *values.shape) + values.tobytes()


@given(arrays(np.uint8, array_shapes(max_dims=3)), st.booleans())
def test_an_idx_file_is_read_back(tmp_path_factory, values, zipped):
    path = tmp_path_factory.mktemp("idx") / "file"
    data = _idx(values)
    path.write_bytes(gzip.compress(data) if zipped else data)
    np.testing.assert_array_equal(read_idx(path), values)


@pytest.mark.parametrize("damage", [b"", b"\x00\x00\x0d\x01", b"\x1f\x8bnot gzip", None])
def test_a_damaged_idx_file_is_one_sentence(tmp_path, damage):
    path = tmp_path / "file"
    path.write_bytes(_idx(np.zeros((3, 4), np.uint8))[:-1] if damage is None else damage)
    with pytest.raises(DataError, match=str(path)):
        read_idx(path)


def test_images_are_averaged_over_blocks(tmp_path, monkeypatch):
    images = np.zeros((20, 28, 28), np.uint8)
    images[:, :4, 4:8] = 160
    images[:, 0, 0] = 16
    (tmp_path / "mnist").mkdir()
    for kind, values in (("images-idx3", images), ("labels-idx1", np.arange(20) % 10)):
        path = tmp_path / "mnist" / f"t10k-{kind}-ubyte.gz"
        path.write_bytes(gzip.compress(_idx(values.astype(np.uint8))))
    monkeypatch.setenv("EVOSNN_DATA", str(tmp_path))
    data = load_dataset("mnist-7x7")
    assert data.x.shape == (20, 49)
    assert data.x[0, :3].tolist() == [1.0, 160.0, 0.0]
