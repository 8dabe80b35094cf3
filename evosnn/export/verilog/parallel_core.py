"""Writes the parallel core: all neurons at once, one timestep per clock cycle."""

from __future__ import annotations

from evosnn.export.common.export import render
from evosnn.export.common.plan import NeuronPlan, Plan
from evosnn.export.verilog.number_types import (
    at_least,
    bit_slice,
    bus,
    charge_bits,
    port_buses,
    signed_bits,
    signed_literal,
)

__all__ = ["parallel_core", "parallel_probes"]


def parallel_core(plan: Plan, header: dict[str, object]) -> str:
    """Return the core's Verilog; ``header`` holds its name and the parts of its comment."""
    width = charge_bits(plan.charge)
    wires = [
        f"    wire signed {bus(width)} charge_{i} = charge{bit_slice(width * i, width)};"
        for i in range(plan.network.inputs.size)
    ]
    pasts = [f"    reg  {bus(max(n.reach, 1))} past_{i};" for i, n in enumerate(plan.neurons)]
    return render(
        "parallel.v.in",
        {
            **header,
            **port_buses(plan),
            "charges": "\n".join(wires) + "\n",
            "pasts": "    // Who fired: bit d-1 says whether the neuron fired d timesteps ago.\n"
            + "\n".join(pasts)
            + "\n",
            "neurons": "".join(_neuron(plan, i) for i in range(len(plan.neurons))),
            "spikes": ", ".join(f"past_{i}[0]" for i in reversed(plan.network.outputs.tolist())),
            "fired_range": bus(len(plan.neurons)),
            "fired": ", ".join(f"past_{i}[0]" for i in reversed(range(len(plan.neurons)))),
        },
    )


def parallel_probes(plan: Plan) -> list[str]:
    """Return the names of the potentials inside the core, for a test bench."""
    return [f"v_{i}" for i in range(len(plan.neurons))]


def _neuron(plan: Plan, i: int) -> str:
    neuron = plan.neurons[i]
    bits = signed_bits(*neuron.peak)
    rest = min(signed_bits(*neuron.rest), bits)
    held = f"fire_{i} ? {signed_literal(0, bits)} : sum_{i}"
    if neuron.peak[0] < plan.floor:
        floor = signed_literal(plan.floor, bits)
        above = at_least(f"sum_{i}", plan.floor, bits)
        held = f"fire_{i} ? {signed_literal(0, bits)} : ({above}) ? sum_{i} : {floor}"
    lines, left = _leak(i, neuron, rest)
    return render(
        "parallel_neuron.v.in",
        {
            "i": i,
            "title": _title(i, neuron),
            "rest_range": bus(rest),
            "sum_range": bus(bits),
            "sum": "".join([f"v_{i}", *_terms(neuron, bits)]),
            "fire": _fire(i, neuron, bits),
            "held": held,
            "leak": lines,
            "next": left,
            "shifted": f"{{past_{i}{bus(neuron.reach - 1)}, fire_{i}}}"
            if neuron.reach > 1
            else f"fire_{i}",
        },
    )


def _title(i: int, neuron: NeuronPlan) -> str:
    roles = [f"Neuron {i} (id {neuron.id})"]
    if neuron.input is not None:
        roles.append(f"input {neuron.input}")
    roles += [f"output {o}" for o in neuron.outputs]
    fires = f"fires at {int(neuron.threshold)}" if neuron.fires else "cannot fire"
    leak = f"leaks {neuron.leak:g}" if neuron.leak else "no leak"
    return f"{', '.join(roles)}: {fires}, {leak}"


def _terms(neuron: NeuronPlan, bits: int) -> list[str]:
    zero = signed_literal(0, bits)
    terms = []
    if neuron.input is not None:
        terms.append(f"\n        + (event_in[{neuron.input}] ? charge_{neuron.input} : {zero})")
    for a in neuron.arrivals:
        sign = "-" if a.weight < 0 else "+"
        weight = signed_literal(abs(a.weight), bits)
        terms.append(f"\n        {sign} (past_{a.pre}[{a.delay - 1}] ? {weight} : {zero})")
    return terms


def _fire(i: int, neuron: NeuronPlan, bits: int) -> str:
    """Return the firing condition; at thresholds above 0 it needs no check for an arrival."""
    if not neuron.fires:
        return "1'b0"
    reached = at_least(f"sum_{i}", neuron.threshold, bits)
    if not neuron.needs_arrival:
        return reached
    arrived = [] if neuron.input is None else [f"event_in[{neuron.input}]"]
    arrived += [f"past_{a.pre}[{a.delay - 1}]" for a in neuron.arrivals]
    return f"({' | '.join(arrived)}) && ({reached})"


def _leak(i: int, neuron: NeuronPlan, rest: int) -> tuple[str, str]:
    """Return the code that computes the leak, and the expression of the leaked potential."""
    if neuron.leak_shift is None:
        return "", f"held_{i}{bus(rest)}"
    if neuron.leak_shift == 0:
        return "", "0"
    # Every shift beyond the width of a potential loses 1 of a potential other than 0.
    shift = min(neuron.leak_shift, rest - 1)
    if shift == 0:  # a single bit holds 0 or -1, and both become 0
        return "", "0"
    wide = bus(rest + 1)
    up = signed_literal(2**shift - 1, rest + 1)
    lines = (
        f"    // the loss is rounded away from zero\n"
        f"    wire signed {wide} rounded_{i} = held_{i} + "
        f"(held_{i} < 0 ? {signed_literal(0, rest + 1)} : {up});\n"
        f"    wire signed {wide} left_{i} = held_{i} - (rounded_{i} >>> {shift});\n"
    )
    return lines, f"left_{i}{bus(rest)}"
