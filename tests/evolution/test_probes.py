"""Objectives that take a task and a chip are what an assessment says of the network."""

import numpy as np
import pytest

from evosnn.assessment import assess, estimate_area
from evosnn.chips import Cost, load_chip
from evosnn.errors import SpecError
from evosnn.evaluation import Evaluator
from evosnn.evolution import (
    OBJECTIVES,
    Breeder,
    bind_objectives,
    individual,
    objectives_by_name,
    space_of,
)
from evosnn.evolution._draft import put_together, take_apart
from evosnn.hardware import WeightVariation
from evosnn.tasks import FlipFlopEncoder, MostSpikesDecoder
from evosnn.tasks.control import EpisodesSpec, build_control_task, drive
from tests.assessment.benches import CHIP, make_bench, make_network

PROBED = [name for name, o in OBJECTIVES.items() if o.probe]
FIGURES = {"spike": 2.0, "synaptic_event": 3.0, "neuron_update": 0.5, "timestep": 0.25}
COSTS = {name: Cost(value=x, unit="pJ", source="a test") for name, x in FIGURES.items()}


def test_they_are_what_an_assessment_says():
    bench = make_bench(CHIP.model_copy(update={"costs": COSTS}))
    network = make_network(bench)
    (record,) = Evaluator(bench.task, bench.chip, (), 0).measure([network], "x", n_instances=1)
    bound = bind_objectives(objectives_by_name(PROBED), bench.task, bench.chip)
    values = dict(zip(PROBED, individual(network, record, bound).values, strict=True))
    found = assess(network, bench, trials=2)
    decided = found.certificate.decisions * found.certificate.right
    assert values == pytest.approx(
        {
            "single-fault-worst": found.single_faults.worst,
            "dead-synapse-worst": found.single_faults.by_kind()["dead-synapse"].min(),
            "certified": decided.mean(),
            "area": estimate_area(network, bench.chip),
            "activation-sparsity": found.costs.activation_sparsity,
            "energy": found.costs.energy_pj,
            "latency": found.costs.latency_timesteps,
            "footprint": found.costs.footprint_bytes,
            "memory-access": found.costs.memory_access_bytes,
        }
    )
    assert 0 < values["single-fault-worst"] < record.nominal
    assert 0 < values["certified"] < 1


def test_a_record_on_faulty_chips_gives_the_mean_energy():
    bench = make_bench(CHIP.model_copy(update={"costs": COSTS}))
    network = make_network(bench)
    evaluator = Evaluator(bench.task, bench.chip, (WeightVariation(sigma=0.3),), 0)
    (record,) = evaluator.measure([network], "x", n_instances=9)
    (energy,) = bind_objectives(objectives_by_name(["energy"]), bench.task, bench.chip)
    expected = 2 * record.spikes + 3 * record.deliveries + 24 * (0.5 * network.n_used + 0.25)
    assert energy.value(network, record) == pytest.approx(expected)


def test_what_cannot_be_measured_is_refused():
    bench = make_bench()
    with pytest.raises(SpecError, match="objective 'energy' needs a chip that publishes an energy"):
        bind_objectives(objectives_by_name(["energy"]), bench.task, bench.chip)
    network = make_network(bench)
    with pytest.raises(SpecError, match="bind it with bind_objectives"):
        OBJECTIVES["certified"].value(network, None)


def test_the_worst_dead_synapse_in_closed_loop_is_that_of_networks_without_it():
    """Each synapse really taken out, and the network driven alone."""
    chip = load_chip("risp-7")
    task = build_control_task(
        "cartpole-easy", encoder=FlipFlopEncoder(), decoder=MostSpikesDecoder(), timesteps=24,
        chip=chip, seed=np.random.SeedSequence(3), episodes=EpisodesSpec(train=5, steps=300),
    )  # fmt: skip
    (worst,) = bind_objectives(objectives_by_name(["dead-synapse-worst"]), task, chip)
    rng = np.random.default_rng(0)
    breeder = Breeder(space_of(chip, 24), task.n_inputs, task.n_outputs)
    values = []
    for _ in range(12):
        network = breeder.stranger(rng).network
        lost = []
        for end in take_apart(network).synapses:
            draft = take_apart(network)
            del draft.synapses[end]
            driven = drive(task, [put_together(draft)], task.train, chip)
            lost.append(driven.returns.mean() / 300)
        values.append(worst.value(network, None))
        assert values[-1] == pytest.approx(min(lost))
    assert np.ptp(values) > 0.01


def test_a_network_is_tried_once(monkeypatch):
    import evosnn.assessment

    bench = make_bench()
    network = make_network(bench)
    calls = []
    real = evosnn.assessment.try_faults
    monkeypatch.setattr(evosnn.assessment, "try_faults", lambda *a: (calls.append(1), real(*a))[1])
    (worst,) = bind_objectives(objectives_by_name(["single-fault-worst"]), bench.task, bench.chip)
    assert len({worst.value(network, None) for _ in range(3)}) == 1
    assert len(calls) == 1
    assert np.isfinite(worst.value(network, None))
