"""What kernels borrow is still theirs when they read it: with memory given back at once."""

import os
import subprocess
import sys
from pathlib import Path

_SESSION = """
import numpy as np
from evosnn.simulation import Session, simulate
from tests.networks import make_chip, random_network, random_stimulus

rng = np.random.default_rng(0)
chip = make_chip()
network = random_network(rng, chip, neurons=9)
stimulus = random_stimulus(rng, chip, timesteps=1000, samples=1)
window = Session(network, chip, 1).run(stimulus.charge[:, :, None], stimulus.event[:, :, None])
response = simulate([network], stimulus, chip)
assert (window.counts[:, 0] == response.counts[0, :, 0]).all()
"""


def test_a_session_s_window_outlives_its_feed():
    """Freed arrays of a few pages are unmapped, so that whoever reads them dies of it.

    Smaller ones are written over.
    """
    root = Path(__file__).parents[2]
    unmapped = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "4096", "MALLOC_PERTURB_": "165"}
    done = subprocess.run([sys.executable, "-c", _SESSION], env=unmapped, cwd=root, check=False)
    assert done.returncode == 0
