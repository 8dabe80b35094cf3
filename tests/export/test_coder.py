"""The encoder and decoder in C: every charge and every answer as EvoSNN's own."""

import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from evosnn.chips import load_chip
from evosnn.errors import ExportError
from evosnn.export import coder_files, to_c
from evosnn.export.c.run import WARNINGS
from evosnn.network import Network
from evosnn.simulation import simulate
from evosnn.tasks import (
    ArgyleEncoder,
    DirectEncoder,
    FirstSpikeDecoder,
    FirstSpikeEncoder,
    FlipFlopEncoder,
    MostSpikesDecoder,
    PoissonEncoder,
    RateEncoder,
    build_task,
    load_dataset,
)
from tests.networks import random_network

needs_gcc = pytest.mark.skipif(not shutil.which("gcc"), reason="gcc is not installed")

_CASES = [
    ("iris", ArgyleEncoder(), MostSpikesDecoder(), "risp-127"),
    ("iris", ArgyleEncoder(neurons=3, max_spikes=5, interval=1), FirstSpikeDecoder(), "risp-7"),
    ("iris", FlipFlopEncoder(bins=5, max_spikes=3, interval=2), MostSpikesDecoder(), "risp-127"),
    ("wine", FlipFlopEncoder(), FirstSpikeDecoder(), "risp-f"),
    ("wine", RateEncoder(max_spikes=7, pair=True), MostSpikesDecoder(), "risp-7"),
    ("breast-cancer", RateEncoder(), FirstSpikeDecoder(), "risp-127"),
    ("iris", FirstSpikeEncoder(), MostSpikesDecoder(), "risp-127"),
    ("wine", FirstSpikeEncoder(first=3, last=9, silent_below=0.2), FirstSpikeDecoder(), "risp-7"),
    ("iris", DirectEncoder(scale=1.7), MostSpikesDecoder(), "risp-127"),
    ("wine", DirectEncoder(scale=0.4), FirstSpikeDecoder(), "risp-f"),
]
_PRINTER = """
#include <stdio.h>
#include <stdlib.h>
#include "snn_coder.h"
int main(void)
{
    static snn_state state;
    double features[SNN_FEATURES];
    snn_amount amounts[SNN_INPUTS];
    snn_charge charge[SNN_INPUTS];
    char word[64];
    for (;;) {
        for (uint32_t f = 0u; f < SNN_FEATURES; ++f) {
            if (scanf("%63s", word) != 1) {
                return 0;
            }
            features[f] = strtod(word, NULL);
        }
        snn_encode(features, amounts);
        for (uint32_t t = 0u; t < SNN_TIMESTEPS; ++t) {
            snn_charges(amounts, t, charge);
            for (uint32_t i = 0u; i < SNN_INPUTS; ++i) {
                (void)printf("%a ", (double)charge[i]);
            }
        }
        (void)printf("%d\\n", snn_classify(&state, features));
    }
}
"""


def _samples(data):
    """Every sample of a data set, and some with missing values and values out of range."""
    odd = data.x[:5].copy()
    odd[0, 0] = np.nan
    odd[1] = np.nan
    odd[2] = 1e6
    odd[3] = -1e6
    return np.concatenate([data.x, odd])


def _build(folder, network, chip, task, *sources):
    charge = (0, 2 * chip.spike_value)
    files = {**to_c(network, chip, charge=charge).files, **coder_files(task, network, chip)}
    for name, text in files.items():
        (folder / name).write_text(text)
    for name in sources:
        command = ["gcc", *WARNINGS, "-Wshadow", "-O1", "snn.c", "snn_coder.c", f"{name}.c"]
        subprocess.run([*command, "-lm", "-o", name], cwd=folder, check=True)


