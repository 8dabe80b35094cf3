"""Each contract suite finds parts that break their contract, and says what is wrong."""

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
import pytest

from evosnn.evolution import OBJECTIVES
from evosnn.evolution.engines.random_search import RandomSearch
from evosnn.export import TARGETS
from evosnn.hardware import AbstractMechanism, uniforms
from evosnn.tasks import Dataset, Decoder, Encoder
from evosnn.testing import (
    check_decoder,
    check_encoder,
    check_engine,
    check_mechanism,
    check_objective,
    check_operator,
    check_target,
    check_task,
)


class Mechanism(AbstractMechanism):
    """A mechanism whose effect is a function."""

    kind: Literal["some"] = "some"
    effect: ClassVar = None

    def apply(self, instances, parts, key):
        return type(self).effect(instances, parts, key)


def writes(instances, parts, key):
    instances.weight[:] *= 0.5
    return instances


def draws_from_numpy(instances, parts, key):
    return replace(
        instances, weight=instances.weight * np.random.default_rng().random(instances.weight.shape)
    )


def draws_by_number(instances, parts, key):
    rng = np.random.default_rng(key)
    return replace(instances, weight=instances.weight * rng.random(instances.weight.shape[::-1]).T)


def draws_by_place(instances, parts, key):
    place = np.arange(parts.pre.size, dtype=np.uint32)[::-1].copy()
    share = uniforms(key, instances.n_instances, place, place)
    return replace(instances, weight=instances.weight * share)


@pytest.mark.parametrize(
    ("effect", "sentence"),
    [
        (writes, "apply writes to the arrays it is given"),
        (lambda i, p, k: None, "apply returns NoneType; it takes Instances"),
        (
            lambda i, p, k: replace(i, weight=i.weight[:, :2]),
            r"weight is float64 of shape \(3, 2\)",
        ),
        (lambda i, p, k: replace(i, weight=i.weight.astype("f4")), "weight is float32 of shape"),
        (
            lambda i, p, k: replace(i, threshold=i.threshold * np.nan),
            "threshold holds a value that",
        ),
        (lambda i, p, k: replace(i, firing=i.firing + np.int8(3)), "firing holds something else"),
        (lambda i, p, k: replace(i, leak=i.threshold * 9), "a leak is outside 0..1"),
        (draws_from_numpy, "the same seed gives other chips"),
        (draws_by_number, "more chips change the first ones"),
        (draws_by_place, "depend on the networks drawn beside it"),
    ],
)
def test_broken_mechanisms_are_found(effect, sentence, monkeypatch):
    monkeypatch.setattr(Mechanism, "effect", staticmethod(effect))
    with pytest.raises(AssertionError, match=sentence):
        check_mechanism(Mechanism())


class Windowed(Mechanism):
    """A mechanism that does not say when it changes."""

    effect: ClassVar = staticmethod(lambda i, p, k: i)

    def acts_at(self, timestep):
        return timestep >= 1


def test_times_that_changes_at_does_not_name_are_found():
    with pytest.raises(AssertionError, match="acts_at changes at timestep 1, which changes_at"):
        check_mechanism(Windowed())


class Sound(Encoder):
    """An encoder without fault: a spike in every timestep while a feature is large."""

    kind: Literal["sound"] = "sound"

    def n_inputs(self, n_features):
        return n_features

    def shortest_window(self):
        return 1, "a spike"

    def drive(self, x, timesteps, rng):
        return np.broadcast_to(x >= 0.5, (timesteps, *x.shape))


def test_a_sound_encoder_passes():
    check_encoder(Sound())


def tall(self, x, timesteps, rng):
    return np.ones((timesteps + 1, *x.shape))


def drawn(self, x, timesteps, rng):
    return rng.random((timesteps, *x.shape)) < x


def negative(self, x, timesteps, rng):
    return -np.ones((timesteps, *x.shape))


def sorted_samples(self, x, timesteps, rng):
    return np.broadcast_to(np.sort(x, axis=1), (timesteps, *x.shape))


def mixed_features(self, x, timesteps, rng):
    return np.broadcast_to(x.mean(axis=0), (timesteps, *x.shape))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"n_inputs": lambda self, n: n + 1}, r"n_inputs\(3\) is 4; 3 features of 2 inputs take 6"),
        ({"shortest_window": lambda self: 0}, "shortest_window returns 0"),
        ({"check_window": lambda self, n: None}, "check_window accepts 0 timesteps"),
        ({"drive": tall}, "the charge has shape"),
        ({"drive": drawn}, "say draws = True"),
        ({"drive": negative}, "charges are -3..-3"),
        ({"drive": sorted_samples}, "depend on the other samples"),
        ({"drive": mixed_features}, "the first feature changes inputs beyond its own"),
        ({"draws": True}, "says that it draws, and another seed gives the same spikes"),
        ({"describe": lambda self, n: ""}, "describe returns ''"),
        ({"c_code": lambda self, *a: "text"}, "c_code returns str"),
    ],
)
def test_broken_encoders_are_found(changes, sentence, monkeypatch):
    for name, value in changes.items():
        monkeypatch.setattr(Sound, name, value)
    with pytest.raises(AssertionError, match=sentence):
        check_encoder(Sound())


