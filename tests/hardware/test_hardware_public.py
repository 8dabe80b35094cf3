import subprocess
import sys
import types

import pytest

import evosnn.hardware


def test_the_public_names_are_sorted_and_there():
    names = evosnn.hardware.__all__
    groups = (
        [n for n in names if n.isupper()],
        [n for n in names if n[0].isupper() and not n.isupper()],
        [n for n in names if n.islower()],
    )
    assert names == [n for group in groups for n in sorted(group)]
    for name in names:
        thing = getattr(evosnn.hardware, name)
        if isinstance(thing, type | types.FunctionType):
            assert thing.__doc__, name
    with pytest.raises(AttributeError, match="attribute Ghost"):
        evosnn.hardware.Ghost  # noqa: B018


def test_instances_alone_load_nothing_heavy():
    code = (
        "import sys, evosnn.hardware as h; h.nominal_instances;"
        "print(*[m for m in ('numba', 'scipy', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
