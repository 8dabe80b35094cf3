"""TENNLab JSON for Caspian and uCaspian: read back identical, run by its rules, or refused."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from evosnn.chips import Range, chip_from_caspian, load_chip
from evosnn.cli._main import app
from evosnn.errors import ExportError, NetworkError
from evosnn.export import (
    read_subject,
    to_caspian,
    to_risp,
    to_ucaspian,
    verify,
    verify_against,
)
from evosnn.export.tennlab.caspian_run import _run
from evosnn.network import Network
from evosnn.tennlab import loads_network
from tests.networks import make_chip, random_network

CASPIAN, MICRO = load_chip("caspian"), load_chip("ucaspian")
SLOW = MICRO.model_copy(
    update={"synapse": MICRO.synapse.model_copy(update={"delay": Range(min=1, max=16)})}
)


def read(export):
    return loads_network(export.text(f"{export.name}.{export.target}.json"))


@settings(deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    synapses=st.integers(0, 40),
    leak=st.sampled_from([(0,), (0, 0.5)]),
    inclusive=st.booleans(),
    apart=st.integers(0, 15),
)
def test_a_network_is_read_back_identical(seed, synapses, leak, inclusive, apart):
    rng = np.random.default_rng(seed)
    chip = make_chip(top=127, floor=None, leak=leak, inclusive=inclusive, max_delay=31)
    network = random_network(rng, chip, synapses=synapses, max_delay=16)
    shift = np.full(network.n_neurons, apart)  # delays beyond 16 are partly the axons'
    network = replace(network, delay=network.delay + shift[network.pre].astype(np.int32))
    file = read(to_caspian(network, chip))
    lowered = network.threshold - (1 if inclusive else 0)  # Caspian's fires above its threshold
    assert file.network == replace(network, threshold=lowered)
    assert file.processor == "caspian"


@settings(deadline=None)
@given(seed=st.integers(0, 2**32 - 1), synapses=st.integers(0, 40))
def test_a_network_of_ucaspian_keeps_its_structure(seed, synapses):
    rng = np.random.default_rng(seed)
    network = random_network(rng, SLOW, synapses=synapses)
    common = rng.integers(1, 17, network.n_neurons, dtype=np.int32)
    network = replace(network, delay=common[network.pre])
    file = read(to_ucaspian(network, SLOW))
    assert replace(file.network, ids=network.ids) == network
    ids = file.network.ids
    assert ids.max() < 256
    assert ids[network.inputs].max() < 128
    chip = chip_from_caspian(file.parameters)
    assert chip.neuron == MICRO.neuron
    assert (chip.synapse.delay.min, chip.synapse.delay.max) == (1, 16)


def test_inputs_of_many_neurons_come_within_the_packets_reach():
    network = Network.create(
        threshold=[1] * 200,
        inputs=[12, 197, 157],
        outputs=[10],
        ids=np.arange(200) + 10,
        synapses=[(197, 10, 5, 3), (12, 10, 4, 1)],
    )
    written = read(to_ucaspian(network, SLOW)).network
    assert written.ids[written.inputs].max() < 128
    assert written.n_synapses == 2


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("write", [to_caspian, to_ucaspian])
def test_the_file_runs_by_caspians_rules_as_simulated(seed, write):
    rng = np.random.default_rng(seed)
    chip = CASPIAN if write is to_caspian else MICRO
    (agreement,) = verify(write(random_network(rng, chip, neurons=12, synapses=40), chip))
    assert agreement.exact
    assert agreement.compared > 100


def test_a_file_by_hand_runs_as_its_rules_say():
    # Charge 8 arrives at timestep 0, is above 6 and fires at 1; axon 2 and synapse 3 later, at
    # 6, it arrives, and neuron 9 fires at 7. What is kept there halves in every timestep.
    data = by_hand()
    charge = np.zeros((12, 1))
    charge[0, 0], charge[2, 0], charge[4, 0] = 8, 6, 4
    spikes = _run(data, charge, charge != 0)
    assert [tuple(s) for s in np.argwhere(spikes)] == [(0, 0), (6, 1)]
    charge[4, 0] = 6  # 6 became 1 in two timesteps, and 1 + 6 is above 6
    assert _run(data, charge, charge != 0)[4, 0]


def prop(name, index):
    return {
        "name": name,
        "type": 73,
        "index": index,
        "size": 1,
        "min_value": -127,
        "max_value": 255,
    }


def by_hand():
    return {
        "Properties": {
            "node_properties": [prop("Delay", 0), prop("Leak", 1), prop("Threshold", 2)],
            "edge_properties": [prop("Weight", 0), prop("Delay", 1)],
            "network_properties": [],
        },
        "Nodes": [{"id": 4, "values": [2, 0, 6]}, {"id": 9, "values": [0, -1, 5]}],
        "Edges": [{"from": 4, "to": 9, "values": [6, 3]}],
        "Inputs": [4],
        "Outputs": [9],
        "Network_Values": [],
        "Associated_Data": {"other": {"proc_name": "caspian"}, "proc_params": {"Min_Leak": -1}},
    }  # fmt: skip


def test_a_file_of_caspians_is_a_network(tmp_path):
    path = tmp_path / "net.json"
    path.write_text(json.dumps(by_hand()))
    subject = read_subject(path)
    assert subject.chip.neuron == CASPIAN.neuron
    assert subject.network == Network.create(
        ids=[4, 9], threshold=[6, 5], leak=[0.5, 0], inputs=[4], outputs=[9],
        synapses=[(4, 9, 6, 6)],
    )  # fmt: skip
    out = tmp_path / "again.json"
    result = CliRunner().invoke(app, ["export", str(path), "--to", "caspian", "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert "0 different" in result.output
    assert read_subject(out).network == subject.network
    assert all(a.exact for a in verify_against(subject, out))
    damaged = out.read_text().replace('"from": 4,\n   "to": 9', '"from": 9,\n   "to": 4')
    out.write_text(damaged)
    assert not any(a.exact for a in verify_against(subject, out))
    shown = CliRunner().invoke(app, ["show", str(path)])
    assert "caspian" in shown.output


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"Leak": 7}, "neuron 4 has Leak 7; Caspian's are -1 .none. and 0 to 4"),
        ({"Delay": 0.5}, "it takes whole timesteps"),
    ],
)
def test_what_evosnn_does_not_simulate_is_refused(change, sentence):
    data = by_hand()
    for name, value in change.items():
        data["Nodes"][0]["values"][["Delay", "Leak"].index(name)] = value
    with pytest.raises(NetworkError, match=sentence):
        loads_network(json.dumps(data))


def test_parameters_of_no_chip_are_one_sentence():
    for change, sentence in (
        ({"Max_Axon_Delay": "x"}, "parameter 'Max_Axon_Delay' is 'x'; it takes a number"),
        (
            {"Max_Weight": -200},
            "are not valid for a chip: synapse.weight: min -127 is above max -200",
        ),
    ):
        with pytest.raises(NetworkError) as caught:
            chip_from_caspian(change)
        assert sentence in str(caught.value)
        assert "\n" not in str(caught.value)


def test_parameters_describe_the_chip():
    chip = chip_from_caspian({"Max_Axon_Delay": 0, "Max_Weight": 60, "Leak_Enable": False})
    assert (chip.synapse.delay.max, chip.synapse.weight.max) == (16, 60)
    assert chip.neuron.leak == (0.0,)
    assert chip_from_caspian({"Backend": "uCaspian_Verilator"}).limits == MICRO.limits
    with pytest.raises(NetworkError, match="unknown Caspian parameter 'Max_Wight'; did you mean"):
        chip_from_caspian({"Max_Wight": 3})
    with pytest.raises(NetworkError, match="'Max_Weight' is 'many'; it takes a number"):
        chip_from_caspian({"Max_Weight": "many"})


def pair(weight=3, delay=1, threshold=3, leak=0, more=()):
    return Network.create(
        threshold=[threshold, 3], leak=leak, inputs=[0], outputs=[1],
        synapses=[(0, 1, weight, delay), *more],
    )  # fmt: skip


WIDE = make_chip(top=400, floor=None, max_delay=40, leak=(0, 0.5, 1))


@pytest.mark.parametrize(
    ("write", "network", "chip", "sentence"),
    [
        (to_caspian, pair(leak=1), WIDE, "neuron 0 leaks 1 .*Caspian takes 0 or 0.5"),
        (to_ucaspian, pair(leak=0.5), WIDE, "uCaspian takes 0: set neuron.leak"),
        (to_caspian, pair(weight=130), WIDE, "weight 130; Caspian takes -127 to 127"),
        (to_caspian, pair(threshold=257), WIDE, "fires at 257; Caspian's can fire at 1 to 256"),
        (to_caspian, pair(threshold=0), WIDE, "fires at 0; Caspian's can fire at 1 to 256"),
        (to_caspian, pair(delay=33), WIDE, "delays of 33 to 33; Caspian takes 1 to 16"),
        (to_caspian, pair(delay=20, more=[(0, 0, 1, 2)]), WIDE, "delays of 2 to 20"),
        (to_ucaspian, pair(delay=5, more=[(0, 0, 1, 2)]), WIDE, "one delay for all their"),
        (to_caspian, pair(), load_chip("risp-f"), "'risp-f' does not; evolve on an integer"),
    ],
)  # fmt: skip
def test_what_caspian_cannot_hold_is_refused_with_what_would_fit(write, network, chip, sentence):
    if chip.name == "risp-f":
        network = Network.create(
            threshold=[0.5, 0.5], inputs=[0], outputs=[1], synapses=[(0, 1, 0.5, 1)]
        )
    with pytest.raises(ExportError, match=sentence):
        write(network, chip)


def test_ucaspians_room_is_kept():
    big = Network.create(threshold=[1] * 257, inputs=[0], outputs=[1])
    with pytest.raises(ExportError, match="257 neurons; uCaspian takes 256"):
        to_ucaspian(big, CASPIAN)
    many = Network.create(threshold=[1] * 200, inputs=range(129), outputs=[199])
    with pytest.raises(ExportError, match="129 inputs; uCaspian takes 128"):
        to_ucaspian(many, CASPIAN)


def test_a_floor_that_may_be_met_is_said():
    risp = load_chip("risp-127")
    assert to_caspian(pair(weight=-3), risp, charge=(0, 127)).facts["exact"] == 1  # never fires
    held = to_caspian(pair(more=[(0, 0, -3, 1)]), risp, charge=(0, 127))
    assert held.facts["exact"] == 0
    assert "holds potentials at -127 or above" in held.notes[0]
    free = to_caspian(pair(), risp, charge=(0, 127))
    assert free.facts["exact"] == 1
    assert "0.498039" in free.notes[2]


def test_a_caspian_file_is_no_risp_file(tmp_path):
    path = tmp_path / "net.json"
    path.write_text(to_caspian(pair(), load_chip("risp-127")).text("snn.caspian.json"))
    assert verify_against(read_subject(path), path)[0].target == "caspian"
    path.write_text(to_risp(pair(), load_chip("risp-127")))
    assert verify_against(read_subject(path), path)[0].target == "risp"
