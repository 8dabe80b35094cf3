"""The targets ``brian2`` and ``pynn``: Python scripts that build and run a network.

Brian2 (Stimberg, Brette and Goodman, eLife 8:e47314, 2019) accepts any update equation, so its
script reproduces the chip exactly. PyNN (Davison et al., Frontiers in
Neuroinformatics 2:11, 2009) drives NEST's ``iaf_psc_delta``, which has a lowest potential, but
neither rounds nor fires on an arrival at a threshold of 0 or below.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from evosnn.chips import Chip
from evosnn.errors import ExportError
from evosnn.export.common.export import Export, check_name, render
from evosnn.export.common.golden_run import run_golden
from evosnn.export.common.plan import Plan, make_plan
from evosnn.export.common.quoting import docstring
from evosnn.export.common.target import Target, Verifier, in_environment, with_suffix
from evosnn.network import Network
from evosnn.simulation import Stimulus
from evosnn.version import __version__

if TYPE_CHECKING:
    from evosnn.export.common.agreement import Agreement

__all__ = ["BRIAN2", "PYNN", "require_script", "to_brian2", "to_pynn", "write_script"]


def to_brian2(
    network: Network,
    chip: Chip,
    *,
    name: str = "snn",
    charge: tuple[float, float] | None = None,
    stimulus: Stimulus | None = None,
) -> Export:
    """Write a network as a Python script for Brian2.

    Args:
        network: The network.
        chip: The rules.
        name: Prefix of the file.
        charge: ``(least, largest)`` charge that an input is fed in the golden run.
        stimulus: The golden stimulus; 1,000 random timesteps if not given.

    Raises:
        ExportError: If the network does not fit the chip.
    """
    check_name(name)
    plan = make_plan(network, chip, charge)
    held = "v" if chip.neuron.min_potential is None else "clip(v, least, inf)"
    left = f"({held}) * kept"
    rounds = chip.integer and any(0 < neuron.leak < 1 for neuron in plan.neurons)
    values = {"leaked": f"sign({left}) * floor(abs({left}))" if rounds else left}
    note = "The script computes the chip's rules, floor, leak and rounding included."
    return write_script(plan, "brian2", name, values, stimulus, ("Brian2", "brian2", note))


def to_pynn(
    network: Network,
    chip: Chip,
    *,
    name: str = "snn",
    charge: tuple[float, float] | None = None,
    stimulus: Stimulus | None = None,
) -> Export:
    """Write a network as a Python script for PyNN on NEST.

    Args:
        network: The network.
        chip: The rules.
        name: Prefix of the file.
        charge: ``(least, largest)`` charge that an input is fed in the golden run.
        stimulus: The golden stimulus; 1,000 random timesteps if not given.

    Raises:
        ExportError: If the network does not fit the chip, rounds leaked potentials, or has a neuron
            that fires on any arrival.
    """
    check_name(name)
    plan = make_plan(network, chip, charge)
    require_script(plan, "NEST")
    half = "[t - 0.5 for t in THRESHOLD]" if chip.integer else "[t * (1 - 1e-9) for t in THRESHOLD]"
    values = {"v_th": half, "max_delay": plan.longest_delay}
    note = "NEST runs it with iaf_psc_delta; thresholds lie half a unit lower, so that none is met."
    return write_script(
        plan, "pynn", name, values, stimulus, ("PyNN", "pynn, nest-simulator", note)
    )


def require_script(plan: Plan, tool: str) -> None:
    """Raise an error if a network needs rounding or a threshold of 0 or below.

    Raises:
        ExportError: If a neuron rounds leaked potentials, or fires at 0 or below.
    """
    for neuron in plan.neurons:
        if neuron.threshold <= 0:
            raise ExportError(
                f"neuron {neuron.id} fires at potential {neuron.threshold:g}, which any arrival "
                f"reaches; {tool} takes thresholds above 0: set neuron.threshold.min in the "
                "chip's file to 1"
            )
        if plan.chip.integer and 0 < neuron.leak < 1:
            raise ExportError(
                f"neuron {neuron.id} leaks {neuron.leak:g} and rounds what is left, which {tool} "
                "does not; evolve on a chip whose neurons leak all or nothing"
            )


def write_script(
    plan: Plan,
    target: str,
    name: str,
    values: Mapping[str, object],
    stimulus: Stimulus | None,
    words: tuple[str, str, str],
) -> Export:
    """Write a script from the templates of its head, its target and its tail.

    Args:
        plan: The network.
        target: Name of the target and of its template.
        name: Prefix of the file.
        values: Values for the target's template.
        stimulus: The golden stimulus; 1,000 random timesteps if not given.
        words: The tool's name, the packages to install, and a remark for the user.
    """
    network, (tool, needs, note) = plan.network, words
    golden = run_golden(plan, stimulus)
    # The scripts have no input spikes without charge: run the stimulus again without them.
    golden = run_golden(plan, Stimulus(golden.charge[:, :, None]))
    real = float if not plan.chip.integer else int
    floor = plan.chip.neuron.min_potential
    rows = [
        f"    ({a}, {b}, {real(w)!r}, {d}),"
        for a, b, w, d in zip(
            network.pre.tolist(), network.post.tolist(), network.weight.tolist(),
            network.delay.tolist(), strict=True,
        )
    ]  # fmt: skip
    filled = {
        **values,
        "name": name,
        "target": target,
        "tool": tool,
        "needs": f"numpy, {needs}",
        "version": __version__,
        "chip": docstring(plan.chip.name),
        "key": network.key,
        "summary": f"{network.n_neurons} neurons, {network.n_synapses} synapses",
        "threshold": [real(neuron.threshold) for neuron in plan.neurons],
        "leak": network.leak.tolist(),
        "inputs": network.inputs.tolist(),
        "outputs": network.outputs.tolist(),
        "floor": "-1e300" if floor is None else repr(real(floor)),
        "synapses": "\n".join(rows),
    }
    parts = ("script_head.py.in", f"{target}.py.in", "script_tail.py.in")
    text = "".join(render(part, filled) for part in parts)
    return Export(
        target=target,
        name=name,
        files={f"{name}_{target}.py": text},
        notes=(note,),
        network=network,
        chip=plan.chip,
        golden_run=golden,
    )


def _run_script(export: Export) -> Agreement:
    from evosnn.export.simulators.run import run_script

    return run_script(export)


BRIAN2 = Target(
    to_brian2,
    "Python script for Brian2",
    verifiers=lambda: (Verifier("Brian2", _run_script, in_environment("brian2")),),
    recognise=with_suffix("_brian2.py"),
)
PYNN = Target(
    to_pynn,
    "Python script for PyNN on NEST",
    verifiers=lambda: (Verifier("NEST", _run_script, in_environment("pyNN", "nest")),),
    recognise=with_suffix("_pynn.py"),
)
