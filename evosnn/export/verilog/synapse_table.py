"""Lays out the table of synapses that a streamed core reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from evosnn.export.common.plan import NeuronPlan, Plan
from evosnn.export.verilog.number_types import bits_for, charge_bits, signed_bits

__all__ = ["Entry", "Table", "make_table"]


@dataclass(frozen=True)
class Entry:
    """One thing that can arrive at a neuron.

    Attributes:
        last: Whether it is its neuron's last.
        from_input: Whether an input feeds it, or else a synapse.
        source: Index of the input, or place of the presynaptic neuron.
        delay: Timesteps from spike to delivery; 1 for an input, which has none.
        weight: Charge that the synapse delivers; 0 for an input, which brings its own.
    """

    last: bool
    from_input: bool
    source: int
    delay: int
    weight: int


@dataclass(frozen=True)
class Table:
    """What can arrive, neuron by neuron.

    Attributes:
        plan: The network.
        active: Neurons that an input reaches, in turn. All others stay at rest for ever:
            a neuron fires only when something arrives.
        entries: What can arrive at them.
    """

    plan: Plan
    active: tuple[int, ...]
    entries: tuple[Entry, ...]

    @property
    def neurons(self) -> list[NeuronPlan]:
        """The neurons in turn."""
        return [self.plan.neurons[i] for i in self.active]

    @property
    def place(self) -> dict[int, int]:
        """The turn of each active neuron, by its index in the network."""
        return {neuron: turn for turn, neuron in enumerate(self.active)}

    @cached_property
    def shifts(self) -> list[int | None]:
        """The leaks that neurons have, as shifts; none for no leak."""
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
    """List what can arrive at the neurons that an input reaches."""
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
    """Neurons with a path from an input."""
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
