"""Synthesis for iCE40: the netlist does the same, figures are read, misfits are sentences."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from evosnn.chips import load_chip
from evosnn.errors import ExportError, SpecError
from evosnn.export import (
    DEVICES,
    require_synthesis,
    synthesize,
    to_c,
    to_verilog,
)
from evosnn.export.common import external_tools
from evosnn.export.fpga import build
from evosnn.export.fpga.bitstream import run_bitstream
from evosnn.export.fpga.netlist import run_netlist
from evosnn.network import Network
from evosnn.simulation import Stimulus
from tests.export.cases import RELAY, case
from tests.networks import make_chip, random_network

needs_fpga = pytest.mark.skipif(
    not all(external_tools.find_tool(tool) for tool in ("yosys", "nextpnr-ice40", "icepack")),
    reason="yosys and nextpnr-ice40 are not installed",
)


@pytest.mark.slow
@needs_fpga
@pytest.mark.skipif(not shutil.which("iverilog"), reason="Icarus Verilog is not installed")
def test_the_synthesised_netlist_runs_as_simulated():
    exports = [to_verilog(*case(k), name=f"net{k}") for k in (7, 13)]
    exports.append(to_verilog(*case(16), name="net16", core="streamed"))
    agreements = run_netlist(exports)
    assert all(a.exact for a in agreements)
    assert all(a.compared > 20 for a in agreements)


@needs_fpga
@pytest.mark.skipif(not shutil.which("iverilog"), reason="Icarus Verilog is not installed")
def test_floors_below_small_sums_are_kept_by_the_netlist():
    # Yosys 0.23 made wrong cells of all of these while sums were compared with negative numbers.
    exports = []
    for seed, floor in ((2, -1), (5, -2), (12, -3)):
        rng = np.random.default_rng(seed)
        chip = make_chip(top=3, floor=floor, max_delay=2, leak=(0,))
        network = random_network(rng, chip, neurons=3, synapses=6, inputs=2)
        fed = Stimulus(rng.integers(0, 4, (200, 2, 1)).astype(np.float64))
        exports.append(to_verilog(network, chip, name=f"net{seed}", stimulus=fed))
    agreements = run_netlist(exports, clocks=400)
    assert all(a.exact for a in agreements)
    assert all(a.compared > 50 for a in agreements)


@pytest.mark.slow
@needs_fpga
@pytest.mark.skipif(
    not (shutil.which("iverilog") and shutil.which("icebox_vlog")),
    reason="Icarus Verilog and IceStorm are not installed",
)
def test_the_bitstream_runs_as_simulated():
    exports = [to_verilog(*case(k), name=f"net{k}") for k in (7, 13)]
    exports.append(to_verilog(*case(16), name="net16", core="streamed"))
    agreements = run_bitstream(exports)
    assert all(a.exact for a in agreements)
    assert all(a.compared > 100 for a in agreements)
    relay = to_verilog(RELAY, make_chip())
    core = relay.text("snn.v").replace(">= ", "> ")
    harmed = replace(relay, files={**relay.files, "snn.v": core})
    assert run_bitstream([harmed])[0].different > 0


@needs_fpga
def test_a_bitstream_that_cannot_be_built_is_skipped_in_a_sentence(monkeypatch):
    export = to_verilog(*case(13))
    small = replace(DEVICES["ice40-hx1k"], pins=20)
    monkeypatch.setitem(DEVICES, "ice40-hx1k", small)
    assert "pins, ice40-hx1k has 20" in run_bitstream([export], device="ice40-hx1k")[0].skipped
    small = replace(small, pins=95, logic_cells=20)
    monkeypatch.setitem(DEVICES, "ice40-hx1k", small)
    assert "take a larger device" in run_bitstream([export], device="ice40-hx1k")[0].skipped


@needs_fpga
def test_figures_are_measured():
    export = to_verilog(*case(6, neurons=5, synapses=20))
    report = synthesize(export, "ice40-hx1k", timesteps=20)
    assert report.top == "core"
    assert 20 < report.luts < 300
    assert report.luts <= report.logic_cells < 1280
    assert report.flip_flops > 0
    assert report.brams == 0
    assert 20 < report.fmax_mhz < 300
    assert report.inferences_per_second == pytest.approx(report.fmax_mhz * 1e6 / 20)
    assert len(report.bitstream) == 32_220
    assert report.tools[0].startswith("yosys ")
    assert report.tools[1].startswith("nextpnr-ice40 ")
    assert synthesize(export, "ice40-hx1k", timesteps=20) == report
    data = json.loads(json.dumps(report.as_data()))
    assert data["luts"] == report.luts
    assert data["inferences_per_second"] == report.inferences_per_second
    assert "bitstream" not in data


@pytest.mark.slow
@needs_fpga
def test_a_core_with_too_many_ports_goes_behind_the_serial_line():
    chip = make_chip()
    network = random_network(np.random.default_rng(0), chip, neurons=12, inputs=8, synapses=20)
    export = to_verilog(network, chip, core="streamed")
    with pytest.raises(ExportError, match="46 pins, ice40-up5k 39"):
        synthesize(export, "ice40-up5k", top="core")
    report = synthesize(export, "ice40-up5k")
    assert report.top == "uart"
    assert synthesize(export, "ice40-up5k", top="spi").top == "spi"


@needs_fpga
def test_a_design_that_does_not_fit_is_one_sentence(monkeypatch):
    small = replace(DEVICES["ice40-hx1k"], logic_cells=20)
    monkeypatch.setitem(DEVICES, "ice40-hx1k", small)
    with pytest.raises(ExportError, match=r"look-up tables, ice40-hx1k has 20; take a larger"):
        synthesize(to_verilog(*case(13)), "ice40-hx1k")


@needs_fpga
def test_a_design_that_finds_no_place_is_one_sentence(monkeypatch):
    def run_tool(command, folder):
        if command[0] == "nextpnr-ice40":
            raise ExportError("nextpnr-ice40 failed (status 255): Unable to find legal placement")
        return external_tools.run_tool(command, folder)

    monkeypatch.setattr(build, "run_tool", run_tool)
    with pytest.raises(ExportError, match=r"do not fit on ice40-hx1k.*take a larger device"):
        synthesize(to_verilog(*case(13)), "ice40-hx1k")


@needs_fpga
def test_a_network_whose_outputs_cannot_fire_is_no_circuit():
    network = Network.create(threshold=[1, 9], inputs=[0], outputs=[1], synapses=[(0, 1, -2, 1)])
    with pytest.raises(ExportError, match="outputs can ever fire; no circuit is left"):
        synthesize(to_verilog(network, make_chip(top=9)))


def test_missing_tools_are_named_with_what_to_install(monkeypatch):
    export = to_verilog(*case(1))
    monkeypatch.setattr(external_tools, "find_tool", lambda name: None)
    with pytest.raises(ExportError, match=r"'yosys' is not installed.*evosnn\[fpga\]"):
        synthesize(export)


def test_wrong_arguments_are_one_sentence():
    export = to_verilog(*case(1))
    with pytest.raises(ExportError, match="did you mean 'ice40-hx8k'"):
        synthesize(export, "ice40-hx8")
    with pytest.raises(ExportError, match="timesteps is 0"):
        synthesize(export, timesteps=0)
    with pytest.raises(ExportError, match="a c export cannot be synthesised"):
        synthesize(to_c(*case(1)))
    with pytest.raises(SpecError, match="did you mean 'ice40-hx1k'"):
        require_synthesis(load_chip("risp-7"), "ice40-hx1")
    with pytest.raises(ExportError, match="'risp-f' computes with real numbers"):
        require_synthesis(load_chip("risp-f"), "ice40-hx1k")
