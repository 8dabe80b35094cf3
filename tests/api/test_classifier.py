"""EvolvedClassifier: scikit-learn's own checks, and what it adds."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.utils.estimator_checks import estimator_checks_generator

import evosnn
from evosnn import EvolvedClassifier

QUICK = {
    "generations": 4,
    "population": 12,
    "timesteps": 24,
    "spec": {"instances": 2, "trials": 2},
    "random_state": 1,
}
X, Y = load_iris(return_X_y=True)


CHECKS = [
    check
    for _, check in estimator_checks_generator(EvolvedClassifier(**QUICK))
    if check.func.__name__ != "check_array_api_input"  # the array API is not claimed
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.func.__name__)
def test_scikit_learns_own_checks(check):
    check(EvolvedClassifier(**QUICK))


@pytest.fixture(scope="module")
def model():
    return EvolvedClassifier(**{**QUICK, "generations": 10, "population": 20}).fit(X, Y)


def test_it_learns_and_keeps_its_front(model):
    assert model.score(X, Y) > 0.9
    assert model.network_ in model.front_
    assert all(isinstance(n, evosnn.BoundNetwork) for n in model.front_)
    assert model.n_iter_ == 10


def test_labels_of_any_kind_come_back():
    names = np.array(["setosa", "versicolor", "virginica"], dtype=object)[Y]
    model = EvolvedClassifier(**QUICK).fit(X, names)
    assert list(model.classes_) == ["setosa", "versicolor", "virginica"]
    assert set(model.predict(X)) <= set(names)


@pytest.mark.parametrize(
    ("choose", "fits"),
    [("knee", lambda n: n.figures["knee"]), ({"synapses": 9}, lambda n: n.network.n_synapses <= 9)],
)
def test_another_network_can_be_chosen(choose, fits):
    model = EvolvedClassifier(**QUICK, choose=choose).fit(X, Y)
    assert fits(model.network_)


def test_a_campaign_can_be_left_in_a_folder(tmp_path):
    model = EvolvedClassifier(**QUICK, out=str(tmp_path / "out")).fit(X, Y)
    opened = evosnn.open_campaign(tmp_path / "out" / "campaign")
    assert [n.id for n in opened.front] == [n.id for n in model.front_]


def test_mistakes_are_sentences():
    with pytest.raises(ValueError, match="y has one class"):
        EvolvedClassifier(**QUICK).fit(X, np.zeros(150))
    with pytest.raises(ValueError, match="unknown chip 'risp-12'; did you mean 'risp-127'"):
        EvolvedClassifier("risp-12", **QUICK).fit(X, Y)
    with pytest.raises(ValueError, match="choose is 'best'"):
        EvolvedClassifier(**QUICK, choose="best").fit(X, Y)
