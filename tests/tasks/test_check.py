"""Tasks of a user's own, and what is said of those that are wrong."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evosnn.analysis import front_report
from evosnn.campaign import Campaign, CampaignSpec, load_spec, read_spec, task_name
from evosnn.chips import load_chip
from evosnn.errors import DataError, SpecError
from evosnn.evaluation import derive_seed
from evosnn.simulation import Stimulus
from evosnn.tasks import (
    ArgyleEncoder,
    Dataset,
    MostSpikesDecoder,
    PythonSpec,
    build_task,
    check_task,
    load_dataset,
    python_task,
    task_names,
)
from evosnn.tasks.control import EpisodesSpec, build_control_task

EXPERIMENTS = Path(__file__).parents[2] / "experiments"
MOONS = (EXPERIMENTS / "moons.py").read_text(encoding="utf-8")


def make(x=None, y=None, features=("f", "g"), classes=("a", "b"), **more):
    x = np.random.default_rng(0).random((40, 2)) if x is None else np.asarray(x)
    y = np.arange(len(x)) % 2 if y is None else np.asarray(y)
    return Dataset("toy", features, classes, x, y.astype(np.int64), **more)


class Sound:
    def load(self, rng):
        return make(rng.random((40, 2)))


class Restless:
    def load(self, rng):
        return make(np.random.default_rng().random((40, 2)))


class Empty:
    pass


class Broken:
    def load(self, rng):
        return np.zeros(3)[4]


class Listed:
    def load(self, rng):
        return [1, 2]


class Ragged:
    def load(self, rng):
        return make(np.zeros((40, 3)))


class Choosy:
    def __init__(self, size):
        pass


def test_a_sound_task_has_nothing_wrong():
    assert check_task(Sound) == []
    assert check_task(Sound()) == []


@pytest.mark.parametrize("name", task_names())
def test_what_is_wrong_with_the_data_that_come_along(name):
    # They hold doubles and constant pixels, and it is said; nothing else is wrong with them.
    known = ("value for value", "in every sample")
    assert all(any(k in said for k in known) for said in check_task(load_dataset(name)))


@pytest.mark.parametrize(
    ("task", "said"),
    [
        (Restless, "load gives other samples when it is called again with the same seed"),
        (Empty, "task 'Empty' has no method load(rng)"),
        (Broken, "task 'Broken': load raises IndexError: index 4 is out of bounds"),
        (Listed, "task 'Listed': load returns list; it takes a Dataset"),
        (Ragged, "data set 'toy': x has shape (40, 3); 40 labels and 2 feature names take (40, 2)"),
        (Choosy, "task 'Choosy' cannot be made without options: TypeError"),
        (make(classes=("a", "b", "c")), "class 'c' has no sample"),
        (make(features=("f", "f")), "two features are called 'f'"),
        (make(np.ones((40, 2))), "feature 'f' is 1 in every sample; leave it out"),
        (make([[np.nan, k] for k in range(40)]), "feature 'f' has no value at all"),
        (make(np.random.default_rng(0).random((40, 2)).astype("f4")), "x is float32; it takes f"),
        (make(np.random.default_rng(0).random((4, 2))), "train, validation and test take at least"),
        (
            make(np.repeat(np.random.default_rng(0).random((10, 2)), 4, axis=0)),
            "of the test part are in the train part too, value for value",
        ),
    ],
)
def test_what_is_wrong_is_said(task, said):
    problems = check_task(task)
    assert any(said in sentence for sentence in problems), problems


def test_infinite_values_are_found_even_if_they_came_later():
    data = make()
    data.x[3, 1] = np.inf
    assert check_task(data) == ["data set 'toy' holds an infinite value; give a finite one"]


@pytest.fixture
def built():
    return build_task(
        make(), encoder=ArgyleEncoder(), decoder=MostSpikesDecoder(), timesteps=32,
        chip=load_chip("risp-127"), seed=1,
    )  # fmt: skip


def test_a_built_task_is_checked_part_by_part(built):
    assert check_task(built) == []
    charge = built.test.stimulus.charge.copy()
    charge[0, 0, 0] = np.nan
    labels = built.test.labels.copy()
    labels[:] = 5
    wrong = replace(
        built, test=replace(built.test, stimulus=Stimulus(charge[:, :-1]), labels=labels),
        validation=built.train,
    )  # fmt: skip
    said = " ".join(check_task(wrong))
    for part in (
        "part test: the charge has shape (32, 7, 12); its timesteps, inputs and samples take",
        "part test: a charge is not finite",
        "part test: a label is outside 0..1",
        "part test: class 'a' has no sample",
        "22 samples of the validation part are in the train part too",
    ):
        assert part in said


@pytest.fixture
def control():
    return build_control_task(
        "cartpole-easy", encoder=ArgyleEncoder(), decoder=MostSpikesDecoder(), timesteps=32,
        chip=load_chip("risp-127"), seed=derive_seed(1, "task"), episodes=EpisodesSpec(),
    )  # fmt: skip


def test_a_control_task_is_checked_too(control):
    assert check_task(control) == []
    starts = control.test.starts.copy()
    starts[0, 0] = np.nan
    assert check_task(replace(control, test=replace(control.test, starts=starts))) == [
        "task 'cartpole-easy', part test: a start state is not finite"
    ]
    said = check_task(replace(control, test=control.train))
    assert said == [
        "task 'cartpole-easy': 32 start states of the test part are in the train part too, value "
        "for value; held-out ones must be new"
    ]
    flat = replace(control.setting.environment, most=0.0)
    said = check_task(replace(control, setting=replace(control.setting, environment=flat)))
    assert "returns are scored from 0 to 0; they take a lowest below a highest" in said[0]


def test_a_campaign_on_a_task_of_ones_own_from_a_file(tmp_path):
    (tmp_path / "moons.py").write_text(MOONS)
    (tmp_path / "moons.toml").write_text(
        'task = { python = "moons.py", name = "Moons", options = { samples = 200 } }\n'
        'chip = "risp-127"\npopulation = 8\ninstances = 2\ntrials = 2\nstop = { generations = 2 }'
    )
    spec = read_spec(tmp_path / "moons.toml")
    assert task_name(spec) == "Moons"
    campaign = Campaign.start(spec, tmp_path / "run", 1)
    campaign.run()
    again = Campaign.load(tmp_path / "run", 1)
    assert again.spec == spec == load_spec(tmp_path / "run")
    assert front_report(again)["networks"]
    assert again.problem.task.train.n_samples == 4 * 110


def test_a_class_stands_for_itself_in_python():
    spec = CampaignSpec(task=python_task(Sound), chip="risp-127")
    assert spec.task == PythonSpec(python=__file__, name="Sound")
    same = [load_dataset(spec.task, rng=np.random.default_rng(4)).x for _ in range(2)]
    np.testing.assert_array_equal(*same)

    class Inner(Sound):
        pass

    with pytest.raises(SpecError, match="does not stand at the top of a Python file"):
        python_task(Inner)


@pytest.mark.parametrize(
    ("text", "table", "said"),
    [
        (MOONS, {"name": "Moon"}, "unknown class 'Moon'; did you mean 'Moons'?"),
        (MOONS, {"options": {"m": 1}}, "cannot be made with options {'m': 1}, TypeError"),
        (MOONS, {"options": {"samples": -3}}, "load fails, line 24: "),
        (MOONS, {"python": "none.py"}, "none.py' is not there"),
        (MOONS, {"python": "none.txt"}, "is no Python file; it takes one that ends in .py"),
        ("class Moons:\n    x = 1 / 0\n", {}, "fails, line 2: ZeroDivisionError: division by zero"),
        ("class Moons\n", {}, "fails, line 1: SyntaxError"),
        ("class Moons:\n    pass\n", {}, "has no method load(rng); a task takes one"),
        (
            "class Moons:\n    def load(self, rng):\n        pass\n",
            {},
            "load returns None; it takes a Dataset",
        ),
    ],
)
def test_what_goes_wrong_in_a_users_file_is_one_sentence(tmp_path, text, table, said):
    (tmp_path / "moons.py").write_text(text)
    spec = PythonSpec.model_validate({"python": "moons.py", "name": "Moons", **table})
    with pytest.raises(DataError) as error:
        load_dataset(spec, tmp_path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_the_example_is_sound_and_its_campaign_valid():
    spec = read_spec(EXPERIMENTS / "moons.toml")
    assert check_task(spec.task.make()) == []
    data = load_dataset(spec.task)
    assert (data.n_samples, data.feature_names) == (400, ("x", "y"))
