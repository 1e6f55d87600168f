"""Blobs on a device: what `kernels/matrices.py` does, by the kernels of `goldilocks.cu`.

Every step has a thread for each of its parts, and neighbours in a row for neighbouring threads, so that memory is read
and written in whole lines. A transform takes up to four of its levels in registers, so one of 8,192 rows goes four
times through memory; the last levels to coefficients and the first ones back to values are one step.

To be expected of an H200 for the largest blob, not measured: 0.3 ms for the code, by arithmetic and memory alike (0.9
GiB move, at 4 TB/s), and 0.2 to 0.4 ms for the digests, 2.1 million blocks of SHA-256 with 1,400 instructions each, at
15 · 10^12 a second; but there are only 32,768 threads, two warps for each scheduler, to hide what one waits for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from axivon_spec.kernels import field_numpy, matrices
from axivon_spec.kernels.roots import GENERATOR, MODULUS, powers, root_of_unity, shifts

Words = NDArray[np.uint64]
Array = Any  # of the device, in rows without gaps: of uint64, or of uint32 for digests

CHUNK_LIMBS = 4
MOST_LEVELS = 4  # that a thread has in registers
MOST_LEAVES = 512  # of a tree that one block computes
DIGEST_WORDS = 8
FIELD: Any = field_numpy  # for what is small


class Launcher(Protocol):
    """A machine that runs the kernels, one launch after the other."""

    # The module of its arrays: cupy, or another with the functions of numpy. Only what allocates and copies is called:
    # what CuPy computes it compiles first, for which it needs the headers of CUDA.
    arrays: Any

    def launch(self, kernel: str, count: int, *arguments: Any) -> None:
        """Run a kernel for each of `count` threads or blocks. An int is passed as 32 bits."""

    def download(self, array: Array) -> NDArray[Any]:
        """The same array where the host can read it."""


@dataclass(frozen=True)
class Commitment:
    """What a blob is committed by, on the device."""

    rows_root: Array  # (8,)
    checksum: Array  # (data rows, 2)
    checksum_root: Array  # (8,)


def shares(levels: int) -> list[int]:
    """As few parts of at most `MOST_LEVELS` as there can be, as even as can be."""
    parts = -(-levels // MOST_LEVELS)
    return [(levels + part) // parts for part in range(parts)]


def levels_of(count: int) -> int:
    """The levels of a transform of a power of two of rows."""
    return count.bit_length() - 1


class Device:
    """A launcher and the tables that it needs. No function changes what it is given, unless it says so.

    A table is made where it is first needed: with several streams, let one blob be finished before others begin.
    """

    def __init__(self, launcher: Launcher) -> None:
        self.launcher, self.arrays = launcher, launcher.arrays
        self._tables: dict[tuple[str, int], Array] = {}

    # On arrays of the device

    def encode(self, kind: int, size: int, data: Array, rows: Array) -> Commitment:
        """Fill in all rows of a blob, of shape (4 · data rows, columns), and commit to them. The data is in whole
        words; `size` bytes of it count."""
        self.pack_into(rows[: len(rows) // matrices.EXPANSION], data, size)
        self.extend(rows)
        return self.commit(kind, size, rows)

    def pack_into(self, rows: Array, data: Array, size: int) -> None:
        """Fill in the data rows of a blob."""
        self.launcher.launch("pack", rows.size // CHUNK_LIMBS, np.uint64(size), data, rows)

    def extend(self, rows: Array) -> None:
        """Fill in the last three quarters of the rows, the parity of the first."""
        count, columns = len(rows) // matrices.EXPANSION, rows.shape[1]
        parity = rows[count:]
        low = min(levels_of(count), MOST_LEVELS)
        partly = self._to_coefficients(rows[:count], parity[2 * count :], count, low)
        tables = (self._powers(count), self._shifts(count))
        self.launcher.launch("turn", count * columns >> low, low, count, columns, *tables, partly, parity)
        self._to_values(parity, count, low)

    def commit(self, kind: int, size: int, rows: Array) -> Commitment:
        """Digests, root and checksum of all rows of a blob."""
        rows_root = self.tree(self.digests(rows))
        matrix = self.arrays.empty((rows.shape[1], 2), dtype=np.uint64)
        self.launcher.launch("matrix", len(matrix), kind, np.uint64(size), rows_root, matrix)
        checksum = self.products(matrix, rows[: len(rows) // matrices.EXPANSION])
        return Commitment(rows_root, checksum, self.tree(checksum.view(np.uint32).reshape(-1, DIGEST_WORDS)))

    def digests(self, rows: Array) -> Array:
        """SHA-256 of each row: shape (rows, 8)."""
        found = self.arrays.empty((len(rows), DIGEST_WORDS), dtype=np.uint32)
        self.launcher.launch("digest", len(rows), rows.shape[1], rows, found)
        return found

    def tree(self, nodes: Array) -> Array:
        """The root over a power of two of digests: shape (8,)."""
        while len(nodes) > 1:
            leaves = min(len(nodes), MOST_LEAVES)
            roots = self.arrays.empty((len(nodes) // leaves, DIGEST_WORDS), dtype=np.uint32)
            self.launcher.launch("tree", len(roots), leaves, nodes, roots)
            nodes = roots
        return nodes[0]

    def products(self, matrix: Array, rows: Array) -> Array:
        """Rows times a checksum matrix: shapes (columns, 2) and (count, columns) to (count, 2)."""
        found = self.arrays.empty((len(rows), 2), dtype=np.uint64)
        self.launcher.launch("checksum", len(rows), rows.shape[1], matrix, rows, found)
        return found

    def _to_coefficients(self, source: Array, target: Array, count: int, left: int) -> Array:
        """All levels but the last `left` of a transform; where the result is: in `target`, if there was one to do."""
        distance = count
        for levels in shares(levels_of(count) - left):
            distance >>= levels
            self._levels("to_coefficients", levels, distance, count, source, target)
            source = target
        return source

    def _to_values(self, rows: Array, count: int, done: int) -> None:
        """All levels but the first `done`, of each `count` rows, in place."""
        distance = 1 << done
        for levels in shares(levels_of(count) - done):
            self._levels("to_values", levels, distance, count, rows, rows)
            distance <<= levels

    def _levels(self, kernel: str, levels: int, distance: int, count: int, source: Array, target: Array) -> None:
        sizes = (levels, distance, count, source.shape[1])
        self.launcher.launch(kernel, source.size >> levels, *sizes, self._powers(count), source, target)

    def _powers(self, count: int) -> Array:
        """Of the root of unity of this order: shape (count,)."""
        if ("powers", count) not in self._tables:
            table = np.array(powers(root_of_unity(count), count), dtype=np.uint64)
            self._tables["powers", count] = self.arrays.asarray(table)
        return self._tables["powers", count]

    def _shifts(self, count: int) -> Array:
        """What takes coefficients times `count` to those of the three cosets of parity: shape (3, count)."""
        if ("shifts", count) not in self._tables:
            omega = root_of_unity(matrices.EXPANSION * count)
            cosets = [shifts(count, pow(omega, coset, MODULUS), count)[:, 0] for coset in range(1, matrices.EXPANSION)]
            self._tables["shifts", count] = self.arrays.asarray(np.stack(cosets))
        return self._tables["shifts", count]

    # From the host and back: as the functions of `matrices` with these names

    def pack(self, data: bytes | memoryview, rows: int, row_chunks: int) -> Words:
        words = np.zeros(-(-len(data) // 8), dtype=np.uint64)
        words.view(np.uint8)[: len(data)] = np.frombuffer(data, dtype=np.uint8)
        limbs = self.arrays.empty((rows, CHUNK_LIMBS * row_chunks), dtype=np.uint64)
        self.pack_into(limbs, self.arrays.asarray(words), len(data))
        return self.launcher.download(limbs)

    def unpack(self, limbs: Words) -> bytes:
        chunks = limbs.size // CHUNK_LIMBS
        size = matrices.DATA_CHUNK_BYTES * chunks
        data = self.arrays.empty(-(-size // 8), dtype=np.uint64)
        self.launcher.launch("unpack", len(data), chunks, self.arrays.asarray(limbs), data)
        return self.launcher.download(data).view(np.uint8)[:size].tobytes()

    def parity(self, data: Words) -> Words:
        count, columns = data.shape
        rows = self.arrays.empty((matrices.EXPANSION * count, columns), dtype=np.uint64)
        self.arrays.copyto(rows[:count], self.arrays.asarray(data))
        self.extend(rows)
        return self.launcher.download(rows[count:])

    def root(self, rows: Sequence[bytes]) -> bytes:
        if len({len(row) for row in rows}) > 1 or len(rows[0]) % 8:  # no rows of a matrix
            return matrices.root(rows)
        return self.launcher.download(self.tree(self.digests(self.arrays.asarray(matrices.read(rows))))).tobytes()

    def checksums(self, matrix: Words, rows: Words) -> Words:
        return self.launcher.download(self.products(self.arrays.asarray(matrix), self.arrays.asarray(rows)))

    def recover(self, indices: Sequence[int], known: Words) -> Words:
        rows, columns = known.shape
        size = matrices.EXPANSION * rows
        exponents, *others = matrices.recovery(FIELD, indices, rows)
        places, factors, divisors = map(self.arrays.asarray, (exponents.astype(np.uint32), *others))
        forth = self.arrays.asarray(shifts(size, GENERATOR, size))
        back = self.arrays.asarray(shifts(rows, pow(GENERATOR, -1, MODULUS), rows))
        launch = self.launcher.launch

        product = self.arrays.zeros((size, columns), dtype=np.uint64)
        given = self.arrays.asarray(known)
        launch("place", known.size, columns, places, factors, given, product)
        self._to_coefficients(product, product, size, 0)
        data = self.arrays.empty((rows, columns), dtype=np.uint64)
        launch("fold", known.size, columns, forth, product, data)
        self._to_values(data, rows, 0)
        launch("scale", known.size, columns, divisors, data)
        self._to_coefficients(data, data, rows, 0)
        launch("scale", known.size, columns, back, data)
        self._to_values(data, rows, 0)
        return self.launcher.download(data)
