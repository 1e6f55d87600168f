"""The Goldilocks field and its transforms in NumPy, on arrays of uint64 of which each column is a polynomial.

A product is put together from four products of 32 bits; 2^64 is 2^32 - 1 modulo p, and 2^96 is -1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from axivon_spec.kernels.roots import MODULUS as P
from axivon_spec.kernels.roots import twiddles

Words = NDArray[np.uint64]

EPSILON = np.uint64(2**32 - 1)  # 2^64 modulo p; also the mask of the lower half
MODULUS = np.uint64(P)
HALF = np.uint64(32)
BLOCK_BYTES = 1 << 19  # of columns that are worked on at once: what a core's cache holds with what it takes beside


# Arithmetic. Operands are below p, and so are results.


def add(a: Words, b: Words) -> Words:
    return subtract(a, MODULUS - b)


def subtract(a: Words, b: Words) -> Words:
    """a - b; b may be p itself."""
    difference = a - b
    difference -= (a < b) * EPSILON
    return difference


def multiply(a: Words, b: Words) -> Words:
    """a · b; either may be any word."""
    a_low, a_high, b_low, b_high = a & EPSILON, a >> HALF, b & EPSILON, b >> HALF
    low, middle = a_low * b_low, a_low * b_high
    other = a_high * b_low
    other += low >> HALF
    other += middle & EPSILON  # at most 2^64 - 1
    high = a_high * b_high
    high += middle >> HALF
    high += other >> HALF
    low &= EPSILON
    low |= other << HALF
    return reduced(low, high)


def reduced(low: Words, high: Words) -> Words:
    """low + 2^64 · high, modulo p."""
    top = high >> HALF
    rest = high & EPSILON
    product = (rest << HALF) - rest
    total = low - top
    total -= (low < top) * EPSILON
    total += product
    total += (total < product) * EPSILON
    total -= (total >= MODULUS) * MODULUS
    return total


def scale(words: Words, factors: Words, scaled: Words) -> None:
    """Each row times its factor, into `scaled`."""
    scaled[...] = multiply(words, factors)


# The transform. It leaves coefficients in reversed order, and takes them so.


def to_coefficients(words: Words) -> None:
    """Values to coefficients times their number, in reversed order, in place."""
    count, width = words.shape
    for factors in twiddles(count, True):
        pairs = words.reshape(-1, 2, len(factors), width)
        first, second = pairs[:, 0], pairs[:, 1]
        difference = subtract(first, second)
        pairs[:, 0] = add(first, second)
        pairs[:, 1] = multiply(difference, factors) if len(factors) > 1 else difference


def to_values(words: Words) -> None:
    """Coefficients in reversed order to values, in place."""
    count, width = words.shape
    for factors in reversed(twiddles(count, False)):
        pairs = words.reshape(-1, 2, len(factors), width)
        first = pairs[:, 0]
        second = multiply(pairs[:, 1], factors) if len(factors) > 1 else pairs[:, 1].copy()
        difference = subtract(first, second)
        pairs[:, 0] = add(first, second)
        pairs[:, 1] = difference
