"""Fronts, exports and the JSON of reading commands are those recorded from version 0.1.0."""

import difflib
import json
import lzma
from pathlib import Path

import pytest

from tests.digests import cases
from tests.digests.record import digest

RECORDED = json.loads(
    lzma.decompress((Path(__file__).parents[1] / "data" / "digests-0.1.0.json.xz").read_bytes())
)
RENAMED = {"variation polish": "variation local_search"}
"""Keys of campaign files, as arms of a comparison name them, that have other names since 0.1.0."""
CHANGED_FILES = ()
"""Exported files whose text has changed on purpose since 0.1.0, as ``target/ending``."""


def slow_unless(quick):
    return lambda name: pytest.param(name, marks=[] if name in quick else [pytest.mark.slow])


def fail_if_different(what, expected, found):
    """Fail with a diff of the two values' JSON."""
    found = json.loads(json.dumps(found))
    if found != expected:
        texts = (json.dumps(v, indent=1, sort_keys=True).splitlines() for v in (expected, found))
        lines = difflib.unified_diff(*texts, "0.1.0", "now", n=1, lineterm="")
        pytest.fail(f"{what} differs\n" + "\n".join(list(lines)[:40]))


@pytest.mark.parametrize("name", list(map(slow_unless(cases.QUICK), cases.CAMPAIGNS)))
def test_reading_commands_print_the_same(name, tmp_path):
    found = cases.commands(name, tmp_path)
    for command, expected in RECORDED["commands"][name].items():
        fail_if_different(f"{name}: {command}", expected, found[command])


@pytest.mark.slow
@pytest.mark.parametrize("names", cases.COMPARED, ids=" ".join)
def test_comparisons_print_the_same(names, tmp_path):
    expected = RECORDED["comparisons"][" ".join(names)]
    for old, new in RENAMED.items():
        expected = json.loads(json.dumps(expected).replace(old, new))
    fail_if_different("compare", expected, cases.comparison(names, tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("name", cases.EXPORTED)
def test_exported_files_are_the_same(name, tmp_path):
    pytest.importorskip("nir")
    found = {file: digest(text) for file, text in cases.exports(name, tmp_path).items()}
    expected = RECORDED["exports"][name]
    differing = {f for f in {*found, *expected} if found.get(f) != expected.get(f)}
    assert {f for f in differing if not f.endswith(CHANGED_FILES)} == set()


@pytest.mark.parametrize("command", ["chips", "tasks"])
def test_catalogues_are_the_same(command):
    assert cases.version_free(None)[command] == RECORDED["catalogue"][command]
