"""Tasks that a user writes in Python: a class whose ``load`` returns the samples."""

from __future__ import annotations

import importlib.util
import inspect
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Protocol, final, runtime_checkable

from numpy.random import Generator
from pydantic import Field

from evosnn.errors import DataError, SpecError, unknown_name
from evosnn.tasks.data.dataset import Dataset
from evosnn.tasks.data.spec_base import DataSpec

__all__ = ["PythonSpec", "SampleTask", "python_task"]


@runtime_checkable
class SampleTask(Protocol):
    """The interface of a task in Python: a method that returns labelled samples."""

    def load(self, rng: Generator) -> Dataset:
        """Return the samples.

        Args:
            rng: The only source of randomness; the same state must give the same samples.
        """
        ...


@final
class PythonSpec(DataSpec):
    """A class in a Python file; reading a campaign that names it *runs* the file.

    Attributes:
        python: Path of the file; a relative one starts from the campaign file's folder.
        name: Name of the class, a :class:`SampleTask`.
        options: Keyword arguments of the class.
    """

    path_key: ClassVar[str] = "python"

    python: str
    name: str
    options: dict[str, Any] = Field(default={})

    @property
    def title(self) -> str:
        """The name of the class."""
        return self.name

    def load(self, rng: Generator) -> Dataset:
        """Run the file, make the class and let it load its samples."""
        task = self.make()
        try:
            data = task.load(rng)
        except DataError:
            raise
        except Exception as error:
            raise DataError(f"{self._what}: load fails, {_said(error, self.python)}") from None
        if not isinstance(data, Dataset):
            raise DataError(f"{self._what}: load returns {_kind(data)}; it takes a Dataset")
        return data

    def make(self) -> SampleTask:
        """Run the file and make the class.

        Raises:
            DataError: If there is no such file or class, or either fails.
        """
        module = _run(Path(self.python))
        found = getattr(module, self.name, None)
        if not inspect.isclass(found):
            classes = [
                name for name, kind in vars(module).items()
                if inspect.isclass(kind) and hasattr(kind, "load")
            ]  # fmt: skip
            raise DataError(f"'{self.python}': {unknown_name('class', self.name, classes)}")
        try:
            task = found(**self.options)
        except Exception as error:
            raise DataError(
                f"{self._what} cannot be made with options {self.options}, "
                f"{_said(error, self.python)}"
            ) from None
        if not isinstance(task, SampleTask):
            raise DataError(f"{self._what} has no method load(rng); a task takes one")
        return task

    @property
    def _what(self) -> str:
        return f"task '{self.name}' of '{self.python}'"


def python_task(kind: type[SampleTask], **options: Any) -> PythonSpec:
    """Return the ``task`` of a campaign for a class in a Python file.

    The campaign stores path and name, so that it can be continued in another process.

    Args:
        kind: The class, at the top of a file.
        options: Keyword arguments of the class: numbers, text, lists and tables.

    Raises:
        SpecError: If the class is not at the top level of a file.
    """
    try:
        file = inspect.getfile(kind)
    except (TypeError, OSError):
        file = ""
    if not Path(file).is_file() or kind.__qualname__ != kind.__name__:
        raise SpecError(
            f"class '{kind.__qualname__}' does not stand at the top of a Python file; put it "
            "there, so that the campaign can be continued"
        )
    return PythonSpec(python=str(Path(file).resolve()), name=kind.__name__, options=options)


def _run(path: Path) -> ModuleType:
    """Run a file as a module that is not in ``sys.modules``."""
    spec = importlib.util.spec_from_file_location(f"_evosnn_task_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise DataError(f"'{path}' is no Python file; it takes one that ends in .py")
    if not path.is_file():
        raise DataError(f"Python file '{path}' is not there")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise DataError(f"'{path}' fails, {_said(error, str(path))}") from None
    return module


def _said(error: Exception, file: str) -> str:
    """Return the line of the file and the error that a user's code raised."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == file]
    if isinstance(error, SyntaxError) and error.filename == file:
        lines = [error.lineno]
    where = f"line {lines[-1]}: " if lines else ""
    text = " ".join(str(error).split())
    return f"{where}{type(error).__name__}{f': {text}' if text else ''}"


def _kind(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
