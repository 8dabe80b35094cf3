import subprocess
import sys
import types

import evosnn.tasks


def test_all_is_sorted() -> None:
    shouted = [n for n in evosnn.tasks.__all__ if n.isupper()]
    classes = [n for n in evosnn.tasks.__all__ if n[0].isupper() and not n.isupper()]
    functions = [n for n in evosnn.tasks.__all__ if n.islower()]
    assert evosnn.tasks.__all__ == sorted(shouted) + sorted(classes) + sorted(functions)


def test_every_public_class_and_function_has_a_docstring() -> None:
    for name in evosnn.tasks.__all__:
        thing = getattr(evosnn.tasks, name)
        if isinstance(thing, type | types.FunctionType):
            assert thing.__doc__, name


def test_import_and_names_load_nothing_heavy() -> None:
    code = (
        "import sys, evosnn.tasks as t; t.task_info(t.task_names()[0]); t.FlipFlopEncoder();"
        "print(*[m for m in ('numba', 'sklearn', 'scipy', 'networkx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
