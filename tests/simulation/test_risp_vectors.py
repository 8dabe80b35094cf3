"""Recorded runs of the real RISP simulator, one case a vector (format: data/risp/FORMAT.md)."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from evosnn.errors import NetworkError
from evosnn.simulation.processor import Processor
from evosnn.tennlab import loads_network

_FOLDERS = [Path(__file__).parents[1] / "data" / "risp"]
if "EVOSNN_RISP_VECTORS" in os.environ:
    _FOLDERS.append(Path(os.environ["EVOSNN_RISP_VECTORS"]))
_CASES = {
    f"{path.stem}:{case['id']}" if folder != _FOLDERS[0] else case["id"]: case
    for folder in _FOLDERS
    for path in sorted(folder.glob("*.jsonl"))
    for case in map(json.loads, path.read_text().splitlines())
}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=name, marks=[pytest.mark.slow] if "_float" in name else [])
        for name, case in _CASES.items()
    ],
)
def test_a_recorded_run_comes_out_the_same(case):
    file = loads_network(json.dumps(case["network"]))
    if file.parameters.get("fire_like_ravens"):
        with pytest.raises(NetworkError, match="fire_like_ravens"):
            Processor(file)
        return
    processor = Processor(file)
    assert processor.neuron_ids == case["neuron_ids"]
    expected = iter(case["expected"])
    for op in case["ops"]:
        if op["op"] == "spikes":
            processor.apply_spikes(op["spikes"], normalized=op["normalized"])
        elif op["op"] == "clear_activity":
            processor.clear_activity()
        else:
            processor.run(op["T"])
            _compare(processor, next(expected), case["exact"])


def _compare(processor, expected, exact):
    assert processor.fires == expected["neuron_fires"]
    assert processor.output_fires == expected["output_fires"]
    assert [len(times) for times in processor.output_fires] == expected["output_counts"]
    last = [times[-1] if times else -1 for times in processor.output_fires]
    assert last == expected["output_last_fires"]
    assert processor.total_fires == expected["total_fires"]
    assert processor.total_accumulates == expected["total_accumulates"]
    tolerance = 0.0 if exact else 1e-9
    np.testing.assert_allclose(processor.charges, expected["charges"], rtol=0, atol=tolerance)
