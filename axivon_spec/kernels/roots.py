"""Tables of powers of roots of unity of the Goldilocks field, made once for each length."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

MODULUS = 2**64 - 2**32 + 1
GENERATOR = 7
Words = NDArray[np.uint64]


def root_of_unity(order: int) -> int:
    return pow(GENERATOR, (MODULUS - 1) // order, MODULUS)


def powers(base: int, count: int, first: int = 1) -> list[int]:
    """first, first · base, first · base² …, modulo p."""
    found = [first % MODULUS]
    while len(found) < count:
        found.append(found[-1] * base % MODULUS)
    return found


def reversed_bits(count: int) -> NDArray[np.intp]:
    """The numbers below a power of two, by their bits read backwards."""
    order = np.zeros(1, dtype=np.intp)
    while len(order) < count:
        order = np.concatenate([2 * order, 2 * order + 1])
    return order


@lru_cache(maxsize=64)
def twiddles(count: int, inverse: bool) -> tuple[Words, ...]:
    """For each half of a butterfly, from the largest, the powers of the root (or of its inverse) that it takes: shape
    (half, 1)."""
    root = root_of_unity(count)
    table = np.array(powers(pow(root, -1, MODULUS) if inverse else root, max(count // 2, 1)), dtype=np.uint64)
    halves = [count >> level for level in range(1, count.bit_length())]
    return tuple(_shared(np.ascontiguousarray(table[:: count // (2 * half)])[:, None]) for half in halves)


@lru_cache(maxsize=64)
def shifts(count: int, shift: int, divisor: int) -> Words:
    """shift^k / divisor for each coefficient k, in reversed order: shape (count, 1). Coefficients times these are those
    of P(shift · x)."""
    table = np.array(powers(shift, count, pow(divisor, -1, MODULUS)), dtype=np.uint64)
    return _shared(table[reversed_bits(count)][:, None])


def _shared(table: Words) -> Words:
    """A table that all threads read and none changes."""
    table.setflags(write=False)
    return table
