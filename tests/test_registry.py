"""Registries: built-in parts, parts of packages, and one sentence for what is wrong with one."""

from importlib.metadata import EntryPoint
from types import SimpleNamespace

import pytest

from evosnn import registry as module
from evosnn.errors import PluginError
from evosnn.registry import Registry

BUILTIN = {"half": "fractions:Fraction", "whole": "decimal:Decimal"}


def install(monkeypatch, *points):
    """Pretend that packages are installed that add these entry points."""

    def point(package, name, value):
        found = EntryPoint(name, value, "evosnn.numbers")
        vars(found)["dist"] = SimpleNamespace(name=package)
        return found

    found = [point(*each) for each in points]
    monkeypatch.setattr(module, "entry_points", lambda group: found)


def test_names_are_known_before_anything_is_imported(monkeypatch):
    install(monkeypatch, ("other", "third", "no_such_module:X"))
    numbers = Registry("number", BUILTIN)
    assert list(numbers) == ["half", "whole", "third"]
    assert len(numbers) == 3
    assert "third" in numbers
    assert "fourth" not in numbers
    assert numbers.package_of("third") == "other"
    assert numbers.package_of("half") == "evosnn"


def test_a_part_is_imported_on_first_use(monkeypatch):
    install(monkeypatch, ("other", "third", "math:pi"))
    numbers = Registry("number", BUILTIN)
    assert numbers["half"].__name__ == "Fraction"
    assert numbers["third"] == pytest.approx(3.14159, abs=1e-5)
    with pytest.raises(KeyError):
        numbers["fourth"]


def test_a_part_that_cannot_be_imported_names_its_package(monkeypatch):
    install(monkeypatch, ("other", "third", "no_such_module:X"))
    numbers = Registry("number", BUILTIN)
    with pytest.raises(PluginError, match=r"number 'third' of package 'other' cannot be imported"):
        numbers["third"]
    parts, broken = numbers.load_all()
    assert set(parts) == {"half", "whole"}
    assert set(broken) == {"third"}


def test_an_object_that_is_no_such_part_names_its_package(monkeypatch):
    install(monkeypatch, ("other", "third", "math:pi"))
    numbers = Registry("number", BUILTIN, check=lambda name, part: "is no class")
    with pytest.raises(PluginError, match="number 'third' of package 'other' is no class"):
        numbers["third"]


@pytest.mark.parametrize("rest", [(), (("another", "third", "math:e"),)])
def test_a_name_that_is_taken_names_both_packages(monkeypatch, rest):
    name = "third" if rest else "half"
    install(monkeypatch, ("other", name, "math:pi"), *rest)
    numbers = Registry("number", BUILTIN)
    with pytest.raises(PluginError, match=f"adds number '{name}', a name that '(evosnn|another)'"):
        list(numbers)


def test_an_unknown_name_is_answered_with_the_nearest():
    assert "did you mean 'whole'" in Registry("number", BUILTIN).unknown("whol")
