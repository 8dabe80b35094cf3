"""Estimates the logic cells of an FPGA that a network takes, by a model fitted to syntheses.

The circuit is the parallel Verilog core that ``evosnn export --to verilog`` writes: all neurons
at once, weights as constants, delays as shift registers. A synthesiser drops what no output
depends on, and what can never fire; so the estimate counts only the rest, in bits of adders and
registers whose widths are those that the export proves sufficient. Each kind of bit has a price
in logic cells, in ``area_ice40.toml``, which says how the prices were fitted and how well they
predict (results/studies/area_model.md).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.errors import SpecError
from evosnn.network import Network
from evosnn.simulation import potential_ranges

__all__ = ["AREA_TERMS", "area_terms", "estimate_area", "require_circuit"]

AREA_TERMS = {
    "state": "bits of potentials that are kept from one timestep to the next, without the sign",
    "operands": "bits of the adders for synapses and inputs",
    "ones": "bits that are 1 in the weights",
    "charge": "bits of the charges at inputs",
    "history": "timesteps for which spikes are remembered, beyond the first",
    "leak": "bits of potentials that leak in part",
}
"""What is counted, by name."""


def is_circuit(chip: Chip) -> bool:
    """Whether networks of a chip are circuits whose area can be estimated."""
    return chip.integer and chip.is_plain and not chip.neuron.integration_delay


def require_circuit(chip: Chip) -> None:
    """Refuse a chip whose networks are no circuits.

    Raises:
        SpecError: If the chip computes with real numbers, or by rules that the circuit lacks.
    """
    if not chip.integer:
        raise SpecError(
            f"objective 'area' is the size of an integer circuit; chip '{chip.name}' computes "
            "with real numbers"
        )
    if not is_circuit(chip):
        raise SpecError(
            f"objective 'area' is the size of a circuit by RISP's rules; chip '{chip.name}' has "
            "rules of its own"
        )


def estimate_area(network: Network, chip: Chip) -> float:
    """Return the estimated number of logic cells that a network takes on an iCE40, a whole one.

    Raises:
        SpecError: If the chip computes with real numbers.
    """
    require_circuit(chip)
    prices = _prices()
    terms = area_terms(network, chip)
    return float(round(sum(prices[name] * count for name, count in terms.items())))


def area_terms(network: Network, chip: Chip) -> dict[str, float]:
    """Count what a network's circuit consists of, by the names in ``AREA_TERMS``.

    Inputs take a full spike of the chip, of either sign. All counts are 0 if no output can
    ever fire.
    """
    charge = _signed_bits(np.zeros(1), np.array([abs(chip.spike_value)]))[0]
    found = potential_ranges(network, chip, (-(2.0 ** (charge - 1)), 2.0 ** (charge - 1) - 1))
    matters = found.fires & _heard(network, found.fires)
    kept = matters[network.pre] & matters[network.post] & (network.weight != 0)
    pre, post = network.pre[kept], network.post[kept]
    n = network.n_neurons
    reach = np.ones(n)
    np.maximum.at(reach, pre, network.delay[kept])
    keeps = network.leak != 1.0
    fed = np.zeros(n)
    fed[network.inputs] = 1.0
    wide = _signed_bits(*found.peak)
    rest = np.minimum(_signed_bits(*found.rest), wide) * keeps
    operands = np.bincount(post, minlength=n) + fed + keeps
    magnitudes = np.abs(network.weight[kept]).astype(np.int64)

    def over(values: NDArray[np.float64]) -> float:
        return float(values[matters].sum())

    return {
        "state": over(np.maximum(rest - 1, 0)),
        "operands": over(wide * np.maximum(operands - 1, 0)),
        "ones": float(np.bitwise_count(magnitudes).sum()),
        "charge": float(charge) * over(fed),
        "history": over(reach - 1),
        "leak": over(rest * (network.leak > 0)),
    }


def _heard(network: Network, fires: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether an output depends on each neuron."""
    input_active = np.zeros(network.n_neurons, dtype=np.bool_)
    input_active[network.outputs] = True
    while True:
        speaks = network.pre[input_active[network.post] & fires[network.post]]
        if input_active[speaks].all():
            return input_active
        input_active[speaks] = True


def _signed_bits(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
    """Widths of the narrowest signed numbers that hold ``low`` to ``high``."""
    # The exponent of a whole number is its length in bits.
    return np.frexp(np.maximum(high, -low - 1))[1] + 1.0


@cache
def _prices() -> Mapping[str, float]:
    text = (files("evosnn.assessment") / "area_ice40.toml").read_text(encoding="utf-8")
    prices: Mapping[str, float] = tomllib.loads(text)["cells"]
    return prices
