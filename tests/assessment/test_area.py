"""The area model: what it counts, what it leaves out, and that syntheses agree with it."""

import tomllib
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.assessment._area import AREA_TERMS, area_terms, estimate_area
from evosnn.chips import load_chip
from evosnn.errors import ExportError, SpecError
from evosnn.export import synthesize, to_verilog
from evosnn.export.common.external_tools import find_tool
from evosnn.export.common.plan import make_plan
from evosnn.export.verilog.number_types import port_range, signed_bits
from evosnn.network import Network
from tests.networks import make_chip, random_network

needs_fpga = pytest.mark.skipif(
    not all(find_tool(tool) for tool in ("yosys", "nextpnr-ice40", "icepack")),
    reason="yosys and nextpnr-ice40 are not installed",
)
DEAD = [(2, 1, 5, 9), (0, 3, 7, 2), (3, 3, 1, 1)]  # nothing reaches 2; nobody hears 3


def relay(*more):
    return Network.create(
        threshold=[7, 5, 3, 2],
        inputs=[0],
        outputs=[1],
        synapses=[(0, 1, 5, 3), *more],
    )


def test_a_small_network_by_hand():
    # A port of 4 bits (-8..7). Neuron 0 rests in -7..6 (4 bits) and sums to -15..13 (5 bits),
    # neuron 1 rests in 0..4 (4 bits) and sums to 9 (5 bits).
    assert area_terms(relay(), load_chip("risp-7")) == {
        "state": 6.0,
        "operands": 10.0,
        "ones": 2.0,
        "charge": 4.0,
        "history": 2.0,
        "leak": 0.0,
    }


def test_what_no_output_depends_on_and_what_cannot_fire_takes_no_room():
    chip = load_chip("risp-7")
    assert area_terms(relay(*DEAD), chip) == area_terms(relay(), chip)
    silent = Network.create(threshold=[1, 7], inputs=[0], outputs=[1], synapses=[(0, 1, -7, 1)])
    assert estimate_area(silent, chip) == 0.0


def test_prices_are_those_of_the_terms():
    text = (files("evosnn.assessment") / "area_ice40.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    assert list(data["cells"]) == list(AREA_TERMS)
    assert all(price > 0 for price in data["cells"].values())
    assert "experiments/studies/area_model.py" in data["source"]
    terms = area_terms(relay(), load_chip("risp-7"))
    expected = round(sum(n * data["cells"][k] for k, n in terms.items()))
    assert estimate_area(relay(), load_chip("risp-7")) == expected


@settings(deadline=None)
@given(seed=st.integers(0, 2**32 - 1), synapses=st.integers(0, 30))
def test_widths_are_those_of_the_export(seed, synapses):
    chip = make_chip(leak=(0, 0.5, 1))
    network = random_network(np.random.default_rng(seed), chip, synapses=synapses)
    plan = make_plan(network, chip, port_range(make_plan(network, chip)))
    input_active, found = set(network.outputs.tolist()), 0
    while len(input_active) > found:
        found = len(input_active)
        input_active |= {
            a.pre for i in input_active if plan.neurons[i].fires for a in plan.neurons[i].arrivals
        }
    matters = [plan.neurons[i] for i in input_active if plan.neurons[i].fires]
    widths = [min(signed_bits(*n.rest), signed_bits(*n.peak)) for n in matters if n.leak < 1]
    terms = area_terms(network, chip)
    assert terms["state"] == sum(w - 1 for w in widths)
    assert terms["charge"] == 4 * sum(n.input is not None for n in matters)


def test_rules_beyond_the_circuits_are_refused():
    for name in ("caspian", "ucaspian", "loihi-1"):
        with pytest.raises(SpecError, match=f"'{name}' has rules of its own"):
            estimate_area(relay(), load_chip(name))


def test_real_numbers_are_no_circuit():
    with pytest.raises(SpecError, match="'risp-f' computes with real numbers"):
        estimate_area(relay(), load_chip("risp-f"))


@needs_fpga
@pytest.mark.parametrize("seed", range(3))
def test_syntheses_agree(seed):
    chip = load_chip(("risp-127", "risp-15+", "risp-7")[seed])
    network = random_network(
        np.random.default_rng(seed + 40), chip, neurons=9, synapses=20, max_delay=9
    )
    try:
        cells = synthesize(to_verilog(network, chip)).logic_cells
    except ExportError:  # no output can fire
        cells = 0
    assert estimate_area(network, chip) == pytest.approx(cells, rel=0.25)
