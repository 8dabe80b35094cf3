"""A task by name: two blobs of points, ``task = "blobs"``."""

import numpy as np

from evosnn.tasks import Dataset


class Blobs:
    """Two normal distributions in the plane."""

    def load(self, rng):
        y = np.arange(120) % 2
        x = rng.normal(size=(120, 2)) + 3.0 * y[:, None]
        return Dataset("blobs", ("x", "y"), ("near", "far"), x, y)