def _telling(task, chip, stimulus):
    """A random network that tells these samples apart, and its answers."""
    n = task.n_inputs + task.n_outputs + 3
    for seed in range(100):
        network = random_network(
            np.random.default_rng(seed), chip, neurons=n, synapses=4 * n, inputs=task.n_inputs,
            outputs=task.n_outputs, max_delay=4,
        )  # fmt: skip
        answers = task.decoder.decide(simulate([network], stimulus, chip))[0, 0]
        if len(set(answers.tolist())) > 2:
            return network, answers
    raise AssertionError("no random network tells the samples apart")


def _task(name, encoder, decoder, chip):
    return build_task(name, encoder=encoder, decoder=decoder, timesteps=24, chip=chip, seed=3)


@needs_gcc
@pytest.mark.parametrize(("name", "encoder", "decoder", "chip"), _CASES)
def test_c_encodes_and_decodes_as_evosnn_does(tmp_path, name, encoder, decoder, chip):
    chip = load_chip(chip)
    task = _task(name, encoder, decoder, chip)
    x = _samples(load_dataset(name))
    stimulus = encoder.encode(
        task.scaling.apply(x), timesteps=24, spike_value=chip.spike_value, integer=chip.integer,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    network, answers = _telling(task, chip, stimulus)
    (tmp_path / "printer.c").write_text(_PRINTER)
    _build(tmp_path, network, chip, task, "printer")
    text = "\n".join(" ".join(repr(float(v)) for v in row) for row in x)
    done = subprocess.run(
        [tmp_path / "printer"], input=text, capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in done.stdout.splitlines()]
    charge = np.array([[float.fromhex(word) for word in row[:-1]] for row in rows])
    charge = charge.reshape(-1, 24, task.n_inputs)
    np.testing.assert_array_equal(charge, stimulus.charge.transpose(2, 0, 1))
    if chip.integer:
        assert [int(row[-1]) for row in rows] == answers.tolist()
    else:  # real charges are added in another order than the vector simulator's
        assert np.mean([int(r[-1]) == a for r, a in zip(rows, answers, strict=True)]) > 0.99


@needs_gcc
def test_the_classifier_reads_lines_and_names_classes(tmp_path):
    chip = load_chip("risp-127")
    task = _task("iris", ArgyleEncoder(), MostSpikesDecoder(), chip)
    network = Network.create(
        threshold=np.ones(19), inputs=range(16), outputs=[16, 17, 18], synapses=[(8, 16, 5, 1)]
    )
    _build(tmp_path, network, chip, task, "snn_classify")

    def run(text):
        return subprocess.run(
            [tmp_path / "snn_classify"], input=text, capture_output=True, text=True
        )

    done = run("5.1,3.5, 1.4 0.2\n6 3 6.9 2\n")
    assert done.stdout == "0 setosa\n-1 no answer\n"
    for text in ("1 2 3\n", "1 2 3 4 5\n", "a b c d\n", "\n"):
        assert run(text).returncode == 2
        assert "line 1: expected 4 numbers" in run(text).stderr


def test_names_are_safe_in_c():
    chip = load_chip("risp-7")
    task = _task("iris", RateEncoder(), MostSpikesDecoder(), chip)
    odd = replace(task, name="*/ x", feature_names=("*/", "ä", "b", "c"),
                  class_names=('"', "\\", "??/"))  # fmt: skip
    network = Network.create(threshold=np.ones(7), inputs=range(4), outputs=[4, 5, 6])
    files = coder_files(odd, network, chip)
    assert r'"\042"' in files["snn_coder.c"]
    assert r'"\134"' in files["snn_coder.c"]
    assert all(text.isascii() and text.count("/*") == text.count("*/") for text in files.values())


def test_a_random_encoder_is_refused_in_a_sentence():
    chip = load_chip("risp-7")
    task = _task("iris", PoissonEncoder(), MostSpikesDecoder(), chip)
    network = Network.create(threshold=np.ones(7), inputs=range(4), outputs=[4, 5, 6])
    with pytest.raises(ExportError, match="'poisson' draws at random"):
        coder_files(task, network, chip)
