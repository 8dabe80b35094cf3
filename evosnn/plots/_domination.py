"""Non-dominated points of a plane, and the staircase between them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["attainment_line", "nondominated"]


def nondominated(points: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the points that no other dominates, by ascending first coordinate.

    Args:
        points: ``(n, 2)``, both coordinates to be minimised. Of equal points one is kept.
    """
    kept: list[int] = []
    best = np.inf
    for i in np.lexsort((points[:, 1], points[:, 0])):
        if points[i, 1] < best:
            kept.append(int(i))
            best = points[i, 1]
    return np.array(kept, dtype=np.intp)


def attainment_line(
    points: NDArray[np.float64], sign: NDArray[np.float64], worst: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the corners of the border of what the points dominate.

    Args:
        points: ``(n, 2)``, any points; the dominated ones do not move the border.
        sign: ``(2,)``, 1 for a coordinate to be minimised and -1 for one to be maximised.
        worst: ``(2,)``, the worst value on each axis, to which the border runs on.

    Returns:
        ``(2 * k + 1, 2)`` corners for ``k`` points that are not dominated.
    """
    costs = points * sign
    front = costs[nondominated(costs)]
    end = worst * sign
    xs = np.append(front[:, 0], end[0])
    ys = np.insert(front[:, 1], 0, end[1])
    corners = np.empty((2 * len(front) + 1, 2))
    corners[0::2] = np.column_stack((xs, ys))
    corners[1::2] = front
    return np.asarray(corners * sign, dtype=np.float64)
