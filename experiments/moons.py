"""A task of one's own: a class whose load returns labelled samples.

evosnn check experiments/moons.toml
evosnn run experiments/moons.toml
"""

from __future__ import annotations

import numpy as np
from sklearn.datasets import make_moons

from evosnn.tasks import Dataset


class Moons:
    """Two half circles that reach into each other: no straight line parts them."""

    def __init__(self, samples: int = 400, noise: float = 0.1) -> None:
        self.samples, self.noise = samples, noise

    def load(self, rng: np.random.Generator) -> Dataset:
        """Draw the samples from ``rng`` and nothing else, so that a seed gives the same ones."""
        seed = int(rng.integers(2**31))
        x, y = make_moons(self.samples, noise=self.noise, random_state=seed)
        return Dataset("moons", ("x", "y"), ("upper", "lower"), x, y.astype(np.int64))
