"""The front of a campaign as a sequence of networks ready for use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from evosnn.analysis import choose_network, front_report, within_limits
from evosnn.api._bound_network import BoundNetwork
from evosnn.api._html import table
from evosnn.errors import SpecError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from evosnn.campaign import Campaign

__all__ = ["Front"]


class Front(Sequence[BoundNetwork]):
    """The Pareto front of a campaign, smallest network first.

    Args:
        campaign: The campaign. Final figures that it lacks are measured first.

    Attributes:
        report: The front as ``evosnn front --json`` prints it.
    """

    def __init__(self, campaign: Campaign) -> None:
        self.report: dict[str, Any] = front_report(campaign)
        self._campaign = campaign
        self._networks: dict[str, BoundNetwork] = {}

    def __len__(self) -> int:
        return len(self.report["networks"])

    @overload
    def __getitem__(self, index: int) -> BoundNetwork: ...

    @overload
    def __getitem__(self, index: slice) -> list[BoundNetwork]: ...

    def __getitem__(self, index: int | slice) -> BoundNetwork | list[BoundNetwork]:
        items = self.report["networks"][index]
        if isinstance(index, slice):
            return [self._bound(item["id"]) for item in items]
        return self._bound(items["id"])

    def __iter__(self) -> Iterator[BoundNetwork]:
        return (self._bound(item["id"]) for item in self.report["networks"])

    @property
    def knee(self) -> BoundNetwork:
        """The network nearest to the ideal, each objective scaled to the front's range.

        Raises:
            SpecError: If the front is empty.
        """
        return self.select()

    def select(
        self,
        *,
        weights: Mapping[str, float] | None = None,
        limits: Mapping[str, float] | None = None,
    ) -> BoundNetwork:
        """Return the network that weights and limits choose; the knee without either.

        Args:
            weights: Value of a step over an objective's whole range, by name, 0 or more.
            limits: By name of an objective, ``synapses``, ``neurons`` or ``hidden``: the least
                value where more is better, else the largest.

        Raises:
            SpecError: If a name or a weight is wrong, or no network is within the limits.
        """
        return self._bound(choose_network(self.report, weights, limits))

    def within(self, limits: Mapping[str, float]) -> list[BoundNetwork]:
        """Return the networks within limits; see :meth:`select`."""
        return [self._bound(item["id"]) for item in within_limits(self.report, limits)]

    def to_pandas(self) -> pd.DataFrame:
        """Return a table with a row a network, indexed by id.

        Columns: ``neurons``, ``hidden``, ``synapses``, ``knee``, and figures named as in the CSV of
        ``evosnn front --csv``: ``search_NAME``, ``expected_NAME``, ``test_NAME``, ``test_low``,
        ``test_high``, ``perturbed_mean``, ``perturbed_p05``, ``perturbed_worst``, ``trials``.

        Raises:
            SpecError: If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise SpecError("pandas is not installed; pip install pandas") from None
        return pd.DataFrame([_row(item) for item in self.report["networks"]]).set_index("id")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw held-out scores against size, with their intervals.

        Args:
            ax: Where to draw; a new figure's axes if not given.

        Returns:
            The axes, whose ``figure`` can be saved.
        """
        from evosnn.plots import draw_front

        return draw_front(self.report, ax)

    def _bound(self, key: str) -> BoundNetwork:
        if key not in self._networks:
            figures = next(item for item in self.report["networks"] if item["id"] == key)
            network, problem = self._campaign.store.network(key), self._campaign.problem
            self._networks[key] = BoundNetwork(network, problem.chip, problem.task, figures)
        return self._networks[key]

    def __repr__(self) -> str:
        return f"<Front of {self.report['campaign']!r}: {len(self)} networks>"

    def _repr_html_(self) -> str:
        rows = [_row(item) for item in self.report["networks"]]
        return table(rows, f"Front of {self.report['campaign']}", mark="knee")


def _row(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of a network in one flat dict."""
    test = item["test"]
    score = "accuracy" if "accuracy" in test else "score"
    expected = {k: v for k, v in item["expected"].items() if k != "interval"}
    return {
        **{k: item[k] for k in ("id", "neurons", "hidden", "synapses", "knee")},
        **{f"search_{k}": v for k, v in item["search"].items()},
        **{f"expected_{k}": v for k, v in expected.items()},
        f"test_{score}": test[score],
        "test_low": test["interval"][0],
        "test_high": test["interval"][1],
        **{f"perturbed_{k}": test["perturbed"][k] for k in ("mean", "p05", "worst")},
        "trials": test["perturbed"]["trials"],
    }
