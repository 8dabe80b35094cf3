"""Exhaustive single faults against the mechanisms, one site at a time."""

from collections import Counter

import numpy as np
import pytest

from evosnn.assessment import FAULT_KINDS, fault_instances, list_faults, try_faults
from evosnn.errors import NetworkError
from evosnn.evaluation import Trial
from evosnn.hardware import (
    BitFlips,
    DeadNeurons,
    DeadSynapses,
    StuckNeurons,
    StuckSynapses,
    draw_instances,
)
from evosnn.simulation import simulate
from tests.assessment.benches import CHIP, make_bench, make_network
from tests.networks import make_chip, random_network

AS_MECHANISM = {
    "dead-synapse": lambda site: DeadSynapses(sites=(site,)),
    "stuck-high-synapse": lambda site: StuckSynapses(sites=(site,), at="high"),
    "stuck-low-synapse": lambda site: StuckSynapses(sites=(site,), at="low"),
    "bit-flip": lambda site: BitFlips(sites=(site,)),
    "dead-neuron": lambda site: DeadNeurons(sites=site),
    "stuck-neuron": lambda site: StuckNeurons(sites=site),
}


def one_by_one(iris_network, fault):
    """What ``fault`` does, by the mechanism that says so."""
    mechanism = AS_MECHANISM[fault.kind](fault.site)
    return draw_instances([iris_network], CHIP, [mechanism], 1, np.random.SeedSequence(0))


def test_every_fault_is_the_mechanism_at_its_site(iris_network):
    faults, instances = list_faults(iris_network, CHIP), fault_instances(iris_network, CHIP)
    assert instances.n_instances == len(faults) == len(set(faults))
    for k, fault in enumerate(faults):
        expected = one_by_one(iris_network, fault)
        np.testing.assert_array_equal(instances.weight[k], expected.weight[0], str(fault))
        np.testing.assert_array_equal(instances.firing[k], expected.firing[0], str(fault))
        np.testing.assert_array_equal(instances.threshold[k], iris_network.threshold)


def test_none_is_left_out(iris_network):
    counts = Counter(fault.kind for fault in list_faults(iris_network, CHIP))
    s, n = iris_network.n_synapses, iris_network.n_used
    assert counts == dict(zip(FAULT_KINDS, (s, s, s, 8 * s, n, n), strict=True))


def test_scores_equal_a_plain_loop(iris_network, bench):
    found = try_faults(iris_network, bench)
    samples = bench.samples
    sound = bench.right(iris_network)[0]
    assert found.nominal == sound.mean()
    for k in range(0, len(found.faults), 7):
        response = simulate(
            [iris_network], samples.stimulus, CHIP, one_by_one(iris_network, found.faults[k])
        )
        right = bench.task.decoder.decide(response)[0, 0] == samples.labels
        assert found.score[k] == right.mean()
        assert found.lost[k] == (sound & ~right).mean()


def test_the_summary_is_of_all_faults(iris_network, bench):
    found = try_faults(iris_network, bench)
    ranked = list(found.ranked())
    assert len(ranked) == len(found.faults)
    scores = [score for _, score, _ in ranked]
    assert scores == sorted(scores)
    assert found.worst == scores[0] == found.score.min()
    assert found.mean == pytest.approx(np.mean(scores))
    kinds = found.by_kind()
    assert tuple(kinds) == FAULT_KINDS
    assert sum(map(len, kinds.values())) == len(scores)


def test_threads_and_memory_do_not_change_the_result(monkeypatch, iris_network, bench):
    usual = try_faults(iris_network, bench).score
    monkeypatch.setattr("evosnn.evaluation._trial._RESPONSE_LIMIT", 1)
    for threads in (1, 3):
        trial = Trial(bench.task, CHIP, "train", threads)
        np.testing.assert_array_equal(try_faults(iris_network, trial).score, usual)


@pytest.mark.slow
def test_a_float_chip_has_bits_too():
    chip = make_chip(integer=False, top=1.0, floor=-1.0)
    trial = make_bench(chip)
    network = make_network(trial, synapses=10)
    assert len(try_faults(network, trial).faults) == 10 * (3 + 8) + 2 * network.n_used


def test_a_network_of_another_task_is_refused(bench):
    foreign = random_network(np.random.default_rng(0), CHIP, inputs=2)
    with pytest.raises(NetworkError, match="has 2 inputs and 2 outputs; task 'iris' takes"):
        try_faults(foreign, bench)


def test_a_fault_reads_like_a_sentence(iris_network):
    texts = [str(fault) for fault in list_faults(iris_network, CHIP)]
    a, b = iris_network.ids[iris_network.pre[0]], iris_network.ids[iris_network.post[0]]
    assert texts[0] == f"dead synapse {a}->{b}"
    assert f"bit flip {a}->{b} (bit 7)" in texts
    used = np.concatenate([iris_network.outputs, iris_network.pre, iris_network.post])
    assert texts[-1] == f"stuck neuron {iris_network.ids[used].max()}"


def test_the_harm_of_a_part_is_that_of_its_worst_fault():
    trial = make_bench()
    network = make_network(trial)
    found = try_faults(network, trial)
    neurons, synapses = found.harm(network)
    assert neurons.shape == (network.n_neurons,)
    assert synapses.shape == (network.n_synapses,)
    assert max(neurons.max(), synapses.max()) == pytest.approx(found.nominal - found.worst)
    end = (int(network.ids[network.pre[7]]), int(network.ids[network.post[7]]))
    own = [score for f, score in zip(found.faults, found.score, strict=True) if f.site[:2] == end]
    assert synapses[7] == pytest.approx(max(0.0, found.nominal - min(own)))
