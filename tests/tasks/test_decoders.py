import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from evosnn.errors import DataError
from evosnn.simulation import NEVER, Response
from evosnn.tasks import DECODER_KINDS, DecoderSpec, FirstSpikeDecoder, MostSpikesDecoder
from evosnn.validation import first_problem

DTYPE = np.int16


def respond(counts=None, first=None) -> Response:
    """A response whose other half could not decide anything."""
    given = np.asarray(counts if counts is not None else first)
    given = given.astype(DTYPE)
    n = given.shape[0]
    idle = np.zeros_like(given) if counts is None else np.full_like(given, NEVER)
    return Response(
        counts=idle if counts is None else given,
        first=idle if first is None else given,
        spikes=np.zeros(n),
        deliveries=np.zeros(n),
    )


def one(values) -> np.ndarray:
    """One network, one instance, one sample."""
    return np.array(values).reshape(1, -1, 1, 1)


@pytest.mark.parametrize(
    ("counts", "answer"),
    [
        ([3, 1, 2], 0),
        ([1, 2, 9], 2),
        ([0, 1, 0], 1),
        ([0, 0, 0], -1),
        ([5, 5, 1], -1),
        ([5, 1, 5], -1),
        ([2, 2, 3], 2),
        ([3, 2, 2], 0),
        ([4, 4, 4], -1),
    ],
)
def test_most_spikes_wins_and_a_tie_or_silence_is_no_answer(counts, answer) -> None:
    assert MostSpikesDecoder().decide(respond(counts=one(counts))).item() == answer


@pytest.mark.parametrize(
    ("first", "answer"),
    [
        ([3, 1, 2], 1),
        ([0, 2, 9], 0),
        ([NEVER, NEVER, NEVER - 1], 2),
        ([NEVER, NEVER, NEVER], -1),
        ([1, 5, 1], -1),
        ([5, 5, 3], 2),
        ([3, 5, 5], 0),
        ([0, 0, 0], -1),
    ],
)
def test_first_spike_wins_and_a_tie_or_silence_is_no_answer(first, answer) -> None:
    assert FirstSpikeDecoder().decide(respond(first=one(first))).item() == answer


def obvious(values, silent, better) -> np.ndarray:
    n, _, k, s = values.shape
    answer = np.full((n, k, s), -1)
    for a in range(n):
        for i in range(k):
            for t in range(s):
                column = values[a, :, i, t].tolist()
                best = better(column)
                if best != silent and column.count(best) == 1:
                    answer[a, i, t] = column.index(best)
    return answer


@settings(deadline=None)
@given(
    shape=st.tuples(st.integers(1, 3), st.integers(2, 11), st.integers(1, 3), st.integers(0, 40)),
    top=st.integers(1, 30),
    seed=st.integers(0, 2**32),
)
def test_decoders_agree_with_the_obvious_loop(shape, top, seed) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, top, size=shape)
    labels = rng.integers(0, shape[1], size=shape[3])
    most = obvious(values, 0, max)
    values_or_never = np.where(rng.random(shape) < 0.3, NEVER, values)
    earliest = obvious(values_or_never, NEVER, min)
    for decoder, response, expected in (
        (MostSpikesDecoder(), respond(counts=values), most),
        (FirstSpikeDecoder(), respond(first=values_or_never), earliest),
    ):
        decided = decoder.decide(response)
        assert decided.dtype == np.int16
        assert (decided == expected).all()
        right = decoder.correct(response, labels)
        assert right.dtype == np.int32
        assert (right == (expected == labels).sum(axis=2)).all()


def test_a_view_and_frozen_arrays_are_read() -> None:
    values = np.random.default_rng(0).integers(0, 5, (2, 3, 4, 50)).astype(DTYPE)
    values.flags.writeable = False
    labels = np.arange(25) % 3
    view = values[..., ::2]
    got = MostSpikesDecoder().correct(respond(counts=view), labels)
    assert (got == (obvious(view, 0, max) == labels).sum(axis=2)).all()


def test_one_label_a_sample() -> None:
    response = respond(counts=np.ones((1, 2, 1, 4)))
    with pytest.raises(DataError, match=r"labels has shape \(3,\); a response to 4 samples takes"):
        MostSpikesDecoder().correct(response, np.zeros(3, dtype=np.int64))


@pytest.mark.parametrize("decoder", [MostSpikesDecoder(), FirstSpikeDecoder()], ids=repr)
def test_one_output_a_class(decoder) -> None:
    assert decoder.n_outputs(7) == 7


class _Spec(BaseModel):
    decoder: DecoderSpec


@pytest.mark.parametrize("kind", DECODER_KINDS)
def test_a_decoder_survives_the_campaign_file(kind) -> None:
    spec = _Spec(decoder=kind)
    assert spec.decoder.kind == kind
    assert _Spec.model_validate_json(spec.model_dump_json()) == spec


def test_an_unknown_decoder_is_answered_by_the_nearest() -> None:
    with pytest.raises(ValidationError) as error:
        _Spec(decoder="most-spike")
    said = "decoder: unknown decoder 'most-spike'; did you mean 'most-spikes'?"
    assert said in first_problem(error.value, _Spec)
