"""Recordings of events: bins, cells, files; against tonic where it is installed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evosnn.chips import load_chip
from evosnn.errors import DataError
from evosnn.tasks import (
    DirectEncoder,
    EventsSpec,
    MostSpikesDecoder,
    SplitSpec,
    build_task,
    event_dataset,
    load_dataset,
    split,
)
from evosnn.tasks.data.event_files import read_events

FIELDS = np.dtype([("x", int), ("y", int), ("t", int), ("p", int)])


def events(*rows):
    return np.array(list(rows), dtype=FIELDS)


def _bytes(recording):
    """N-MNIST's forty bits an event."""
    t = recording["t"]
    columns = [
        recording["x"], recording["y"], recording["p"] << 7 | t >> 16, t >> 8 & 0xFF, t & 0xFF,
    ]  # fmt: skip
    return np.stack(columns, axis=1).astype(np.uint8).tobytes()


def test_an_event_is_a_spike_of_its_cell_bin_and_polarity():
    data = event_dataset(
        [(events((0, 0, 100, 0), (3, 1, 120, 1), (3, 0, 140, 1)), 7), (events((1, 3, 5, 1)), 4)],
        name="toy", bins=4, pool=2, size=(4, 4),
    )  # fmt: skip
    assert data.class_names == ("4", "7")
    assert data.y.tolist() == [1, 0]
    names = data.feature_names
    assert names[:3] == ("row 0 column 0 off", "row 0 column 0 on", "row 0 column 1 off")
    shown = data.x.reshape(2, 4, 8)
    assert np.argwhere(shown).tolist() == [
        [0, 0, names.index("row 0 column 0 off")],
        [0, 2, names.index("row 0 column 1 on")],
        [0, 3, names.index("row 0 column 1 on")],
        [1, 0, names.index("row 1 column 0 on")],
    ]


def test_duration_cuts_least_counts_and_polarity_may_be_left_out():
    recording = events((0, 0, 0, 0), (0, 0, 1, 1), (0, 0, 9, 1), (0, 0, 30, 1))
    options = {"name": "toy", "bins": 2, "pool": 1}
    # The class names must differ, so the recording comes twice.
    both = [(recording, "a"), (recording, "b")]
    two = event_dataset(both, **options, duration=20, least=2, polarity=False)
    assert two.x[0].tolist() == [1, 0]
    one = event_dataset(both, **options, duration=20, polarity=False)
    assert one.x[0].tolist() == [1, 0]
    assert event_dataset(both, **options, polarity=False).x[0].tolist() == [1, 1]


