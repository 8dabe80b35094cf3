import numpy as np
import pytest

from evosnn.errors import DataError, SpecError
from evosnn.tasks import Dataset, load_dataset, task_info, task_names


def make(x=((0.0,), (1.0,)), y=(0, 1), classes=("a", "b"), features=("f",)) -> Dataset:
    return Dataset("toy", features, classes, np.array(x), np.array(y, dtype=np.int64))


def test_counts() -> None:
    data = make(x=((0.0, 2.0), (1.0, 2.0), (1.0, 3.0)), y=(0, 1, 1), features=("f", "g"))
    assert (data.n_samples, data.n_features, data.n_classes) == (3, 2, 2)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"features": ("f", "g")}, r"x has shape \(2, 1\).*take \(2, 2\)"),
        ({"y": (0, 1, 1)}, r"x has shape \(2, 1\); 3 labels"),
        ({"y": (0, 2)}, r"a label is outside 0\.\.1, the indices of its 2 classes"),
        ({"y": (-1, 1)}, r"a label is outside 0\.\.1"),
        ({"classes": ("a",)}, "has 1 classes; a task takes at least 2"),
        ({"x": np.empty((0, 1)), "y": ()}, "has no samples"),
        ({"x": ((0.0,), (np.inf,))}, "holds an infinite value"),
    ],
)
def test_a_wrong_data_set_is_refused(wrong, said) -> None:
    with pytest.raises(DataError, match=f"data set 'toy'.*{said}"):
        make(**wrong)


@pytest.mark.parametrize("name", task_names())
def test_a_builtin_task_is_what_its_description_says(name) -> None:
    info, data = task_info(name), load_dataset(name)
    assert data.name == info.name == name
    assert data.n_samples == info.n_samples
    assert data.n_features == info.n_features
    assert data.n_classes == info.n_classes
    assert data.x.dtype == np.float64
    assert data.y.dtype == np.int64
    assert np.unique(data.y).tolist() == list(range(info.n_classes))
    assert info.description.endswith(".")
    assert "\n" not in info.description


def test_iris_is_fishers() -> None:
    data = load_dataset("iris")
    assert data.class_names == ("setosa", "versicolor", "virginica")
    assert data.x[0].tolist() == [5.1, 3.5, 1.4, 0.2]
    assert np.bincount(data.y).tolist() == [50, 50, 50]


def test_names_are_sorted() -> None:
    assert task_names() == ("breast-cancer", "digits", "iris", "wine")


@pytest.mark.parametrize("look_up", [task_info, load_dataset])
def test_an_unknown_task_is_answered_by_the_nearest(look_up) -> None:
    with pytest.raises(SpecError, match="unknown task 'irsi'; did you mean 'iris'"):
        look_up("irsi")
