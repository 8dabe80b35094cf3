"""Campaigns that 0.1.0 began are read, shown and continued to the result that it reached."""

import json
import tarfile
from pathlib import Path

import pytest

from tests.digests import cases

DATA = Path(__file__).parents[1] / "data"
EXPECTED = json.loads((DATA / "stores-0.1.0.json").read_text())
NAMES = (
    "eons", "islands", "random-starts", "polish", "cartpole-easy",
    "own-chip",  # its chip file lies in its folder
    "killed",  # its process died in generation 3: commits are still in the journal
)  # fmt: skip


@pytest.fixture
def stored(request, tmp_path):
    """The folder of one campaign as 0.1.0 left it."""
    with tarfile.open(DATA / "stores-0.1.0.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / request.param


@pytest.mark.parametrize(
    "stored",
    [pytest.param(n, marks=[] if n == "eons" else [pytest.mark.slow]) for n in NAMES],
    indirect=True,
)
def test_a_campaign_of_0_1_0_is_read_and_continued(stored):
    name = stored.name
    shown = json.loads(cases.call("front", stored, "--json"))
    assert [item["id"] for item in shown["networks"]] == EXPECTED[f"{name} as stored"]
    assert json.loads(cases.call("status", stored, "--json"))["generation"] == 2
    assert json.loads(cases.call("show", stored, "--id", "knee", "--json"))["network"]["neurons"]
    cases.call("run", stored, "--generations", 5, "--quiet", "--workers", 1)
    networks = json.loads(cases.call("front", stored, "--json"))["networks"]
    found = [[item["id"], cases.rounded(item["search"])] for item in networks]
    assert found == EXPECTED[name]
