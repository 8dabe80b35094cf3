from __future__ import annotations

import subprocess
import sys

import pytest

from evosnn import plots


def test_the_public_names_are_sorted_and_there():
    assert plots.__all__ == sorted(plots.__all__)
    for name in plots.__all__:
        assert getattr(plots, name).__doc__
    assert set(plots.__all__) <= set(dir(plots))
    with pytest.raises(AttributeError, match="attribute pie"):
        plots.pie  # noqa: B018


def test_matplotlib_is_loaded_late_and_pyplot_never():
    code = """
import sys
from evosnn import plots
assert "matplotlib" not in sys.modules and "networkx" not in sys.modules
for name in plots.__all__:
    getattr(plots, name)
import numpy as np
plots.convergence({"a": np.ones(2)})
assert "matplotlib" in sys.modules and "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
