import json
import subprocess
import sys
import types

import numpy as np
import pytest

import evosnn.assessment
from evosnn.assessment import EPSILONS, assess
from tests.assessment.benches import CHIP, make_bench


def test_the_data_is_what_is_promised(iris_network, bench):
    found = assess(iris_network, bench, trials=4)
    data = json.loads(json.dumps(found.as_data(critical=3)))
    accuracy, n = bench.score(iris_network)[0], bench.samples.n_samples
    assert data["nominal"]["accuracy"] == accuracy
    low, high = data["nominal"]["interval"]
    for end in (low, high):  # Wilson's ends are where the share lies 1.96 errors away
        error = 1.959964 * np.sqrt(end * (1 - end) / n)
        assert abs(accuracy - end) == pytest.approx(error, rel=1e-5)
    assert low < accuracy < high
    for level in data["levels"]:
        assert {"mechanism", "level", "mean", "p05", "worst", "trials"} <= set(level)
        assert level["trials"] == 4
    faults = data["single_faults"]
    assert faults["count"] == 40 * 11 + 2 * iris_network.n_used
    assert faults["worst"] == faults["critical"][0]["score"]
    assert len(faults["critical"]) == 3
    certified = data["certified"]
    assert certified["epsilon"] == list(EPSILONS)
    assert len(certified["share"]) == len(EPSILONS)
    costs = data["costs"]
    assert {"synaptic_operations", "spikes", "energy_pj", "latency_timesteps"} <= set(costs)
    assert costs["energy_pj"] is None
    assert data["violations"] == []
    assert data["network"]["id"] == iris_network.key


def test_what_does_not_fit_is_said(iris_network):
    narrow = CHIP.model_copy(
        update={"limits": CHIP.limits.model_copy(update={"synapses": 39, "neurons": 5})}
    )
    trial = make_bench(narrow)
    violations = assess(iris_network, trial, trials=2).violations
    assert violations[-1].sentence == "the network has 40 synapses; the chip holds 39"


@pytest.mark.parametrize("name", evosnn.assessment.__all__)
def test_the_public_names_have_docstrings(name):
    thing = getattr(evosnn.assessment, name)
    if isinstance(thing, type | types.FunctionType):
        assert thing.__doc__


def test_the_room_stands_below_campaigns():
    code = (
        "import sys, evosnn.assessment;"
        "print(*[m for m in sys.modules if m.startswith(('evosnn.campaign', 'evosnn.evolution',"
        "'evosnn.plots', 'evosnn.cli', 'matplotlib'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_one_seed_one_result(iris_network, bench):
    a, b = (assess(iris_network, bench, trials=3, seed=9) for _ in range(2))
    assert a.as_data() == b.as_data()
    other = assess(iris_network, bench, trials=3, seed=10)
    assert any((x.scores != y.scores).any() for x, y in zip(a.levels, other.levels, strict=True))
    np.testing.assert_array_equal(a.single_faults.score, other.single_faults.score)
