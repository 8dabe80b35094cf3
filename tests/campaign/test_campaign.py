"""Campaigns end to end: stop rules, determinism, interruption, resumption, the store."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import Future
from contextlib import closing

import numpy as np
import pytest

from evosnn.analysis import front_report
from evosnn.assessment._area import estimate_area
from evosnn.campaign import (
    Campaign,
    CampaignSpec,
    StopReason,
    Store,
    build_problem,
    build_search,
    change_spec,
    load_spec,
    read_spec,
)
from evosnn.campaign._run import _simulating_threads
from evosnn.campaign._store import SPEC
from evosnn.chips import chip_text
from evosnn.errors import SpecError, StoreError
from evosnn.evolution import Candidate
from evosnn.evolution.operators.local_search import CHIPS_PER_PARENT
from evosnn.export import read_subject

FILE = """
task = "iris"
chip = "risp-127"
population = 16
instances = 4
remeasure = 12
trials = 8
[stop]
generations = 12
"""


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "campaign.toml"
    path.write_text(FILE)
    return read_spec(path)


def run(spec, folder, threads=1, **options):
    campaign = Campaign.start(spec, folder, threads)
    reason = campaign.run(**options)
    report = front_report(campaign)
    stats = campaign.store.statistics()
    rows = [(row["generation"], row["evaluations"], row["hypervolume"]) for row in stats]
    campaign.store.close()
    report.pop("campaign")
    return reason, report, rows


def test_a_seed_is_a_front_whatever_the_threads(spec, tmp_path):
    first = run(spec, tmp_path / "one", threads=1)
    assert first == run(spec, tmp_path / "two", threads=2)
    assert first[0] is StopReason.GENERATIONS
    other = run(change_spec(spec, {"seed": 2}), tmp_path / "three")
    assert other[1] != first[1]


@pytest.mark.parametrize(
    "engine", ["nsga2", "sms-emoa", "age-moea2", "nsga3", "islands", "eons", "random"]
)
@pytest.mark.parametrize("stops", [(0,), (3, 4, 9)])
def test_a_stopped_campaign_goes_on_to_the_same_front(spec, tmp_path, engine, stops):
    spec = change_spec(spec, {"engine": engine})
    whole = run(spec, tmp_path / "whole")
    folder = tmp_path / "parts"
    for stop in stops:
        done = []
        reason, *_ = run(
            spec, folder, threads=2, on_generation=done.append,
            stop_asked=lambda done=done, stop=stop: bool(done) and done[-1].generation >= stop,
        )  # fmt: skip
        assert reason is StopReason.INTERRUPTED
    assert run(spec, folder) == whole


def test_interrupt_cancels_queued_batches():
    with _simulating_threads(2) as kernels:
        running, *later = [kernels.submit(time.sleep, 0.2) for _ in range(50)]
    assert running.done()
    assert later[-1].cancelled()


def test_a_finished_campaign_is_extended_by_more_generations(spec, tmp_path):
    whole = run(change_spec(spec, {"stop.generations": 20}), tmp_path / "whole")
    run(spec, tmp_path / "parts")
    assert run(change_spec(spec, {"stop.generations": 20}), tmp_path / "parts") == whole


def command(folder, spec_file, *extra):
    return [
        sys.executable, "-m", "evosnn", "run", str(spec_file), "--out", str(folder), "--quiet",
        *extra,
    ]  # fmt: skip


def wait_for_generation(folder, number, process):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        if (folder / "campaign.sqlite").exists():
            try:
                store = Store(folder)
                reached = store.last_generation()
                store.close()
                if reached >= number:
                    return
            except StoreError:
                pass
        time.sleep(0.01)
    raise AssertionError(f"generation {number} was not reached: {process.poll()}")


@pytest.mark.slow
def test_interrupted_and_killed_campaigns_go_on_to_the_same_front(spec, tmp_path):
    spec_file = tmp_path / "campaign.toml"
    generations = 800  # some of which pass between two looks at the store
    spec_file.write_text(FILE.replace("generations = 12", f"generations = {generations}"))
    whole = run(read_spec(spec_file), tmp_path / "whole", threads=2)
    folder = tmp_path / "parts"
    twice = (signal.SIGINT, signal.SIGTERM)  # two of one kind may come as one
    for numbers, at, workers, status, said in (
        ((signal.SIGINT,), 5, "1", 0, "stopping after this generation"),
        (twice, 200, "2", 130, "interrupted; generation "),
        ((signal.SIGKILL,), 400, "2", -signal.SIGKILL, ""),
    ):
        options = command(folder, spec_file, "--workers", workers)
        process = subprocess.Popen(options, stderr=subprocess.PIPE, text=True)
        wait_for_generation(folder, at, process)
        for number in numbers:
            process.send_signal(number)
        assert said in process.communicate(timeout=60)[1]
        assert process.returncode == status
        store = Store(folder)
        assert at <= store.last_generation() < generations
        store.close()
    subprocess.run(command(folder, spec_file, "--workers", "1"), check=True)
    assert run(read_spec(spec_file), folder) == whole


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"stop.evaluations": 40}, StopReason.EVALUATIONS),
        ({"stop.time": 1e-6}, StopReason.TIME),
        ({"stop.target": {"accuracy": 0.1, "synapses": 30}}, StopReason.TARGET),
        ({"stop.stagnation": 1, "stop.generations": 1000}, StopReason.STAGNATION),
    ],
)
def test_stop_rules(spec, tmp_path, changes, reason):
    assert run(change_spec(spec, changes), tmp_path / "run")[0] is reason


def test_survivors_are_measured_again_up_to_a_limit(spec, tmp_path):
    campaign = Campaign.start(change_spec(spec, {"racing_instances": 0}), tmp_path / "run")
    campaign.run()
    sizes = {m.measurement.perturbed.size for m in campaign.population()}
    assert sizes <= {4, 8, 12}
    assert 12 in sizes


def test_without_mechanisms_nothing_is_measured_twice(spec, tmp_path):
    spec = change_spec(spec, {"mechanisms": [], "objectives": ["accuracy", "synapses"]})
    spec = change_spec(
        spec, {"variation.error_guided": 0.0}
    )  # which would look at parents once more
    _, report, rows = run(spec, tmp_path / "run")
    assert [row[1] for row in rows] == [16 * (i + 1) for i in range(13)]
    assert all(n["test"]["perturbed"]["trials"] == 0 for n in report["networks"])
    assert all(set(n["expected"]) == {"accuracy", "interval"} for n in report["networks"])


@pytest.mark.parametrize("engine", ["nsga2", "islands", "eons"])
@pytest.mark.parametrize("task", ["iris", "cartpole-easy"])
def test_polishing_is_counted_and_goes_on_to_the_same_front(spec, tmp_path, engine, task):
    changes = {"engine": engine, "variation.local_search": 0.3, "variation.error_guided": 0.0}
    if task != "iris":
        text = FILE.replace('"iris"', f'"{task}"')
        (tmp_path / "control.toml").write_text(text)
        spec = read_spec(tmp_path / "control.toml")
        changes["episodes"] = {"train": 4, "validation": 4, "test": 4, "steps": 60}
    spec = change_spec(spec, changes)
    whole = run(spec, tmp_path / "whole")
    done = []
    run(
        spec, tmp_path / "parts", threads=2, on_generation=done.append,
        stop_asked=lambda: len(done) == 5,
    )  # fmt: skip
    assert run(spec, tmp_path / "parts", threads=2) == whole

    campaign = Campaign.load(tmp_path / "whole")
    credit = [row["credit"] for row in campaign.store.statistics()]
    made = sum(n for row in credit for name, (n, _) in row.items() if name.startswith("polish"))
    assert made > 0
    lived = {m.network.key for m in campaign.population()}
    steps = set()
    while lived:
        origin = campaign.store.lineage(lived.pop())
        lived |= {*origin.parents}
        if any(name.startswith("polish") for name in origin.operators):
            assert len(origin.parents) == len(origin.operators) == 1
            steps.add(origin.operators[0])
    assert steps <= {"polish", "polish-away", "polish-on"}
    assert steps


def test_chips_on_which_steps_are_tried_are_counted(spec, tmp_path):
    spec = change_spec(spec, {"mechanisms": [], "objectives": ["accuracy", "synapses"]})
    spec = change_spec(spec, {"variation.error_guided": 0.0, "variation.local_search": 0.1})
    *_, rows = run(spec, tmp_path / "run")
    counts = np.diff([row[1] for row in rows])
    assert set(counts) <= {
        16 + CHIPS_PER_PARENT,
        16 + 2 * CHIPS_PER_PARENT,
    }  # 1.6 parents a generation, doubles once


def test_more_trials_measure_the_final_figures_again(spec, tmp_path):
    run(spec, tmp_path / "run")
    _, report, _ = run(change_spec(spec, {"trials": 20}), tmp_path / "run")
    assert {n["test"]["perturbed"]["trials"] for n in report["networks"]} == {20}


def test_a_network_on_the_front_can_be_traced_to_its_origin(spec, tmp_path):
    campaign = Campaign.start(spec, tmp_path / "run")
    campaign.run()
    key = campaign.population()[0].network.key
    seen = set()
    frontier = [key]
    while frontier:
        origin = campaign.store.lineage(frontier.pop())
        assert all(campaign.store.lineage(p).born <= origin.born for p in origin.parents)
        frontier += [p for p in origin.parents if p not in seen]
        seen.add(origin.key)
        assert origin.parents or origin.operators in [("random",), ("linear",)]


def test_a_campaign_for_area_says_it_of_its_front(spec, tmp_path):
    spec = change_spec(spec, {"objectives": ["accuracy", "area"], "require": {"area": 900}})
    _, report, rows = run(spec, tmp_path / "out")
    assert rows[-1][2] > 0
    campaign = Campaign.load(tmp_path / "out")
    for item in report["networks"]:
        network = campaign.store.network(item["id"])
        assert item["search"]["area"] == estimate_area(network, campaign.problem.chip)
    with pytest.raises(SpecError, match="'area' is the size of an integer circuit"):
        Campaign.start(change_spec(spec, {"chip": "risp-f"}), tmp_path / "other").run()


def test_one_process_at_a_time_runs_a_campaign(spec, tmp_path):
    campaign = Campaign.start(spec, tmp_path / "run")
    with campaign.store.claimed(), pytest.raises(StoreError, match="another evosnn runs"):
        Campaign.start(spec, tmp_path / "run").run()
    campaign.run()


def test_an_engine_that_repeats_itself_loses_nothing(spec, tmp_path):
    """A double, or a member of the population, is measured once a generation."""
    campaign = Campaign.start(spec, tmp_path / "run")
    ask = campaign.search.engine.ask

    def repeat(population, rng):
        asked = list(ask(population, rng))
        members = [Candidate(m.network) for m in population[:3]]
        return [*asked, *asked[:2], *members]

    campaign.search.engine.ask = repeat
    campaign.run()
    assert len(campaign.store.statistics()) == 13


def test_a_running_campaign_keeps_its_spec(spec, tmp_path):
    campaign = Campaign.start(spec, tmp_path / "run")
    campaign.run()
    frozen = (tmp_path / "run" / "spec.json").read_bytes()
    more = change_spec(spec, {"trials": 99})
    with campaign.store.claimed(), pytest.raises(StoreError, match="another evosnn runs"):
        Campaign.start(more, tmp_path / "run")
    assert (tmp_path / "run" / "spec.json").read_bytes() == frozen
    assert campaign.store.final()


def test_a_starting_network_of_other_rules_is_refused(spec, tmp_path):
    from evosnn.chips import load_chip
    from evosnn.errors import SpecError
    from evosnn.export import to_risp

    campaign = Campaign.start(spec, tmp_path / "run")
    campaign.run()
    text = to_risp(campaign.population()[0].network, load_chip("risp-127"))
    (tmp_path / "net.json").write_text(text.replace('"min_potential": -127', '"min_potential": 0'))
    other = change_spec(spec, {"start": [str(tmp_path / "net.json")]})
    with pytest.raises(SpecError, match="was made for min_potential 0"):
        run(other, tmp_path / "other")


def test_what_cannot_run_leaves_no_folder(spec, tmp_path):
    with pytest.raises(SpecError, match=r"limits\.neurons is 4; the task alone"):
        Campaign.start(change_spec(spec, {"limits.neurons": 4}), tmp_path / "run")
    assert not (tmp_path / "run").exists()
    run(spec, tmp_path / "run")


def test_another_spec_in_the_same_folder_is_refused(spec, tmp_path):
    run(spec, tmp_path / "run")
    with pytest.raises(StoreError, match="instances is 4 there and 5 here"):
        Campaign.start(change_spec(spec, {"instances": 5}), tmp_path / "run")


def test_changed_data_is_refused(tmp_path):
    rng = np.random.default_rng(0)
    rows = [f"{x + k},{k * 2},{'ab'[k]}" for k in (0, 1) for x in rng.random(20)]
    csv = tmp_path / "data.csv"
    csv.write_text("\n".join(["x,y,kind", *rows]))
    path = tmp_path / "campaign.toml"
    task = f'[task]\ncsv = "{csv.name}"\nlabel = "kind"\n'
    path.write_text('chip = "risp-127"\npopulation = 8\nstop = {generations = 1}\n' + task)
    run(read_spec(path), tmp_path / "run")
    csv.write_text("\n".join(["x,y,kind", *rows[::-1], "9,9,a"]))
    with pytest.raises(StoreError, match=r"data of the campaign in .* has changed"):
        run(read_spec(path), tmp_path / "run")


@pytest.mark.parametrize("told", [("accuracy", "spikes"), ("accuracy", "synapses")])
def test_counts_of_an_earlier_version_are_not_pooled_with_todays(told, spec, tmp_path):
    begun = change_spec(spec, {"objectives": list(told)})
    run(begun, tmp_path / "run")
    file = tmp_path / "run" / "campaign.sqlite"
    with closing(sqlite3.connect(file)) as earlier, earlier:
        earlier.execute("DELETE FROM meta WHERE key = 'spikes'")
    more = change_spec(begun, {"stop.generations": 14})
    if "spikes" in told:
        with pytest.raises(StoreError, match=r"objective 'spikes' and was started by a version"):
            run(more, tmp_path / "run")
        assert front_report(Campaign.load(tmp_path / "run"))["networks"]
    else:
        run(more, tmp_path / "run")


def test_a_campaign_begun_with_what_is_gone_goes_on_unless_it_was_in_use(spec, tmp_path):
    folder = tmp_path / "run"
    run(spec, folder)
    frozen = json.loads((folder / SPEC).read_text())
    frozen["variation"] |= {"adapt": False, "merge": None, "rates": {"move-synapse": 0.0}}
    (folder / SPEC).write_text(json.dumps(frozen))
    reason, _, rows = run(change_spec(spec, {"stop.generations": 14}), folder)
    assert (reason, rows[-1][0]) == (StopReason.GENERATIONS, 14)
    frozen["variation"]["adapt"] = True
    (folder / SPEC).write_text(json.dumps(frozen))
    with pytest.raises(
        StoreError, match=r"started with variation\.adapt, which this version no longer"
    ):
        run(spec, folder)
    assert front_report(Campaign.load(folder))["networks"]


def edit(folder, *statements):
    with closing(sqlite3.connect(folder / "campaign.sqlite")) as file, file:
        for statement in statements:
            file.execute(*statement)


OF_EARLIER = ("DELETE FROM meta WHERE key IN ('spec', 'variation', 'chip')",)


@pytest.mark.parametrize("operator", ["move-synapse", "merge"])
def test_a_campaign_whose_networks_were_made_by_what_is_gone_is_refused(operator, spec, tmp_path):
    """It asked for nothing by name: the rates were the earlier version's own."""
    folder, more = tmp_path / "run", change_spec(spec, {"stop.generations": 14})
    run(spec, folder)
    edit(folder, OF_EARLIER)
    assert run(spec, folder)[0] is StopReason.GENERATIONS
    made = f"crossover {operator} add-synapse"
    edit(folder, OF_EARLIER, ("UPDATE networks SET operators = ? WHERE id = 40", (made,)))
    with pytest.raises(StoreError, match=f"with mutation '{operator}', which this one no longer"):
        run(more, folder)
    assert front_report(Campaign.load(folder))["networks"]


