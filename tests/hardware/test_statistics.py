"""Every random mechanism against its closed form, within 1 % at 200,000 draws."""

import numpy as np
import pytest
from scipy import stats

from evosnn.hardware import (
    DelayVariation,
    LeakVariation,
    SupplyShift,
    Temperature,
    ThresholdVariation,
    WeightVariation,
    draw_instances,
)
from evosnn.network import Network
from tests.networks import make_chip

CHIP = make_chip(integer=False, top=10.0, floor=-10.0, leak=(0.4,), max_delay=9)
N = 200_000
# One neuron to one neuron, on as many chips as draws are wanted.
NETWORK = Network.create(
    threshold=[5.0, 5.0], leak=0.4, inputs=[0], outputs=[1], synapses=[(0, 1, 4.0, 7)]
)


def draws(mechanism, of):
    drawn = draw_instances([NETWORK], CHIP, [mechanism], N, np.random.SeedSequence(11))
    return getattr(drawn, of)[:, 0].astype(float)


def lognormal(mean, sigma):
    return mean, mean * np.sqrt(np.exp(sigma**2) - 1)


def clipped(mean, std, low, high):
    """Mean and deviation of a normal that is cut to low..high, from its partial moments."""
    a, b = (low - mean) / std, (high - mean) / std
    inside = stats.norm.cdf(b) - stats.norm.cdf(a)
    first = mean * inside + std * (stats.norm.pdf(a) - stats.norm.pdf(b))
    second = (mean**2 + std**2) * inside + 2 * mean * std * (stats.norm.pdf(a) - stats.norm.pdf(b))
    second += std**2 * (a * stats.norm.pdf(a) - b * stats.norm.pdf(b))
    below, above = stats.norm.cdf(a), stats.norm.sf(b)
    first += low * below + high * above
    second += low**2 * below + high**2 * above
    return first, np.sqrt(second - first**2)


def rounded(mean, std, least):
    """Mean and deviation of a normal that is rounded to whole numbers from ``least`` on."""
    k = np.arange(least, int(mean + 9 * std))
    p = stats.norm.cdf(k + 0.5, mean, std) - stats.norm.cdf(k - 0.5, mean, std)
    p[0] = stats.norm.cdf(least + 0.5, mean, std)
    first = p @ k
    return first, np.sqrt(p @ k**2 - first**2)


CASES = {
    "weight": (WeightVariation(sigma=0.3), "weight", (4.0, 1.2)),
    "weight, lognormal": (
        WeightVariation(sigma=0.3, distribution="lognormal"), "weight", lognormal(4.0, 0.3),
    ),
    "weight, of the range": (
        WeightVariation(sigma=0.05, relative_to="range"), "weight", (4.0, 0.5),
    ),
    "threshold": (ThresholdVariation(sigma=0.1), "threshold", (5.0, 0.5)),
    "threshold, lognormal": (
        ThresholdVariation(sigma=0.5, distribution="lognormal"), "threshold", lognormal(5.0, 0.5),
    ),
    "leak": (LeakVariation(sigma=0.1), "leak", (0.4, 0.04)),
    "leak, clipped": (LeakVariation(sigma=1.0), "leak", clipped(0.4, 0.4, 0, 1)),
    "delay": (DelayVariation(sigma=0.2), "delay", rounded(7, 1.4, 1)),
    "delay, clipped": (DelayVariation(sigma=1.0), "delay", rounded(7, 7, 1)),
    "supply": (SupplyShift(sigma=0.15), "weight", (4.0, 0.6)),
    "supply of a row": (SupplyShift(sigma=0.15, per="row"), "weight", (4.0, 0.6)),
    "temperature": (
        Temperature(mean=30, sigma=20, threshold=0.002), "threshold", (5.3, 0.2),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_mean_and_deviation_are_the_closed_form_s(name):
    mechanism, of, (mean, std) = CASES[name]
    found = draws(mechanism, of)
    assert found.mean() == pytest.approx(mean, rel=0.01)
    assert found.std() == pytest.approx(std, rel=0.01)
