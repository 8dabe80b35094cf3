import numpy as np
import pytest

from evosnn.chips import load_chip
from evosnn.errors import DataError, SpecError
from evosnn.simulation import Response
from evosnn.tasks import (
    CsvSpec,
    Dataset,
    FlipFlopEncoder,
    MostSpikesDecoder,
    PoissonEncoder,
    RateEncoder,
    SplitSpec,
    build_task,
)

PARTS = ("train", "validation", "test")


def build(spec="iris", encoder=None, seed=3, timesteps=24, chip="risp-7", **options):
    return build_task(
        spec,
        encoder=encoder or FlipFlopEncoder(),
        decoder=MostSpikesDecoder(),
        timesteps=timesteps,
        chip=load_chip(chip),
        seed=seed,
        **options,
    )


def numbered(n: int = 40) -> Dataset:
    """Samples that can be told apart after encoding: feature 0 is the sample's number."""
    x = np.stack([np.arange(n, dtype=float), np.ones(n)], axis=1)
    return Dataset("numbered", ("n", "one"), ("even", "odd"), x, np.arange(n) % 2)


def bytes_of(task) -> list[bytes]:
    return [
        array.tobytes()
        for part in PARTS
        for array in (getattr(task, part).stimulus.charge, getattr(task, part).labels)
    ]


def test_iris() -> None:
    task = build()
    assert (task.name, task.n_inputs, task.n_outputs, task.timesteps) == ("iris", 8, 3, 24)
    assert task.class_names == ("setosa", "versicolor", "virginica")
    for part, n in zip(PARTS, (84, 21, 45), strict=True):
        samples = getattr(task, part)
        assert samples.n_samples == n
        assert samples.stimulus.charge.shape == (24, 8, n)
        assert samples.labels.dtype == np.int64
        assert np.isin(samples.stimulus.charge, [0, load_chip("risp-7").spike_value]).all()


def test_labels_stay_with_their_samples_and_scaling_sees_training_only() -> None:
    data = numbered()
    task = build(data, RateEncoder(), timesteps=400, chip="risp-f")
    seen = []
    for part in PARTS:
        samples = getattr(task, part)
        x = (samples.stimulus.charge[:, 0] != 0).sum(axis=0) / 400
        low, high = task.scaling.low[0], task.scaling.high[0]
        number = np.rint(low + x * (high - low)).astype(int)
        inside = (x > 0) & (x < 1)
        assert inside.sum() > 5
        assert (number[inside] % 2 == samples.labels[inside]).all()
        assert (samples.stimulus.charge[:, 1] == 0).all()  # constant in training
        seen += number[inside].tolist()
        if part == "train":
            assert (x.min(), x.max()) == (0, 1)
    assert len(set(seen)) == len(seen)


def test_same_seed_same_bytes() -> None:
    for encoder in (FlipFlopEncoder(), PoissonEncoder()):
        assert bytes_of(build(encoder=encoder)) == bytes_of(build(encoder=encoder))
        assert bytes_of(build(encoder=encoder)) != bytes_of(build(encoder=encoder, seed=4))


def test_a_seed_sequence_is_read_and_not_used_up() -> None:
    sequence = np.random.SeedSequence(3)
    first = bytes_of(build(seed=sequence, encoder=PoissonEncoder()))
    assert bytes_of(build(seed=sequence, encoder=PoissonEncoder())) == first
    assert bytes_of(build(seed=3, encoder=PoissonEncoder())) == first
    assert sequence.n_children_spawned == 0
    child = np.random.SeedSequence(3, spawn_key=(5,))
    assert bytes_of(build(seed=child, encoder=PoissonEncoder())) != first


def test_another_encoder_sees_the_same_split() -> None:
    first, other = build(encoder=FlipFlopEncoder()), build(encoder=PoissonEncoder())
    for part in PARTS:
        assert (getattr(first, part).labels == getattr(other, part).labels).all()
    assert (first.scaling.low == other.scaling.low).all()
    assert (first.scaling.mean == other.scaling.mean).all()


def test_parts_are_encoded_from_streams_of_their_own() -> None:
    x = np.tile([[0.0], [1.0], [0.5]], (20, 1))
    task = build(
        Dataset("flat", ("f",), ("a", "b"), x, np.arange(60) % 2),
        PoissonEncoder(rate=0.5),
        split_spec=SplitSpec(train=0.4, validation=0.3, test=0.3),
    )
    validation, test = (getattr(task, p).stimulus.charge for p in ("validation", "test"))
    assert validation.shape == test.shape
    assert (validation != test).any()


def test_correct_counts_a_parts_right_answers() -> None:
    task = build()
    labels = task.test.labels
    counts = np.zeros((2, 3, 1, labels.size), dtype=np.int16)
    counts[0, labels, 0, np.arange(labels.size)] = 4
    counts[1, 2] = 4
    response = Response(counts, counts, np.zeros(2), np.zeros(2))
    assert task.correct(response, task.test).tolist() == [[45], [15]]


def test_a_csv_file_with_gaps(tmp_path) -> None:
    rows = [f"{i},{'?' if i % 5 == 0 else i},{'ab'[i % 2]}" for i in range(30)]
    (tmp_path / "gaps.csv").write_text("\n".join(["u,v,kind", *rows]))
    spec = CsvSpec(csv="gaps.csv", label="kind", missing="mean")
    task = build(spec, base=tmp_path)
    assert (task.name, task.n_inputs, task.class_names) == ("gaps", 4, ("a", "b"))
    assert np.isfinite(task.test.stimulus.charge).all()


def test_a_window_too_short_is_said_before_any_data_are_read() -> None:
    with pytest.raises(SpecError, match="needs 22 timesteps; timesteps is 16"):
        build(CsvSpec(csv="none.csv", label=0), timesteps=16)


def test_what_cannot_be_built() -> None:
    with pytest.raises(SpecError, match="unknown task 'irsi'; did you mean 'iris'"):
        build("irsi")
    with pytest.raises(DataError, match=r"none\.csv' cannot be read"):
        build(CsvSpec(csv="none.csv", label=0))
    with pytest.raises(DataError, match=r"class 'odd'.*has 2 samples"):
        build(
            Dataset("few", ("f",), ("even", "odd"), np.zeros((6, 1)), np.array([0, 0, 0, 0, 1, 1]))
        )