def test_a_campaign_whose_usual_rates_were_others_is_refused(spec, tmp_path):
    folder = tmp_path / "run"
    run(spec, folder)
    edit(folder, ("UPDATE meta SET value = replace(value, '0.7', '0.5') WHERE key = 'variation'",))
    with pytest.raises(StoreError, match="a version with other ways to vary"):
        run(change_spec(spec, {"stop.generations": 14}), folder)


def test_what_an_earlier_version_lacked_is_no_difference_where_it_is_off(spec, tmp_path):
    folder, more = tmp_path / "run", change_spec(spec, {"stop.generations": 14})
    run(spec, folder)
    lacks = "UPDATE meta SET value = json_remove(value, '$.local_search') WHERE key = 'variation'"
    edit(folder, (lacks,))
    assert run(more, folder)[0] is StopReason.GENERATIONS
    pole = {"task": "cartpole-easy", "chip": "risp-7", "population": 8, "instances": 2, "trials": 2}
    pole |= {"episodes": {"train": 2, "validation": 2, "test": 2, "steps": 20}}
    control = CampaignSpec.model_validate({**pole, "stop": {"generations": 1}})
    for name, earlier in (("other", (lacks,)), ("older", OF_EARLIER)):
        run(control, tmp_path / name)
        edit(tmp_path / name, earlier)
        with pytest.raises(StoreError, match="a version with other ways to vary"):
            run(change_spec(control, {"stop.generations": 2}), tmp_path / name)


