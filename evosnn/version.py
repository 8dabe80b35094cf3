"""The version of EvoSNN, which files and figures carry."""

__all__ = ["__version__"]

__version__ = "0.2.0"
