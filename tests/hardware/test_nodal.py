"""Effective conductances against badcrossbar, a dense solver, and circuit theory."""

import json
import time
from pathlib import Path

import numpy as np
import pytest

from evosnn.errors import SpecError
from evosnn.hardware import effective_conductance, wire_index
from tests.data.badcrossbar.record import conductances, voltages

RECORDED = json.loads(
    (Path(__file__).parents[1] / "data" / "badcrossbar" / "currents.json").read_text()
)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=f"{case['rows']}x{case['columns']}",
            marks=[pytest.mark.slow] if case["rows"] * case["columns"] > 64 * 64 else [],
        )
        for case in RECORDED
    ],
)
def test_currents_equal_badcrossbar_s(case):
    g = conductances(case["rows"], case["columns"])
    seen = effective_conductance(g, r_row=case["r_row"], r_column=case["r_column"])
    currents = voltages(case["rows"]).T @ seen
    np.testing.assert_allclose(currents, case["currents"], rtol=1e-9, atol=1e-18)


def solve(g, v, r_row, r_column, r_source, r_sense):
    """Every node of the circuit at once; currents out of the columns and into the rows."""
    m, n = g.shape
    r_source = np.broadcast_to(r_source, m)
    matrix, right = np.zeros((2 * m * n, 2 * m * n)), np.zeros(2 * m * n)

    def join(a, b, conductance):
        for x, y in ((a, b), (b, a)):
            matrix[x, x] += conductance
            matrix[x, y] -= conductance

    def row(i, j):
        return i * n + j

    def column(i, j):
        return m * n + i * n + j

    for i in range(m):
        for j in range(n):
            join(row(i, j), column(i, j), g[i, j])
            if j:
                join(row(i, j - 1), row(i, j), 1 / r_row)
            if i:
                join(column(i - 1, j), column(i, j), 1 / r_column)
        matrix[row(i, 0), row(i, 0)] += 1 / (r_row + r_source[i])
        right[row(i, 0)] += v[i] / (r_row + r_source[i])
    for j in range(n):
        matrix[column(m - 1, j), column(m - 1, j)] += 1 / (r_column + r_sense)
    x = np.linalg.solve(matrix, right)
    out = np.array([x[column(m - 1, j)] for j in range(n)]) / (r_column + r_sense)
    into = (v - np.array([x[row(i, 0)] for i in range(m)])) / (r_row + r_source)
    return out, into


@pytest.mark.parametrize("shape", [(1, 1), (1, 6), (6, 1), (5, 8), (9, 4)])
@pytest.mark.parametrize("ends", [(0.0, 0.0), (50.0, 0.0), (0.0, 30.0), (50.0, 30.0)])
def test_every_node_at_once_gives_the_same(shape, ends):
    rng = np.random.default_rng(0)
    g = rng.uniform(0, 1e-3, shape) * (rng.random(shape) < 0.8)  # some crossings are open
    wires = {"r_row": 12.0, "r_column": 31.0, "r_source": ends[0], "r_sense": ends[1]}
    seen = effective_conductance(g, **wires)
    for _ in range(3):
        v = rng.normal(size=shape[0])
        out, into = solve(g, v, *wires.values())
        np.testing.assert_allclose(v @ seen, out, rtol=1e-10, atol=1e-18)
        assert out.sum() == pytest.approx(into.sum(), rel=1e-9)  # Kirchhoff


@pytest.mark.parametrize(
    "wires",
    [
        {"r_row": 0, "r_column": 0},
        {"r_row": 0, "r_column": 0, "r_source": 500.0},
        {"r_row": 0, "r_column": 0, "r_sense": 500.0},
        {"r_row": 0, "r_column": 40.0, "r_source": 500.0},
        {"r_row": 40.0, "r_column": 0, "r_sense": 500.0},
        {"r_row": 40.0, "r_column": 0},
        {"r_row": 0, "r_column": 40.0},
    ],
)
def test_wires_without_resistance_are_the_limit_of_little(wires):
    g = conductances(6, 5) * 10
    exact = effective_conductance(g, **wires)
    nearly = {k: r or 1e-6 for k, r in wires.items()}
    np.testing.assert_allclose(effective_conductance(g, **nearly), exact, rtol=1e-6)


