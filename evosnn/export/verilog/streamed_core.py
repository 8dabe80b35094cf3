"""Writes the streamed core for large networks: one datapath, state in block RAM."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from evosnn.export.common.export import render
from evosnn.export.common.plan import Plan
from evosnn.export.verilog.number_types import at_least, bit_slice, bus, port_buses, signed_literal
from evosnn.export.verilog.synapse_table import Table, make_table

__all__ = ["Stream", "make_stream"]

_DRAIN = 4  # clock cycles from the table's last entry to the next timestep


@dataclass(frozen=True)
class Stream:
    """The core's Verilog and its timing.

    Attributes:
        text: The Verilog.
        clocks: Clock cycles per timestep.
        probes: Verilog name of each neuron's potential; ``None`` for neurons at rest.
    """

    text: str
    clocks: int
    probes: tuple[str | None, ...]


def make_stream(plan: Plan, header: dict[str, object], reason: str) -> Stream:
    """Write the core.

    Args:
        plan: The network.
        header: The core's name and the parts of its comment.
        reason: Why the network is not unrolled.
    """
    table = make_table(plan)
    clocks = len(table.entries) + _DRAIN
    values = {
        **header,
        **port_buses(plan),
        **_ranges(table),
        **_slices(table),
        **_arithmetic(table),
        **_contents(table),
        **_cases(table),
        "reason": reason,
        "clocks": clocks,
    }
    place = table.place
    probes = [f"potential[{place[i]}]" if i in place else None for i in range(len(plan.neurons))]
    return Stream(render("streamed.v.in", values), clocks, tuple(probes))


def _ranges(table: Table) -> dict[str, object]:
    bits = table.bits
    return {
        **{f"{name}_range": bus(width) for name, width in bits.items()},
        "entry_range": bus(2 + bits["source"] + bits["slot"] + bits["weight"]),
        "constant_range": bus(bits["output"] + bits["leak"] + bits["sum"]),
        "fired_range": bus(len(table.plan.neurons)),
        "slots": 2 ** bits["slot"],
        "most_slot": 2 ** bits["slot"] - 1,
        "last_entry": len(table.entries) - 1,
        "last_neuron": len(table.active) - 1,
        "last_history": 2 ** (bits["slot"] + bits["neuron"]) - 1,
    }


def _slices(table: Table) -> dict[str, object]:
    """Return the bit ranges of a word's fields, the last field lowest."""
    bits = table.bits
    delay_at = bits["weight"]
    source_at = delay_at + bits["slot"]
    input_bit = source_at + bits["source"]
    return {
        "weight_slice": bit_slice(0, bits["weight"]),
        "delay_slice": bit_slice(delay_at, bits["slot"]),
        "source_slice": bit_slice(source_at, bits["source"]),
        "source_low": bus(bits["neuron"]),
        "input_bit": input_bit,
        "last_bit": input_bit + 1,
        "threshold_slice": bit_slice(0, bits["sum"]),
        "leak_slice": bit_slice(bits["sum"], bits["leak"]),
        "output_slice": bit_slice(bits["sum"] + bits["leak"], bits["output"]),
    }


def _contents(table: Table) -> dict[str, object]:
    """Return the initial contents of the two tables, word by word."""
    bits = table.bits
    entries = [
        f"        entries[{at}] = {{1'd{int(e.last)}, 1'd{int(e.from_input)}, "
        f"{bits['source']}'d{e.source}, {bits['slot']}'d{e.delay}, "
        f"{signed_literal(e.weight, bits['weight'])}}};"
        for at, e in enumerate(table.entries)
    ]
    n_outputs = table.plan.network.outputs.size
    constants = [
        f"        constants[{turn}] = {{{bits['output']}'d{(*n.outputs, n_outputs)[0]}, "
        f"{bits['leak']}'d{table.shifts.index(n.leak_shift)}, "
        f"{signed_literal(n.threshold, bits['sum'])}}}; // id {n.id}"
        for turn, n in enumerate(table.neurons)
    ]
    return {"entries": "\n".join(entries), "constants": "\n".join(constants)}


def _arithmetic(table: Table) -> dict[str, object]:
    bits, floor = table.bits["sum"], table.plan.floor
    zero = signed_literal(0, bits)
    held = f"fire_d ? {zero} : sum_d"
    if table.plan.peak[0] < floor:
        least = signed_literal(floor, bits)
        above = at_least("sum_d", floor, bits)
        held = f"fire_d ? {zero} : ({above}) ? sum_d : {least}"
    rows = [_left(shift, bits, table.bits["potential"]) for shift in table.shifts]
    return {
        "zero": zero,
        "held": held,
        "leak_cases": _rows(table.bits["leak"], enumerate(rows), 12),
    }


def _left(shift: int | None, sum_bits: int, rest_bits: int) -> str:
    """Return code for a potential after its leak; the loss is rounded away from zero."""
    if shift is None:
        return "left_d = held_d;"
    if shift == 0 or rest_bits == 1:
        return "left_d = 0;"
    # Every shift beyond the width of a potential loses 1 of a potential other than 0.
    shift = min(shift, rest_bits - 1)
    zero, up = signed_literal(0, sum_bits + 1), signed_literal(2**shift - 1, sum_bits + 1)
    return f"left_d = held_d - ((held_d + (held_d < 0 ? {zero} : {up})) >>> {shift});"


def _cases(table: Table) -> dict[str, object]:
    network, bits = table.plan.network, table.bits
    width = bits["charge_value"]
    inputs = [
        f"begin charge_b = charge{bit_slice(width * i, width)}; event_b = event_in[{i}]; end"
        for i in range(network.inputs.size)
    ]
    outputs = [f"spike[{o}] <= fire_d;" for o in range(network.outputs.size)]
    fired = [f"fired[{i}] <= fire_d;" for i in table.active]
    return {
        "input_cases": _rows(bits["source"], enumerate(inputs), 12),
        "output_cases": _rows(bits["output"], enumerate(outputs), 16),
        "fired_cases": _rows(bits["neuron"], enumerate(fired), 16),
    }


def _rows(bits: int, actions: Iterable[tuple[int, str]], indent: int) -> str:
    return "\n".join(f"{' ' * indent}{bits}'d{value}: {action}" for value, action in actions)
