"""``check``, and the options that choose a network."""

import json

import pytest
from typer.testing import CliRunner

from evosnn.campaign import Campaign, read_spec
from evosnn.cli._main import app
from evosnn.errors import SpecError

FILE = """
task = "iris"
chip = "risp-127"
population = 24
instances = 3
trials = 4
[stop]
generations = 6
"""


def run(*arguments):
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    if isinstance(result.exception, SpecError):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("choice")
    (root / "spec.toml").write_text(FILE)
    campaign = Campaign.start(read_spec(root / "spec.toml"), root / "run", threads=1)
    campaign.run()
    campaign.store.close()
    return root / "run"


def test_front_lists_what_keeps_the_limits_and_marks_the_choice(folder):
    whole = json.loads(run("front", folder, "--json").output)
    sizes = sorted(n["synapses"] for n in whole["networks"])
    most = sizes[len(sizes) // 2]
    limit = ("--limit", f"synapses={most}")
    some = json.loads(run("front", folder, "--json", *limit, "--weights", "accuracy=1").output)
    assert [n["id"] for n in some["networks"]] == [
        n["id"] for n in whole["networks"] if n["synapses"] <= most
    ]
    best = max(some["networks"], key=lambda n: n["expected"]["accuracy"])
    chosen = next(n for n in some["networks"] if n["id"] == some["chosen"])
    assert chosen["expected"]["accuracy"] == best["expected"]["accuracy"]
    assert "chosen" not in whole
    table = run("front", folder, *limit).output
    assert table.count("★") == 2  # a network, and what the mark means
    assert "selected by weights or limits" in table
    shown = json.loads(run("show", folder, "--json", *limit, "--weights", "accuracy=1").output)
    assert shown["id"] == some["chosen"]


def test_export_takes_the_choice(folder, tmp_path):
    run("export", folder, "--weights", "synapses=1", "-o", tmp_path / "small.json", "--no-verify")
    least = min(
        n["synapses"] for n in json.loads(run("front", folder, "--json").output)["networks"]
    )
    assert len(json.loads((tmp_path / "small.json").read_text())["Edges"]) == least


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--weights", "accuracy"], "--weights takes name=number.*got 'accuracy'"),
        (["--limit", "synapses=few"], "--limit takes name=number.*got 'synapses=few'"),
        (["--limit", "synapses=1", "--id", "abc"], "--id abc names a network"),
    ],
)
def test_wrong_options_are_one_sentence(folder, arguments, said):
    with pytest.raises(SpecError, match=said):
        run("show", folder, *arguments)
    with pytest.raises(SpecError, match="is a file; --weights and --limit take a campaign's"):
        run("show", folder / "spec.json", "--limit", "synapses=1")


def test_check_says_what_is_wrong_or_that_nothing_is(tmp_path):
    rows = [f"{k},{k * k % 17},{'ab'[k % 2]}" for k in range(60)]
    (tmp_path / "good.csv").write_text("\n".join(["u,v,kind", *rows]))
    doubled = [f"{k // 4},1,{'ab'[k // 4 % 2]}" for k in range(60)]
    (tmp_path / "doubled.csv").write_text("\n".join(["u,v,kind", *doubled]))
    for name in ("good", "doubled"):
        (tmp_path / f"{name}.toml").write_text(
            f'task = {{ csv = "{name}.csv", label = "kind" }}\nchip = "risp-127"'
        )
    sound = run("check", tmp_path / "good.toml")
    assert sound.exit_code == 0
    assert "Task 'good' is valid: 8 inputs, 2 outputs" in sound.output
    wrong = run("check", tmp_path / "doubled.toml", "--json")
    assert wrong.exit_code == 2
    assert any("value for value" in said for said in json.loads(wrong.output)["problems"])


def test_check_of_an_environment(tmp_path):
    pytest.importorskip("gymnasium")
    text = (
        'task = {{ gymnasium = "Pendulum-v1", returns = {} }}\n'
        'chip = "risp-127"\nepisodes.train = 2'
    )
    (tmp_path / "a.toml").write_text(text.format("[-2000, 0]"))
    (tmp_path / "b.toml").write_text(text.format("[-10, 0]"))
    assert run("check", tmp_path / "a.toml").exit_code == 0
    wrong = run("check", tmp_path / "b.toml")
    assert wrong.exit_code == 2
    assert "outside -10..0, between which returns are scored 0 to 1" in wrong.output
