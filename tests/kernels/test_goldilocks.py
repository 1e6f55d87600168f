"""The kernels of a GPU against the Markdown: compiled for this machine, twice, and on the GPU where there is one."""

from __future__ import annotations

import hashlib
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec
from axivon_spec.kernels import FIELDS, blobs, cuda, matrices, works
from axivon_spec.kernels.device import MOST_LEVELS, Device, shares
from tests.kernels import devices
from tests.kernels.test_blobs import drawn_rows, seeds

P = 2**64 - 2**32 + 1
EDGES = (0, 1, 2, 2**32 - 1, 2**32, 2**62 - 1, 2**62, 2**63, P - 2**32, P - 1, P, P + 1, 2**64 - 2**32, 2**64 - 1)
heights = st.sampled_from([1, 2, 4, 8, 16, 32, 64])
words = st.sampled_from(EDGES) | st.integers(0, 2**64 - 1)


@pytest.fixture(scope="module")
def spec() -> ModuleType:
    return axivon_spec.load("mainnet", kernels=())


@pytest.fixture(scope="module")
def minimal() -> ModuleType:
    return axivon_spec.load("minimal", kernels=())


@pytest.fixture(scope="module", params=devices.NAMES)
def device(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Device:
    return devices.made(request.param, tmp_path_factory.mktemp("goldilocks"))


def uploaded(device: Device, values: Any, dtype: Any = np.uint64) -> Any:
    return device.arrays.asarray(np.array(values, dtype=dtype))


def launched(device: Device, kernel: str, shape: tuple[int, ...], dtype: Any, *arguments: Any) -> Any:
    """What a kernel for tests writes into a new array."""
    found = device.arrays.empty(shape, dtype=dtype)
    device.launcher.launch(kernel, shape[0], *arguments, found)
    return device.launcher.download(found)


# The field


def compare_field(device: Device, pairs: list[tuple[int, int]]) -> None:
    a, b = (uploaded(device, column) for column in zip(*pairs, strict=True))
    expected = [
        [
            (x % P + y % P) % P,
            (x % P - y % (P + 1)) % P,
            x * y % P,
            (x + 2**64 * y) % P,
            x * pow(7, (P - 1) // 4, P) % P,
        ]
        for x, y in pairs
    ]
    assert launched(device, "field_parts", (len(pairs), 5), np.uint64, a, b).tolist() == expected
    assert launched(device, "high_products", (len(pairs),), np.uint64, a, b).tolist() == [x * y >> 64 for x, y in pairs]


def test_the_field_at_its_edges(device: Device) -> None:
    compare_field(device, [(a, b) for a in EDGES for b in EDGES])


@settings(max_examples=100, deadline=None)
@given(pairs=st.lists(st.tuples(words, words), min_size=1, max_size=50))
def test_the_field(device: Device, pairs: list[tuple[int, int]]) -> None:
    compare_field(device, pairs)


# The code


def test_levels_are_shared_evenly() -> None:
    for levels in range(20):
        parts = shares(levels)
        assert sum(parts) == levels and len(parts) == -(-levels // MOST_LEVELS)
        assert all(0 < part <= MOST_LEVELS for part in parts)


@settings(max_examples=30, deadline=None)
@given(seed=seeds, rows=heights, columns=st.sampled_from([0, 1, 2, 4, 12]))
def test_extension(spec: ModuleType, device: Device, seed: int, rows: int, columns: int) -> None:
    data = drawn_rows(Random(seed), rows, columns)
    extended = list(spec.extend_rows(data))
    assert matrices.stored(device.parity(matrices.read(data))) == extended[rows:]


@pytest.mark.parametrize("rows", [128, 256, 512, 1024, 2048, 4096, 8192])
def test_one_column_of_any_length(spec: ModuleType, device: Device, rows: int) -> None:
    values = [Random(rows).randrange(P) for _ in range(rows)]
    found = device.parity(np.array(values, dtype=np.uint64)[:, None])[:, 0]
    extended = spec.extend_column([spec.uint64(value) for value in values])
    assert found.tolist() == [int(value) for value in extended[rows:]]


@settings(max_examples=20, deadline=None)
@given(seed=seeds, rows=heights.filter(lambda rows: rows <= 16), columns=st.sampled_from([1, 4, 12]))
def test_recovery(spec: ModuleType, device: Device, seed: int, rows: int, columns: int) -> None:
    """Of any rows, be they of a code or not."""
    random = Random(seed)
    indices = random.sample(range(4 * rows), rows)
    known = drawn_rows(random, rows, columns)
    expected = list(spec.recover_rows([spec.uint64(index) for index in indices], known))
    assert matrices.stored(device.recover(indices, matrices.read(known))) == expected


def test_recovery_of_the_tallest_blob(device: Device) -> None:
    random = Random(4)
    data = np.array([[random.randrange(P) for _ in range(4)] for _ in range(8192)], dtype=np.uint64)
    extended = np.concatenate([data, device.parity(data)])
    some = random.sample(range(4 * 8192), 8192)
    assert (device.recover(some, extended[some]) == data).all()


# Bytes


@settings(max_examples=60, deadline=None)
@given(seed=seeds, size=st.integers(1, 20_000), kind=st.integers(0, 1))
def test_packing(spec: ModuleType, device: Device, seed: int, size: int, kind: int) -> None:
    data = Random(seed).randbytes(size)
    shape = spec.compute_shape(spec.uint8(kind), spec.uint64(size))
    limbs = device.pack(data, int(shape.rows), int(shape.row_chunks))
    rows = list(spec.pack_rows(shape, data))
    assert matrices.stored(limbs) == rows
    assert device.unpack(limbs) == spec.unpack_rows(rows)


def test_what_is_behind_the_end_of_the_data_does_not_count(device: Device) -> None:
    data = uploaded(device, [2**64 - 1] * 8)
    for size in range(65):
        rows = device.arrays.empty((3, 4), dtype=np.uint64)
        device.pack_into(rows, data, size)
        assert device.unpack(device.launcher.download(rows)) == (b"\xff" * size).ljust(93, b"\x00")


@settings(max_examples=40, deadline=None)
@given(limbs=st.lists(st.sampled_from([0, 1, 2**62 - 1]) | st.integers(0, 2**62 - 1), min_size=1, max_size=9))
def test_unpacking(spec: ModuleType, device: Device, limbs: list[int]) -> None:
    limbs = limbs * 4
    expected = b"".join(spec.unpack_chunk(limbs[i : i + 4]) for i in range(0, len(limbs), 4))
    assert device.unpack(np.array(limbs, dtype=np.uint64)) == expected


# Digests


@pytest.mark.parametrize("length", [0, 1, 40, 55, 56, 63, 64, 73, 119, 120, 200])
def test_digests_of_bytes(device: Device, length: int) -> None:
    messages = [Random(length + i).randbytes(length) for i in range(3)]
    array = uploaded(device, [list(message) for message in messages], np.uint8)
    found = launched(device, "digest_of_bytes", (3, 8), np.uint32, length, array)
    assert [row.tobytes() for row in found] == [hashlib.sha256(message).digest() for message in messages]


def test_digests_of_rows(device: Device) -> None:
    for length in (*range(0, 520, 8), 1024, 4096):
        rows = [Random(length + i).randbytes(length) for i in range(3)]
        found = device.launcher.download(device.digests(device.arrays.asarray(matrices.read(rows))))
        assert [row.tobytes() for row in found] == [hashlib.sha256(row).digest() for row in rows]


@settings(max_examples=40, deadline=None)
@given(seed=seeds, rows=heights, width=st.integers(0, 200))
def test_roots(spec: ModuleType, device: Device, seed: int, rows: int, width: int) -> None:
    """Of rows of any bytes: a publisher can hash anything into a tree."""
    stored = [Random(seed + i).randbytes(width) for i in range(rows)]
    assert device.root(stored) == spec.compute_rows_root(stored)
    stored[-1] += b"more"
    assert device.root(stored) == spec.compute_rows_root(stored)


@pytest.mark.parametrize("rows", [256, 512, 1024, 4096, 32768])
def test_roots_of_many_rows(spec: ModuleType, device: Device, rows: int) -> None:
    stored = [Random(i).randbytes(32) for i in range(rows)]
    assert device.root(stored) == spec.compute_rows_root(stored)


# The checksum


@settings(max_examples=40, deadline=None)
@given(seed=seeds, count=st.integers(1, 40), columns=st.sampled_from([0, 4, 12, 64, 68, 512]))
def test_checksums(spec: ModuleType, device: Device, seed: int, count: int, columns: int) -> None:
    """Of any words: a row is only known to have elements where that was checked."""
    random = Random(seed)
    rows = [[random.choice([*EDGES, random.randrange(P)]) for _ in range(columns)] for _ in range(count)]
    matrix = [random.choice([0, 1, P - 1, random.randrange(P)]) for _ in range(2 * columns)]
    stored = [b"".join(word.to_bytes(8, "little") for word in row) for row in rows]
    factors = np.array(matrix, dtype=np.uint64).reshape(-1, 2)
    expected = spec.compute_checksums([spec.uint64(word) for word in matrix], stored)
    assert matrices.stored(device.checksums(factors, matrices.read(stored))) == expected


def test_the_largest_sum_of_products(spec: ModuleType, device: Device) -> None:
    """2^64 - 1 by p - 1 everywhere: sums of more than 128 bits."""
    rows = np.full((2, 512), 2**64 - 1, dtype=np.uint64)
    factors = np.full((512, 2), P - 1, dtype=np.uint64)
    assert device.checksums(factors, rows).tolist() == [[512 * (2**64 - 1) * (P - 1) % P] * 2] * 2


# All of it


def compare_blob(spec: ModuleType, device: Device, kind: int, data: bytes) -> None:
    expected = spec.encode_blob(spec.uint8(kind), spec.Bytes32(), data)
    shape = spec.compute_shape(spec.uint8(kind), spec.uint64(len(data)))
    count, row_chunks = int(shape.rows), int(shape.row_chunks)
    buffer = np.frombuffer(data.ljust(-(-len(data) // 8) * 8, b"\xff"), dtype=np.uint64)
    rows = device.arrays.empty((4 * count, 4 * row_chunks), dtype=np.uint64)
    found = device.encode(kind, len(data), device.arrays.asarray(buffer), rows)
    download = device.launcher.download
    assert matrices.stored(download(rows)) == [bytes(row) for row in expected.rows]
    assert download(found.rows_root).tobytes() == expected.header.rows_root
    assert download(found.checksum).tobytes() == bytes(expected.checksum)
    assert download(found.checksum_root).tobytes() == expected.header.checksum_root


@settings(max_examples=40, deadline=None)
@given(seed=seeds, size=st.integers(1, 1984), kind=st.integers(0, 1))
def test_whole_blobs_of_minimal(minimal: ModuleType, device: Device, seed: int, size: int, kind: int) -> None:
    compare_blob(minimal, device, kind, Random(seed).randbytes(size))


@pytest.mark.parametrize("size", [1, 496, 497, 1488, 5000])
def test_whole_blobs_of_mainnet(spec: ModuleType, device: Device, size: int) -> None:
    compare_blob(spec, device, 0, Random(size).randbytes(size))


@pytest.mark.parametrize("rows", [32, 64])
def test_taller_blobs(minimal: ModuleType, device: Device, rows: int) -> None:
    """Of few columns, which at `mainnet` are as wide as a page."""
    taller = axivon_spec.load("minimal", kernels=(), MAX_ROWS=rows)
    compare_blob(taller, device, 0, Random(rows).randbytes(rows * 31 * 2))


def test_a_large_blob_is_the_same_by_other_kernels(device: Device) -> None:
    name = next(name for name in FIELDS if name != "cupy" and works(name))
    spec = axivon_spec.load("mainnet", kernels=("indexed_list", name))
    compare_blob(spec, device, 1, Random(1).randbytes(1 << 20))


def test_the_substitutes_work_on_a_device(minimal: ModuleType, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bound as `cupy`, whatever the device: what comes from the spec and goes to it has the right form."""
    monkeypatch.setattr(cuda, "work", lambda: device)
    blobs._loaded.cache_clear()
    try:
        kernels = {name.removeprefix("da."): kernel for name, kernel in blobs.over("cupy").items()}
        data = Random(2).randbytes(1984)
        shape = minimal.compute_shape(minimal.uint8(0), minimal.uint64(len(data)))
        rows = kernels["pack_rows"](shape, data)
        extended = kernels["extend_rows"](rows)
        assert extended == list(minimal.extend_rows(minimal.pack_rows(shape, data)))
        assert kernels["unpack_rows"](rows) == data
        assert kernels["compute_rows_root"](extended) == minimal.compute_rows_root(extended)
        indices = [minimal.uint64(index) for index in range(1, 64, 4)]
        assert kernels["recover_rows"](indices, [extended[int(index)] for index in indices]) == rows
        matrix = minimal.compute_checksum_matrix(minimal.BlobHeader(kind=0, size=len(data)))
        assert kernels["compute_checksums"](matrix, rows) == minimal.compute_checksums(matrix, rows)
        assert kernels["compute_checksums"](matrix, []) == []
    finally:
        blobs._loaded.cache_clear()
