"""TENNLab files: read, refused, and written back."""

import copy
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.chips import check, chip_from_processor, chip_from_risp, risp_parameters
from evosnn.errors import ExportError, NetworkError
from evosnn.network import Network
from evosnn.simulation import Stimulus
from evosnn.simulation.reference import run_reference
from evosnn.tennlab import NetworkFile, Property, dumps_network, loads_network, read_network
from tests.networks import make_chip, random_network

VECTORS = [
    json.loads(line)["network"]
    for line in (Path(__file__).parent / "data/risp/vectors.jsonl").read_text().splitlines()
]
PROPERTIES = {
    "Threshold": Property("Threshold", "D", -7, 7),
    "Leak": Property("Leak", "D", 0, 1),
    "Weight": Property("Weight", "D", -7, 7),
    "Delay": Property("Delay", "I", 1, 15),
}


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_what_is_written_is_read_back(seed, integer):
    rng = np.random.default_rng(seed)
    network = random_network(rng, make_chip(integer=integer))
    names = {int(network.ids[0]): "first"}
    file = NetworkFile(network, "risp", {"a": 1}, names, {"note": "x"})
    again = loads_network(dumps_network(file, PROPERTIES))
    assert again.network == network
    assert (again.processor, again.parameters, again.names, again.notes) == (
        "risp", {"a": 1}, names, {"note": "x"},
    )  # fmt: skip


@pytest.mark.parametrize("data", VECTORS[::7])
def test_a_file_of_the_real_tools_is_read(data):
    file = loads_network(json.dumps(data))
    assert file.processor == "risp"
    assert file.network.n_synapses == len(data["Edges"])
    ids = file.network.ids[file.network.inputs].tolist()
    assert ids == data["Inputs"]


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda d: d.pop("Edges"), "'Edges' is missing"),
        (lambda d: d.update(Egdes=[]), "unknown key 'Egdes'; did you mean 'Edges'?"),
        (lambda d: d["Edges"][0].update(values=[1]), "not a TENNLab network"),
        (lambda d: d["Edges"][0].update(values=[1, 0]), "it takes whole timesteps, at least 1"),
        (lambda d: d["Edges"][0].update(values=["x", 1]), "a Weight is 'x'"),
        (lambda d: d["Edges"][0].update({"from": 999_999}), "neuron 999999, which does not"),
        (lambda d: d["Nodes"][0].update(id=1.5), "a neuron id is 1.5"),
        (lambda d: d["Nodes"].append(d["Nodes"][0]), "id appears twice"),
        (lambda d: d["Inputs"].append(d["Inputs"][0]), "inputs lists a neuron twice"),
        (lambda d: d["Properties"].update(node_properties=[]), "no property 'Threshold'"),
        (lambda d: d["Edges"][0].update({"from": 0.5}), "a neuron id is 0.5"),
        (lambda d: d["Edges"][0].update({"to": "1"}), "a neuron id is '1'"),
        (lambda d: d["Edges"][0].update({"to": True}), "a neuron id is True"),
        (lambda d: d["Nodes"][0].update(id=-1), "outside 0..4294967295"),
        (lambda d: d["Nodes"][0].update(id=2**70), "outside 0..4294967295"),
        (lambda d: d["Nodes"][0].update(values=[10**400]), "it takes a finite number"),
        (lambda d: d["Edges"][0].update(values=[1, 2**40]), "at least 1 and at most"),
        (lambda d: d["Edges"][0].update(values=[float("nan"), 1]), "a Weight is nan"),
        (lambda d: d["Properties"]["node_properties"][0].update(index=-1), "has index -1"),
        (lambda d: d["Properties"]["edge_properties"][0].update(index="0"), "has index '0'"),
        (lambda d: d["Properties"]["node_properties"][0].update(index=99), "not a TENNLab"),
        (lambda d: d.update(Associated_Data=[]), "Associated_Data is []; it takes a JSON object"),
        (
            lambda d: d["Associated_Data"].update(proc_params=[["a", 1]]),
            "proc_params is [['a', 1]]",
        ),
        (lambda d: d["Associated_Data"].update(other="text"), "other is 'text'"),
        (
            lambda d: d["Associated_Data"]["other"].update(proc_name=["risp"]),
            "proc_name is ['risp']",
        ),
        (lambda d: d["Associated_Data"]["proc_params"].update(weights="12"), "'weights' is '12'"),
        (lambda d: d["Associated_Data"]["proc_params"].update(weights=[1, "x"]), "is 'x'"),
    ],
)
def test_damage_is_one_sentence(damage, sentence):
    data = json.loads(json.dumps(VECTORS[4]))
    damage(data)
    with pytest.raises(NetworkError) as caught:
        loads_network(json.dumps(data))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_foreign_and_missing_files_are_one_sentence(tmp_path):
    path = tmp_path / "x.json"
    for content in (b"\xff\xfe\x00", b"{", b"[1, 2]", b'"text"', b"", b"[" * 100_000):
        path.write_bytes(content)
        with pytest.raises(NetworkError, match=r"network file '.*x.json'"):
            read_network(path)
    with pytest.raises(NetworkError, match="cannot be read: No such file"):
        read_network(tmp_path / "none.json")


@pytest.mark.parametrize("data", VECTORS[::9])
def test_risp_parameters_describe_a_chip_that_holds_the_network(data):
    parameters = data["Associated_Data"]["proc_params"]
    if parameters.get("fire_like_ravens"):
        with pytest.raises(NetworkError, match="fire_like_ravens"):
            chip_from_risp(parameters)
        return
    chip = chip_from_risp(parameters)
    broken = check(chip, loads_network(json.dumps(data)).network)
    assert all("threshold" in sentence for sentence in broken)
    if not parameters.get("weights"):
        again = chip_from_risp(risp_parameters(chip))
        assert again == chip


