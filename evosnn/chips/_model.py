"""The data model of a chip: ranges, neuron and synapse rules, limits, costs, sources."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from evosnn.errors import number_text, unknown_name
from evosnn.validation import Table

__all__ = [
    "EVENTS",
    "PICOJOULES",
    "Chip",
    "Cost",
    "CrossbarModel",
    "Limits",
    "NeuronModel",
    "Range",
    "Source",
    "SynapseModel",
]


class Range(Table):
    """A closed interval of values."""

    min: float
    max: float

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min {self.min:g} is above max {self.max:g}")
        return self

    def __contains__(self, value: float) -> bool:
        return self.min <= value <= self.max

    def __str__(self) -> str:
        return f"{number_text(self.min)}..{number_text(self.max)}"


class NeuronModel(Table):
    """The point neuron of a chip; :mod:`evosnn.simulation.reference` defines its rules.

    Attributes:
        threshold: Firing thresholds that the chip can hold, in weight units.
        threshold_inclusive: Whether a neuron fires *at* its threshold (or only above it).
        min_potential: Lowest membrane potential; unbounded if absent.
        max_potential: Highest membrane potential; unbounded if absent.
        leak: Allowed leaks: shares of its potential that a neuron loses in a timestep.
        leak_rule: ``"share"``: a neuron loses that share of its potential and rounds the rest
            towards zero; ``"shift"``: the share is a power of two, computed as a right shift, and
            at least one step is lost; ``"subtract"``: the potential moves towards zero by that
            share of ``leak_unit``; ``"half-life"``: Caspian's table, applied when a charge next
            arrives.
        leak_unit: Amount that a leak of 1 subtracts under ``"subtract"``, in weight units.
        leak_first: Whether a neuron leaks before its threshold is checked (or after).
        resolution: Step of potentials and currents, in weight units; 0 for continuous values; by
            default 1 on an integer chip and 0 on a float chip.
        fires_on: ``"arrival"``: a neuron fires only in a timestep in which a charge arrives;
            ``"potential"``: whenever its potential has reached its threshold.
        reset: Potential after a spike: 0 (``"zero"``), or the potential minus the threshold
            (``"subtract"``).
        refractory: Timesteps after a spike during which the potential does not change.
        max_spikes: Most spikes of a neuron in one timestep. Each spike subtracts the threshold; the
            neuron fires again while its potential has still reached the threshold.
        max_output_spikes: The same for an output neuron; ``max_spikes`` if absent.
        integration_delay: Whether a neuron spikes one timestep after the charge that causes the
            spike.
    """

    threshold: Range
    threshold_inclusive: bool = True
    min_potential: Annotated[float, Field(le=0)] | None = None
    max_potential: Annotated[float, Field(gt=0)] | None = None
    leak: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(default=(0.0,), min_length=1)
    leak_rule: Literal["share", "shift", "subtract", "half-life"] = "share"
    leak_unit: Annotated[float, Field(gt=0)] = 1.0
    leak_first: bool = False
    resolution: Annotated[float, Field(ge=0)] | None = None
    fires_on: Literal["arrival", "potential"] = "arrival"
    reset: Literal["zero", "subtract"] = "zero"
    refractory: Annotated[int, Field(ge=0, le=255)] = 0
    max_spikes: Annotated[int, Field(ge=1, le=255)] = 1
    max_output_spikes: Annotated[int, Field(ge=1, le=255)] | None = None
    integration_delay: bool = False

    @property
    def output_spikes(self) -> int:
        """Most spikes of an output neuron in one timestep."""
        return self.max_spikes if self.max_output_spikes is None else self.max_output_spikes

    @property
    def several_spikes(self) -> bool:
        """Whether any neuron may fire more than once in one timestep."""
        return max(self.max_spikes, self.output_spikes) > 1

    @model_validator(mode="after")
    def _rules_agree(self) -> Self:
        if self.several_spikes and (self.reset != "subtract" or self.refractory):
            raise ValueError(
                'max_spikes above 1 takes reset = "subtract" and no refractory timesteps; '
                "otherwise a neuron cannot fire twice in a timestep"
            )
        if self.max_potential is not None and self.max_potential < self.threshold.max:
            raise ValueError(
                f"max_potential {self.max_potential:g} is below the highest threshold "
                f"{self.threshold.max:g}"
            )
        if self.leak_rule == "shift" and any(x and math.log2(x) % 1 for x in self.leak):
            raise ValueError("leak_rule 'shift' takes leaks of 0 or a power of two (1, 0.5, ...)")
        if self.leak_first and self.leak_rule == "half-life":
            raise ValueError("leak_rule 'half-life' leaks on arrival; leave leak_first out")
        return self


class SynapseModel(Table):
    """The synapse of a chip.

    Attributes:
        weight: Weights that the chip can hold.
        delay: Synaptic delays that the chip can hold, in timesteps.
        current_leak: Share of its synaptic current that a neuron loses in a timestep, by the
            neuron's leak rule; if absent, a charge acts in a single timestep.
        current_leak_first: Whether the current leaks before it acts (or after).
        min_current: Lowest current, at which it saturates; unbounded if absent.
        max_current: Highest current, at which it saturates; unbounded if absent.
    """

    weight: Range
    delay: Range
    current_leak: Annotated[float, Field(gt=0, le=1)] | None = None
    current_leak_first: bool = False
    min_current: Annotated[float, Field(le=0)] | None = None
    max_current: Annotated[float, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _bounds_of_currents(self) -> Self:
        bounded = self.min_current is not None or self.max_current is not None
        if bounded and self.current_leak in (None, 1.0):
            raise ValueError("min_current and max_current take a current_leak below 1")
        return self

    @model_validator(mode="after")
    def _whole_delays(self) -> Self:
        if self.delay.min < 1 or self.delay.min % 1 or self.delay.max % 1:
            raise ValueError("delay takes whole timesteps, at least 1")
        if self.weight.min == self.weight.max == 0:
            raise ValueError("weight is 0..0; it takes at least one other weight")
        return self


EVENTS = ("spike", "synaptic_event", "neuron_update", "memory_byte", "timestep")
"""Events for which a chip's energy is specified."""