@pytest.mark.parametrize(
    ("engine", "task", "share"),
    [
        ("nsga2", "cartpole-easy", 0.2),
        ("eons", "cartpole-easy", 0.0),
        ("random", "cartpole-easy", 0.0),
        ("nsga2", "iris", 0.0),
    ],
)
def test_control_alone_is_polished_unless_asked_for(engine, task, share):
    spec = CampaignSpec.model_validate({"task": task, "chip": "risp-7", "engine": engine})
    assert build_search(spec, build_problem(spec, 1), 1).breeder.variation.local_search == share
    if engine != "random":  # which makes no children
        asked = change_spec(spec, {"variation.local_search": 0.1})
        assert build_search(asked, build_problem(asked, 1), 1).breeder.variation.local_search == 0.1


def test_a_campaign_with_an_objective_that_is_refused_now_can_be_read(spec, tmp_path):
    """An earlier version took latency where every answer takes the whole window."""
    folder = tmp_path / "run"
    run(spec.model_copy(update={"objectives": ("accuracy", "latency")}), folder)
    networks = front_report(Campaign.load(folder))["networks"]
    assert {network["search"]["latency"] for network in networks} == {spec.timesteps}
    with pytest.raises(SpecError, match="'latency' needs decoder"):
        change_spec(load_spec(folder), {"stop.generations": 14})


