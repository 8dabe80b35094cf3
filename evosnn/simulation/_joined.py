"""Responses to some of the samples each, put together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evosnn.simulation._data import Response

__all__ = ["joined"]


def joined(parts: Sequence[Response], spans: Sequence[tuple[int, int]]) -> Response:
    """Put responses to the samples ``span[0]`` to ``span[1]`` each side by side."""
    runs = np.array(
        [part.counts.shape[2] * (b - a) for part, (a, b) in zip(parts, spans, strict=True)]
    )

    def mean(values: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        totals = np.rint(np.array(values) * runs[:, None])  # whole, so the order is nothing
        return np.asarray(totals.sum(axis=0) / runs.sum())

    return Response(
        np.concatenate([part.counts for part in parts], axis=3),
        np.concatenate([part.first for part in parts], axis=3),
        mean([part.spikes for part in parts]),
        mean([part.deliveries for part in parts]),
        right=np.sum([part.right for part in parts], axis=0, dtype=np.int32),
    )
