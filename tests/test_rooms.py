import ast
from pathlib import Path

import evosnn

ROOT = Path(evosnn.__file__).parent
ROOMS = [
    ["cli"],
    ["report"],
    ["plots", "export"],
    ["campaign"],
    ["evolution"],
    ["assessment"],
    ["evaluation"],
    ["tasks"],
    ["simulation"],
    ["hardware"],
    ["chips"],
]
"""As README's "How it is built" lists them, top to bottom."""


def test_no_room_imports_what_is_private_to_another():
    reached = [
        f"{path.relative_to(ROOT)} takes {module}"
        for path, room, module in imports()
        for parts in [module.split(".")]
        if len(parts) > 2 and parts[1] != room and any(p.startswith("_") for p in parts[2:])
    ]
    assert reached == []


def test_a_room_imports_from_rooms_below_it():
    place = {name: i for i, row in enumerate(ROOMS) for name in row}
    upward = [
        f"{path.relative_to(ROOT)} takes {module}"
        for path, room, module in imports()
        for other in [module.split(".")[1]]
        if room in place and other in place and other != room and place[other] <= place[room]
    ]
    assert upward == []


def test_the_rooms_are_those_that_there_are():
    assert {name for row in ROOMS for name in row} == {
        path.parent.name for path in ROOT.glob("*/__init__.py")
    }


def imports():
    """Every import of EvoSNN's own modules: the file, its room, and the whole name."""
    for path in sorted(ROOT.rglob("*.py")):
        room = path.relative_to(ROOT).parts[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path} imports relatively"
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            yield from ((path, room, name) for name in names if name.startswith("evosnn."))
