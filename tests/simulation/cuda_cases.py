"""Run in a process with numba's CUDA simulator: the GPU kernel against the vector kernel."""

import numpy as np

from evosnn.hardware import Instances
from evosnn.simulation import Scorer, simulate
from tests.networks import make_chip, random_instances, random_network, random_stimulus

FIELDS = ("counts", "first", "spikes", "deliveries")
CASES = 15


def main():
    kinds = set()
    for seed in range(CASES):
        rng = np.random.default_rng(seed)
        chip = make_chip(
            top=(7, 127, 20_000)[seed % 3],
            floor=(-7, 0, None, -100)[seed % 4],
            inclusive=bool(seed % 2),
            integer=seed != 9,
            leak=[(0,), (1,), (0, 0.5, 0.125, 1)][seed % 3],
        )
        lowest = (1.0, 0.0, -5.0)[seed // 2 % 3]
        networks = [
            random_network(rng, chip, neurons=n, synapses=s, lowest_threshold=lowest)
            for n, s in ((5, 8), (8, 20), (4, 0))
        ]
        stimulus = random_stimulus(
            rng, chip, timesteps=int(rng.integers(1, 10)), samples=int(rng.integers(1, 5)),
            spikes=bool(seed % 2),
        )  # fmt: skip
        instances = None
        if seed % 5:
            drawn = random_instances(rng, networks, seed % 5)
            firing = rng.choice([0, 0, 0, -1, 1], drawn.firing.shape).astype(np.int8)
            instances = Instances(drawn.weight, drawn.threshold, firing)
        here = simulate(networks, stimulus, chip, instances)
        there = simulate(networks, stimulus, chip, instances, device="cuda")
        for name in FIELDS:
            np.testing.assert_array_equal(getattr(there, name), getattr(here, name), str(seed))
        kinds.add((chip.integer, bool(here.counts.any())))
        if seed % 4:
            continue
        scorer = Scorer(rng.integers(0, 2, stimulus.n_samples), 2)
        np.testing.assert_array_equal(
            simulate(networks, stimulus, chip, instances, scorer=scorer, device="cuda").right,
            simulate(networks, stimulus, chip, instances, scorer=scorer).right,
        )
    assert {(True, True), (False, True)} <= kinds
    print(f"{CASES} cases alike")


if __name__ == "__main__":
    main()
