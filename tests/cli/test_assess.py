"""``evosnn assess`` as a user runs it."""

import csv
import io
import json
import re

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from evosnn.cli._assess import assess
from evosnn.cli._main import app
from evosnn.errors import EvosnnError
from evosnn.export.common import external_tools

needs_fpga = pytest.mark.skipif(
    not all(external_tools.find_tool(tool) for tool in ("yosys", "nextpnr-ice40", "icepack")),
    reason="yosys and nextpnr-ice40 are not installed",
)

FILE = """
task = "iris"
chip = "risp-127"
population = 16
instances = 4
trials = 8
[stop]
generations = 6
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    base = tmp_path_factory.mktemp("campaigns")
    (base / "iris.toml").write_text(FILE)
    result = CliRunner().invoke(app, ["run", str(base / "iris.toml"), "--out", str(base / "out")])
    assert result.exit_code == 0, result.output
    return base / "out"


@pytest.fixture(scope="module")
def file(folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "knee.json"
    CliRunner().invoke(app, ["export", str(folder), "--to", "risp", "-o", str(path)])
    return path


def call(*arguments):
    alone = typer.Typer()
    alone.command()(assess)
    return CliRunner().invoke(alone, [str(a) for a in arguments])


def test_80_columns_hold_every_table(folder, file, monkeypatch):
    drawn = io.StringIO()
    monkeypatch.setattr("evosnn.cli.terminal.console.console", Console(file=drawn, width=80))
    result = call(folder, "--trials", 4, "--against", file)
    assert result.exit_code == 0, result.output
    assert "campaign's weight-variation as set" in drawn.getvalue()
    assert "\u2026" not in drawn.getvalue()
    assert re.search(r"^Every single fault: .*, worst 0\.\d{3}$", drawn.getvalue(), re.MULTILINE)


def test_the_text_says_all_of_it(folder):
    result = call(folder, "--trials", 4)
    assert result.exit_code == 0, result.output
    for words in ("held-out samples", "weight-variation", "rank 5", "Every single fault",
                  "same answer", "synaptic operations", "Fits chip risp-127"):  # fmt: skip
        assert words in result.output


def test_json_and_a_picture(folder, tmp_path):
    result = call(folder, "--trials", 4, "--json", "-o", tmp_path / "a.svg")
    data = json.loads(result.output)
    assert set(data) == {
        "network", "nominal", "levels", "single_faults", "certified", "costs", "violations",
        "repairs", "crossbar",
    }  # fmt: skip
    assert (tmp_path / "a.svg").read_text().startswith("<?xml")


@pytest.mark.parametrize("task", ["iris", "folder", "iris.toml"])
def test_a_file_gives_what_its_campaign_gives(folder, file, task):
    place = {"iris": "iris", "folder": folder, "iris.toml": folder.parent / "iris.toml"}[task]
    of_file = json.loads(call(file, "--task", place, "--trials", 4, "--json").output)
    of_folder = json.loads(call(folder, "--trials", 4, "--json").output)
    assert of_file.pop("network")["id"] == of_folder.pop("network")["id"]
    own = [level for level in of_folder["levels"] if "campaign's" in level["mechanism"]]
    assert own
    if task == "iris":  # a task's name says nothing of mechanisms
        of_folder["levels"] = of_folder["levels"][: -len(own)]
    assert of_file == of_folder


def test_against_itself_there_is_no_difference(folder, file):
    for other in (file, "knee"):
        data = json.loads(call(folder, "--trials", 4, "--json", "--against", other).output)
        assert {d["mean"] for d in data["against"]["differences"]} == {0.0}
    result = call(folder, "--trials", 4, "--against", file)
    assert "on the same chips" in result.output


@pytest.mark.slow
@needs_fpga
def test_synthesised_figures_are_in_the_text_and_the_json(folder):
    text = call(folder, "--trials", 2, "--synthesize", "ice40-hx8k")
    assert text.exit_code == 0, text.output
    assert "Synthesised for ice40-hx8k (yosys " in text.output
    said = call(folder, "--trials", 2, "--synthesize", "ice40-hx8k", "--against", "knee", "--json")
    data = json.loads(said.output)
    built = data["synthesis"]
    assert built["timesteps"] == 32
    assert built["luts"] <= built["logic_cells"] < 7680
    assert built["inferences_per_second"] == pytest.approx(built["fmax_mhz"] * 1e6 / 32)
    assert data["against"]["synthesis"] == built


@pytest.mark.slow
@needs_fpga
def test_a_front_is_synthesised_on_request(folder):
    whole = json.loads(CliRunner().invoke(app, ["front", str(folder), "--json"]).stdout)["networks"]
    least = min(item["synapses"] for item in whole)  # a large one takes long
    asked = ("front", str(folder), "--limit", f"synapses={least}", "--synthesize", "ice40-hx8k")
    networks = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)["networks"]
    cells = [item["synthesis"]["logic_cells"] for item in networks]
    assert cells
    assert all(cells)
    rows = list(csv.DictReader(io.StringIO(CliRunner().invoke(app, [*asked, "--csv"]).stdout)))
    assert [int(row["logic_cells"]) for row in rows] == cells
    text = CliRunner().invoke(app, asked).stdout
    assert all(f" {n} " in text for n in cells)


def test_a_chip_that_is_no_circuit_gets_a_sentence(folder):
    result = call(folder, "--synthesize", "ice40-hx8k", "--chip", "risp-f")
    assert "'risp-f' computes with real numbers" in str(result.exception)
    result = call(folder, "--synthesize", "ice40")
    assert "did you mean" in str(result.exception)


def test_a_mistake_gets_a_sentence(folder, file):
    for arguments, words in (
        ((file,), "give --task, one of breast-cancer, digits, iris, wine"),
        ((file, "--task", "irs"), "did you mean 'iris'"),
        ((file, "--task", "wine"), "task 'wine' takes"),
        ((folder, "--id", "zzz"), "no network 'zzz'"),
        ((folder, "--chip", "risp-12"), "did you mean"),
        ((folder, "--against", "nothing"), "no network 'nothing'"),
        ((folder.parent / "none.json", "--task", "iris"), "cannot be read"),
    ):
        result = call(*arguments)
        assert isinstance(result.exception, EvosnnError)
        assert words in str(result.exception)


CONTROL = """
task = "cartpole-easy"
chip = "risp-127"
population = 12
instances = 2
trials = 2
episodes = { train = 2, validation = 2, test = 3, steps = 20 }
[stop]
generations = 1
"""


def test_a_control_task_is_assessed_in_closed_loop(tmp_path):
    spec, out = tmp_path / "pole.toml", tmp_path / "pole"
    spec.write_text(CONTROL)
    result = CliRunner().invoke(app, ["run", str(spec), "--out", str(out)])
    assert result.exit_code == 0, result.output
    text = call(out, "--trials", 3, "-o", tmp_path / "a.svg", "--against", out)
    assert text.exit_code == 0, text.output
    for words in ("3 held-out episodes (steps survived, 0 to 20)", "same actions",
                  "Costs of an observation and its action", "Against "):  # fmt: skip
        assert words in text.output
    assert "steps survived" in (tmp_path / "a.svg").read_text()
    data = json.loads(call(out, "--trials", 3, "--json").output)
    file = tmp_path / "knee.json"
    CliRunner().invoke(app, ["export", str(out), "--to", "risp", "-o", str(file)])
    again = json.loads(call(file, "--task", spec, "--trials", 3, "--json").output)
    assert 0 < data["nominal"]["score"] <= 20
    assert again.pop("network")["id"] == data.pop("network")["id"]
    assert again == data
    for kind, more in (("network", ["--critical"]), ("resilience", ["--trials", "2"])):
        drawn = ["plot", str(out), "--kind", kind, *more, "-o", str(tmp_path / "p.svg")]
        assert CliRunner().invoke(app, drawn).exit_code == 0
