"""``evosnn export`` as a user runs it: files, folders, what it says, how it ends."""

import json
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from evosnn.chips import load_chip
from evosnn.cli._main import app, main
from evosnn.export import TARGETS, read_subject, to_risp
from evosnn.export.common import external_tools
from evosnn.network import Network

FILE = """
task = "iris"
chip = "risp-127"
population = 30
instances = 2
trials = 4
[stop]
generations = 20
"""
RELAY = Network.create(threshold=[3, 3], inputs=[0], outputs=[1], synapses=[(0, 1, 3, 2)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    base = tmp_path_factory.mktemp("campaigns")
    (base / "iris.toml").write_text(FILE)
    result = call("run", base / "iris.toml", "--out", base / "out", "-q")
    assert result.exit_code == 0, result.output
    return base / "out"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "network.json"
    path.write_text(to_risp(RELAY, load_chip("risp-7")))
    return path


def call(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def mistake(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["evosnn", *map(str, arguments)])
    with pytest.raises(SystemExit) as caught:
        main()
    return caught.value.code, capsys.readouterr().err.strip()


def test_a_target_of_one_file_is_written_to_that_file(folder, tmp_path):
    path = tmp_path / "knee.json"
    result = call("export", folder, "--to", "risp", "-o", path)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[0] == str(path)
    assert "0 different" in result.output
    assert path.read_text() == to_risp(read_subject(folder).network, load_chip("risp-127"))


def test_a_target_of_several_files_fills_a_folder(file, tmp_path):
    out = tmp_path / "deep" / "c"
    result = call("export", file, "--to", "c", "-o", out)
    assert result.exit_code == 0, result.output
    assert sorted(p.name for p in out.iterdir()) == ["snn.c", "snn.h", "snn_main.c"]
    assert "c: Potentials are int16_t" in result.output
    if shutil.which("gcc"):
        assert "bytes of RAM" in result.output
        assert "c in gcc" in result.output
    quiet = call("export", file, "--to", "c", "-o", out, "--no-verify")
    assert "c in gcc" not in quiet.output


def test_several_targets_make_a_folder_to_deploy_from(folder, tmp_path):
    out = tmp_path / "deploy"
    result = call("export", folder, "--to", "verilog,c,risp", "-o", out, "--no-verify")
    assert result.exit_code == 0, result.output
    names = {str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()}
    assert {"README.md", "deployment.json", "golden.json", "snn.risp.json", "c/snn.c",
            "c/snn_coder.c", "c/snn_classify.c", "verilog/snn.v"} <= names  # fmt: skip
    subject = read_subject(folder)
    guide = (out / "README.md").read_text()
    test = subject.figures["test"]
    assert f"{subject.network.key}\n" in guide
    assert f"{test['accuracy']:.4f}" in guide
    for words in ("petal width (cm)", "Encoder `argyle`", "a tie or silence", "2 = virginica"):
        assert words in guide
    assert all(name.rpartition("/")[2] in guide for name in names - {"README.md"})
    numbers = json.loads((out / "deployment.json").read_text())
    assert numbers["network"]["id"] == subject.network.key
    features = numbers["task"]["scaling"]["features"]
    assert [f["low"] for f in features] == subject.task.scaling.low.tolist()
    assert features[1]["inputs"] == [4, 5, 6, 7]


@pytest.mark.skipif(not shutil.which("gcc"), reason="gcc is not installed")
def test_the_deployed_c_answers_the_held_out_samples_as_the_campaign_did(folder, tmp_path):
    out = tmp_path / "deploy"
    call("export", folder, "--to", "c,risp", "-o", out, "--no-verify")
    sources = ["snn.c", "snn_coder.c", "snn_classify.c"]
    subprocess.run(["gcc", "-std=c99", *sources, "-lm", "-o", "snn"], cwd=out / "c", check=True)
    subject = read_subject(folder)
    text = "\n".join(" ".join(map(repr, map(float, row))) for row in subject.features)
    done = subprocess.run([out / "c" / "snn"], input=text, capture_output=True, text=True)
    answers = np.array([int(line.split()[0]) for line in done.stdout.splitlines()])
    labels = subject.task.test.labels
    assert (answers == labels).mean() == subject.figures["test"]["accuracy"]
    samples = json.loads((out / "golden.json").read_text())["samples"]
    assert [s["answer"] for s in samples] == answers[:5].tolist()
    assert [s["class"] for s in samples] == labels[:5].tolist()
    assert samples[0]["features"] == subject.features[0].tolist()


def test_golden_runs_are_those_of_the_example_program(folder, tmp_path):
    if not shutil.which("gcc"):
        pytest.skip("gcc is not installed")
    out = tmp_path / "deploy"
    call("export", folder, "--to", "c,risp", "-o", out, "--no-verify")
    subprocess.run(["gcc", "snn.c", "snn_main.c", "-o", "snn"], cwd=out / "c", check=True)
    golden = json.loads((out / "golden.json").read_text())
    runs = [(32, s) for s in golden["samples"]] + [(100, golden["random"])]
    for timesteps, run in runs:
        text = "\n".join(f"{t} {i} {c}" for t, i, c in run["charges"])
        done = subprocess.run(
            [out / "c" / "snn", str(timesteps)], input=text, capture_output=True, text=True
        )
        found = [[int(word) for word in line.split()] for line in done.stdout.splitlines()]
        assert found == run["spikes"]


@pytest.mark.skipif(
    not all(external_tools.find_tool(t) for t in ("yosys", "nextpnr-ice40", "icepack")),
    reason="yosys and nextpnr-ice40 are not installed",
)
def test_synthesis_writes_a_bitstream_and_says_its_figures(file, tmp_path):
    out = tmp_path / "v"
    result = call(
        "export", file, "--to", "verilog", "-o", out, "--synthesize", "ice40-hx1k", "--no-verify"
    )
    assert result.exit_code == 0, result.output
    assert (out / "snn_ice40-hx1k.bin").stat().st_size == 32_220
    assert "verilog on ice40-hx1k (core):" in result.output
    assert "inferences" in result.output


def test_a_nir_file_is_shown_and_snapped_to_a_chip(tmp_path, monkeypatch, capsys):
    nir = pytest.importorskip("nir", reason="nir is not installed; pip install 'evosnn[nir]'")
    one = np.ones(2, np.float32)
    lif = nir.LIF(tau=one / 1000, r=one, v_leak=0 * one, v_threshold=one)
    nodes = {"input": nir.Input(np.array([2])), "w": nir.Linear(np.eye(2) * 8.5), "n": lif,
             "output": nir.Output(np.array([2]))}  # fmt: skip
    path = tmp_path / "g.nir"
    nir.write(path, nir.NIRGraph(nodes, [("input", "w"), ("w", "n"), ("n", "output")]))
    shown = call("show", path)
    assert shown.exit_code == 0, shown.output
    assert "not named" in shown.output
    data = json.loads(call("show", path, "--json").output)
    assert (data["inputs"], data["outputs"], data["synapse count"]) == (2, 2, 2)
    arguments = (
        "export",
        path,
        "--chip",
        "risp-7",
        "--to",
        "graphml",
        "-o",
        tmp_path / "g.graphml",
    )
    status, said = mistake(monkeypatch, capsys, *arguments)
    assert status == 1
    assert "does not fit chip 'risp-7'" in said
    done = call(*arguments, "--snap")
    assert done.exit_code == 0, done.output
    assert "snapped: leak 0.0999999" in done.output
    assert "of neuron 2 is set to 0" in done.output
    fast = call(*arguments, "--snap", "--dt", "0.001")
    assert "snapped: leak 0.999999" in fast.output
    assert "snapped: weight 8.49999" in fast.output
    status, said = mistake(monkeypatch, capsys, *arguments, "--dt", "0")
    assert (status, "above 0" in said) == (1, True)


def test_broken_tools_stop_no_export(file, tmp_path, monkeypatch, capsys):
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho 'error: cannot map library' >&2\nexit 127\n")
    broken.chmod(0o755)
    names = ("iverilog", "vvp", "yosys", "nextpnr-ice40", "icepack", "gcc", "size")
    monkeypatch.setattr(external_tools, "find_tool", dict.fromkeys(names, str(broken)).get)
    out = tmp_path / "out"
    result = call("export", file, "--to", "risp,c,verilog", "-o", out)
    assert result.exit_code == 0, result.output
    assert "c in gcc: not verified; " in result.output
    assert "verilog in iverilog: not verified; " in result.output
    assert "c: sizes not measured; " in result.output
    assert re.search(r"risp in .*, 0 different", result.output)
    assert (out / "verilog" / "snn.v").stat().st_size
    assert "verilog in iverilog: not verified; " in (out / "README.md").read_text()
    status, said = mistake(monkeypatch, capsys, "verify", file, "--against", out)
    assert status == 1
    assert "gcc, iverilog" in said
    arguments = ("export", file, "--to", "verilog", "-o", tmp_path / "v", "--no-verify")
    status, said = mistake(monkeypatch, capsys, *arguments, "--synthesize", "ice40-hx1k")
    assert status == 1
    assert "cannot map library" in said
    assert (tmp_path / "v" / "snn.v").exists()


def test_help_names_every_target():
    shown = " ".join(call("export", "--help").output.replace("│", " ").split())
    assert f"separated by commas: {', '.join(TARGETS)}" in shown


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["{file}", "--to", "risp,verilgo", "-o", "x"], 2, "did you mean 'verilog'?"),
        (["{file}", "--to", "c,c", "-o", "x"], 2, "target 'c' is named twice"),
        (["{file}", "--to", "c", "--synthesize", "ice40-hx8k", "-o", "x"], 2, "add verilog"),
        (["{file}", "--to", "verilog", "--synthesize", "ice40", "-o", "x"], 2, "unknown device"),
        (["{file}", "--to", "c", "-o", "{file}/x"], 1, "/x' cannot be created"),
        (["{file}", "-o", "/nowhere/x"], 1, "'/nowhere/x' cannot be written"),
        (["nowhere.json", "-o", "x"], 1, "network file 'nowhere.json' cannot be read"),
    ],
)
def test_a_mistake_ends_in_one_sentence(
    file, monkeypatch, capsys, tmp_path, arguments, status, sentence
):
    monkeypatch.chdir(tmp_path)
    got = mistake(monkeypatch, capsys, "export", *[a.format(file=file) for a in arguments])
    assert got[0] == status
    assert sentence in got[1]
    assert got[1].startswith("evosnn: ")
    assert "\n" not in got[1]


