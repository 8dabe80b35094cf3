"""Loihi's integer tables: run by brian2-loihi and by their own rules, or refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from evosnn.chips import Range, load_chip
from evosnn.cli._main import app
from evosnn.errors import ExportError
from evosnn.export import read_subject, to_loihi, to_risp, verify, verify_against
from evosnn.export.loihi.run import run_tables
from evosnn.network import Network
from evosnn.simulation import Stimulus
from evosnn.simulation.reference import run_reference
from tests.export.loihi_cases import loihi_case
from tests.networks import make_chip, random_network

_VECTORS = Path(__file__).parents[1] / "data" / "loihi_tables" / "vectors.json"
VECTORS = list(enumerate(json.loads(_VECTORS.read_text())))


def fed(vector, value=1.0):
    """``(timesteps, n_inputs)``, what the recorded runs were fed."""
    charge = np.zeros((vector["timesteps"], len(vector["input_spikes"])))
    for k, times in enumerate(vector["input_spikes"]):
        charge[times, k] = value
    return charge


@pytest.mark.parametrize(("seed", "vector"), VECTORS)
def test_brian2_loihi_runs_the_tables_as_the_network_was_simulated(seed, vector):
    network, chip = loihi_case(seed)
    assert json.loads(to_loihi(network, chip).text("snn.loihi.json")) == vector["tables"]
    charge = fed(vector, chip.spike_value)
    spikes = run_reference(network, Stimulus(charge[:, :, None]), chip).spikes
    assert [np.flatnonzero(row).tolist() for row in spikes.T] == vector["spikes"]
    assert spikes.sum() > 20
    assert (run_tables(vector["tables"], charge != 0) == spikes).all()


@pytest.mark.parametrize("seed", range(20))
def test_the_tables_alone_give_the_simulators_spikes(seed):
    network, chip = loihi_case(seed)
    export = to_loihi(network, chip)
    (agreement,) = verify(export)
    assert agreement.exact
    assert agreement.compared > 20
    assert export.facts["exact"] == 1


@pytest.mark.parametrize("seed", range(12))
def test_loihis_own_decays_come_out_in_its_own_units(seed):
    chip = load_chip("loihi-1")
    neuron = chip.neuron.model_copy(update={"threshold": Range(min=0, max=90)})
    chip = chip.model_copy(update={"neuron": neuron})
    network = random_network(np.random.default_rng(seed), chip, neurons=7, synapses=22, max_delay=7)
    export = to_loihi(network, chip)
    decays = {c["decay_v"] for c in json.loads(export.text("snn.loihi.json"))["compartments"]}
    assert decays == {round(4096 * leak) for leak in network.leak}
    assert decays - {0, 4096}
    (agreement,) = verify(export)
    assert agreement.exact
    assert agreement.compared > 20


def test_exponents_are_used_where_a_weight_needs_one():
    tables = json.loads(to_loihi(*loihi_case(0)).text("snn.loihi.json"))
    listed = [s for group in tables["synapses"].values() for s in group]
    assert max(s["exponent"] for s in listed) == 4
    assert all(-255 <= s["mantissa"] <= 255 for s in listed)


WIDE = make_chip(top=200_000, floor=None, max_delay=70, leak=(0, 0.5, 1))


def pair(weight=3, delay=1, threshold=3, leak=0, neurons=2):
    return Network.create(
        threshold=[threshold, *[3] * (neurons - 1)], leak=leak, inputs=[0], outputs=[1],
        synapses=[(0, 1, weight, delay)],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        (pair(leak=0.5), "leaks 0.5; Loihi rounds what is left in steps of 1/64"),
        (pair(weight=257), "delivers 257, which is not an 8-bit number times a power of two"),
        (pair(threshold=131_073), "fires at 131073; Loihi's can fire at 1 to 131072"),
        (pair(threshold=0), "fires at 0; Loihi's can fire at 1"),
        (pair(delay=64), "delay 64; Loihi takes 1 to 63"),
        (pair(neurons=1025), "1025 neurons; a core of Loihi has 1024"),
    ],
)
def test_what_loihi_cannot_hold_is_refused_with_what_would_fit(network, sentence):
    with pytest.raises(ExportError, match=sentence):
        to_loihi(network, WIDE.model_copy(update={"spike_value": 200}))


def test_charges_and_real_numbers_are_refused():
    with pytest.raises(ExportError, match="an input's spike delivers 200001"):
        to_loihi(pair(), WIDE.model_copy(update={"spike_value": 200_001}))
    half = Stimulus(np.full((5, 1, 1), 60.0))
    with pytest.raises(ExportError, match="inputs are spikes of one charge, 127 here"):
        to_loihi(pair(), load_chip("loihi-1"), stimulus=half)
    real = Network.create(threshold=[0.5, 0.5], inputs=[0], outputs=[1])
    with pytest.raises(ExportError, match="'risp-f' does not; evolve on an integer chip"):
        to_loihi(real, load_chip("risp-f"))


def test_a_floor_that_may_be_met_is_said():
    risp = load_chip("risp-127")
    assert to_loihi(pair(), risp).facts["exact"] == 1
    inhibited = [(0, 1, 3, 1), (0, 0, -3, 1)]
    held = to_loihi(
        Network.create(threshold=[3, 3], inputs=[0], outputs=[1], synapses=inhibited), risp
    )
    assert held.facts["exact"] == 0
    assert "holds potentials at -127 or above, Loihi at -131072" in held.notes[0]


def test_the_command_writes_and_verifies_them(tmp_path):
    source, out = tmp_path / "net.json", tmp_path / "net.loihi.json"
    source.write_text(to_risp(pair(), load_chip("risp-127")))
    result = CliRunner().invoke(app, ["export", str(source), "--to", "loihi", "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert "0 different" in result.output
    subject = read_subject(source)
    assert all(a.exact for a in verify_against(subject, out))
    out.write_text(out.read_text().replace('"mantissa": 3', '"mantissa": 2'))
    assert not any(a.exact for a in verify_against(subject, out))
    out.write_text('{"compartments": 3}')
    with pytest.raises(ExportError, match="does not contain Loihi tables"):
        verify_against(subject, out)
