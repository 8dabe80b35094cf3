"""Campaigns for Python users and notebooks: their front, history and display."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evosnn import campaign as core
from evosnn.api._front import Front
from evosnn.api._html import table
from evosnn.campaign import score_name, task_name

if TYPE_CHECKING:
    from evosnn.api._bound_network import BoundNetwork

__all__ = ["Campaign"]


class Campaign(core.Campaign):
    """A campaign that was run or opened; see :func:`evosnn.run` and :func:`evosnn.open_campaign`.

    Attributes:
        spec: The frozen spec.
        store: Every network that was measured, with its records.
    """

    @property
    def front(self) -> Front:
        """The Pareto front as it stands now, smallest network first."""
        return Front(self)

    def network(self, key: str = "knee") -> BoundNetwork:
        """Return any network that the campaign measured.

        Args:
            key: Its id, the beginning of its id, or ``"knee"``.

        Raises:
            StoreError: If there is no such network, or several.
        """
        from evosnn.analysis import find_network
        from evosnn.api._bound_network import BoundNetwork

        member = find_network(self, key)
        values = dict(zip(self.spec.objectives, member.values, strict=True))
        figures = {"id": member.network.key, "search": values}
        return BoundNetwork(member.network, self.problem.chip, self.problem.task, figures)

    @property
    def history(self) -> list[dict[str, Any]]:
        """Statistics of every generation: evaluations, seconds, hypervolume, best values."""
        return self.store.statistics()

    def __repr__(self) -> str:
        spec = self.spec
        return (
            f"<Campaign {str(self.store.folder)!r}: {task_name(spec)} on {spec.chip}, generation "
            f"{self.store.last_generation()}>"
        )

    def _repr_html_(self) -> str:
        rows = self.history
        last = rows[-1] if rows else {}
        facts = {
            "task": task_name(self.spec),
            "chip": self.spec.chip,
            "engine": self.spec.engine.kind,
            "objectives": ", ".join(self.spec.objectives),
            "score": score_name(self.spec),
            "generation": last.get("generation", -1),
            "networks measured": self.store.count(),
            "hypervolume": last.get("hypervolume", 0.0),
        }
        return table([facts], f"Campaign {self.store.folder}")
