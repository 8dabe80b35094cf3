"""The crossbar mechanism: effective weights of a memristive array with resistive wires."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Literal, Self, final

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from evosnn.chips import Chip, CrossbarModel, load_chip
from evosnn.hardware._instances import Instances, nominal_instances
from evosnn.hardware._mechanism import AbstractMechanism, Parts, parts_of
from evosnn.hardware.crossbar.approximate import (
    floating_conductance,
    gated_conductance,
    ladder_conductance,
)
from evosnn.hardware.crossbar.exact import effective_conductance, wire_index
from evosnn.network import Network

__all__ = ["Crossbar"]

_Floats = NDArray[np.float64]
_PER_KELVIN = 0.00451  # relative change of a wire's resistance: NeuroSim V2.1, Param.cpp
_EXACT = 256  # most rows or columns of devices that method "auto" solves exactly
_Ohm = Annotated[float, Field(ge=0)]


@final
class Crossbar(AbstractMechanism):
    """The resistance of wires, drivers and sense amplifiers changes the effective weights.

    Rows are the presynaptic neurons and columns the postsynaptic ones, both sorted by id and
    divided into tiles. A weight is a pair of devices on two neighbouring columns, whose currents
    are subtracted: a positive weight is in the first device, a negative one in the second, and the
    chip's largest magnitude is at ``on_resistance``; all other devices are at ``off_resistance``.
    With ``pair = "offset"`` a weight is one device, halfway between the two at weight 0, and the
    current of a reference column at the end of the tile, whose devices are all halfway, is
    subtracted from all others. A tile contains only the network's rows and columns. Earlier
    variation and faults in the list of mechanisms act on the devices, later ones on the effective
    weights.

    Currents through crossings without a synapse into other neurons are neglected.

    Defaults are the values of the chip's crossbar, or of the chip ``memristive-64`` if it has none.

    Attributes:
        rows: Rows of a tile.
        columns: Columns of a tile, counted in weights.
        on_resistance: Resistance of a device of the largest weight, in ohm.
        off_resistance: Resistance of a device of weight 0, in ohm.
        line_resistance: Resistance of a wire between crossings, in ohm.
        column_resistance: Resistance of a column's wire, in ohm; ``line_resistance`` if not given.
        source_resistance: Resistance of each row's driver, in ohm.
        sense_resistance: Resistance of each column's sense amplifier, in ohm.
        recalibrate: Whether the gain of each column of a tile is set to the least-squares fit of
            its effective weights to the intended weights.
        temperature: Temperature of the wires, in kelvin; resistances are given at 300 K and grow by
            the share 0.00451 a kelvin (NeuroSim V2.1, Param.cpp).
        idle: State of rows without a spike: driven to 0 V (``"grounded"``), cut off in every cell
            (``"gated"``) or not driven (``"floating"``). In the latter two the effective weights
            depend on the active rows; they are computed for a single active row.
        pair: ``"differential"``, two devices for each weight, or ``"offset"``, one.
        method: ``"exact"`` nodal analysis or a closed form, ``"ladder"``, for grounded idle
            rows; ``"auto"`` is exact up to 256 rows and 256 columns of devices.
        adc_bits: Resolution of the converter that reads a neuron's charge of a timestep, in bits;
            no rounding if not given. Columns of several tiles are added before it.
        adc_range: Largest charge that the converter reads, as a multiple of the chip's largest
            weight.
    """

    kind: Literal["crossbar"] = "crossbar"
    rows: Annotated[int, Field(ge=1, le=1024)] | None = None
    columns: Annotated[int, Field(ge=1, le=1024)] | None = None
    on_resistance: Annotated[float, Field(gt=0)] | None = None
    off_resistance: Annotated[float, Field(gt=0)] | None = None
    line_resistance: _Ohm | None = None
    column_resistance: _Ohm | None = None
    source_resistance: _Ohm = 0.0
    sense_resistance: _Ohm = 0.0
    recalibrate: bool = False
    temperature: Annotated[float, Field(gt=0)] = 300.0
    idle: Literal["grounded", "gated", "floating"] = "grounded"
    pair: Literal["differential", "offset"] = "differential"
    method: Literal["auto", "exact", "ladder"] = "auto"
    adc_bits: Annotated[int, Field(ge=2, le=24)] | None = None
    adc_range: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _on_below_off(self) -> Self:
        if self.on_resistance is not None and self.off_resistance is not None:
            self._model(None)
        if (self.adc_bits is None) != (self.adc_range is None):
            raise ValueError("adc_bits and adc_range go together")
        if self.idle != "grounded" and self.method == "ladder":
            raise ValueError("method 'ladder' is for grounded idle rows")
        return self

    def _model(self, chip: CrossbarModel | None) -> CrossbarModel:
        given = {name: getattr(self, name) for name in CrossbarModel.model_fields}
        base = chip or load_chip("memristive-64").crossbar
        assert base is not None
        known = {name: value for name, value in given.items() if value is not None}
        return CrossbarModel(**{**base.model_dump(), **known})

    def apply(self, instances: Instances, parts: Parts, key: NDArray[np.uint32]) -> Instances:
        """Return the instances with the effective weights."""
        del key  # nothing is drawn
        model = self._model(parts.crossbar)
        weight = instances.weight
        alike = bool((weight == weight[:1]).all())
        some = weight[:1] if alike else weight
        found = some.copy()
        for first, last in zip(
            parts.synapse_start[:-1].tolist(), parts.synapse_start[1:].tolist(), strict=True
        ):
            here = slice(first, last)
            found[:, here] = self._network(
                model, some[:, here], parts.pre[here], parts.post[here], parts.full_scale
            )
        adc = instances.adc
        if self.adc_bits is not None and self.adc_range is not None:
            most = self.adc_range * parts.full_scale
            step = most / (2 ** (self.adc_bits - 1) - 1)
            adc = np.tile(np.array([step, most]), (len(weight), 1))
        found = np.tile(found, (len(weight), 1)) if alike else found
        return replace(instances, weight=found, adc=adc)

    def fit(
        self, network: Network, chip: Chip
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return a network's effective weights without and with recalibration.

        Returns:
            Effective weights without and with recalibration, and the gain of each weight's column,
            ``(n_synapses,)`` float64 each.
        """
        from evosnn.packed_networks import join_networks  # loads numba

        parts = parts_of(join_networks([network]), chip)
        wanted = nominal_instances([network], 1)
        key = np.zeros(2, np.uint32)
        before, after = (
            self.model_copy(update={"recalibrate": on}).apply(wanted, parts, key).weight[0]
            for on in (False, True)
        )
        return before, after, np.where(before != 0, after / np.where(before != 0, before, 1), 1)

    def _network(
        self,
        model: CrossbarModel,
        weight: _Floats,
        pre: NDArray[np.uint32],
        post: NDArray[np.uint32],
        full_scale: float,
    ) -> _Floats:
        """``(n_instances, n_synapses)``, effective weights of one network."""
        row = np.unique(pre, return_inverse=True)[1]
        column = np.unique(post, return_inverse=True)[1]
        found = np.zeros_like(weight)
        tile = np.stack([row // model.rows, column // model.columns])
        for which in np.unique(tile, axis=1).T:
            on = np.flatnonzero((tile == which[:, None]).all(axis=0))
            r, c = row[on] % model.rows, column[on] % model.columns
            wanted = np.zeros((len(weight), r.max() + 1, c.max() + 1))
            wanted[:, r, c] = weight[:, on]
            found[:, on] = self._tile(model, wanted, full_scale)[:, r, c]
        return found

    def _solver(self, shape: tuple[int, ...]) -> Callable[..., _Floats]:
        if self.idle != "grounded":
            return gated_conductance if self.idle == "gated" else floating_conductance
        large = max(shape[-2:]) > _EXACT
        if self.method == "ladder" or (self.method == "auto" and large):
            return ladder_conductance
        return effective_conductance

    def _devices(
        self, model: CrossbarModel, wanted: _Floats, full_scale: float
    ) -> tuple[_Floats, float]:
        """Return the conductances of a tile's devices, in siemens, and siemens per weight unit."""
        low = 1.0 / model.off_resistance
        scale = (1.0 / model.on_resistance - low) / full_scale
        columns = wanted.shape[-1]
        if self.pair == "offset":
            g = np.empty((*wanted.shape[:-1], columns + 1))
            g[..., :-1] = low + (np.clip(wanted, -full_scale, full_scale) + full_scale) * scale / 2
            g[..., -1] = low + full_scale * scale / 2
            return g, scale / 2
        g = np.empty((*wanted.shape[:-1], 2 * columns))
        g[..., 0::2] = low + np.clip(wanted, 0.0, full_scale) * scale
        g[..., 1::2] = low + np.clip(-wanted, 0.0, full_scale) * scale
        return g, scale

    def index(self, network: Network, chip: Chip) -> float:
        """Return the largest kappa of a network's tiles; see :func:`wire_index`."""
        model = self._model(chip.crossbar)
        row = np.unique(network.pre, return_inverse=True)[1]
        column = np.unique(network.post, return_inverse=True)[1]
        full_scale = max(abs(chip.synapse.weight.min), abs(chip.synapse.weight.max))
        wanted = np.zeros((row.max(initial=0) + 1, column.max(initial=0) + 1))
        wanted[row, column] = network.weight
        wire = model.line_resistance
        wires = {
            "r_row": wire,
            "r_column": wire if self.column_resistance is None else self.column_resistance,
        }
        return max(
            wire_index(self._devices(model, tile, full_scale)[0], **wires)
            for rows in np.array_split(wanted, range(model.rows, len(wanted), model.rows))
            for tile in np.array_split(
                rows, range(model.columns, wanted.shape[1], model.columns), axis=1
            )
        )

    def _tile(self, model: CrossbarModel, wanted: _Floats, full_scale: float) -> _Floats:
        """``(n_instances, rows, columns)``, effective weights of a tile of weights."""
        g, scale = self._devices(model, wanted, full_scale)
        wire, column = model.line_resistance, self.column_resistance
        warmer = 1.0 + _PER_KELVIN * (self.temperature - 300.0)
        wires = {
            "r_row": wire * warmer,
            "r_column": (wire if column is None else column) * warmer,
            "r_source": self.source_resistance,
            "r_sense": self.sense_resistance,
        }
        seen = self._solver(g.shape)(g, **wires)
        if self.pair == "offset":
            weight = (seen[..., :-1] - seen[..., -1:]) / scale
        else:
            weight = (seen[..., 0::2] - seen[..., 1::2]) / scale
        if self.recalibrate:
            power = (weight**2).sum(axis=-2, keepdims=True)
            fit = (weight * wanted).sum(axis=-2, keepdims=True)
            weight = weight * np.where(power > 0, fit / np.where(power > 0, power, 1.0), 1.0)
        return np.asarray(weight)
