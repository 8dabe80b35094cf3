import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydantic import BaseModel, ValidationError

from evosnn.errors import DataError, SpecError
from evosnn.tasks import (
    ENCODER_KINDS,
    ArgyleEncoder,
    CrossingEncoder,
    DeltaEncoder,
    DirectEncoder,
    EncoderSpec,
    FirstSpikeEncoder,
    FlipFlopEncoder,
    PoissonEncoder,
    RateEncoder,
)
from evosnn.validation import first_problem

GRID = [Fraction(i, 120) for i in range(121)]
EVERY_ENCODER = [
    ArgyleEncoder(),
    ArgyleEncoder(neurons=3, max_spikes=5, interval=1),
    DirectEncoder(scale=1.7),
    FirstSpikeEncoder(),
    FirstSpikeEncoder(first=3, last=9, silent_below=0.2),
    FlipFlopEncoder(),
    FlipFlopEncoder(bins=5, max_spikes=3, interval=2),
    PoissonEncoder(rate=0.6),
    RateEncoder(),
    RateEncoder(max_spikes=7, pair=True),
]


def encode(encoder, x, timesteps=24, spike_value=1.0, integer=True, seed=0):
    return encoder.encode(
        np.asarray(x, dtype=float),
        timesteps=timesteps,
        spike_value=spike_value,
        integer=integer,
        rng=np.random.default_rng(seed),
    ).charge


def counts(encoder, values, timesteps=24):
    """Spikes on each input for one feature of each value: (n_values, n_inputs)."""
    x = np.array([[float(v)] for v in values])
    return encode(encoder, x, timesteps).sum(axis=0).T.astype(int).tolist()


def times(encoder, value, timesteps=24):
    """Timesteps of the spikes of one feature, for each input."""
    charge = encode(encoder, [[value]], timesteps)[:, :, 0]
    return [np.flatnonzero(charge[:, i]).tolist() for i in range(charge.shape[1])]


@pytest.mark.parametrize("encoder", EVERY_ENCODER, ids=repr)
@given(data=st.data(), integer=st.booleans(), n=st.integers(0, 4), f=st.integers(1, 3))
def test_what_every_encoder_keeps_to(encoder, data, integer, n, f) -> None:
    x = data.draw(arrays(float, (n, f), elements=st.floats(0, 1)))
    charge = encode(encoder, x, 24, spike_value=7.0, integer=integer)
    assert charge.shape == (24, encoder.n_inputs(f), n)
    assert charge.dtype == np.float64
    assert charge.flags.c_contiguous
    if integer:
        assert (charge == np.rint(charge)).all()
    if encoder.kind != "direct":
        assert np.isin(charge, [0.0, 7.0]).all()
    assert charge.tobytes() == encode(encoder, x, 24, 7.0, integer).tobytes()


@pytest.mark.parametrize("encoder", [e for e in EVERY_ENCODER if e.kind != "poisson"], ids=repr)
def test_features_and_samples_do_not_mix(encoder) -> None:
    x = np.random.default_rng(1).random((5, 3))
    together = encode(encoder, x)
    m = encoder.n_inputs(1)
    for sample in range(5):
        for feature in range(3):
            alone = encode(encoder, x[sample : sample + 1, feature : feature + 1])
            inputs = slice(feature * m, feature * m + m)
            assert (together[:, inputs, sample] == alone[:, :, 0]).all()


def test_direct_is_the_same_charge_in_every_timestep() -> None:
    x = [[0.0, 0.25, 1.0]]
    charge = encode(DirectEncoder(scale=0.5), x, 4, spike_value=10.0, integer=False)
    assert charge[:, :, 0].tolist() == [[0, 1.25, 5]] * 4
    whole = encode(DirectEncoder(scale=0.5), x, 4, spike_value=10.0, integer=True)
    assert whole[:, :, 0].tolist() == [[0, 1, 5]] * 4


@pytest.mark.parametrize("max_spikes", [1, 2, 5, 24, None])
def test_rate_sends_the_rounded_number_of_spikes(max_spikes) -> None:
    most = max_spikes or 24
    got = counts(RateEncoder(max_spikes=max_spikes), GRID)
    assert got == [[round(x * most)] for x in GRID]
    paired = counts(RateEncoder(max_spikes=max_spikes, pair=True), GRID)
    assert paired == [[round(x * most), round((1 - x) * most)] for x in GRID]


