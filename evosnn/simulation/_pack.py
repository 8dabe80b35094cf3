"""From networks and stimuli to the arrays that the kernel reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evosnn.chips import Chip
from evosnn.errors import SpecError
from evosnn.network import Network
from evosnn.simulation._data import Stimulus
from evosnn.simulation._kernel import Feed, Population
from evosnn.simulation._lanes import to_lanes, to_words
from evosnn.simulation._vector import CHARGE_INPUT, SPIKE_INPUT

__all__ = ["PreparedStimulus", "firing_threshold", "pack_networks"]

_FLOAT_EXCLUSIVE = 1e-7  # how far above an exclusive threshold RISP puts the inclusive one


def firing_threshold(threshold: NDArray[np.float64], chip: Chip) -> NDArray[np.float64]:
    """Return the lowest potentials at which neurons of these thresholds fire."""
    if chip.neuron.threshold_inclusive:
        return threshold
    return threshold + (1.0 if chip.integer else _FLOAT_EXCLUSIVE)


def pack_networks(networks: Sequence[Network], chip: Chip) -> Population:
    """Put networks end to end.

    Raises:
        SpecError: If the networks do not all have the same number of inputs and outputs.
    """
    ports = {(net.inputs.size, net.outputs.size) for net in networks}
    if len(ports) > 1:
        raise SpecError(
            f"networks of one call have the same inputs and outputs; got (inputs, outputs) "
            f"{sorted(ports)}"
        )
    neurons = np.array([0, *(net.n_neurons for net in networks)], dtype=np.int64)
    synapses = np.array([0, *(net.n_synapses for net in networks)], dtype=np.int64)
    return Population(
        neuron_start=np.cumsum(neurons),
        synapse_start=np.cumsum(synapses),
        threshold=firing_threshold(np.concatenate([net.threshold for net in networks]), chip),
        leak=np.concatenate([net.leak for net in networks]),
        pre=np.concatenate([net.pre for net in networks]),
        post=np.concatenate([net.post for net in networks]),
        weight=np.concatenate([net.weight for net in networks]),
        delay=np.concatenate([net.delay for net in networks]),
        inputs=np.array([net.inputs for net in networks]),
        outputs=np.array([net.outputs for net in networks]),
    )


class PreparedStimulus:
    """A stimulus with the arrays that the kernel reads, packed on first use and kept.

    Preparing a stimulus once and using it for many calls of
    :func:`~evosnn.simulation.simulate` saves the packing.
    """

    def __init__(self, stimulus: Stimulus) -> None:
        charge = np.asarray(stimulus.charge, dtype=np.float64)
        self.charge = charge
        self.event = charge != 0 if stimulus.event is None else stimulus.event
        self.timesteps, self.n_inputs, self.n_samples = charge.shape
        flat = charge.transpose(1, 0, 2).reshape(self.n_inputs, -1)
        self.low = np.minimum(flat.min(axis=1, initial=0.0), 0.0)
        self.high = np.maximum(flat.max(axis=1, initial=0.0), 0.0)
        self.whole = bool((charge == np.rint(charge)).all() and abs(charge).max(initial=0) < 2**15)
        self._amount = self.low + self.high
        spikes = np.where(self.event, self._amount[None, :, None], 0.0)
        self._is_spikes = bool((spikes == charge).all())
        self._constant = self.timesteps > 0 and bool((charge == charge[:1]).all())
        self._feeds: dict[tuple[int, bool, bool], Feed] = {}

    def feed(self, size: int, floating: bool, on_arrival: bool) -> Feed:
        """Return the arrays for groups of ``size`` instances.

        Args:
            size: Instances in a group, a power of two up to 32.
            floating: Whether the kernel computes in floating point.
            on_arrival: Whether the kernel needs to know where a spike of no charge arrives.
        """
        key = (size, floating, on_arrival)
        if key not in self._feeds:
            self._feeds[key] = self._pack(*key)
        return self._feeds[key]

    def _pack(self, size: int, floating: bool, on_arrival: bool) -> Feed:
        kind = np.float64 if floating else np.int16
        words = np.zeros(0, np.uint32)
        charge = np.zeros(0, kind)
        if self._is_spikes or on_arrival:
            words = to_words(self._spread(self.event, size))
        if not self._is_spikes:
            shown = self.charge[:1] if self._constant else self.charge
            charge = self._spread(shown, size).astype(kind)
        return Feed(
            kind=SPIKE_INPUT if self._is_spikes else CHARGE_INPUT,
            words=words.reshape(-1),
            charge=charge.reshape(-1),
            charge_step=0 if self._constant else self.n_inputs,
            amount=self._amount,
            valid=to_words(self._spread(np.ones(self.n_samples, np.bool_), size)),
        )

    def _spread(self, values: NDArray[Any], size: int) -> NDArray[Any]:
        """Give every instance of a group the same samples: ``(..., samples)`` to lanes."""
        shape = (*values.shape[:-1], size, self.n_samples)
        return to_lanes(np.broadcast_to(values[..., None, :], shape))
