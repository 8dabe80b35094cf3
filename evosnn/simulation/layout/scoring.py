"""Counts correct answers from bit planes without storing responses.

Idea: a campaign needs only the number of samples that a network answers correctly. From the
highest bit plane of the outputs' counts down, an output drops out where another one still in the
lead has the bit and it has not; where one output is left and it is the label's, the answer is
correct. A tie is no answer. Layout: counts and first-spike times are ``(outputs, planes, words)``
with one bit a lane (:mod:`evosnn.simulation.layout.output_counts`); labels are ``(blocks,
outputs, words)`` bits. Cost: a few bit operations for each output, plane and 64 lanes, once a
block.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from evosnn.errors import SpecError
from evosnn.simulation._types import NEVER
from evosnn.simulation.layout.lanes import to_words
from evosnn.simulation.llvm.bitset import BITS_WORDS, item, ones
from evosnn.simulation.llvm.neuron_step import VECTOR

__all__ = ["NO_LABELS", "PackedLabels", "Scorer", "count_correct"]


class PackedLabels(NamedTuple):
    """A race as the kernels read it, block by block of a stimulus.

    ``by`` is 0 where nothing is judged, 1 where the most spikes win, 2 where the first does.
    ``own`` is ``(blocks, outputs, words)``, flat: the lanes whose sample belongs to an output.
    """

    by: int
    own: NDArray[np.uint32]


NO_LABELS = PackedLabels(0, np.zeros(0, np.uint32))


@dataclass(frozen=True, eq=False)
class Scorer:
    """Outputs race for each sample; the right answer is that its own output wins alone.

    A tie for the lead, like silence, is no answer.

    Attributes:
        labels: ``(n_samples,)``, the output that each sample belongs to.
        n_outputs: Number of outputs.
        first: Whether the first spike wins, not the most spikes.
    """

    labels: NDArray[np.int64]
    n_outputs: int
    first: bool = False
    _packed_labels: dict[tuple[tuple[int, ...], int], PackedLabels] = field(
        default_factory=dict, init=False, repr=False
    )

    def part(self, start: int, stop: int) -> Scorer:
        """Return the race of the samples ``start`` to ``stop``."""
        return Scorer(self.labels[start:stop], self.n_outputs, self.first)

    def check(self, n_outputs: int, n_samples: int) -> None:
        """Refuse other networks and other samples than the race is for.

        Raises:
            SpecError: If the numbers of outputs or samples differ.
        """
        if (n_outputs, n_samples) != (self.n_outputs, self.labels.size):
            raise SpecError(
                f"the race is for {self.n_outputs} outputs and {self.labels.size} samples; got "
                f"networks of {n_outputs} and a stimulus of {n_samples}"
            )

    def packed_labels(self, sizes: tuple[int, ...], words: int) -> PackedLabels:
        """Return what the kernels read for groups of some sizes, packed on first use.

        Args:
            sizes: Instances in a group.
            words: Words in a block.
        """
        if (sizes, words) not in self._packed_labels:
            own = np.concatenate([self._pack(size, words) for size in sizes])
            self._packed_labels[sizes, words] = PackedLabels(2 if self.first else 1, own)
        return self._packed_labels[sizes, words]

    def bit_sliced_labels(self) -> PackedLabels:
        """Return what full adders read."""
        return self.packed_labels((1,), BITS_WORDS)

    def _pack(self, size: int, words: int) -> NDArray[np.uint32]:
        lanes = words * VECTOR
        own = self.labels[:, None] == np.arange(self.n_outputs)
        own = np.repeat(own, size, axis=0)
        missing = -len(own) % lanes
        own = np.pad(own, [(0, missing), (0, 0)]).reshape(-1, lanes, self.n_outputs)
        return to_words(own.swapaxes(1, 2)).reshape(-1)

    def right(self, counts: NDArray[np.int16], first: NDArray[np.int16]) -> NDArray[np.int32]:
        """Return the right answers of a response, ``(n_networks, n_instances)``."""
        right = np.zeros((counts.shape[0], counts.shape[2]), np.int32)
        _count_right(NEVER - first if self.first else counts, self.labels, right)
        return right


@njit(nogil=True, cache=True)
def _count_right(values: Any, labels: Any, right: Any) -> None:
    """Count where the label's value, ``(networks, outputs, instances, samples)``, leads alone."""
    n_networks, n_outputs, n_instances, n_samples = values.shape
    own, best = np.empty(n_samples, np.int16), np.empty(n_samples, np.int16)
    for network in range(n_networks):
        for instance in range(n_instances):
            own[:], best[:] = 0, 0
            for output in range(n_outputs):
                row = values[network, output, instance]
                for sample in range(n_samples):
                    mine = labels[sample] == output
                    other = np.int16(0) if mine else row[sample]
                    own[sample] = row[sample] if mine else own[sample]
                    best[sample] = other if other > best[sample] else best[sample]
            for sample in range(n_samples):
                right[network, instance] += own[sample] > best[sample]


@njit(nogil=True, cache=True)
def count_correct(tally: Any, packed_labels: Any, block: int, right: Any) -> None:
    """Add the right answers of one block to ``right``, ``(size,)``, one number an instance.

    Args:
        tally: What the outputs did.
        packed_labels: The race; ``right.size`` is the size of its groups.
        block: Which block.
        right: Right answers so far, added to.
    """
    words, planes = tally.words // 2, tally.planes  # two words of 32 lanes at a time
    numbers, turned = tally.counts.view(np.int64), 0
    if packed_labels.by == 2:  # the least time leads
        numbers, turned = tally.first.view(np.int64), -1
    seen, own = tally.seen.view(np.int64), packed_labels.own.view(np.int64)
    n_outputs, size = seen.size // words, right.size
    lead = np.empty(n_outputs, np.int64)
    pattern = 0
    for lane in range(0, 2 * VECTOR, size):
        pattern |= 1 << lane
    for word in range(words):
        racing = 0
        for k in range(n_outputs):
            lead[k] = item(seen, k * words + word)
            racing |= lead[k]
        if racing == 0:
            continue
        for j in range(planes - 1, -1, -1):
            best = 0
            for k in range(n_outputs):
                best |= lead[k] & (item(numbers, (k * planes + j) * words + word) ^ turned)
            if best != 0:
                for k in range(n_outputs):
                    lead[k] &= (item(numbers, (k * planes + j) * words + word) ^ turned) | ~best
        one = more = correct = 0
        for k in range(n_outputs):
            more |= one & lead[k]
            one |= lead[k]
            correct |= lead[k] & item(own, (block * n_outputs + k) * words + word)
        correct &= ~more
        for k in range(size):
            right[k] += ones(correct & (pattern << k))