@pytest.mark.parametrize("timesteps", [1, 7, 16, 24])
def test_rate_spreads_spikes_evenly_from_timestep_0(timesteps) -> None:
    for k in range(timesteps + 1):
        got = times(RateEncoder(), k / timesteps, timesteps)
        assert got == [[j * timesteps // k for j in range(k)]]


def test_poisson_counts_are_binomial() -> None:
    n, steps, rate = 4000, 25, 0.8
    for x in (0.1, 0.5, 0.9):
        charge = encode(PoissonEncoder(rate=rate), np.full((n, 1), x), steps)
        each, p = charge.sum(axis=0)[0], x * rate
        # Five standard errors: a right encoder fails one run in a million (the seed is fixed).
        assert abs(each.mean() - steps * p) < 5 * math.sqrt(steps * p * (1 - p) / n)
        variance = steps * p * (1 - p)
        assert abs(each.var() - variance) < 5 * variance * math.sqrt(2 / n)
        per_step = charge[:, 0].mean(axis=1)
        assert np.abs(per_step - p).max() < 5 * math.sqrt(p * (1 - p) / n)


def test_poisson_extremes_and_seed() -> None:
    x = np.array([[0.0, 1.0, 0.5]])
    charge = encode(PoissonEncoder(), x)
    assert charge[:, 0].sum() == 0
    assert charge[:, 1].sum() == 24
    assert (charge != encode(PoissonEncoder(), x, seed=1)).any()


@pytest.mark.parametrize("max_spikes", [1, 3, 5, 8])
def test_flip_flop_is_the_published_rule(max_spikes) -> None:
    expected = []
    for x in GRID:
        v = 2 * x - 1
        k = math.ceil(max_spikes * abs(v))
        expected.append([k, 0] if v < 0 else [0, k])
    assert counts(FlipFlopEncoder(max_spikes=max_spikes), GRID) == expected


# The first rows of the recorded runs of the published cart-pole networks (Plank, Rizzo, White
# and Schuman, JLPEA 15(1):5, 2025; TENNLab framework-open): observation, limit, input spikes.
@pytest.mark.parametrize(
    ("value", "limit", "spikes"),
    [
        (-1.17261, 2.4, [4, 0]),
        (0.201336, 2.0, [0, 1]),
        (-0.0686158, 0.209, [3, 0]),
        (0.40251, 2.0, [0, 2]),
        (0.397361, 2.0, [0, 2]),
        (0.0889857, 2.0, [0, 1]),
    ],
)
def test_flip_flop_reproduces_recorded_inputs(value, limit, spikes) -> None:
    assert counts(FlipFlopEncoder(), [(value + limit) / (2 * limit)]) == [spikes]


@pytest.mark.parametrize(
    ("value", "limit", "spikes"),
    [
        (-1.17261, 2.4, [2, 7, 0, 0]),
        (-0.0686158, 0.209, [0, 8, 1, 0]),
        (-0.0471101, 0.209, [0, 7, 2, 0]),
    ],
)
def test_argyle_reproduces_recorded_inputs(value, limit, spikes) -> None:
    assert counts(ArgyleEncoder(), [(value + limit) / (2 * limit)]) == [spikes]


@pytest.mark.parametrize("bins", [2, 3, 4, 7])
def test_flip_flop_of_more_bins_is_continuous_and_uses_one_input(bins) -> None:
    encoder = FlipFlopEncoder(bins=bins)
    edges = [Fraction(i, bins) for i in range(bins + 1)]
    got = np.array(counts(encoder, GRID))
    assert ((got > 0).sum(axis=1) <= 1).all()
    totals = got.sum(axis=1)
    assert np.abs(np.diff(totals)).max() <= 1
    for x, row in zip(GRID, got, strict=True):
        own = min(int(x * bins), bins - 1)
        distance = (x - edges[own]) * bins
        height = distance if own % 2 else 1 - distance
        assert row[own] == row.sum() == math.ceil(8 * height)


@pytest.mark.parametrize(("neurons", "max_spikes"), [(2, 8), (4, 8), (5, 3)])
def test_argyle_shares_a_fixed_number_of_spikes(neurons, max_spikes) -> None:
    got = counts(ArgyleEncoder(neurons=neurons, max_spikes=max_spikes), GRID)
    for x, row in zip(GRID, got, strict=True):
        p = (neurons - 1) * x
        i = min(math.floor(p), neurons - 2)
        k = min(1 + math.floor(max_spikes * (p - i)), max_spikes)
        expected = [0] * neurons
        expected[i], expected[i + 1] = max_spikes + 1 - k, k
        assert row == expected


def test_argyle_at_an_input_is_not_moved_to_the_next_by_a_last_bit() -> None:
    assert 0.29 * 100 < 29
    row = counts(ArgyleEncoder(neurons=101), [0.29])[0]
    assert (row[28], row[29], row[30]) == (0, 8, 1)


def test_bursts_start_in_timestep_0() -> None:
    assert times(FlipFlopEncoder(), 1.0) == [[], [0, 3, 6, 9, 12, 15, 18, 21]]
    assert times(FlipFlopEncoder(max_spikes=4, interval=1), 0.25) == [[0, 1], []]
    assert times(ArgyleEncoder(neurons=2, max_spikes=2, interval=5), 0.0) == [[0, 5], [0]]


@pytest.mark.parametrize(("first", "last"), [(0, None), (3, 9), (5, 5), (2, None)])
def test_first_spike_is_one_spike_at_its_time(first, last) -> None:
    end = 23 if last is None else last
    encoder = FirstSpikeEncoder(first=first, last=last)
    for x in GRID:
        assert times(encoder, float(x)) == [[first + round((1 - x) * (end - first))]]


def test_first_spike_is_silent_below_its_limit() -> None:
    encoder = FirstSpikeEncoder(silent_below=0.25)
    assert times(encoder, 0.2499) == [[]]
    assert len(times(encoder, 0.25)[0]) == 1
    assert times(FirstSpikeEncoder(), 0.0) == [[23]]


@pytest.mark.parametrize(
    ("encoder", "shortest", "said"),
    [
        (FlipFlopEncoder(), 22, "max_spikes 8, one every 3 timesteps, needs 22 timesteps"),
        (FlipFlopEncoder(interval=1), 8, "max_spikes 8, one every timestep, needs 8 timesteps"),
        (ArgyleEncoder(), 22, "max_spikes 8, one every 3 timesteps, needs 22 timesteps"),
        (RateEncoder(max_spikes=30), 30, "max_spikes 30 needs 30 timesteps"),
        (FirstSpikeEncoder(last=20), 21, "last 20 needs 21 timesteps"),
        (FirstSpikeEncoder(first=20), 21, "first 20 needs 21 timesteps"),
        (RateEncoder(), 1, "a spike needs 1 timestep"),
        (DirectEncoder(), 1, "a charge needs 1 timestep"),
        (PoissonEncoder(), 1, "a spike needs 1 timestep"),
    ],
)
def test_a_window_too_short_is_refused_and_the_shortest_taken(encoder, shortest, said) -> None:
    encoder.check_window(shortest)
    assert encode(encoder, [[0.0], [1.0]], shortest).shape[0] == shortest
    for check in (encoder.check_window, lambda t: encode(encoder, [[1.0]], t)):
        with pytest.raises(SpecError) as error:
            check(shortest - 1)
        assert str(error.value) == (
            f"encoder '{encoder.kind}': {said}; timesteps is {shortest - 1}"
        )


@pytest.mark.parametrize(
    ("x", "said"),
    [
        ([0.5], r"x has shape \(1,\); it takes \(n_samples, n_features\)"),
        ([[0.5, 1.5]], r"x holds 1\.5; it takes 0\.\.1"),
        ([[-0.1]], r"x holds -0\.1"),
        ([[np.nan]], r"x holds nan"),
    ],
)
def test_features_that_are_not_scaled_are_refused(x, said) -> None:
    with pytest.raises(DataError, match=f"encoder 'rate': {said}"):
        encode(RateEncoder(), x)


class _Spec(BaseModel):
    encoder: EncoderSpec = FlipFlopEncoder()


@pytest.mark.parametrize("encoder", EVERY_ENCODER, ids=repr)
def test_an_encoder_survives_the_campaign_file(encoder) -> None:
    spec = _Spec(encoder=encoder)
    assert _Spec.model_validate(spec.model_dump(mode="json")).encoder == encoder
    assert _Spec.model_validate_json(spec.model_dump_json()).encoder == encoder
    with pytest.raises(ValidationError, match="frozen"):
        encoder.kind = "rate"


@pytest.mark.parametrize("kind", ENCODER_KINDS)
def test_a_kind_alone_stands_for_its_defaults(kind) -> None:
    short, table = _Spec(encoder=kind), _Spec(encoder={"kind": kind})
    assert short == table
    assert short.encoder.kind == kind


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("flipflop", "encoder: unknown encoder 'flipflop'; did you mean 'flip-flop'?"),
        ({"kind": "rat"}, "encoder: unknown encoder 'rat'; did you mean 'rate'?"),
        (
            {"bins": 3},
            "encoder: an encoder has a 'kind', one of argyle, crossing, delta, direct",
        ),
        ({"kind": "rate", "max_spike": 3}, "did you mean 'max_spikes'?"),
        ({"kind": "flip-flop", "bins": 1}, "bins: input should be greater than or equal to 2"),
        ({"kind": "direct", "scale": 0}, "scale: input should be greater than 0, got 0"),
        ({"kind": "poisson", "rate": 1.5}, "rate: input should be less than or equal to 1"),
        ({"kind": "first-spike", "first": 5, "last": 4}, "last 4 is before first 5"),
    ],
)
def test_a_wrong_table_gets_one_sentence(table, said) -> None:
    with pytest.raises(ValidationError) as error:
        _Spec(encoder=table)
    assert said in first_problem(error.value, _Spec)


