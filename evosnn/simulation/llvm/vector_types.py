"""Vectors of 32 lanes in LLVM: loads, stores and arithmetic for generated code.

Idea: only plain LLVM vectors are used, so the same code becomes AVX-512, AVX2 or NEON
instructions. Layout: a vector is 32 consecutive numbers of the kernel's type; a mask is one
32-bit word. Cost: one to four instructions an operation, by the width of the processor's
registers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir

__all__ = ["MASK", "VECTOR", "Arithmetic", "VectorArray", "splat"]

VECTOR = 32
"""Lanes in a vector, bits in a word."""

_I1, _I32, _I64 = (ir.IntType(bits) for bits in (1, 32, 64))
MASK = ir.VectorType(_I1, VECTOR)
"""A truth value for each lane of a vector."""


class VectorArray:
    """Loads and stores of vectors in a numba array, by element index."""

    def __init__(self, context: Any, builder: Any, kind: Any, value: Any) -> None:
        self.builder = builder
        self.data = context.make_array(kind)(context, builder, value=value).data
        self.element = self.data.type.pointee
        self.vector = ir.VectorType(self.element, VECTOR)

    def at(self, index: Any) -> Any:
        """The element at ``index``."""
        return self.builder.load(self.builder.gep(self.data, [index]))

    def _vector_at(self, index: Any, part: int) -> Any:
        start = self.builder.add(index, ir.Constant(_I64, part * VECTOR))
        return self.builder.bitcast(self.builder.gep(self.data, [start]), self.vector.as_pointer())

    def load(self, index: Any, part: int = 0) -> Any:
        """Vector number ``part`` of the row that starts at ``index``."""
        return self.builder.load(self._vector_at(index, part), align=2)

    def store(self, value: Any, index: Any, part: int = 0) -> None:
        """Write what :meth:`load` reads."""
        self.builder.store(value, self._vector_at(index, part), align=2)

    def put(self, value: Any, index: Any) -> None:
        """Write the element at ``index``."""
        self.builder.store(value, self.builder.gep(self.data, [index]))

    def word(self, index: Any, part: int) -> Any:
        """Word number ``part`` of the spike row that starts at ``index``."""
        return self.at(self.builder.add(index, ir.Constant(_I64, part)))

    def row(self, index: Any, words: int) -> Any:
        """The spike row that starts at ``index``, as one vector of words."""
        place, kind = self.builder.gep(self.data, [index]), ir.VectorType(_I32, words)
        return self.builder.load(self.builder.bitcast(place, kind.as_pointer()), align=4)

    def store_row(self, value: Any, index: Any) -> None:
        """Write what :meth:`row` reads."""
        place = self.builder.gep(self.data, [index])
        self.builder.store(value, self.builder.bitcast(place, value.type.as_pointer()), align=4)

    def mask(self, index: Any, part: int) -> Any:
        """The same word as a mask of 32 lanes."""
        return self.builder.bitcast(self.word(index, part), MASK)


def splat(builder: Any, value: Any, n: int = VECTOR) -> Any:
    """The vector of ``n`` numbers that all are ``value``."""
    vector = ir.VectorType(value.type, n)
    one = builder.insert_element(ir.Constant(vector, ir.Undefined), value, ir.Constant(_I32, 0))
    return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(_I32, n), [0] * n))


class Arithmetic:
    """The operations of a kernel's number type: int16 or int32 (fixed point), or float64."""

    def __init__(self, builder: Any, element: Any) -> None:
        self.builder = builder
        self.is_float = isinstance(element, ir.DoubleType)
        self.add: Callable[..., Any] = builder.fadd if self.is_float else builder.add
        self.zero = ir.Constant(ir.VectorType(element, VECTOR), None)

    def compare(self, sign: str, a: Any, b: Any) -> Any:
        """Return the mask of lanes where ``a`` and ``b`` compare as ``sign`` says."""
        if self.is_float:
            return self.builder.fcmp_ordered(sign, a, b)
        return self.builder.icmp_signed(sign, a, b)

    def maximum(self, a: Any, b: Any) -> Any:
        """Return the larger value in each lane."""
        return self.builder.select(self.compare(">", a, b), a, b)

    def scaled_charge(self, charge: Any, shift: Any) -> Any:
        """A charge as stored, brought to the kernel's type and fixed-point scale."""
        if self.is_float:
            return charge
        if charge.type != self.zero.type:
            charge = self.builder.sext(charge, self.zero.type)
        return self.builder.shl(charge, splat(self.builder, shift))

    def does_leak(self, leak: Any) -> Any:
        """Whether a neuron leaks: a share above 0 (float), or a shift of 0 or more."""
        nothing = ir.Constant(leak.type, None)
        if self.is_float:
            return self.builder.fcmp_ordered(">", leak, nothing)
        return self.builder.icmp_signed(">=", leak, nothing)

    def leaked(self, potential: Any, leak: Any) -> Any:
        """What a leak leaves: share ``leak`` lost (float), or 2**-leak of it (fixed point).

        Fixed point rounds towards zero, so that a potential always decays to zero.
        """
        if self.is_float:
            whole = ir.Constant(leak.type, [ir.Constant(leak.type.element, 1.0)] * VECTOR)
            return self.builder.fmul(potential, self.builder.fsub(whole, leak))
        one = ir.Constant(potential.type, [ir.Constant(potential.type.element, 1)] * VECTOR)
        below = self.builder.sub(self.builder.shl(one, leak), one)
        bias = self.builder.select(
            self.builder.icmp_signed(">", potential, self.zero), below, self.zero
        )
        return self.builder.sub(
            potential, self.builder.ashr(self.builder.add(potential, bias), leak)
        )
