"""Exports on a disk: found, run as they lie there, and not taken for another network's."""

import json
import shutil

import pytest
import typer
from typer.testing import CliRunner

from evosnn.cli._verify import verify as command
from evosnn.errors import EvosnnError, ExportError
from evosnn.export import (
    TARGETS,
    Subject,
    deployment_files,
    export_subject,
    to_risp,
    verify_against,
    write_files,
)
from evosnn.network import Network
from tests.export.cases import RELAY
from tests.networks import make_chip

CHIP = make_chip(floor=-100_000)  # so low that no golden run meets it
SUBJECT = Subject(RELAY, CHIP, "the tests")
QUICK = ["risp", "graphml"]

pytest.importorskip("nir", reason="nir is not installed; pip install 'evosnn[nir]'")


def deploy(folder, targets, **options):
    exports = [export_subject(SUBJECT, target, **options) for target in targets]
    write_files(deployment_files(SUBJECT, exports), folder)
    return folder


def test_every_target_is_found_in_a_folder_to_deploy_from(tmp_path, monkeypatch):
    monkeypatch.setattr("evosnn.export.common.external_tools.find_tool", lambda name: None)
    monkeypatch.setattr("evosnn.export.simulators.run.find_python", lambda *names: None)
    monkeypatch.setattr("evosnn.export.nir.run.find_python", lambda *names: None)
    targets = [t for t in TARGETS if t != "spinnaker"]  # it holds no inhibition of this network
    agreements = verify_against(SUBJECT, deploy(tmp_path, targets))
    assert {a.target for a in agreements} == set(targets)
    assert [a.target for a in agreements].count("c") == 1
    assert all(a.exact for a in agreements if not a.skipped)
    assert {a.target for a in agreements if not a.skipped} == {
        "risp", "caspian", "ucaspian", "loihi", "graphml", "nir",
    }  # fmt: skip


@pytest.mark.skipif(not shutil.which("gcc"), reason="gcc is not installed")
def test_a_changed_file_is_found(tmp_path):
    folder = deploy(tmp_path, ["c", "risp", "superneuromat", "graphml"], name="relay")
    source = folder / "c" / "relay.c"
    for path, old, new in (
        (source, "    -1, 3,\n", "    -1, 2,\n"),
        (folder / "relay.risp.json", "3.0,\n    2.0", "3.0,\n    3.0"),
        (folder / "relay.graphml", ">2</data>", ">3</data>"),
    ):
        assert all(a.exact for a in verify_against(SUBJECT, path))
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        assert not any(a.exact for a in verify_against(SUBJECT, path))
    assert sum(not a.exact and not a.skipped for a in verify_against(SUBJECT, folder)) == 3


@pytest.mark.skipif(not shutil.which("iverilog"), reason="Icarus Verilog is not installed")
def test_a_changed_circuit_is_found_whatever_its_vectors_say(tmp_path, monkeypatch):
    monkeypatch.setattr("evosnn.export.common.external_tools.shutil.which",
                        lambda name, path=None: f"/usr/bin/{name}" if name in ("iverilog", "vvp")
                        else None)  # fmt: skip
    (tmp_path / "deep").mkdir()
    folder = deploy(tmp_path / "deep", ["verilog", "risp"])
    path = folder / "verilog" / "snn.v"
    (folder / "verilog" / "snn_vectors.hex").write_text("0\n")
    exact = [a.exact for a in verify_against(SUBJECT, path)]
    assert exact == [True, True, True, False, False, False]
    path.write_text(path.read_text().replace("'sd3", "'sd4"))
    assert verify_against(SUBJECT, path)[0].different > 0


def test_files_of_another_network_are_one_sentence(tmp_path):
    other = Network.create(threshold=[3, 2], inputs=[0], outputs=[1], synapses=[(0, 1, 3, 2)])
    folder = deploy(tmp_path, ["c", "risp", "nir", "brian2"])
    for name in ("c/snn.c", "snn.nir", "snn_brian2.py"):
        with pytest.raises(ExportError, match=f"written from network {RELAY.key}, not from"):
            verify_against(Subject(other, CHIP, "x"), folder / name)


