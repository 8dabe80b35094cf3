"""Every chip of the catalogue loads, is sane, and says where its figures come from."""

import numpy as np
import pytest

from evosnn.chips import Chip, CrossbarModel, check, chip_names, chip_text, load_chip
from evosnn.errors import SpecError
from evosnn.evolution import search_space
from evosnn.hardware import WeightVariation, draw_instances
from evosnn.simulation import simulate
from tests.networks import random_network, random_stimulus


@pytest.fixture(params=chip_names())
def chip(request):
    return load_chip(request.param)


def test_a_chip_has_its_file_s_name_and_sane_ranges(chip):
    assert chip.name in chip_names()
    assert chip.source
    assert len(chip.description) > 20
    neuron, synapse = chip.neuron, chip.synapse
    assert synapse.weight.max > 0
    assert synapse.weight.min < synapse.weight.max or synapse.weight.min == 1
    assert 1 <= synapse.delay.min <= synapse.delay.max <= 300
    assert neuron.threshold.max > 0
    assert 0 < chip.spike_value <= max(abs(synapse.weight.min), synapse.weight.max)
    assert neuron.min_potential is None or neuron.min_potential <= 0
    for limit in chip.limits.model_dump().values():
        assert limit is None or limit >= 1
    if neuron.min_potential is not None and chip.integer:
        assert neuron.min_potential >= -(2**23)


def test_every_figure_that_is_named_exists(chip):
    data = chip.model_dump()
    for field, source in chip.sources.items():
        table, key = field.split(".")
        assert data[table][key] is not None, field
        assert source.text
    for name, cost in chip.costs.items():
        assert name in ("spike", "synaptic_event", "neuron_update", "memory_byte", "timestep")
        assert cost.value > 0
        assert cost.unit in ("fJ", "pJ", "nJ")
        assert cost.source


def test_what_is_not_simulated_is_said_in_sentences(chip):
    for sentence in chip.not_simulated:
        assert sentence[0].isupper() or sentence.startswith("uCaspian")
        assert sentence.endswith(".")


@pytest.mark.parametrize(
    "chip",
    [  # ucaspian and chips of real numbers take kernels compiled for them alone
        pytest.param(
            name,
            marks=[] if load_chip(name).integer and name != "ucaspian" else [pytest.mark.slow],
        )
        for name in chip_names()
    ],
    indirect=True,
)
def test_networks_of_the_chip_fit_it_and_run(chip):
    rng = np.random.default_rng(0)
    low = 1.0 if chip.integer else 0.1
    network = random_network(
        rng, chip, neurons=10, synapses=30, lowest_threshold=low,
        max_delay=int(min(chip.synapse.delay.max, 8)),
    )  # fmt: skip
    assert check(chip, network) == []
    stimulus = random_stimulus(rng, chip, spikes=True)
    instances = draw_instances(
        [network], chip, [WeightVariation(sigma=0.1)], 3, np.random.SeedSequence(0)
    )
    assert simulate([network], stimulus, chip, instances).counts.shape == (1, 2, 3, 5)
    assert search_space(chip, 32).max_neurons > 2


def test_the_chips_that_are_promised_are_there():
    promised = {
        "caspian", "ucaspian", "loihi-1", "loihi-2", "truenorth", "brainscales-2", "dynap-se2",
        "xylo-audio-2", "spinnaker", "memristive-64", "risp-127",
    }  # fmt: skip
    assert promised <= set(chip_names())


def test_a_crossbar_s_off_state_conducts_less():
    with pytest.raises(ValueError, match="on_resistance 5 is not below off_resistance 5"):
        CrossbarModel(rows=1, columns=1, on_resistance=5, off_resistance=5, line_resistance=0)


def test_loihi_s_weights_map_to_even_ones():
    chip = load_chip("loihi-1")
    assert 2 * chip.synapse.weight.min == -256
    assert 2 * chip.synapse.weight.max == 254
    assert 2 * chip.neuron.threshold.max < 2**17
    assert isinstance(chip, Chip)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("leak = [0]", "leak = []", "neuron.leak: tuple should have at least 1 item"),
        ("min = -7, max = 7 }", "min = 0, max = 0 }", "synapse: weight is 0..0; it takes"),
        ("spike_value = 7", "spike_value = true", "'spike_value' takes a number, got true"),
        ("pJ", "J", "costs: spike takes one of fJ, pJ, nJ, uJ, got 'J'"),
        (
            "[costs]\nspike",
            "[costs]\nspikes",
            "costs energy 'spikes'; did you mean 'spike'?",
        ),
        ("value = 2", "value = -2", "costs.spike.value: input should be greater than or equal"),
    ],
)
def test_a_wrong_chip_file_is_one_sentence(before, after, sentence, tmp_path):
    text = chip_text("risp-7") + '\n[costs]\nspike = { value = 2, unit = "pJ", source = "us" }\n'
    (tmp_path / "chip.toml").write_text(text)
    assert load_chip("chip.toml", tmp_path).costs["spike"].value == 2
    assert before in text
    (tmp_path / "chip.toml").write_text(text.replace(before, after))
    with pytest.raises(SpecError) as caught:
        load_chip("chip.toml", tmp_path)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_chip_file_that_is_no_text_is_one_sentence(tmp_path):
    (tmp_path / "chip.toml").write_bytes(b"\xff\xfe\x00junk")
    with pytest.raises(SpecError, match="cannot be read: it is not text"):
        load_chip("chip.toml", tmp_path)
