"""The C export: every spike and the final potentials, widths, the example program."""

import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from evosnn.chips import load_chip
from evosnn.errors import ExportError
from evosnn.export import c_size, to_c
from evosnn.export.c.run import WARNINGS, run_c
from evosnn.network import Network
from evosnn.simulation import Stimulus
from evosnn.simulation.reference import run_reference
from tests.export.cases import RELAY, case
from tests.networks import make_chip, random_network

needs_gcc = pytest.mark.skipif(not shutil.which("gcc"), reason="gcc is not installed")


@needs_gcc
@pytest.mark.parametrize(
    ("integer", "count"),
    [
        (True, 20),
        (False, 5),
        pytest.param(True, 200, marks=pytest.mark.slow),
        pytest.param(False, 20, marks=pytest.mark.slow),
    ],
)
def test_networks_run_as_simulated(integer, count):
    exports = [to_c(*case(k, integer=integer), name=f"net{k}") for k in range(count)]
    agreements = run_c(exports)
    assert all(a.exact for a in agreements)
    assert all(a.timesteps == 1000 for a in agreements)
    assert sum(a.compared for a in agreements) > 100 * count


@pytest.mark.parametrize("seeds", [range(3), pytest.param(range(3, 10), marks=pytest.mark.slow)])
def test_golden_runs_are_those_of_the_definition(seeds):
    for k in seeds:
        export = to_c(*case(k))
        golden = export.golden
        stimulus = Stimulus(golden.charge[:200, :, None], golden.event[:200, :, None])
        run = run_reference(export.network, stimulus, export.chip)
        np.testing.assert_array_equal(golden.spikes[:200], run.spikes)


@needs_gcc
def test_a_changed_weight_is_found():
    export = to_c(RELAY, load_chip("risp-7"))
    assert run_c([export])[0].exact
    changed = export.files["snn.c"].replace("    -1, 3,\n", "    -1, 2,\n")
    assert changed != export.files["snn.c"]
    assert run_c([replace(export, files={**export.files, "snn.c": changed})])[0].different > 0


