"""Encoder and decoder as C99: features to charges, output spikes to a class."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

from evosnn import __version__
from evosnn.chips import Chip
from evosnn.errors import ExportError
from evosnn.export.c.number_types import CNumber, literal
from evosnn.export.common.encoder_text import RULES, encoder_words
from evosnn.export.common.export import render
from evosnn.network import Network
from evosnn.tasks import (
    ArgyleEncoder,
    ClassificationTask,
    DirectEncoder,
    FirstSpikeEncoder,
    FlipFlopEncoder,
    RateEncoder,
)

__all__ = ["coder_files", "comment", "encoder_pieces", "full_spike", "has_coder"]


def has_coder(task: ClassificationTask) -> bool:
    """Whether the task's encoder can be written in C: of samples of one instant, not random."""
    return task.length == 1 and type(task.encoder) in _ENCODERS


def coder_files(
    task: ClassificationTask, network: Network, chip: Chip, name: str = "snn"
) -> dict[str, str]:
    """Return C files that feed and read the network of :func:`~evosnn.export.to_c`.

    Args:
        task: The task, whose encoder, scaling and decoder are written.
        network: The network.
        chip: The rules that the task was encoded for.
        name: Prefix of the files and of all that they define, as for the network.

    Returns:
        Text by file name: ``name_coder.h``, ``name_coder.c`` and ``name_classify.c``, an
        example program.

    Raises:
        ExportError: If the encoder draws at random, or samples are shown in time.
    """
    if task.length > 1:
        raise ExportError(
            f"task '{task.name}' shows samples in time; their encoder is not written in C"
        )
    if not has_coder(task):
        raise ExportError(
            f"encoder '{task.encoder.kind}' draws at random; C code of it would draw otherwise"
        )
    values = {**_names(task, network, chip, name), **_scaling(task), **_decoder(task)}
    pieces, own = _ENCODERS[type(task.encoder)](task, chip)
    values |= {**own, "name": name, "NAME": name.upper()}
    encode = "".join(render(f"{piece}.c.in", values) for piece in pieces)
    nearest = render("coder_nearest.c.in", {}) if "nearest(" in encode else ""
    values |= {"encode": encode, "nearest": nearest}
    return {
        f"{name}_coder.h": render("coder.h.in", values),
        f"{name}_coder.c": render("coder.c.in", values),
        f"{name}_classify.c": render("classify.c.in", values),
    }


def _names(task: ClassificationTask, network: Network, chip: Chip, name: str) -> dict[str, Any]:
    features, classes = task.feature_names, task.class_names
    level = isinstance(task.encoder, DirectEncoder)
    once = isinstance(task.encoder, FirstSpikeEncoder)
    return {
        "name": name,
        "NAME": name.upper(),
        "version": __version__,
        "key": network.key,
        "task": comment(task.name),
        "encoder": encoder_words(task.encoder),
        "decoder": task.decoder.kind,
        "rule": RULES[task.decoder.kind],
        "features": len(features),
        "classes": len(classes),
        "timesteps": task.timesteps,
        "per_feature": task.n_inputs // len(features),
        "spike": full_spike(chip),
        "amount": f"{name}_charge" if level else "uint32_t",
        "meaning": "a charge"
        if level
        else ("the timestep of a spike" if once else "a number of spikes"),
        "feature_list": "\n".join(
            f" *   {i}  {comment(feature)}" for i, feature in enumerate(features)
        ),
        "class_names": _rows(_string(c) for c in classes),
    }


def full_spike(chip: Chip) -> str:
    """Write the charge of a full input spike as a constant of C."""
    if chip.integer:
        return str(int(np.rint(chip.spike_value)))
    return literal(chip.spike_value, CNumber("double", 0, (0.0, 0.0), ""))


def _scaling(task: ClassificationTask) -> dict[str, Any]:
    number = CNumber("double", 0, (0.0, 0.0), "")
    scaling = task.scaling
    return {
        name: _rows(literal(v, number) for v in getattr(scaling, name).tolist())
        for name in ("low", "high", "mean")
    }


