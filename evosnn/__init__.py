"""EvoSNN: evolve small, resilient spiking neural networks for a named neuromorphic chip."""

__version__ = "0.1.0"
