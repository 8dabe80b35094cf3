"""The search engines by name, with those of installed packages, and their table in a campaign."""

from __future__ import annotations

from typing import Annotated, Any, cast

from pydantic import BeforeValidator, ValidationInfo

from evosnn.evolution.engines.base import EngineSpec
from evosnn.registry import Registry
from evosnn.validation import Table, table_check, tagged_tables

__all__ = ["ENGINES", "engine_table"]

_ROOT = "evosnn.evolution.engines"
_DEFAULT = "nsga2"
_BUILTIN = {
    "nsga2": f"{_ROOT}.pareto:Nsga2Spec",
    "sms-emoa": f"{_ROOT}.pareto:SmsEmoaSpec",
    "age-moea2": f"{_ROOT}.pareto:AgeMoea2Spec",
    "nsga3": f"{_ROOT}.pareto:Nsga3Spec",
    "islands": f"{_ROOT}.islands:IslandsSpec",
    "eons": f"{_ROOT}.eons:EonsSpec",
    "random": f"{_ROOT}.random_search:RandomSpec",
}


ENGINES: Registry[type[EngineSpec]] = Registry(
    "engine", _BUILTIN, table_check(EngineSpec, "evosnn.evolution.EngineSpec")
)
"""The settings of each search engine, by the engine's name."""


def engine_table() -> Any:
    """Return the type of a pydantic field that takes the settings of any engine.

    A bare name stands for its default settings. A setting of another engine is refused with a
    sentence that names that engine, unless it has its default: version 0.1.0 wrote the settings of
    all engines into every frozen spec.
    """
    return Annotated[
        tagged_tables(cast("Registry[type[Table]]", ENGINES)), BeforeValidator(_own_settings)
    ]


def _own_settings(value: object, info: ValidationInfo) -> object:
    if isinstance(value, str):
        value = {"kind": value}
    if not isinstance(value, dict):
        return value
    table = {"kind": _DEFAULT, **value}
    specs, _ = ENGINES.load_all()
    kind = table["kind"]
    own = specs.get(kind) if isinstance(kind, str) else None
    if own is None:  # unknown or broken, as tagged_tables says
        return table
    for key in [key for key in table if key not in own.model_fields]:
        owners = [name for name, spec in specs.items() if key in spec.model_fields]
        if not owners:  # an unknown key, as pydantic says
            continue
        default = specs[owners[0]].model_fields[key].default
        if table[key] != default and not (info.context or {}).get("begun"):
            raise ValueError(f"'{key}' does nothing in '{kind}'; it belongs to '{owners[0]}'")
        del table[key]
    return table
