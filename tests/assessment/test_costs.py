"""Costs against a count by the reference simulator, and by hand."""

import numpy as np
import pytest

from evosnn.assessment import estimate_area, measure_costs
from evosnn.chips import Cost
from evosnn.network import Network
from evosnn.simulation import simulate
from evosnn.simulation.reference import run_reference
from evosnn.tasks import FirstSpikeDecoder
from tests.assessment.benches import CHIP, make_bench


def test_operations_equal_the_reference(iris_network, bench):
    costs = measure_costs(iris_network, bench)
    stimulus = bench.samples.stimulus
    runs = [
        run_reference(iris_network, stimulus, CHIP, sample=k) for k in range(stimulus.n_samples)
    ]
    assert costs.spikes == pytest.approx(
        np.mean([run.spikes[:, iris_network.used].sum() for run in runs])
    )
    assert costs.synaptic_operations == pytest.approx(np.mean([run.deliveries for run in runs]))
    response = simulate([iris_network], stimulus, CHIP)
    assert costs.synaptic_operations == pytest.approx(response.deliveries[0])
    silent = 1 - np.mean([run.spikes[:, iris_network.used].mean() for run in runs])
    assert costs.activation_sparsity == pytest.approx(silent)


def test_inputs_that_lead_nowhere_cost_nothing(iris_network, bench):
    lone = next(i for i in iris_network.inputs if i not in iris_network.outputs)
    kept = (iris_network.pre != lone) & (iris_network.post != lone)
    fields = vars_of(iris_network)
    some = {k: fields[k][kept] for k in ("pre", "post", "weight", "delay")}
    network = Network(**{**fields, **some})
    assert not network.used[lone]
    costs = measure_costs(network, bench)
    stimulus = bench.samples.stimulus
    runs = [run_reference(network, stimulus, CHIP, sample=k) for k in range(stimulus.n_samples)]
    fed = np.mean([run.spikes[:, lone].sum() for run in runs])
    assert fed > 0
    assert costs.spikes == pytest.approx(np.mean([run.spikes.sum() for run in runs]) - fed)
    assert costs.spikes == pytest.approx(simulate([network], stimulus, CHIP).spikes[0])


def test_a_neuron_that_fires_several_times_counts_once_in_sparsity(iris_network):
    neuron = CHIP.neuron.model_copy(update={"reset": "subtract", "max_spikes": 9})
    trial = make_bench(CHIP.model_copy(update={"neuron": neuron}))
    costs = measure_costs(iris_network, trial)
    stimulus = trial.samples.stimulus
    runs = [
        run_reference(iris_network, stimulus, trial.chip, sample=k)
        for k in range(stimulus.n_samples)
    ]
    assert max(run.spikes.max() for run in runs) > 1
    assert costs.spikes == pytest.approx(
        np.mean([run.spikes[:, iris_network.used].sum() for run in runs])
    )
    assert costs.synaptic_operations == pytest.approx(np.mean([run.deliveries for run in runs]))
    silent = np.mean([(run.spikes[:, iris_network.used] == 0).mean() for run in runs])
    assert costs.activation_sparsity == pytest.approx(silent)


def test_synapses_of_weight_0_are_not_effective(iris_network, bench):
    weight = iris_network.weight.copy()
    weight[:10] = 0
    network = Network(**{**vars_of(iris_network), "weight": weight})
    costs = measure_costs(network, bench)
    kept = Network(
        **{**vars_of(network), **{k: getattr(network, k)[10:] for k in
           ("pre", "post", "weight", "delay")}}
    )  # fmt: skip
    # Thresholds are above 0, so a synapse of weight 0 does nothing.
    pruned = measure_costs(kept, bench)
    nonzero = int((weight != 0).sum())
    assert costs.effective_synaptic_operations == pytest.approx(
        pruned.effective_synaptic_operations
    )
    assert costs.synaptic_operations > costs.effective_synaptic_operations
    assert costs.connection_sparsity == pytest.approx(1 - nonzero / network.n_used**2)


def vars_of(network):
    return {name: getattr(network, name) for name in Network.__dataclass_fields__}


def test_latency_is_the_window_or_the_first_spike(iris_network, bench):
    assert measure_costs(iris_network, bench).latency_timesteps == bench.task.timesteps
    trial = make_bench(decoder=FirstSpikeDecoder())
    found = measure_costs(iris_network, trial).latency_timesteps
    stimulus, total = trial.samples.stimulus, 0
    for k in range(stimulus.n_samples):
        spikes = run_reference(iris_network, stimulus, CHIP, sample=k).spikes[
            :, iris_network.outputs
        ]
        when = np.flatnonzero(spikes.any(axis=1))
        total += when[0] + 1 if when.size else stimulus.timesteps
    assert found == pytest.approx(total / stimulus.n_samples)


def test_energy_is_what_the_chip_publishes(iris_network, bench):
    assert measure_costs(iris_network, bench).energy_pj is None
    costs = {
        "spike": Cost(value=2, unit="pJ", source="a"),
        "synaptic_event": Cost(value=3, unit="nJ", source="b", verified=False),
        "area": Cost(value=60, unit="mm2", source="c"),
    }
    trial = make_bench(CHIP.model_copy(update={"costs": costs}))
    found = measure_costs(iris_network, trial)
    expected = 2 * found.spikes + 3000 * found.synaptic_operations
    assert found.energy_pj == pytest.approx(expected)
    assert found.sources == {"spike": "a", "synaptic_event": "b"}
    assert not found.verified


def test_memory_access_by_hand(iris_network, bench):
    # risp-127's like: weights of 8 bits, delays of 1 to 15 (4 bits), thresholds of 8 bits,
    # potentials of -127 to 127 (8 bits), read and written, one leak (0 bits).
    costs = measure_costs(iris_network, bench)
    bits = costs.synaptic_operations * (8 + 4) + costs.neuron_updates * (8 + 2 * 8)
    assert costs.memory_access_bytes == pytest.approx(bits / 8)
    published = {"memory_byte": Cost(value=2, unit="pJ", source="a")}
    trial = make_bench(CHIP.model_copy(update={"costs": published}))
    assert measure_costs(iris_network, trial).energy_pj == pytest.approx(bits / 4)


def test_area_is_estimated_where_there_is_a_circuit(iris_network, bench):
    assert measure_costs(iris_network, bench).area_cells == estimate_area(iris_network, CHIP)
    late = CHIP.neuron.model_copy(update={"integration_delay": True})
    trial = make_bench(CHIP.model_copy(update={"neuron": late}))
    assert measure_costs(iris_network, trial).area_cells is None


def test_footprint_by_hand(iris_network, bench):
    # -127..127: 8 bits; delays 1..15: 4; thresholds -127..127 and potentials: 8 each; one leak.
    n, s = iris_network.n_used, iris_network.n_synapses
    assert measure_costs(iris_network, bench).footprint_bytes == (s * 12 + n * 16) / 8