PICOJOULES = {"fJ": 1e-3, "pJ": 1.0, "nJ": 1e3, "uJ": 1e6}
"""Units of energy."""


class Limits(Table):
    """Size limits of a chip, or of the part that one network may use; unlimited if absent."""

    neurons: Annotated[int, Field(ge=1)] | None = None
    synapses: Annotated[int, Field(ge=1)] | None = None
    fan_in: Annotated[int, Field(ge=1)] | None = None
    fan_out: Annotated[int, Field(ge=1)] | None = None


class Cost(Table):
    """One published cost of a chip.

    Attributes:
        value: The figure.
        unit: Its unit, as in ``"pJ"``.
        source: Where it was published.
        verified: Whether the source was read (and not a citation of it).
    """

    value: Annotated[float, Field(ge=0)]
    unit: str
    source: str
    verified: bool = True


class Source(Table):
    """Where one figure of a chip's description comes from.

    Attributes:
        text: The publication, file or repository.
        verified: Whether it was read (and not a citation of it).
    """

    text: str
    verified: bool = True


class CrossbarModel(Table):
    """The synapse array of a chip that computes with conductances.

    A synapse is a pair of devices on neighbouring columns; the difference of their
    conductances is the weight.

    Attributes:
        rows: Rows of a tile: presynaptic neurons.
        columns: Columns of a tile, counted in weights: postsynaptic neurons.
        on_resistance: Lowest resistance of a device, in ohm.
        off_resistance: Highest resistance of a device, in ohm.
        line_resistance: Resistance of a wire between neighbouring devices, in ohm.
    """

    rows: Annotated[int, Field(ge=1)]
    columns: Annotated[int, Field(ge=1)]
    on_resistance: Annotated[float, Field(gt=0)]
    off_resistance: Annotated[float, Field(gt=0)]
    line_resistance: Annotated[float, Field(ge=0)]

    @model_validator(mode="after")
    def _on_below_off(self) -> Self:
        if self.on_resistance >= self.off_resistance:
            raise ValueError(
                f"on_resistance {self.on_resistance:g} is not below off_resistance "
                f"{self.off_resistance:g}"
            )
        return self