def _followed(encoder, values, each=1):
    x = np.array(values, dtype=float).reshape(1, -1, 1)
    charge = encoder.encode_sequence(
        x, timesteps=each * len(values), spike_value=1.0, integer=True, rng=np.random.default_rng(0)
    ).charge
    return charge[:, :, 0].T.astype(int).tolist()


def test_delta_spikes_for_each_step_risen_or_fallen():
    values = [0.5, 0.55, 0.7, 0.7, 0.4]
    # One timestep an instant holds one spike; what is left to send comes with the next.
    assert _followed(DeltaEncoder(delta=0.1), values) == [[0, 0, 1, 1, 0], [0, 0, 0, 0, 1]]
    # Two timesteps an instant hold two spikes; the reference then stands at 0.7 and 0.5.
    up, down = _followed(DeltaEncoder(delta=0.1), values, each=2)
    assert up == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0]
    assert down == [0, 0, 0, 0, 0, 0, 0, 0, 1, 1]


@given(x=arrays(np.float64, (3, 20, 2), elements=st.floats(0, 1)), delta=st.floats(0.05, 0.5))
def test_what_delta_sent_follows_the_value_within_a_step(x, delta):
    most = 25  # timesteps an instant: none is cut off
    charge = DeltaEncoder(delta=delta).encode_sequence(
        x, timesteps=20 * most, spike_value=1.0, integer=True, rng=np.random.default_rng(0)
    ).charge  # fmt: skip
    sent = charge.reshape(20, most, 2, 2, 3).sum(axis=1)
    level = x[:, 0].T + delta * np.cumsum(sent[:, :, 0] - sent[:, :, 1], axis=0)
    assert np.abs(level - x.transpose(1, 2, 0)).max() < delta + 1e-6


