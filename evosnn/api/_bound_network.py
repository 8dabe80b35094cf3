"""A network bound to its chip and its task: it answers raw samples, acts, draws and exports."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evosnn.chips import Chip
from evosnn.errors import DataError, SpecError
from evosnn.files import write_bytes
from evosnn.network import Network
from evosnn.tasks import ClassificationTask
from evosnn.tasks.control import Controller, ControlTask

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from evosnn.export import Export
    from evosnn.simulation import Response

__all__ = ["BoundNetwork"]

Task = ClassificationTask | ControlTask


@dataclass(frozen=True, eq=False)
class BoundNetwork:
    """A network with the chip whose rules it follows and, if it has one, its task.

    Attributes:
        network: The network.
        chip: The nominal chip.
        task: The task whose encoder and decoder it uses; ``None`` for a network from a file.
        figures: What search, validation and held-out samples say of it, as ``evosnn front
            --json`` lists it; empty if nothing was measured.

    Example:
        >>> knee = evosnn.open_campaign("runs/iris").front.knee  # doctest: +SKIP
        >>> knee.predict([[5.1, 3.5, 1.4, 0.2]])  # doctest: +SKIP
        array(['setosa'], dtype=object)
    """

    network: Network
    chip: Chip
    task: Task | None = None
    figures: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_file(cls, path: str | Path, chip: str | Path | None = None) -> BoundNetwork:
        """Read a TENNLab or NIR file.

        Args:
            path: The file.
            chip: Name of a chip or path of its TOML file; the rules in the file if not given.

        Raises:
            NetworkError: If the file holds no network, or no rules and none are given.
        """
        from evosnn.export import read_subject

        subject = read_subject(path, chip=None if chip is None else str(chip))
        return cls(subject.network, subject.chip)

    @property
    def id(self) -> str:
        """The network's id: a hash of its content."""
        return self.network.key

    def predict(self, x: ArrayLike) -> NDArray[np.object_]:
        """Answer raw samples on the nominal chip.

        Args:
            x: ``(n_samples, n_features)``, in the data's own units; NaN where a value is missing.

        Returns:
            ``(n_samples,)``, the name of a class for each sample; ``None`` where the outputs tie
            or stay silent, which scores count as wrong.

        Raises:
            SpecError: If the network has no task of samples.
            DataError: If ``x`` has another shape.
        """
        task = self._samples_task("predict")
        answers = task.decoder.decide(self._response(x))[0, 0]
        names = np.array([*task.class_names, None], dtype=object)
        return np.asarray(names[answers], dtype=object)  # -1, no answer, is the last

    def predict_proba(self, x: ArrayLike) -> NDArray[np.float64]:
        """Return each class's share of the output spikes.

        These are spike counts, not calibrated probabilities.

        Args:
            x: As for :meth:`predict`.

        Returns:
            ``(n_samples, n_classes)``, rows that add up to 1; equal shares where no output spikes.
        """
        counts = self._response(x).counts[0, :, 0].T.astype(np.float64)
        total = counts.sum(axis=1, keepdims=True)
        shares = np.where(total > 0, counts / np.maximum(total, 1), 1 / counts.shape[1])
        return np.asarray(shares, dtype=np.float64)

    def score(self, x: ArrayLike | None = None, y: ArrayLike | None = None) -> float:
        """Return the score on the nominal chip.

        Args:
            x: ``(n_samples, n_features)`` raw samples; the task's held-out samples or episodes
                if not given.
            y: ``(n_samples,)``, names of their classes, or indices of them.

        Returns:
            The share of samples answered correctly; of a control task the mean return.
        """
        if x is None:
            from evosnn.evaluation import trial_for

            if self.task is None:
                raise SpecError("score takes samples: a network from a file has no held-out ones")
            return float(trial_for(self.task, self.chip).score(self.network)[0])
        task = self._samples_task("score")
        if y is None:
            raise SpecError("score takes y, the class of each sample, beside x")
        labels = _labels(np.asarray(y), task.class_names)
        answers = task.decoder.decide(self._response(x))[0, 0]
        if labels.shape != answers.shape:
            raise DataError(f"y has shape {labels.shape}; x holds {answers.size} samples")
        return float((answers == labels).mean())

    def simulate(
        self, charge: ArrayLike, event: ArrayLike | None = None, *, record: bool = False
    ) -> Response:
        """Run the network from rest on given input charges.

        Args:
            charge: ``(timesteps, n_inputs, n_samples)`` or ``(timesteps, n_inputs)``, in weight
                units; each acts in its own timestep.
            event: Same shape, bool: where a spike arrives, whatever its charge; where the charge
                is not 0 if not given.
            record: Whether to keep every spike and membrane potential, in
                ``response.recordings[0]``.

        Raises:
            SpecError: If the shape does not fit the network.
        """
        from evosnn.simulation import Stimulus, simulate

        fed = np.asarray(charge, dtype=np.float64)
        arrives = None if event is None else np.asarray(event, dtype=np.bool_)
        if fed.ndim == 2:
            fed = fed[:, :, None]
            arrives = None if arrives is None else arrives[:, :, None]
        if fed.ndim != 3 or (arrives is not None and arrives.shape != fed.shape):
            raise SpecError(
                f"charge has shape {np.shape(charge)}; it takes (timesteps, n_inputs, n_samples), "
                "and event the same"
            )
        stimulus = Stimulus(np.ascontiguousarray(fed), arrives)
        return simulate([self.network], stimulus, self.chip, record=[0] if record else [])

    def controller(self) -> Controller:
        """Return a controller, whose ``act`` answers observations and whose ``run`` runs episodes.

        Raises:
            SpecError: If the network has no control task.
        """
        if not isinstance(self.task, ControlTask):
            raise SpecError("controller takes a network of a control task")
        return Controller(self.network, self.chip, self.task)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the network: inputs left, outputs right, weight as colour and width.

        Args:
            ax: Where to draw; a new figure's axes if not given.
        """
        from evosnn.plots import draw_network

        inputs = None if self.task is None else self.task.input_names
        outputs = None if self.task is None else list(self.task.output_names)
        return draw_network(self.network, ax, inputs, outputs)

    def export(self, target: str, path: str | Path, *, name: str = "snn") -> Export:
        """Write the network for a target.

        Args:
            target: A name that ``evosnn export --to`` takes, such as ``"risp"`` or ``"verilog"``.
            path: The file to write or, for targets of several files, the folder.
            name: Prefix of files in a folder and of what they define.

        Returns:
            The export, whose ``notes`` say how to use it.

        Raises:
            SpecError: If there is no such target.
            ExportError: If the target cannot hold the network, or a file cannot be written.
        """
        from evosnn.export import Subject, export_subject, write_files

        task = self.task
        subject = Subject(
            self.network,
            self.chip,
            origin=f"network {self.id}",
            bound_task=task,
        )
        export = export_subject(subject, target, name=name)
        if len(export.files) == 1:
            (content,) = export.files.values()
            write_bytes(path, content.encode("utf-8") if isinstance(content, str) else content)
        else:
            write_files(export.files, path)
        return export

    def _samples_task(self, what: str) -> ClassificationTask:
        if not isinstance(self.task, ClassificationTask):
            kind = "no task" if self.task is None else f"control task '{self.task.name}'"
            raise SpecError(f"{what} takes a network of a classification task; this one has {kind}")
        return self.task

    def _response(self, x: ArrayLike) -> Response:
        from evosnn.simulation import simulate

        task = self._samples_task("predict")
        return simulate([self.network], task.encode(x, self.chip), self.chip)

    def __repr__(self) -> str:
        task = f" of {self.task.name!r}" if self.task is not None else ""
        n = self.network
        return (
            f"<BoundNetwork {self.id[:8]}{task} on {self.chip.name!r}: {n.n_used} neurons, "
            f"{n.n_synapses} synapses>"
        )

    def _repr_svg_(self) -> str:
        from evosnn.plots import to_svg

        figure = self.plot().get_figure(root=True)
        return "" if figure is None else to_svg(figure).decode("utf-8")


def _labels(y: NDArray[Any], class_names: tuple[str, ...]) -> NDArray[np.int64]:
    """Return indices of classes from their names, or from indices."""
    names = list(class_names)
    texts = [str(value) for value in y.tolist()]
    if set(texts) <= set(names):
        return np.array([names.index(text) for text in texts], dtype=np.int64)
    if np.issubdtype(y.dtype, np.integer) and ((y >= 0) & (y < len(names))).all():
        return y.astype(np.int64)
    unknown = next(text for text in texts if text not in names)
    raise DataError(f"y holds '{unknown}'; the classes are {', '.join(names)}")
