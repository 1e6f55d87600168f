"""The code against definitions written another way: polynomials evaluated one by one, and systems of equations."""

from __future__ import annotations

from itertools import combinations
from random import Random
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec
from axivon_spec.runtime import ssz

P = 2**64 - 2**32 + 1
LENGTHS = (1, 2, 4, 8, 16)


@pytest.fixture(scope="module")
def spec() -> ModuleType:
    return axivon_spec.load("minimal", kernels=())


def point(rows: int, index: int) -> int:
    """Of an extended row: the data at the fourth roots apart, each block of parity one step further."""
    omega = pow(7, (P - 1) // (4 * rows), P)
    return pow(omega, 4 * (index % rows) + index // rows, P)


def solved(matrix: list[list[int]], right: list[int]) -> list[int]:
    """The solution of a system of equations modulo p, by elimination."""
    lines = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for column in range(len(lines)):
        pivot = next(i for i in range(column, len(lines)) if lines[i][column])
        lines[column], lines[pivot] = lines[pivot], lines[column]
        inverse = pow(lines[column][column], -1, P)
        lines[column] = [value * inverse % P for value in lines[column]]
        for i, line in enumerate(lines):
            if i != column and line[column]:
                factor = line[column]
                lines[i] = [(a - factor * b) % P for a, b in zip(line, lines[column], strict=True)]
    return [line[-1] for line in lines]


def extended(values: list[int], places: list[int] | None = None) -> list[int]:
    """All values of the polynomial with these values at the first places, or at others."""
    rows = len(values)
    places = list(range(rows)) if places is None else places
    powers = [[pow(point(rows, place), power, P) for power in range(rows)] for place in places]
    coefficients = solved(powers, values)
    return [sum(c * pow(point(rows, i), power, P) for power, c in enumerate(coefficients)) % P for i in range(4 * rows)]


def elements(count: int) -> st.SearchStrategy[list[int]]:
    edges = st.sampled_from([0, 1, P - 1, 2**32 - 1, 2**32, 2**62, 2**63])
    return st.lists(edges | st.integers(0, P - 1), min_size=count, max_size=count)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), rows=st.sampled_from(LENGTHS))
def test_a_column_is_the_polynomial_that_its_data_decides(spec: ModuleType, data: st.DataObject, rows: int) -> None:
    values = data.draw(elements(rows))
    assert [int(element) for element in spec.encode_column(values)] == extended(values)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), rows=st.sampled_from(LENGTHS[2:]))
def test_recovery_solves_the_equations(spec: ModuleType, data: st.DataObject, rows: int) -> None:
    """Any rows, also such as no column of the code has: they decide one."""
    places = sorted(data.draw(st.sets(st.integers(0, 4 * rows - 1), min_size=rows, max_size=rows)))
    values = data.draw(elements(rows))
    given_rows = [value.to_bytes(8, "little") for value in values]
    found = spec.recover_rows([spec.uint64(place) for place in places], given_rows)
    assert [int.from_bytes(row, "little") for row in found] == extended(values, places)[:rows]


def test_the_points_of_all_rows_are_different_roots_of_unity(spec: ModuleType) -> None:
    for rows in (4, 8, 16, 8192):
        points = {int(spec.compute_point(spec.uint64(rows), spec.uint64(i))) for i in range(0, 4 * rows, rows // 4)}
        assert len(points) == 16
        assert all(pow(x, 4 * rows, P) == 1 for x in points)


def test_two_columns_agree_in_fewer_places_than_there_are_data_rows(spec: ModuleType) -> None:
    """Every column of 0 and 1 against every other: they are near to each other where any are."""
    columns = [[value >> i & 1 for i in range(4)] for value in range(16)]
    words = [list(map(int, spec.encode_column(column))) for column in columns]
    for one, other in combinations(words, 2):
        assert sum(a == b for a, b in zip(one, other, strict=True)) < 4


def test_the_largest_column_of_mainnet_is_that_polynomial() -> None:
    """At places that were drawn: a column of 8,192 elements, evaluated by its coefficients."""
    spec = axivon_spec.load("mainnet", kernels=())
    random = Random(1)
    values = [random.randrange(P) for _ in range(8192)]
    word = list(map(int, spec.encode_column(values)))
    assert word[:8192] == values
    root = spec.compute_root_of_unity(spec.uint64(8192))
    coefficients = list(map(int, spec.interpolate([spec.uint64(value) for value in values], root)))
    for place in random.sample(range(4 * 8192), 5):
        x, total = point(8192, place), 0
        for coefficient in reversed(coefficients):
            total = (total * x + coefficient) % P
        assert word[place] == total


def test_limbs_and_bytes_say_the_same(spec: ModuleType) -> None:
    random = Random(2)
    for size in (0, 1, 30, 31):
        data = random.randbytes(size)
        number = int.from_bytes(data, "little")
        limbs = [number >> 62 * i & 2**62 - 1 for i in range(4)]
        stored = b"".join(limb.to_bytes(8, "little") for limb in limbs)
        assert spec.pack_chunk(data) == stored
        assert spec.unpack_row(stored) == data.ljust(31, b"\x00")


@settings(max_examples=40, deadline=None)
@given(size=st.integers(1, 1984), kind=st.integers(0, 1))
def test_roots_are_those_of_ssz(spec: ModuleType, size: int, kind: int) -> None:
    """Of a vector of digests, and of one of integers."""
    blob = spec.encode_blob(kind, spec.Bytes32(), Random(size).randbytes(size))
    digests = [spec.sha256(row) for row in blob.rows]
    assert blob.header.rows_root == ssz.hash_tree_root(spec.Vector[spec.Bytes32, len(digests)](*digests))
    words = [int(word) for word in spec.read_elements(blob.checksum)]
    assert blob.header.checksum_root == ssz.hash_tree_root(spec.Vector[spec.uint64, len(words)](*words))
    assert len(words) == len(digests) // 2


def test_the_data_root_is_the_left_quarter(spec: ModuleType) -> None:
    """Generalized index 4 of the tree of digests."""
    blob = spec.encode_blob(0, spec.Bytes32(), bytes(range(200)))
    digests = spec.Vector[spec.Bytes32, len(blob.rows)](*[spec.sha256(row) for row in blob.rows])
    node = digests.get_backing()
    branch = spec.Vector[spec.Bytes32, 2](node.get_left().get_right().merkle_root(), node.get_right().merkle_root())
    spec.check_data_root(blob.header, spec.Bytes32(node.get_left().get_left().merkle_root()), branch)
