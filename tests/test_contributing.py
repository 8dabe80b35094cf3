"""docs/contributing.md is true: its commands run, its tables name what there is."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import evosnn
import evosnn.testing

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "tests" / "example_package"
ROWS = re.findall(
    r"^\| ([a-z ]+) \| `(evosnn\.[a-z]+)` \|.*\| (`[^|]+`) \| `(check_\w+)` \|$", PAGE, re.MULTILINE
)
COMMANDS = re.search(r"## Checks before a commit\n\n```sh\n(.*?)\n```", PAGE, re.DOTALL)[1]


def test_every_kind_of_part_is_listed_with_a_file_to_copy():
    points = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]["entry-points"]
    assert {group for _, group, *_ in ROWS} == set(points)
    for _, group, files, _ in ROWS:
        for file in re.findall(r"`(\w+\.py)`", files):
            assert (EXAMPLE / "src" / "evosnn_example" / file).is_file(), (group, file)
    assert {row[-1] for row in ROWS} == set(evosnn.testing.__all__)


def test_the_drawing_names_every_package():
    (drawing,) = re.findall(r"```\n(cli .*?)```", PAGE, re.DOTALL)
    packages = {path.parent.name for path in Path(evosnn.__file__).parent.glob("*/__init__.py")}
    assert packages <= set(re.findall(r"[a-z_0-9]+", drawing))


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(evosnn\.\w+\.[A-Z]\w+)`", PAGE))))
def test_classes_that_the_table_names_are_public(name):
    module, _, attribute = name.rpartition(".")
    assert hasattr(__import__(module, fromlist=[attribute]), attribute)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS.split("\n"))
def test_the_checks_run_as_printed(command):
    program, *words = command.removeprefix(".venv/bin/").split()
    start = [sys.executable] if program == "python" else [sys.executable, "-m", program]
    done = subprocess.run([*start, *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_paths_that_it_names_exist():
    named = re.findall(r"`((?:tests|experiments|docs|results|\.ci)/[\w./]*)`", PAGE)
    assert len(named) > 3
    for path in named:
        assert (ROOT / path).exists(), path


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == evosnn.__version__
    assert f"version: {evosnn.__version__}" in (ROOT / "CITATION.cff").read_text()
