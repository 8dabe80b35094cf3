"""EvoSNN's own parts pass the contract suites that packages' parts are tested with."""

import numpy as np
import pytest

from evosnn.chips import load_chip
from evosnn.evolution import ENGINES, OBJECTIVES, OPERATORS
from evosnn.export import TARGETS
from evosnn.hardware import MECHANISMS
from evosnn.tasks import DECODERS, ENCODERS, TASKS
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

OPTIONS = {
    "weight-variation": {"sigma": 0.1},
    "threshold-variation": {"sigma": 0.1},
    "leak-variation": {"sigma": 0.1},
    "delay-variation": {"sigma": 0.4},
    "supply-shift": {"sigma": 0.1},
    "temperature": {"sigma": 20.0, "weight": 0.01, "leak": 0.01},
    "delivery-noise": {"sigma": 0.1},
    "programming-noise": {"device": "pcm-ibm"},
    "crossbar": {},
    "scaled-thresholds": {"rate": 0.3, "factor": 1.5},
    "scaled-leaks": {"rate": 0.3, "factor": 0.5},
    "stuck-synapses": {"rate": 0.3, "at": "high"},
    "stuck-drivers": {"rate": 0.3, "at": "high"},
    "open-lines": {"rate": 0.3, "line": "row"},
}
"""Options of the mechanisms that need some; faults take a rate."""

WINDOWED = ("dead-neurons", "dead-synapses", "bit-flips", "stuck-neurons")


@pytest.mark.parametrize("kind", MECHANISMS)
def test_mechanisms_keep_their_contract(kind):
    check_mechanism(MECHANISMS[kind](**OPTIONS.get(kind, {"rate": 0.3})))


@pytest.mark.parametrize("kind", WINDOWED)
def test_faults_within_a_window_keep_their_contract(kind):
    check_mechanism(MECHANISMS[kind](count=2, since=3, until=7))


@pytest.mark.parametrize("kind", ["crossbar", "programming-noise"])
def test_memristive_mechanisms_keep_their_contract(kind):
    check_mechanism(MECHANISMS[kind](**OPTIONS[kind]), load_chip("memristive-64"))


@pytest.mark.parametrize("kind", ENCODERS)
def test_encoders_keep_their_contract(kind):
    check_encoder(ENCODERS[kind]())


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("argyle", {"neurons": 2, "max_spikes": 1}),
        ("flip-flop", {"bins": 5, "interval": 1}),
        ("rate", {"pair": True, "max_spikes": 4}),
        ("first-spike", {"silent_below": 0.2, "last": 9}),
        ("direct", {"scale": 2.5}),
        ("poisson", {"rate": 0.4}),
        ("crossing", {"pair": False}),
    ],
)
def test_encoders_with_options_keep_their_contract(kind, options):
    check_encoder(ENCODERS[kind](**options))


@pytest.mark.parametrize("kind", DECODERS)
def test_decoders_keep_their_contract(kind):
    check_decoder(DECODERS[kind]())


@pytest.mark.parametrize("name", ["breast-cancer", "iris", "wine"])
def test_data_sets_keep_their_contract(name):
    check_task(TASKS[name])


@pytest.mark.parametrize("kind", ENGINES)
def test_engines_keep_their_contract(kind):
    check_engine(ENGINES[kind]().build)


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_keep_their_contract(name):
    chip = load_chip("loihi-1" if name == "change-leak" else "risp-127")
    check_operator(OPERATORS[name], chip)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_objectives_keep_their_contract(name):
    check_objective(OBJECTIVES[name], load_chip("loihi-1") if name == "energy" else None)


@pytest.mark.parametrize("name", TARGETS)
def test_targets_keep_their_contract(name):
    chips = {
        "caspian": "caspian",
        "ucaspian": "ucaspian",
        "loihi": "loihi-1",
        "spinnaker": "risp-15+",
    }
    check_target(TARGETS[name], load_chip(chips.get(name, "risp-127")))


def test_checks_leave_numpys_global_state_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    check_mechanism(MECHANISMS["weight-variation"](sigma=0.1))
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