def test_damaged_and_foreign_files_are_one_sentence(tmp_path):
    deploy(tmp_path, ["c", "risp", "nir", "graphml"])
    (tmp_path / "notes.txt").write_text("hello")
    damaged = {
        "snn.nir": b"x", "snn.graphml": b"<graphml/>", "snn.risp.json": b'{"Edges": []}',
        "broken.json": b"{", "c/snn.h": b"", "deep.json": b"[" * 100_000,
        "binary.graphml": bytes(range(256)),
    }  # fmt: skip
    for name, content in damaged.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "c" / "snn.c").unlink()
    for name in (*damaged, "notes.txt", "nowhere"):
        with pytest.raises(EvosnnError) as caught:
            verify_against(SUBJECT, tmp_path / name)
        assert "\n" not in str(caught.value)


@pytest.mark.skipif(not shutil.which("gcc"), reason="gcc is not installed")
def test_a_source_that_is_no_text_is_one_sentence(tmp_path):
    source = deploy(tmp_path, ["c", "risp"]) / "c" / "snn.c"
    source.write_bytes(b"\xcd\xff;\n" + source.read_bytes())
    (agreement,) = verify_against(SUBJECT, source)
    assert "gcc failed" in agreement.failed
    assert "\n" not in str(agreement)


def test_numbers_beyond_any_integer_are_one_sentence(tmp_path):
    path = deploy(tmp_path, ["loihi", "risp"]) / "snn.loihi.json"
    tables = json.loads(path.read_text())
    tables["compartments"][0]["threshold_mantissa"] = 10**30
    path.write_text(json.dumps(tables))
    with pytest.raises(ExportError, match="does not contain Loihi tables"):
        verify_against(SUBJECT, path)


@pytest.fixture
def network_file(tmp_path):
    path = tmp_path / "relay.json"
    path.write_text(to_risp(RELAY, CHIP))
    return path


def call(*arguments):
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_the_command_says_what_agrees_and_ends_with_1_if_anything_differs(tmp_path, network_file):
    folder = deploy(tmp_path / "out", QUICK)
    result = call(network_file, "--against", folder)
    assert result.exit_code == 0, result.output
    assert len(result.output.splitlines()) == 2
    assert "0 different" in result.output
    path = folder / "snn.graphml"
    path.write_text(path.read_text().replace(">2</data>", ">3</data>"))
    result = call(network_file, "--against", folder)
    assert isinstance(result.exception, ExportError)
    assert f"1 of 2 runs of '{folder}' differ from network {RELAY.key}" in str(result.exception)


def test_the_command_says_if_nothing_could_be_run(tmp_path, network_file, monkeypatch):
    monkeypatch.setattr("evosnn.export.simulators.run.find_python", lambda *names: None)
    folder = deploy(tmp_path / "out", ["brian2", "risp"])
    result = call(network_file, "--against", folder / "snn_brian2.py")
    assert "pip install brian2" in result.output
    assert "could be run" in str(result.exception)


def test_a_difference_that_the_export_announced_is_told_from_one_that_it_did_not(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("evosnn.export.nir.run.find_python", lambda *names: None)
    low = make_chip(floor=0)  # which inhibition of this network reaches
    source, path = tmp_path / "relay.json", tmp_path / "snn.nir"
    source.write_text(to_risp(RELAY, low))
    export = export_subject(Subject(RELAY, low, "the tests"), "nir")
    assert any("approximate" in note for note in export.notes)
    export.write(tmp_path)
    result = call(source, "--against", path)
    assert result.exit_code == 0, result.output
    (line,) = [line for line in result.output.splitlines() if "not run" not in line]
    assert " 0 different" not in line
    assert line.endswith("as announced: the export is approximate")
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "a") as file:
        file["node/nodes/w_rec/weight"][...] *= 0.5
    result = call(source, "--against", path)
    assert "as announced" not in result.output
    assert "1 of 1 runs" in str(result.exception)


@pytest.mark.parametrize(("neuron", "announced"), [(1, True), (0, False)])
def test_as_many_other_spikes_are_not_those_that_were_announced(
    neuron, announced, tmp_path, monkeypatch
):
    subject = Subject(RELAY, make_chip(floor=0), "the tests")
    export = export_subject(subject, "nir")
    assert export.approximate
    export.write(tmp_path)
    flipped = [neuron, 1]  # first in what lies on the disk, then in what is written anew

    def run(layer, charge):
        spikes = export.golden.spikes.copy()
        spikes[7, flipped.pop(0)] ^= True
        return spikes

    monkeypatch.setattr("evosnn.export.nir.run.run_layer", run)
    monkeypatch.setattr("evosnn.export.nir.run.find_python", lambda *names: None)
    (found,) = (a for a in verify_against(subject, tmp_path / "snn.nir") if not a.skipped)
    assert (found.different, found.announced, found.wrong) == (1, announced, not announced)
