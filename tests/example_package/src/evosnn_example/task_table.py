"""A task with options: interleaved spirals, ``task = { spirals = 3 }``."""

import numpy as np
from pydantic import Field

from evosnn.tasks import Dataset, DataSpec


class Spirals(DataSpec):
    """Interleaved spirals in the plane, one for each class.

    Attributes:
        spirals: Number of spirals.
        points: Number of points of each.
    """

    spirals: int = Field(ge=2, le=9)
    points: int = Field(default=60, ge=10)

    @property
    def title(self):
        return f"{self.spirals} spirals"

    def load(self, rng):
        y = np.repeat(np.arange(self.spirals), self.points)
        radius = rng.uniform(0.2, 1.0, y.size)
        angle = 4.0 * radius + 2.0 * np.pi * y / self.spirals
        x = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
        names = tuple(f"spiral {k}" for k in range(self.spirals))
        return Dataset(self.title, ("x", "y"), names, x, y)
