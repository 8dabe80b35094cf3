"""Writes wrappers that put a core behind UART or SPI, and their test benches.

Both use the same packet protocol, implemented by the same module.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from evosnn.export.common.export import render
from evosnn.export.common.golden_run import Golden, run_golden
from evosnn.export.common.plan import Plan
from evosnn.export.verilog.number_types import bit_slice, bus, charge_bits
from evosnn.simulation import Stimulus

__all__ = ["HOSTS", "conversation", "host_bench", "host_wrapper"]

HOSTS = ("uart", "spi")
"""The wrappers, by the suffix of their files."""

_SHOWN = 30  # timesteps of the bench for each packet type; a serial line is slow to simulate
_COUNTER = 2**16
_PARTS = {"protocol": "packets_head", "packets": "packets"}


def host_wrapper(plan: Plan, name: str, host: str) -> str:
    """Return a wrapper, one of ``HOSTS``, with all its modules except the core."""
    n_inputs, n_outputs = plan.network.inputs.size, plan.network.outputs.size
    width, size = charge_bits(plan.charge), _charge_bytes(plan)
    event_bytes, spike_bytes = _bytes_of(n_inputs), _bytes_of(n_outputs)
    spike = _full_spike(plan)
    wires = [
        f"    assign charge{bit_slice(width * i, width)} = given ? "
        f"charges{bit_slice(8 * size * i, width)} : {width}'d{spike & ((1 << width) - 1)};"
        for i in range(n_inputs)
    ]
    values = {
        "name": name,
        "prefix": f"{name}_{host}",
        "spike": spike,
        "inputs": n_inputs,
        "outputs": n_outputs,
        "event_bytes": event_bytes,
        "charge_bytes": size,
        "all_charge_bytes": size * n_inputs,
        "spike_bytes": spike_bytes,
        "count_bytes": 2 * n_outputs,
        "events_range": bus(8 * event_bytes),
        "charges_range": bus(8 * size * n_inputs),
        "reply_range": bus(8 * max(spike_bytes, 2 * n_outputs)),
        "counts_range": bus(16 * n_outputs),
        "event_bus": bus(n_inputs),
        "spike_bus": bus(n_outputs),
        "charge_bus": bus(n_inputs * width),
        "charges_wires": "\n".join(wires),
    }
    parts = {k: render(f"{file}.v.in", values) for k, file in _PARTS.items()}
    return render(f"{host}.v.in", {**values, **parts})


def host_bench(script: str, name: str, clocks: int, host: str) -> str:
    """Return the bench of a wrapper; ``script`` is the result of :func:`conversation`."""
    return render(
        f"{host}_bench.v.in",
        {
            "name": name,
            "bytes": len(script.splitlines()),
            "timesteps": script.count("0_51\n") + script.count("0_53\n"),
            "patience": 10 * clocks + 1000,
        },
    )


def conversation(plan: Plan, golden: Golden) -> str:
    """Return a conversation: charges, counts, clear, full spikes, counts, invalid bytes."""
    charge, event = golden.charge[:_SHOWN], golden.event[:_SHOWN]
    given = run_golden(plan, Stimulus(charge[:, :, None], event[:, :, None]))
    full = np.where(event, float(_full_spike(plan)), 0.0)
    spikes = run_golden(plan, Stimulus(full[:, :, None], event[:, :, None]))
    lines = [
        *_timesteps(plan, given, charges=True),
        *_say(b"N"), *_hear(_counts(plan, given)),
        *_say(b"C"), *_hear(b"c"),
        *_timesteps(plan, spikes, charges=False),
        *_say(b"N"), *_hear(_counts(plan, spikes)),
        *_say(b"!"), *_hear(b"?"),
    ]  # fmt: skip
    return "".join(lines)


def _timesteps(plan: Plan, golden: Golden, *, charges: bool) -> Iterator[str]:
    size = _charge_bytes(plan)
    outputs = golden.spikes[:, plan.network.outputs]
    for t in range(golden.timesteps):
        packet = (b"Q" if charges else b"S") + _pack(golden.event[t])
        if charges:
            for c in golden.charge[t].tolist():
                packet += int(c).to_bytes(size, "little", signed=True)
        yield from _say(packet)
        yield from _hear(_pack(outputs[t]))


def _counts(plan: Plan, golden: Golden) -> bytes:
    counts = golden.spikes[:, plan.network.outputs].sum(axis=0).tolist()
    return b"".join((int(n) % _COUNTER).to_bytes(2, "little") for n in counts)


def _say(data: bytes) -> Iterator[str]:
    return (f"0_{byte:02x}\n" for byte in data)


def _hear(data: bytes) -> Iterator[str]:
    return (f"1_{byte:02x}\n" for byte in data)


def _pack(bits: NDArray[np.bool_]) -> bytes:
    return np.packbits(bits, bitorder="little").tobytes()


def _full_spike(plan: Plan) -> int:
    """Return the charge of a full spike, clipped to the ports' range."""
    low, high = plan.charge
    return int(min(max(math.floor(plan.chip.spike_value), low), high))


def _charge_bytes(plan: Plan) -> int:
    return _bytes_of(charge_bits(plan.charge))


def _bytes_of(bits: int) -> int:
    return -(-bits // 8)
