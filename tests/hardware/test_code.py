"""Weight codes, exhaustively for small widths."""

import numpy as np
import pytest

from evosnn.errors import SpecError
from evosnn.hardware import weight_code


@pytest.mark.parametrize(
    ("low", "high", "sign", "bits"),
    [
        (-127, 127, "twos-complement", 8),
        (-128, 127, "twos-complement", 8),
        (-128, 128, "twos-complement", 9),
        (-128, 127, "sign-magnitude", 9),
        (-127, 127, "sign-magnitude", 8),
        (-1, 1, "twos-complement", 2),
        (-7, 7, "sign-magnitude", 4),
        (1, 15, "twos-complement", 4),
        (0, 255, "sign-magnitude", 8),
        (1, 1, "twos-complement", 1),
    ],
)
def test_the_code_is_as_narrow_as_holds_the_range(low, high, sign, bits):
    code = weight_code(low, high, integer=True, sign=sign)
    assert code.bits == bits
    assert code.lowest <= low
    assert code.highest >= high


@pytest.mark.parametrize("sign", ["twos-complement", "sign-magnitude"])
@pytest.mark.parametrize(("low", "high"), [(-7, 7), (0, 15), (-8, 7)])
def test_every_flip_of_every_number_against_strings_of_bits(sign, low, high):
    code = weight_code(low, high, integer=True, sign=sign)

    def text(number):
        if code.signed and sign == "sign-magnitude":
            return f"{int(number < 0)}{abs(number):0{code.bits - 1}b}"
        return f"{number % (1 << code.bits):0{code.bits}b}"

    meaning = {text(n): n for n in range(code.lowest, code.highest + 1)}
    meaning.setdefault("1" + "0" * (code.bits - 1), 0)  # minus zero
    for number in range(low, high + 1):
        for bit in range(code.bits):
            place = code.bits - 1 - bit
            bits = text(number)
            other = bits[:place] + "10"[int(bits[place])] + bits[place + 1 :]
            flipped = code.flip(np.array([float(number)]), np.array([1 << bit]))
            assert flipped[0] == meaning[other]


def test_a_float_weight_moves_by_the_change_of_its_code():
    code = weight_code(-1.0, 1.0, integer=False, sign="twos-complement", bits=5)
    assert code.step == 1 / 15
    # 0.5 is coded as 8 (of 15), 01000; without that bit it is 0.
    assert code.flip(np.array([0.5]), np.array([8]))[0] == pytest.approx(0.5 - 8 / 15)
    assert weight_code(-1, 1, integer=False, sign="twos-complement").bits == 8


def test_two_flips_of_a_bit_change_nothing():
    code = weight_code(-127, 127, integer=True, sign="twos-complement")
    weight = np.arange(-127.0, 128.0)
    for bit in range(8):
        mask = np.full(weight.shape, 1 << bit)
        np.testing.assert_array_equal(code.flip(code.flip(weight, mask), mask), weight)


def test_a_width_that_cannot_hold_the_range_is_refused():
    with pytest.raises(SpecError, match="at least 8"):
        weight_code(-127, 127, integer=True, sign="twos-complement", bits=7)
