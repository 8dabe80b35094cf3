"""Class evidence: its definition, and random networks that are drawn by it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.chips import check, chip_names, load_chip
from evosnn.evolution import Breeder, Variation, class_evidence, search_space


def test_evidence_is_the_difference_of_class_means_in_standard_deviations():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 500)
    level = np.stack([labels == 1, labels * 1.0, rng.normal(size=1500), np.ones(1500)])
    charge = np.stack([0.25 * level, 0.75 * level])
    found = class_evidence(charge, labels, 3)
    assert found.shape == (4, 3)
    spread = np.sqrt(2 / 9)  # of an input that is 1 in a third of the samples
    np.testing.assert_allclose(found[0], [-0.5 / spread, 1 / spread, -0.5 / spread])
    spread = np.sqrt(2 / 3)
    np.testing.assert_allclose(found[1], [-1.5 / spread, 0, 1.5 / spread])
    assert abs(found[2]).max() < 0.2
    assert (found[3] == 0).all()


@pytest.mark.parametrize(("chip", "negative"), [("risp-127", True), ("risp-15+", False)])
def test_half_of_the_random_networks_are_drawn_by_the_evidence(chip, negative):
    evidence = np.zeros((6, 2))
    evidence[2, 0], evidence[3, 1], evidence[4, 1] = 2.0, 1.0, -1.0
    space = search_space(load_chip(chip), 20)
    breeder = Breeder(space, 6, 2, evidence=evidence)
    plain = Breeder(space, 6, 2)
    rng = np.random.default_rng(1)

    def share(made):
        """Share of the synapses from an input to an output that the evidence speaks of."""
        hits = total = against = 0
        for _ in range(1500):
            network = made.random_network(rng).network
            for pre, post, weight in zip(
                network.pre.tolist(), network.post.tolist(), network.weight, strict=True
            ):
                source = network.inputs.tolist().index(pre) if pre in network.inputs else None
                target = network.outputs.tolist().index(post) if post in network.outputs else None
                if source is None or target is None:
                    continue
                total += 1
                hits += evidence[source, target] != 0
                against += evidence[source, target] * weight < 0
        return hits / total, against / total

    with_evidence, against = share(breeder)
    without, _ = share(plain)
    assert without == pytest.approx(1 / 4, abs=0.04)
    assert with_evidence > 1.7 * without
    if negative:
        assert against < 0.2


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    chip=st.sampled_from([load_chip(name) for name in chip_names()]),
    most=st.none() | st.integers(2, 30),
)
def test_class_mean_networks_have_the_weights_of_the_evidence(seed, chip, most):
    rng = np.random.default_rng(seed)
    evidence = rng.normal(size=(6, 2))
    space = search_space(chip, 20, max_synapses=most)
    variation = Variation(class_means=1.0)
    made = Breeder(space, 6, 2, variation, evidence=evidence).random_network(rng)
    network = made.network
    assert check(chip, network) == []
    assert most is None or network.n_synapses <= most
    if made.operators == ("class-means",):
        assert network.n_hidden == 0
        assert len(set(network.threshold[network.outputs])) == 1
        speaks = evidence[network.pre, network.post - 6]
        assert (np.sign(network.weight) == np.sign(speaks)).all()
        for k in (0, 1):  # the more it says, the larger the weight
            own = network.post == 6 + k
            order = np.argsort(speaks[own])
            assert (np.diff(network.weight[own][order]) >= 0).all()


def test_a_share_of_0_gives_no_class_mean_networks():
    breeder = Breeder(
        search_space(load_chip("risp-127"), 20),
        6,
        2,
        Variation(class_means=0.0),
        evidence=np.ones((6, 2)),
    )
    made = [breeder.random_network(np.random.default_rng(seed)).operators for seed in range(50)]
    assert set(made) == {("random",)}
