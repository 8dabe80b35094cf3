"""Folders of IDX images: the test set stays the test set."""

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evosnn.campaign import CampaignSpec
from evosnn.errors import DataError
from evosnn.tasks import IdxSpec, SplitSpec, load_dataset, split
from evosnn.tasks.data.idx_images import pool_images


def _write(path: Path, values, zipped=True):
    head = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    data = head + values.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(data) if zipped else data)


@pytest.fixture
def folder(tmp_path):
    """Thirty training and twelve test images of 6 x 6 pixels, all as bright as their number."""
    place = tmp_path / "clothes"
    place.mkdir()
    for part, n, zipped in (("train", 30, True), ("t10k", 12, False)):
        number = np.arange(n)
        images = np.broadcast_to(number[:, None, None] + 100 * (part == "t10k"), (n, 6, 6))
        end = ".gz" if zipped else ""
        _write(place / f"{part}-images-idx3-ubyte{end}", images, zipped)
        _write(place / f"{part}-labels-idx1-ubyte{end}", number % 3 * 2, zipped)
    return place


def test_the_standard_test_images_are_the_test_part(folder, monkeypatch):
    monkeypatch.setenv("EVOSNN_DATA", str(folder.parent))
    data = load_dataset(IdxSpec(idx="clothes", pool=2))
    assert data.name == "clothes-2x2"
    assert data.class_names == ("0", "2", "4")
    assert data.x.shape == (42, 4)
    parts = split(data, SplitSpec(), np.random.default_rng(3))
    assert sorted(data.x[parts.test, 0].tolist()) == list(range(100, 112))
    rest = np.concatenate([parts.train, parts.validation])
    assert sorted(data.x[rest, 0].tolist()) == list(range(30))
    assert parts.validation.size == 6  # 0.15 of 0.15 + 0.55, of ten a class
    with pytest.raises(DataError, match="its test part is given with the data; it takes no folds"):
        split(data, SplitSpec(folds=3), np.random.default_rng(0))


def test_some_of_the_images_at_equal_steps(folder):
    data = load_dataset(IdxSpec(idx=str(folder), pool=1, samples=15, test_samples=4))
    assert data.x[:, 0].tolist() == [*range(0, 30, 2), 100, 103, 106, 109]


@given(st.integers(1, 9), st.integers(9, 14), st.integers(9, 14))
def test_a_cell_is_the_mean_of_the_pixels_it_covers(side, rows, columns):
    images = np.random.default_rng(0).integers(0, 256, (2, rows, columns)).astype(np.uint8)
    pooled = pool_images(images, side)
    for i in range(side):
        for j in range(side):
            block = images[
                :,
                i * rows // side : -(-(i + 1) * rows // side),
                j * columns // side : -(-(j + 1) * columns // side),
            ]
            np.testing.assert_allclose(pooled[:, i, j], block.mean(axis=(1, 2)))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda f: (f / "train-images-idx3-ubyte.gz").unlink(), "holds no train-images-idx3"),
        (lambda f: (f / "t10k-labels-idx1-ubyte").unlink(), "holds no t10k-labels.* or test-label"),
        (
            lambda f: (f / "train-images-idx3-ubyte.gz").write_bytes(b"\x1f\x8b\x08no"),
            "train-images-idx3-ubyte.gz' cannot be read",
        ),
        (
            lambda f: _write(f / "train-labels-idx1-ubyte.gz", np.zeros(29)),
            r"images have shape \(30, 6, 6\) and labels \(29,\)",
        ),
        (
            lambda f: _write(f / "other-train-images-idx3-ubyte", np.zeros((1, 2, 2)), False),
            "several files for train-images-idx3-ubyte",
        ),
    ],
)
def test_a_damaged_folder_is_one_sentence(folder, damage, said):
    damage(folder)
    with pytest.raises(DataError, match=said):
        load_dataset(IdxSpec(idx=str(folder), pool=2))