def test_a_store_knows_its_spec_whatever_becomes_of_the_file(spec, tmp_path):
    folder, other = tmp_path / "run", change_spec(spec, {"seed": 2, "stop.generations": 14})
    run(spec, folder)
    frozen = (folder / SPEC).read_text()
    (folder / SPEC).unlink()
    with pytest.raises(StoreError, match="holds another campaign: seed is 1 there and 2 here"):
        run(other, folder)
    assert not (folder / SPEC).exists()
    (folder / SPEC).write_text(other.model_dump_json())
    with pytest.raises(StoreError, match="holds another campaign: seed is 1 there and 2 here"):
        run(other, folder)
    (folder / SPEC).unlink()
    run(change_spec(spec, {"stop.generations": 13}), folder)
    (folder / SPEC).write_text(frozen)
    assert run(spec, folder)[0] is StopReason.GENERATIONS


def test_files_of_a_campaign_may_move_and_a_chip_may_not_change(tmp_path):
    places = [tmp_path / name for name in ("here", "there")]
    rng = np.random.default_rng(0)
    rows = [f"{x + k},{k * 2},{'ab'[k]}" for k in (0, 1) for x in rng.random(20)]
    for place in places:
        place.mkdir()
        (place / "data.csv").write_text("\n".join(["x,y,kind", *rows]))
        (place / "chip.toml").write_text(chip_text("risp-127"))
        (place / "campaign.toml").write_text(
            'task = {csv = "data.csv", label = "kind"}\nchip = "chip.toml"\npopulation = 8\n'
            "instances = 2\ntrials = 2\nstop = {generations = 1}\n"
        )
    here, there = (read_spec(place / "campaign.toml") for place in places)
    run(here, tmp_path / "run")
    shutil.rmtree(places[0])
    run(change_spec(there, {"stop.generations": 2}), tmp_path / "run")
    text = (places[1] / "chip.toml").read_text()
    (places[1] / "chip.toml").write_text(text.replace("RISP neuro", "our neuro"))
    run(change_spec(there, {"stop.generations": 3}), tmp_path / "run")
    assert "max = 127" in text
    (places[1] / "chip.toml").write_text(text.replace("max = 127", "max = 126"))
    with pytest.raises(StoreError, match=r"the chip of the campaign in .* has changed"):
        run(change_spec(there, {"stop.generations": 4}), tmp_path / "run")
    with closing(Store(tmp_path / "run")) as store:
        store.record_final({}, {})
    for _ in range(2):  # nothing is kept of the changed chip
        with pytest.raises(StoreError, match=r"chip of .* has changed since it began; put back"):
            Campaign.load(tmp_path / "run").figures()
    with pytest.raises(StoreError, match=r"chip of .* has changed .* to export its networks"):
        read_subject(tmp_path / "run")
    (places[1] / "chip.toml").write_text(text)
    before = Campaign.load(tmp_path / "run").figures()
    (places[1] / "chip.toml").write_text(text.replace("max = 127", "max = 126"))
    assert Campaign.load(tmp_path / "run").figures() == before  # kept, of the chip as it was


