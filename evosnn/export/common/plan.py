"""Plans an export: the numbers of a network and its chip that generated code contains.

Potential bounds (:mod:`evosnn.simulation.layout.potential_bounds`) prove that no sum in an export
can overflow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from evosnn.chips import Chip
from evosnn.errors import ExportError
from evosnn.export.common.chip_bounds import own_ranges
from evosnn.export.common.fit import own_rules, require_fit
from evosnn.network import Network
from evosnn.simulation import HORIZON, potential_ranges

__all__ = ["HORIZON", "Arrival", "NeuronPlan", "Plan", "make_plan"]


@dataclass(frozen=True)
class Arrival:
    """A synapse as its postsynaptic neuron sees it.

    Attributes:
        pre: Index of the presynaptic neuron.
        weight: Charge that it delivers; a whole number on an integer chip.
        delay: Timesteps from spike to delivery.
    """

    pre: int
    weight: float
    delay: int


@dataclass(frozen=True)
class NeuronPlan:
    """One neuron.

    Attributes:
        id: Its id in the network.
        threshold: Lowest potential at which it fires.
        leak: Share of its potential that it loses in a timestep.
        leak_shift: ``k`` if the share is ``2**-k``; otherwise ``None``.
        input: Index of the input that feeds it, if any.
        outputs: Indices of the outputs that read it.
        fires: Whether any possible input makes it fire.
        arrivals: Its synapses, by presynaptic neuron.
        reach: Timesteps for which its spikes must be stored: its longest delay, or 0.
        rest: ``(lowest, highest)`` potential between timesteps.
        peak: ``(lowest, highest)`` value of a sum within a timestep or of its threshold.
    """

    id: int
    threshold: float
    leak: float
    leak_shift: int | None
    input: int | None
    outputs: tuple[int, ...]
    fires: bool
    arrivals: tuple[Arrival, ...]
    reach: int
    rest: tuple[float, float]
    peak: tuple[float, float]

    @property
    def needs_arrival(self) -> bool:
        """Whether firing needs an explicit check for an arrival, besides the potential."""
        return self.threshold <= 0


@dataclass(frozen=True)
class Plan:
    """A network with the bounds that an export needs.

    Attributes:
        network: The network.
        chip: The rules.
        neurons: The neurons, in the network's order.
        floor: Lowest potential; an unreachable value if the chip has none.
        charge: ``(least, largest)`` charge that an input takes in a timestep.
    """

    network: Network
    chip: Chip
    neurons: tuple[NeuronPlan, ...]
    floor: float
    charge: tuple[float, float]

    @property
    def peak(self) -> tuple[float, float]:
        """``(lowest, highest)`` value of any sum of any neuron."""
        return min(n.peak[0] for n in self.neurons), max(n.peak[1] for n in self.neurons)

    @property
    def longest_delay(self) -> int:
        """Longest delay of all synapses, in timesteps; 1 without synapses."""
        return int(self.network.delay.max(initial=1))


def make_plan(
    network: Network, chip: Chip, charge: tuple[float, float] | None = None, *, own: bool = False
) -> Plan:
    """Check that a network can be exported, and prove the ranges of its potentials.

    Args:
        network: The network.
        chip: The rules.
        charge: ``(least, largest)`` charge that an input takes in a timestep; plus and minus
            the chip's spike value if not given.
        own: Whether the export implements every chip's own arithmetic.

    Raises:
        ExportError: If the network does not fit the chip, has no inputs or no outputs, or the
            charge range does not contain 0.
    """
    require_fit(network, chip, own=own)
    for what, ports in (("inputs", network.inputs), ("outputs", network.outputs)):
        if not ports.size:
            raise ExportError(f"the network has no {what}; an export needs at least one")
    low, high = charge or (-abs(chip.spike_value), abs(chip.spike_value))
    if chip.integer:
        low, high = math.ceil(low), math.floor(high)
    if low > 0 or high < 0:
        raise ExportError(f"the charge range {low:g}..{high:g} does not contain 0")
    prove = own_ranges if own_rules(network, chip) else potential_ranges
    ranges = prove(network, chip, (low, high))
    thresholds, leaks = ranges.threshold.tolist(), network.leak.tolist()
    rests, peaks = ranges.rest.T.tolist(), ranges.peak.T.tolist()
    input_of = {neuron: i for i, neuron in enumerate(network.inputs.tolist())}
    outputs = network.outputs.tolist()
    arrivals: list[list[Arrival]] = [[] for _ in range(network.n_neurons)]
    reach = [0] * network.n_neurons
    for s in range(network.n_synapses):
        pre, delay = int(network.pre[s]), int(network.delay[s])
        arrivals[int(network.post[s])].append(Arrival(pre, float(network.weight[s]), delay))
        reach[pre] = max(reach[pre], delay)
    neurons = []
    for i, id_ in enumerate(network.ids.tolist()):
        neurons.append(
            NeuronPlan(
                id=id_,
                threshold=thresholds[i],
                leak=leaks[i],
                leak_shift=_shift(leaks[i]) if chip.integer else None,
                input=input_of.get(i),
                outputs=tuple(o for o, neuron in enumerate(outputs) if neuron == i),
                fires=bool(ranges.fires[i]),
                arrivals=tuple(arrivals[i]),
                reach=reach[i],
                rest=(rests[i][0], rests[i][1]),
                peak=(peaks[i][0], peaks[i][1]),
            )
        )
    return Plan(network, chip, tuple(neurons), ranges.floor, (low, high))


def _shift(leak: float) -> int | None:
    """Return ``k`` if a leak is ``2**-k``; otherwise ``None``."""
    mantissa, exponent = math.frexp(leak)
    return 1 - exponent if mantissa == 0.5 else None
