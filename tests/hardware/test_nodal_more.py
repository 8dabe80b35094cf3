"""Idle rows that are cut off or float, the closed form, and converters."""

import numpy as np
import pytest
from pydantic import ValidationError

from evosnn.chips import load_chip
from evosnn.hardware import Crossbar, draw_instances, effective_conductance, wire_index
from evosnn.hardware.crossbar.approximate import (
    floating_conductance,
    gated_conductance,
    ladder_conductance,
)
from evosnn.network import Network
from evosnn.simulation import Stimulus, simulate
from tests.hardware.test_nodal import solve
from tests.networks import make_chip, random_network

WIRES = {"r_row": 12.0, "r_column": 31.0, "r_source": 50.0, "r_sense": 30.0}


def conductances(shape, seed=0):
    return np.random.default_rng(seed).uniform(1e-6, 1e-4, shape)


@pytest.mark.parametrize("shape", [(1, 4), (5, 8), (9, 4)])
def test_a_gated_row_alone_is_a_crossbar_whose_other_devices_are_gone(shape):
    g = conductances(shape)
    seen = gated_conductance(g, **WIRES)
    for i in range(shape[0]):
        alone = np.zeros_like(g)
        alone[i] = g[i]
        np.testing.assert_allclose(
            seen[i], effective_conductance(alone, **WIRES)[i], rtol=1e-9, atol=1e-18
        )


@pytest.mark.parametrize("shape", [(1, 4), (5, 8), (9, 4)])
def test_floating_rows_are_rows_with_an_open_driver(shape):
    g = np.stack([conductances(shape, k) for k in range(2)])
    seen = floating_conductance(g, **WIRES)
    for k in range(2):
        for i in range(shape[0]):
            v = np.zeros(shape[0])
            v[i] = 1.0
            open_ = np.full(shape[0], 1e15)
            open_[i] = WIRES["r_source"]
            expected, into = solve(
                g[k], v, WIRES["r_row"], WIRES["r_column"], open_, WIRES["r_sense"]
            )
            np.testing.assert_allclose(seen[k, i], expected, rtol=1e-6)
            assert np.abs(np.delete(into, i)).max(initial=0) < 1e-12


def test_idle_rows_that_float_leak_more_into_other_columns_and_gated_ones_lose_least():
    g = conductances((16, 16))
    wires = {"r_row": 10.0, "r_column": 10.0}
    grounded, gated = effective_conductance(g, **wires), gated_conductance(g, **wires)
    floating = floating_conductance(g, **wires)
    assert (gated.sum(axis=1) > grounded.sum(axis=1)).all()
    assert (floating.sum(axis=1) > grounded.sum(axis=1)).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 6), (6, 1)])
def test_a_single_line_s_ladder_is_exact(shape):
    g = conductances(shape)
    np.testing.assert_allclose(
        ladder_conductance(g, **WIRES), effective_conductance(g, **WIRES), rtol=0.05
    )
    none = dict.fromkeys(WIRES, 0.0)
    np.testing.assert_allclose(ladder_conductance(g, **none), g, rtol=1e-9)


@pytest.mark.parametrize(("n", "on", "error"), [(64, 1e4, 0.01), (64, 2.5e3, 0.04)])
def test_the_ladder_is_as_near_as_it_says(n, on, error):
    rng = np.random.default_rng(0)
    g = rng.uniform(0.1 / on, 1 / on, (n, n))
    wires = {"r_row": 1.0, "r_column": 1.0}
    v = (rng.random((20, n)) < 0.2).astype(float)
    exact, near = v @ effective_conductance(g, **wires), v @ ladder_conductance(g, **wires)
    off = np.sqrt(((near - exact) ** 2).sum() / ((v @ g) ** 2).sum())
    ignored = np.sqrt(((v @ g - exact) ** 2).sum() / ((v @ g) ** 2).sum())
    assert 0 < off < error < ignored / 5
    assert wire_index(g, **wires) < 1


CHIP = make_chip(integer=False, top=1.0, floor=-1.0)
NETWORK = random_network(np.random.default_rng(0), CHIP, neurons=30, synapses=300)


def weights(**options):
    mechanism = Crossbar(line_resistance=5.0, **options)
    return draw_instances([NETWORK], CHIP, [mechanism], 1, np.random.SeedSequence(1)).weight[0]


def test_the_mechanism_takes_them():
    exact = weights()
    assert np.abs(weights(method="ladder") - exact).max() < 0.02
    np.testing.assert_array_equal(weights(method="exact"), exact)
    kinds = [exact, weights(idle="gated"), weights(idle="floating")]
    loss = [np.abs(found - NETWORK.weight).mean() for found in kinds]
    assert len({round(x, 6) for x in loss}) == 3
    warm = weights(temperature=400.0)
    np.testing.assert_allclose(
        warm,
        draw_instances(
            [NETWORK], CHIP, [Crossbar(line_resistance=5.0 * 1.451)], 1, np.random.SeedSequence(1)
        ).weight[0],
    )


def test_recalibration_is_a_gain_for_each_column():
    before, after, gain = Crossbar(line_resistance=5.0).fit(NETWORK, CHIP)
    np.testing.assert_array_equal(before, weights())
    np.testing.assert_array_equal(after, weights(recalibrate=True))
    for neuron in np.unique(NETWORK.post):
        column = gain[NETWORK.post == neuron]
        np.testing.assert_allclose(column, column[0])
    assert gain.min() > 0.99
    assert gain.max() > 1.001


@pytest.mark.slow
def test_a_converter_rounds_what_a_column_delivers_in_a_timestep():
    network = Network.create(
        threshold=[1, 1, 0.9], inputs=[0, 1], outputs=[2],
        synapses=[(0, 2, 0.4, 1), (1, 2, 0.45, 1)],
    )  # fmt: skip
    charge = np.zeros((4, 2, 1))
    charge[0] = 1

    def counts(**options):
        mechanisms = [Crossbar(line_resistance=0, **options)] if options else []
        seed = np.random.SeedSequence(0)
        drawn = draw_instances([network], CHIP, mechanisms, 2, seed, nominal=True)
        return simulate([network], Stimulus(charge), CHIP, drawn).counts[0, 0, :, 0].tolist()

    assert counts() == [0, 0, 0]
    assert counts(adc_bits=2, adc_range=1.0) == [1, 1, 0]  # -1, 0 or 1: 0.85 is read as 1
    assert counts(adc_bits=8, adc_range=1.0) == [0, 0, 0]
    assert counts(adc_bits=2, adc_range=0.8) == [0, 0, 0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"adc_bits": 4}, "adc_bits and adc_range go together"),
        ({"idle": "gated", "method": "ladder"}, "for grounded idle rows"),
    ],
)
def test_what_does_not_go_together_is_refused(options, words):
    with pytest.raises(ValidationError, match=words):
        Crossbar(**options)


def test_a_chip_s_crossbar_is_the_default_here_too():
    chip = load_chip("memristive-64")
    network = random_network(np.random.default_rng(0), chip, lowest_threshold=0.1)
    before, _, _ = Crossbar().fit(network, chip)
    assert 0 < np.abs(before - network.weight).max() < 0.05
