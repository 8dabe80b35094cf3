"""The target ``risp``: TENNLab JSON with the network and the parameters that RISP needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from evosnn.chips import Chip, chip_from_risp, risp_parameters
from evosnn.export.common.export import Export, check_name
from evosnn.export.common.fit import require_fit
from evosnn.export.common.target import Target, Verifier
from evosnn.export.tennlab.recognise import recognise_processor
from evosnn.network import Network
from evosnn.tennlab import NetworkFile, Property, dumps_network, loads_network

if TYPE_CHECKING:
    from evosnn.export.common.agreement import Agreement
    from evosnn.export.common.golden_run import Golden
    from evosnn.simulation import Stimulus

__all__ = ["RISP", "to_risp", "verify_risp"]


def to_risp(
    network: Network,
    chip: Chip,
    *,
    names: Mapping[int, str] | None = None,
    notes: Mapping[str, Any] | None = None,
) -> str:
    """Return the text of a network file that RISP runs exactly as the simulator does.

    Args:
        network: The network.
        chip: The rules that it was evolved under.
        names: Names of neurons, by id.
        notes: Further metadata of the file; must be JSON data.

    Raises:
        ExportError: If no RISP parameters reproduce this chip's rules, or the network does not fit
            the chip.
    """
    parameters = risp_parameters(chip)
    require_fit(network, chip)
    file = NetworkFile(
        network=network,
        processor="risp",
        parameters=parameters,
        names=dict(names or {}),
        notes=dict(notes or {}),
    )
    return dumps_network(file, _property_pack(chip, parameters))


def _property_pack(chip: Chip, parameters: dict[str, Any]) -> dict[str, Property]:
    """Return the properties that RISP derives from its parameters.

    RISP refuses a file whose declared types or ranges differ from these.
    """
    number = "I" if chip.integer else "D"
    threshold, weight = chip.neuron.threshold, chip.synapse.weight
    pack = {
        "Threshold": Property("Threshold", number, threshold.min, threshold.max),
        "Weight": Property("Weight", number, weight.min, weight.max),
        "Delay": Property("Delay", "I", 1.0, chip.synapse.delay.max),
    }
    if parameters["leak_mode"] == "configurable":
        pack["Leak"] = Property("Leak", "B", 0.0, 1.0)
    return pack


def _write(
    network: Network,
    chip: Chip,
    *,
    name: str = "snn",
    charge: tuple[float, float] | None = None,
    stimulus: Stimulus | None = None,
) -> Export:
    check_name(name)

    def golden() -> Golden:  # simulated on demand only
        from evosnn.export.common.golden_run import run_golden
        from evosnn.export.common.plan import make_plan

        return run_golden(make_plan(network, chip, charge), stimulus)

    return Export(
        target="risp",
        name=name,
        files={f"{name}.risp.json": to_risp(network, chip)},
        notes=("RISP and EvoSNN read it with the processor's parameters that it carries.",),
        network=network,
        chip=chip,
        golden_run=golden,
    )


def verify_risp(
    text: str, network: Network, chip: Chip, stimulus: Stimulus | None = None
) -> Agreement:
    """Read a RISP file back, run it with the file's own parameters and compare.

    Args:
        text: What :func:`to_risp` returned.
        network: The network that was written.
        chip: The rules that it was written by.
        stimulus: The input; 1,000 random timesteps if not given.
    """
    from evosnn.export.common.agreement import Agreement
    from evosnn.export.common.golden_run import run_golden
    from evosnn.export.common.plan import make_plan
    from evosnn.simulation import Stimulus

    file = loads_network(text)
    expected = run_golden(make_plan(network, chip), stimulus)
    fed = Stimulus(expected.charge[:, :, None], expected.event[:, :, None])
    plan = make_plan(file.network, chip_from_risp(file.parameters), make_plan(network, chip).charge)
    found = run_golden(plan, fed)
    return Agreement(
        target="risp",
        tool="EvoSNN, as read back",
        timesteps=expected.timesteps,
        compared=int(expected.spikes.sum()),
        different=int((found.spikes != expected.spikes).sum()),
        potentials_different=int((found.potential != expected.potential).sum()),
    )


def _read_back(export: Export) -> Agreement:
    from evosnn.simulation import Stimulus

    golden = export.golden
    fed = Stimulus(golden.charge[:, :, None], golden.event[:, :, None])
    text = export.text(f"{export.name}.risp.json")
    return verify_risp(text, export.network, export.chip, fed)


RISP = Target(
    _write,
    "TENNLab network JSON with RISP's parameters",
    verifiers=lambda: (Verifier("EvoSNN", _read_back),),
    recognise=recognise_processor("risp"),
)
