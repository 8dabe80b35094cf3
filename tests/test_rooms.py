"""The architecture: packages import downwards only, from public modules, without a cycle."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import evosnn

ROOT = Path(evosnn.__file__).parent
LAYERS = [
    ["cli"],
    ["api", "testing"],
    ["report"],
    ["plots", "export"],
    ["analysis"],
    ["campaign"],
    ["evolution"],
    ["assessment"],
    ["evaluation"],
    ["tasks"],
    ["simulation"],
    ["tennlab"],
    ["hardware"],
    ["chips"],
]
"""The packages from top to bottom, as docs/contributing.md draws them."""
PUBLIC = {
    "evosnn.simulation.kernels",
    "evosnn.simulation.processor",
    "evosnn.simulation.reference",
    "evosnn.tasks.control",
}
"""Modules within a package that other packages may import besides the package itself."""
MOST_FILES = 18
"""Modules in one folder; beyond some 16 a newcomer no longer finds a name at a glance."""


def test_other_packages_import_only_public_modules():
    wrong = [
        f"{importer} imports {module}"
        for importer, module in sorted(imports())
        if module.count(".") > 1 and package(module) != package(importer) and module not in PUBLIC
    ]
    assert wrong == []


def test_a_package_imports_from_packages_below_it():
    level = {name: i for i, row in enumerate(LAYERS) for name in row}
    upward = [
        f"{importer} imports {module}"
        for importer, module in sorted(imports())
        for here, there in [(package(importer), package(module))]
        if here in level and there in level and here != there and level[there] <= level[here]
    ]
    assert upward == []


def test_no_modules_import_each_other_in_a_cycle():
    graph = {}
    for importer, module in imports():
        if not (ROOT.parent / importer.replace(".", "/") / "__init__.py").is_file():
            graph.setdefault(importer, set()).add(module)
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the cycle


def test_all_packages_have_a_layer():
    assert {name for row in LAYERS for name in row} == {
        path.parent.name for path in ROOT.glob("*/__init__.py")
    }


def test_folders_are_small():
    large = {
        str(folder.relative_to(ROOT)): n
        for folder in {path.parent for path in ROOT.rglob("*.py")}
        if (n := len(list(folder.glob("*.py")))) > MOST_FILES
    }
    assert large == {}


def package(module):
    """Return the package under ``evosnn`` that a module is in; its own name at the top."""
    return module.partition(".")[2].partition(".")[0]


def imports():
    """Return every pair of modules of which the first imports the second."""
    modules = {name_of(path): path for path in ROOT.rglob("*.py")}
    found = set()
    for importer, path in modules.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path} imports relatively"
                if not (node.module or "").startswith("evosnn"):
                    continue
                names = [module_named(f"{node.module}.{a.name}", modules) for a in node.names]
            else:
                continue
            found |= {(importer, name) for name in names if name.startswith("evosnn.")}
    return found


def module_named(name, modules):
    """Return the module that ``from parent import child`` reads; a function may share its name."""
    parent, _, child = name.rpartition(".")
    exported = f'"{child}"' in modules[parent].read_text(encoding="utf-8")
    return parent if exported or name not in modules else name


def name_of(path):
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
