"""How sure a share is that was counted."""

from __future__ import annotations

__all__ = ["wilson"]

_Z = 1.959963984540054  # of 95 % of a normal distribution


def wilson(right: float, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share of ``right`` in ``n``."""
    share, weight = right / n, _Z**2 / n
    centre = (share + weight / 2) / (1 + weight)
    half = (share * (1 - share) * weight + weight**2 / 4) ** 0.5 / (1 + weight)
    return max(centre - half, 0.0), min(centre + half, 1.0)
