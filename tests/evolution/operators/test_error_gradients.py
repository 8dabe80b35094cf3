"""Error gradients equal those of the logistic likelihood, and steps along them help."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime
from scipy.special import log_softmax

from evosnn.chips import check, chip_names, load_chip
from evosnn.evaluation import Evaluator
from evosnn.evolution import Breeder, Variation, error_gradients, search_space
from evosnn.evolution._editable_network import put_together, take_apart
from evosnn.evolution.operators.delta_rule_step import delta_rule_step
from evosnn.evolution.operators.error_gradients import error_gradient
from evosnn.tasks import ArgyleEncoder, FirstSpikeDecoder, MostSpikesDecoder, build_task

CHIPS = [load_chip(name) for name in chip_names()]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_the_gradient_is_that_of_the_logistic_likelihood(seed):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 5, (3, 12)).astype(float)
    labels = rng.integers(0, 2, 12)
    weight = rng.integers(-2, 3, (2, 3))

    def likelihood(flat):
        return log_softmax(flat.reshape(2, 3) @ counts, axis=0)[labels, np.arange(12)].sum()

    slope = approx_fprime(weight.ravel().astype(float), likelihood).reshape(2, 3)
    gradient = error_gradient(weight @ counts.astype(int), counts, labels)
    found = np.zeros((2, 3))
    for (i, k), value in zip(gradient.pairs, gradient.slopes, strict=True):
        found[k, i] = value
    most = np.abs(slope).max()
    if most > 1e-3:
        np.testing.assert_allclose(found, slope / most, atol=1e-3)
        np.testing.assert_allclose(
            np.diff(gradient.edges, prepend=0.0), np.square(gradient.slopes), atol=1e-12
        )


@pytest.mark.parametrize("decoder", [MostSpikesDecoder(), FirstSpikeDecoder()])
def test_the_gradient_uses_the_training_samples(decoder):
    """A silent network owes every class the same, so the first slope is that of class means."""
    chip = load_chip("risp-127")
    task = build_task(
        "iris", encoder=ArgyleEncoder(), decoder=decoder, timesteps=32, chip=chip, seed=0
    )
    network = Breeder(search_space(chip, 32), task.n_inputs, 3).random_network(
        np.random.default_rng(0)
    )
    draft = take_apart(network.network)
    draft.synapses.clear()
    (gradient,) = error_gradients(task, chip)([put_together(draft)])
    counts = (task.train.stimulus.charge != 0).sum(axis=0)
    owed = (task.train.labels == np.arange(3)[:, None]) - 1 / 3
    slope = counts @ owed.T
    expected = slope / np.abs(slope).max()
    for (i, k), value in zip(gradient.pairs, gradient.slopes, strict=True):
        assert value == pytest.approx(expected[i, k], abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), chip=st.sampled_from(CHIPS))
def test_a_step_gives_networks_that_fit_the_chip(seed, chip):
    rng = np.random.default_rng(seed)
    breeder = Breeder(search_space(chip, 20), 4, 2)
    draft = take_apart(breeder.random_network(rng).network)
    before = draft.copy()
    labels = rng.integers(0, 2, 9)
    gradient = error_gradient(
        rng.integers(0, 5, (2, 9)), rng.integers(0, 9, (4, 9)).astype(float), labels
    )
    changed = delta_rule_step(draft, breeder.space, rng, gradient)
    assert draft.neurons == before.neurons
    assert changed or draft.synapses == before.synapses
    assert draft.synapses
    fits = chip.limits.synapses is None or breeder.space.holds(draft)
    assert not fits or check(chip, put_together(draft)) == []


def test_error_guided_children_answer_more_samples():
    """From one parent, half of whose answers are wrong, several steps correct some of them."""
    chip = load_chip("risp-127")
    task = build_task(
        "wine",
        encoder=ArgyleEncoder(),
        decoder=MostSpikesDecoder(),
        timesteps=32,
        chip=chip,
        seed=0,
    )
    evaluator = Evaluator(task, chip, (), 0)
    gradients = error_gradients(task, chip)

    def best_after(follow):
        """Accuracy of a (1, 20) climb of 15 steps."""
        breeder = Breeder(
            search_space(chip, 32),
            task.n_inputs,
            3,
            Variation(error_guided=follow),
            find_gradients=gradients,
        )
        rng = np.random.default_rng(1)
        parent = breeder.random_network(rng).network
        record = evaluator.measure([parent], "test", n_instances=1)[0].nominal
        for _ in range(15):
            breeder.prepare_parents([parent])
            children = [breeder.child(parent, parent, set(), rng).network for _ in range(20)]
            values = [m.nominal for m in evaluator.measure(children, "test", n_instances=1)]
            if max(values) >= record:
                record, parent = max(values), children[int(np.argmax(values))]
        return record

    assert best_after(1.0) > 0.9 > best_after(0.0)
