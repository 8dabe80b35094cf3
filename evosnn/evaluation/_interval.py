"""Confidence intervals of a proportion (Wilson) and of the mean of bounded values (Gaffke)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["mean_interval", "wilson"]

_Z = 1.959963984540054  # of 95 % of a normal distribution


def wilson(right: float, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of a share of ``right`` in ``n``."""
    share, weight = right / n, _Z**2 / n
    centre = (share + weight / 2) / (1 + weight)
    half = (share * (1 - share) * weight + weight**2 / 4) ** 0.5 / (1 + weight)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def mean_interval(
    values: NDArray[np.float64], span: tuple[float, float], confidence: float = 0.95
) -> tuple[float, float]:
    """Return a confidence interval of the mean of independent values that have bounds.

    It makes no claim that spread which was not seen is not there: of n equal values it reaches
    towards each bound by what a share ``1 - ((1 - confidence) / 2) ** (1 / n)`` of values at that
    bound would move the mean, the rule of three. Student's interval would have no width.

    Each end is Gaffke's bound (Learned-Miller and Thomas, "A new confidence interval for the mean
    of a bounded random variable", arXiv:1905.06208, 2019): a value at the bound is added, all are
    weighted at random (uniformly among weights that add up to 1), and the end is the quantile of
    the weighted mean. The distribution of that mean is taken as the beta distribution with its
    expectation and variance, which it is of values at the bounds, where this is Clopper and
    Pearson's interval, and of equal values.

    Args:
        values: ``(n,)``, independent values.
        span: The least and the largest value there can be; a value beyond moves them.
        confidence: How often the interval is to hold the mean.
    """
    least, most = float(min(span[0], values.min())), float(max(span[1], values.max()))
    level = 0.5 + confidence / 2
    return -_reach(-values, -least, level), _reach(values, most, level)


def _reach(values: NDArray[np.float64], most: float, level: float) -> float:
    """The upper end of the interval of :func:`mean_interval`."""
    from scipy.special import betaincinv  # slow to load

    least = float(values.min())
    if least == most:
        return most
    scaled = (np.append(values, most) - least) / (most - least)
    mean = float(scaled.mean())
    concentration = mean * (1 - mean) * (scaled.size + 1) / float(scaled.var()) - 1
    share = betaincinv(mean * concentration, (1 - mean) * concentration, level)
    return least + (most - least) * float(share)
