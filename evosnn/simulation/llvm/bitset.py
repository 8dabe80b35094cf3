"""A value of 512 bits, one a lane, as one LLVM vector for compiled code.

Idea: bit operations on 512 lanes are one instruction (AVX-512), two (AVX2) or four (NEON).
Layout: sixteen 32-bit words; bit ``l`` of word ``w`` belongs to lane ``32 w + l``. Cost: one load
or store a value, one instruction a register an operation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

__all__ = [
    "BITS_LANES",
    "BITS_WORDS",
    "aligned",
    "any_of",
    "borrowed",
    "choose",
    "copies",
    "exclusive",
    "inverse",
    "item",
    "load_bits",
    "majority",
    "odd",
    "ones",
    "popcount_onto",
    "store_bits",
    "together",
]

BITS_WORDS = 16
"""Words in a value."""
BITS_LANES = 32 * BITS_WORDS
"""Lanes in a value."""

_I32 = ir.IntType(32)
_VECTOR = ir.VectorType(_I32, BITS_WORDS)


@njit(nogil=True, cache=True)
def aligned(size: int, number: Any) -> Any:
    """A zeroed array of the type of ``number`` that starts on a 64-byte boundary."""
    whole = np.zeros(size + 64 // number.itemsize, number.dtype)
    skip = (-whole.ctypes.data % 64) // number.itemsize
    return whole[skip : skip + size]


@intrinsic
def borrowed(typing_context: Any, arrays: Any) -> Any:
    """The same named tuple, with arrays that count no references, nor do those of tuples in it.

    Counting is atomic: in a small loop it costs more than the work, and more still where threads
    share an array. The tuple itself must be kept, and used again, for as long as what is borrowed.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return _uncounted(context, builder, arrays, args[0])

    return arrays(arrays), generate


def _uncounted(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    if isinstance(kind, types.Array):
        array = context.make_array(kind)(context, builder, value)
        array.meminfo = cgutils.get_null_value(array.meminfo.type)
        return array._getvalue()
    if isinstance(kind, types.BaseTuple):
        for place, part in enumerate(kind.types):
            item = _uncounted(context, builder, part, builder.extract_value(value, place))
            value = builder.insert_value(value, item, place)
    return value


class _Bits(types.Type):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__(name="Bits")


_bits = _Bits()


@register_model(_Bits)
class _BitsModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _VECTOR)


def _row(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    data = context.make_array(kind)(context, builder, value=array).data
    return builder.bitcast(builder.gep(data, [index]), _VECTOR.as_pointer())


@intrinsic
def load_bits(typing_context: Any, array: Any, index: Any) -> Any:
    """The value at ``array[index : index + 16]``, on a 64-byte boundary."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_row(context, builder, signature.args[0], *args), align=64)

    return _bits(array, types.int64), generate


@intrinsic
def store_bits(typing_context: Any, array: Any, index: Any, value: Any) -> Any:
    """Write what :func:`load_bits` reads."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = _row(context, builder, signature.args[0], *args[:2])
        builder.store(args[2], place, align=64)
        return context.get_dummy_value()

    return types.void(array, types.int64, value), generate


@intrinsic
def item(typing_context: Any, array: Any, index: Any) -> Any:
    """``array[index]`` as int64, without a look whether the index counts from the end."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, value=args[0]).data
        value = builder.load(builder.gep(data, [args[1]]))
        return value if value.type.width == 64 else builder.sext(value, ir.IntType(64))

    return types.int64(array, types.int64), generate


@intrinsic
def ones(typing_context: Any, word: Any) -> Any:
    """Bits of a word of 32 or 64 bits that are set, as int64."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        number = builder.ctpop(args[0])
        return number if number.type.width == 64 else builder.zext(number, ir.IntType(64))

    return types.int64(word), generate


@intrinsic
def copies(typing_context: Any, word: Any) -> Any:
    """The value whose every word is ``word``."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        word = builder.trunc(args[0], _I32) if args[0].type != _I32 else args[0]
        empty = ir.Constant(_VECTOR, ir.Undefined)
        one = builder.insert_element(empty, word, ir.Constant(_I32, 0))
        return builder.shuffle_vector(one, one, ir.Constant(_VECTOR, [0] * BITS_WORDS))

    return _bits(word), generate


@intrinsic
def popcount_onto(typing_context: Any, array: Any, index: Any, value: Any) -> Any:
    """Add the number of true lanes, word by word, to ``array[index : index + 16]``."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        place = _row(context, builder, signature.args[0], *args[:2])
        kind = ir.FunctionType(_VECTOR, [_VECTOR])
        name = f"llvm.ctpop.v{BITS_WORDS}i32"
        number = builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [args[2]])
        builder.store(builder.add(builder.load(place, align=64), number), place, align=64)
        return context.get_dummy_value()

    return types.void(array, types.int64, value), generate


def _operation(arity: int, compute: Callable[..., Any]) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return compute(builder, *args)

    if arity == 1:
        return intrinsic(lambda typing_context, a: (_bits(a), generate))
    if arity == 2:
        return intrinsic(lambda typing_context, a, b: (_bits(a, b), generate))
    return intrinsic(lambda typing_context, a, b, c: (_bits(a, b, c), generate))


inverse = _operation(1, lambda builder, a: builder.not_(a))
"""``not a``."""
exclusive = _operation(2, lambda builder, a, b: builder.xor(a, b))
"""``a xor b``."""
together = _operation(2, lambda builder, a, b: builder.and_(a, b))
"""``a and b``."""
any_of = _operation(2, lambda builder, a, b: builder.or_(a, b))
"""``a or b``."""
choose = _operation(
    3, lambda builder, a, b, c: builder.or_(builder.and_(a, b), builder.and_(builder.not_(a), c))
)
"""``b`` where ``a``, else ``c``."""
majority = _operation(
    3,
    lambda builder, a, b, c: builder.or_(builder.and_(builder.or_(a, b), c), builder.and_(a, b)),
)
"""What at least two of three say: the carry of a full adder."""
odd = _operation(3, lambda builder, a, b, c: builder.xor(builder.xor(a, b), c))
"""``a xor b xor c``: the sum of a full adder."""