def test_what_risp_cannot_do_is_refused():
    with pytest.raises(ExportError, match=r"leaks 0, 0.5"):
        risp_parameters(make_chip(leak=(0, 0.5)))
    with pytest.raises(ExportError, match="needs a least potential"):
        risp_parameters(make_chip(floor=None))
    with pytest.raises(NetworkError, match="'noisy_stddev' is not simulated"):
        chip_from_risp({**risp_parameters(make_chip()), "noisy_stddev": 0.1})
    with pytest.raises(NetworkError, match="did you mean 'max_delay'"):
        chip_from_risp({"max_dely": 1})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"max_weight": "7"}, "parameter 'max_weight' is '7'; it takes a number"),
        ({"min_potential": float("nan")}, "'min_potential' is nan; it takes a number"),
        ({"weights": {"a": 1}}, "parameter 'weights' is {'a': 1}; it takes a list"),
        ({"weights": [1, None]}, "parameter 'weights' is None; it takes a number"),
        ({"leak_mode": []}, "missing or has an unknown value"),
        (
            {"min_threshold": 99},
            "are not valid for a chip: neuron.threshold: min 99 is above max 7",
        ),
        ({"max_delay": 0}, "are not valid for a chip: synapse.delay"),
    ],
)
def test_parameters_of_no_chip_are_one_sentence(change, sentence):
    with pytest.raises(NetworkError) as caught:
        chip_from_risp({**risp_parameters(make_chip()), **change})
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "key",
    ["discrete", "threshold_inclusive", "run_time_inclusive", "fire_like_ravens"],
)
@pytest.mark.parametrize("value", ["false", "true", "0", "", 2, [], None])
def test_text_is_no_truth_value(key, value):
    with pytest.raises(NetworkError, match=f"'{key}' is .*; it takes true or false"):
        chip_from_risp({**risp_parameters(make_chip()), key: value})


def test_text_is_no_truth_value_of_caspian():
    with pytest.raises(NetworkError, match="'Leak_Enable' is 'false'; it takes true or false"):
        chip_from_processor("caspian", {"Leak_Enable": "false"})
    assert chip_from_processor("caspian", {"Leak_Enable": False}).neuron.leak == (0.0,)


VRISP = {
    "min_weight": -7, "max_weight": 7, "min_threshold": 1, "max_threshold": 7,
    "min_potential": -7, "max_delay": 15, "tracked_timesteps": 16, "leak_mode": "all",
}  # fmt: skip


def test_vrisp_is_risp_in_whole_numbers():
    chip = chip_from_processor("vrisp", VRISP)
    own = {k: v for k, v in VRISP.items() if k != "tracked_timesteps"}
    assert chip == chip_from_risp({**own, "discrete": True}, "vrisp")
    assert chip.integer
    assert chip_from_processor("vrisp", {**VRISP, "discrete": True}) == chip


def test_a_vrisp_neuron_of_threshold_0_fires_in_every_timestep():
    chip = chip_from_processor("vrisp", {**VRISP, "min_threshold": 0})
    network = Network.create(
        threshold=[0, 3], leak=1, inputs=[1], outputs=[0, 1], synapses=[(1, 0, -2, 2)]
    )
    charge = np.zeros((6, 1, 1))
    charge[1] = 7
    spikes = run_reference(network, Stimulus(charge), chip).spikes
    # held below its threshold in the timestep in which -2 arrives, and nowhere else
    assert spikes[:, 0].tolist() == [1, 1, 1, 0, 1, 1]
    assert spikes[:, 1].tolist() == [0, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"discrete": False}, "'discrete' is false; vRISP has it true"),
        ({"threshold_inclusive": False}, "'threshold_inclusive' is false"),
        ({"run_time_inclusive": True}, "'run_time_inclusive' is true"),
        ({"discrete": "false"}, "it takes true or false"),
        ({"tracked_timesteps": 15}, "it takes more than max_delay, 15"),
        ({"tracked_timesteps": "16"}, "it takes a number"),
        ({"noisy_stddev": 0.1}, "unknown vRISP parameter 'noisy_stddev'"),
        ({"max_delay": None}, "'max_delay' is None"),
    ],
)
def test_what_vrisp_does_not_do_is_one_sentence(change, sentence):
    with pytest.raises(NetworkError) as caught:
        chip_from_processor("vrisp", {**VRISP, **change})
    assert sentence in str(caught.value)


_VALUES = st.sampled_from(
    [None, True, False, 0, -1, 2**31, 2**70, 10**400, 1.5, float("nan"), float("inf"), "", "0",
     "x" * 1000, [], [1], {}, {"a": 1}]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_files_are_a_network_or_a_sentence(data):
    content = json.loads(json.dumps(VECTORS[4]))
    for _ in range(data.draw(st.integers(1, 3))):
        at = content
        while isinstance(at, dict | list) and at:
            keys = sorted(at) if isinstance(at, dict) else range(min(len(at), 3))
            key = data.draw(st.sampled_from(list(keys)))
            if not (isinstance(at[key], dict | list) and at[key]) or data.draw(st.booleans()):
                at[key] = copy.deepcopy(data.draw(_VALUES))
                break
            at = at[key]
    try:
        file = loads_network(json.dumps(content))
        chip_from_processor(file.processor, file.parameters)
    except NetworkError as error:
        assert "\n" not in str(error)  # noqa: PT017
        assert len(str(error)) < 1000  # noqa: PT017