def test_a_torn_store_is_one_sentence_and_nothing_is_lost(spec, tmp_path):
    folder = tmp_path / "run"
    run(spec, folder)
    path = folder / "campaign.sqlite"
    content = path.read_bytes()
    path.write_bytes(content[:100] + os.urandom(len(content) // 2))
    with pytest.raises(StoreError, match="damaged or in use"):
        run(spec, folder)
    path.write_bytes(b"no database at all, however long this text goes on" * 10)
    torn = path.read_bytes()
    with pytest.raises(StoreError, match="damaged or in use"):
        run(spec, folder)
    assert path.read_bytes() == torn


def test_a_copy_that_nobody_can_write_to_is_read_with_its_journal(spec, tmp_path, monkeypatch):
    """As a killed campaign leaves it: its last generations are in the journal alone."""
    campaign = Campaign.start(spec, tmp_path / "run")
    campaign.run()
    copy, temporary = tmp_path / "copy", tmp_path / "temporary"
    temporary.mkdir()
    copy.mkdir()
    for name in (SPEC, "campaign.sqlite", "campaign.sqlite-wal"):
        shutil.copy(tmp_path / "run" / name, copy)
    campaign.store.close()
    monkeypatch.setattr("evosnn.campaign._store.os.access", lambda path, mode: mode != os.W_OK)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    with pytest.raises(StoreError, match="cannot be written to; choose a folder that can"):
        Campaign.start(spec, copy)
    read = Campaign.load(copy)
    assert read.store.last_generation() == 12
    assert len(list(temporary.iterdir())) == 1
    read.store.close()
    assert not list(temporary.iterdir())
    assert sorted(path.name for path in copy.iterdir()) == [
        "campaign.sqlite", "campaign.sqlite-wal", SPEC,
    ]  # fmt: skip


def test_a_generation_is_committed_whole_or_not_at_all(spec, tmp_path):
    campaign = Campaign.start(spec, tmp_path / "run")
    campaign.run()
    store = campaign.store
    before = (store.last_generation(), store.count(), [n.key for n, _ in store.population()])
    with pytest.raises(StoreError):
        store.record_generation(
            before[0], [], [], ["x"], {}, {}
        )  # this generation is there already: the last insert fails
    assert before == (
        store.last_generation(), store.count(), [n.key for n, _ in store.population()],
    )  # fmt: skip


class Interrupted(Future):
    """A commit that the user interrupts the wait for, and that ends all the same."""

    def result(self, timeout=None):
        super().result(timeout)
        raise KeyboardInterrupt


def test_an_interrupted_wait_for_a_commit_is_an_interruption_and_loses_nothing(tmp_path):
    with closing(Store(tmp_path, create=True)) as store:
        store.record_generation(0, [], [], [], {}, {})
        store._commit.result()
        store._commit = Interrupted()
        store._commit.set_result(None)
        with pytest.raises(KeyboardInterrupt):
            store.last_generation()
        assert store.last_generation() == 0


def test_generations_that_follow_each_other_fast_are_committed_together(
    spec, tmp_path, monkeypatch
):
    """Other processes read and are refused meanwhile; all are there however a run ends."""
    monkeypatch.setattr("evosnn.campaign._store._SECONDS", 1e9)
    folder, seen = tmp_path / "run", []

    def last_on_disk():
        store = Store(folder)
        last = store.last_generation()
        store.close()
        return last

    def watch(progress):
        seen.append(last_on_disk())
        if progress.generation == 5:
            with pytest.raises(StoreError, match="another evosnn runs"):
                Campaign.start(spec, folder).run()
            raise KeyboardInterrupt

    campaign = Campaign.start(spec, folder)
    with pytest.raises(KeyboardInterrupt):
        campaign.run(watch)
    assert seen[2:] == [0, 0, 0, 0]
    assert last_on_disk() == 5
    assert run(spec, folder) == run(spec, tmp_path / "whole")


CONTROL = """
task = "cartpole-easy"
chip = "risp-7"
population = 12
instances = 3
remeasure = 6
trials = 4
episodes = { train = 4, validation = 4, test = 6, steps = 60, test_steps = 90 }
[stop]
generations = 6
"""


def test_a_control_campaign_reports_returns_and_goes_on_to_the_same_front(tmp_path):
    path = tmp_path / "control.toml"
    path.write_text(CONTROL)
    spec = read_spec(path)
    assert spec.objectives == ("score", "synapses", "resilience")
    assert spec.timesteps == 24
    assert spec.encoder.kind == "flip-flop"
    whole = run(spec, tmp_path / "whole", threads=2)
    asked = []
    run(spec, tmp_path / "parts", on_generation=asked.append, stop_asked=lambda: len(asked) >= 3)
    assert run(spec, tmp_path / "parts")[1] == whole[1]
    for item in whole[1]["networks"]:
        test = item["test"]
        assert 0 <= item["search"]["score"] <= 1
        low, high = item["expected"]["interval"]
        assert 0 <= low <= item["expected"]["score"] <= high <= 1
        assert 0 <= item["expected"]["resilience"] <= 1
        assert 1 <= test["interval"][0] <= test["score"] <= test["interval"][1] <= 90
        assert 1 <= test["perturbed"]["worst"] <= test["perturbed"]["mean"] <= 90
    best = max(item["test"]["score"] for item in whole[1]["networks"])
    assert best > 12  # a cart that never pushes the right way falls within a dozen steps
