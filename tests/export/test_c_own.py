"""C of a chip's own arithmetic: every spike and the final potentials of every chip there is."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from evosnn.chips import chip_names, load_chip
from evosnn.errors import ExportError
from evosnn.export import to_c
from evosnn.export.c.run import run_c
from evosnn.export.common.chip_bounds import own_ranges
from evosnn.export.common.plan import own_rules
from evosnn.network import Network
from evosnn.simulation import Stimulus
from evosnn.simulation.reference import run_reference
from tests.export.own_cases import catalogue_case, own_case
from tests.networks import make_chip

needs_gcc = pytest.mark.skipif(not shutil.which("gcc"), reason="gcc is not installed")


@needs_gcc
@pytest.mark.parametrize("seeds", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_networks_of_every_chip_run_as_simulated(seeds):
    exports = [
        to_c(*catalogue_case(name, seed), name=f"net{k}x{seed}")
        for k, name in enumerate(chip_names())
        for seed in range(seeds)
    ]
    agreements = run_c(exports)
    assert all(a.exact for a in agreements)
    assert sum(bool(own_rules(e.network, e.chip)) for e in exports) > 6 * seeds
    assert sum(a.compared for a in agreements) > 200 * len(exports)


@needs_gcc
@pytest.mark.parametrize(
    ("integer", "count"),
    [
        (True, 20),
        (False, 5),
        *(pytest.param(*case, marks=pytest.mark.slow) for case in ((True, 60), (False, 20))),
    ],
)
def test_rules_in_every_combination_run_as_simulated(integer, count):
    exports = [to_c(*own_case(k, integer=integer), name=f"net{k}") for k in range(count)]
    wrong = [(k, a) for k, a in enumerate(run_c(exports)) if not a.exact]
    assert wrong == []
    assert sum(e.golden.spikes.sum() for e in exports) > 100 * count


@pytest.mark.parametrize("integer", [True, False])
def test_golden_runs_are_those_of_the_definition(integer):
    for seed in range(10):
        export = to_c(*own_case(seed, integer=integer))
        golden = export.golden
        stimulus = Stimulus(golden.charge[:150, :, None], golden.event[:150, :, None])
        run = run_reference(export.network, stimulus, export.chip)
        np.testing.assert_array_equal(golden.spikes[:150], run.spikes)


@needs_gcc
def test_thresholds_below_0_lift_potentials_above_the_ceiling_within_the_ranges():
    chip = make_chip(inclusive=False)
    rules = {"reset": "subtract", "fires_on": "potential", "max_spikes": 4, "max_potential": 10}
    chip = chip.model_copy(update={"neuron": chip.neuron.model_copy(update=rules)})
    network = Network.create(threshold=[-3.0], leak=[0.0], inputs=[0], outputs=[0], synapses=[])
    run = run_reference(network, Stimulus(np.zeros((3, 1, 1))), chip)
    assert run.potential[:, 0].tolist() == [12, 22, 22]
    found = own_ranges(network, chip, (0.0, 5.0))
    assert (found.rest[1].tolist(), found.peak[1].tolist()) == ([22], [27])


def test_a_changed_rule_is_found():
    export = to_c(*catalogue_case("xylo-audio-2", 1))
    source = export.files["snn.c"]
    for old, new in (
        ("(lost == 0u) || ", ""),
        ("potential = (snn_charge)(potential - threshold[i]);", "potential = 0;"),
        ("gathered = leaked(gathered, 2u);", "gathered = leaked(gathered, 3u);"),
    ):
        assert old in source
        changed = {**export.files, "snn.c": source.replace(old, new)}
        assert run_c([replace(export, files=changed)])[0].different > 0


def test_what_c_cannot_compute_exactly_is_refused_in_a_sentence():
    def refused(message, chip, share=0.0, **rules):
        neuron = chip.neuron.model_copy(update={"leak": (share,), **rules})
        network = Network.create(threshold=[3], leak=[share], inputs=[0], outputs=[0])
        with pytest.raises(ExportError, match=message):
            to_c(network, chip.model_copy(update={"neuron": neuron}))

    whole, real = make_chip(), make_chip(integer=False)
    refused("not a multiple of", whole, 0.3, resolution=0.5)
    refused("and 1 is not a multiple of that", whole, 0.5, resolution=0.3)
    refused("not a whole number of the chip's steps", whole, 0.3, leak_rule="subtract")
    refused("a half-life of 1.94", whole, 0.3, leak_rule="half-life")
    refused("half-lives of real numbers", real, 0.5, leak_rule="half-life")
    refused("real weights in steps of 0.5", real, 0.5, resolution=0.5)
    refused("subtracts it, in real numbers", real, reset="subtract", threshold_inclusive=False)
    refused("64 bits do not hold", whole, reset="subtract", min_potential=-(2.0**70))


def test_the_header_says_the_chip_s_rules():
    said = " ".join(to_c(*catalogue_case("truenorth", 1)).files["snn.h"].replace(" *", "").split())
    assert "loses its leak, a fixed amount" in said
    assert said.index("loses its leak") < said.index("fires if its potential has reached")
    caspian = load_chip("caspian")
    bare = Network.create(threshold=[3], inputs=[0], outputs=[0])
    assert "shows its spike one timestep later" in to_c(bare, caspian).files["snn.h"].replace(
        "\n *", ""
    )