def test_crossing_spikes_at_levels():
    values = [0.1, 0.6, 0.6, 0.2, 0.9]
    up_low, down_low, up_high, down_high = _followed(CrossingEncoder(levels=2), values)
    assert (up_low, down_low) == ([0, 1, 0, 0, 1], [0, 0, 0, 1, 0])
    assert (up_high, down_high) == ([0, 0, 0, 0, 1], [0, 0, 0, 0, 0])
    assert _followed(CrossingEncoder(levels=1, pair=False), values) == [[0, 1, 0, 1, 1]]


@pytest.mark.parametrize("encoder", [DeltaEncoder(), CrossingEncoder()])
def test_what_follows_a_value_refuses_a_single_one(encoder):
    with pytest.raises(SpecError, match="encodes changes in time"):
        encoder.encode(
            np.zeros((2, 1)), timesteps=8, spike_value=1.0, integer=True,
            rng=np.random.default_rng(0),
        )  # fmt: skip


@given(
    x=arrays(np.float64, (2, 5, 3), elements=st.floats(0, 1)),
    encoder=st.sampled_from([ArgyleEncoder(max_spikes=3, interval=1), RateEncoder(pair=True)]),
)
def test_a_sequence_is_its_instants_one_after_the_other(x, encoder):
    given_ = {"spike_value": 127.0, "integer": True}
    rng = np.random.default_rng(0)
    whole = encoder.encode_sequence(x, timesteps=20, rng=rng, **given_).charge
    each = [encoder.encode(x[:, t], timesteps=4, rng=rng, **given_).charge for t in range(5)]
    np.testing.assert_array_equal(whole, np.concatenate(each))
