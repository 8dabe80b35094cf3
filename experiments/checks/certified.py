"""Certified tolerance, attacked: 200 random networks and samples, 10,000 weight errors each.

    python experiments/checks/certified.py > results/checks/certified.txt

Errors have 99.9 % of the certified size: random signs on every synapse, signs shared by all
synapses into a neuron, and random sizes. Then: the smallest errors found that do change a
spike, by the certificate's own counterexample and by random search. Then the chips whose
arithmetic is their own, with as many networks and errors as their slower simulation allows.
"""

from __future__ import annotations

import time

import numpy as np

from evosnn.assessment import breaking_weights, certified_spikes
from evosnn.chips import Chip, NeuronModel, Range, SynapseModel, load_chip
from evosnn.hardware import Instances, nominal_instances
from evosnn.network import Network
from evosnn.simulation import Session, Stimulus

CASES, TRIALS, CHUNK = 200, 10_000, 2_000
SPECIAL = ("loihi-2", "truenorth", "caspian", "spinnaker", "dynap-se2", "xylo-audio-2")
SPECIAL_CASES, SPECIAL_TRIALS = 20, 1_000
# Whole numbers as on risp-127, but computed in float64, so that weights can be off by any
# amount; leaks of 0 and 1, a floor.
CHIP = Chip(
    name="exact",
    description="risp-127 with real numbers for weights",
    source="this file",
    arithmetic="float",
    spike_value=127,
    neuron=NeuronModel(threshold=Range(min=0, max=127), min_potential=-127, leak=(0, 1)),
    synapse=SynapseModel(weight=Range(min=-127, max=127), delay=Range(min=1, max=8)),
)


