"""``evosnn assess`` as a user runs it."""

import json

import pytest
import typer
from typer.testing import CliRunner

from evosnn.cli._assess import assess
from evosnn.cli._main import app
from evosnn.errors import EvosnnError

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
    assert of_file == of_folder


def test_against_itself_there_is_no_difference(folder, file):
    for other in (file, "knee"):
        data = json.loads(call(folder, "--trials", 4, "--json", "--against", other).output)
        assert {d["mean"] for d in data["against"]["differences"]} == {0.0}
    result = call(folder, "--trials", 4, "--against", file)
    assert "on the same chips" in result.output


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
