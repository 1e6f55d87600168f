"""What is done with whole blobs, by each implementation of the field, against the Markdown and against each other."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec
from axivon_spec.kernels import FIELDS, blobs, select, works

P = 2**64 - 2**32 + 1
EDGES = (0, 1, 2**32 - 1, 2**32, 2**62 - 1, 2**62, P - 2**32, P - 1)
INSTALLED = [name for name in FIELDS if works(name)]
LARGEST = 8192  # data rows

Kernels = dict[str, Callable[..., Any]]


@pytest.fixture(scope="module")
def spec() -> ModuleType:
    return axivon_spec.load("mainnet", kernels=())


@pytest.fixture(scope="module", params=INSTALLED)
def kernels(request: pytest.FixtureRequest) -> Kernels:
    return {name.removeprefix("da."): kernel for name, kernel in blobs.over(request.param).items()}


def drawn_rows(random: Random, count: int, columns: int) -> list[bytes]:
    """Rows of elements, many of them at an edge."""
    words = (random.choice(EDGES) if random.random() < 0.3 else random.randrange(P) for _ in range(count * columns))
    return [b"".join(next(words).to_bytes(8, "little") for _ in range(columns)) for _ in range(count)]


seeds = st.integers(0, 2**32)
heights = st.sampled_from([1, 2, 4, 8, 16, 32, 64])


def test_every_substitute_is_compared_below() -> None:
    compared = {
        "da.is_canonical",
        "da.has_limbs_alone",
        "da.pack_rows",
        "da.unpack_rows",
        "da.extend_rows",
        "da.compute_rows_root",
        "da.compute_checksums",
        "da.recover_rows",
    }
    assert set(select(["indexed_list", *INSTALLED[:1]])) == compared | {"primitives.find_predecessor"}


def test_numpy_is_installed() -> None:
    assert "numpy" in INSTALLED


@settings(max_examples=30, deadline=None)
@given(seed=seeds, rows=heights, columns=st.sampled_from([0, 1, 2, 4, 12]))
def test_extension(spec: ModuleType, kernels: Kernels, seed: int, rows: int, columns: int) -> None:
    data = drawn_rows(Random(seed), rows, columns)
    assert kernels["extend_rows"](data) == list(spec.extend_rows(data))


@settings(max_examples=30, deadline=None)
@given(seed=seeds, rows=heights.filter(lambda rows: rows <= 16), columns=st.sampled_from([1, 4, 12]))
def test_recovery(spec: ModuleType, kernels: Kernels, seed: int, rows: int, columns: int) -> None:
    """Of any rows, be they of a code or not."""
    random = Random(seed)
    indices = [spec.uint64(index) for index in random.sample(range(4 * rows), rows)]
    known = drawn_rows(random, rows, columns)
    assert kernels["recover_rows"](indices, known) == list(spec.recover_rows(indices, known))


@settings(max_examples=60, deadline=None)
@given(seed=seeds, size=st.integers(1, 64 * 128 * 31), kind=st.integers(0, 1))
def test_packing(spec: ModuleType, kernels: Kernels, seed: int, size: int, kind: int) -> None:
    size = min(size, 20_000) if seed % 4 else size
    data = Random(seed).randbytes(size)
    shape = spec.compute_shape(spec.uint8(kind), spec.uint64(size))
    rows = kernels["pack_rows"](shape, data)
    assert rows == list(spec.pack_rows(shape, data))
    assert kernels["unpack_rows"](rows) == spec.unpack_rows(rows)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, count=st.integers(0, 40), columns=st.sampled_from([0, 4, 12, 512]))
def test_checksums(spec: ModuleType, kernels: Kernels, seed: int, count: int, columns: int) -> None:
    random = Random(seed)
    rows = drawn_rows(random, count, columns)
    matrix = [spec.uint64(random.choice([*EDGES, random.randrange(P)])) for _ in range(2 * columns)]
    assert kernels["compute_checksums"](matrix, rows) == spec.compute_checksums(matrix, rows)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, rows=heights, width=st.integers(0, 200))
def test_roots(spec: ModuleType, kernels: Kernels, seed: int, rows: int, width: int) -> None:
    """Of rows of any bytes: a publisher can hash anything into a tree."""
    stored = [Random(seed + i).randbytes(width) for i in range(rows)]
    assert kernels["compute_rows_root"](stored) == spec.compute_rows_root(stored)


@settings(max_examples=100, deadline=None)
@given(
    words=st.lists(st.sampled_from([0, 2**62 - 1, 2**62, P - 1, P, 2**64 - 1]) | st.integers(0, 2**64 - 1), max_size=9),
    rest=st.binary(max_size=7),
)
def test_words_that_are_elements_or_limbs(spec: ModuleType, kernels: Kernels, words: list[int], rest: bytes) -> None:
    row = b"".join(word.to_bytes(8, "little") for word in words) + rest
    assert kernels["is_canonical"](row) == spec.is_canonical(row)
    assert kernels["has_limbs_alone"](row) == spec.has_limbs_alone(row)


def test_the_largest_blob_is_the_same_for_all_of_them_and_for_the_markdown_where_drawn(spec: ModuleType) -> None:
    """All of the rows by each, and some columns and rows by the Markdown; then it is recovered from any quarter."""
    random = Random(1)
    rows = [random.randbytes(4096) for _ in range(LARGEST)]
    rows = [
        b"".join((int.from_bytes(row[i : i + 8], "little") % P).to_bytes(8, "little") for i in range(0, 4096, 8))
        for row in rows
    ]
    by_each = {name: blobs.over(name)["da.extend_rows"](rows) for name in INSTALLED}
    first = by_each[INSTALLED[0]]
    assert all(every == first for every in by_each.values())
    assert first[:LARGEST] == rows
    for column in random.sample(range(512), 2):
        values = [spec.bytes_to_uint64(row[8 * column : 8 * column + 8]) for row in rows]
        found = [row[8 * column : 8 * column + 8] for row in first]
        assert found == [spec.uint_to_bytes(word) for word in spec.extend_column(values)]
    some = random.sample(range(4 * LARGEST), LARGEST)
    for name in INSTALLED:
        assert blobs.over(name)["da.recover_rows"](some, [first[i] for i in some]) == rows
    matrix = [random.randrange(P) for _ in range(1024)]
    totals = {name: blobs.over(name)["da.compute_checksums"](matrix, rows) for name in INSTALLED}
    for i in random.sample(range(LARGEST), 5):
        assert {checksums[i] for checksums in totals.values()} == {spec.compute_row_checksum(matrix, rows[i])}
    assert all(checksums == totals[INSTALLED[0]] for checksums in totals.values())
