"""Writes a network as C99: a header, a source and an example program."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable

from evosnn.chips import Chip
from evosnn.errors import ExportError
from evosnn.export.c.chip_arithmetic import own_code
from evosnn.export.c.number_types import (
    CNumber,
    choose_number,
    literal,
    own_number,
    signed_type,
    unsigned_type,
)
from evosnn.export.c.spike_storage import spike_code
from evosnn.export.common.export import Export, check_name, render
from evosnn.export.common.fit import own_rules
from evosnn.export.common.golden_run import run_golden
from evosnn.export.common.plan import HORIZON, Plan, make_plan
from evosnn.export.common.quoting import comment
from evosnn.export.common.rules_text import rules_text
from evosnn.network import Network
from evosnn.simulation import Stimulus, potential_ranges
from evosnn.version import __version__

__all__ = ["to_c"]

_NO_LEAK = 255
_MOST_NEURONS = 2**16 - 1
_COMMON = {
    "more_state": "", "more_reset": "", "gathers": "", "settle": "", "leak_first": "",
    "spent": "", "into": "potential", "fed": "charge[input]", "left": "0",
    "can_fire": "(arrived != 0u) && ", "late": 0, "seen": 1, "bound": "",
}  # fmt: skip
"""Code of a timestep by RISP's rules; :func:`own_code` has that of other rules."""


def to_c(
    network: Network,
    chip: Chip,
    *,
    name: str = "snn",
    charge: tuple[float, float] | None = None,
    stimulus: Stimulus | None = None,
) -> Export:
    """Write a network as C99.

    The files are ``name.h``, ``name.c`` and ``name_main.c``, an example program.

    Args:
        network: The network.
        chip: The rules, its own arithmetic included: integer arithmetic becomes integers, real
            arithmetic ``double``.
        name: Prefix of the files and of their identifiers.
        charge: ``(least, largest)`` charge that an input must accept in a timestep; plus and minus
            the chip's spike value if not given. The header gives the range that it accepts.
        stimulus: The input of the verification; random if not given.

    Raises:
        ExportError: If the network does not fit the chip or C, or the name is not an identifier.
    """
    check_name(name)
    plan = make_plan(network, chip, charge, own=True)
    own = bool(own_rules(network, chip))
    if network.n_neurons > _MOST_NEURONS:
        raise ExportError(
            f"the network has {network.n_neurons} neurons; the C code takes {_MOST_NEURONS}"
        )
    number = own_number(plan) if own else choose_number(plan)
    values = {**_names(plan, name), **_sizes(plan, number), **_tables(plan, number)}
    values |= _floor(plan, number, own=own)
    values |= spike_code(plan, name)
    values |= own_code(plan, number, name) if own else _COMMON | _leak(plan, number, name)
    return Export(
        target="c",
        name=name,
        files={
            f"{name}.h": render("network.h.in", values),
            f"{name}.c": render("network.c.in", values),
            f"{name}_main.c": render("main.c.in", values),
        },
        notes=_notes(plan, number),
        network=network,
        chip=chip,
        golden_run=run_golden(plan, stimulus),
        facts={"whole": int(number.bits > 0), "steps": number.steps},
    )


def _names(plan: Plan, name: str) -> dict[str, object]:
    network = plan.network
    return {
        "name": name,
        "NAME": name.upper(),
        "version": __version__,
        "chip": comment(plan.chip.name),
        "key": network.key,
        "summary": f"{network.n_neurons} neurons, {network.n_synapses} synapses",
        "rules": _rules(plan),
    }


def _rules(plan: Plan) -> str:
    clauses = rules_text(plan.network, plan.chip)
    numbered = "; ".join(f"({k}) {clause}" for k, clause in enumerate(clauses, 1))
    text = f"All potentials start at 0. In a timestep every neuron {numbered}."
    return textwrap.fill(text, 94, initial_indent=" * ", subsequent_indent=" * ")


def _sizes(plan: Plan, number: CNumber) -> dict[str, object]:
    network = plan.network
    slots = plan.longest_delay + 1 + plan.chip.neuron.integration_delay
    spike = math.floor(plan.chip.spike_value) if number.bits else plan.chip.spike_value
    return {
        "arithmetic": "All arithmetic is on whole numbers."
        if number.bits
        else "All arithmetic is in double, in the order of the simulator's definition.",
        "neurons": network.n_neurons,
        "inputs": network.inputs.size,
        "outputs": network.outputs.size,
        "slots": slots,
        "slot_type": unsigned_type([2 * slots]),
        "number": number.type,
        "magnitude": f"u{number.type}",
        "wide": "long long" if number.bits else "double",
        "scan": "%lld" if number.bits else "%lf",
        "units": "A charge or a potential."
        if number.steps == 1
        else f"A charge, or a potential in steps of 1/{number.steps} of a charge.",
        "proof": number.proof,
        "charge_min": literal(number.charge[0], number),
        "charge_max": literal(number.charge[1], number),
        "spike": literal(spike, number),
    }