class Chip(Table):
    """A neuromorphic chip: the rules, ranges, limits and costs that apply to its networks.

    Attributes:
        name: Name in the catalogue.
        description: Description in one sentence.
        source: Source of the figures.
        arithmetic: ``"integer"`` if weights, thresholds and potentials are whole numbers,
            else ``"float"``.
        neuron: The neuron.
        synapse: The synapse.
        limits: Size limits.
        spike_value: Charge that a full input spike delivers to its input neuron.
        costs: Published costs by name. ``spike``, ``synaptic_event``, ``neuron_update``,
            ``memory_byte`` and ``timestep`` are energies per event; other names, such as an area,
            are allowed.
        crossbar: The synapse array, if the chip computes with conductances.
        sources: Sources of single figures by dotted field (``"neuron.threshold"``), where they
            differ from ``source``.
        not_simulated: Differences between the chip and its simulation, one sentence each.
    """

    name: str
    description: str
    source: str
    arithmetic: Literal["integer", "float"]
    neuron: NeuronModel
    synapse: SynapseModel
    limits: Limits = Limits()
    spike_value: float
    costs: dict[str, Cost] = Field(default_factory=dict)
    crossbar: CrossbarModel | None = None
    sources: dict[str, Source] = Field(default_factory=dict)
    not_simulated: tuple[str, ...] = ()

    @property
    def integer(self) -> bool:
        """Whether weights, thresholds and potentials are whole numbers."""
        return self.arithmetic == "integer"

    @field_validator("costs")
    @classmethod
    def _all_counted(cls, costs: dict[str, Cost]) -> dict[str, Cost]:
        for name, cost in costs.items():
            if name in EVENTS and cost.unit not in PICOJOULES:
                raise ValueError(f"{name} takes one of {', '.join(PICOJOULES)}, got '{cost.unit}'")
            if name not in EVENTS and cost.unit in PICOJOULES:
                raise ValueError(unknown_name("event that costs energy", name, EVENTS))
        return costs

    @model_validator(mode="after")
    def _whole_numbers(self) -> Self:
        neuron = self.neuron
        if self.integer:
            edges = {
                "neuron.threshold": (neuron.threshold.min, neuron.threshold.max),
                "synapse.weight": (self.synapse.weight.min, self.synapse.weight.max),
                "neuron.min_potential": (neuron.min_potential or 0.0,),
                "neuron.max_potential": (neuron.max_potential or 0.0,),
                "synapse.min_current": (self.synapse.min_current or 0.0,),
                "synapse.max_current": (self.synapse.max_current or 0.0,),
            }
            for field, values in edges.items():
                if any(v % 1 for v in values):
                    raise ValueError(f"{field} takes whole numbers on an integer chip")
        if self.integer and neuron.leak_rule == "share" and neuron.resolution is None:
            for leak in neuron.leak:
                if (leak and (1 / leak) % 1) or (leak and int(1 / leak).bit_count() != 1):
                    raise ValueError(
                        f"neuron.leak {leak:g} is not 0 or a power of two (1, 0.5, 0.25, ...), "
                        "which an integer chip takes"
                    )
        rule = neuron.leak_rule
        if self.synapse.current_leak is not None and rule not in ("share", "shift"):
            raise ValueError(f"synapse.current_leak has no meaning for neuron.leak_rule '{rule}'")
        return self

    @property
    def is_plain(self) -> bool:
        """Whether the chip has only the rules that all chips share."""
        neuron = self.neuron
        return (
            neuron.leak_rule == "share"
            and neuron.resolution is None
            and not neuron.leak_first
            and neuron.fires_on == "arrival"
            and neuron.reset == "zero"
            and not neuron.refractory
            and self.synapse.current_leak in (None, 1.0)
        )

    @property
    def resolution(self) -> float:
        """Step of potentials and currents, in weight units; 0 if they are continuous."""
        if self.neuron.resolution is not None:
            return self.neuron.resolution
        return 1.0 if self.integer else 0.0
