"""Simulators in another environment: found through EVOSNN_TOOLS_PYTHON, and run there."""

import sys

import pytest

from evosnn.errors import ExportError
from evosnn.export.common.other_python import VARIABLE, find_python


@pytest.fixture
def other(monkeypatch, tmp_path):
    """Another Python that has one module which the running one has not."""
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "only_there.py").write_text("")
    path = tmp_path / "python"
    path.write_text(f'#!/bin/sh\nPYTHONPATH="{tmp_path}/modules" exec "{sys.executable}" "$@"\n')
    path.chmod(0o755)
    monkeypatch.setenv(VARIABLE, str(path))
    return str(path)


def test_the_running_python_is_asked_first(other):
    assert find_python("numpy") == sys.executable


def test_modules_are_found_in_the_other_environment(other):
    assert find_python("only_there") == other
    assert find_python("only_there", "numpy") == other
    assert find_python("only_there", "nowhere_at_all") is None


def test_without_the_variable_only_the_running_python_is_asked(other, monkeypatch):
    monkeypatch.delenv(VARIABLE)
    assert find_python("only_there") is None


def test_a_relative_path_starts_from_the_working_folder(other, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, "python")
    assert find_python("only_there") == other


@pytest.mark.parametrize("name", ["/no/such/python", "/", "/bin/false"])
def test_what_is_no_python_is_one_sentence(name, monkeypatch):
    monkeypatch.setenv(VARIABLE, name)
    with pytest.raises(ExportError, match=rf"{VARIABLE} is '{name}'; it takes the path of a Py"):
        find_python("nowhere_at_all")
