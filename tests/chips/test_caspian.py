"""Caspian's rules as its README and simulator state them, on ``caspian`` and ``ucaspian``."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.chips import check, load_chip
from evosnn.network import Network
from evosnn.simulation import Session, Stimulus, simulate
from evosnn.simulation.reference import run_reference
from tests.networks import random_network

# include/constants.hpp: 1024 * 2^(-1 + i/16).
TABLE = [512, 535, 558, 583, 609, 636, 664, 693, 724, 756, 790, 825, 861, 899, 939, 981]


def leak_of(k):
    """The share that Caspian's leak ``k`` (tau = 2^k) takes in a timestep; -1 is none."""
    return 0.0 if k < 0 else 1 - 2 ** (-1 / 2**k)


def caspian(thresholds, leaks, synapses, inputs, events, timesteps):
    """Spike times by events, as Caspian computes them: charges wait until the next arrival.

    Args:
        thresholds: By neuron.
        leaks: By neuron, Caspian's k.
        synapses: ``(pre, post, weight, Caspian's delay)``.
        inputs: Neuron behind each input.
        events: ``(timestep, input, charge)``.
        timesteps: How many to run.
    """
    n = len(thresholds)
    charge, last = [0] * n, [0] * n
    bucket = [[] for _ in range(timesteps + 20)]
    for t, index, value in events:
        bucket[t].append((inputs[index], value))
    spikes = [[] for _ in range(n)]
    check_next = []
    for t in range(timesteps):
        for i in check_next:  # thresholds first: those of the timestep before
            if charge[i] > thresholds[i]:
                spikes[i].append(t)
                charge[i] = 0
                for pre, post, weight, delay in synapses:
                    if pre == i:
                        bucket[t + delay].append((post, weight))
        touched = set()
        for i, value in bucket[t]:
            if i not in touched:
                k, elapsed = leaks[i], t - last[i]
                size = abs(charge[i])
                if k >= 0:
                    rest = elapsed & ((1 << k) - 1)
                    if rest:
                        size = (size * TABLE[((1 << k) - rest) << (4 - k)]) >> 10
                    size >>= elapsed >> k
                charge[i] = max(-32768, min(32767, size if charge[i] > 0 else -size))
                last[i] = t
                touched.add(i)
            charge[i] += value
        check_next = sorted(touched)
    return spikes


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), rate=st.sampled_from([0.1, 0.4]))
def test_every_spike_is_caspian_s(seed, rate):
    rng = np.random.default_rng(seed)
    chip = load_chip("caspian")
    ks = rng.choice([-1, 0, 1, 2, 3, 4], 8)
    drawn = random_network(rng, chip, synapses=30)
    network = replace(
        drawn,
        leak=np.array([leak_of(k) for k in ks]),
        threshold=np.rint(rng.uniform(0, 120, 8)),
    )
    assert check(chip, network) == []
    arrives = rng.random((60, 3, 1)) < rate
    charge = np.where(arrives, np.rint(rng.uniform(-60, 127, arrives.shape)), 0)
    expected = caspian(
        network.threshold.tolist(), ks.tolist(),
        [
            (int(a), int(b), int(w), int(d) - 1)
            for a, b, w, d in zip(
                network.pre, network.post, network.weight, network.delay, strict=True
            )
        ],
        network.inputs.tolist(),
        [(int(t), int(i), int(charge[t, i, 0])) for t, i, _ in np.argwhere(arrives)],
        60,
    )  # fmt: skip
    stimulus = Stimulus(charge, arrives)
    run = run_reference(network, stimulus, chip)
    assert [np.flatnonzero(row).tolist() for row in run.spikes.T] == expected
    response = simulate([network], stimulus, chip)
    outputs = [expected[i] for i in network.outputs]
    assert response.counts[0, :, 0, 0].tolist() == [len(times) for times in outputs]
    used = np.flatnonzero(network.used)
    assert response.spikes[0] == sum(len(expected[i]) for i in used)
    window = Session(network, chip, 1).run(charge[:, :, None], arrives[:, :, None], record=True)
    np.testing.assert_array_equal(window.spikes[:, :, 0, 0], run.spikes)


def fires(chip, weight, times, *, threshold=10, leak=0.0, delay=1):
    """Timesteps at which a neuron fires that gets a spike through one synapse at some times."""
    network = Network.create(
        threshold=[0, threshold],
        leak=[0, leak],
        inputs=[0],
        outputs=[1],
        synapses=[(0, 1, weight, delay)],
    )
    assert check(chip, network) == []
    charge = np.zeros((12, 1, 1))
    charge[times] = chip.spike_value
    return np.flatnonzero(run_reference(network, Stimulus(charge), chip).spikes[:, 1]).tolist()


@pytest.mark.parametrize("name", ["caspian", "ucaspian"])
def test_charge_must_exceed_the_threshold_and_is_checked_a_timestep_later(name):
    chip = load_chip(name)
    assert fires(chip, 10, [0]) == []
    assert fires(chip, 11, [0]) == [2]  # input at 0, seen at 1, delivered at 1, seen at 2
    assert fires(chip, 10, [0, 3]) == [5]
    assert fires(chip, 11, [10]) == []  # would be seen at 12


def test_with_a_time_constant_of_1_half_of_the_charge_is_left_a_timestep():
    chip = load_chip("caspian")
    # 8 halves to 4, 2, 1 before the next 8 comes: 12, 10 and 9, of which 10 is exceeded by 12.
    assert fires(chip, 8, [0, 1], leak=0.5) == [3]
    assert fires(chip, 8, [0, 2], leak=0.5) == []
    assert fires(chip, 8, [0, 9], leak=0.0) == [11]


def test_delays_are_offered_as_far_as_the_chips_have_them():
    assert fires(load_chip("caspian"), 11, [0], delay=9) == [10]
    micro = load_chip("ucaspian")
    network = Network.create(
        threshold=[0, 1], inputs=[0], outputs=[1], synapses=[(0, 1, 1, 2)], leak=[0, 0.5]
    )
    assert check(micro, network) == [
        f"neuron {network.ids[1]} has leak 0.5; the chip takes 0",
        "synapse 0->1 has delay 2; the chip takes 1..1",
    ]
