"""The mechanism ``crossbar``: networks on tiles with wires."""

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from evosnn.chips import load_chip
from evosnn.hardware import (
    Crossbar,
    DeadSynapses,
    ProgrammingNoise,
    WeightVariation,
    draw_instances,
    effective_conductance,
    wire_index,
)
from evosnn.network import Network
from tests.networks import make_chip, random_network

CHIP = make_chip(integer=False, top=1.0, floor=-1.0)
NETWORK = random_network(np.random.default_rng(0), CHIP, neurons=40, synapses=500)
WIRES = {"line_resistance": 5.0, "column_resistance": 2.0}


def draw(*mechanisms, networks=(NETWORK,), n=1):
    return draw_instances(networks, CHIP, mechanisms, n, np.random.SeedSequence(1)).weight


def test_without_resistance_weights_stay():
    same = draw(Crossbar(line_resistance=0), n=3)
    np.testing.assert_allclose(same, np.tile(NETWORK.weight, (3, 1)), rtol=1e-12)


def test_a_small_network_by_hand():
    network = Network.create(
        threshold=[1] * 4,
        inputs=[0, 1],
        outputs=[2, 3],
        synapses=[(0, 2, 1.0, 1), (0, 3, -0.5, 1), (1, 3, 0.25, 1)],
    )
    on, off = 1e4, 1e6
    low, span = 1 / off, 1 / on - 1 / off
    g = np.array(
        [
            [low + span, low, low, low + 0.5 * span],
            [low, low, low + 0.25 * span, low],
        ]
    )
    seen = effective_conductance(g, r_row=7.0, r_column=3.0, r_source=100.0, r_sense=50.0)
    weight = (seen[:, 0::2] - seen[:, 1::2]) / span
    mechanism = Crossbar(
        on_resistance=on, off_resistance=off, line_resistance=7, column_resistance=3,
        source_resistance=100, sense_resistance=50,
    )  # fmt: skip
    expected = [weight[0, 0], weight[0, 1], weight[1, 1]]
    np.testing.assert_allclose(draw(mechanism, networks=(network,))[0], expected, rtol=1e-12)


def test_smaller_tiles_lose_less():
    loss = [
        np.abs(draw(Crossbar(rows=n, columns=n, **WIRES)) - NETWORK.weight).mean()
        for n in (64, 16, 4)
    ]
    assert loss[0] > loss[1] > loss[2] > 0


def test_recalibration_recovers_what_a_gain_can():
    plain = draw(Crossbar(**WIRES))[0] - NETWORK.weight
    gain = draw(Crossbar(recalibrate=True, **WIRES))[0] - NETWORK.weight
    assert np.sqrt((gain**2).sum()) < 0.7 * np.sqrt((plain**2).sum())


def test_each_chip_has_its_own_devices():
    noise = ProgrammingNoise(device="pcm-ibm")
    both = draw(noise, Crossbar(**WIRES), n=3)
    before = draw(noise, n=3)
    for k in range(3):
        other = replace(NETWORK, weight=before[k])
        np.testing.assert_allclose(
            both[k], draw(Crossbar(**WIRES), networks=(other,))[0], rtol=1e-10
        )
    assert (both[0] != both[1]).all()


def test_a_dead_device_delivers_next_to_nothing():
    wires = draw(DeadSynapses(count=50), Crossbar(**WIRES))[0]
    dead = draw(DeadSynapses(count=50))[0] == 0
    assert np.abs(wires[dead]).max() < 0.02


def test_networks_do_not_share_a_tile():
    other = random_network(np.random.default_rng(1), CHIP, neurons=10, synapses=30)
    together = draw(Crossbar(**WIRES), networks=(NETWORK, other))
    np.testing.assert_array_equal(together[:, :500], draw(Crossbar(**WIRES)))
    np.testing.assert_array_equal(together[:, 500:], draw(Crossbar(**WIRES), networks=(other,)))


def test_it_draws_nothing_and_leaves_others_draws_alone():
    varied = draw(WeightVariation(sigma=0.1))
    after = draw(Crossbar(line_resistance=0), WeightVariation(sigma=0.1))
    np.testing.assert_allclose(after, varied, rtol=1e-12)


def test_what_is_not_given_is_the_chip_s():
    chip = load_chip("memristive-64")
    assert Crossbar()._model(chip.crossbar) == chip.crossbar == Crossbar()._model(None)
    wide = chip.crossbar.model_copy(update={"rows": 8, "line_resistance": 5.0})
    found = Crossbar(columns=3, line_resistance=1.0)._model(wide)
    assert (found.rows, found.columns, found.line_resistance) == (8, 3, 1.0)
    mine = CHIP.model_copy(update={"crossbar": wide})
    as_chip = draw_instances([NETWORK], mine, [Crossbar()], 1, np.random.SeedSequence(1)).weight
    given = draw(Crossbar(rows=8, line_resistance=5.0))
    np.testing.assert_array_equal(as_chip, given)


def test_off_must_conduct_less_than_on():
    with pytest.raises(ValidationError, match="on_resistance 50 is not below"):
        Crossbar(on_resistance=50, off_resistance=50)


def test_one_device_and_an_offset_by_hand():
    network = Network.create(
        threshold=[1] * 4,
        inputs=[0, 1],
        outputs=[2, 3],
        synapses=[(0, 2, 1.0, 1), (0, 3, -0.5, 1), (1, 3, 0.25, 1)],
    )
    on, off = 1e4, 1e6
    low, span = 1 / off, 1 / on - 1 / off
    middle = low + span / 2
    g = np.array([[low + span, low + 0.25 * span, middle], [middle, low + 0.625 * span, middle]])
    seen = effective_conductance(g, r_row=7.0, r_column=3.0)
    weight = (seen[:, :2] - seen[:, 2:]) / (span / 2)
    options = {"on_resistance": on, "off_resistance": off, "pair": "offset"}
    found = draw(Crossbar(line_resistance=7, column_resistance=3, **options), networks=(network,))[
        0
    ]
    np.testing.assert_allclose(found, [weight[0, 0], weight[0, 1], weight[1, 1]], rtol=1e-12)
    ideal = draw(Crossbar(line_resistance=0, **options), networks=(network,))[0]
    np.testing.assert_allclose(ideal, network.weight, atol=1e-12)


def test_the_index_is_that_of_the_worst_tile():
    wires = {"rows": 16, "columns": 16, "on_resistance": 1e4, "off_resistance": 1e5, **WIRES}
    small, large = (
        Crossbar(**{**wires, "rows": n, "columns": n}).index(NETWORK, CHIP) for n in (8, 64)
    )
    assert 0 < small < large
    dense = Network.create(
        threshold=[1.0] * 20,
        inputs=[0],
        outputs=[19],
        synapses=[(a, b, 1.0, 1) for a in range(20) for b in range(20)],
    )
    g = np.tile([1e-4, 1e-5], (16, 16))
    expected = wire_index(g, r_row=5.0, r_column=2.0)
    assert Crossbar(**wires).index(dense, CHIP) == pytest.approx(expected)
