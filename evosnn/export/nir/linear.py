"""Linear nodes of NIR graphs as sparse matrices: layers, convolutions and pools."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from evosnn.errors import NetworkError

__all__ = ["LINEAR", "Matrix", "bias_of", "linear_map", "numbers"]

LINEAR = (
    "Affine", "AvgPool2d", "Conv1d", "Conv2d", "Flatten", "Identity", "Linear", "Scale",
    "SumPool2d",
)  # fmt: skip
"""The kinds of linear node that are read."""

_MOST = 20_000_000
"""Most weights of a node, written out."""

Matrix = Any
"""A sparse matrix of scipy; it has no types."""


def numbers(name: str, node: Any, field: str) -> NDArray[np.float64]:
    """Return a parameter of a node.

    Raises:
        NetworkError: If it is missing, no numbers, or not finite.
    """
    value = getattr(node, field, None)
    if value is None:
        raise NetworkError(f"{node.kind} '{name}' has no {field}")
    try:
        found = np.asarray(value, np.float64)
    except (TypeError, ValueError):
        raise NetworkError(f"{node.kind} '{name}' has a {field} that is no number") from None
    if not np.isfinite(found).all():
        raise NetworkError(f"{node.kind} '{name}' has a {field} that is not a finite number")
    return found


def linear_map(name: str, node: Any, shape: tuple[int, ...]) -> tuple[Matrix, tuple[int, ...]]:
    """Return what a linear node does to values of a shape.

    Args:
        name: The node's name.
        node: The node.
        shape: Shape of the values that it is fed.

    Returns:
        ``(n_out, n_in)`` matrix, and the shape of what it gives.

    Raises:
        NetworkError: If the node does not take such values.
    """
    size = prod(shape)
    if node.kind in ("Identity", "Flatten"):
        return sparse.identity(size, format="csr"), shape if node.kind == "Identity" else (size,)
    if node.kind == "Scale":
        scale = numbers(name, node, "scale")
        if scale.size not in (1, size):
            raise NetworkError(f"node '{name}' takes {scale.size} values and is fed {size}")
        return sparse.diags(np.broadcast_to(scale.ravel(), (size,)), format="csr"), shape
    if node.kind in ("Affine", "Linear"):
        weight = numbers(name, node, "weight")
        if weight.ndim != 2:
            raise NetworkError(
                f"node '{name}' has weights of shape {weight.shape}; a matrix is read"
            )
        if weight.shape[1] != size:
            raise NetworkError(f"node '{name}' takes {weight.shape[1]} values and is fed {size}")
        return sparse.csr_matrix(weight), (weight.shape[0],)
    return _pool(name, node, shape) if "Pool" in node.kind else _convolution(name, node, shape)


def bias_of(name: str, node: Any, given: tuple[int, ...]) -> NDArray[np.float64] | None:
    """Return what a node adds to its values, ``(n_out,)``, or ``None`` if nothing.

    Args:
        name: The node's name.
        node: The node.
        given: Shape of the values that it gives.
    """
    if getattr(node, "bias", None) is None or node.kind not in ("Affine", "Conv1d", "Conv2d"):
        return None
    bias = numbers(name, node, "bias").ravel()
    if not bias.any():
        return None
    if bias.size not in (1, given[0]):
        raise NetworkError(f"{node.kind} '{name}' has {bias.size} biases for {given[0]} values")
    each = np.broadcast_to(bias, (given[0],))
    return np.repeat(each, prod(given[1:]))


def _whole(name: str, node: Any, field: str, axes: int) -> tuple[int, ...]:
    found = numbers(name, node, field).ravel()
    if found.size not in (1, axes) or (found % 1).any() or (found < 0).any():
        raise NetworkError(f"{node.kind} '{name}' has {field} {found.tolist()}; whole numbers")
    return tuple(int(x) for x in np.broadcast_to(found, (axes,)))


def _convolution(name: str, node: Any, shape: tuple[int, ...]) -> tuple[Matrix, tuple[int, ...]]:
    axes = 1 if node.kind == "Conv1d" else 2
    weight = numbers(name, node, "weight")
    if weight.ndim != axes + 2:
        raise NetworkError(f"{node.kind} '{name}' has weights of shape {weight.shape}")
    (groups,) = _whole(name, node, "groups", 1) if hasattr(node, "groups") else (1,)
    outs, each, kernel = weight.shape[0], weight.shape[1], weight.shape[2:]
    groups = max(groups, 1)
    if getattr(node, "input_shape", None) is not None and len(shape) != axes + 1:
        shape = (each * groups, *_whole(name, node, "input_shape", axes))
    if len(shape) != axes + 1 or shape[0] != each * groups or outs % groups:
        raise NetworkError(f"{node.kind} '{name}' takes {each * groups} channels, is fed {shape}")
    stride, dilation = (_whole(name, node, f, axes) for f in ("stride", "dilation"))
    padding = getattr(node, "padding", 0)
    if padding == "same" if isinstance(padding, str) else False:
        before = tuple((d * (k - 1)) // 2 for d, k in zip(dilation, kernel, strict=True))
        lengths = shape[1:]
    else:
        before = (0,) * axes if isinstance(padding, str) else _whole(name, node, "padding", axes)
        lengths = _lengths(name, node, shape[1:], kernel, stride, dilation, before)
    return _windows(name, node, weight, shape, lengths, stride, dilation, before, groups)


def _pool(name: str, node: Any, shape: tuple[int, ...]) -> tuple[Matrix, tuple[int, ...]]:
    if len(shape) != 3:
        raise NetworkError(f"{node.kind} '{name}' takes channels of images, is fed {shape}")
    kernel, stride, before = (
        _whole(name, node, f, 2) for f in ("kernel_size", "stride", "padding")
    )
    share = 1.0 if node.kind == "SumPool2d" else 1.0 / max(prod(kernel), 1)
    weight = np.full((shape[0], 1, *kernel), share)
    lengths = _lengths(name, node, shape[1:], kernel, stride, (1, 1), before)
    return _windows(name, node, weight, shape, lengths, stride, (1, 1), before, shape[0])


def _lengths(
    name: str, node: Any, size: tuple[int, ...], kernel: tuple[int, ...], stride: tuple[int, ...],
    dilation: tuple[int, ...], before: tuple[int, ...],
) -> tuple[int, ...]:  # fmt: skip
    if min(*stride, *dilation, *kernel) < 1:
        raise NetworkError(f"{node.kind} '{name}' has a stride, dilation or kernel of 0")
    found = tuple(
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, d, p in zip(size, kernel, stride, dilation, before, strict=True)
    )
    if min(found) < 1:
        raise NetworkError(f"{node.kind} '{name}' has a kernel larger than its values, {size}")
    return found


def _windows(
    name: str, node: Any, weight: NDArray[np.float64], shape: tuple[int, ...],
    lengths: tuple[int, ...], stride: tuple[int, ...], dilation: tuple[int, ...],
    before: tuple[int, ...], groups: int,
) -> tuple[Matrix, tuple[int, ...]]:  # fmt: skip
    """Write a kernel out at every place where it is laid: a row for each value that it gives."""
    outs, each, size = weight.shape[0], weight.shape[1], shape[1:]
    entries = weight.size * prod(lengths)
    if entries > _MOST:
        raise NetworkError(f"{node.kind} '{name}' has {entries:,} weights; EvoSNN reads {_MOST:,}")
    places = np.indices(lengths).reshape(len(lengths), -1)
    rows, columns, values = [], [], []
    for offset in np.ndindex(*weight.shape[2:]):
        at = [
            p * s + o * d - b
            for p, s, o, d, b in zip(places, stride, offset, dilation, before, strict=True)
        ]
        inside = np.all([(a >= 0) & (a < n) for a, n in zip(at, size, strict=True)], axis=0)
        column = np.ravel_multi_index([a[inside] for a in at], size)
        row = np.flatnonzero(inside)
        for out in range(outs):
            first = out // (outs // groups) * each
            for channel in range(each):
                value = weight[(out, channel, *offset)]
                if value:
                    rows.append(out * prod(lengths) + row)
                    columns.append((first + channel) * prod(size) + column)
                    values.append(np.full(row.size, value))
    full = (outs * prod(lengths), prod(shape))
    if not rows:
        return sparse.csr_matrix(full), (outs, *lengths)
    parts = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.coo_matrix(parts, full).tocsr(), (outs, *lengths)
