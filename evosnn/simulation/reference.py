"""The reference simulator: the timestep in plain Python, which all kernels are tested against.

This is the definition. The kernels, the C and the hardware description are tested against it,
and it against recorded runs of the RISP, Caspian and Loihi simulators.

In timestep ``t``, for each neuron:

1. The charges that arrive in ``t`` are added to its potential: its input's charge of ``t``,
   and the weight of every synapse whose presynaptic neuron fired in ``t - delay``.
2. If something arrived and the potential has reached the firing threshold, the neuron fires
   and its potential becomes 0.
3. The potential is raised to the floor if it lies below.
4. The neuron leaks: it loses the share ``leak`` of its potential. In integer arithmetic what
   is left is rounded towards zero.

These are RISP's rules (TENNLab-UTK/framework-open, markdown/risp.md), where leak is 0 or 1;
a leak in between is EvoSNN's generalisation. On a chip that fires only *above* a threshold,
the threshold is one unit higher (integer), or 1e-7 (float), as RISP has it.

A chip may have other rules (:class:`~evosnn.chips.NeuronModel`):

- ``synapse.current_leak``: charge is added to a current, which is added to the potential in
  every timestep and loses that share, after it has acted (Loihi) or before (Xylo).
  Each charge that is added leaves it between ``synapse.min_current`` and ``max_current``.
- ``neuron.fires_on = "potential"``: a neuron can fire though nothing arrived.
- ``neuron.reset = "subtract"``: a spike takes the threshold off the potential.
- ``neuron.max_spikes``: step 2 is repeated, up to so many times (an output: up to
  ``neuron.max_output_spikes``), and a synapse later delivers its weight for each spike (Xylo).
- ``neuron.refractory``: for so many timesteps after a spike the potential stands still, and
  charge that would be added to it is lost; a current goes on.
- ``neuron.max_potential``: the potential is lowered to it in step 1.
- ``neuron.leak_first``: step 4 comes between 1 and 2 (TrueNorth).
- ``neuron.leak_rule``: ``"share"``: what is left is rounded towards zero, in steps of
  ``neuron.resolution`` (Loihi: ``sign(v) (|v| (4096 - d) >> 12)``); ``"shift"``:
  ``v - (v >> k)``, but at least one step towards zero (Xylo); ``"subtract"``: towards zero by
  ``leak * leak_unit`` (TrueNorth); ``"half-life"``: when charge arrives ``n`` timesteps after
  the last, ``|v|`` times ``2 ** -(n / tau)``, by a table of 1024ths for the fraction and a
  right shift for the whole part, each rounded down (Caspian); ``leak`` is ``1 - 2 ** (-1 /
  tau)``, and floor and ceiling are applied then.
- on instances with a converter (:attr:`~evosnn.hardware.Instances.adc`), the sum of what a
  neuron's synapses deliver in a timestep is rounded to its steps and range before it is added.
- ``neuron.integration_delay``: all spikes are seen one timestep later, and those of the last
  timestep not at all; delays count from the charge that caused the spike (Caspian).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.hardware import (
    DRIVES_ALWAYS,
    FIRES_ALWAYS,
    FIRES_NEVER,
    NO_INTEGRATION,
    NO_RESET,
    Instances,
    nominal_instances,
)
from evosnn.network import Network
from evosnn.simulation._types import Stimulus

__all__ = ["ReferenceRun", "run_reference"]


@dataclass
class ReferenceRun:
    """What every neuron did.

    Attributes:
        spikes: ``(timesteps, n_neurons)``, as they are seen: bool, or uint8, how often, on a chip
            whose neurons fire several times in one timestep.
        potential: ``(timesteps, n_neurons)`` float64, after each timestep.
        deliveries: Number of charges delivered by synapses.
    """

    spikes: NDArray[np.bool_ | np.uint8]
    potential: NDArray[np.float64]
    deliveries: int = field(default=0)


def run_reference(
    network: Network,
    stimulus: Stimulus,
    chip: Chip,
    *,
    sample: int = 0,
    instances: Instances | None = None,
    instance: int = 0,
    resolution: float | None = None,
) -> ReferenceRun:
    """Run one network from rest on one sample, one number at a time.

    Args:
        network: The network.
        stimulus: What the samples feed to the inputs.
        chip: The rules.
        sample: Which sample.
        instances: This one network's parameters on chip instances, if it is not nominal.
        instance: Which chip instance.
        resolution: The step that leaks are rounded to; the chip's if not given.
    """
    rules, current_leak = chip.neuron, chip.synapse.current_leak
    floor = -math.inf if rules.min_potential is None else rules.min_potential
    ceiling = math.inf if rules.max_potential is None else rules.max_potential
    least = -math.inf if chip.synapse.min_current is None else chip.synapse.min_current
    most = math.inf if chip.synapse.max_current is None else chip.synapse.max_current
    unit = chip.resolution if resolution is None else resolution
    above = 0.0 if rules.threshold_inclusive else chip.resolution or 1e-7
    adc = (0.0, 0.0)
    if instances is not None and instances.adc is not None:
        adc = tuple(instances.adc[instance].tolist())
    chips = [_chip_at(network, instances, instance, t) for t in range(stimulus.timesteps)]
    input_of = {neuron: i for i, neuron in enumerate(network.inputs.tolist())}
    into: list[list[int]] = [[] for _ in range(network.n_neurons)]
    for s, post in enumerate(network.post.tolist()):
        into[post].append(s)
    charge = stimulus.charge[:, :, sample]
    event = charge != 0 if stimulus.event is None else stimulus.event[:, :, sample]
    potential = [0.0] * network.n_neurons
    current = [0.0] * network.n_neurons
    fires_at: list[list[int]] = [[] for _ in range(network.n_neurons)]  # once for each spike
    heard_at = [0] * network.n_neurons
    shape = (stimulus.timesteps, network.n_neurons)
    late = int(rules.integration_delay)
    counts = np.uint8 if rules.several_spikes else np.bool_
    run = ReferenceRun(np.zeros(shape, counts), np.zeros(shape))
    outputs = set(network.outputs.tolist())
    for t in range(stimulus.timesteps):
        here = chips[t]
        for i in range(network.n_neurons):
            arriving = []
            if i in input_of and event[t, input_of[i]]:
                arriving.append(float(charge[t, input_of[i]]))
            delivered = []
            for s in into[i]:
                pre = int(network.pre[s])
                due = sum(sent + chips[sent].delay[s] == t for sent in fires_at[pre])
                if here.broken[pre] & DRIVES_ALWAYS:
                    due = 1
                delivered += [due * float(here.weight[s])] if due else []
                run.deliveries += due * (t < stimulus.timesteps - late)
            if adc[0] and delivered:
                read = round(sum(delivered) / adc[0]) * adc[0]
                delivered = [min(max(read, -adc[1]), adc[1])]
            arriving += delivered
            resting = bool(fires_at[i]) and t - fires_at[i][-1] <= rules.refractory
            blocked = resting or bool(here.broken[i] & NO_INTEGRATION)
            if rules.leak_rule == "half-life" and arriving:
                potential[i] = _halved(potential[i], here.leak[i], t - heard_at[i], unit)
                potential[i] = min(max(potential[i], floor), ceiling)
                heard_at[i] = t
            for amount in arriving:
                if current_leak is not None:
                    current[i] = min(max(current[i] + amount, least), most)
                elif not blocked:
                    potential[i] += amount
            if current_leak is not None:
                left = _leaked(current[i], current_leak, unit, chip)
                if chip.synapse.current_leak_first:
                    current[i] = left
                if not blocked:
                    potential[i] += current[i]
                current[i] = left
            potential[i] = min(potential[i], ceiling)
            if rules.leak_first:
                potential[i] = _leaked(potential[i], here.leak[i], unit, chip)
            may = (bool(arriving) or rules.fires_on == "potential") and not resting
            for _ in range(rules.output_spikes if i in outputs else rules.max_spikes):
                fires = may and potential[i] >= here.threshold[i] + above
                if here.firing[i] == FIRES_NEVER:
                    fires = False
                if here.firing[i] == FIRES_ALWAYS:
                    fires = True
                if not fires:
                    break
                fires_at[i].append(t)
                if t + late < stimulus.timesteps:
                    run.spikes[t + late, i] += True
                if not here.broken[i] & NO_RESET:
                    keeps = rules.reset == "subtract"
                    potential[i] = potential[i] - here.threshold[i] if keeps else 0.0
            potential[i] = max(potential[i], floor)
            if not rules.leak_first:
                potential[i] = _leaked(potential[i], here.leak[i], unit, chip)
            run.potential[t, i] = potential[i]
    return run


@dataclass(frozen=True)
class _Chip:
    """A network on one chip at one time."""

    weight: list[float]
    threshold: list[float]
    firing: list[int]
    leak: list[float]
    delay: list[int]
    broken: list[int]


def _chip_at(network: Network, instances: Instances | None, k: int, t: int) -> _Chip:
    chips = (instances or nominal_instances([network], k + 1)).at(t)
    return _Chip(
        weight=chips.weight[k].tolist(),
        threshold=chips.threshold[k].tolist(),
        firing=chips.firing[k].tolist(),
        leak=(network.leak if chips.leak is None else chips.leak[k]).tolist(),
        delay=(network.delay if chips.delay is None else chips.delay[k]).tolist(),
        broken=[0] * network.n_neurons if chips.broken is None else chips.broken[k].tolist(),
    )


def _leaked(value: float, leak: float, unit: float, chip: Chip) -> float:
    rule = chip.neuron.leak_rule
    if not leak or not value or rule == "half-life":
        return value
    if rule == "subtract":
        return math.copysign(max(abs(value) - leak * chip.neuron.leak_unit, 0.0), value)
    if rule == "shift" and unit:
        lost = math.floor(value * leak / unit) * unit or math.copysign(unit, value)
        return value - lost if abs(lost) < abs(value) else 0.0
    left = value * (1.0 - leak)
    return math.trunc(left / unit) * unit if unit else left


def _halved(value: float, leak: float, elapsed: int, unit: float) -> float:
    if not leak or not value:
        return value
    if leak == 1:
        return 0.0
    tau = -1.0 / math.log2(1.0 - leak)
    tau = round(tau) if abs(tau - round(tau)) < 1e-6 else tau
    whole = elapsed // tau
    rest = elapsed - whole * tau
    size = abs(value) / (unit or 1.0)
    if rest:
        size = math.floor(size * round(1024 * 2 ** (-rest / tau)) / 1024)
    return math.copysign(math.floor(size / 2**whole) * (unit or 1.0), value)
