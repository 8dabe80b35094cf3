"""What all tests share: two options of the test command, and no deadline on a slow machine.

``python -m pytest`` leaves out the tests marked ``slow``; ``python -m pytest --slow`` runs them
too. The file ``slow_tests.txt`` lists tests that are marked so besides those marked in the code.
``--no-skips`` makes a run fail if it skipped a test that could have run with more installed:
any but those marked ``gpu``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("evosnn", deadline=None)
settings.load_profile("evosnn")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("evosnn")
    group.addoption("--slow", action="store_true", help="run the tests marked slow, too")
    group.addoption(
        "--no-skips",
        action="store_true",
        help="fail if a test was skipped, other than those marked gpu; list them and the reasons",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--no-skips"):
        config.pluginmanager.register(NoSkips())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _mark_listed(config, items)
    if config.getoption("--slow"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not item.get_closest_marker("slow")]


def _mark_listed(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that ``slow_tests.txt`` lists; refuse a list with tests that do not exist."""
    lines = (Path(__file__).parent / "slow_tests.txt").read_text(encoding="utf-8").splitlines()
    listed = {line for line in lines if line and not line.startswith("#")}
    for item in items:
        if item.nodeid in listed:
            item.add_marker(pytest.mark.slow)
    unknown = sorted(listed - {item.nodeid for item in items})
    if unknown and config.args == config.getini("testpaths"):  # all tests were collected
        raise pytest.UsageError(f"tests/slow_tests.txt lists tests that do not exist: {unknown}")


class NoSkips:
    """Notes the tests and modules that are skipped, and fails the run if there are any."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        expected = hasattr(report, "wasxfail") or "gpu" in report.keywords
        if report.skipped and not expected:
            self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        self.skipped.append(f"{report.nodeid}: {str(reason).removeprefix('Skipped: ')}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.skipped:
            terminalreporter.section(f"{len(self.skipped)} skipped; --no-skips allows none")
            for line in self.skipped:
                terminalreporter.write_line(line)
