"""The command ``evosnn run``: starts or continues a campaign, with a live view."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evosnn.cli.terminal.output import say
from evosnn.errors import SpecError

if TYPE_CHECKING:
    from evosnn.campaign import Campaign, CampaignSpec

__all__ = ["run"]

_INTERRUPTED = 128 + signal.SIGINT  # exit status of an interrupted process
_DRAWN = ("seed", "split.repeat", "split.fold")  # options that appear in a folder's name


def run(
    spec: Annotated[
        Path, typer.Argument(help="A campaign file (TOML), or a campaign's folder to continue.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the campaign; runs/NAME if not given.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed, instead of the file's.")] = None,
    fold: Annotated[
        int | None, typer.Option(help="Fold used as the test part; the file must set split.folds.")
    ] = None,
    repeat: Annotated[
        int | None,
        typer.Option(help="Number of the split's random draw, from 1, instead of the file's."),
    ] = None,
    generations: Annotated[
        int | None, typer.Option(help="Number of generations, instead of the file's.")
    ] = None,
    population: Annotated[
        int | None, typer.Option(help="Size of the population, instead of the file's.")
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(help="Seconds of search, over all runs of the campaign, without compilation."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processor cores to use; all if not given.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No live view, no table.")] = False,
) -> None:
    """Evolve networks by a campaign file, and measure the resulting front.

    Ctrl-C stops after the current generation; a second one stops at once, without final figures.
    The same command continues from the last complete generation.

    Example: evosnn run experiments/iris.toml
    """
    from evosnn.campaign import Campaign

    overrides: dict[str, Any] = {
        "seed": seed,
        "split.fold": fold,
        "split.repeat": repeat,
        "population": population,
        "stop.generations": generations,
        "stop.time": time_limit,
    }
    chosen, folder = _choose(spec, out, {k: v for k, v in overrides.items() if v is not None})
    campaign = Campaign.start(chosen, folder, workers)
    if not quiet:
        for note in campaign.problem.task.notes:
            say(f"evosnn: {note}", sys.stderr)
    try:
        with _interruptible(quiet) as asked:
            if quiet:
                campaign.run(stop_asked=asked)
            else:
                _show(campaign, asked)
    except KeyboardInterrupt:
        last = campaign.store.last_generation()
        done = f"generation {last} is kept" if last >= 0 else "no generation was whole yet"
        say(f"evosnn: interrupted; {done}, and 'evosnn run {folder}' goes on", sys.stderr)
        raise typer.Exit(_INTERRUPTED) from None
    finally:
        campaign.store.close()


def _choose(spec: Path, out: Path | None, overrides: dict[str, Any]) -> tuple[CampaignSpec, Path]:
    """Return the spec to run and the folder to run it in."""
    from evosnn.campaign import change_spec, load_spec, read_spec

    if spec.is_dir():
        return change_spec(load_spec(spec), overrides, begun=True), out or spec
    chosen = read_spec(spec, overrides)
    if "split.fold" in overrides and chosen.split.folds is None:
        raise SpecError(f"--fold takes split.folds in the file; '{spec}' has none")
    drawn = [f"-{key.removeprefix('split.')}{overrides[key]}" for key in _DRAWN if key in overrides]
    return chosen, out or Path("runs") / "".join([spec.stem, *drawn])


@contextmanager
def _interruptible(quiet: bool) -> Iterator[Any]:
    """Turn the first Ctrl-C (or termination) into a wish to stop; the second one interrupts."""
    from evosnn.cli.terminal.console import console
    from evosnn.cli.terminal.live import STOPPING

    requests: list[int] = []
    unseen = quiet or not console.is_terminal  # without a live view to show the request

    def note(number: int, frame: object) -> None:
        requests.append(number)
        if len(requests) > 1:
            raise KeyboardInterrupt
        if unseen:  # a signal may arrive while Python writes to the stream
            with suppress(OSError, ValueError):  # stderr may be closed or not a file
                os.write(sys.stderr.fileno(), f"evosnn: {STOPPING}\n".encode())

    before = {s: signal.signal(s, note) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(requests)
    except SystemError:  # raised if the interrupt arrives during a call of compiled code
        if len(requests) > 1:
            raise KeyboardInterrupt from None
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _show(campaign: Campaign, asked: Any) -> None:
    from evosnn.cli.terminal.console import console
    from evosnn.cli.terminal.live import LiveView
    from evosnn.cli.terminal.tables import front_table, next_commands

    view = LiveView(campaign, asked)
    with view:
        reason = campaign.run(view.update, asked, view.measured)
    folder = campaign.store.folder
    console.print(f"\nStopped: {reason.value}.")
    console.print(front_table(campaign))
    console.print(next_commands(folder, campaign))
