"""The target ``spinnaker``: a PyNN script based on sPyNNaker's documentation and sources.

sPyNNaker (Rhodes et al., "sPyNNaker: A Software Package for Running PyNN Simulations on
SpiNNaker", Frontiers in Neuroscience 12:816, 2018) has two neuron models with instantaneous
charges. ``IFTruncDelta`` does not leak, and its potential cannot fall below the reset potential.
``IF_curr_delta`` leaks, and with a time constant of a sixteenth of a timestep it loses its whole
potential, as ``exp(-16)`` is 0 in its 15 fraction bits. With these two models, and weights that 16
bits hold exactly, the script reproduces a chip whose leaks are 0 or 1, if no potential falls below
0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from evosnn.chips import Chip
from evosnn.errors import ExportError
from evosnn.export.common.export import Export, check_name
from evosnn.export.common.plan import NeuronPlan, Plan, make_plan
from evosnn.export.common.target import Target, Verifier, with_suffix
from evosnn.export.simulators.pynn_brian2 import require_script, write_script
from evosnn.network import Network
from evosnn.simulation import Stimulus

__all__ = ["SPINNAKER", "to_spinnaker"]

_MOST = 2**15 - 1  # largest sum of arrivals in a timestep with whole weights in 16 bits
_LONGEST = 256  # 8 delay stages of 32 slots, for 256 neurons on a core
_NOTE = (
    "By sPyNNaker's documents and sources the spikes are the same; it was not run on a board. "
    "Packets that a busy machine delivers late are lost: leave each timestep its millisecond."
)


def to_spinnaker(
    network: Network,
    chip: Chip,
    *,
    name: str = "snn",
    charge: tuple[float, float] | None = None,
    stimulus: Stimulus | None = None,
) -> Export:
    """Write a network as a Python script for PyNN on SpiNNaker.

    Args:
        network: The network.
        chip: The rules.
        name: Prefix of the file.
        charge: ``(least, largest)`` charge of an input; plus and minus the chip's spike value if
            not given. More networks can be written without negative charges.
        stimulus: The golden stimulus; 1,000 random timesteps if not given.

    Raises:
        ExportError: If the network does not fit the chip, or SpiNNaker cannot reproduce it: real
            numbers, leaks other than 0 and 1, a neuron that fires on any arrival, a negative
            potential that affects spikes, delays or charges beyond its bits.
    """
    check_name(name)
    plan = make_plan(network, chip, charge)
    if not chip.integer:
        raise ExportError(
            f"chip '{chip.name}' computes with real numbers, which SpiNNaker's 16 bits round; "
            "evolve on an integer chip"
        )
    require_script(plan, "SpiNNaker")
    _require_floor(plan)
    most = [_arrivals(plan, max), -_arrivals(plan, min)]
    if max(most) > _MOST:
        raise ExportError(
            f"charges of {max(most)} can arrive at a neuron in one timestep; SpiNNaker adds up "
            f"{_MOST} in whole numbers: evolve with smaller weights or fewer synapses"
        )
    if plan.longest_delay > _LONGEST:
        raise ExportError(
            f"a synapse has delay {plan.longest_delay}; sPyNNaker takes {_LONGEST} timesteps: "
            f"evolve with limits = {{ delay = {_LONGEST} }}"
        )
    words = ("PyNN on SpiNNaker", "spynnaker and a SpiNNaker board", _NOTE)
    return write_script(plan, "spinnaker", name, {"most": most}, stimulus, words)


def _require_floor(plan: Plan) -> None:
    """Raise an error if a negative potential can affect when a neuron fires."""
    for neuron in plan.neurons:
        if neuron.fires and neuron.leak < 1 and neuron.rest[0] < 0:
            raise ExportError(
                f"neuron {neuron.id} keeps potentials down to {neuron.rest[0]:g}; SpiNNaker's "
                "neuron without leak keeps none below 0: evolve on a chip whose min_potential is "
                "0, such as risp-15+, or whose neurons leak all"
            )


def _arrivals(plan: Plan, end: Callable[[Iterable[float]], float]) -> int:
    """Return the largest (or with ``min`` least) charge that reaches each neuron in a timestep."""

    def arriving(neuron: NeuronPlan) -> float:
        fed = [] if neuron.input is None else list(plan.charge)
        return sum(end((0.0, a.weight)) for a in neuron.arrivals) + end((0.0, *fed))

    return int(end(arriving(neuron) for neuron in plan.neurons))


def _verifiers() -> tuple[Verifier, ...]:
    from evosnn.export.simulators.run import run_script

    return (Verifier("SpiNNaker", run_script, _require_board),)


def _require_board() -> None:
    raise ExportError("it takes a SpiNNaker board; run the script on one and compare its spikes")


SPINNAKER = Target(
    to_spinnaker,
    "Python script for PyNN on SpiNNaker, not run on a board",
    verifiers=_verifiers,
    recognise=with_suffix("_spinnaker.py"),
)
