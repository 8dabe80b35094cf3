"""The form of an objective: a figure of a network, and how a campaign and a plot treat it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evosnn.errors import SpecError

if TYPE_CHECKING:
    from evosnn.evaluation import Measurement, Trial
    from evosnn.network import Network

__all__ = ["Objective", "Probe", "Value", "Worst"]

Value = Callable[["Network", "Measurement"], float]
"""Returns the figure of a network with a record of its measurements."""

Worst = Callable[[int, int, int], float]
"""Returns the worst value for a task of so many inputs, outputs and timesteps."""

Probe = tuple[Value, float | None]
"""The function of an objective bound to a trial, and the worst value (see :class:`Objective`)."""


_UNBOUND = "this objective takes a task and a chip: bind it with bind_objectives"


def _unbound(network: Network, measurement: Measurement) -> float:
    del network, measurement
    raise SpecError(_UNBOUND)


@dataclass(frozen=True)
class Objective:
    """One figure of a network that a campaign maximises or minimises.

    The figure is computed by ``value`` from the network and its record (accuracy on the nominal
    chip and on varied ones, spikes, deliveries), or by a function that ``probe`` makes for a trial:
    a task, a chip and a part of the samples. A package adds an objective by an entry point of the
    group ``evosnn.objectives``, whose name is the objective's.

    Attributes:
        name: Name in a campaign file.
        label: Label of a plot's axis.
        unit: Unit of the figure; a campaign file's bounds on a share are 0 to 1, so the unit of a
            figure that is one begins with ``"share"``.
        maximise: Whether more is better. A figure to maximise is a share: its best value is 1.
        worst: A value that no useful network is worse than, the reference point of the
            hypervolume: 0 of a figure to maximise, else a number or a function of the task's size.
            ``None`` if ``probe`` gives it.
        value: Returns the figure of a network with a record.
        probe: Takes a :class:`~evosnn.evaluation.Trial`; returns ``value`` and ``worst`` for it.
            Expensive figures should be cached by network: they are asked for in each generation.
        is_score: Whether it is a score, 0 to 1, of samples that the search fits: on unseen samples
            a lower value is to be expected.
        needs_samples: Whether it needs a task that has samples, which control tasks have not.
        needs_mechanisms: Whether it needs mechanisms that make chips differ.

    Example:
        The mean absolute weight, in a file ``weights.py`` of a package ``my_package`` whose
        ``pyproject.toml`` has the entry point ``mean-weight = "my_package.weights:MEAN_WEIGHT"``::

            from evosnn.evolution import Objective

            MEAN_WEIGHT = Objective(
                "mean-weight", "mean absolute weight", "weight units", maximise=False, worst=127.0,
                value=lambda network, record: float(abs(network.weight).mean()),
            )

        A campaign file asks for it with ``objectives = ["accuracy", "mean-weight"]``.
    """

    name: str
    label: str
    unit: str
    maximise: bool
    worst: float | Worst | None
    value: Value = _unbound
    probe: Callable[[Trial], Probe] | None = None
    is_score: bool = False
    needs_samples: bool = False
    needs_mechanisms: bool = False

    @property
    def is_share(self) -> bool:
        """Whether values lie between 0 and 1."""
        return self.unit.startswith("share")

    def worst_value(self, n_inputs: int, n_outputs: int, timesteps: int) -> float:
        """Return the worst value for a task.

        Raises:
            SpecError: If the objective takes a trial and is not bound to one.
        """
        if self.worst is None:
            raise SpecError(_UNBOUND)
        return float(
            self.worst(n_inputs, n_outputs, timesteps) if callable(self.worst) else self.worst
        )

    def cost(self, value: float) -> float:
        """Return ``value`` with its sign inverted if more is better, so that less is."""
        return -value if self.maximise else value
