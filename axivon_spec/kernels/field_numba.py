"""The Goldilocks field and its transforms compiled by Numba, on arrays of uint64 of which each column is a polynomial.

Needs the extra `numba`. The innermost loops run over columns and have no branch, so the compiler makes vector
instructions of them; these have no product of 64 bits, hence the four of 32.
"""

from __future__ import annotations

import numpy as np
from numba import njit, vectorize
from numpy.typing import NDArray

from axivon_spec.kernels.roots import MODULUS as P
from axivon_spec.kernels.roots import twiddles

Words = NDArray[np.uint64]

ZERO = np.uint64(0)
MODULUS = np.uint64(P)
EPSILON = np.uint64(2**32 - 1)  # 2^64 modulo p; also the mask of the lower half
HALF = np.uint64(32)
BLOCK_BYTES = 1 << 21  # of columns that are worked on at once

inlined = njit(inline="always")
compiled = njit(nogil=True, cache=True)


@inlined  # type: ignore[untyped-decorator]
def sum_of(a: np.uint64, b: np.uint64) -> np.uint64:
    rest = MODULUS - b
    return a - rest + (MODULUS if a < rest else ZERO)


@inlined  # type: ignore[untyped-decorator]
def difference_of(a: np.uint64, b: np.uint64) -> np.uint64:
    return a - b + (MODULUS if a < b else ZERO)


@inlined  # type: ignore[untyped-decorator]
def product_of(a: np.uint64, b_low: np.uint64, b_high: np.uint64) -> np.uint64:
    """The product with a word that is given in two halves."""
    a_low, a_high = a & EPSILON, a >> HALF
    low, middle = a_low * b_low, a_low * b_high
    other = a_high * b_low + (low >> HALF) + (middle & EPSILON)  # at most 2^64 - 1
    high = a_high * b_high + (middle >> HALF) + (other >> HALF)
    low = (low & EPSILON) | (other << HALF)
    # low + 2^64 high, where 2^64 is 2^32 - 1 and 2^96 is -1
    top, rest = high >> HALF, high & EPSILON
    total = low - top
    total -= EPSILON if low < top else ZERO
    product = (rest << HALF) - rest
    total += product
    total += EPSILON if total < product else ZERO
    return total - (MODULUS if total >= MODULUS else ZERO)


_OF_WORDS = ["uint64(uint64, uint64)"]
add = vectorize(_OF_WORDS, cache=True)(lambda a, b: sum_of(a, b))
multiply = vectorize(_OF_WORDS, cache=True)(lambda a, b: product_of(a, b & EPSILON, b >> HALF))


@compiled  # type: ignore[untyped-decorator]
def scale(words: Words, factors: Words, scaled: Words) -> None:
    """Each row times its factor, into `scaled`."""
    for i in range(words.shape[0]):
        low, high = factors[i, 0] & EPSILON, factors[i, 0] >> HALF
        for j in range(words.shape[1]):
            scaled[i, j] = product_of(words[i, j], low, high)


@compiled  # type: ignore[untyped-decorator]
def butterflies(words: Words, factors: Words, factor_comes_last: bool) -> None:
    """One level of a transform, in place."""
    half = len(factors)
    for start in range(0, words.shape[0], 2 * half):
        for i in range(half):
            first, second = words[start + i], words[start + half + i]
            low, high = factors[i, 0] & EPSILON, factors[i, 0] >> HALF
            if factor_comes_last:
                for j in range(words.shape[1]):
                    a, b = first[j], second[j]
                    first[j] = sum_of(a, b)
                    second[j] = product_of(difference_of(a, b), low, high)
            else:
                for j in range(words.shape[1]):
                    a, b = first[j], product_of(second[j], low, high)
                    first[j] = sum_of(a, b)
                    second[j] = difference_of(a, b)


def to_coefficients(words: Words) -> None:
    """Values to coefficients times their number, in reversed order, in place."""
    for factors in twiddles(len(words), True):
        butterflies(words, factors, True)


def to_values(words: Words) -> None:
    """Coefficients in reversed order to values, in place."""
    for factors in reversed(twiddles(len(words), False)):
        butterflies(words, factors, False)
