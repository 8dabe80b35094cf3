"""Generates the vector code of a neuron's timestep in the dense kernel: add, leak, fire, reset.

Idea: a synapse is one pass over its presynaptic row of spikes: each 32-bit word is the mask of
one vector add of the weight onto the potential, and sums stay in registers over all synapses of a
neuron. Weights are one number a synapse (all lanes alike) or one vector of 32: instances repeat
with a period that divides 32, so one vector serves all words.

Layout: a *block* is 256 lanes, held as 8 vectors of 32, or 64 lanes as 2::

    spikes     one bit a lane      row of a neuron in a timestep = 8 words of 32 bits
               word 0 ... word 7   bit l of word v says whether lane 32 v + l spiked
    potential  one number a lane   row of a neuron = 256 numbers of the kernel's type
               vector 0 ... 7

Cost: one masked add a word and synapse (AVX-512), two or more where registers are narrower.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from evosnn.simulation.llvm.vector_types import MASK, VECTOR, Arithmetic, VectorArray, splat

__all__ = [
    "CHARGE_INPUT",
    "NARROW",
    "NO_INPUT",
    "SPIKE_INPUT",
    "VECTOR",
    "WIDE",
    "advance_neuron",
    "clear_row",
    "copy_spikes",
    "count_spikes",
    "mark_charges",
    "spread_planes",
    "tally_output",
    "width_for",
]

_I32, _I64 = (ir.IntType(bits) for bits in (32, 64))
NARROW, WIDE = (0,) * 2, (0,) * 8
"""The widths of blocks: a tuple with an item a word, so that its type says how many words."""
_FEW = 128  # lanes up to which narrow blocks are faster: two of them take less than a wide one


def width_for(lanes: int) -> tuple[int, ...]:
    """Return how wide the blocks of so many lanes are to be."""
    return NARROW if lanes <= _FEW else WIDE


NO_INPUT, SPIKE_INPUT, CHARGE_INPUT = 0, 1, 2
"""How the outside reaches a neuron in a timestep: not at all, spikes of one charge, charges."""


@intrinsic
def advance_neuron(
    typing_context: Any,
    potential: Any,
    row: Any,
    ring: Any,
    cursor: Any,
    fired: Any,
    offset: Any,
    weight: Any,
    begin: Any,
    end: Any,
    threshold: Any,
    floor: Any,
    leak: Any,
    neuron: Any,
    input_kind: Any,
    input_words: Any,
    input_at: Any,
    input_weight: Any,
    charge: Any,
    charge_at: Any,
    shift: Any,
    on_arrival: Any,
    width: Any,
) -> Any:
    """Advance one neuron by one timestep, in one block of lanes.

    ``potential[row:]`` gains the input and the weights of all synapses ``begin..end`` whose
    presynaptic row (``ring`` at row ``cursor - offset[synapse]``, modulo its size) has the lane's
    bit set. Where it reaches ``threshold`` the lane's bit in ``ring[fired:]`` is set and the
    potential reset to 0. The floor and the leak follow. With ``on_arrival`` a lane fires only
    if something arrived in it (needed where a threshold is 0 or below).
    """
    signature = types.void(
        potential, row, ring, cursor, fired, offset, weight, begin, end, threshold, floor, leak,
        neuron, input_kind, input_words, input_at, input_weight, charge, charge_at, shift,
        on_arrival, width,
    )  # fmt: skip
    parts = range(width.count)
    per_lane = weight.ndim == 2
    needs_arrival = not isinstance(on_arrival, types.NoneType)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kinds = signature.args
        potentials = VectorArray(context, builder, kinds[0], args[0])
        rings = VectorArray(context, builder, kinds[2], args[2])
        words_in_row = ir.Constant(_I64, width.count)
        nitems = context.make_array(kinds[2])(context, builder, value=args[2]).nitems
        size = builder.sdiv(nitems, words_in_row)
        offsets = VectorArray(context, builder, kinds[5], args[5])
        weights = VectorArray(context, builder, kinds[6], args[6])
        thresholds = VectorArray(context, builder, kinds[9], args[9])
        leaks = VectorArray(context, builder, kinds[11], args[11])
        words = VectorArray(context, builder, kinds[14], args[14])
        charges = VectorArray(context, builder, kinds[17], args[17])
        row, cursor, fired, begin, end = args[1], args[3], args[4], args[7], args[8]
        neuron, input_kind, input_at, charge_at = args[12], args[13], args[15], args[18]
        maths = Arithmetic(builder, potentials.element)
        period = ir.Constant(_I64, VECTOR)

        def parameter(array: VectorArray, index: Any) -> Any:
            if per_lane:
                return array.load(builder.mul(index, period))
            return splat(builder, array.at(index))

        sums = [cgutils.alloca_once(builder, potentials.vector) for _ in parts]
        arrived = [cgutils.alloca_once(builder, _I32) for _ in parts]
        for part in parts:
            builder.store(potentials.load(row, part), sums[part])
            builder.store(ir.Constant(_I32, 0), arrived[part])

        def add_spikes(array: VectorArray, at: Any, amount: Any) -> None:
            for part in parts:
                before = builder.load(sums[part])
                after = maths.add(before, amount)
                builder.store(builder.select(array.mask(at, part), after, before), sums[part])
            if needs_arrival:
                note_arrivals(array, at)

        def note_arrivals(array: VectorArray, at: Any) -> None:
            for part in parts:
                seen = builder.or_(builder.load(arrived[part]), array.word(at, part))
                builder.store(seen, arrived[part])

        def input_is(kind: int) -> Any:
            return builder.icmp_signed("==", input_kind, ir.Constant(input_kind.type, kind))

        with builder.if_then(input_is(SPIKE_INPUT)):
            add_spikes(words, input_at, splat(builder, args[16]))
        with builder.if_then(input_is(CHARGE_INPUT)):
            for part in parts:
                amount = maths.scaled_charge(charges.load(charge_at, part), args[19])
                builder.store(maths.add(builder.load(sums[part]), amount), sums[part])
            if needs_arrival:
                note_arrivals(words, input_at)
        one = ir.Constant(_I64, 1)
        with cgutils.for_range_slice(builder, begin, end, one, _I64) as (synapse, _):
            back = builder.sub(cursor, offsets.at(synapse))
            wrap = builder.and_(size, builder.ashr(back, ir.Constant(_I64, 63)))
            at = builder.mul(builder.add(back, wrap), words_in_row)
            add_spikes(rings, at, parameter(weights, synapse))

        limit = parameter(thresholds, neuron)
        floor = splat(builder, args[10])
        for part in parts:
            total = builder.load(sums[part])
            spikes = builder.bitcast(maths.compare(">=", total, limit), _I32)
            if needs_arrival:
                spikes = builder.and_(spikes, builder.load(arrived[part]))
            place = builder.gep(rings.data, [builder.add(fired, ir.Constant(_I64, part))])
            builder.store(spikes, place)
            kept = builder.select(builder.bitcast(spikes, MASK), maths.zero, total)
            builder.store(maths.maximum(kept, floor), sums[part])
        share = leaks.at(neuron)
        with builder.if_then(maths.does_leak(share)):
            amount = splat(builder, share)
            for part in parts:
                builder.store(maths.leaked(builder.load(sums[part]), amount), sums[part])
        for part in parts:
            potentials.store(builder.load(sums[part]), row, part)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def count_spikes(
    typing_context: Any, ring: Any, at: Any, valid: Any, valid_at: Any, width: Any
) -> Any:
    """Number of lanes that are set in the row ``ring[at:]`` and in ``valid[valid_at:]``."""
    signature = types.int64(ring, at, valid, valid_at, width)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rings = VectorArray(context, builder, signature.args[0], args[0])
        valids = VectorArray(context, builder, signature.args[2], args[2])
        total = ir.Constant(_I32, 0)
        for part in range(width.count):  # word by word, as just written: a wider load would wait
            word = builder.and_(rings.word(args[1], part), valids.word(args[3], part))
            total = builder.add(total, builder.ctpop(word))
        return builder.zext(total, _I64)

    return signature, generate


@intrinsic
def copy_spikes(typing_context: Any, words: Any, at: Any, ring: Any, fired: Any, width: Any) -> Any:
    """Copy the row ``words[at:]`` to ``ring[fired:]``."""
    signature = types.void(words, at, ring, fired, width)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        words = VectorArray(context, builder, signature.args[0], args[0])
        rings = VectorArray(context, builder, signature.args[2], args[2])
        rings.store_row(words.row(args[1], width.count), args[3])
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def clear_row(typing_context: Any, ring: Any, at: Any, width: Any) -> Any:
    """Clear the row ``ring[at:]``."""
    signature = types.void(ring, at, width)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        rings = VectorArray(context, builder, signature.args[0], args[0])
        rings.store_row(ir.Constant(ir.VectorType(_I32, width.count), None), args[1])
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def mark_charges(typing_context: Any, charge: Any, at: Any, amount: Any) -> Any:
    """Which of the 32 lanes ``charge[at:]`` get a charge, and which another one than ``amount``.

    Returns:
        int64: a word of the first, and 32 bits higher a word of the second.
    """
    signature = types.int64(charge, at, amount)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        charges = VectorArray(context, builder, signature.args[0], args[0])
        values = charges.load(args[1])
        zero = ir.Constant(charges.vector, None)
        some = builder.fcmp_unordered("!=", values, zero)
        other = builder.and_(some, builder.fcmp_unordered("!=", values, splat(builder, args[2])))
        some, other = (builder.zext(builder.bitcast(mask, _I32), _I64) for mask in (some, other))
        return builder.or_(some, builder.shl(other, ir.Constant(_I64, VECTOR)))

    return signature, generate


@intrinsic
def tally_output(
    typing_context: Any, ring: Any, at: Any, counts: Any, first: Any, planes: Any, row: Any,
    seen: Any, seen_at: Any, timestep: Any, width: Any,
) -> Any:  # fmt: skip
    """Count the spikes of ``ring[at:]``, and note their time where they are the first.

    Counts and times are kept as bit planes: plane ``j`` of the number of each lane is the row
    ``counts[row + j * words:]``; ``seen[seen_at:]`` says which lanes have spiked before.
    """
    signature = types.void(ring, at, counts, first, planes, row, seen, seen_at, timestep, width)
    words = width.count

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kinds = signature.args
        rings, counts, first, seen = (
            VectorArray(context, builder, kinds[k], args[k]) for k in (0, 2, 3, 6)
        )
        spikes, before = rings.row(args[1], words), seen.row(args[7], words)
        fresh = builder.and_(spikes, builder.not_(before))
        seen.store_row(builder.or_(before, spikes), args[7])
        carry = cgutils.alloca_once_value(builder, spikes)
        with cgutils.for_range(builder, args[4], intp=_I64) as loop:
            place = builder.add(args[5], builder.mul(loop.index, ir.Constant(_I64, words)))
            plane, added = counts.row(place, words), builder.load(carry)
            counts.store_row(builder.xor(plane, added), place)
            builder.store(builder.and_(plane, added), carry)
            bit = builder.trunc(builder.lshr(args[8], loop.index), _I32)
            stamp = builder.sub(ir.Constant(_I32, 0), builder.and_(bit, ir.Constant(_I32, 1)))
            noted = builder.and_(fresh, splat(builder, stamp, words))
            first.store_row(builder.or_(first.row(place, words), noted), place)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def spread_planes(
    typing_context: Any, planes: Any, at: Any, n_planes: Any, stride: Any, used: Any,
    used_at: Any, otherwise: Any, out: Any, out_at: Any,
) -> Any:  # fmt: skip
    """Turn bit planes into one number for each of 32 lanes, at ``out[out_at:]``.

    Bit ``j`` of the number of lane ``l`` is bit ``l`` of ``planes[at + j * stride]``; lanes that
    are not set in ``used[used_at]`` get ``otherwise``.
    """
    signature = types.void(
        planes, at, n_planes, stride, used, used_at, otherwise, out, out_at
    )  # fmt: skip

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kinds = signature.args
        planes, used, out = (VectorArray(context, builder, kinds[k], args[k]) for k in (0, 4, 7))
        zero = ir.Constant(out.vector, None)
        other = splat(builder, builder.trunc(args[6], out.element))
        start = builder.select(used.mask(args[5], 0), zero, other)
        number = cgutils.alloca_once_value(builder, start)
        with cgutils.for_range(builder, args[2], intp=_I64) as loop:
            place = builder.add(args[1], builder.mul(loop.index, args[3]))
            one = ir.Constant(out.element, 1)
            bit = builder.shl(one, builder.trunc(loop.index, out.element))
            before = builder.load(number)
            after = builder.or_(before, splat(builder, bit))
            builder.store(builder.select(planes.mask(place, 0), after, before), number)
        out.store(builder.load(number), args[8])
        return context.get_dummy_value()

    return signature, generate
