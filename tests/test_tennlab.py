"""TENNLab files: read, refused, and written back."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evosnn.chips import check, chip_from_risp, risp_parameters
from evosnn.errors import ExportError, NetworkError
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
