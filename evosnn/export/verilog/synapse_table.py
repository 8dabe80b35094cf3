"""Lays out the synapse memory of the streamed core, which processes one synapse at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from evosnn.export.common.plan import NeuronPlan, Plan
from evosnn.export.verilog.number_types import bits_for, charge_bits, signed_bits

__all__ = ["Entry", "Table", "make_table"]


@dataclass(frozen=True)
class Entry:
    """One source of charge of a neuron: an input or a synapse.

    Attributes:
        last: Whether it is the last entry of its neuron.
        from_input: Whether the source is an input; otherwise it is a synapse.
        source: Index of the input, or position of the presynaptic neuron in the table.
        delay: Synaptic delay in timesteps; 1 for an input, which has no delay.
        weight: Weight of the synapse; 0 for an input, whose charge comes from a port.
    """

    last: bool
    from_input: bool
    source: int
    delay: int
    weight: int


@dataclass(frozen=True)
class Table:
    """The entries of all active neurons, neuron by neuron.

    Attributes:
        plan: The network.
        active: Indices of the neurons with a path from an input, in table order. All others always
            stay at rest, because a neuron fires only when charge arrives.
        entries: Their entries.
    """

    plan: Plan
    active: tuple[int, ...]
    entries: tuple[Entry, ...]

    @property
    def neurons(self) -> list[NeuronPlan]:
        """The active neurons in table order."""
        return [self.plan.neurons[i] for i in self.active]

    @property
    def place(self) -> dict[int, int]:
        """Position of each active neuron in the table, by its index in the network."""
        return {neuron: turn for turn, neuron in enumerate(self.active)}

    @cached_property
    def shifts(self) -> list[int | None]:
        """The distinct leaks as shifts; ``None`` for no leak."""
        return sorted({n.leak_shift for n in self.neurons}, key=lambda k: -1 if k is None else k)

    @cached_property
    def bits(self) -> dict[str, int]:
        """Widths of numbers, by name."""
        plan = self.plan
        weights = [e.weight for e in self.entries]
        rest = [n.rest for n in self.neurons]
        total = signed_bits(*plan.peak)
        weight, charge = signed_bits(min(weights), max(weights)), charge_bits(plan.charge)
        return {
            "slot": bits_for(plan.longest_delay),
            "neuron": bits_for(len(self.active) - 1),
            "source": bits_for(max(len(self.active) - 1, *(e.source for e in self.entries))),
            "weight": weight,
            "charge_value": charge,
            "value": max(weight, charge),
            "sum": total,
            "potential": min(signed_bits(min(r[0] for r in rest), max(r[1] for r in rest)), total),
            "at": bits_for(len(self.entries)),
            "leak": bits_for(len(self.shifts) - 1),
            "output": bits_for(plan.network.outputs.size),
        }


def make_table(plan: Plan) -> Table:
    """Return the table of the neurons with a path from an input."""
    active = _reached(plan)
    place = {neuron: turn for turn, neuron in enumerate(active)}
    entries: list[Entry] = []
    for i in active:
        neuron = plan.neurons[i]
        rows = [] if neuron.input is None else [(True, neuron.input, 1, 0)]
        rows += [
            (False, place[a.pre], a.delay, int(a.weight)) for a in neuron.arrivals if a.pre in place
        ]
        entries += [Entry(k == len(rows) - 1, *row) for k, row in enumerate(rows)]
    return Table(plan, tuple(active), tuple(entries))


def _reached(plan: Plan) -> list[int]:
    """Return the neurons with a path from an input."""
    targets: dict[int, list[int]] = {}
    for i, neuron in enumerate(plan.neurons):
        for a in neuron.arrivals:
            targets.setdefault(a.pre, []).append(i)
    found = set(plan.network.inputs.tolist())
    waiting = list(found)
    while waiting:
        new = [i for i in targets.get(waiting.pop(), []) if i not in found]
        found.update(new)
        waiting += new
    return sorted(found)
