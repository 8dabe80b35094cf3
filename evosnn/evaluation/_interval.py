"""How sure a share is that was counted."""

from __future__ import annotations

__all__ = ["wilson"]


def wilson(right: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share of ``right`` in ``n``."""
    from scipy.stats import binomtest  # slow to load, and most commands need no interval

    interval = binomtest(right, n).proportion_ci(confidence_level=0.95, method="wilson")
    return float(interval.low), float(interval.high)
