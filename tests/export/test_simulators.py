"""SuperNeuroMAT, Brian2, NEST and GraphML: the simulator's spikes, or a sentence."""

import json

import pytest

from evosnn.errors import ExportError
from evosnn.export import to_brian2, to_graphml, to_pynn, to_superneuromat
from evosnn.export.common.other_python import find_python
from evosnn.export.graphml import run_graphml
from evosnn.export.simulators.run import run_script, run_superneuromat
from evosnn.network import Network
from tests.export.cases import RELAY, case, layer_case
from tests.networks import make_chip

needs_simulators = pytest.mark.skipif(
    find_python("brian2", "pyNN", "nest") is None,
    reason="no simulators are installed; EVOSNN_TOOLS_PYTHON may name a Python with brian2, pynn, "
    "nest-simulator and numpy below 2",
)


@pytest.mark.skipif(
    find_python("superneuromat") is None,
    reason="SuperNeuroMAT is not installed; pip install superneuromat",
)
@pytest.mark.parametrize("seeds", [(1, 2), pytest.param((3, 10, 25), marks=pytest.mark.slow)])
def test_superneuromat_runs_as_simulated(seeds):
    for k in seeds:
        export = to_superneuromat(*layer_case(k))
        agreement = run_superneuromat(export)
        assert agreement.exact or not export.facts["exact"]
        assert agreement.compared > 10


@needs_simulators
@pytest.mark.parametrize("seed", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in (1, 2, 3))])
def test_scripts_run_as_simulated(seed):
    # seeds of all leaks and floors for Brian2; those that NEST can hold for NEST
    assert run_script(to_brian2(*case(7 * seed))).exact
    assert run_script(to_pynn(*layer_case(5 * seed))).exact


@pytest.mark.parametrize("write", [to_brian2, to_pynn])
def test_scripts_are_python_and_repeat_themselves(write):
    network, chip = layer_case(5)
    (text,) = write(network, chip).files.values()
    compile(text, "script", "exec")
    assert write(network, chip).files == {f"snn_{write.__name__[3:]}.py": text}
    assert f"network {network.key}" in text
    assert all(line == line.rstrip() and len(line) < 3000 for line in text.splitlines())
    bare = Network.create(threshold=[1], inputs=[0], outputs=[0])
    (text,) = write(bare, make_chip(floor=None)).files.values()
    compile(text, "script", "exec")


def test_superneuromats_file_is_json_of_its_form():
    (text,) = to_superneuromat(RELAY, make_chip()).files.values()
    data = json.loads(text)["networks"][0]["data"]
    assert data["num_neurons"] == 3  # two and a relay
    assert data["neuron_thresholds"] == [2.5, 2.5, 0.5]
    assert set(data["synaptic_delays"]) == {1}


@pytest.mark.parametrize("seed", range(12))
def test_graphml_holds_everything(seed):
    assert run_graphml(to_graphml(*case(seed))).exact


def test_graphml_opens_in_networkx():
    nx = pytest.importorskip("networkx")
    (text,) = to_graphml(RELAY, make_chip()).files.values()
    graph = nx.parse_graphml(text, node_type=int)
    assert graph.nodes[0]["input"] == 0
    assert graph.nodes[1]["output"] == 0
    assert graph.edges[0, 1] == {"weight": 3.0, "delay": 2}


def test_what_a_target_cannot_hold_is_refused_with_what_would_make_it_fit():
    def net(**given):
        return Network.create(**{"threshold": [1, 1], "inputs": [0], "outputs": [1], **given})

    halves = make_chip(leak=(0, 0.5))
    for write, network, chip, said in (
        (to_superneuromat, net(leak=0.5), halves, "SuperNeuroMAT's leak a fixed amount: evolve"),
        (to_superneuromat, net(threshold=[1, 0]), make_chip(), "neuron 1 fires at potential 0"),
        (to_pynn, net(leak=0.5), halves, "rounds what is left, which NEST does not; evolve"),
        (to_pynn, net(threshold=[0, 1]), make_chip(), r"set neuron.threshold.min .* to 1"),
        (to_brian2, net(threshold=[99, 1]), make_chip(), "does not fit chip 'test'"),
        (to_graphml, net(outputs=[]), make_chip(), "no outputs"),
    ):
        with pytest.raises(ExportError, match=said) as caught:
            write(network, chip)
        assert "\n" not in str(caught.value)
