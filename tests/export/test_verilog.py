"""The Verilog export in Icarus Verilog and Verilator: every spike and the final potentials."""

import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from evosnn.chips import load_chip
from evosnn.errors import ExportError
from evosnn.export import UNROLLED_SYNAPSES, to_verilog
from evosnn.export.verilog.run import run_host, run_iverilog, run_verilator
from evosnn.network import Network
from tests.export.cases import RELAY, case
from tests.networks import make_chip, random_network

needs_iverilog = pytest.mark.skipif(
    not shutil.which("iverilog"), reason="Icarus Verilog is not installed"
)
needs_verilator = pytest.mark.skipif(
    not shutil.which("verilator"), reason="Verilator is not installed"
)


def _exports(count, core):
    return [to_verilog(*case(k), name=f"net{k}", core=core) for k in range(count)]


@needs_iverilog
@pytest.mark.parametrize(
    ("core", "count"),
    [
        ("parallel", 20),
        ("streamed", 5),
        pytest.param("parallel", 200, marks=pytest.mark.slow),
        pytest.param("streamed", 25, marks=pytest.mark.slow),
    ],
)
def test_networks_run_as_simulated(core, count):
    agreements = run_iverilog(_exports(count, core))
    assert all(a.exact for a in agreements)
    assert all(a.timesteps == 1000 for a in agreements)
    assert sum(a.compared for a in agreements) > 100 * count


@needs_verilator
@pytest.mark.parametrize("count", [2, pytest.param(10, marks=pytest.mark.slow)])
def test_verilator_agrees_and_finds_nothing_to_warn_of(count):
    exports = [
        to_verilog(*case(k), name=f"net{k}", core=("parallel", "streamed")[k % 2])
        for k in range(30, 30 + count)
    ]
    agreements = run_verilator(exports)
    assert all(a.exact for a in agreements)
    assert sum(a.compared for a in agreements) > 50 * count


@needs_iverilog
@pytest.mark.parametrize("host", ["uart", "spi"])
def test_a_host_hears_what_was_simulated(host):
    exports = [
        to_verilog(*case(k), name=f"net{k}", core=("parallel", "streamed")[k % 2])
        for k in range(10)
    ]
    # ten outputs and inputs take two bytes, charges over 8 bits two more
    chip = make_chip(top=300, floor=-300)
    wide = random_network(
        np.random.default_rng(1), chip, neurons=20, synapses=60, inputs=10, outputs=10
    )
    agreements = run_host([*exports, to_verilog(wide, chip, name="wide")], host)
    assert all(a.exact for a in agreements)
    assert agreements[-1].compared == 60 * 2 + 2 * 20 + 2


@needs_verilator
@pytest.mark.parametrize("host", ["uart", "spi"])
def test_a_wrapper_passes_lint(tmp_path, host):
    for core in ("parallel", "streamed"):
        to_verilog(*case(1), core=core).write(tmp_path)
        files = [f"snn_{host}.v", "snn.v"]
        done = subprocess.run(
            ["verilator", "--lint-only", "-Wall", "--top-module", f"snn_{host}", *files],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr


@needs_iverilog
@pytest.mark.parametrize("core", ["parallel", "streamed"])
def test_a_changed_constant_is_found(core):
    export = to_verilog(RELAY, load_chip("risp-7"), core=core)
    text = export.files["snn.v"]
    for old, new in (("'sd3", "'sd4"), ("'sd1", "'sd2"), (">= ", "> ")):
        assert old in text
        files = {**export.files, "snn.v": text.replace(old, new)}
        assert run_iverilog([replace(export, files=files)])[0].different > 0


@needs_iverilog
def test_edges_agree():
    chip = make_chip(floor=-(2**40), leak=(0, 2.0**-30, 0.5), top=1)
    nets = {
        "wide": random_network(np.random.default_rng(5), chip, lowest_threshold=-1.0),
        "bare": Network.create(threshold=[1], inputs=[0], outputs=[0]),
        "lone": Network.create(threshold=[0, 1, 0], inputs=[0], outputs=[1, 2], leak=[0.5, 0, 0]),
        "loop": Network.create(threshold=[0], inputs=[0], outputs=[0], synapses=[(0, 0, 0, 15)]),
    }
    exports = [
        to_verilog(net, chip, name=f"{name}_{core}", core=core)
        for name, net in nets.items()
        for core in ("parallel", "streamed")
    ]
    assert all(a.exact for a in run_iverilog(exports))


def test_large_networks_are_streamed_and_the_reason_is_given():
    network, chip = case(3, neurons=30, synapses=UNROLLED_SYNAPSES + 1)
    export = to_verilog(network, chip)
    assert "401 synapses, more than 400, are too many to unroll" in export.notes[0]
    assert export.facts["clocks_per_timestep"] > 100
    small = to_verilog(*case(3))
    assert small.facts["clocks_per_timestep"] == 1
    assert "a timestep a clock" in small.notes[0]


def test_the_same_network_gives_the_same_files():
    assert to_verilog(*case(4)).files == to_verilog(*case(4)).files


def test_what_verilog_cannot_hold_is_refused_in_a_sentence():
    network, chip = case(1, integer=False)
    with pytest.raises(ExportError, match="takes an integer chip"):
        to_verilog(network, chip)
    net = Network.create(threshold=[1], inputs=[0], outputs=[0])
    with pytest.raises(ExportError, match="auto, parallel or streamed"):
        to_verilog(net, load_chip("risp-7"), core="both")
    with pytest.raises(ExportError, match="cannot name"):
        to_verilog(net, load_chip("risp-7"), name="module")