class Most(Decoder):
    """A decoder without fault: the most spikes win."""

    kind: Literal["most"] = "most"

    def decide(self, response):
        top = np.sort(response.counts, axis=1)
        winner = response.counts.argmax(axis=1)
        return np.where(top[:, -1] > top[:, -2], winner, -1).astype(np.int16)


def test_a_sound_decoder_passes():
    check_decoder(Most())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"n_outputs": lambda self, n: 0}, r"n_outputs\(3\) is 0"),
        ({"decide": lambda self, r: r.counts.argmax(axis=1)}, "decide returns int64"),
        (
            {"decide": lambda self, r: r.counts.argmax(axis=1).astype(np.int16)},
            "answers silence; it takes -1",
        ),
        ({"decide": lambda self, r: r.counts.max(axis=1) + np.int16(9)}, "an answer is outside"),
        ({"compares": "first"}, "says that it compares 'first'; decide does not agree"),
        ({"describe": lambda self: 3}, "describe returns 3"),
        (
            {"correct": lambda self, r, labels: np.zeros((2, 3), np.int32)},
            "correct does not count the answers of decide",
        ),
    ],
)
def test_broken_decoders_are_found(changes, sentence, monkeypatch):
    for name, value in changes.items():
        monkeypatch.setattr(Most, name, value)
    with pytest.raises(AssertionError, match=sentence):
        check_decoder(Most())


class Unseeded:
    def load(self, rng):
        y = np.arange(60) % 2
        x = np.random.default_rng().random((60, 2))
        return Dataset("unseeded", ("a", "b"), ("no", "yes"), x, y)


class Nothing:
    def load(self, rng):
        return None


@pytest.mark.parametrize(
    ("task", "sentence"),
    [(Unseeded, "load gives other samples"), (Nothing, "load returns NoneType"), (3, "no method")],
)
def test_broken_tasks_are_found(task, sentence):
    with pytest.raises(AssertionError, match=sentence):
        check_task(task)


class Forgetful(RandomSearch):
    """An engine with state of its own."""

    asked = 0

    def ask(self, population, rng):
        self.asked += 1
        for _ in range(self.asked):
            rng.random()
        yield from super().ask(population, rng)


class Growing(RandomSearch):
    def tell(self, population, offspring, rng):
        return [*population, *offspring]


@pytest.mark.parametrize(
    ("engine", "sentence"), [(Forgetful, "keeps state"), (Growing, "tell returns 3[0-9] individ")]
)
def test_broken_engines_are_found(engine, sentence):
    with pytest.raises(AssertionError, match=sentence):
        check_engine(lambda breeder, size, objectives: engine(breeder, size))


def silent_edit(network, space, rng):
    network.synapses.popitem()
    return False


def huge_weight(network, space, rng):
    end = next(iter(network.synapses))
    network.synapses[end] = (1e6, 1)
    return True


@pytest.mark.parametrize(
    ("operator", "sentence"),
    [
        (silent_edit, "says that it changed nothing"),
        (huge_weight, "the chip cannot hold"),
        (lambda n, s, r: None, "returns None"),
        (lambda n, s, r: True, "and the network is the same"),
        (lambda n, s, r: False, "changed none of"),
    ],
)
def test_broken_operators_are_found(operator, sentence):
    with pytest.raises(AssertionError, match=sentence):
        check_operator(operator)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"unit": ""}, "unit is ''"),
        ({"value": lambda n, m: float("nan")}, "it takes a finite number"),
        (
            {"value": lambda n, m: np.random.default_rng().random()},
            "another value when asked again",
        ),
        ({"value": lambda n, m: -1.0}, "it is 0 to 1"),
    ],
)
def test_broken_objectives_are_found(changes, sentence):
    with pytest.raises(AssertionError, match=sentence):
        check_objective(replace(OBJECTIVES["accuracy"], **changes))


def renamed(network, chip, *, name="snn", charge=None, stimulus=None):
    return replace(TARGETS["risp"].write(network, chip, name=name), files={"other.txt": "text"})


def emptied(network, chip, *, name="snn", charge=None, stimulus=None):
    return replace(TARGETS["risp"].write(network, chip, name=name), files={"abc.txt": ""})


@pytest.mark.parametrize(
    ("write", "sentence"),
    [(renamed, "no file begins with the prefix"), (emptied, "'abc.txt' is empty")],
)
def test_broken_targets_are_found(write, sentence):
    with pytest.raises(AssertionError, match=sentence):
        check_target(replace(TARGETS["risp"], write=write))
