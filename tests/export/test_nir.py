"""NIR: what three readers made of the files, labels that hold, and graphs read as networks."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evosnn.chips import load_chip
from evosnn.errors import ExportError
from evosnn.export import from_nir, to_nir, verify
from evosnn.export.common.layer import make_layer, run_layer
from evosnn.export.common.other_python import find_python
from evosnn.export.common.plan import make_plan
from evosnn.export.nir.read import nir_chip
from evosnn.export.nir.run import READERS, run_nir, run_nir_again
from evosnn.network import Network
from evosnn.simulation import Stimulus
from evosnn.simulation.reference import run_reference
from tests.export.cases import RELAY, case, layer_case
from tests.networks import make_chip

nir = pytest.importorskip("nir", reason="nir is not installed; pip install 'evosnn[nir]'")

_DATA = Path(__file__).parents[1] / "data" / "nir"
_RECORDED = json.loads((_DATA / "readers.json").read_text())["cases"]


@pytest.mark.parametrize("recorded", _RECORDED, ids=lambda c: c["file"])
def test_readers_gave_the_simulators_spikes(recorded):
    network, chip = layer_case(recorded["seed"])
    assert from_nir(_DATA / recorded["file"]) == network
    golden = nir.read(_DATA / recorded["file"]).metadata["evosnn"]["golden"]
    charge = np.zeros((int(golden["timesteps"]), network.inputs.size))
    charge[tuple(golden["charges"].T)] = golden["charge"]
    simulated = run_reference(network, Stimulus(charge[:, :, None]), chip).spikes
    np.testing.assert_array_equal(np.argwhere(simulated), golden["spikes"])
    for reader in READERS:
        spikes = np.zeros((len(charge), 4096), bool)
        spikes[tuple(np.array(recorded["spikes"][reader]).T)] = True
        same = (spikes[:, : network.n_neurons] == simulated).all()
        assert same or not recorded["exact"]
        # the layer is what the readers compute, relays and differences included
        layer = run_layer(make_layer(make_plan(network, chip), "NIR"), charge)
        np.testing.assert_array_equal(spikes[:, : layer.shape[1]], layer)


@pytest.mark.parametrize("recorded", _RECORDED, ids=lambda c: c["file"])
def test_graphs_are_those_that_the_readers_ran(tmp_path, recorded):
    to_nir(*layer_case(recorded["seed"])).write(tmp_path)
    old, new = nir.read(_DATA / recorded["file"]), nir.read(tmp_path / "snn.nir")
    assert old.edges == new.edges
    assert new.edges[-1] == ("lif", "output")
    assert list(old.nodes) == list(new.nodes)
    for name, node in old.nodes.items():
        for field, value in vars(node).items():
            if isinstance(value, np.ndarray):
                np.testing.assert_array_equal(value, getattr(new.nodes[name], field))


@pytest.mark.slow
@pytest.mark.skipif(
    find_python("torch", "nir", *READERS) is None,
    reason="no readers are installed; EVOSNN_TOOLS_PYTHON may name a Python with torch, nir, "
    "norse, snntorch and spikingjelly",
)
@pytest.mark.parametrize("reader", READERS)
def test_readers_give_the_simulators_spikes(reader):
    exports = [to_nir(*layer_case(k), name=f"net{k}") for k in range(12)]
    agreements = run_nir(exports, reader)
    for export, agreement in zip(exports, agreements, strict=True):
        assert agreement.exact or not export.facts["exact"]
        assert agreement.different == export.facts["different"]
    assert sum(a.compared for a in agreements) > 1000


def test_labels_hold_and_say_how_far_off():
    exports = [to_nir(*layer_case(k)) for k in range(60)]
    assert all(run_nir_again(e).different == e.facts["different"] for e in exports)
    assert not any(e.facts["different"] for e in exports if e.facts["exact"])
    assert sum(e.facts["exact"] for e in exports) >= 50
    assert any(e.facts["different"] for e in exports)


def test_labels_are_given_with_a_reason():
    chip = make_chip(floor=-3, leak=(0, 0.5, 1))
    inhibited = [(0, 1, 3, 2), (1, 0, -1, 1)]

    def note(leak, chip=chip, synapses=inhibited, charge=(0, 7)):
        net = Network.create(
            threshold=[3, 3], inputs=[0], outputs=[1], synapses=synapses, leak=leak
        )
        return to_nir(net, chip, charge=charge).notes[0]

    assert "approximate" in note(0)
    assert "inhibition can bring these neurons lower: 0" in note(0)
    assert "exact" in note(0, synapses=[(0, 1, 3, 2)])
    assert "lower: 0" in note(0, synapses=[(0, 1, 3, 2)], charge=(-7, 7))
    assert "exact" in note(1)
    assert "rounds what a leak leaves" in note(0.5)
    assert "exact" in note(0, chip=make_chip(floor=None))
    assert "real numbers" in note(0, chip=make_chip(integer=False))


def test_a_changed_weight_is_found(tmp_path):
    export = to_nir(RELAY, make_chip(floor=None))
    assert run_nir_again(export).exact
    export.write(tmp_path)
    graph = nir.read(tmp_path / "snn.nir")
    graph.nodes["w_rec"].weight[0, 1] *= 2
    nir.write(tmp_path / "snn.nir", graph)
    changed = {"snn.nir": (tmp_path / "snn.nir").read_bytes()}
    assert run_nir_again(replace(export, files=changed)).different > 0


def test_metadata_carry_the_exact_network_and_chip(tmp_path):
    chip = load_chip("risp-127")
    export = to_nir(RELAY, chip)
    (path,) = export.write(tmp_path)
    assert from_nir(path) == RELAY
    assert nir_chip(path).neuron == chip.neuron
    own = nir.read(path).metadata["evosnn"]
    assert own["weight"].tolist() == RELAY.weight.tolist()
    assert own["delay"].tolist() == [2, 1]
    assert own["label"] == "approximate"
    assert "raised to the chip's min_potential" in own["semantics"]


@pytest.mark.slow
def test_verify_reads_it_back_and_names_the_readers():
    agreements = verify(to_nir(*layer_case(1)))
    assert [a.tool for a in agreements] == ["EvoSNN, as read back", *READERS]
    assert agreements[0].exact
    assert all(a.exact or "is not installed; pip install" in a.skipped for a in agreements)


def test_what_nir_cannot_express_is_refused_in_a_sentence():
    mixed = Network.create(threshold=[1, 1], leak=[0, 1], inputs=[0], outputs=[1])
    with pytest.raises(ExportError, match=r"leak differently \(0, 1\)"):
        to_nir(mixed, make_chip())
    zero = Network.create(threshold=[0, 1], inputs=[0], outputs=[1])
    with pytest.raises(ExportError, match="neuron 0 fires at potential 0"):
        to_nir(zero, make_chip())
    long = Network.create(
        threshold=np.ones(40), inputs=[0], outputs=[1],
        synapses=[(i, (i + 1) % 40, 1, 127) for i in range(40)],
    )  # fmt: skip
    with pytest.raises(ExportError, match=r"5080 neurons; NIR takes 4096: limit the delays"):
        to_nir(long, load_chip("risp-127"))


def test_a_threshold_of_0_that_any_arrival_reaches_is_written():
    net = Network.create(threshold=[0, 1], inputs=[0], outputs=[1], synapses=[(0, 1, 1, 1)])
    export = to_nir(net, make_chip(floor=0), charge=(0, 7))
    assert export.facts == {"exact": 1, "different": 0}


def test_without_nir_the_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr("evosnn.export.nir.file.find_spec", lambda name: None)
    with pytest.raises(ExportError, match=r"pip install 'evosnn\[nir\]'"):
        to_nir(*case(1))
