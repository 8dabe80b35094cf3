"""The live view of a running campaign: progress, best values, time left."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from evosnn.cli.terminal.console import console, plain_text
from evosnn.cli.terminal.measuring import measuring
from evosnn.cli.terminal.tables import figure
from evosnn.text import printable

if TYPE_CHECKING:
    from evosnn.campaign import Campaign
    from evosnn.campaign import Progress as Standing

__all__ = ["STOPPING", "LiveView"]

STOPPING = "stopping after this generation and its final figures; Ctrl-C again stops at once"

_SPARKS = "▁▂▃▄▅▆▇█"


class LiveView:
    """A panel that shows a running campaign; plain lines if the output is not a terminal.

    Args:
        campaign: The campaign.
        stop_asked: Returns whether the user has asked to stop.
    """

    def __init__(self, campaign: Campaign, stop_asked: Callable[[], bool]) -> None:
        self.campaign = campaign
        self._stop_notice = _StopNotice(stop_asked)
        self._history: list[float] = []
        self._drawn = 0.0
        self._bar = Progress(
            TextColumn("{task.description}", style="bold", markup=False),
            BarColumn(bar_width=None),
            TextColumn("{task.percentage:3.0f} %"),
            TimeRemainingColumn(),
            console=console,
        )
        self._task = self._bar.add_task(
            printable(f"{campaign.problem.task.name} on {campaign.problem.chip.name}"), total=1.0
        )
        opening = plain_text(
            "starting (a new installation compiles its kernels first, which no time limit counts: "
            "some 15 s)"
        )
        self._shown = Group(self._bar, opening, self._stop_notice)
        self._live = Live(self._shown, console=console, refresh_per_second=8, transient=False)

    def __enter__(self) -> Self:
        if console.is_terminal:
            self._live.start()
        else:
            console.print(
                f"{self.campaign.store.folder}: starting (a new installation compiles first)"
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if console.is_terminal:
            self._live.stop()

    def update(self, standing: Standing) -> None:
        """Show the campaign's progress after a generation."""
        self._history.append(standing.hypervolume)
        share = self._share(standing)
        now = time.monotonic()
        if share < 1 and now - self._drawn < (0.12 if console.is_terminal else 5.0):
            return
        self._drawn = now
        if console.is_terminal:
            self._bar.update(self._task, completed=share)
            self._shown = Group(self._bar, self._panel(standing), self._stop_notice)
            self._live.update(self._shown)
        else:
            console.print(_line(standing))

    def measured(self, what: str, done: int, total: int) -> None:
        """Show the progress of the final figures."""
        now = time.monotonic()
        if done and not console.is_terminal and now - self._drawn < 5.0:
            return
        self._drawn = now
        text = measuring(what, done, total)
        if console.is_terminal:
            self._live.update(Group(self._shown, plain_text(text)))
        else:
            console.print(text)

    def _share(self, standing: Standing) -> float:
        """Return the progress towards the nearest stop condition, 0 to 1."""
        stop = self.campaign.spec.stop
        shares = [
            done / limit
            for done, limit in (
                (standing.generation, stop.generations),
                (standing.evaluations, stop.evaluations),
                (standing.seconds, stop.time),
            )
            if limit
        ]
        return min(max(shares, default=0.0), 1.0)

    def _panel(self, standing: Standing) -> Table:
        from evosnn.campaign import score_name  # slow to load

        table = Table.grid(padding=(0, 3))
        score = score_name(self.campaign.spec)
        labels = {
            o.name: f"{'best' if o.maximise else 'least'} {o.label.replace('accuracy', score)}"
            for o in self.campaign.problem.objectives
        }
        cells = [
            ("generation", f"{standing.generation}"),
            ("evaluations", f"{standing.evaluations:,}  ({standing.rate:,.0f} a second)"),
            ("hypervolume", f"{standing.hypervolume:.4f}  {_spark(self._history)}"),
            ("front", f"{standing.front_size} networks"),
            *((labels[name], figure(name, value)) for name, value in standing.best.items()),
            ("smallest near the best", f"{standing.compact} synapses"),
        ]
        for label, value in cells:
            table.add_row(plain_text(label, "dim"), value)
        return table


class _StopNotice:
    """A line that appears once the user has asked to stop, checked whenever the view is drawn."""

    def __init__(self, stop_asked: Callable[[], bool]) -> None:
        self._stop_asked = stop_asked

    def __rich__(self) -> Group:
        return Group(plain_text(STOPPING, "bold")) if self._stop_asked() else Group()


def _line(standing: Standing) -> str:
    best = ", ".join(f"{name} {figure(name, value)}" for name, value in standing.best.items())
    return (
        f"generation {standing.generation}: {standing.evaluations:,} evaluations "
        f"({standing.rate:,.0f} a second), hypervolume {standing.hypervolume:.4f}, best {best}, "
        f"front of {standing.front_size}"
    )


def _spark(values: list[float], width: int = 24) -> str:
    step = max(len(values) // width, 1)
    shown = values[::-step][:width][::-1]
    low, high = min(shown), max(shown)
    span = (high - low) or 1.0
    return "".join(_SPARKS[int((v - low) / span * (len(_SPARKS) - 1))] for v in shown)
