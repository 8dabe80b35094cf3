"""The program ``evosnn``: its commands, and one-sentence error messages."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated

import typer

from evosnn.cli import (
    _assess,
    _catalogue,
    _check,
    _compare,
    _export,
    _plot,
    _read,
    _report,
    _run,
    _sensitivity,
    _verify,
)
from evosnn.cli.terminal.output import flush_streams, prepare_streams
from evosnn.errors import EvosnnError, SpecError
from evosnn.text import printable
from evosnn.version import __version__

__all__ = ["app", "main"]

app = typer.Typer(
    name="evosnn",
    help="Evolve small, resilient spiking neural networks for a named neuromorphic chip.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"evosnn {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Evolve small, resilient spiking neural networks for a named neuromorphic chip."""


def _help(command: Callable[..., None]) -> str:
    """Return a docstring with one line per paragraph, which the terminal wraps."""
    paragraphs = inspect.cleandoc(command.__doc__ or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


for _command, _name in (
    (_run.run, "run"),
    (_check.check, "check"),
    (_read.status, "status"),
    (_read.front, "front"),
    (_read.show, "show"),
    (_assess.assess, "assess"),
    (_compare.compare, "compare"),
    (_sensitivity.sensitivity, "sensitivity"),
    (_plot.plot, "plot"),
    (_report.report, "report"),
    (_export.export, "export"),
    (_verify.verify, "verify"),
    (_catalogue.chips, "chips"),
    (_catalogue.tasks, "tasks"),
):
    app.command(_name, help=_help(_command))(_command)


def main() -> None:
    """Run the program; a mistake ends in one sentence and exit status 2 (spec) or 1."""
    prepare_streams()
    status = 0
    try:
        app()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except EvosnnError as error:
        status = _fail(str(error), 2 if isinstance(error, SpecError) else 1)
    except BrokenPipeError:
        status = 1
    except OSError as error:
        place = f"'{error.filename}': " if error.filename else "output cannot be written: "
        status = _fail(f"{place}{error.strerror or error}", 1)
    except RuntimeError as error:
        if "cannot cache function" not in str(error):
            raise
        status = _fail("compiled code cannot be stored; set NUMBA_CACHE_DIR to a folder for it", 1)
    except MemoryError:
        status = _fail("there is not enough memory; give smaller data, or free some", 1)
    reason = flush_streams()
    if reason and status == 0:
        status = _fail(f"standard output cannot be written: {reason}", 1)
    sys.exit(status)


def _fail(sentence: str, status: int) -> int:
    """Print a sentence on standard error and return an exit status."""
    sentence = printable(sentence).rstrip(".")
    with suppress(OSError, ValueError):
        print(f"evosnn: {sentence}{'' if sentence.endswith('?') else '.'}", file=sys.stderr)
        sys.stderr.flush()
    return status
