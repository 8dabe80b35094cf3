"""Parts of an installed package: a campaign runs with them, and broken ones get one sentence."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent / "example_package"
GROUPS = {
    "evosnn.mechanisms": ["radiation"],
    "evosnn.encoders": ["threshold"],
    "evosnn.decoders": ["margin"],
    "evosnn.tasks": ["blobs", "spirals"],
    "evosnn.engines": ["climbers"],
    "evosnn.operators": ["invert-weight"],
    "evosnn.objectives": ["mean-weight"],
    "evosnn.targets": ["neuron-list"],
}
"""The parts that the example package adds, by group of entry points."""

SPEC = """
chip = "risp-127"
task = {task}
encoder = "threshold"
decoder = "margin"
timesteps = 8
engine = {{ kind = "climbers", mutants = 2 }}
objectives = ["accuracy", "mean-weight"]
variation = {{ rates = {{ invert-weight = 1.0 }} }}
seed = 1
population = 12
instances = 4
stop = {{ generations = 3 }}

[[mechanisms]]
kind = "radiation"
dose = 0.4
"""


def install(folder, files, points, name="broken-package"):
    """Write a package with entry points into a folder, as an installer would, without a network.

    Args:
        folder: Folder on the path for imports.
        files: Text by file name.
        points: ``(group, name, value)`` of each entry point.
        name: Name of the package.
    """
    for file, text in files.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "".join(f"[{group}]\n{point} = {value}\n" for group, point, value in points)
    )


def run(folder, *arguments, code="from evosnn.cli import main; main()"):
    """Run ``evosnn``, or other code, in a process that has a folder's packages."""
    start = f"import sys; sys.path.insert(0, {str(folder)!r}); "
    start += f"sys.argv = ['evosnn', *{[str(a) for a in arguments]!r}]\n"
    return subprocess.run([sys.executable, "-c", start + code], capture_output=True, text=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder in which the example package is installed."""
    folder = tmp_path_factory.mktemp("site")
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
    points = [
        (group, name, value)
        for group, parts in project["entry-points"].items()
        for name, value in parts.items()
    ]
    source = EXAMPLE / "src"
    files = {str(p.relative_to(source)): p.read_text() for p in source.rglob("*.py")}
    install(folder, files, points, project["name"])
    return folder


def test_the_example_package_has_a_part_of_each_kind(site):
    text = (EXAMPLE / "pyproject.toml").read_text()
    for group in GROUPS:
        assert f'"{group}"' in text


def test_the_examples_pass_the_contract_suites(site):
    code = """
from evosnn.evolution import ENGINES, OBJECTIVES, OPERATORS
from evosnn.export import TARGETS
from evosnn.hardware import MECHANISMS
from evosnn.tasks import DECODERS, ENCODERS, TASKS
from evosnn.testing import (
    check_decoder, check_encoder, check_engine, check_mechanism, check_objective, check_operator,
    check_target, check_task,
)
check_mechanism(MECHANISMS["radiation"]())
check_encoder(ENCODERS["threshold"]())
check_decoder(DECODERS["margin"]())
check_task(TASKS["blobs"])
check_task(TASKS["spirals"](spirals=3))
check_engine(ENGINES["climbers"](mutants=2).build)
check_operator(OPERATORS["invert-weight"])
check_objective(OBJECTIVES["mean-weight"])
check_target(TARGETS["neuron-list"])
"""
    done = run(site, code=code)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("task", ['"blobs"', "{ spirals = 2 }"])
def test_a_campaign_runs_with_all_of_them(site, tmp_path, task):
    spec = tmp_path / "campaign.toml"
    spec.write_text(SPEC.format(task=task))
    done = run(site, "run", spec, "--out", tmp_path / "campaign")
    assert done.returncode == 0, done.stderr
    shown = run(site, "front", tmp_path / "campaign", "--json")
    assert json.loads(shown.stdout), shown.stderr
    folder = tmp_path / "deploy"
    exported = run(
        site, "export", tmp_path / "campaign", "--to", "risp,c,neuron-list", "-o", folder
    )
    assert exported.returncode == 0, exported.stderr
    assert "neuron-list in the file" in exported.stdout
    verified = run(site, "verify", tmp_path / "campaign", "--against", folder)
    assert verified.returncode == 0, verified.stderr + verified.stdout
    assert "neuron-list in the file" in verified.stdout


def test_the_command_lists_a_target_of_the_package(site):
    assert "neuron-list" in run(site, "export", "--help").stdout


def test_lists_and_suggestions_name_them(site, tmp_path):
    listed = run(site, "tasks")
    assert "Two normal distributions in the plane. (Package evosnn-example.)" in listed.stdout
    spec = tmp_path / "campaign.toml"
    spec.write_text(SPEC.format(task='"blobs"').replace('"threshold"', '"treshold"'))
    done = run(site, "run", spec, "--out", tmp_path / "campaign")
    assert "unknown encoder 'treshold'; did you mean 'threshold'?" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


BROKEN = [
    (
        ("evosnn.encoders", "threshold", "no_such_module:Encoder"),
        "encoder 'threshold' of package 'broken-package' cannot be imported: ModuleNotFoundError",
    ),
    (
        ("evosnn.encoders", "threshold", "broken:NoEncoder"),
        "encoder 'threshold' of package 'broken-package' is no subclass of evosnn.tasks.Encoder",
    ),
    (
        ("evosnn.encoders", "threshold", "broken:HalfEncoder"),
        "encoder 'threshold' of package 'broken-package' does not define drive, n_inputs",
    ),
    (
        ("evosnn.encoders", "rate", "broken:NoEncoder"),
        "package 'broken-package' adds encoder 'rate', a name that 'evosnn' already has",
    ),
]

CODE = """
from typing import Literal
from evosnn.tasks import Encoder

class NoEncoder:
    pass

class HalfEncoder(Encoder):
    kind: Literal["threshold"] = "threshold"

    def shortest_window(self):
        return 1, "a spike"
"""


@pytest.mark.parametrize(("point", "sentence"), BROKEN)
def test_a_broken_or_clashing_part_gets_one_sentence(tmp_path, point, sentence):
    install(tmp_path / "site", {"broken.py": CODE}, [point])
    spec = tmp_path / "campaign.toml"
    spec.write_text('chip = "risp-127"\ntask = "iris"\nencoder = "threshold"\nseed = 1\n')
    done = run(tmp_path / "site", "run", spec, "--out", tmp_path / "campaign")
    assert done.returncode != 0
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_broken_part_that_is_not_named_does_no_harm(tmp_path):
    install(tmp_path / "site", {}, [("evosnn.encoders", "threshold", "no_such_module:Encoder")])
    done = run(tmp_path / "site", "tasks", "iris")
    assert done.returncode == 0, done.stderr
