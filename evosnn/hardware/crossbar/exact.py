"""Effective conductances of a crossbar with resistive wires: exact nodal analysis of a tile.

Idea: devices and wires are linear and every row is driven (an idle one to 0 V), so the currents
at the columns' ends are :math:`I = G^T V`. Eliminating the nodes of row ``i`` leaves the current
that it injects into the columns, ``d_i V_i - M_i b_i``, where ``b_i`` are the columns' potentials
there. The rows form a chain, ``A_i b_i - g (b_{i-1} + b_{i+1}) = d_i V_i``, eliminated from the
top (block LU of a block-tridiagonal matrix); the last ``b`` gives the currents.

Layout: devices are ``(..., rows, columns)`` siemens. Row ``i`` is a wire of ``r_row`` a crossing,
driven at its left end through ``r_source``; column ``j`` one of ``r_column``, held at 0 V at its
lower end through ``r_sense``; the first crossing of a row and the last of a column are one
segment away from their ends, as in badcrossbar and CrossSim.

Cost: for each row one solution of ``columns`` equations, O(rows columns^3) a tile, once for each
chip.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import SpecError

__all__ = ["effective_conductance", "wire_index"]

_Floats = NDArray[np.float64]


def effective_conductance(
    g: _Floats,
    *,
    r_row: float,
    r_column: float,
    r_source: float = 0.0,
    r_sense: float = 0.0,
) -> _Floats:
    """Return the conductances that drivers and sense amplifiers see.

    Args:
        g: ``(..., rows, columns)``, device conductances in siemens, 0 where there is none;
            leading axes are independent tiles.
        r_row: Resistance of a row's wire between two crossings, in ohm; 0 for none.
        r_column: Resistance of a column's wire between two crossings, in ohm.
        r_source: Resistance of each row's driver, in ohm.
        r_sense: Resistance of each column's sense amplifier, in ohm.

    Returns:
        ``(..., rows, columns)``, current in column ``j`` per volt on row ``i``, in siemens.

    Raises:
        SpecError: If a conductance or resistance is negative or not finite.
    """
    g = np.asarray(g, dtype=np.float64)
    if not (np.isfinite(g).all() and (g >= 0).all()):
        raise SpecError("a conductance is negative or not a finite number")
    for name, r in (
        ("r_row", r_row), ("r_column", r_column), ("r_source", r_source), ("r_sense", r_sense),
    ):  # fmt: skip
        if not (math.isfinite(r) and r >= 0):
            raise SpecError(f"{name} is {r:g}; a resistance is at least 0 ohm")
    if r_column == 0 and r_sense == 0:
        injected = [_row(g[..., i, :], r_row, r_source)[1] for i in range(g.shape[-2])]
        return np.stack(injected, axis=-2)
    if r_column == 0:
        return _one_potential(g, r_row, r_source, 1.0 / r_sense)
    return _chain(g, r_row, r_source, 1.0 / r_column, 1.0 / (r_column + r_sense))


def _row(g: _Floats, r_row: float, r_source: float) -> tuple[_Floats, _Floats]:
    """Return ``M``, ``(..., n, n)``, and ``d``, ``(..., n)``, of one row of conductances."""
    n = g.shape[-1]
    diagonal = g[..., :, None] * np.eye(n)
    if r_row == 0 and r_source == 0:
        return diagonal, g
    if r_row == 0:
        drive = 1.0 / r_source
        d = g * (drive / (g.sum(axis=-1, keepdims=True) + drive))
        return diagonal - d[..., :, None] * g[..., None, :] / drive, d
    wire, drive = 1.0 / r_row, 1.0 / (r_row + r_source)
    chain = 2.0 * wire * np.eye(n) - wire * (np.eye(n, k=1) + np.eye(n, k=-1))
    chain[0, 0] += drive - wire
    chain[-1, -1] -= wire
    right = np.zeros((*g.shape, n + 1))
    right[..., :n] = diagonal
    right[..., 0, n] = drive
    potential = np.linalg.solve(chain + diagonal, right)  # of the row, per volt of b and of V
    scaled = g[..., :, None] * potential
    return diagonal - scaled[..., :n], scaled[..., n]


def _one_potential(g: _Floats, r_row: float, r_source: float, sense: float) -> _Floats:
    """Solve for columns without wire resistance, which have one potential each."""
    rows = [_row(g[..., i, :], r_row, r_source) for i in range(g.shape[-2])]
    total = sum((m for m, _ in rows), np.zeros((g.shape[-1], g.shape[-1])))
    driven = np.stack([d for _, d in rows], axis=-1)
    b = np.linalg.solve(total + sense * np.eye(g.shape[-1]), driven)
    return np.asarray(sense * b.swapaxes(-1, -2))


def _chain(g: _Floats, r_row: float, r_source: float, wire: float, end: float) -> _Floats:
    m, n = g.shape[-2:]
    eye = np.eye(n)
    seen = np.zeros((*g.shape[:-1], n)).swapaxes(-1, -2)  # (..., n, m), per volt of each row
    coupled = np.zeros((*g.shape[:-2], n, n))
    for i in range(m):
        reduced, d = _row(g[..., i, :], r_row, r_source)
        below = wire if i < m - 1 else end
        block = reduced + (below + (wire if i else 0.0)) * eye - wire * coupled
        seen[..., i] = d
        # coupled, seen: a row's potentials per volt of the row above, and per volt of each driver.
        right = np.concatenate(
            [np.broadcast_to(wire * eye, block.shape), seen[..., : i + 1]], axis=-1
        )
        solved = np.linalg.solve(block, right)
        coupled = solved[..., :n]
        seen[..., : i + 1] = solved[..., n:] * (wire if i < m - 1 else end)
    return seen.swapaxes(-1, -2)


def wire_index(g: _Floats, *, r_row: float, r_column: float) -> float:
    """Return the wire index kappa, a dimensionless measure of the effect of wire resistance.

    Ignoring the wires causes a relative error of about ``kappa / (1 + kappa)`` (within a quarter,
    measured for random conductances of 16 to 128 rows and columns).

    Args:
        g: ``(rows, columns)``, device conductances in siemens.
        r_row: Resistance of a row's wire between two crossings, in ohm.
        r_column: Resistance of a column's wire between two crossings, in ohm.
    """
    rows, columns = g.shape
    reach = r_row * columns**2 + r_column * rows**2
    return float(g.mean() * reach * 4.0 / math.pi**2)
