"""Random numbers for the parts of a chip, independent of all other draws.

A number is a function of a stream's key, the chip instance, and the ids of a neuron or of a
synapse's two ends. Hence a synapse has the same deviation on a chip in every network that contains
it, and no other mechanism or thread changes a draw. The generator is Philox
(:mod:`evosnn.hardware._philox`).
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

__all__ = ["normals", "stream_key", "uniforms"]


def stream_key(seed: np.random.SeedSequence, purpose: str) -> NDArray[np.uint32]:
    """Return the ``(2,)`` uint32 key of the random stream for ``purpose`` under ``seed``."""
    spawned = np.random.SeedSequence(
        seed.entropy, spawn_key=(*seed.spawn_key, zlib.crc32(purpose.encode()))
    )
    return spawned.generate_state(2, np.uint32).astype(np.uint32)


def uniforms(
    key: NDArray[np.uint32],
    n_instances: int,
    a: NDArray[np.uint32],
    b: NDArray[np.uint32],
    layer: int = 0,
) -> NDArray[np.float64]:
    """Return ``(n_instances, n_parts)`` numbers, uniform in the open interval 0..1.

    Args:
        key: ``(2,)``, the stream, from :func:`stream_key`.
        n_instances: Number of chip instances.
        a: ``(n_parts,)``, first id of each part (a synapse's presynaptic neuron).
        b: ``(n_parts,)``, second id of each part (its postsynaptic neuron).
        layer: Index among several draws for the same parts, such as a bit of a weight's code.
    """
    from evosnn.hardware._philox import draw  # loads numba

    return np.asarray(draw(key, n_instances, a, b, layer, False), np.float64)


def normals(
    key: NDArray[np.uint32],
    n_instances: int,
    a: NDArray[np.uint32],
    b: NDArray[np.uint32],
    layer: int = 0,
) -> NDArray[np.float64]:
    """Return ``(n_instances, n_parts)`` standard normal numbers; arguments as :func:`uniforms`.

    Two instances share a counter (a Box-Muller pair). More instances do not change the first ones.
    """
    from evosnn.hardware._philox import draw  # loads numba

    return np.asarray(draw(key, n_instances, a, b, layer, True), np.float64)
