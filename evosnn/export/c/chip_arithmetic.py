"""Writes C for a chip's own arithmetic: leaks, currents, refractory periods, resets.

The rules are those of :mod:`evosnn.simulation.reference`. Values are integers in the chip's steps,
so C computes with integers what the simulator computes with exact fractions. A chip of real numbers
is computed in ``double``, in the simulator's order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from evosnn.chips import Chip
from evosnn.errors import ExportError
from evosnn.export.c.number_types import CNumber, literal, magnitude_type, unsigned_type
from evosnn.export.common.export import render
from evosnn.export.common.plan import Plan

__all__ = ["own_code"]

_SHARE_BITS = 16  # most fraction bits of the share that a leak leaves
_LONGEST_HALF_LIFE = 255
_ALL, _NONE = 65535, 0


def own_code(plan: Plan, number: CNumber, name: str) -> dict[str, object]:
    """Return the pieces of ``network.c.in`` and ``network.h.in`` for a chip's own rules.

    Args:
        plan: The network, planned with ``own``.
        number: Its number type.
        name: Prefix of the identifiers.

    Raises:
        ExportError: If C cannot reproduce the chip's arithmetic exactly.
    """
    chip, array = plan.chip, f"[{name.upper()}_NEURONS]"
    rules, current = chip.neuron, chip.synapse.current_leak
    half_life = rules.leak_rule == "half-life" and any(n.leak for n in plan.neurons)
    _require_exact(plan, number)
    members = [
        ("" if current is None else f"{name}_charge current{array};"),
        (f"uint8_t rest{array}; /* timesteps in which it still cannot fire */"
         if rules.refractory else ""),
        (f"uint16_t quiet{array}; /* timesteps since something arrived */" if half_life else ""),
    ]  # fmt: skip
    cleared = [m.split()[1].removesuffix(";").partition("[")[0] for m in members if m]
    late = int(rules.integration_delay)
    awake = "state->rest[i] == 0u" if rules.refractory else ""
    leak = _Leak(plan, number, name)
    own = leak.call("potential", "i") if leak.any and not half_life else ""
    fires = ["(arrived != 0u) && "] if rules.fires_on == "arrival" else []
    fires += [f"({awake}) && "] if awake else []
    lost = f"({name}_charge)(potential - {_subtracted(plan, number)})"
    return {
        "more_state": "".join(f"    {member}\n" for member in members if member),
        "more_reset": "".join(f"        state->{member}[i] = 0;\n" for member in cleared),
        "gathers": _gathers(chip, name, half_life),
        "into": "gathered" if _apart(chip, half_life) else "potential",
        "fed": "charge[input]"
        if number.steps == 1
        else f"({name}_charge)(charge[input] * {literal(number.steps, number)})",
        "bound": _bound(plan, number),
        "settle": _settle(plan, number, leak, name, awake, half_life),
        "leak_first": own if rules.leak_first else "",
        "can_fire": "".join(fires),
        "left": lost if rules.reset == "subtract" else "0",
        "spent": _spent(rules.refractory),
        "leak_code": ("" if rules.leak_first else own) + _aged(half_life),
        "late": late,
        "seen": late + 1,
        "leak_table": leak.table if leak.any else "",
        "leak_function": leak.function if leak.any or current is not None else "",
    }


def _apart(chip: Chip, half_life: bool) -> bool:
    """Return whether arrivals are summed separately from the potential."""
    return chip.synapse.current_leak is not None or chip.neuron.refractory > 0 or half_life


def _gathers(chip: Chip, name: str, half_life: bool) -> str:
    if not _apart(chip, half_life):
        return ""
    start = "potential"
    if chip.synapse.current_leak is not None:
        start = "state->current[i]"
    elif half_life:
        start = "0"
    return f"        {name}_charge gathered = {start};\n"


def _bound(plan: Plan, number: CNumber) -> str:
    """Return code that clips a current to its bounds as charges arrive."""
    synapse = plan.chip.synapse
    lines = []
    for bound, beyond in ((synapse.min_current, "<"), (synapse.max_current, ">")):
        if bound is not None:
            end = literal(bound * number.steps, number)
            lines += [f"if (gathered {beyond} {end}) {{", f"    gathered = {end};", "}"]
    return "".join(f"                {line}\n" for line in lines)


def _settle(
    plan: Plan, number: CNumber, leak: _Leak, name: str, awake: str, half_life: bool
) -> str:
    """Return code that adds all arrivals to the potential, up to the highest potential."""
    chip = plan.chip
    lines = []
    added = [f"potential = ({name}_charge)(potential + gathered);"]
    if half_life:
        lines += ["if (arrived != 0u) {",
                  "    potential = leaked(potential, i, state->quiet[i]);",
                  *(f"    {line}" for line in _if(awake, added)),
                  "    state->quiet[i] = 0u;",
                  "}"]  # fmt: skip
    elif chip.synapse.current_leak is not None:
        left = leak.of_current("gathered")
        if chip.synapse.current_leak_first:
            lines += [f"gathered = {left};", "state->current[i] = gathered;", *_if(awake, added)]
        else:
            lines += [*_if(awake, added), f"state->current[i] = {left};"]
    elif chip.neuron.refractory:
        lines += _if(awake, ["potential = gathered;"])
    ceiling = chip.neuron.max_potential
    if ceiling is not None and plan.peak[1] > ceiling:
        top = literal(ceiling * number.steps, number)
        lines += [f"if (potential > {top}) {{", f"    potential = {top};", "}"]
    return "".join(f"        {line}\n" for line in lines)


def _if(condition: str, lines: list[str]) -> list[str]:
    if not condition:
        return lines
    return [f"if ({condition}) {{", *(f"    {line}" for line in lines), "}"]


def _spent(refractory: int) -> str:
    if not refractory:
        return ""
    return (
        f"            state->rest[i] = {refractory}u;\n"
        "        } else if (state->rest[i] != 0u) {\n            --state->rest[i];\n"
        "        } else {\n            /* it may fire again */\n"
    )


def _aged(half_life: bool) -> str:
    if not half_life:
        return ""
    return (
        "        if (state->quiet[i] < UINT16_MAX) {\n            ++state->quiet[i];\n        }\n"
    )


def _subtracted(plan: Plan, number: CNumber) -> str:
    above = 0.0 if plan.chip.neuron.threshold_inclusive else plan.chip.resolution * number.steps
    return f"(threshold[i] - {literal(above, number)})" if above else "threshold[i]"


def _require_exact(plan: Plan, number: CNumber) -> None:
    chip = plan.chip
    if number.bits:
        return
    rules = chip.neuron
    inexact = ""
    if rules.leak_rule == "half-life":
        inexact = "has half-lives of real numbers"
    elif chip.resolution:
        inexact = f"keeps real weights in steps of {chip.resolution:g}"
    elif rules.reset == "subtract" and not rules.threshold_inclusive:
        inexact = "fires above its threshold and subtracts it, in real numbers"
    if inexact:
        raise ExportError(
            f"chip '{chip.name}' {inexact}, which C does not reproduce to the last digit; set "
            'arithmetic = "integer" in the chip\'s file'
        )


class _Leak:
    """The leak of a chip's potentials and of its current.

    Attributes:
        any: Whether a potential leaks.
        table: C table of each neuron's leak.
        function: C function that applies a leak.
    """

    def __init__(self, plan: Plan, number: CNumber, name: str) -> None:
        self._plan, self._number, self._name = plan, number, name
        self._leaks = [n.leak for n in plan.neurons]
        self._current = plan.chip.synapse.current_leak
        self.any = any(self._leaks)
        rule = plan.chip.neuron.leak_rule
        self._rule = "share" if rule == "shift" and not number.bits else rule
        self.table, self.function = getattr(self, f"_{self._rule.replace('-', '_')}")()

    def call(self, value: str, neuron: str) -> str:
        """Return code that applies a neuron's leak to its potential."""
        return f"        {value} = leaked({value}, leak[{neuron}]);\n"

    def of_current(self, value: str) -> str:
        """Return the expression of a current after its leak."""
        return f"leaked({value}, {self._one(self._current or 0.0)})"

    def _one(self, leak: float) -> str:
        if self._rule == "shift":
            return f"{self._shift_of(leak)}u"
        if not self._number.bits:
            return literal(1.0 - leak, self._number)
        return f"{round((1.0 - leak) * 2 ** self._bits())}u"

    def _rendered(self, part: str, **values: object) -> str:
        given = {"name": self._name, "magnitude": f"u{self._number.type}", **values}
        return render(f"leak_{part}.c.in", given)

    def _column(self, type_: str, values: Iterable[object], said: str) -> str:
        rows = "\n".join(f"    {value}," for value in values)
        size = f"{self._name.upper()}_NEURONS"
        return f"\n/* {said} */\nstatic const {type_} leak[{size}] = {{\n{rows}\n}};\n"

    def _bits(self) -> int:
        """Return the fraction bits of the shares that leaks leave."""
        leaks = [*self._leaks, *([] if self._current is None else [self._current])]
        for bits in range(_SHARE_BITS + 1):
            if all((leak * 2**bits) % 1 == 0 for leak in leaks):
                return bits
        odd = next(leak for leak in leaks if (leak * 2**_SHARE_BITS) % 1)
        raise ExportError(
            f"a leak of {odd!r} is not a multiple of 2^-{_SHARE_BITS}, which C computes with; set "
            "neuron.leak (and synapse.current_leak) in the chip's file to multiples"
        )

    def _share(self) -> tuple[str, str]:
        number = self._number
        if not number.bits:
            kept = [literal(1.0 - leak, number) for leak in self._leaks]
            return (
                self._column("double", kept, "The share of its potential that a neuron keeps."),
                self._rendered("share_double"),
            )
        bits = self._bits()
        kept = [round((1.0 - leak) * 2**bits) for leak in self._leaks]
        type_ = unsigned_type([2**bits])
        return (
            self._column(type_, kept, f"What a neuron keeps of its potential, in 2^-{bits}."),
            self._rendered(
                "share", kept=type_, bits=bits, wide=magnitude_type(self._largest() * 2**bits)
            ),
        )

    def _shift_of(self, leak: float) -> int:
        """Return the shift of a leak, at most the width of a potential less 1; 255 is no leak."""
        return 255 if not leak else min(round(-math.log2(leak)), self._number.bits - 1)

    def _shift(self) -> tuple[str, str]:
        shifts = [self._shift_of(leak) for leak in self._leaks]
        said = "A neuron loses the share 2^-leak of its potential in a timestep; 255: nothing."
        return self._column("uint8_t", shifts, said), self._rendered("shift")

    def _subtract(self) -> tuple[str, str]:
        number, unit = self._number, self._plan.chip.neuron.leak_unit
        amounts = [leak * unit * number.steps for leak in self._leaks]
        odd = [amount for amount in amounts if number.bits and amount % 1]
        if odd:
            raise ExportError(
                f"a leak subtracts {odd[0] / number.steps:g}, which is not a whole number of the "
                f"chip's steps of {1 / number.steps:g}; set neuron.leak and neuron.leak_unit in "
                "the chip's file so that it is"
            )
        capped = [min(amount, self._largest()) if number.bits else amount for amount in amounts]
        return (
            self._column(
                f"{self._name}_charge",
                [literal(amount, number) for amount in capped],
                "What is taken off the magnitude of a potential in a timestep.",
            ),
            self._rendered("subtract"),
        )

    def _half_life(self) -> tuple[str, str]:
        lives = [_half_life_of(leak) for leak in self._leaks]
        tables: dict[int, int] = {}
        remains: list[int] = []
        for life in sorted(set(lives) - {_NONE, _ALL}):
            tables[life] = len(remains)
            remains += np.rint(1024.0 * 2.0 ** (-np.arange(life) / life)).astype(int).tolist()
        column = self._column("uint16_t", lives, "Half-life in timesteps; 0: no leak.")
        first = ", ".join(str(tables.get(life, 0)) for life in lives)
        return column, self._rendered(
            "half_life",
            bits=self._number.bits,
            NAME=self._name.upper(),
            wide=magnitude_type(self._largest() * 1024),
            first=first,
            remains=", ".join(map(str, remains or [1024])),
        )

    def _largest(self) -> float:
        low, high = self._plan.peak
        return max(-low, high) * self._number.steps


def _half_life_of(leak: float) -> int:
    if leak in (0.0, 1.0):
        return _ALL if leak else _NONE
    life = -1.0 / math.log2(1.0 - leak)
    if abs(life - round(life)) > 1e-6 or not 1 <= round(life) <= _LONGEST_HALF_LIFE:
        raise ExportError(
            f"a leak of {leak!r} is a half-life of {life:g} timesteps; C takes whole ones of 1 to "
            f"{_LONGEST_HALF_LIFE}: set neuron.leak in the chip's file to 1 - 2^(-1 / h)"
        )
    return round(life)
