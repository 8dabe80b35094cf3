"""Checks a decoder: shapes, no answer where outputs are silent or tie, and correct answers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import DataError
from evosnn.simulation import NEVER, Response
from evosnn.tasks import Decoder
from evosnn.testing._common import check_table, require, snapshot

__all__ = ["check_decoder"]


def check_decoder(decoder: Decoder, n_classes: int = 3) -> None:
    """Check that a decoder keeps its contract.

    Its table survives a campaign file; ``decide`` returns int16 classes of the right shape, -1 for
    silence and for outputs that all do the same, and leaves the response alone; a sample's answer
    depends on that sample alone; ``correct`` and the simulator's own count agree with ``decide``.

    Args:
        decoder: The decoder, with options.
        n_classes: Number of classes that it is tried with, at least 2.

    Raises:
        AssertionError: With one sentence, at the first breach.
    """
    require(
        isinstance(decoder, Decoder),
        f"{type(decoder).__name__} is no subclass of evosnn.tasks.Decoder",
    )
    check_table(decoder)
    n_outputs = decoder.n_outputs(n_classes)
    require(
        isinstance(n_outputs, int) and n_outputs >= 1,
        f"decoder '{decoder.kind}': n_outputs({n_classes}) is {n_outputs!r}; it takes a whole "
        "number from 1",
    )
    rng = np.random.default_rng(0)
    counts = rng.integers(0, 4, (2, n_outputs, 3, 40))
    _check_answers(decoder, _response(counts, rng), n_classes)
    _check_no_answer(decoder, n_outputs)
    _check_count(decoder, _response(counts, rng), n_classes)
    text = decoder.describe()
    require(
        isinstance(text, str) and text.endswith("."),
        f"decoder '{decoder.kind}': describe returns {text!r}; it takes sentences",
    )


def _response(counts: NDArray[np.integer], rng: np.random.Generator) -> Response:
    first = np.where(counts > 0, rng.integers(0, 8, counts.shape), NEVER)
    return _of(counts, first)


def _of(counts: NDArray[Any], first: NDArray[Any]) -> Response:
    none = np.zeros(len(counts))
    return Response(counts.astype(np.int16), first.astype(np.int16), none, none)


def _check_answers(decoder: Decoder, response: Response, n_classes: int) -> None:
    before = snapshot(response)
    answers = decoder.decide(response)
    require(
        snapshot(response) == before,
        f"decoder '{decoder.kind}': decide writes to the response it is given",
    )
    networks, _, instances, samples = response.counts.shape
    wanted = (networks, instances, samples)
    require(
        answers.shape == wanted and answers.dtype == np.int16,
        f"decoder '{decoder.kind}': decide returns {answers.dtype} of shape {answers.shape}; "
        f"(n_networks, n_instances, n_samples) takes int16 of shape {wanted}",
    )
    require(
        answers.min() >= -1 and answers.max() < n_classes,
        f"decoder '{decoder.kind}': an answer is outside -1..{n_classes - 1}",
    )
    some = _of(response.counts[:, :, :, 5:20], response.first[:, :, :, 5:20])
    require(
        np.array_equal(decoder.decide(some), answers[:, :, 5:20]),
        f"decoder '{decoder.kind}': a sample's answer depends on the other samples",
    )


def _check_no_answer(decoder: Decoder, n_outputs: int) -> None:
    shape = (1, n_outputs, 1, 1)
    silence = _of(np.zeros(shape), np.full(shape, NEVER))
    require(
        (decoder.decide(silence) == -1).all(),
        f"decoder '{decoder.kind}' answers silence; it takes -1, no answer",
    )
    if n_outputs > 1:
        alike = _of(np.full(shape, 3), np.full(shape, 2))
        require(
            (decoder.decide(alike) == -1).all(),
            f"decoder '{decoder.kind}' answers where all outputs do the same; it takes -1",
        )


def _check_count(decoder: Decoder, response: Response, n_classes: int) -> None:
    n_samples = response.counts.shape[3]
    labels = np.random.default_rng(1).integers(0, n_classes, (n_samples,))
    wanted = (decoder.decide(response) == labels).sum(axis=2)
    found = decoder.correct(response, labels)
    require(
        found.dtype == np.int32 and np.array_equal(found, wanted),
        f"decoder '{decoder.kind}': correct does not count the answers of decide",
    )
    try:
        decoder.correct(response, labels[:-1])
    except DataError:
        pass
    else:
        raise AssertionError(f"decoder '{decoder.kind}': correct accepts a label too few")
    scorer = decoder.scorer(labels, response.counts.shape[1])
    require(
        (scorer is None) == (decoder.compares is None),
        f"decoder '{decoder.kind}': a scorer and compares go together",
    )
    if scorer is not None:
        require(
            np.array_equal(scorer.right(response.counts, response.first), wanted),
            f"decoder '{decoder.kind}' says that it compares '{decoder.compares}'; decide does "
            "not agree",
        )
