"""Measurements: against the reference, pooled, and the same however they are asked for."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from evosnn.chips import load_chip
from evosnn.evaluation import Evaluator, Measurement, derive_seed, pool
from evosnn.evaluation import _evaluator as limits
from evosnn.evolution import Breeder, search_space
from evosnn.hardware import DeadSynapses, WeightVariation, draw_instances
from evosnn.simulation.reference import run_reference
from evosnn.tasks import FlipFlopEncoder, MostSpikesDecoder, build_task

CHIP = load_chip("risp-127")


@pytest.fixture(scope="module")
def task():
    return build_task(
        "iris", encoder=FlipFlopEncoder(), decoder=MostSpikesDecoder(), timesteps=24, chip=CHIP,
        seed=1,
    )  # fmt: skip


@pytest.fixture(scope="module")
def networks(task):
    breeder = Breeder(search_space(CHIP, 24), task.n_inputs, task.n_outputs)
    return [c.network for c in breeder.first(12, np.random.default_rng(0))]


def test_accuracy_is_what_the_reference_counts(task, networks):
    evaluator = Evaluator(task, CHIP, [DeadSynapses(rate=0.3)], seed=3)
    found = evaluator.measure(networks[:2], "test", 5, n_instances=3, part="validation")
    drawn = draw_instances(
        networks[:1], CHIP, evaluator.mechanisms, 3, derive_seed(3, "test", 5), nominal=True
    )
    part = task.validation
    for instance in range(4):
        right = 0
        for sample in range(part.n_samples):
            run = run_reference(
                networks[0], part.stimulus, CHIP, sample=sample, instances=drawn,
                instance=instance, resolution=1.0,
            )  # fmt: skip
            counts = run.spikes[:, networks[0].outputs].sum(axis=0)
            best = np.flatnonzero(counts == counts.max())
            right += counts.max() > 0 and best.tolist() == [part.labels[sample]]
        got = found[0].perturbed[instance] if instance < 3 else found[0].nominal
        assert got == pytest.approx(right / part.n_samples)


def test_company_order_and_threads_change_nothing(task, networks):
    mechanisms = [WeightVariation(sigma=0.1), DeadSynapses(rate=0.1)]
    one = Evaluator(task, CHIP, mechanisms, 1, threads=1).measure(networks, "s", 2, n_instances=5)
    two = Evaluator(task, CHIP, mechanisms, 1, threads=2).measure(
        networks[::-1], "s", 2, n_instances=5
    )
    alone = Evaluator(task, CHIP, mechanisms, 1).measure(networks[4:5], "s", 2, n_instances=5)
    for a, b in zip(one, two[::-1], strict=True):
        np.testing.assert_array_equal(a.perturbed, b.perturbed)
        assert (a.nominal, a.spikes, a.deliveries) == (b.nominal, b.spikes, b.deliveries)
    np.testing.assert_array_equal(one[4].perturbed, alone[0].perturbed)


@pytest.mark.parametrize("chip", ["risp-127", pytest.param("caspian", marks=pytest.mark.slow)])
def test_what_is_begun_is_measured_as_many_at_once_as_may_be_held(networks, monkeypatch, chip):
    chip = load_chip(chip)
    task = build_task(
        "iris", encoder=FlipFlopEncoder(), decoder=MostSpikesDecoder(), timesteps=24, chip=chip,
        seed=1,
    )  # fmt: skip
    held, really = [], limits.begin

    def begin(some, *args):
        held.append(len(some))
        return really(some, *args)

    monkeypatch.setattr(limits, "begin", begin)
    monkeypatch.setattr(limits, "_RESPONSE_LIMIT", 5 * 6 * task.train.n_samples * task.n_outputs)
    evaluator = Evaluator(task, chip, [WeightVariation(sigma=0.1)], 1, threads=2)
    with ThreadPoolExecutor(1) as kernels:
        begun = evaluator.begin(networks, "s", 2, n_instances=5, pool=kernels)()
    assert held == [5, 5, 2]
    measured = evaluator.measure(networks, "s", 2, n_instances=5)
    for a, b in zip(begun, measured, strict=True):
        np.testing.assert_array_equal(a.perturbed, b.perturbed)
        assert (a.nominal, a.spikes, a.deliveries) == (b.nominal, b.spikes, b.deliveries)


def test_purposes_and_generations_have_their_own_chips(task, networks):
    evaluator = Evaluator(task, CHIP, [WeightVariation(sigma=0.5)], 1)
    found = {
        tuple(evaluator.measure(networks[:1], purpose, i, n_instances=16)[0].perturbed)
        for purpose in ("search", "final")
        for i in (0, 1)
    }
    assert len(found) == 4


def test_without_mechanisms_a_chip_is_as_drawn(task, networks):
    record = Evaluator(task, CHIP, [], 1).measure(networks[:1], "s", n_instances=16)[0]
    assert record.perturbed.size == 0
    assert record.mean == record.p05 == record.worst == record.nominal


def test_pooled_records_are_one_record():
    a = Measurement(0.9, np.array([0.5, 0.7]), 10.0, 4.0)
    b = Measurement(0.9, np.array([0.6, 0.8, 1.0]), 12.0, 4.0)
    both = pool(a, b)
    assert both.perturbed.tolist() == [0.5, 0.7, 0.6, 0.8, 1.0]
    assert both.mean == pytest.approx(0.72)
    assert both.worst == 0.5
    assert both.p05 == pytest.approx(np.quantile(both.perturbed, 0.05))
    assert both.spikes == pytest.approx((3 * 10 + 4 * 12) / 7)
