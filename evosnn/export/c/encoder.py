"""Writes C for a task's encoder and decoder: features to charges, output spikes to a class."""

from __future__ import annotations

import re
from collections.abc import Iterable
from string import Template
from typing import Any

import numpy as np

from evosnn.chips import Chip
from evosnn.errors import ExportError
from evosnn.export.c.number_types import CNumber, literal
from evosnn.export.common.encoder_text import encoder_words
from evosnn.export.common.export import render
from evosnn.export.common.quoting import comment
from evosnn.network import Network
from evosnn.tasks import ClassificationTask, EncoderC
from evosnn.version import __version__

__all__ = ["coder_files", "encoder_c", "full_spike", "why_no_coder"]


_AMOUNTS = {
    "spikes": "a number of spikes",
    "timestep": "the timestep of a spike",
    "charge": "a charge",
}


def why_no_coder(task: ClassificationTask) -> str | None:
    """Return why a task's encoder or decoder has no C code; ``None`` if both have."""
    encoder, decoder = task.encoder, task.decoder
    if task.length > 1:
        return f"Encoder '{encoder.kind}' is fed in time"
    if encoder.draws:
        return f"Encoder '{encoder.kind}' draws at random"
    if encoder.c_code(task.timesteps, 1.0, True) is None:
        return f"Encoder '{encoder.kind}' has no C code"
    if decoder.compares is None:
        return f"Decoder '{decoder.kind}' has no C code"
    return None


def coder_files(
    task: ClassificationTask, network: Network, chip: Chip, name: str = "snn"
) -> dict[str, str]:
    """Return C files that encode samples and decode spikes for :func:`~evosnn.export.to_c`.

    Args:
        task: The task with the encoder, scaling and decoder.
        network: The network.
        chip: The rules that the task was encoded for.
        name: Prefix of the files and of their identifiers, the same as the network's.

    Returns:
        Text by file name: ``name_coder.h``, ``name_coder.c`` and ``name_classify.c``, an
        example program.

    Raises:
        ExportError: If the encoder draws at random, or samples are time series.
    """
    if task.length > 1:
        raise ExportError(
            f"task '{task.name}' shows samples in time; their encoder is not written in C"
        )
    if task.encoder.draws:
        raise ExportError(
            f"encoder '{task.encoder.kind}' draws at random; C code of it would draw otherwise"
        )
    reason = why_no_coder(task)
    code = task.encoder.c_code(task.timesteps, chip.spike_value, chip.integer)
    if reason or code is None:
        raise ExportError(f"{reason}")
    values = {**_names(task, network, chip, name, code), **_scaling(task), **_decoder(task)}
    encode = encoder_c(code, name)
    nearest = render("coder_nearest.c.in", {}) if "nearest(" in encode else ""
    values |= {"encode": encode, "nearest": nearest}
    return {
        f"{name}_coder.h": render("coder.h.in", values),
        f"{name}_coder.c": render("coder.c.in", values),
        f"{name}_classify.c": render("classify.c.in", values),
    }


def encoder_c(code: EncoderC, name: str) -> str:
    """Return an encoder's C functions for a prefix."""
    return re.sub(r"\n{3,}", "\n\n", Template(code.source).substitute(name=name))


def _names(
    task: ClassificationTask, network: Network, chip: Chip, name: str, code: EncoderC
) -> dict[str, Any]:
    features, classes = task.feature_names, task.class_names
    return {
        "name": name,
        "NAME": name.upper(),
        "version": __version__,
        "key": network.key,
        "task": comment(task.name),
        "encoder": comment(encoder_words(task.encoder)),
        "decoder": comment(task.decoder.kind),
        "rule": comment(task.decoder.describe()),
        "features": len(features),
        "classes": len(classes),
        "timesteps": task.timesteps,
        "per_feature": task.n_inputs // len(features),
        "spike": full_spike(chip),
        "amount": f"{name}_charge" if code.amount == "charge" else "uint32_t",
        "meaning": _AMOUNTS[code.amount],
        "feature_list": "\n".join(
            f" *   {i}  {comment(feature)}" for i, feature in enumerate(features)
        ),
        "class_names": _rows(_string(c) for c in classes),
    }


def full_spike(chip: Chip) -> str:
    """Return the charge of a full input spike as a C constant."""
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
    if task.decoder.compares == "counts":
        return {"unread": "    (void)first;", "value": "counts[output]"}
    return {
        "unread": "",
        "value": "(counts[output] == 0u) ? 0u : (UINT32_MAX - first[output])",
    }


def _rows(values: Iterable[str]) -> str:
    return "\n".join(f"    {value}," for value in values)


def _string(text: str) -> str:
    """Return a C string literal of UTF-8 bytes, with octal escapes of three digits."""
    plain = {ord(c) for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-.,"}
    return '"' + "".join(chr(b) if b in plain else f"\\{b:03o}" for b in text.encode()) + '"'
