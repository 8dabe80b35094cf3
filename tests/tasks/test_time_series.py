"""Time series: windows, their labels, and a split in which no instant is in two parts."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from evosnn.campaign import Campaign, CampaignSpec, build_problem, read_spec
from evosnn.chips import load_chip
from evosnn.errors import DataError, SpecError
from evosnn.simulation import simulate
from evosnn.tasks import (
    Dataset,
    DeltaEncoder,
    DirectEncoder,
    MostSpikesDecoder,
    SplitSpec,
    build_task,
    check_task,
    read_csv,
    read_series,
    split,
)


@pytest.fixture
def write(tmp_path):
    def write(values, labels, head="time,value,state"):
        rows = [f"{k},{v},{s}" for k, (v, s) in enumerate(zip(values, labels, strict=True))]
        path = tmp_path / "pump.csv"
        path.write_text("\n".join([head, *rows]) + "\n")
        return path

    return write


def test_windows_are_what_stands_in_the_file(write):
    path = write([0, 1, 2, 3, 4, 5, 6], "aabbbaa")
    data = read_series(path, label="state", window=3, stride=2, time="time")
    assert data.name == "pump"
    assert data.feature_names == ("value",)
    assert data.x.tolist() == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    assert data.span.tolist() == [[0, 3], [2, 5], [4, 7]]
    assert [data.class_names[k] for k in data.y] == ["a", "b", "a"]
    assert data.length == 3


@pytest.mark.parametrize(
    "times",
    [
        ["1700000000000000001", "1700000000000000002", "1700000000000000003"],
        ["2026-01-31", "2026-02-01T00:00:00.5", "2026-02-01T03:00:00+02:00"],
        ["0.1", "1e0", "1e1"],
    ],
)
def test_times_are_compared_without_rounding(tmp_path, times):
    path = tmp_path / "pump.csv"

    def read(order):
        path.write_text("t,v,s\n" + "".join(f"{t},{k},{'ab'[k % 2]}\n" for k, t in order))
        return read_series(path, label="s", window=2, stride=1, time="t", anomaly="a")

    order = list(enumerate(times))
    with pytest.raises(DataError, match="every window"):
        read(order)
    with pytest.raises(
        DataError, match=f"line 4, column 't': '{times[1]}' comes after".replace("+", ".")
    ):
        read([order[0], order[2], order[1]])
    with pytest.raises(DataError, match="line 3, column 't': got 'noon'; a time is a number"):
        read([order[0], (1, "noon"), order[2]])


def test_several_columns_stand_instant_by_instant(write):
    data = read_series(write([9, 8, 7, 6], "aabb"), label="state", window=2)
    assert data.feature_names == ("time", "value")
    assert data.x.tolist() == [[0, 9, 1, 8], [2, 7, 3, 6]]


def test_a_window_is_anomalous_if_one_instant_is(write):
    path = write(range(8), [0, 0, 0, 1, 0, 0, 2, 0])
    data = read_series(path, label="state", window=2, anomaly=1, time=0)
    assert data.class_names == ("normal", "anomaly")
    assert data.y.tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"window": 9}, "has 8 instants; a window takes 9"),
        ({"anomaly": "3"}, "unknown label '3'; known: 0, 1, 2."),
        ({"anomaly": 1, "window": 8}, "every window of 8 instants has an anomaly"),
        ({"anomaly": 1, "stride": 6}, "no window has an anomaly; take a smaller stride"),
        ({"time": "tim"}, "unknown column 'tim'; did you mean 'time'?"),
        ({"time": 3}, "has no column 3; its 3 columns are 0..2"),
        ({"time": "value"}, r"line 4, column 'value': '0' comes after '5'; time must ascend"),
        ({"time": "time", "ignore": ("value",)}, "has no column besides the label"),
        ({"window": 8}, "no window has class '1' at most of its instants"),
    ],
)
def test_what_cannot_be_a_series_is_one_sentence(write, options, said):
    path = write([4, 5, 0, 1, 2, 3, 4, 5], [0, 0, 0, 1, 0, 0, 2, 0])
    with pytest.raises(DataError, match=said):
        read_series(path, **{"label": "state", "window": 2, **options})


@given(
    window=st.integers(2, 12),
    stride=st.integers(1, 14),
    cuts=st.tuples(st.integers(20, 60), st.integers(15, 25)),
    folds=st.none() | st.tuples(st.integers(2, 6), st.integers(1, 6)),
)
def test_no_instant_is_in_two_parts_and_time_goes_forward(window, stride, cuts, folds):
    starts = np.arange(0, 400 - window + 1, stride)
    n = int(starts[-1]) + window
    data = Dataset(
        "s", ("v",), ("a", "b"), np.zeros((starts.size, window)), np.arange(starts.size) % 2,
        length=window, span=np.column_stack([starts, starts + window]),
    )  # fmt: skip
    spec = SplitSpec(
        train=cuts[0] / 100, validation=cuts[1] / 100, test=1 - sum(cuts) / 100,
        **({} if folds is None else {"folds": folds[0], "fold": min(folds)}),
    )  # fmt: skip
    try:
        parts = split(data, spec, np.random.default_rng(0))
    except DataError as error:
        if "has no sample of class" not in str(error):
            raise
        return
    owner = np.full(n, -1)
    for number, samples in enumerate((parts.train, parts.validation, parts.test)):
        for start, end in data.span[samples]:
            assert set(owner[start:end]) <= {-1, number}
            owner[start:end] = number
    if folds is None:
        seen = owner[owner >= 0]
        assert (np.diff(seen) >= 0).all()
    else:
        block = np.flatnonzero(owner == 2)
        assert block.min() >= round(n * (min(folds) - 1) / folds[0])
        assert block.max() < round(n * min(folds) / folds[0])


def test_folds_cover_every_window_that_no_cut_touches(write):
    path = write(range(300), ["ab"[k % 6 >= 3] for k in range(300)])
    data = read_series(path, label="state", window=3, time="time")
    tested = [
        split(data, SplitSpec(folds=5, fold=k), np.random.default_rng(0)).test for k in range(1, 6)
    ]
    assert sorted(np.concatenate(tested).tolist()) == list(range(100))


def test_a_stretch_without_a_class_is_said(write):
    path = write(range(40), ["a"] * 36 + ["b"] * 4)
    data = read_series(path, label="state", window=2, time="time")
    with pytest.raises(DataError, match=r"part train, instants 0\.\.21, has no sample of"):
        split(data, SplitSpec(), np.random.default_rng(0))
    with pytest.raises(DataError, match="is split by time, in one way"):
        split(data, SplitSpec(repeat=2), np.random.default_rng(0))


def test_a_task_shows_an_instant_a_timestep_and_scales_all_instants_alike(write):
    path = write([0, 10, 5, 0] * 40, ["ab"[k % 8 >= 4] for k in range(160)])
    data = read_series(path, label="state", window=4, time="time")
    chip = load_chip("risp-127")
    task = build_task(
        data, encoder=DirectEncoder(), decoder=MostSpikesDecoder(), timesteps=8, chip=chip, seed=1
    )
    assert task.length == 4
    shown = task.test.stimulus.charge[:, 0, 0] / chip.spike_value
    assert shown.round(2).tolist() == [0, 0, 1, 1, 0.5, 0.5, 0, 0]
    with pytest.raises(SpecError, match="samples of 4 instants take a multiple of 4"):
        build_task(
            data, encoder=DeltaEncoder(), decoder=MostSpikesDecoder(), timesteps=6, chip=chip,
            seed=1,
        )  # fmt: skip


def test_overlapping_windows_count_as_those_that_fit_one_by_one(write):
    path = write(range(400), ["ab"[k % 8 >= 4] for k in range(400)])
    chip = load_chip("risp-127")
    for stride, share in ((4, 1), (1, 4)):
        task = build_task(
            read_series(path, label="state", window=4, stride=stride, time="time"),
            encoder=DeltaEncoder(), decoder=MostSpikesDecoder(), timesteps=4, chip=chip, seed=1,
        )  # fmt: skip
        assert task.test.n_samples == pytest.approx(share * task.test.n_independent, abs=4)
        assert task.test.n_independent == 30


EXPERIMENTS = Path(__file__).parents[2] / "experiments"


def test_the_series_that_comes_along_is_what_its_script_makes():
    script = runpy.run_path(str(EXPERIMENTS / "studies" / "heartbeat.py"))
    signal, label = script["series"](900, 0.12, 1)
    rows = read_csv(EXPERIMENTS / "data" / "heartbeat.csv", label="anomaly")
    np.testing.assert_allclose(rows.x[:, 1], signal, atol=6e-4)
    assert rows.y.tolist() == label.tolist()


def test_a_campaign_on_a_series_fits_its_window_and_balances_anomalies():
    spec = read_spec(EXPERIMENTS / "heartbeat.toml")
    assert (spec.timesteps, spec.jitter.copies, spec.split.balance) == (60, 1, True)
    assert spec.encoder == DeltaEncoder(delta=0.1)
    task = build_problem(spec).task
    for part in (task.train, task.validation, task.test):
        assert len(set(np.bincount(part.labels).tolist())) == 1
    assert task.whole.n_samples > task.test.n_samples
    assert check_task(task) == []


def test_whole_figures_are_those_of_every_window_of_the_test_stretch(tmp_path):
    table = read_spec(EXPERIMENTS / "heartbeat.toml").model_dump(mode="json")
    spec = CampaignSpec.model_validate(
        {**table, "population": 8, "trials": 2, "instances": 2, "stop": {"generations": 1}}
    )
    campaign = Campaign.start(spec, tmp_path / "run", threads=1)
    campaign.run()
    whole = campaign.problem.task.whole
    for key, figures in campaign.store.final().items():
        response = simulate([campaign.store.network(key)], whole.stimulus, campaign.problem.chip)
        answers = response.counts[0, :, 0]
        said = np.where(answers[0] == answers[1], -1, answers.argmax(axis=0))
        for k, name in enumerate(("normal", "anomaly")):
            precision, recall, f1, _ = precision_recall_fscore_support(
                whole.labels, said, labels=[k], zero_division=0
            )
            own = figures["classes"][name]
            assert own["precision"] == pytest.approx(precision[0])
            assert own["recall"] == pytest.approx(recall[0])
            assert own["f1"] == pytest.approx(f1[0])
