"""Finds a network to export: in a campaign's folder, or in a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evosnn.chips import Chip, chip_from_processor, load_chip, repair
from evosnn.errors import NetworkError, SpecError
from evosnn.network import Network
from evosnn.tennlab import read_network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from evosnn.campaign import OnMeasured
    from evosnn.tasks import ClassificationTask, Encoder
    from evosnn.tasks.control import ControlTask

    Task = ClassificationTask | ControlTask

__all__ = ["Subject", "read_subject"]


@dataclass(frozen=True, eq=False)
class Subject:
    """A network to export, with its chip, task and figures.

    Attributes:
        network: The network.
        chip: The chip whose rules it follows.
        origin: Where it comes from, for a person: a folder or a file.
        bound_task: The task that it was evolved for, or a function that builds it, which is called
            only by targets that write something of the task; ``None`` for a network from a file.
        known_figures: Figures by search, validation and held-out samples, as in the report of a
            front, or a function that returns them, which is called only by what reports them; empty
            for a network from a file, those of the search alone if no others were asked for.
        encoder: The task's encoder, if it is known without the task.
        changes: What was changed in a file's network so that its chip can hold it, a sentence each.
    """

    network: Network
    chip: Chip
    origin: str
    bound_task: Task | Callable[[], Task] | None = None
    known_figures: dict[str, Any] | Callable[[], dict[str, Any]] = field(default_factory=dict)
    encoder: Encoder | None = None
    changes: tuple[str, ...] = ()

    @cached_property
    def _task(self) -> Task | None:
        return self.bound_task() if callable(self.bound_task) else self.bound_task

    @cached_property
    def figures(self) -> dict[str, Any]:
        """Figures on search, validation and held-out samples."""
        known = self.known_figures
        return known() if callable(known) else known

    @property
    def task(self) -> ClassificationTask | None:
        """The classification task; ``None`` for a network of a control task or from a file."""
        return None if self._task is None or self._task.is_control else self._task  # type: ignore[return-value]

    @property
    def control(self) -> ControlTask | None:
        """The control task; ``None`` for a network of a classification task or from a file."""
        return self._task if self._task is not None and self._task.is_control else None  # type: ignore[return-value]

    @property
    def features(self) -> NDArray[Any] | None:
        """``(n_test, n_features)`` held-out samples in the data's units; ``None`` without data."""
        return None if self.task is None else self.task.test.features

    @property
    def charge(self) -> tuple[float, float] | None:
        """``(least, largest)`` charge of the task's encoder; ``None`` without a task."""
        encoder = self.encoder
        if encoder is None and self._task is not None:
            encoder = self._task.encoder
        if encoder is None:
            return None
        largest = self.chip.spike_value * max(encoder.largest_drive, 1.0)
        return (0.0, largest) if largest >= 0 else (largest, 0.0)


def read_subject(
    place: str | Path,
    wanted: str = "knee",
    chip: str | None = None,
    *,
    figures: bool = True,
    on_measured: OnMeasured | None = None,
    snap: bool = False,
    dt: float | None = None,
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
        snap: Whether values of a file that the chip cannot hold go to the nearest that it can;
            ``changes`` then says which.
        dt: Timestep of a NIR graph, in its unit of time; 1e-4 if not given.

    Raises:
        SpecError: If the chip does not exist, or a chip is given for a campaign.
        NetworkError: If the file is not a network, or neither the file nor ``chip`` gives the
            rules.
        StoreError: If the folder holds no campaign or no such network, or the campaign's data or
            chip has changed.
    """
    path = Path(place)
    if path.is_dir():
        if chip is not None:
            raise SpecError(f"'{path}' is a campaign, which has its chip; --chip is for files")
        if snap or dt is not None:
            raise SpecError(f"'{path}' is a campaign; --snap and --dt are for files")
        return _of_campaign(path, wanted, figures, on_measured)
    given = None if chip is None else load_chip(chip)
    if path.suffix == ".nir":
        found = _of_nir(path, given, dt)
    elif dt is not None:
        raise SpecError(f"'{path}' counts in timesteps; --dt is for NIR files")
    else:
        found = _of_file(path, given)
    return _snapped(found) if snap else found


def _snapped(subject: Subject) -> Subject:
    network, changes = repair(subject.chip, subject.network)
    return replace(subject, network=network, changes=tuple(changes))


def _of_nir(path: Path, chip: Chip | None, dt: float | None) -> Subject:
    from evosnn.export.nir.read import DT, from_nir, nir_chip

    own = chip or nir_chip(path)
    if own is None:
        raise NetworkError(
            f"NIR file '{path}' names no chip; give one of real arithmetic, as in --chip risp-f"
        )
    network = from_nir(path, dt=DT if dt is None else dt, chip=own)
    return Subject(network, own, path.name)


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


def _of_campaign(
    folder: Path, wanted: str, with_figures: bool, on_measured: OnMeasured | None
) -> Subject:
    from evosnn.analysis import find_key, find_network, front_report
    from evosnn.campaign import Campaign, ignore_progress

    campaign = Campaign.load(folder, on_measured=on_measured or ignore_progress)
    campaign.require_same_chip("to export its networks")
    key = find_key(campaign, wanted)

    def task() -> Task:
        campaign.require_unchanged("to export its networks")
        return campaign.problem.task

    def figures() -> dict[str, Any]:
        networks = front_report(campaign)["networks"] if with_figures else ()
        listed = [item for item in networks if item["id"] == key]
        values = find_network(campaign, key).values
        return {
            "search": dict(zip(campaign.spec.objectives, values, strict=True)),
            **{k: item[k] for item in listed for k in ("expected", "test")},
        }

    return Subject(
        network=campaign.store.network(key),
        chip=campaign.chip,
        origin=f"campaign '{folder.resolve().name}', network {key}",
        bound_task=task,
        known_figures=figures,
        encoder=campaign.spec.encoder,
    )
