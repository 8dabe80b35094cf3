"""The GPU kernel: on numba's CUDA simulator, compiled for a GPU, and refused where there is none.

The simulator must be chosen before numba is loaded, so its cases run in a process of their own.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from evosnn.errors import SpecError
from evosnn.simulation import simulate
from tests.networks import make_chip, random_network, random_stimulus

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(
    find_spec("numba.cuda") is None, reason="numba has no CUDA target; the extra 'gpu' brings it"
)

COMPILE = """
import numpy as np
from numba import cuda, typeof, types
from evosnn.simulation.cuda.run import _Nets, _pack
from evosnn.simulation.cuda.kernel import run_lanes
from evosnn.simulation.layout.population import pack_networks
from tests.networks import make_chip, random_network
chip = make_chip()
packed = pack_networks([random_network(np.random.default_rng(0), chip)], chip)
firing = np.zeros((1, packed.threshold.size), np.int8)
shifts = np.zeros(1, np.int64)
nets = _pack(
    np.arange(1), packed, packed.weight[None], packed.threshold[None], firing, -7.0, shifts, 64
)
kinds = [np.zeros((1,) * n, t) for n, t in (
    (3, np.int32), (3, np.bool_), (1, np.int32), (1, np.uint32), (4, np.int16), (4, np.int16),
    (2, np.int32), (2, np.int32),
)]
charge, event, *state = [typeof(kind) for kind in kinds]
arguments = types.void(typeof(nets), charge, event, types.int64, types.boolean, *state)
ptx, _ = cuda.compile_ptx(run_lanes.py_func, arguments, cc=(9, 0))
assert ptx.count("bar.sync") == 2, ptx.count("bar.sync")
"""


def run(arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=600,
        env={**os.environ, **environment},
    )  # fmt: skip


@pytest.mark.slow
def test_the_kernel_is_the_vector_kernel_bit_for_bit():
    done = run(["-m", "tests.simulation.cuda_cases"], NUMBA_ENABLE_CUDASIM="1")
    assert done.returncode == 0, done.stderr
    assert "cases alike" in done.stdout


@pytest.mark.gpu
@pytest.mark.skipif(find_spec("numba_cuda") is None, reason="the extra 'gpu' is not installed")
def test_the_kernel_compiles_for_a_gpu():
    done = run(["-c", COMPILE], NUMBA_ENABLE_CUDASIM="0")
    assert done.returncode == 0, done.stderr


@pytest.mark.gpu
def test_without_a_gpu_a_sentence_says_so():
    from numba import cuda

    if cuda.is_available():
        pytest.skip("there is a GPU")
    rng = np.random.default_rng(0)
    chip = make_chip()
    with pytest.raises(SpecError, match=r"no CUDA GPU.*evosnn\[gpu\].*'cpu' runs everywhere"):
        simulate([random_network(rng, chip)], random_stimulus(rng, chip), chip, device="cuda")


def test_an_unknown_device_is_named():
    rng = np.random.default_rng(0)
    chip = make_chip()
    with pytest.raises(SpecError, match="did you mean 'cuda'"):
        simulate([random_network(rng, chip)], random_stimulus(rng, chip), chip, device="cudda")
