"""The options that tests/conftest.py adds to the test command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TESTS = """
import pytest

def test_quick():
    pass

@pytest.mark.slow
def test_long():
    pass

@pytest.mark.gpu
def test_on_a_gpu():
    pytest.skip("no GPU")
"""
SKIPPING = (
    TESTS
    + """
def test_of_a_tool():
    pytest.skip("no such tool")
"""
)


@pytest.fixture
def run(tmp_path):
    """Run a file of tests in a pytest of its own; return the exit status and what it printed."""
    markers = "[pytest]\nmarkers =\n    slow: long\n    gpu: on a GPU\n"
    (tmp_path / "pytest.ini").write_text(markers)

    def run(text, *options):
        (tmp_path / "test_it.py").write_text(text)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    return run


def test_slow_tests_are_left_out_and_tests_of_a_gpu_may_be_skipped(run):
    status, printed = run(TESTS, "--no-skips")
    assert status == 0, printed
    assert "1 passed, 1 skipped, 1 deselected" in printed


def test_slow_tests_run_if_asked_for(run):
    status, printed = run(TESTS, "--slow")
    assert status == 0, printed
    assert "2 passed, 1 skipped" in printed
    assert "deselected" not in printed


def test_a_skipped_test_fails_a_run_without_skips_and_is_named_with_the_reason(run):
    status, printed = run(SKIPPING, "--no-skips")
    assert status == 1, printed
    assert "1 skipped; --no-skips allows none" in printed
    assert "test_it.py::test_of_a_tool: no such tool" in printed


def test_a_skipped_module_fails_a_run_without_skips(run):
    status, printed = run('import pytest\npytest.importorskip("no_such_module")\n', "--no-skips")
    assert status != 0, printed
    assert "test_it.py: could not import 'no_such_module'" in printed