def random_case(rng: np.random.Generator, chip: Chip = CHIP) -> tuple[Network, Stimulus]:
    if chip is not CHIP:
        return special_case(rng, chip)
    n = int(rng.integers(5, 25))
    pairs = rng.choice(n * n, min(n * n, int(rng.integers(n, 6 * n))), replace=False)
    network = Network.create(
        threshold=rng.integers(1, 128, n),
        leak=rng.choice([0, 0, 0, 1], n),
        inputs=[0, 1, 2],
        outputs=[3, 4],
        synapses=[
            (p // n, p % n, float(rng.integers(-127, 128)), int(rng.integers(1, 9)))
            for p in pairs.tolist()
        ],
    )
    spikes = rng.random((24, 3, 1)) < rng.uniform(0.1, 0.6)
    return network, Stimulus(127.0 * spikes, spikes)


def special_case(rng: np.random.Generator, chip: Chip) -> tuple[Network, Stimulus]:
    n, weight = int(rng.integers(5, 15)), chip.synapse.weight
    pairs = rng.choice(n * n, int(rng.integers(n, 3 * n)), replace=False)
    network = Network.create(
        threshold=np.ceil(rng.uniform(0.2, 1, n) * min(chip.neuron.threshold.max, 8 * weight.max)),
        leak=rng.choice(chip.neuron.leak, n),
        inputs=[0, 1, 2],
        outputs=[3, 4],
        synapses=[
            (
                p // n,
                p % n,
                float(rng.integers(int(weight.min), int(weight.max) + 1)),
                int(rng.integers(1, min(8, chip.synapse.delay.max) + 1)),
            )
            for p in pairs.tolist()
        ],
    )
    spikes = rng.random((24, 3, 1)) < rng.uniform(0.2, 0.8)
    return network, Stimulus(chip.spike_value * spikes, spikes)


def rasters(
    network: Network, stimulus: Stimulus, weight: np.ndarray, chip: Chip = CHIP
) -> np.ndarray:
    """``(timesteps, n_neurons, trials)`` bool."""
    plain = nominal_instances([network], len(weight))
    session = Session(network, chip, 1, Instances(weight, plain.threshold, plain.firing))
    charge = np.repeat(stimulus.charge[:, :, :, None], len(weight), axis=2)
    return session.run(charge, record=True).spikes[..., 0]


def errors(rng: np.random.Generator, network: Network, n: int) -> np.ndarray:
    """``(n, n_synapses)``, relative errors of size 1."""
    error = rng.choice([-1.0, 1.0], (n, network.n_synapses))
    by_neuron = rng.choice([-1.0, 1.0], (n // 2, network.n_neurons))
    error[: n // 2] = by_neuron[:, network.post]
    error[: n // 10] *= rng.random((n // 10, network.n_synapses))
    return error


def broken(
    network: Network,
    stimulus: Stimulus,
    weight: np.ndarray,
    sound: np.ndarray,
    chip: Chip = CHIP,
) -> int:
    """How many of the trials change a spike."""
    return sum(
        int((rasters(network, stimulus, weight[at : at + CHUNK], chip) != sound).any((0, 1)).sum())
        for at in range(0, len(weight), CHUNK)
    )


def smallest_found(rng, network, stimulus, sound, bound: float) -> float:
    """Smallest error, over the bound, at which one of 1,000 random errors changes a spike."""
    for ratio in (1.0001, 1.01, 1.03, 1.1, 1.2, 1.5, 2, 3, 5, 10, 20, 50):
        size = ratio * bound
        weight = network.weight + size * errors(rng, network, 1000) * np.abs(network.weight)
        if broken(network, stimulus, weight, sound):
            return ratio
    return np.inf


def main() -> None:
    print("made by: python experiments/checks/certified.py")
    rng = np.random.default_rng(2026)
    done, nothing, all_of_it, violations, seconds = 0, 0, 0, 0, []
    own, found, bounds = [], [], []
    while done < CASES:
        network, stimulus = random_case(rng)
        start = time.perf_counter()
        bound = float(certified_spikes(network, stimulus, CHIP)[0])
        seconds.append(time.perf_counter() - start)
        if bound in (0.0, 1.0):  # a tie with a threshold; or nothing to break
            nothing += bound == 0
            all_of_it += bound == 1
            continue
        done += 1
        sound = rasters(network, stimulus, network.weight[None])
        weight = network.weight + 0.999 * bound * errors(rng, network, TRIALS) * np.abs(
            network.weight
        )
        violations += broken(network, stimulus, weight, sound)
        size = 1.0001 * bound + 1e-7
        breaking = breaking_weights(network, stimulus, CHIP, 0, size)
        own.append(size / bound if broken(network, stimulus, breaking[None], sound) else np.inf)
        found.append(smallest_found(rng, network, stimulus, sound, bound))
        bounds.append(bound)
    low, mid, high = np.quantile(bounds, [0.1, 0.5, 0.9])
    print(f"{CASES} networks and samples with a certified error between 0 and 1")
    print(f"  (passed over: {nothing} with a tie, {all_of_it} that keep their spikes at 100 %)")
    print(f"certified error: 10th percentile {low:.4f}, median {mid:.4f}, 90th {high:.4f}")
    print(f"violations in {CASES} x {TRIALS} errors at 99.9 % of it: {violations}")
    print(
        "smallest breaking error over the certified one: by its counterexample "
        f"{np.median(own):.4f} (median), {np.max(own):.4f} (largest);\n"
        f"  by 1,000 random errors a size {np.median(found):.4f} (median), "
        f"{np.quantile(found, 0.9):.2f} (90th percentile)"
    )
    print(f"one certificate: {1e3 * np.median(seconds):.2f} ms (median)")
    for name in SPECIAL:
        attack(name, rng)


def attack(name: str, rng: np.random.Generator) -> None:
    """Try to break certificates of a chip with rules of its own."""
    chip = load_chip(name)
    bounds, violations, loose, passed = [], 0, 0, 0
    while len(bounds) < SPECIAL_CASES and passed < 10 * SPECIAL_CASES:
        network, stimulus = random_case(rng, chip)
        bound = float(certified_spikes(network, stimulus, chip)[0])
        if bound in (0.0, 1.0):
            passed += 1
            continue
        bounds.append(bound)
        sound = rasters(network, stimulus, network.weight[None], chip)
        off = errors(rng, network, SPECIAL_TRIALS) * np.abs(network.weight)
        violations += broken(network, stimulus, network.weight + 0.999 * bound * off, sound, chip)
        loose += not broken(network, stimulus, network.weight + 2 * bound * off, sound, chip)
    print(
        f"{name}: {violations} violations in {len(bounds)} x {SPECIAL_TRIALS} errors (passed over: "
        f"{passed}); certified error {np.median(bounds):.4f} (median); twice as much breaks "
        f"{len(bounds) - loose} of them"
    )


if __name__ == "__main__":
    main()
