from __future__ import annotations

import numpy as np

from evosnn.plots._domination import attainment_line, nondominated


def test_nondominated_agrees_with_the_definition():
    points = np.random.default_rng(3).integers(0, 8, (60, 2)).astype(float)
    kept = nondominated(points)
    dominated = [any(np.all(q <= p) and np.any(q < p) for q in points) for p in points]
    wanted = {tuple(p) for p, lost in zip(points, dominated, strict=True) if not lost}
    assert {tuple(p) for p in points[kept]} == wanted
    assert len(kept) == len(wanted)


def test_the_line_turns_with_the_directions():
    points = np.array([[1.0, 5.0], [2.0, 7.0]])
    line = attainment_line(points, np.array([1.0, -1.0]), np.array([9.0, 0.0]))
    np.testing.assert_array_equal(line, [[1, 0], [1, 5], [2, 5], [2, 7], [9, 7]])
    line = attainment_line(points, np.array([-1.0, -1.0]), np.array([0.0, 0.0]))
    np.testing.assert_array_equal(line, [[2, 0], [2, 7], [0, 7]])
