"""What is exported: a network of a campaign, or of a file, with all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evosnn.chips import Chip, chip_from_processor, load_chip
from evosnn.errors import NetworkError, SpecError
from evosnn.export.nir.read import from_nir, nir_chip
from evosnn.network import Network
from evosnn.tennlab import read_network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from evosnn.campaign import OnMeasured
    from evosnn.tasks import ClassificationTask
    from evosnn.tasks.control import ControlTask

__all__ = ["Subject", "read_subject"]


@dataclass(frozen=True, eq=False)
class Subject:
    """A network to export.

    Attributes:
        network: The network.
        chip: The rules that it was evolved under.
        origin: Where it comes from, for a person: a folder or a file.
        task: The task that it answers; none if it comes from a file.
        features: ``(n_test, n_features)`` float64, the features of the task's test samples
            in the data's own units; none without a task.
        control: The control task that it acts in; none if it answers samples.
        figures: What search believed, what is expected and what held-out samples say, as in the
            report of a front; empty if it comes from a file, the first alone if no others were
            asked for.
    """

    network: Network
    chip: Chip
    origin: str
    task: ClassificationTask | None = None
    features: NDArray[Any] | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    control: ControlTask | None = None

    @property
    def charge(self) -> tuple[float, float] | None:
        """``(least, largest)`` charge of the task's encoder; none without a task."""
        task = self.task or self.control
        if task is None:
            return None
        largest = self.chip.spike_value * max(task.encoder.largest_drive, 1.0)
        return (0.0, largest) if largest >= 0 else (largest, 0.0)


def read_subject(
    place: str | Path,
    wanted: str = "knee",
    chip: str | None = None,
    *,
    figures: bool = True,
    on_measured: OnMeasured | None = None,
) -> Subject:
    """Find a network in a campaign's folder, or read it from a file.

    Args:
        place: The folder; or a TENNLab file for RISP or Caspian, or a NIR graph (``.nir``).
        wanted: In a folder, the network's id (its beginning is enough), or ``"knee"``.
        chip: Name of a chip, or path of its TOML file: the rules of a network that comes from
            a file. Those that the file carries if not given.
        figures: Whether what is expected and held-out figures are asked for, for which a
            campaign that no run has ended is measured.
        on_measured: Told how far that is.

    Raises:
        SpecError: If there is no such chip, or it is given for a campaign, which has its own.
        NetworkError: If the file is none, or carries no rules and none are given.
        StoreError: If the folder holds no campaign, or no such network, or the campaign's data
            or chip has changed, from which encoder and rules follow.
    """
    path = Path(place)
    if path.is_dir():
        if chip is not None:
            raise SpecError(f"'{path}' is a campaign, which has its chip; --chip is for files")
        return _of_campaign(path, wanted, figures, on_measured)
    given = None if chip is None else load_chip(chip)
    return _of_nir(path, given) if path.suffix == ".nir" else _of_file(path, given)


def _of_nir(path: Path, chip: Chip | None) -> Subject:
    own = chip or nir_chip(path)
    if own is None:
        raise NetworkError(
            f"NIR file '{path}' names no chip; give one of real arithmetic, as in --chip risp-f"
        )
    return Subject(from_nir(path), own, path.name)


def _of_file(path: Path, chip: Chip | None) -> Subject:
    file = read_network(path)
    if chip is not None:
        return Subject(file.network, chip, path.name)
    own = chip_from_processor(file.processor, file.parameters)
    if own is None:
        made = f"for '{file.processor}'" if file.processor else "for no named processor"
        raise NetworkError(
            f"network file '{path}' was made {made}; export takes one with RISP's parameters "
            "(proc_name 'risp' and its proc_params), one for Caspian, or --chip"
        )
    return Subject(file.network, own, path.name)


def _of_campaign(folder: Path, wanted: str, asked: bool, on_measured: OnMeasured | None) -> Subject:
    from evosnn.analysis import find_network, front_report
    from evosnn.campaign import Campaign, ignore_progress
    from evosnn.tasks.control import ControlTask

    campaign = Campaign.load(folder, on_measured=on_measured or ignore_progress)
    campaign.require_unchanged("to export its networks")
    member = find_network(campaign, wanted)
    key = member.network.key
    networks = front_report(campaign)["networks"] if asked else ()
    listed = [item for item in networks if item["id"] == key]
    search = dict(zip(campaign.spec.objectives, member.values, strict=True))
    task = campaign.problem.task
    samples = None if isinstance(task, ControlTask) else task
    return Subject(
        network=member.network,
        chip=campaign.problem.chip,
        origin=f"campaign '{folder.resolve().name}', network {key}",
        task=samples,
        features=samples.test.features if samples else None,
        figures={"search": search, **{k: item[k] for item in listed for k in ("expected", "test")}},
        control=task if isinstance(task, ControlTask) else None,
    )
