"""Widths and literals of signed numbers in Verilog."""

from __future__ import annotations

from evosnn.errors import ExportError
from evosnn.export.common.plan import Plan

__all__ = [
    "at_least", "bit_slice", "bits_for", "bus", "charge_bits", "port_buses", "port_range",
    "signed_bits", "signed_literal",
]  # fmt: skip

_MOST_BITS = 64


def signed_bits(low: float, high: float) -> int:
    """Return the width of the narrowest signed number that holds ``low`` to ``high``."""
    return int(max(high, -low - 1)).bit_length() + 1


def bits_for(most: int) -> int:
    """Return the width of the narrowest unsigned number that holds 0 to ``most``; at least 1."""
    return max(int(most).bit_length(), 1)


def signed_literal(value: float, bits: int) -> str:
    """Return a signed Verilog constant."""
    whole = int(value)
    return f"{'-' if whole < 0 else ''}{bits}'sd{abs(whole)}"


def at_least(total: str, value: float, bits: int) -> str:
    """Return a Verilog test that a signed sum of this width is at least a constant.

    A negative constant is compared by the sign and the other bits, because Yosys 0.23 synthesises a
    comparison of a sum with a negative constant wrongly.
    """
    if value >= 0:
        return f"{total} >= {signed_literal(value, bits)}"
    if bits == 1:
        return "1'b1"
    least = int(value) + 2 ** (bits - 1)
    return f"!{total}[{bits - 1}] || {total}{bus(bits - 1)} >= {bits - 1}'d{least}"


def bus(bits: int) -> str:
    """Return the range of a bus."""
    return f"[{bits - 1}:0]"


def charge_bits(charge: tuple[float, float]) -> int:
    """Return the width of an input charge.

    Raises:
        ExportError: If it is wider than 64 bits.
    """
    bits = signed_bits(*charge)
    if bits > _MOST_BITS:
        raise ExportError(f"charges of {charge[0]:g}..{charge[1]:g} take {bits} bits, over 64")
    return bits


def port_range(plan: Plan) -> tuple[float, float]:
    """Return what a charge port of the plan's width can be fed."""
    bits = charge_bits(plan.charge)
    return -(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1


def bit_slice(at: int, bits: int) -> str:
    """Return the range of ``bits`` bits of a bus from bit ``at`` up."""
    return f"[{at + bits - 1}:{at}]"


def port_buses(plan: Plan) -> dict[str, object]:
    """Return the ranges of a core's ports, padded so that the names are aligned."""
    n_inputs, width = plan.network.inputs.size, charge_bits(plan.charge)
    ranges = {
        "event_range": bus(n_inputs),
        "charge_range": bus(n_inputs * width),
        "spike_range": bus(plan.network.outputs.size),
    }
    longest = max(len(r) for r in ranges.values())
    return {
        "charge_bits": width,
        "input_space": " " * longest,
        **{name: r.ljust(longest) for name, r in ranges.items()},
    }
