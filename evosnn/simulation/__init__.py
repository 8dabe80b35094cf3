"""Simulation."""

from evosnn.simulation._data import NEVER, Response, Stimulus

__all__ = ["NEVER", "Response", "Stimulus"]