def _decoder(task: ClassificationTask) -> dict[str, Any]:
    if task.decoder.kind == "most-spikes":
        return {"unread": "    (void)first;", "value": "counts[output]"}
    return {
        "unread": "",
        "value": "(counts[output] == 0u) ? 0u : (UINT32_MAX - first[output])",
    }


_Pieces = tuple[tuple[str, ...], dict[str, Any]]


def _direct(task: ClassificationTask, chip: Chip) -> _Pieces:
    encoder = _as(task, DirectEncoder)
    product = f"(x * {_real(encoder.scale)}) * {_real(chip.spike_value)}"
    return ("encode_direct",), {
        "direct_charge": f"nearest({product})" if chip.integer else f"({product})"
    }


def _rate(task: ClassificationTask, chip: Chip) -> _Pieces:
    del chip
    encoder = _as(task, RateEncoder)
    most = _real(task.timesteps if encoder.max_spikes is None else encoder.max_spikes)
    pair = f"    amount[1] = (uint32_t)nearest((1.0 - x) * {most});" if encoder.pair else ""
    return ("encode_rate",), {"most": most, "pair": pair}


def _first_spike(task: ClassificationTask, chip: Chip) -> _Pieces:
    del chip
    encoder = _as(task, FirstSpikeEncoder)
    last = task.timesteps - 1 if encoder.last is None else encoder.last
    return ("encode_first_spike",), {
        "first": _real(encoder.first),
        "span": _real(last - encoder.first),
        "silent_below": _real(encoder.silent_below),
    }


def _bins(task: ClassificationTask, chip: Chip) -> _Pieces:
    del chip
    if not isinstance(task.encoder, ArgyleEncoder | FlipFlopEncoder):
        raise ExportError(f"encoder '{task.encoder.kind}' has no bins")
    return encoder_pieces(task.encoder)


def encoder_pieces(encoder: ArgyleEncoder | FlipFlopEncoder) -> _Pieces:
    """Return the templates of an encoder of bins, and what they take."""
    burst = {"max_spikes": _real(encoder.max_spikes), "interval": encoder.interval}
    if isinstance(encoder, FlipFlopEncoder):
        bins = {"bins": _real(encoder.bins), "last_bin": _real(encoder.bins - 1)}
        return ("encode_flip_flop", "encode_burst"), {**bins, **burst}
    gaps = {"gaps": _real(encoder.neurons - 1), "last_left": _real(encoder.neurons - 2)}
    return ("encode_argyle", "encode_burst"), {**gaps, **burst}


_ENCODERS: dict[type, Callable[[ClassificationTask, Chip], _Pieces]] = {
    ArgyleEncoder: _bins,
    DirectEncoder: _direct,
    FirstSpikeEncoder: _first_spike,
    FlipFlopEncoder: _bins,
    RateEncoder: _rate,
}


_T = TypeVar("_T")


def _as(task: ClassificationTask, kind: type[_T]) -> _T:
    if not isinstance(task.encoder, kind):
        raise ExportError(f"encoder '{task.encoder.kind}' is not {kind.__name__}")
    return task.encoder


def _real(value: float) -> str:
    """A double, exactly."""
    return f"{float(value)!r}"


def _rows(values: Iterable[str]) -> str:
    return "\n".join(f"    {value}," for value in values)


def comment(text: str) -> str:
    """Write a text so that a comment in C can hold it."""
    return text.encode("ascii", "replace").decode("ascii").replace("*/", "* /")


def _string(text: str) -> str:
    """A C string of UTF-8 bytes; octal escapes end by themselves, as '?' does trigraphs."""
    plain = {ord(c) for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-.,"}
    return '"' + "".join(chr(b) if b in plain else f"\\{b:03o}" for b in text.encode()) + '"'