def _tables(plan: Plan, number: CNumber) -> dict[str, object]:
    arrivals = [a for n in plan.neurons for a in n.arrivals]
    ends = [0]
    for neuron in plan.neurons:
        ends.append(ends[-1] + len(neuron.arrivals))
    weights = [a.weight * number.steps for a in arrivals]
    return {
        "thresholds": _neuron_rows(plan, number),
        "input_of": _rows("NO_INPUT" if n.input is None else n.input for n in plan.neurons),
        "output_of": ", ".join(f"{i}" for i in plan.network.outputs.tolist()),
        "end_type": unsigned_type(ends),
        "synapse_end": _rows(ends[1:]),
        "pre_type": unsigned_type(a.pre for a in arrivals),
        # C has no empty arrays: without synapses each table holds one unused entry.
        "synapse_pre": _rows([a.pre for a in arrivals] or [0]),
        "synapse_delay": _rows([a.delay for a in arrivals] or [1]),
        "weight_type": signed_type(weights) if number.bits else "double",
        "synapse_weight": _rows([literal(w, number) for w in weights] or ["0"]),
    }


def _neuron_rows(plan: Plan, number: CNumber) -> str:
    rows = []
    for i, neuron in enumerate(plan.neurons):
        roles = [f"neuron {neuron.id}"]
        if neuron.input is not None:
            roles.append(f"input {neuron.input}")
        roles += [f"output {o}" for o in neuron.outputs]
        rows.append(
            f"    {literal(neuron.threshold * number.steps, number)}, /* {i}: {', '.join(roles)} */"
        )
    return "\n".join(rows)


def _rows(values: Iterable[object], width: int = 92) -> str:
    lines = ["   "]
    for value in values:
        if len(lines[-1]) + len(str(value)) + 2 > width:
            lines.append("   ")
        lines[-1] += f" {value},"
    return "\n".join(lines)


def _floor(plan: Plan, number: CNumber, *, own: bool) -> dict[str, object]:
    """Return the code of the lowest potential, if input charges can bring a potential below it."""
    bounded = number.bits > 0 or plan.chip.neuron.min_potential is not None
    lowest = plan.peak[0]
    if not own:
        lowest = potential_ranges(plan.network, plan.chip, number.charge).peak.min()
    if not bounded or lowest >= plan.floor:
        return {"floor_define": "", "floor_code": ""}
    return {
        "floor_define": f"#define FLOOR ({literal(plan.floor * number.steps, number)})\n",
        "floor_code": (
            "        if (potential < FLOOR) {\n            potential = FLOOR;\n        }\n"
        ),
    }


def _leak(plan: Plan, number: CNumber, name: str) -> dict[str, object]:
    """Return the code of the leak, if any neuron leaks."""
    if not any(n.leak for n in plan.neurons):
        return {"leak_table": "", "leak_function": "", "leak_code": ""}
    if not number.bits:
        kept = _rows(literal(1.0 - n.leak, number) for n in plan.neurons)
        return {
            "leak_table": "\n/* The share of its potential that a neuron keeps in a timestep. */\n"
            f"static const double kept[{name.upper()}_NEURONS] = {{\n{kept}\n}};\n",
            "leak_function": "",
            "leak_code": "        potential *= kept[i];\n",
        }
    # Every shift beyond the width of a potential loses 1 of a potential other than 0.
    shifts = _rows(
        "NO_LEAK" if n.leak_shift is None else min(n.leak_shift, number.bits - 1)
        for n in plan.neurons
    )
    return {
        "leak_table": f"\n#define NO_LEAK {_NO_LEAK}u\n\n"
        "/* A neuron loses the share 2^-leak_shift of its potential in a timestep. */\n"
        f"static const uint8_t leak_shift[{name.upper()}_NEURONS] = {{\n{shifts}\n}};\n",
        "leak_function": render(
            "leak_integer.c.in", {"name": name, "magnitude": f"u{number.type}"}
        ),
        "leak_code": (
            "        if (leak_shift[i] != NO_LEAK) {\n"
            "            potential = leaked(potential, leak_shift[i]);\n        }\n"
        ),
    }


def _notes(plan: Plan, number: CNumber) -> tuple[str, ...]:
    notes = [f"Potentials are {number.type}. {number.proof}"]
    if number.bits and plan.chip.neuron.min_potential is None:
        notes.append(
            f"Chip '{plan.chip.name}' has no floor: the code holds potentials at "
            f"{plan.floor:g}, which none reaches within {HORIZON:,} timesteps of a reset."
        )
    return tuple(notes)
