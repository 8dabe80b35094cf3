"""Each package's ``__all__`` is what its ``__init__`` imports, now or on first use."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

import evosnn

ROOT = Path(evosnn.__file__).parent
PACKAGES = sorted(
    ".".join(path.parent.relative_to(ROOT.parent).parts)
    for path in ROOT.rglob("__init__.py")
    if "__all__" in path.read_text(encoding="utf-8")
)
DEFINED = {
    "evosnn": {"__version__", "_provide_cache_folder"},
    "evosnn.tasks.control": {"is_control"},
    "evosnn.cli": set(),
}
"""Names that an ``__init__`` defines or offers beside what ``__all__`` lists and imports."""


@pytest.mark.parametrize("name", PACKAGES)
def test_all_names_are_imported_and_can_be_loaded(name):
    package = import_module(name)
    tree = ast.parse(Path(package.__file__).read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("evosnn")
        for alias in node.names
    }
    beside = DEFINED.get(name, set())
    assert set(package.__all__) - beside == imported - beside
    for public in package.__all__:
        assert getattr(package, public) is not None
