"""The contract of an encoder: shapes, ranges, windows, and where randomness comes from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evosnn.errors import SpecError
from evosnn.tasks import Encoder, EncoderC
from evosnn.testing._common import check_table, require

__all__ = ["check_encoder"]

_SPIKE = 3.0


def check_encoder(encoder: Encoder, n_features: int = 3) -> None:
    """Check that an encoder keeps its contract.

    Its table survives a campaign file; it takes the window that it says it needs and refuses a
    shorter one; charges have the right shape and dtype, are finite and at most
    :attr:`~evosnn.tasks.Encoder.largest_drive`; they depend on the generator only if the encoder
    says that it draws, on each sample alone, and inputs on their feature alone.

    Args:
        encoder: The encoder, with options.
        n_features: Number of features that it is tried with, at least 2.

    Raises:
        AssertionError: With one sentence, at the first breach.
    """
    require(
        isinstance(encoder, Encoder),
        f"{type(encoder).__name__} is no subclass of evosnn.tasks.Encoder",
    )
    check_table(encoder)
    _check_inputs(encoder, n_features)
    window = _check_window(encoder)
    for timesteps in (window, window + 7):
        _check_charges(encoder, timesteps, n_features)
    _check_draws(encoder, window + 7, n_features)
    _check_independence(encoder, window + 7, n_features)
    _check_exports(encoder, window)


def _encode(
    encoder: Encoder, x: NDArray[np.float64], timesteps: int, seed: int, integer: bool = False
) -> NDArray[np.float64]:
    """Return charges ``(timesteps, n_inputs, n_samples)``; ``x`` is (samples, length, features)."""
    rng = np.random.default_rng(seed)
    length = x.shape[1]
    if encoder.sequential:
        stimulus = encoder.encode_sequence(
            x, timesteps=timesteps * length, spike_value=_SPIKE, integer=integer, rng=rng
        )
    else:
        stimulus = encoder.encode(
            x[:, 0], timesteps=timesteps, spike_value=_SPIKE, integer=integer, rng=rng
        )
    return stimulus.charge


def _samples(encoder: Encoder, n_features: int) -> NDArray[np.float64]:
    """Return ``(n_samples, length, n_features)`` in 0..1, both ends included."""
    length = 4 if encoder.sequential else 1
    x = np.random.default_rng(0).random((12, length, n_features))
    x[0], x[1], x[2] = 0.0, 1.0, 0.5
    return x


def _check_inputs(encoder: Encoder, n_features: int) -> None:
    each = encoder.n_inputs(1)
    require(
        isinstance(each, int) and each >= 1,
        f"encoder '{encoder.kind}': n_inputs(1) is {each!r}; it takes a whole number from 1",
    )
    found = encoder.n_inputs(n_features)
    require(
        found == each * n_features,
        f"encoder '{encoder.kind}': n_inputs({n_features}) is {found}; {n_features} features of "
        f"{each} inputs take {each * n_features}",
    )


def _check_window(encoder: Encoder) -> int:
    needed = encoder.shortest_window()
    right = isinstance(needed, tuple) and len(needed) == 2
    right = right and isinstance(needed[0], int) and isinstance(needed[1], str) and needed[0] >= 1
    require(
        right,
        f"encoder '{encoder.kind}': shortest_window returns {needed!r}; it takes a number of "
        "timesteps from 1 and a text",
    )
    encoder.check_window(needed[0])
    try:
        encoder.check_window(needed[0] - 1)
    except SpecError:
        return needed[0]
    raise AssertionError(
        f"encoder '{encoder.kind}': check_window accepts {needed[0] - 1} timesteps; "
        f"shortest_window is {needed[0]}"
    )


def _check_charges(encoder: Encoder, timesteps: int, n_features: int) -> None:
    x = _samples(encoder, n_features)
    before = x.copy()
    charge = _encode(encoder, x, timesteps, 1)
    require(
        np.array_equal(x, before),
        f"encoder '{encoder.kind}' writes to the samples it is given",
    )
    wanted = (timesteps * x.shape[1], encoder.n_inputs(n_features), len(x))
    require(
        charge.shape == wanted,
        f"encoder '{encoder.kind}': the charge has shape {charge.shape}; {timesteps} timesteps, "
        f"{n_features} features and {len(x)} samples take {wanted}",
    )
    require(np.isfinite(charge).all(), f"encoder '{encoder.kind}': a charge is not finite")
    most = encoder.largest_drive * _SPIKE
    require(
        charge.min() >= 0 and charge.max() <= most * (1 + 1e-12),
        f"encoder '{encoder.kind}': charges are {charge.min():g}..{charge.max():g}; a largest_drive"
        f" of {encoder.largest_drive:g} full spikes of {_SPIKE:g} takes 0..{most:g}",
    )
    whole = _encode(encoder, x, timesteps, 1, integer=True)
    require(
        np.array_equal(whole, np.rint(whole)),
        f"encoder '{encoder.kind}': a chip of whole charges gets a fraction",
    )


def _check_draws(encoder: Encoder, timesteps: int, n_features: int) -> None:
    x = _samples(encoder, n_features)
    first = _encode(encoder, x, timesteps, 1)
    require(
        np.array_equal(first, _encode(encoder, x, timesteps, 1)),
        f"encoder '{encoder.kind}': the same seed gives other spikes; draw from the generator that "
        "drive is given, and from nothing else",
    )
    same = np.array_equal(first, _encode(encoder, x, timesteps, 2))
    require(
        same or encoder.draws,
        f"encoder '{encoder.kind}': another seed gives other spikes; say draws = True",
    )
    require(
        not same or not encoder.draws,
        f"encoder '{encoder.kind}' says that it draws, and another seed gives the same spikes",
    )
    require(
        not encoder.closed_loop or not (encoder.draws or encoder.sequential),
        f"encoder '{encoder.kind}' says closed_loop; it then neither draws nor is sequential",
    )


def _check_independence(encoder: Encoder, timesteps: int, n_features: int) -> None:
    if encoder.draws:
        return
    x = _samples(encoder, n_features)
    charge = _encode(encoder, x, timesteps, 1)
    require(
        np.array_equal(charge[:, :, :5], _encode(encoder, x[:5], timesteps, 1)),
        f"encoder '{encoder.kind}': a sample's charges depend on the other samples",
    )
    other = x.copy()
    other[:, :, 0] = 1.0 - other[:, :, 0]
    each = encoder.n_inputs(1)
    require(
        np.array_equal(charge[:, each:], _encode(encoder, other, timesteps, 1)[:, each:]),
        f"encoder '{encoder.kind}': the first feature changes inputs beyond its own, 0..{each - 1}",
    )


def _check_exports(encoder: Encoder, timesteps: int) -> None:
    text = encoder.describe(timesteps)
    require(
        isinstance(text, str) and text.endswith("."),
        f"encoder '{encoder.kind}': describe returns {text!r}; it takes sentences",
    )
    code = encoder.c_code(timesteps, _SPIKE, True)
    require(
        code is None or isinstance(code, EncoderC),
        f"encoder '{encoder.kind}': c_code returns {type(code).__name__}; it takes an EncoderC or "
        "None",
    )
    for function in ("encode_feature(", "charge_of("):
        require(
            code is None or function in code.source,
            f"encoder '{encoder.kind}': the C code has no function {function.rstrip('(')}",
        )
    require(
        code is None or not encoder.draws,
        f"encoder '{encoder.kind}' draws at random and has C code, which would draw otherwise",
    )
