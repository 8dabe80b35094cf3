"""A network bound to its chip and task: raw samples in, answers out."""

import numpy as np
import pytest
from sklearn.datasets import load_iris

import evosnn
from evosnn.errors import DataError, SpecError
from evosnn.tasks.control import SETTINGS

X, Y = load_iris(return_X_y=True)


@pytest.fixture(scope="module")
def knee(campaign):
    return campaign.front.knee


def test_it_answers_raw_samples_as_the_front_counts_them(campaign, knee):
    test = knee.task.test
    named = np.array(knee.task.class_names)[test.labels]
    assert knee.score(test.features, named) == knee.figures["test"]["accuracy"]
    assert (
        knee.score(test.features, test.labels) == knee.score() == knee.score(test.features, named)
    )


def test_no_answer_is_none_and_wrong(knee):
    answers = knee.predict(X)
    assert set(answers) <= {*knee.task.class_names, None}
    named = np.array(knee.task.class_names)[Y]
    assert knee.score(X, named) == np.mean(answers == named)


def test_shares_of_spikes_add_up(knee):
    shares = knee.predict_proba(X)
    assert shares.shape == (150, 3)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    answers = knee.predict(X)
    answered = answers != None  # noqa: E711 - elementwise
    leading = np.array(knee.task.class_names)[shares.argmax(axis=1)]
    assert (leading[answered] == answers[answered]).all()


def test_given_charges_are_simulated(knee):
    charge = np.ones((7, knee.network.inputs.size))
    response = knee.simulate(charge, record=True)
    assert response.recordings[0].spikes.shape == (7, knee.network.n_neurons, 1, 1)
    whole = knee.simulate(charge[:, :, None])
    np.testing.assert_array_equal(response.counts, whole.counts)
    with pytest.raises(SpecError, match="it takes \\(timesteps, n_inputs, n_samples\\)"):
        knee.simulate(np.ones(7))


def test_a_network_draws_into_given_axes(knee):
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert knee.plot(ax) is ax
    texts = {text.get_text() for text in ax.texts}
    assert set(knee.task.class_names) <= texts
    assert knee._repr_svg_().lstrip().startswith("<?xml")


def test_an_exported_network_is_read_again(knee, tmp_path):
    export = knee.export("risp", str(tmp_path / "knee.json"))
    assert export.notes
    again = evosnn.BoundNetwork.from_file(str(tmp_path / "knee.json"))
    assert again.id == knee.id
    charge = np.random.default_rng(1).integers(0, 2, (9, knee.network.inputs.size, 4)) * 1.0
    np.testing.assert_array_equal(again.simulate(charge).counts, knee.simulate(charge).counts)
    knee.export("c", tmp_path / "c", name="iris")
    assert (tmp_path / "c" / "iris.c").is_file()


def test_mistakes_are_sentences(knee, tmp_path):
    with pytest.raises(DataError, match=r"x has shape \(1, 3\); task 'iris' takes"):
        knee.predict([[1, 2, 3]])
    with pytest.raises(DataError, match="y holds 'rose'"):
        knee.score(X[:1], ["rose"])
    with pytest.raises(SpecError, match="score takes y"):
        knee.score(X)
    with pytest.raises(SpecError, match="control task"):
        knee.controller()
    with pytest.raises(SpecError, match="did you mean 'verilog'"):
        knee.export("verilg", tmp_path)
    knee.export("risp", tmp_path / "a.json")
    bare = evosnn.BoundNetwork.from_file(tmp_path / "a.json")
    with pytest.raises(SpecError, match="has no task"):
        bare.predict(X)


def test_a_controller_acts_as_the_compiled_loop_does(tmp_path):
    gymnasium = pytest.importorskip("gymnasium", reason="needs the extra 'control'")
    from dataclasses import replace

    from evosnn.tasks.control import run_episodes

    spec = {
        "task": "cartpole-easy",
        "chip": "risp-7",
        "population": 12,
        "instances": 2,
        "trials": 2,
        "episodes": {"train": 4, "validation": 4, "test": 4, "steps": 60},
        "stop": {"generations": 2},
    }
    knee = evosnn.run(spec, tmp_path / "pole").front.knee
    environment = gymnasium.make("CartPole-v1")
    starts = np.array([environment.reset(seed=s)[0] for s in range(6)], np.float64)
    part = replace(knee.task.test, starts=starts)
    compiled = run_episodes(knee.task, [knee.network], part, knee.chip).returns[0, 0]
    np.testing.assert_array_equal(knee.controller().run(environment, range(6)), compiled)
    with pytest.raises(
        SpecError, match="takes Discrete\\(3\\); task 'cartpole-easy' has 2 actions"
    ):
        knee.controller().run(gymnasium.make("MountainCar-v0"))
    assert len(SETTINGS["cartpole-easy"].actions) == 2
