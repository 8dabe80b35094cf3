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

_INTERRUPTED = 128 + signal.SIGINT  # the exit status of who is interrupted
_DRAWN = ("seed", "split.repeat", "split.fold")  # what a folder's name tells of


def run(
    spec: Annotated[
        Path, typer.Argument(help="A campaign file (TOML), or a campaign's folder to go on with.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the campaign; runs/NAME if not given.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed, instead of the file's.")] = None,
    fold: Annotated[
        int | None, typer.Option(help="Fold that is the test part, with split.folds in the file.")
    ] = None,
    repeat: Annotated[
        int | None, typer.Option(help="Which draw of the split, from 1, instead of the file's.")
    ] = None,
    generations: Annotated[
        int | None, typer.Option(help="Generations, instead of the file's.")
    ] = None,
    population: Annotated[
        int | None, typer.Option(help="Size of the population, instead of the file's.")
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            help="Seconds of search, over all runs of the campaign; compiling is not counted."
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processor cores to use; all if not given.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No live view, no table.")] = False,
) -> None:
    """Evolve networks as a campaign file says, and measure the front that is found.

    Ctrl-C ends cleanly after the generation in progress, and a second one at once, without final
    figures; the same command goes on from the last whole generation.

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

    wishes: list[int] = []
    unseen = quiet or not console.is_terminal  # there is no live view that says it

    def note(number: int, frame: object) -> None:
        wishes.append(number)
        if len(wishes) > 1:
            raise KeyboardInterrupt
        if unseen:  # past the stream, in whose midst this may be
            with suppress(OSError, ValueError):  # whoever read it may be gone, or it is no file
                os.write(sys.stderr.fileno(), f"evosnn: {STOPPING}\n".encode())

    before = {s: signal.signal(s, note) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(wishes)
    except SystemError:  # what an interruption becomes in the midst of calling compiled code
        if len(wishes) > 1:
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
