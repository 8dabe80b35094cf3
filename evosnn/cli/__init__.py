"""The command line: parse, call the library, format."""

from evosnn.cli._main import main

__all__ = ["main"]
