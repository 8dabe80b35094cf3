"""Every command as a user runs it: what it prints, what it writes, how it ends."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from itertools import pairwise

import pytest
from rich.console import Console
from typer.testing import CliRunner

from evosnn.campaign import Campaign, change_spec
from evosnn.cli._main import app, main
from evosnn.cli.terminal.measuring import open_campaign
from evosnn.cli.terminal.tables import figure, front_table, next_commands
from evosnn.errors import StoreError

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


def call(*arguments, monkeypatch=None):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def mistake(monkeypatch, capsys, *arguments):
    """Run the whole program and return its exit status and what it said."""
    monkeypatch.setattr(sys, "argv", ["evosnn", *map(str, arguments)])
    with pytest.raises(SystemExit) as caught:
        main()
    captured = capsys.readouterr()
    return caught.value.code, captured.err.strip()


def test_run_shows_the_front_and_what_to_do_next(folder, tmp_path):
    (tmp_path / "iris.toml").write_text(FILE)
    result = call("run", tmp_path / "iris.toml", "--out", tmp_path / "out", "--generations", 3)
    assert result.exit_code == 0
    for words in ("generation 3", "Stopped: the generations asked for are done", "Pareto front",
                  "test", "chips", "★", "evosnn plot", "evosnn export"):  # fmt: skip
        assert words in result.output


def test_a_narrow_terminal_loses_whole_columns_and_never_digits(folder):
    campaign = Campaign.load(folder)
    headers = [str(c.header) for c in front_table(campaign, width=1000).columns]
    narrow = front_table(campaign, width=66)
    assert [str(c.header) for c in narrow.columns] == headers[:-2]
    assert narrow.caption.startswith("Too wide for this terminal: chips p05, chips worst.")
    for width in (66, 32, 20):
        drawn = io.StringIO()
        Console(file=drawn, width=width).print(front_table(campaign, width=width))
        assert "\u2026" not in drawn.getvalue()


@pytest.mark.parametrize(
    ("stopped", "option"),
    [("GENERATIONS", " --generations 12 "), ("TIME", " --time-limit 60 "), ("INTERRUPTED", " "),
     ("TARGET", None)],
)  # fmt: skip
def test_a_run_ends_with_the_command_that_goes_on(stopped, option, folder, tmp_path):
    place = tmp_path / "the out"
    shutil.copytree(folder, place)
    campaign = Campaign.load(place)
    campaign.spec = change_spec(campaign.spec, {"stop.time": 30})
    campaign.store.set_meta("stopped", stopped)
    told = str(next_commands(place, campaign))
    assert ("(continue the search)" in told) == (option is not None)
    assert option is None or f"evosnn run '{place}'{option}" in told


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", ""),
        ("require = { accuracy = 0.995 }", "No network has accuracy 0.995, which is required."),
        (
            "linear_starts = false\nvariation = { means = 0.0 }\nseed = 3",
            "No network has accuracy 0.336, which is required to beat a constant answer.",
        ),
    ],
)
def test_a_front_without_what_is_required_says_so(more, said, tmp_path):
    few = FILE.replace("generations = 6", "generations = 0").replace("[stop]", f"{more}\n[stop]")
    (tmp_path / "a.toml").write_text(few.replace("population = 16", "population = 4"))
    told = call("run", tmp_path / "a.toml", "--out", tmp_path / "out").output
    assert said in told
    assert ("No network" in told) == bool(said)


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [("accuracy", 1.0, "1.000"), ("accuracy", 0.5, "0.500"), ("synapses", 3, "3"),
     ("energy", 693.952, "694.0"), ("latency", 32.0, "32"), ("spikes", 2.25, "2.250")],
)  # fmt: skip
def test_scores_have_three_places_and_counts_none(name, value, written):
    assert figure(name, value) == written


def test_what_goes_to_a_pipe_is_not_cut_to_a_terminals_width(folder):
    run = [sys.executable, "-m", "evosnn", "front", str(folder)]
    environment = {**os.environ, "COLUMNS": "40"}
    told = subprocess.run(run, capture_output=True, text=True, env=environment, check=True)
    assert "worst" in told.stdout
    assert "\u2026" not in told.stdout


def test_a_front_of_control_says_that_expected_scores_are_shares_of_returns(tmp_path):
    (tmp_path / "cartpole.toml").write_text(
        'task = "cartpole-easy"\nchip = "risp-127"\npopulation = 6\ninstances = 1\ntrials = 2\n'
        "episodes = { train = 2, validation = 2, test = 3, steps = 50 }\n"
        "stop = { generations = 1 }\n"
    )
    told = call("run", tmp_path / "cartpole.toml", "--out", tmp_path / "out").output
    assert "expected: estimate for unseen episodes" in told
    assert "shares of the range from 0 to 50." in told


def test_run_on_a_folder_goes_on(tmp_path, folder):
    (tmp_path / "iris.toml").write_text(FILE)
    out = tmp_path / "out"
    assert call("run", tmp_path / "iris.toml", "--out", out, "-q").exit_code == 0
    assert call("run", out, "--generations", 9, "-q").exit_code == 0
    assert json.loads(call("status", out, "--json").output)["generation"] == 9


def test_front_json_has_the_documented_form(folder):
    data = json.loads(call("front", folder, "--json").output)
    assert set(data) == {"campaign", "objectives", "networks"}
    assert data["objectives"] == ["accuracy", "synapses", "resilience"]
    assert sum(item["knee"] for item in data["networks"]) == 1
    for item in data["networks"]:
        assert set(item) == {
            "id", "neurons", "hidden", "synapses", "knee", "search", "expected", "test",
        }  # fmt: skip
        assert set(item["search"]) == set(data["objectives"])
        assert set(item["expected"]) == {"accuracy", "resilience", "interval"}
        low, high = item["expected"]["interval"]
        assert 0 <= low <= item["expected"]["accuracy"] <= high <= 1
        assert set(item["test"]) == {"accuracy", "interval", "perturbed"}
        assert set(item["test"]["perturbed"]) == {"mean", "p05", "worst", "trials"}
        low, high = item["test"]["interval"]
        assert 0 <= low <= item["test"]["accuracy"] <= high <= 1
        assert item["test"]["perturbed"]["trials"] == 8


def test_front_csv_says_the_same_as_json(folder):
    rows = list(csv.DictReader(io.StringIO(call("front", folder, "--csv").output)))
    networks = json.loads(call("front", folder, "--json").output)["networks"]
    assert [row["id"] for row in rows] == [item["id"] for item in networks]
    for row, item in zip(rows, networks, strict=True):
        assert float(row["test_accuracy"]) == item["test"]["accuracy"]
        assert float(row["search_resilience"]) == item["search"]["resilience"]
        assert float(row["expected_resilience"]) == item["expected"]["resilience"]
        assert float(row["expected_low"]) == item["expected"]["interval"][0]


def test_status_and_show_and_lists(folder):
    assert "generation  6" in call("status", folder).output
    knee = json.loads(call("show", folder, "--json").output)
    assert len(knee["network"]["synapses"]) == knee["synapse count"]
    shown = call("show", folder, "--id", knee["id"][:6]).output
    assert knee["id"][:6] in shown
    assert knee["output_names"] == ["setosa", "versicolor", "virginica"]
    assert knee["input_names"][5] == "sepal width (cm) [1]"
    assert len(knee["input_names"]) == knee["inputs"]
    used = {synapse["from"] for synapse in knee["network"]["synapses"]}
    for i, (neuron, name) in enumerate(
        zip(knee["network"]["inputs"], knee["input_names"], strict=True)
    ):
        assert (f"input {i}: {name}" in shown) == (neuron in used)
    assert "output 2: virginica" in shown
    assert "risp-127" in call("chips").output
    assert "-127..127" in call("chips", "risp-127").output
    described = call("chips", "truenorth").output
    for words in ("leak_rule subtract", "of 256 a timestep", "verified)"):
        assert words in described
    listed = json.loads(call("chips", "--json").output)
    assert {"name", "limits", "costs", "sources"} == set(listed[0])
    assert "iris" in call("tasks").output
    assert json.loads(call("tasks", "iris", "--json").output)[0]["n_features"] == 4


def test_an_exported_network_is_read_back_and_starts_a_campaign(folder, tmp_path):
    path = tmp_path / "knee.json"
    assert call("export", folder, "--to", "risp", "-o", path).exit_code == 0
    inside = json.loads(call("show", folder, "--json").output)
    outside = json.loads(call("show", path, "--json").output)
    assert outside["network"] == inside["network"]
    assert "input_names" not in outside  # a file does not know them
    (tmp_path / "next.toml").write_text('start = ["knee.json"]\n' + FILE)
    result = call("run", tmp_path / "next.toml", "--out", tmp_path / "next", "-q",
                  "--generations", 0)  # fmt: skip
    assert result.exit_code == 0
    started = json.loads(call("show", tmp_path / "next", "--id", inside["id"], "--json").output)
    assert started["made by"] == "start"


@pytest.mark.parametrize("kind", ["pareto", "network", "resilience", "convergence", "raster"])
@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_plots_are_written(folder, tmp_path, kind, suffix):
    path = tmp_path / f"picture.{suffix}"
    options = {"network": ["--critical"], "resilience": ["--trials", 3]}.get(kind, [])
    result = call("plot", folder, "--kind", kind, "-o", path, *options)
    assert result.exit_code == 0, result.output
    assert path.stat().st_size > 5000


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["front", "nowhere"], 1, "'nowhere' holds no campaign"),
        (["run", "nowhere.toml"], 2, "campaign file 'nowhere.toml' cannot be read"),
        (["chips", "risp-128"], 2, "unknown chip 'risp-128'; did you mean 'risp-127'?"),
        (["tasks", "wines"], 2, "unknown task 'wines'; did you mean 'wine'?"),
        (["plot", "{folder}", "--kind", "parto", "-o", "x.png"], 2, "did you mean 'pareto'?"),
        (["plot", "{folder}", "-o", "x.gif"], 2, "gif"),
        (["export", "{folder}", "--to", "rips", "-o", "x"], 2, "did you mean 'risp'?"),
        (["export", "{folder}", "-o", "/nowhere/x.json"], 1, "cannot be written"),
        (["show", "{folder}", "--id", "zzz"], 1, "no network 'zzz'"),
        (["show", "nowhere.json"], 1, "network file 'nowhere.json' cannot be read"),
        (["check", "{folder}/.."], 1, "holds no spec.json"),
        (["front", "{folder}/spec.json"], 1, "/spec.json' is a file; a campaign is a folder"),
        (["run", "{folder}", "--out", "{folder}/spec.json"], 1, "a campaign is a folder"),
        (["check", "{folder}/campaign.sqlite"], 2, "it is not text"),
        (["run", "{folder}/../iris.toml", "--fold", "1"], 2, "--fold takes split.folds in the"),
        (["run", "{folder}/../iris.toml", "--fold", "2"], 2, "it takes folds too"),
        (["compare", "{folder}", "{folder}/../out"], 2, "is given twice"),
    ],
)
def test_a_mistake_ends_in_one_sentence(
    folder, monkeypatch, capsys, tmp_path, arguments, status, sentence
):
    monkeypatch.chdir(tmp_path)
    got = mistake(monkeypatch, capsys, *[a.format(folder=folder) for a in arguments])
    assert got[0] == status
    assert sentence in got[1]
    assert got[1].startswith("evosnn: ")
    assert "\n" not in got[1]


@pytest.mark.parametrize("content", ["", "[1, 2]", '{"task": "iri'])
def test_a_damaged_spec_is_one_sentence_that_brings_the_campaign_back(
    folder, monkeypatch, capsys, tmp_path, content
):
    place = tmp_path / "out"
    shutil.copytree(folder, place)
    (place / "spec.json").write_text(content)
    for command in ("front", "run", "check"):
        status, said = mistake(monkeypatch, capsys, command, place)
        assert (status, "spec.json' is damaged" in said, "\n" in said) == (1, True, False)
    (place / "spec.json").unlink()
    assert call("run", folder.parent / "iris.toml", "--out", place, "-q").exit_code == 0
    assert call("front", place, "--csv").output == call("front", folder, "--csv").output


def test_a_campaign_that_nobody_can_write_to_is_read(folder, monkeypatch):
    monkeypatch.setattr("evosnn.campaign._store.os.access", lambda path, mode: mode != os.W_OK)
    assert call("front", folder).exit_code == 0
    campaign = Campaign.load(folder)
    with pytest.raises(StoreError, match="cannot be written to; copy the folder"):
        campaign.store.set_meta("stopped", "TIME")


def test_a_folder_is_checked_as_its_campaign_file(folder):
    said = call("check", folder).output
    assert said == call("check", folder.parent / "iris.toml").output
    assert "is valid" in said


def test_what_a_run_of_an_earlier_version_lacks_is_shown_too(folder, tmp_path):
    place = tmp_path / "out"
    shutil.copytree(folder, place)
    before = json.loads(call("show", place, "--json").output)
    campaign = Campaign.load(place)
    campaign.store.record_final(campaign.store.final(), {})
    campaign.store.close()
    assert json.loads(call("show", place, "--json").output) == before
    assert {"expected accuracy", "test accuracy"} < set(before)


def without_figures(folder, place):
    """A copy of a campaign as it is while it runs."""
    shutil.copytree(folder, place)
    campaign = Campaign.load(place)
    campaign.store.record_final({}, {})
    key = campaign.population()[0].network.key
    campaign.store.close()
    return key


def test_one_network_is_shown_without_measuring_all_others(folder, tmp_path, monkeypatch):
    place = tmp_path / "out"
    key = without_figures(folder, place)
    with monkeypatch.context() as patch:
        patch.setattr(Campaign, "_measured_figures", None)
        facts = json.loads(call("show", place, "--id", key, "--json").output)
        assert facts["held-out figures"].startswith("not measured yet")
        single = call("export", place, "--id", key, "-o", tmp_path / "net.json", "--no-verify")
        assert single.exit_code == 0, single.output
    assert call("front", place).exit_code == 0
    assert "expected accuracy" in json.loads(call("show", place, "--id", key, "--json").output)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_a_terminal_is_told_what_a_reading_measures_first(folder, tmp_path, stream, monkeypatch):
    place = tmp_path / "out"
    without_figures(folder, place)
    told = stream()
    monkeypatch.setattr("evosnn.cli.terminal.measuring.sys.stderr", told)
    open_campaign(place).figures()
    lines = told.getvalue().split("\r\x1b[K")
    if stream is Terminal:
        first = "final figures: 0 of 16 networks on validation samples, 8 fresh chips each"
        assert (lines[1], lines[-1]) == (first, "")
    else:
        assert lines == [""]


def test_a_network_that_is_no_longer_there_says_why_it_has_no_held_out_figures(folder):
    campaign = Campaign.load(folder)
    population = {member.network.key for member in campaign.population()}
    old = next(key for key in campaign.store.keys_like("") if key not in population)
    facts = json.loads(call("show", folder, "--id", old, "--json").output)
    assert facts["held-out figures"] == "not measured; it is not in the last population"


@pytest.mark.parametrize("width", [80, 120])
def test_paragraphs_of_help_are_wrapped_where_the_line_is_full(width):
    for name in [command.name for command in app.registered_commands]:
        told = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": str(width)}).output
        lines = [line.strip() for line in told.partition("╭")[0].splitlines()]
        for line, following in pairwise(lines):
            if line and following and not line.startswith("Usage:"):
                assert len(line) + 1 + len(following.split()[0]) > width - 2, (name, line)


def test_a_misspelt_command_or_option_ends_with_2():
    assert call("frnt").exit_code == 2
    assert call("front").exit_code == 2


def test_a_csv_with_a_text_column_is_one_sentence(monkeypatch, capsys, tmp_path):
    rows = [f"{i},red,{'ab'[i % 2]}" for i in range(40)]
    (tmp_path / "data.csv").write_text("\n".join(["size,colour,kind", *rows]))
    task = '[task]\ncsv = "data.csv"\nlabel = "kind"\n'
    (tmp_path / "c.toml").write_text('chip = "risp-7"\n' + task)
    status, said = mistake(
        monkeypatch, capsys, "run", tmp_path / "c.toml", "--out", tmp_path / "out"
    )
    assert status == 1
    assert "colour" in said
    assert "\n" not in said


def test_a_network_file_with_a_weight_out_of_range_is_one_sentence(
    folder, monkeypatch, capsys, tmp_path
):
    path = tmp_path / "knee.json"
    call("export", folder, "-o", path)
    data = json.loads(path.read_text())
    data["Edges"][0]["values"][0] = 1000
    path.write_text(json.dumps(data))
    status, said = mistake(monkeypatch, capsys, "show", path)
    assert status == 1
    assert "weight 1000; the chip takes -127..127" in said
    (tmp_path / "c.toml").write_text('start = ["knee.json"]\n' + FILE)
    status, said = mistake(
        monkeypatch, capsys, "run", tmp_path / "c.toml", "--out", tmp_path / "out"
    )
    assert status == 2
    assert "weight 1000; the chip takes -127..127" in said


def test_help_loads_nothing_heavy():
    code = (
        "import sys, evosnn\n"
        "from evosnn.cli._main import app\n"
        "from typer.testing import CliRunner\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "heavy = {'numba', 'scipy', 'pymoo', 'deap', 'sklearn', 'matplotlib', 'networkx', "
        "'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_version_is_printed():
    from evosnn import __version__

    assert __version__ in call("--version").output


def test_a_report_is_one_file(folder, tmp_path, monkeypatch, capsys):
    page = tmp_path / "iris.html"
    assert call("report", folder, "-o", page, "--trials", 4).exit_code == 0
    assert page.read_text().startswith("<!doctype html>")
    said = mistake(monkeypatch, capsys, "report", folder, "-o", tmp_path / "iris.pdf")
    assert said[0] == 2
    assert said[1].endswith("a report takes .html.")


def test_a_column_that_tells_nothing_is_found_before_the_run(tmp_path):
    rows = [f"1,{i},{'ab'[i % 2]}" for i in range(40)]
    (tmp_path / "data.csv").write_text("\n".join(["flat,x,kind", *rows]))
    (tmp_path / "a.toml").write_text('task = {csv = "data.csv", label = "kind"}\nchip = "risp-7"\n')
    found = call("check", tmp_path / "a.toml")
    assert found.exit_code == 2
    assert found.output == "data set 'data': feature 'flat' is 1 in every sample; leave it out.\n"