@given(st.integers(1, 9), st.integers(2, 40), st.integers(0, 2**32))
def test_no_event_within_the_duration_is_lost(pool, bins, seed):
    rng = np.random.default_rng(seed)
    recording = np.zeros(50, FIELDS)
    for field, most in (("x", 9), ("y", 7), ("t", 10_000), ("p", 2)):
        recording[field] = rng.integers(0, most, 50)
    data = event_dataset(
        [(recording, 0), (recording[:1], 1)], name="toy", bins=bins, pool=pool, size=(9, 7)
    )
    first = recording["t"].min()
    wide, high = min(pool, 9), min(pool, 7)
    wanted = set()
    for e in recording:
        t = min((e["t"] - first) * bins // int(np.ptp(recording["t"])), bins - 1)
        cell = e["y"] * high // 7 * wide + e["x"] * wide // 9
        wanted.add((int(t), int(2 * cell + e["p"])))
    found = set(map(tuple, np.argwhere(data.x[0].reshape(bins, -1)).tolist()))
    # A time on the very border of two bins may fall to either by its last bit.
    assert len(found ^ wanted) <= 2
    assert sum(k for _, k in found) > 0 or not any(k for _, k in wanted)


def _random(rng, n=40):
    recording = np.zeros(n, FIELDS)
    for field, most in (("x", 34), ("y", 34), ("p", 2)):
        recording[field] = rng.integers(0, most, n)
    recording["t"] = np.sort(rng.integers(0, 300_000, n))
    return recording


@pytest.fixture
def nmnist(tmp_path):
    """A folder laid out as N-MNIST's, and its recordings."""
    rng, kept = np.random.default_rng(1), {}
    for part, n in (("Train", 5), ("Test", 2)):
        for digit in "01":
            place = tmp_path / "nmnist" / part / digit
            place.mkdir(parents=True)
            for k in range(n):
                kept[part, digit, k] = _random(rng)
                (place / f"{k:05}.bin").write_bytes(_bytes(kept[part, digit, k]))
    return tmp_path / "nmnist", kept


def test_a_folder_of_recordings_and_its_test_part(nmnist):
    folder, kept = nmnist
    data = load_dataset(EventsSpec(events=str(folder), bins=8, pool=4))
    assert (data.n_samples, data.length, data.n_features, data.n_classes) == (14, 8, 32, 2)
    parts = split(data, SplitSpec(), np.random.default_rng(0))
    assert sorted(parts.test.tolist()) == [10, 11, 12, 13]
    assert data.y.tolist() == [0] * 5 + [1] * 5 + [0, 0, 1, 1]
    want = event_dataset(
        [(kept[key], key[1]) for key in sorted(kept, key=lambda k: (k[0] == "Test", k))],
        name="nmnist", bins=8, pool=4,
    )  # fmt: skip
    np.testing.assert_array_equal(data.x, want.x)
    assert load_dataset(EventsSpec(events=str(folder), samples=1)).y.tolist() == [0, 1, 0, 1]


def test_a_binary_is_read_as_tonic_reads_it(tmp_path):
    io = pytest.importorskip("tonic.io")
    rng = np.random.default_rng(2)
    recording = _random(rng, 400)
    recording["y"][rng.integers(0, 400, 9)] = 240  # the clock has run over
    path = tmp_path / "00001.bin"
    path.write_bytes(_bytes(recording))
    theirs = io.read_mnist_file(str(path), dtype=FIELDS)
    ours = read_events(path)
    for field in FIELDS.names:
        np.testing.assert_array_equal(ours[field], theirs[field])


def test_bins_are_those_of_tonics_frames():
    pytest.importorskip("tonic")
    from tonic.transforms import ToFrame

    recording = _random(np.random.default_rng(3), 500)
    recording["t"] -= recording["t"].min()
    frames = ToFrame(sensor_size=(34, 34, 2), time_window=10_000)(recording)
    length = 10_000.0 * len(frames)
    data = event_dataset(
        [(recording, 0), (recording, 1)], name="toy", bins=len(frames), pool=34,
        duration=length, size=(34, 34),
    )  # fmt: skip
    ours = data.x[0].reshape(len(frames), 34, 34, 2).transpose(0, 3, 1, 2)
    np.testing.assert_array_equal(ours, frames > 0)


def test_a_table_of_events_and_structured_arrays_say_the_same(tmp_path):
    rng = np.random.default_rng(4)
    recordings = [_random(rng) for _ in range(6)]
    flat = np.concatenate(recordings)
    np.savez(
        tmp_path / "all.npz", **{f: flat[f] for f in "txyp"},
        sample=np.repeat(np.arange(6), 40), label=np.array(list("ababab")), test=[4, 5],
    )  # fmt: skip
    for k, recording in enumerate(recordings):
        (tmp_path / "apart" / "ab"[k % 2]).mkdir(parents=True, exist_ok=True)
        np.save(tmp_path / "apart" / "ab"[k % 2] / f"{k}.npy", recording)
    table = load_dataset(EventsSpec(events=str(tmp_path / "all.npz"), pool=3))
    folder = load_dataset(EventsSpec(events=str(tmp_path / "apart"), pool=3))
    order = [0, 2, 4, 1, 3, 5]
    np.testing.assert_array_equal(table.x[order], folder.x)
    assert table.held_out.tolist() == [4, 5]
    assert folder.held_out is None


def test_a_network_is_fed_a_spike_where_there_was_an_event(nmnist):
    chip = load_chip("risp-127")
    task = build_task(
        EventsSpec(events=str(nmnist[0]), bins=8, pool=4), encoder=DirectEncoder(),
        decoder=MostSpikesDecoder(), timesteps=8, chip=chip, seed=1,
    )  # fmt: skip
    charge = task.train.stimulus.charge
    assert charge.shape == (8, 32, task.train.n_samples)
    features = task.train.features.reshape(-1, 8, 32)
    varies = np.ptp(features, axis=(0, 1)) > 0
    np.testing.assert_array_equal(
        charge.transpose(2, 0, 1)[:, :, varies], chip.spike_value * features[:, :, varies]
    )


@pytest.mark.parametrize(
    ("recording", "said"),
    [
        (np.zeros(3), "recording 0 of 'toy' has fields none; it takes a structured array with t"),
        (events(), "recording 0 of 'toy' has no event"),
        (events((-1, 0, 0, 0)), "at a pixel below 0"),
        (events((9, 0, 0, 0)), r"an event is at pixel \(9, 0\); the camera has 4 x 4"),
    ],
)
def test_a_wrong_recording_is_one_sentence(recording, said):
    with pytest.raises(DataError, match=said):
        event_dataset([(recording, 0), (events((0, 0, 0, 0)), 1)], name="toy", size=(4, 4))


def test_wrong_files_are_one_sentence(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no recordings"):
        load_dataset(EventsSpec(events=str(tmp_path / "empty")))
    (tmp_path / "a.bin").write_bytes(b"1234567")
    with pytest.raises(DataError, match="has 7 bytes; a recording takes five an event"):
        read_events(tmp_path / "a.bin")
    (tmp_path / "a.npy").write_bytes(b"no")
    with pytest.raises(DataError, match="cannot be read"):
        read_events(tmp_path / "a.npy")
    (tmp_path / "a.npz").write_bytes(b"no")
    with pytest.raises(DataError, match=r"is no \.npz file"):
        load_dataset(EventsSpec(events=str(tmp_path / "a.npz")))
    np.savez(tmp_path / "b.npz", t=[0], x=[0], y=[0], p=[0], label=["a"])
    with pytest.raises(DataError, match="lacks sample; it takes t, x, y, p, sample, label"):
        load_dataset(EventsSpec(events=str(tmp_path / "b.npz")))
    np.savez(tmp_path / "c.npz", t=[0], x=[0], y=[0], p=[0], sample=[1], label=["a"])
    with pytest.raises(DataError, match=r"sample goes beyond 0\.\.0"):
        load_dataset(EventsSpec(events=str(tmp_path / "c.npz")))


def test_a_data_set_of_tonics_is_taken_as_it_comes(nmnist, monkeypatch):
    datasets = pytest.importorskip("tonic.datasets")
    folder, kept = nmnist
    monkeypatch.setattr(datasets.NMNIST, "_check_exists", lambda self: True)  # else it downloads
    (folder.parent / "NMNIST").symlink_to(folder)
    theirs = datasets.NMNIST(str(folder.parent), train=False)
    data = event_dataset(theirs, name="nmnist", size=(34, 34), bins=8, pool=4)
    assert data.class_names == ("0", "1")
    want = event_dataset(
        [(kept["Test", digit, k], int(digit)) for digit in "01" for k in range(2)],
        name="nmnist", size=(34, 34), bins=8, pool=4,
    )  # fmt: skip
    np.testing.assert_array_equal(data.x, want.x)
