"""Generates the vector code of the event-driven kernel: receive, fire and deliver for 32 lanes.

Idea: the spikes of a row are the mask of one vector add for each of the neuron's synapses.

Layout: charge under way lies in a ring of rows, with a mark beside each row that receives any::

    pending   [ 32 numbers ] [ 32 numbers ] ...   neuron 0, neuron 1 ... of one timestep
    marks     [     1      ] [     0      ] ...

Cost: one masked load, add and store a synapse of a spiking neuron.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from evosnn.simulation.llvm.vector_types import MASK, VECTOR, Arithmetic, VectorArray, splat

__all__ = ["deliver", "deliver_charges", "integrate", "lowest", "marked"]

_I1, _I8, _I32, _I64 = (ir.IntType(bits) for bits in (1, 8, 32, 64))
_WIDTH = ir.Constant(_I64, VECTOR)


class _Ring:
    """Rows of pending charge, their marks and, if asked for, the lanes of each arrival."""

    def __init__(self, context: Any, builder: Any, kinds: Any, values: Any) -> None:
        self.builder = builder
        self.pending = VectorArray(context, builder, kinds[0], values[0])
        self.marks = VectorArray(context, builder, kinds[1], values[1])
        self.arrived = None
        if not isinstance(kinds[2], types.NoneType):
            self.arrived = VectorArray(context, builder, kinds[2], values[2])

    def load(self, row: Any) -> Any:
        return self.pending.load(self.builder.mul(row, _WIDTH))

    def store(self, row: Any, total: Any, word: Any) -> None:
        """Write a row that something has arrived at, in the lanes of a word."""
        self.pending.store(total, self.builder.mul(row, _WIDTH))
        self.marks.put(ir.Constant(_I8, 1), row)
        if self.arrived:
            self.arrived.put(self.builder.or_(self.arrived.at(row), word), row)

    def clear(self, row: Any) -> None:
        self.pending.store(ir.Constant(self.pending.vector, None), self.builder.mul(row, _WIDTH))
        self.marks.put(ir.Constant(_I8, 0), row)
        if self.arrived:
            self.arrived.put(ir.Constant(_I32, 0), row)


@intrinsic
def deliver(
    typing_context: Any, pending: Any, marks: Any, arrived: Any, size: Any, now: Any,
    ahead: Any, weight: Any, begin: Any, end: Any, spikes: Any,
) -> Any:  # fmt: skip
    """Send the spikes of one row down the synapses ``begin`` to ``end``.

    Each adds its weight, in the lanes of the word ``spikes``, to the row ``ahead[synapse]`` rows
    after ``now``, in a ring of ``size`` rows. ``arrived`` is ``None``, or notes for each row the
    lanes in which something arrives.
    """
    signature = types.void(
        pending, marks, arrived, size, now, ahead, weight, begin, end, spikes
    )  # fmt: skip

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kinds = signature.args
        ring = _Ring(context, builder, kinds[:3], args[:3])
        ahead, weights = (VectorArray(context, builder, kinds[k], args[k]) for k in (5, 6))
        word = builder.trunc(args[9], _I32) if args[9].type != _I32 else args[9]
        lanes, size = builder.bitcast(word, MASK), args[3]
        base, one = builder.sub(args[4], size), ir.Constant(_I64, 1)
        with cgutils.for_range_slice(builder, args[7], args[8], one, _I64) as (synapse, _):
            back = builder.add(base, ahead.at(synapse))
            wrap = builder.and_(size, builder.ashr(back, ir.Constant(_I64, 63)))
            row = builder.add(back, wrap)
            before = ring.load(row)
            after = builder.add(before, splat(builder, weights.at(synapse)))
            ring.store(row, builder.select(lanes, after, before), word)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def deliver_charges(
    typing_context: Any, pending: Any, marks: Any, arrived: Any, row: Any, charge: Any, at: Any,
    shift: Any, events: Any,
) -> Any:  # fmt: skip
    """Add the 32 charges ``charge[at:]`` to a row.

    They arrive where they are not 0, and in the lanes of the word ``events``.
    """
    signature = types.void(pending, marks, arrived, row, charge, at, shift, events)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kinds, row = signature.args, args[3]
        ring = _Ring(context, builder, kinds[:3], args[:3])
        charges = VectorArray(context, builder, kinds[4], args[4])
        maths = Arithmetic(builder, ring.pending.element)
        values = maths.scaled_charge(charges.load(args[5]), args[6])
        some = builder.bitcast(maths.compare("!=", values, maths.zero), _I32)
        word = builder.or_(some, args[7])
        with builder.if_then(builder.icmp_signed("!=", word, ir.Constant(_I32, 0))):
            ring.store(row, builder.add(ring.load(row), values), word)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def integrate(
    typing_context: Any, pending: Any, marks: Any, arrived: Any, row: Any, potential: Any,
    neuron: Any, threshold: Any, floor: Any, leak: Any,
) -> Any:  # fmt: skip
    """Let a neuron take up what is pending in a row, and clear the row.

    Returns:
        uint32: the lanes in which it has reached its threshold, and is reset to 0.
    """
    signature = types.uint32(
        pending, marks, arrived, row, potential, neuron, threshold, floor, leak
    )  # fmt: skip

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kinds, row, neuron = signature.args, args[3], args[5]
        ring = _Ring(context, builder, kinds[:3], args[:3])
        potentials, thresholds, leaks = (
            VectorArray(context, builder, kinds[k], args[k]) for k in (4, 6, 8)
        )
        maths = Arithmetic(builder, potentials.element)
        place = builder.mul(neuron, _WIDTH)
        total = builder.add(potentials.load(place), ring.load(row))
        limit = splat(builder, thresholds.at(neuron))
        spikes = builder.bitcast(maths.compare(">=", total, limit), _I32)
        if ring.arrived:
            spikes = builder.and_(spikes, ring.arrived.at(row))
        ring.clear(row)
        kept = builder.select(builder.bitcast(spikes, MASK), maths.zero, total)
        left = cgutils.alloca_once_value(builder, maths.maximum(kept, splat(builder, args[7])))
        share = leaks.at(neuron)
        with builder.if_then(maths.does_leak(share)):
            leaked = maths.leaked(builder.load(left), splat(builder, share))
            builder.store(leaked, left)
        potentials.store(builder.load(left), place)
        return spikes

    return signature, generate


@intrinsic
def marked(typing_context: Any, marks: Any, at: Any, always: Any, always_at: Any) -> Any:
    """Which of ``marks[at : at + 32]`` are set, or of ``always[always_at:]``, as bits: uint32."""
    signature = types.uint32(marks, at, always, always_at)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        some, others = (
            VectorArray(context, builder, signature.args[k], args[k]).load(args[k + 1])
            for k in (0, 2)
        )
        either = builder.or_(some, others)
        return builder.bitcast(builder.icmp_signed("!=", either, either.type(None)), _I32)

    return signature, generate


@intrinsic
def lowest(typing_context: Any, word: Any) -> Any:
    """Place of the lowest bit that is set in a word that is not 0, as int64."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = builder.cttz(args[0], ir.Constant(_I1, 1))
        return place if place.type == _I64 else builder.zext(place, _I64)

    return types.int64(word), generate
