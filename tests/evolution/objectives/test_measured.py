"""Objectives bound to a trial equal the figures of an assessment."""

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
    search_space,
)
from evosnn.evolution._editable_network import put_together, take_apart
from evosnn.hardware import WeightVariation
from evosnn.tasks import FlipFlopEncoder, MostSpikesDecoder
from evosnn.tasks.control import EpisodesSpec, build_control_task, run_episodes
from tests.assessment.benches import CHIP, make_bench, make_network

PROBED = [name for name, o in OBJECTIVES.items() if o.probe]
FIGURES = {"spike": 2.0, "synaptic_event": 3.0, "neuron_update": 0.5, "timestep": 0.25}
COSTS = {name: Cost(value=x, unit="pJ", source="a test") for name, x in FIGURES.items()}


def test_values_equal_those_of_an_assessment():
    trial = make_bench(CHIP.model_copy(update={"costs": COSTS}))
    network = make_network(trial)
    (record,) = Evaluator(trial.task, trial.chip, (), 0).measure([network], "x", n_instances=1)
    bound = bind_objectives(objectives_by_name(PROBED), trial.task, trial.chip)
    values = dict(zip(PROBED, individual(network, record, bound).values, strict=True))
    found = assess(network, trial, trials=2)
    decided = found.certificate.decisions * found.certificate.right
    assert values == pytest.approx(
        {
            "single-fault-worst": found.single_faults.worst,
            "dead-synapse-worst": found.single_faults.by_kind()["dead-synapse"].min(),
            "certified": decided.mean(),
            "area": estimate_area(network, trial.chip),
            "activation-sparsity": found.costs.activation_sparsity,
            "energy": found.costs.energy_pj,
            "latency": found.costs.latency_timesteps,
            "footprint": found.costs.footprint_bytes,
            "memory-access": found.costs.memory_access_bytes,
        }
    )
    assert 0 < values["single-fault-worst"] < record.nominal
    assert 0 < values["certified"] < 1


def test_energy_is_the_mean_over_the_chips_of_a_record():
    trial = make_bench(CHIP.model_copy(update={"costs": COSTS}))
    network = make_network(trial)
    evaluator = Evaluator(trial.task, trial.chip, (WeightVariation(sigma=0.3),), 0)
    (record,) = evaluator.measure([network], "x", n_instances=9)
    (energy,) = bind_objectives(objectives_by_name(["energy"]), trial.task, trial.chip)
    expected = 2 * record.spikes + 3 * record.deliveries + 24 * (0.5 * network.n_used + 0.25)
    assert energy.value(network, record) == pytest.approx(expected)


def test_objectives_that_cannot_be_measured_are_refused():
    trial = make_bench()
    with pytest.raises(SpecError, match="objective 'energy' needs a chip that publishes an energy"):
        bind_objectives(objectives_by_name(["energy"]), trial.task, trial.chip)
    network = make_network(trial)
    with pytest.raises(SpecError, match="bind it with bind_objectives"):
        OBJECTIVES["certified"].value(network, None)


def test_the_worst_dead_synapse_of_control_equals_removing_each_synapse():
    """Each synapse is removed from the network, which then runs alone."""
    chip = load_chip("risp-7")
    task = build_control_task(
        "cartpole-easy", encoder=FlipFlopEncoder(), decoder=MostSpikesDecoder(), timesteps=24,
        chip=chip, seed=np.random.SeedSequence(3), episodes=EpisodesSpec(train=5, steps=300),
    )  # fmt: skip
    (worst,) = bind_objectives(objectives_by_name(["dead-synapse-worst"]), task, chip)
    rng = np.random.default_rng(0)
    breeder = Breeder(search_space(chip, 24), task.n_inputs, task.n_outputs)
    values = []
    for _ in range(12):
        network = breeder.random_network(rng).network
        lost = []
        for end in take_apart(network).synapses:
            draft = take_apart(network)
            del draft.synapses[end]
            ran = run_episodes(task, [put_together(draft)], task.train, chip)
            lost.append(ran.returns.mean() / 300)
        values.append(worst.value(network, None))
        assert values[-1] == pytest.approx(min(lost))
    assert np.ptp(values) > 0.01


def test_a_network_is_measured_once(monkeypatch):
    import evosnn.assessment

    trial = make_bench()
    network = make_network(trial)
    calls = []
    real = evosnn.assessment.try_faults
    monkeypatch.setattr(evosnn.assessment, "try_faults", lambda *a: (calls.append(1), real(*a))[1])
    (worst,) = bind_objectives(objectives_by_name(["single-fault-worst"]), trial.task, trial.chip)
    assert len({worst.value(network, None) for _ in range(3)}) == 1
    assert len(calls) == 1
    assert np.isfinite(worst.value(network, None))