def test_without_any_resistance_nothing_changes():
    g = conductances(7, 9)
    np.testing.assert_array_equal(effective_conductance(g, r_row=0, r_column=0), g)


def test_rows_and_columns_change_places():
    """Drive the columns' lower ends and sense the rows' left ones: reciprocity."""
    g = conductances(12, 7)
    wires = {"r_row": 3.0, "r_column": 8.0, "r_source": 20.0, "r_sense": 5.0}
    swapped = {"r_row": 8.0, "r_column": 3.0, "r_source": 5.0, "r_sense": 20.0}
    there = effective_conductance(g, **wires)
    back = effective_conductance(g[::-1, ::-1].T, **swapped)
    np.testing.assert_allclose(back, there[::-1, ::-1].T, rtol=1e-12)


def test_more_resistance_loses_more():
    g = conductances(16, 16)
    total = [
        effective_conductance(g, r_row=r, r_column=r).sum() for r in (0, 0.1, 0.5, 1, 2, 5, 20)
    ]
    assert (np.diff(total) < 0).all()


def test_a_single_device_is_a_series_of_resistors():
    seen = effective_conductance(
        np.array([[1e-4]]), r_row=3.0, r_column=4.0, r_source=20.0, r_sense=100.0
    )
    assert seen[0, 0] == pytest.approx(1 / (1e4 + 127), rel=1e-14)


def test_tiles_are_independent_and_solved_together():
    g = np.stack([conductances(9, 6), 3 * conductances(9, 6)[::-1], np.zeros((9, 6))])
    together = effective_conductance(g, r_row=2.0, r_column=5.0, r_sense=7.0)
    for tile, seen in zip(g, together, strict=True):
        alone = effective_conductance(tile, r_row=2.0, r_column=5.0, r_sense=7.0)
        np.testing.assert_allclose(seen, alone, rtol=1e-13)


@pytest.mark.parametrize(
    ("shape", "r", "on", "off"),
    [((16, 16), 1, 1e4, 1e5), ((64, 64), 1, 1e4, 1e5), ((64, 64), 0.35, 4e4, 4e6),
     ((128, 32), 1, 1e4, 1e5), ((32, 128), 2, 1e4, 1e6), ((32, 32), 2.5, 1e3, 4e4)],
)  # fmt: skip
def test_the_index_tells_the_error_of_ignoring_wires(shape, r, on, off):
    g = np.random.default_rng(1).uniform(1 / off, 1 / on, shape)
    v = np.random.default_rng(2).random((200, shape[0])) < 0.2
    ideal = v @ g
    error = v @ effective_conductance(g, r_row=r, r_column=r) - ideal
    relative = np.sqrt((error**2).sum() / (ideal**2).sum())
    kappa = wire_index(g, r_row=r, r_column=r)
    assert 0.8 < relative / (kappa / (1 + kappa)) < 1.3


def test_a_tile_of_64_takes_moments():
    g = conductances(64, 64)
    start = time.perf_counter()
    effective_conductance(g, r_row=1.0, r_column=1.0)
    assert time.perf_counter() - start < 2.0


@pytest.mark.parametrize(
    ("g", "r", "words"),
    [(-1e-6, 1.0, "conductance is negative"), (np.inf, 1.0, "not a finite"), (1e-6, -1.0, "r_row")],
)
def test_what_is_no_circuit_is_refused(g, r, words):
    with pytest.raises(SpecError, match=words):
        effective_conductance(np.array([[g]]), r_row=r, r_column=1.0)