@needs_gcc
@pytest.mark.parametrize("integer", [True, False])
def test_the_example_program_prints_output_spikes(tmp_path, integer):
    network, chip = case(7, integer=integer)
    export = to_c(network, chip)
    program = _build(export, tmp_path)
    golden = export.golden
    lines = [
        f"{t} {i} {float(golden.charge[t, i])!r}" if not integer
        else f"{t} {i} {int(golden.charge[t, i])}"
        for t, i in np.argwhere(golden.event)
    ]  # fmt: skip
    text = "\n".join(["", *reversed(lines)]) + "\n"
    done = subprocess.run([program, "1000"], input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    fired = np.argwhere(golden.spikes[:, network.outputs])
    assert done.stdout.splitlines() == [f"{t} {o}" for t, o in fired]
    assert len(fired) > 0


@needs_gcc
def test_the_example_program_refuses_wrong_lines(tmp_path):
    network = Network.create(threshold=[1, 1], inputs=[0], outputs=[1], synapses=[(0, 1, 7, 2)])
    program = _build(to_c(network, load_chip("risp-7")), tmp_path)

    def run(text, *arguments):
        return subprocess.run(
            [program, *(arguments or ["5"])], input=text, capture_output=True, text=True
        )

    assert run("0 0 3\n0 0 4\n9 0 7\n").stdout == "2 0\n"
    for text, said in (
        ("0 0\n", "line 1: expected"),
        ("0 0 1.5\n", "line 1: expected"),
        ("0 0 1\n0 1 1\n", "line 2: there is no such input"),
        ("-1 0 1\n", "negative"),
        ("0 0 99999999\n", "out of range"),
        ("0 0 30000\n0 0 30000\n", "add up out of range"),
    ):
        done = run(text)
        assert done.returncode == 2
        assert said in done.stderr
    for arguments in (("x",), ("-1",), ("5", "6"), ("",)):
        assert run("", *arguments).returncode == 2
    assert run("", "9223372036854775807").returncode == 1


def _build(export, folder):
    export.write(folder)
    subprocess.run(
        ["gcc", *WARNINGS, "-Wshadow", "-O1", "snn.c", "snn_main.c", "-o", "snn"],
        cwd=folder,
        check=True,
    )
    return str(folder / "snn")


@pytest.mark.parametrize(
    ("top", "floor", "charge", "expected"),
    [
        (7, -7, None, "int16_t"),
        (7, -7, (-40_000, 40_000), "int32_t"),
        (20_000, -20_000, None, "int32_t"),
        (7, None, None, "int32_t"),
        (7, -(2**40), None, "int64_t"),
    ],
)
def test_the_narrowest_proven_type_is_taken(top, floor, charge, expected):
    chip = make_chip(top=top, floor=floor)
    network = random_network(np.random.default_rng(3), chip)
    text = to_c(network, chip, charge=charge).files["snn.h"]
    assert f"typedef {expected} snn_charge;" in text


@needs_gcc
def test_inputs_may_feed_all_that_the_type_leaves_room_for():
    network, chip = case(1)
    header = to_c(network, chip).files["snn.h"]
    low, high = (
        int(header.split(f"SNN_CHARGE_{end} (")[1].split(")")[0]) for end in ("MIN", "MAX")
    )
    assert low < -30_000
    assert high > 30_000
    rng = np.random.default_rng(0)
    charge = rng.choice([low, high, 1], (500, network.inputs.size, 1)).astype(float)
    # The wider stimulus fits the same code: it was not made for it.
    export = to_c(network, chip, charge=(low, high), stimulus=Stimulus(charge))
    narrow = replace(export, files=to_c(network, chip).files)
    assert run_c([narrow])[0].exact


@needs_gcc
@pytest.mark.parametrize("seed", range(8))
def test_what_small_charges_prove_is_not_counted_on_for_large_ones(seed):
    # With charges of 0 to 2, or -2, leaks keep potentials small and most neurons cannot fire.
    chip = make_chip(top=127, floor=(-60, -2)[seed % 2], leak=(0.5, 0.25, 1, 0))
    network = random_network(np.random.default_rng(seed), chip, lowest_threshold=20)
    made = to_c(network, chip, charge=(-2.0 * (seed % 3), 2))
    low, high = (
        int(made.files["snn.h"].split(f"SNN_CHARGE_{end} (")[1].split(")")[0])
        for end in ("MIN", "MAX")
    )
    assert high > 500
    rng = np.random.default_rng(seed)
    charge = rng.choice([low, high, 1, 40], (500, network.inputs.size, 1)).astype(float)
    export = to_c(network, chip, charge=(low, high), stimulus=Stimulus(charge))
    agreement = run_c([replace(export, files=made.files)])[0]
    assert agreement.exact
    assert agreement.compared > 100


@needs_gcc
def test_wide_numbers_and_no_synapses_compile_and_agree():
    chip = make_chip(floor=-(2**40), leak=(0, 2.0**-30, 0.5))
    wide = random_network(np.random.default_rng(5), chip)
    bare = Network.create(threshold=[3], inputs=[0], outputs=[0])
    exports = [to_c(wide, chip, name="wide"), to_c(bare, chip, name="bare")]
    assert all(a.exact for a in run_c(exports))


@needs_gcc
def test_sizes_are_measured():
    if not shutil.which("size"):
        pytest.skip("size (binutils) is not installed")
    network = Network.create(threshold=[1, 1], inputs=[0], outputs=[1], synapses=[(0, 1, 7, 2)])
    size = c_size(to_c(network, load_chip("risp-7")))
    assert size.state == 2 * 2 + 3 + 1  # potentials, ring, slot
    assert 100 < size.code < 2000
    assert size.compiler.startswith("gcc")


def test_what_c_cannot_hold_is_refused_in_a_sentence():
    network, chip = case(1)
    for name in ("int", "9lives", "a b", "While", ""):
        with pytest.raises(ExportError, match="cannot name C or Verilog code"):
            to_c(network, chip, name=name)
    with pytest.raises(ExportError, match="does not fit chip 'risp-7'"):
        to_c(Network.create(threshold=[9], inputs=[0], outputs=[0]), load_chip("risp-7"))
    with pytest.raises(ExportError, match="no outputs"):
        to_c(Network.create(threshold=[1], inputs=[0], outputs=[]), load_chip("risp-7"))
    with pytest.raises(ExportError, match="does not contain 0"):
        to_c(network, chip, charge=(1, 2))
    large = Stimulus(np.full((3, network.inputs.size, 1), 1e4))
    with pytest.raises(ExportError, match="wider charge range"):
        to_c(network, chip, stimulus=large)
    with pytest.raises(ExportError, match="the stimulus has 9 inputs"):
        to_c(network, chip, stimulus=Stimulus(np.zeros((3, 9, 1))))
