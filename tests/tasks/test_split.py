import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from evosnn.errors import DataError
from evosnn.tasks import Dataset, SplitSpec, load_dataset, split


def labelled(*counts: int) -> Dataset:
    y = np.random.default_rng(0).permutation(np.repeat(np.arange(len(counts)), counts))
    names = tuple(f"class {k}" for k in range(len(counts)))
    return Dataset("toy", ("f",), names, np.zeros((y.size, 1)), y.astype(np.int64))


def parts_of(data: Dataset, spec: SplitSpec | None = None, seed: int = 0):
    parts = split(data, spec or SplitSpec(), np.random.default_rng(seed))
    return {"train": parts.train, "validation": parts.validation, "test": parts.test}


def test_iris_by_default() -> None:
    data = load_dataset("iris")
    parts = parts_of(data)
    assert {k: np.bincount(data.y[v]).tolist() for k, v in parts.items()} == {
        "train": [28] * 3,
        "validation": [7] * 3,
        "test": [15] * 3,
    }


@given(
    counts=st.lists(st.integers(3, 60), min_size=2, max_size=5),
    cuts=st.tuples(st.integers(1, 98), st.integers(1, 98)).filter(lambda c: sum(c) < 100),
    seed=st.integers(0, 2**32),
)
def test_a_split_is_a_partition_stratified_within_one_sample(counts, cuts, seed) -> None:
    shares = {
        "train": cuts[0] / 100,
        "validation": cuts[1] / 100,
        "test": (100 - sum(cuts)) / 100,
    }
    data = labelled(*counts)
    parts = parts_of(data, SplitSpec(**shares), seed)
    assert sorted(np.concatenate(list(parts.values())).tolist()) == list(range(data.n_samples))
    for k, n in enumerate(counts):
        sizes = {part: int((data.y[i] == k).sum()) for part, i in parts.items()}
        assert min(sizes.values()) >= 1
        if all(share * n >= 1 for share in shares.values()):
            for part, size in sizes.items():
                assert abs(size - shares[part] * n) < 1


def test_the_smallest_classes_are_in_every_part() -> None:
    data = labelled(3, 4, 100)
    for part in parts_of(data, SplitSpec(train=0.9, validation=0.05, test=0.05)).values():
        assert set(data.y[part]) == {0, 1, 2}


def test_same_seed_same_split_and_another_seed_another() -> None:
    data = load_dataset("wine")
    first, again, other = parts_of(data), parts_of(data), parts_of(data, seed=1)
    for part, samples in first.items():
        assert (samples == again[part]).all()
        assert set(samples) != set(other[part])


def test_the_order_within_a_part_is_random() -> None:
    data = load_dataset("iris")
    for samples in parts_of(data).values():
        assert np.abs(np.diff(data.y[samples])).sum() > 2


def test_a_class_too_small_to_split_is_named() -> None:
    with pytest.raises(DataError) as error:
        parts_of(labelled(9, 2))
    assert str(error.value) == (
        "data set 'toy', class 'class 1' (2 of 2) has 2 samples; "
        "train, validation and test take at least one each"
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"train": 0.65}, "train \\+ validation \\+ test is 1.1; the parts add up to 1"),
        ({"train": 0.8, "validation": 0.2, "test": 0.0}, "greater than 0"),
        ({"training": 0.5}, "Extra inputs are not permitted"),
    ],
)
def test_a_wrong_spec_is_refused(wrong, said) -> None:
    with pytest.raises(ValidationError, match=said):
        SplitSpec(**wrong)


@given(
    st.lists(st.integers(8, 60), min_size=2, max_size=4),
    st.integers(2, 8),
    st.integers(0, 2**32 - 1),
)
def test_folds_are_a_partition_and_stratified(counts, folds, seed):
    data = labelled(*counts)
    seen = []
    for fold in range(1, folds + 1):
        spec = SplitSpec(folds=folds, fold=fold)
        parts = split(data, spec, np.random.default_rng(seed))
        everything = np.concatenate([parts.train, parts.validation, parts.test])
        assert sorted(everything) == list(range(data.n_samples))
        for k, count in enumerate(counts):
            in_test = int((data.y[parts.test] == k).sum())
            assert abs(in_test - count / folds) < 1
            assert (data.y[parts.train] == k).any()
            assert (data.y[parts.validation] == k).any()
        seen.append(parts.test)
    assert sorted(np.concatenate(seen)) == list(range(data.n_samples))


def test_a_fold_that_does_not_exist_is_refused():
    with pytest.raises(ValidationError, match=r"fold is 4; of 3 folds"):
        SplitSpec(folds=3, fold=4)
