"""Verification: each tool that is installed says how far it agrees."""

import shutil

import pytest

import evosnn.export
from evosnn.chips import load_chip
from evosnn.errors import ExportError
from evosnn.export import Agreement, to_c, to_risp, to_verilog, verify, verify_risp
from evosnn.export.common import external_tools
from evosnn.export.common.target import Target, Verifier
from tests.export.cases import RELAY, case


def test_c_is_verified_with_gcc():
    if not shutil.which("gcc"):
        pytest.skip("gcc is not installed")
    (agreement,) = verify(to_c(*case(1)))
    assert agreement.exact
    assert str(agreement).startswith("c in gcc: 2")
    assert "over 1000 timesteps, 0 different" in str(agreement)


@pytest.mark.slow
def test_verilog_is_verified_in_every_tool():
    agreements = verify(to_verilog(*case(7)))
    assert [a.tool for a in agreements] == [
        "iverilog", "iverilog (uart)", "iverilog (spi)", "verilator", "netlist", "bitstream",
    ]  # fmt: skip
    assert all(a.exact or a.skipped for a in agreements)


def test_a_risp_file_is_read_back_and_run():
    chip = load_chip("risp-7")
    text = to_risp(RELAY, chip)
    agreement = verify_risp(text, RELAY, chip)
    assert agreement.exact
    assert agreement.compared > 100
    other = text.replace('"threshold_inclusive": true', '"threshold_inclusive": false')
    assert not verify_risp(other, RELAY, chip).exact


def test_missing_tools_are_said(monkeypatch):
    monkeypatch.setattr(external_tools, "find_tool", lambda name: None)
    agreements = verify(to_verilog(*case(7)))
    assert all("is not installed; it comes with" in a.skipped for a in agreements)
    assert not any(a.exact for a in agreements)
    assert "not run" in str(agreements[0])


def broken_tool(folder, says="cannot map library", status=1):
    path = folder / "broken"
    path.write_text(f"#!/bin/sh\necho 'error: {says}' >&2\nexit {status}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("status", [1, 127, 0], ids=["fails", "cannot start", "says nothing"])
def test_a_broken_tool_ends_no_other_tools_run(monkeypatch, tmp_path, status):
    broken = broken_tool(tmp_path, status=status)
    tools = {"iverilog": broken, "vvp": broken}
    monkeypatch.setattr(external_tools, "find_tool", tools.get)
    agreements = verify(to_verilog(*case(7)))
    assert [a.tool for a in agreements if a.failed] == [
        "iverilog", "iverilog (uart)", "iverilog (spi)",
    ]  # fmt: skip
    assert all(a.failed or "is not installed" in a.skipped for a in agreements)
    assert not any(a.exact or a.wrong for a in agreements)
    lines = [str(a) for a in agreements]
    assert lines[0].startswith("verilog in iverilog: not verified; ")
    assert not any("\n" in line for line in lines)
    if status:
        assert "error: cannot map library" in lines[0]


def test_a_tool_that_is_no_program_or_prints_nonsense_is_one_line(monkeypatch, tmp_path):
    path = tmp_path / "gcc"
    path.write_bytes(b"\x7fELF nonsense")
    path.chmod(0o755)
    monkeypatch.setattr(external_tools, "find_tool", {"gcc": str(path)}.get)
    (agreement,) = verify(to_c(*case(1)))
    assert "gcc cannot be run" in agreement.failed
    monkeypatch.setattr("evosnn.export.c.run.run_tool", lambda *words, **named: "what?\n")
    (agreement,) = verify(to_c(*case(1)))
    assert agreement.failed


def test_whatever_a_verifier_raises_is_one_line():
    def run(export):
        raise AttributeError("module 'numpy' has no attribute 'trapz'\n\nin line 3")

    def require():
        raise ImportError("numpy.core.multiarray failed to import")

    good = Verifier("good", lambda export: Agreement("c", "good", 10, 5))
    verifiers = (Verifier("old", run), Verifier("older", good.run, require), good)
    target = Target(to_c, "C", verifiers=lambda: verifiers)
    old, older, found = target.verify(to_c(*case(1)))
    assert old.failed == "AttributeError: module 'numpy' has no attribute 'trapz' in line 3"
    assert older.failed == "ImportError: numpy.core.multiarray failed to import"
    assert found.exact

    def nothing():
        raise ImportError("no module named 'simulator'")

    (agreement,) = Target(to_c, "C", verifiers=nothing).verify(to_c(*case(1)))
    assert "no module named 'simulator'" in str(agreement)


def test_a_difference_is_not_exact():
    assert Agreement("c", "gcc", 10, 5, 0, 0).exact
    assert Agreement("verilog", "netlist", 10, 5, 0).exact
    assert not Agreement("c", "gcc", 10, 5, 1, 0).exact
    assert not Agreement("c", "gcc", 10, 5, 0, 1).exact


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="cannot be created"):
        to_c(*case(1)).write(tmp_path / "file" / "folder")


def test_public_names_are_listed():
    assert sorted(evosnn.export.__all__, key=str.lower) == sorted(
        {name for name in evosnn.export.__all__ if hasattr(evosnn.export, name)}, key=str.lower
    )
