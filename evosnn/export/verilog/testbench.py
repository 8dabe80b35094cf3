"""Writes the self-checking test bench and its golden vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evosnn.export.common.export import render
from evosnn.export.common.golden_run import Golden
from evosnn.export.common.plan import Plan
from evosnn.export.verilog.number_types import bit_slice, bus, charge_bits

__all__ = ["bench", "vectors"]


def bench(plan: Plan, golden: Golden, name: str, clocks: int, probes: Sequence[str | None]) -> str:
    """Return the bench of a core.

    Args:
        plan: The network.
        golden: Stimulus and expected spikes.
        name: Name of the core.
        clocks: Clock cycles of the core per timestep.
        probes: Name of each neuron's potential inside the core; ``None`` for a neuron that no input
            reaches.
    """
    n_inputs, n_outputs = plan.network.inputs.size, plan.network.outputs.size
    width = charge_bits(plan.charge)
    fields = _field_bits(plan)
    spike_at, charge_at, event_at = 0, fields[2], fields[2] + fields[1]
    potentials = [
        f"            if (dut.{probe} !== {int(v)}) moved = moved + 1;"
        for probe, v in zip(probes, golden.potential.tolist(), strict=True)
        if probe is not None
    ]
    return render(
        "bench.v.in",
        {
            "name": name,
            "timesteps": golden.timesteps,
            "last_vector": golden.timesteps - 1,
            "clocks": clocks,
            "neurons": plan.network.n_neurons,
            "outputs": n_outputs,
            "event_range": bus(n_inputs),
            "charge_range": bus(n_inputs * width),
            "spike_range": bus(n_outputs),
            "neuron_range": bus(plan.network.n_neurons),
            "vector_range": bus(sum(fields)),
            "event_slice": bit_slice(event_at, n_inputs),
            "charge_slice": bit_slice(charge_at, n_inputs * width),
            "golden_slice": bit_slice(spike_at, plan.network.n_neurons),
            "golden_spikes": ", ".join(
                f"golden[{i}]" for i in reversed(plan.network.outputs.tolist())
            ),
            "potentials": "\n".join(potentials),
        },
    )


def vectors(plan: Plan, golden: Golden) -> str:
    """Return the golden vectors: one line of three hexadecimal numbers per timestep."""
    events = _words(golden.event)
    charges = _charge_words(golden.charge, charge_bits(plan.charge))
    spikes = _words(golden.spikes)
    digits = [bits // 4 for bits in _field_bits(plan)]
    rows = zip(events, charges, spikes, strict=True)
    return "".join(
        "_".join(f"{word:0{n}x}" for word, n in zip(row, digits, strict=True)) + "\n"
        for row in rows
    )


def _field_bits(plan: Plan) -> list[int]:
    """Return the bits of events, charges and neurons in a vector, in whole hexadecimal digits."""
    network = plan.network
    used = (network.inputs.size, network.inputs.size * charge_bits(plan.charge), network.n_neurons)
    return [-(-bits // 4) * 4 for bits in used]


def _words(rows: NDArray[np.bool_ | np.uint8]) -> list[int]:
    """Return each row as a number whose bit ``i`` is column ``i``."""
    return [sum(1 << i for i in np.flatnonzero(row).tolist()) for row in rows]


def _charge_words(rows: NDArray[np.float64], width: int) -> list[int]:
    mask = (1 << width) - 1
    return [sum((int(c) & mask) << (width * i) for i, c in enumerate(row)) for row in rows.tolist()]
