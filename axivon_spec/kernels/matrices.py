"""Blobs as matrices of words: `specs/da.md` for many columns at once, over one implementation of the field.

A matrix has a row for each row of the blob and a column for each element of it, as uint64; stored rows are its bytes.
Whole columns are transformed in blocks that fit the cache, on all cores: a pass over memory costs more than the
arithmetic.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from axivon_spec.kernels.roots import GENERATOR, MODULUS, powers, reversed_bits, root_of_unity, shifts

Words = NDArray[np.uint64]

EXPANSION = 4
LIMB_BOUND = 2**62
LIMB_MASK = np.uint64(LIMB_BOUND - 1)
DATA_CHUNK_BYTES = 31
CORES = os.cpu_count() or 1
HASHED_AT_ONCE = 64  # rows
PACKED_AT_ONCE = 1 << 14  # chunks


class Field(Protocol):
    """An implementation: all operands and results are below p, unless it says so."""

    BLOCK_BYTES: int  # of columns, that are transformed at once

    @staticmethod
    def multiply(a: Words, b: Words) -> Words:
        """Element by element, with the rules of NumPy for shapes; `a` may be any words."""

    @staticmethod
    def add(a: Words, b: Words) -> Words: ...

    @staticmethod
    def scale(words: Words, factors: Words, scaled: Words) -> None:
        """Each row times its factor, into `scaled`; shape (rows, columns) and (rows, 1)."""

    @staticmethod
    def to_coefficients(words: Words) -> None:
        """Values at the powers of a root of unity to coefficients times their number, in reversed order, in place."""

    @staticmethod
    def to_values(words: Words) -> None:
        """Coefficients in reversed order to values, in place."""


def in_blocks(work: Callable[[slice], None], count: int, size: int) -> None:
    """Do work on all of `count` in blocks of `size`, on all cores."""
    parts = [slice(start, min(start + size, count)) for start in range(0, count, size)]
    if len(parts) < 2:
        for part in parts:
            work(part)
        return
    with ThreadPoolExecutor(min(CORES, len(parts))) as pool:
        for _ in pool.map(work, parts):
            pass


def block_of(field: Field, words: int) -> int:
    """How many columns or rows of so many words are worked on at once."""
    return max(4, field.BLOCK_BYTES // max(8 * words, 1))


# Bytes


def pack(data: bytes | memoryview, rows: int, row_chunks: int) -> Words:
    """The data rows of a blob: shape (rows, 4 · row_chunks)."""
    limbs = np.empty((rows * row_chunks, 4), dtype="<u8")

    def work(part: slice) -> None:
        chunks = np.zeros((part.stop - part.start, 32), dtype=np.uint8)
        given = np.frombuffer(data, dtype=np.uint8)[DATA_CHUNK_BYTES * part.start : DATA_CHUNK_BYTES * part.stop]
        whole, rest = divmod(len(given), DATA_CHUNK_BYTES)
        chunks[:whole, :DATA_CHUNK_BYTES] = given[: len(given) - rest].reshape(whole, DATA_CHUNK_BYTES)
        if rest:
            chunks[whole, :rest] = given[len(given) - rest :]
        first, second, third, fourth = (chunks.view("<u8")[:, i] for i in range(4))
        limbs[part, 0] = first & LIMB_MASK
        limbs[part, 1] = (second << np.uint64(2) | first >> np.uint64(62)) & LIMB_MASK
        limbs[part, 2] = (third << np.uint64(4) | second >> np.uint64(60)) & LIMB_MASK
        limbs[part, 3] = fourth << np.uint64(6) | third >> np.uint64(58)

    in_blocks(work, len(limbs), PACKED_AT_ONCE)
    return limbs.reshape(rows, 4 * row_chunks)


def unpack(limbs: Words) -> bytes:
    """The data in rows of which every element is a limb, with what is behind the end."""
    first, second, third, fourth = (limbs.reshape(-1, 4)[:, i] for i in range(4))
    chunks = np.empty((len(first), 4), dtype="<u8")
    chunks[:, 0] = first | second << np.uint64(62)
    chunks[:, 1] = second >> np.uint64(2) | third << np.uint64(60)
    chunks[:, 2] = third >> np.uint64(4) | fourth << np.uint64(58)
    chunks[:, 3] = fourth >> np.uint64(6)
    return chunks.view(np.uint8)[:, :DATA_CHUNK_BYTES].tobytes()


def read(rows: Sequence[bytes]) -> Words:
    """Stored rows of one width as a matrix."""
    width = len(rows[0]) // 8 if rows else 0
    return np.frombuffer(bytearray().join(rows), dtype="<u8").reshape(len(rows), width)


def stored(matrix: Words) -> list[bytes]:
    """The rows of a matrix as they are stored."""
    return [row.tobytes() for row in matrix]


def are_below(row: bytes, bound: int) -> bool:
    """Whether each word of a stored row is smaller than this."""
    return bool((np.frombuffer(row, dtype="<u8", count=len(row) // 8) < np.uint64(bound)).all())


# The tree


def digests(rows: Sequence[bytes]) -> list[bytes]:
    """SHA-256 of each row."""
    found = [b""] * len(rows)

    def work(part: slice) -> None:
        for i in range(part.start, part.stop):
            found[i] = hashlib.sha256(rows[i]).digest()

    in_blocks(work, len(rows), max(HASHED_AT_ONCE, len(rows) // (4 * CORES)))
    return found


def root(rows: Sequence[bytes]) -> bytes:
    """The root over the digests of a power of two of rows."""
    nodes = digests(rows)
    while len(nodes) > 1:
        nodes = [hashlib.sha256(nodes[i] + nodes[i + 1]).digest() for i in range(0, len(nodes), 2)]
    return nodes[0]


# The code


def parity(field: Field, data: Words) -> Words:
    """The rows of parity of the code whose data rows these are: shape (rows, columns) to (3 · rows, columns)."""
    rows, columns = data.shape
    found = np.empty(((EXPANSION - 1) * rows, columns), dtype=np.uint64)
    omega = root_of_unity(EXPANSION * rows)

    def work(part: slice) -> None:
        coefficients = data[:, part].copy()
        values = np.empty_like(coefficients)
        field.to_coefficients(coefficients)
        for coset in range(1, EXPANSION):
            field.scale(coefficients, shifts(rows, pow(omega, coset, MODULUS), rows), values)
            field.to_values(values)
            found[rows * (coset - 1) : rows * coset, part] = values

    in_blocks(work, columns, block_of(field, rows))
    return found


def checksums(field: Field, matrix: Words, rows: Words) -> Words:
    """Rows times the two columns of a checksum matrix: shape (count, columns) to (count, 2)."""
    found = np.empty((len(rows), 2), dtype=np.uint64)

    def work(part: slice) -> None:
        for column in range(2):
            products = field.multiply(rows[part], matrix[None, :, column])
            low = (products & np.uint64(2**32 - 1)).sum(axis=1, dtype=np.uint64)
            high = (products >> np.uint64(32)).sum(axis=1, dtype=np.uint64)
            found[part, column] = field.add(field.multiply(high, np.uint64(1 << 32)), low)

    in_blocks(work, len(rows), block_of(field, rows.shape[1]))
    return found


# Recovery


def vanishing(field: Field, missing: Sequence[int], size: int, shift: int) -> Words:
    """The values, at shift · 1, shift · ω, … of all powers of a root of unity ω of order `size`, of the polynomial that
    is zero at the powers `missing` of ω, of which there are 3/4 of `size`.

    Polynomials with leading coefficient 1 are multiplied in pairs, all of a length at once: cyclic products of twice
    their degree hold everything but that coefficient, which comes back at the constant one.
    """
    omega = root_of_unity(size)
    table = np.array(powers(omega, size), dtype=np.uint64)
    factors = (np.uint64(MODULUS) - table[np.asarray(missing)])[None, :]  # x - ω^m, without the x
    while len(factors) < size // EXPANSION:
        degree = len(factors)
        values = evaluated(field, factors, 2 * degree, 1)
        products = field.multiply(values[:, ::2], values[:, 1::2])
        field.to_coefficients(products)
        products = field.multiply(products, np.uint64(pow(2 * degree, -1, MODULUS)))
        products[0] = field.add(products[0], np.uint64(MODULUS - 1))
        factors = products[reversed_bits(2 * degree)]
    values = evaluated(field, factors, size, shift)
    return field.multiply(field.multiply(values[:, :1], values[:, 1:2]), values[:, 2:])


def evaluated(field: Field, factors: Words, size: int, shift: int) -> Words:
    """The values, at `size` points as in `vanishing`, of polynomials of degree len(factors), of which the leading
    coefficient is 1 and not told."""
    degree = len(factors)
    coefficients = np.zeros((size, factors.shape[1]), dtype=np.uint64)
    coefficients[:degree] = factors
    coefficients = field.multiply(coefficients[reversed_bits(size)], shifts(size, shift, 1))
    field.to_values(coefficients)
    leading = powers(pow(root_of_unity(size), degree, MODULUS), size, pow(shift, degree, MODULUS))
    return field.add(coefficients, np.array(leading, dtype=np.uint64)[:, None])


def inverted(words: Words) -> Words:
    """The inverse of each element of a column, none of which is zero: with one inversion for all."""
    values = [int(word) for word in words[:, 0]]
    before = [1]
    for value in values:
        before.append(before[-1] * value % MODULUS)
    rest = pow(before[-1], -1, MODULUS)
    found = [0] * len(values)
    for i in range(len(values) - 1, -1, -1):
        found[i] = rest * before[i] % MODULUS
        rest = rest * values[i] % MODULUS
    return np.array(found, dtype=np.uint64)[:, None]


def recovery(field: Field, indices: Sequence[int], rows: int) -> tuple[NDArray[np.intp], Words, Words]:
    """What known rows of a code of so many data rows are recovered by, whatever is in them: the exponents of their
    points, V there, and the inverse of V on a coset. With V as in `recover`."""
    size = EXPANSION * rows
    exponents = [EXPANSION * (index % rows) + index // rows for index in indices]
    missing = sorted(set(range(size)) - set(exponents))
    factors = vanishing(field, missing, size, 1)[exponents]
    divisors = inverted(vanishing(field, missing, size, GENERATOR)[::EXPANSION])
    return np.asarray(exponents), factors, divisors


def recover(field: Field, indices: Sequence[int], known: Words) -> Words:
    """The data rows of a code, from as many of its rows, at different places.

    With V zero at the points of all missing rows, P · V is known at every point; it is interpolated there, and divided
    by V on a coset where V is nowhere zero. P has so small a degree that a coset of as many points as data rows does.
    """
    rows, columns = known.shape
    size = EXPANSION * rows
    places, factors, divisors = recovery(field, indices, rows)
    data = np.empty((rows, columns), dtype=np.uint64)

    def work(part: slice) -> None:
        product = np.zeros((size, part.stop - part.start), dtype=np.uint64)
        product[places] = field.multiply(known[:, part], factors)
        field.to_coefficients(product)
        field.scale(product, shifts(size, GENERATOR, size), product)
        shifted = product.reshape(rows, EXPANSION, -1)
        values = field.add(field.add(shifted[:, 0], shifted[:, 1]), field.add(shifted[:, 2], shifted[:, 3]))
        field.to_values(values)
        field.scale(values, divisors, values)
        field.to_coefficients(values)
        field.scale(values, shifts(rows, pow(GENERATOR, -1, MODULUS), rows), values)
        field.to_values(values)
        data[:, part] = values

    in_blocks(work, columns, block_of(field, size))
    return data


def over(field: Field) -> SimpleNamespace:
    """What there is to do with whole blobs, over one implementation of the field."""
    return SimpleNamespace(
        pack=pack,
        unpack=unpack,
        root=root,
        parity=partial(parity, field),
        checksums=partial(checksums, field),
        recover=partial(recover, field),
    )
