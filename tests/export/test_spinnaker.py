"""SpiNNaker's script: the simulator's spikes by sPyNNaker's rules, or a sentence."""

import sys

import numpy as np
import pytest

from evosnn.errors import ExportError
from evosnn.export import Subject, to_spinnaker, verify, verify_against
from evosnn.network import Network
from evosnn.simulation import Stimulus
from tests.export.spinnaker_rules import fake_spynnaker
from tests.networks import make_chip, random_network


def spikes_of(export, monkeypatch):
    for name, module in fake_spynnaker().items():
        monkeypatch.setitem(sys.modules, name, module)
    scope = {"__name__": "script"}
    exec(compile(export.text("snn_spinnaker.py"), "script", "exec"), scope)
    spikes = np.zeros_like(export.golden.spikes)
    for t, n in scope["run"](export.golden.charge):
        spikes[t, n] = True
    return spikes


@pytest.mark.parametrize("seed", range(12))
def test_the_script_runs_as_simulated_by_spynnakers_rules(seed, monkeypatch):
    rng = np.random.default_rng(seed)
    chip = make_chip(top=(7, 127, 1)[seed % 3], floor=0, leak=((0,), (1,), (0, 1))[seed % 3])
    network = random_network(rng, chip, neurons=int(rng.integers(4, 10)), inputs=2, max_delay=9)
    fed = Stimulus(rng.integers(-chip.spike_value, chip.spike_value + 1, (80, 2, 1)).astype(float))
    export = to_spinnaker(network, chip, stimulus=fed)
    assert export.golden.spikes.sum() > 5
    assert (spikes_of(export, monkeypatch) == export.golden.spikes).all()


def test_a_script_that_was_changed_differs(monkeypatch):
    network = Network.create(threshold=[3, 3], inputs=[0], outputs=[1], synapses=[(0, 1, 3, 2)])
    export = to_spinnaker(network, make_chip(floor=0))
    text = export.text("snn_spinnaker.py")
    for old, new in (
        ("(0, 1, 3, 2)", "(0, 1, 2, 2)"),
        ("- 2, own", "- 1, own"),
        ("- 0.5", "+ 0.5"),
    ):
        assert old in text
        export.files["snn_spinnaker.py"] = text.replace(old, new)
        assert (spikes_of(export, monkeypatch) != export.golden.spikes).any()


def test_it_says_that_no_board_ran_it(tmp_path):
    network = Network.create(threshold=[3, 3], inputs=[0], outputs=[1], synapses=[(0, 1, 3, 2)])
    export = to_spinnaker(network, make_chip(floor=0))
    assert "not run on a board" in export.notes[0]
    assert "never run on a SpiNNaker board" in export.text("snn_spinnaker.py")
    (agreement,) = verify(export)
    assert "takes a SpiNNaker board" in agreement.skipped
    (path,) = export.write(tmp_path)
    (found,) = verify_against(Subject(network, export.chip, "the tests"), path)
    assert found.target == "spinnaker"


def test_what_spinnaker_cannot_hold_is_refused_with_what_would_make_it_fit():
    def net(weight=2, delay=1, **given):
        rest = {"threshold": [1, 1], "inputs": [0], "outputs": [1], **given}
        return Network.create(**rest, synapses=[(0, 1, weight, delay)])

    for network, chip, said in (
        (net(-2), make_chip(), "neuron 0 keeps potentials down to -7;.*such as risp-15"),
        (net(leak=0.5), make_chip(floor=0, leak=(0, 0.5)), "which SpiNNaker does not; evolve"),
        (net(threshold=[0, 1]), make_chip(floor=0), r"set neuron.threshold.min .* to 1"),
        (net(), make_chip(integer=False, floor=0), "real numbers.*evolve on an integer chip"),
        (net(40000), make_chip(top=50000, floor=0), "charges of 50000.*adds up 32767"),
        (net(delay=300), make_chip(floor=0, max_delay=300), "delay 300; sPyNNaker takes 256"),
    ):
        with pytest.raises(ExportError, match=said) as caught:
            to_spinnaker(network, chip)
        assert "\n" not in str(caught.value)