def test_what_is_not_there_or_too_small_is_said(folder, monkeypatch):
    monkeypatch.delenv("EVOSNN_DATA", raising=False)
    with pytest.raises(DataError, match="'nowhere' is not there; EVOSNN_DATA is not set"):
        load_dataset(IdxSpec(idx="nowhere"))
    with pytest.raises(DataError, match="pool is 7; images of 6 x 6 pixels take at most 6"):
        load_dataset(IdxSpec(idx=str(folder)))


def test_images_are_shown_without_noise_if_the_file_does_not_say_otherwise():
    table = {"task": {"idx": "mnist", "pool": 5}, "chip": "risp-127"}
    assert CampaignSpec.model_validate(table).jitter.copies == 1
    assert CampaignSpec.model_validate({**table, "jitter": {"copies": 3}}).jitter.copies == 3


def test_mnist_as_downloaded():
    place = Path(os.environ.get("EVOSNN_DATA", "")) / "mnist"
    if not (place / "train-images-idx3-ubyte.gz").is_file():
        pytest.skip("EVOSNN_DATA names no folder with mnist/")
    data = load_dataset(IdxSpec(idx="mnist", samples=1000))
    assert (data.n_samples, data.n_features, data.n_classes) == (11_000, 49, 10)
    assert data.held_out.tolist() == list(range(1000, 11_000))


def test_names_with_dots_prefixes_and_labels_of_other_types(folder):
    same = load_dataset(IdxSpec(idx=str(folder), pool=2))
    for path in list(folder.iterdir()):
        path.rename(path.with_name("cloth-" + path.name.replace("-idx", ".idx")))
    number = np.arange(30) % 3 * 2
    labels = np.column_stack([number, np.full((30, 7), 9)])  # as QMNIST has them
    (folder / "cloth-train-labels.idx1-ubyte.gz").unlink()
    head = bytes([0, 0, 12, 2]) + struct.pack(">2I", 30, 8)
    (folder / "cloth-train-labels-idx2-int").write_bytes(head + labels.astype(">i4").tobytes())
    data = load_dataset(IdxSpec(idx=str(folder), pool=2))
    np.testing.assert_array_equal(data.x, same.x)
    np.testing.assert_array_equal(data.y, same.y)
    for path in list(folder.iterdir()):
        (folder / path.name.replace("cloth", "shoe")).write_bytes(path.read_bytes())
    with pytest.raises(DataError, match=r"several files for train-images.*choose one by prefix"):
        load_dataset(IdxSpec(idx=str(folder)))
    chosen = load_dataset(IdxSpec(idx=str(folder), prefix="shoe", pool=2))
    np.testing.assert_array_equal(chosen.x, same.x)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**31, 2**31, 2**31), "at most 2,147,483,648"),
        (bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**24, 2**20, 2**20), "take 18,446,744,073"),
        (bytes([0, 0, 8, 0]), "is no IDX file"),
        (bytes([0, 0, 8, 70]) + bytes(280), "is no IDX file"),
        (bytes([0, 0, 7, 3]) + bytes(12), "is no IDX file"),
        (bytes([0, 0, 8, 3]) + bytes(5), "is damaged"),
    ],
)
@pytest.mark.parametrize("zipped", [True, False])
def test_a_head_that_cannot_be_is_one_sentence(folder, head, said, zipped):
    (folder / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(head) if zipped else head)
    with pytest.raises(DataError, match=said):
        load_dataset(IdxSpec(idx=str(folder)))


def test_a_file_that_unpacks_to_far_more_than_it_says_is_damaged(folder):
    head = bytes([0, 0, 8, 3]) + struct.pack(">3I", 30, 6, 6)
    (folder / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(head + bytes(2**26)))
    with pytest.raises(DataError, match="takes 1,080 bytes, it has more than 1,080"):
        load_dataset(IdxSpec(idx=str(folder)))