def test_a_file_of_a_foreign_processor_is_one_sentence(file, monkeypatch, capsys, tmp_path):
    text = file.read_text()
    for old, new, said in (
        ('"proc_name": "risp"', '"proc_name": "gnp"', "was made for 'gnp'"),
        ('"proc_name": "risp"', '"other": 1', "was made for no named processor"),
        ('"min_potential"', '"min_potentail"', "did you mean 'min_potential'?"),
    ):
        assert old in text
        path = tmp_path / "foreign.json"
        path.write_text(text.replace(old, new))
        status, sentence = mistake(monkeypatch, capsys, "export", path, "-o", tmp_path / "x")
        assert status == 1
        assert said in sentence
        assert "\n" not in sentence


def test_a_nir_graph_becomes_a_starting_network(file, monkeypatch, capsys, tmp_path):
    nir = pytest.importorskip("nir", reason="nir is not installed; pip install 'evosnn[nir]'")
    monkeypatch.delenv("EVOSNN_TOOLS_PYTHON", raising=False)  # readers have tests of their own
    graph, back = tmp_path / "n.nir", tmp_path / "back.json"
    result = call("export", file, "--to", "nir", "-o", graph)
    assert "nir: The graph is exact" in result.output or "approximate" in result.output
    assert call("export", graph, "--to", "risp", "-o", back).exit_code == 0
    assert back.read_text() == file.read_text()
    one = np.ones(1)
    lif = nir.LIF(tau=one * 1e-4, r=one, v_leak=0 * one, v_threshold=one / 2)
    nodes = {"input": nir.Input(one.astype(int)), "w": nir.Linear(np.ones((1, 1))), "n": lif,
             "output": nir.Output(one.astype(int))}  # fmt: skip
    edges = [("input", "w"), ("w", "n"), ("n", "output")]
    nir.write(tmp_path / "other.nir", nir.NIRGraph(nodes=nodes, edges=edges))
    arguments = ["export", tmp_path / "other.nir", "-o", back]
    status, said = mistake(monkeypatch, capsys, *arguments)
    assert (status, "names no chip" in said) == (1, True)
    status, said = mistake(monkeypatch, capsys, *arguments, "--chip", "risp-f")
    assert (status, "has leak 1; the chip takes 0" in said) == (1, True)
    status, said = mistake(monkeypatch, capsys, *arguments, "--chip", "risp-g")
    assert (status, "unknown chip" in said) == (2, True)
    (tmp_path / "chip.toml").write_text(
        'name = "leaky"\ndescription = "d"\nsource = "s"\narithmetic = "float"\nspike_value = 1\n'
        "[neuron]\nthreshold = { min = 0, max = 9 }\nmin_potential = -9\nleak = [1]\n"
        "[synapse]\nweight = { min = -9, max = 9 }\ndelay = { min = 1, max = 9 }\n"
    )
    result = call(*arguments, "--chip", tmp_path / "chip.toml")
    assert result.exit_code == 0, result.output
    assert call("show", back).exit_code == 0


def test_a_campaign_keeps_its_chip(folder, monkeypatch, capsys, tmp_path):
    status, said = mistake(
        monkeypatch, capsys, "export", folder, "--chip", "risp-7", "-o", tmp_path / "x"
    )
    assert status == 2
    assert "--chip is for files" in said
