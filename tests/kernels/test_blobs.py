"""What is done with whole blobs, by each implementation of the field, against the Markdown and against each other."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec
from axivon_spec.kernels import FIELDS, blobs, select, works
from axivon_spec.runtime.outcome import perform
from generators.blobs import commit, commit_with, encode, opened

P = 2**64 - 2**32 + 1
EDGES = (0, 1, 2**32 - 1, 2**32, 2**62 - 1, 2**62, P - 2**32, P - 1)
WIDTHS = {"minimal": [4, 8, 12, 16], "mainnet": [0, 1, 2, 4, 12]}  # elements; of mainnet the wide ones below
HEIGHTS = {"minimal": [4, 8, 16], "mainnet": [1, 2, 4, 8, 16, 32, 64]}
INSTALLED = [name for name in FIELDS if works(name)]
LARGEST = 8192  # data rows
MAINNET = axivon_spec.load("mainnet", kernels=())
MINIMAL = axivon_spec.load("minimal", kernels=())
BOUND = {name: axivon_spec.load("minimal", kernels=(name,)) for name in INSTALLED}

Kernels = dict[str, Callable[..., Any]]


@pytest.fixture(scope="module", params=WIDTHS)
def preset(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def spec(preset: str) -> ModuleType:
    return axivon_spec.load(preset, kernels=())


@pytest.fixture(scope="module", params=INSTALLED)
def kernels(request: pytest.FixtureRequest) -> Kernels:
    return {name.removeprefix("da."): kernel for name, kernel in blobs.over(request.param).items()}


def drawn_rows(random: Random, count: int, columns: int) -> list[bytes]:
    """Rows of elements, many of them at an edge."""
    words = (random.choice(EDGES) if random.random() < 0.3 else random.randrange(P) for _ in range(count * columns))
    return [b"".join(next(words).to_bytes(8, "little") for _ in range(columns)) for _ in range(count)]


seeds = st.integers(0, 2**32)
drawing = st.data()


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


def test_all_that_is_meant_to_be_installed_is_compared() -> None:
    """Where `scripts/environment` has made the environment, Numba is there too; others may do with NumPy alone."""
    made = (Path(sys.prefix) / "ready").exists()
    assert set(INSTALLED) >= ({"numpy", "numba"} if made else {"numpy"})


@settings(max_examples=20, deadline=None)
@given(seed=seeds, draws=drawing)
def test_extension(spec: ModuleType, preset: str, kernels: Kernels, seed: int, draws: st.DataObject) -> None:
    rows, columns = (draws.draw(st.sampled_from(of[preset])) for of in (HEIGHTS, WIDTHS))
    data = drawn_rows(Random(seed), rows, columns)
    assert kernels["extend_rows"](data) == list(spec.extend_rows(data))


@settings(max_examples=3, deadline=None)
@given(seed=seeds, rows=st.sampled_from([32, 64]), chunks=st.integers(65, 128))
def test_extension_of_wide_rows(seed: int, rows: int, chunks: int) -> None:
    """As wide as all packed blobs of so many rows are."""
    data = drawn_rows(Random(seed), rows, 4 * chunks)
    expected = list(MAINNET.extend_rows(data))
    for name in INSTALLED:
        assert blobs.over(name)["da.extend_rows"](data) == expected, name


@settings(max_examples=20, deadline=None)
@given(seed=seeds, draws=drawing)
def test_recovery(spec: ModuleType, preset: str, kernels: Kernels, seed: int, draws: st.DataObject) -> None:
    """Of any rows, be they of a code or not."""
    rows = draws.draw(st.sampled_from([rows for rows in HEIGHTS[preset] if rows <= 16]))
    columns = draws.draw(st.sampled_from([columns for columns in WIDTHS[preset] if columns]))
    random = Random(seed)
    indices = [spec.uint64(index) for index in random.sample(range(4 * rows), rows)]
    known = drawn_rows(random, rows, columns)
    assert kernels["recover_rows"](indices, known) == list(spec.recover_rows(indices, known))


@pytest.mark.parametrize("rows", [32, 64])
def test_recovery_of_many_rows(rows: int) -> None:
    """Of so few examples because the Markdown takes the cube of the rows for one."""
    random = Random(rows)
    for columns in (1, 5):
        indices = [MAINNET.uint64(index) for index in random.sample(range(4 * rows), rows)]
        known = drawn_rows(random, rows, columns)
        expected = list(MAINNET.recover_rows(indices, known))
        for name in INSTALLED:
            assert blobs.over(name)["da.recover_rows"](indices, known) == expected, name


@settings(max_examples=30, deadline=None)
@given(seed=seeds, draws=drawing, kind=st.integers(0, 1))
def test_packing(spec: ModuleType, kernels: Kernels, seed: int, draws: st.DataObject, kind: int) -> None:
    largest = min(64, int(spec.MAX_ROWS)) * int(spec.MAX_ROW_CHUNKS) * 31
    size = draws.draw(st.integers(1, largest if seed % 8 == 0 else min(largest, 20_000)))
    data = Random(seed).randbytes(size)
    shape = spec.compute_shape(spec.uint8(kind), spec.uint64(size))
    rows = kernels["pack_rows"](shape, data)
    assert rows == list(spec.pack_rows(shape, data))
    assert kernels["unpack_rows"](rows) == spec.unpack_rows(rows)


@settings(max_examples=30, deadline=None)
@given(seed=seeds, count=st.integers(0, 40), draws=drawing)
def test_checksums(
    spec: ModuleType, preset: str, kernels: Kernels, seed: int, count: int, draws: st.DataObject
) -> None:
    columns = draws.draw(st.sampled_from([*WIDTHS[preset], 4 * int(spec.MAX_ROW_CHUNKS)]))
    random = Random(seed)
    rows = drawn_rows(random, count, columns)
    matrix = [spec.uint64(random.choice([*EDGES, random.randrange(P)])) for _ in range(2 * columns)]
    assert kernels["compute_checksums"](matrix, rows) == spec.compute_checksums(matrix, rows)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, draws=drawing, width=st.integers(0, 200))
def test_roots(spec: ModuleType, preset: str, kernels: Kernels, seed: int, draws: st.DataObject, width: int) -> None:
    """Of rows of any bytes: a publisher can hash anything into a tree."""
    rows = 4 * draws.draw(st.sampled_from(HEIGHTS[preset]))
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


# Whole calls of the interface, on the Markdown and with substitutes bound

DAMAGES = {
    "none": None,
    "another bit": "da.check_place.wrong-rows-root",
    "a shorter row": "da.check_form.wrong-row-length",
    "no element": "da.check_form.element-not-below-modulus",
    "another element": "da.check_rows.wrong-checksum",
    "no element in the checksum": "da.check_checksum_elements.element-not-below-modulus",
    "another element in the checksum": "da.check_rows.wrong-checksum",
    "no data": None,
}


def changed(random: Random, stored: bytes, no_element: bool) -> bytes:
    """With another word in one place, which is an element or is none."""
    at = 8 * random.randrange(len(stored) // 8)
    word = int.from_bytes(stored[at : at + 8], "little")
    word = random.randrange(P, 2**64) if no_element else (word + random.randrange(1, P)) % P
    return stored[:at] + word.to_bytes(8, "little") + stored[at + 8 :]


def published(spec: ModuleType, random: Random, code: Any, damage: str) -> tuple[Any, int]:
    """A blob that is not as it should be, with true roots; and a row that the damage shows in."""
    rows, data_rows, kind = [bytes(row) for row in code.rows], len(code.rows) // 4, int(code.header.kind)
    at = random.randrange(len(rows))
    if damage == "a shorter row":
        return commit_with(spec, code, [*rows[:at], rows[at][:-1], *rows[at + 1 :]]), at
    if damage in ("no element", "another element"):
        row = changed(random, rows[at], damage == "no element")
        return commit_with(spec, code, [*rows[:at], row, *rows[at + 1 :]]), at
    if damage == "no data":
        first = random.randrange(2**62, P).to_bytes(8, "little") + rows[0][8:]
        return commit(spec, int(code.header.size), spec.extend_rows([first, *rows[1:data_rows]]), kind), at
    if damage in ("no element in the checksum", "another element in the checksum"):
        at %= data_rows
        checksum = bytes(code.checksum)
        part = changed(random, checksum[16 * at : 16 * at + 16], damage.startswith("no"))
        code.checksum = checksum[: 16 * at] + part + checksum[16 * at + 16 :]
        code.header.checksum_root = spec.compute_checksum_root(bytes(code.checksum))
    return code, at


def told(spec: ModuleType, seed: int, size: int, kind: int, damage: str) -> list[Any]:
    """What a spec encodes; and whether some rows of it, once it is damaged, are refused and what they decode to."""
    random = Random(seed)
    code = encode(spec, random.randbytes(size), spec.uint8(kind))
    said = [spec.serialize(code)]
    blob, at = published(spec, random, code, damage)
    some = set(random.sample(range(len(blob.rows)), random.randrange(len(blob.rows) + 1)))
    some |= {at} if DAMAGES[damage] else set()
    given = opened(spec, blob, sorted(some))
    if damage == "another bit":
        proof = next(proof for proof in given if proof.index == at)
        row = bytearray(bytes(proof.row))
        row[random.randrange(len(row))] ^= 1 << random.randrange(8)
        proof.row = bytes(row)
    for function in (spec.check_rows, spec.decode_blob):
        outcome = perform(function, blob.header, blob.checksum, given)
        said.append(outcome.rule if outcome.value is None else spec.serialize(outcome.value))
    return said


@pytest.mark.parametrize("damage", DAMAGES)
@settings(max_examples=12, deadline=None)
@given(seed=seeds, size=st.integers(1, 1984), kind=st.integers(0, 1))
def test_whole_calls(damage: str, seed: int, size: int, kind: int) -> None:
    """Of encoding, checking and decoding: the same bytes, and refusals by the same rule."""
    expected = told(MINIMAL, seed, size, kind, damage)
    assert expected[1] == DAMAGES[damage]
    for name, spec in BOUND.items():
        assert told(spec, seed, size, kind, damage) == expected, name


# The largest blob


def whole_job(name: str, data: bytes) -> dict[str, Any]:
    """What the kernels with this name make of the largest blob, and of any quarter of its rows."""
    kernels = blobs.over(name)
    shape = MAINNET.compute_shape(MAINNET.BlobKind.PACKED, MAINNET.uint64(len(data)))
    rows = kernels["da.extend_rows"](kernels["da.pack_rows"](shape, data))
    header = MAINNET.BlobHeader(size=len(data), rows_root=kernels["da.compute_rows_root"](rows))
    some = Random(2).sample(range(4 * LARGEST), LARGEST)
    recovered = kernels["da.recover_rows"](some, [rows[i] for i in some])
    return {
        "rows": rows,
        "root": header.rows_root,
        "checksums": kernels["da.compute_checksums"](MAINNET.compute_checksum_matrix(header), rows[:LARGEST]),
        "recovered": recovered == rows[:LARGEST],
        "unpacked": kernels["da.unpack_rows"](recovered) == data,
        "canonical": all(map(kernels["da.is_canonical"], rows)),
        "limbs": [bool(kernels["da.has_limbs_alone"](row)) for row in rows],
    }


def test_the_largest_blob_is_the_same_for_all_of_them_and_for_the_markdown_where_drawn() -> None:
    """From bytes to rows and back, all of it by each; and some columns and rows by the Markdown."""
    random = Random(1)
    data = random.randbytes(int(MAINNET.MAX_BLOB_BYTES) - 62) + b"\xff" * 62  # limbs of 2^62 - 1 at the end
    made = whole_job(INSTALLED[0], data)
    for name in INSTALLED[1:]:
        assert whole_job(name, data) == made, name
    assert made["recovered"] and made["unpacked"] and made["canonical"]
    assert made["limbs"] == [True] * LARGEST + [False] * 3 * LARGEST

    rows = made["rows"]
    assert made["root"] == MAINNET.compute_rows_root(rows)
    width = 128 * 31
    for i in [LARGEST - 1, *random.sample(range(LARGEST), 5)]:
        shape = MAINNET.BlobShape(rows=1, row_chunks=128)
        assert [rows[i]] == MAINNET.pack_rows(shape, data[width * i : width * (i + 1)])
    for column in random.sample(range(512), 2):
        found = [MAINNET.bytes_to_uint64(row[8 * column : 8 * column + 8]) for row in rows]
        assert found == MAINNET.extend_column(found[:LARGEST])
    matrix = MAINNET.compute_checksum_matrix(MAINNET.BlobHeader(size=len(data), rows_root=made["root"]))
    expected = MAINNET.extend_checksum(b"".join(made["checksums"]))
    for i in [*random.sample(range(LARGEST), 5), *random.sample(range(LARGEST, 4 * LARGEST), 5)]:
        assert expected[i] == MAINNET.compute_row_checksum(matrix, rows[i])
