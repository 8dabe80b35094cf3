"""The same vector code on a processor with fewer features: spike for spike the same."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from evosnn.simulation import simulate
from tests.networks import events, make_chip, random_instances, random_network, random_stimulus


def results():
    """Outputs of all kernels: full adders, whole numbers, fixed and floating point, events."""
    rng = np.random.default_rng(11)
    found = []
    for integer, spikes, chips in (
        (True, True, 0),
        (True, False, 0),
        (True, False, 3),
        (False, False, 0),
    ):
        chip = make_chip(integer=integer)
        networks = [random_network(rng, chip, neurons=n, synapses=4 * n) for n in (6, 15)]
        stimulus = random_stimulus(rng, chip, samples=300, spikes=spikes)
        instances = random_instances(rng, networks, chips) if chips else None
        for chosen in (False, True):
            with events(chosen):
                response = simulate(networks, stimulus, chip, instances, threads=1)
            found.append([response.counts.tolist(), response.deliveries.tolist()])
    return json.dumps(found)


@pytest.mark.slow
@pytest.mark.skipif(
    os.uname().machine != "x86_64", reason="names an x86 processor; this one is another"
)
def test_a_processor_with_fewer_features(tmp_path):
    cpu = {"NUMBA_CPU_NAME": "x86-64-v3", "NUMBA_CPU_FEATURES": "+avx2,+popcnt"}
    run = subprocess.run(
        [sys.executable, "-c", f"from {__name__} import results; print(results())"],
        env={**os.environ, **cpu, "NUMBA_CACHE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip() == results()
