"""Campaigns from Python: from a dict, a file or a spec, in any thread, with progress."""

import threading

import pytest

import evosnn
from evosnn.campaign import read_spec
from evosnn.errors import SpecError, StoreError
from tests.api.conftest import SPEC

FILE = """
task = "iris"
chip = "risp-127"
population = 20
instances = 4
trials = 8
[stop]
generations = 6
"""


def ids(campaign):
    return [network.id for network in campaign.front]


def test_a_file_a_spec_and_a_dict_give_the_same_front(campaign, tmp_path):
    path = tmp_path / "iris.toml"
    path.write_text(FILE)
    assert ids(evosnn.run(str(path), str(tmp_path / "a"))) == ids(campaign)
    assert ids(evosnn.run(read_spec(path), tmp_path / "b")) == ids(campaign)


def test_a_file_without_a_folder_runs_under_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short.toml").write_text(FILE.replace("generations = 6", "generations = 1"))
    assert evosnn.run("short.toml").store.folder.as_posix() == "runs/short"


def test_a_run_in_a_thread_is_stopped_and_continued(campaign, tmp_path):
    seen, folder = [], tmp_path / "parts"
    stop = threading.Event()

    def follow(progress):
        seen.append(progress.generation)
        if progress.generation == 2:
            stop.set()

    thread = threading.Thread(
        target=evosnn.run,
        args=(SPEC, folder),
        kwargs={"on_generation": follow, "stop_asked": stop.is_set},
    )
    thread.start()
    thread.join()
    assert seen == [0, 1, 2]
    assert ids(evosnn.run(SPEC, folder)) == ids(campaign)


def test_measuring_tells_its_progress(tmp_path):
    told = []
    evosnn.run(
        {**SPEC, "stop": {"generations": 1}},
        tmp_path / "run",
        on_measured=lambda *step: told.append(step),
    )
    assert told[0][1] == 0
    assert told[-1][1] == told[-1][2]


def test_an_open_campaign_is_the_same(campaign):
    opened = evosnn.open_campaign(str(campaign.store.folder))
    assert opened.front.report == campaign.front.report
    assert opened.history[-1]["generation"] == 6


def test_mistakes_are_sentences(tmp_path):
    with pytest.raises(SpecError, match="out is missing"):
        evosnn.run(SPEC)
    with pytest.raises(SpecError, match="unknown task 'irs'; did you mean 'iris'"):
        evosnn.run({**SPEC, "task": "irs"}, tmp_path / "x")
    with pytest.raises(StoreError, match="holds no campaign"):
        evosnn.open_campaign(tmp_path / "nothing")
    assert not (tmp_path / "x").exists()


def test_a_campaign_shows_itself(campaign):
    assert "iris on risp-127, generation 6" in repr(campaign)
    assert "<table>" in campaign._repr_html_()


def test_names_are_loaded_on_first_use():
    assert set(evosnn.__all__) <= set(dir(evosnn))
    with pytest.raises(AttributeError):
        evosnn.nothing  # noqa: B018
