"""Items of batches: what was put in comes out, and nothing else does."""

from __future__ import annotations

import contextlib
from random import Random
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec
from axivon_spec.runtime.outcome import Rejection
from axivon_spec.runtime.ssz import serialize
from generators.batches import item, item_domain, item_proof, list_of
from generators.blobs import encode


@pytest.fixture(scope="module")
def spec() -> ModuleType:
    return axivon_spec.load("minimal", kernels=())


sizes = st.lists(st.integers(0, 256), min_size=1, max_size=6).filter(lambda sizes: sum(sizes) < 1100)


@settings(max_examples=25, deadline=None)
@given(sizes=sizes, kind=st.integers(0, 1), seed=st.integers(0, 2**32))
def test_every_item_is_proven_by_the_rows_that_hold_it_and_by_none_less(
    spec: ModuleType, sizes: list[int], kind: int, seed: int
) -> None:
    random = Random(seed)
    items = [item(spec, random.randbytes(size), number) for number, size in enumerate(sizes)]
    blob = encode(spec, bytes(spec.encode_batch(list_of(spec, items))), spec.uint8(kind))
    for position, made in enumerate(items):
        proof = spec.prove_item(blob, spec.uint64(position))
        assert spec.check_item(blob.header, proof, item_domain(spec)) == made
        for left_out in range(len(proof.rows)):
            shorter = proof.copy()
            shorter.rows = [proven for place, proven in enumerate(proof.rows) if place != left_out]
            with pytest.raises(Rejection, match=r"da\.read_part\.row-missing"):
                spec.check_item(blob.header, shorter, item_domain(spec))
    with pytest.raises(Rejection, match=r"da\.find_item\.no-such-item"):
        spec.prove_item(blob, spec.uint64(len(items)))


@settings(max_examples=60, deadline=None)
@given(data=st.binary(min_size=4, max_size=400), position=st.integers(0, 8), table=st.integers(0, 9))
def test_what_is_no_batch_has_no_items(spec: ModuleType, data: bytes, position: int, table: int) -> None:
    """Bytes that nobody has signed: whatever the table says, a rule refuses it, and nothing else goes wrong."""
    blob = encode(spec, (4 * table).to_bytes(4, "little") + data)
    rows = range(min(len(blob.rows) // 4, int(spec.MAX_ITEM_ROWS)))
    with pytest.raises(Rejection, match=r"da\."):
        spec.prove_item(blob, spec.uint64(position))
    with pytest.raises(Rejection, match=r"da\."):
        proof = item_proof(spec, blob, 0, rows=rows)
        proof.position = position
        spec.check_item(blob.header, proof, item_domain(spec))


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), position=st.integers(0, 9) | st.integers(0, 2**64 - 1))
def test_of_any_blob_an_item_is_proven_or_refused(spec: ModuleType, seed: int, position: int) -> None:
    """A batch of which anything may have changed: sizes, rows, offsets, checksum."""
    random = Random(seed)
    items = [item(spec, random.randbytes(random.randrange(200)), number) for number in range(random.randrange(1, 6))]
    data = bytearray(spec.encode_batch(list_of(spec, items)))
    if random.randrange(2):
        begin = 4 * random.randrange(6)
        data[begin : begin + 4] = random.randrange(2 ** random.choice([5, 8, 10, 32])).to_bytes(4, "little")
    blob = encode(spec, bytes(data), spec.uint8(random.randrange(2)))
    for _ in range(random.randrange(3)):
        match random.randrange(4):
            case 0:
                blob.header.size = random.choice([random.randrange(2000), random.randrange(2**64)])
            case 1:
                blob.checksum = bytes(blob.checksum)[: random.randrange(200)]
            case 2:
                blob.rows = [bytes(row) for row in blob.rows][: random.randrange(65)]
            case 3:
                changed = random.randrange(len(blob.rows) or 1) % 8
                rows = [bytes(row) for row in blob.rows]
                length = random.choice([random.randrange(129), len(rows[0]) if rows else 0])
                rows[changed : changed + 1] = [random.randbytes(length)]
                blob.rows = rows
    with contextlib.suppress(Rejection):
        assert spec.prove_item(blob, spec.uint64(position)).position == position


def test_the_proof_of_the_largest_item_has_room() -> None:
    """However narrow the rows: those of the smallest blob, and half as wide as a page in all others."""
    for preset in axivon_spec.PRESETS:
        spec = axivon_spec.load(preset, kernels=())
        empty = spec.BatchItem(content=spec.ItemContent(data=b""))
        largest = len(serialize(empty)) + int(spec.MAX_ITEM_BYTES)
        chunks = int(spec.MAX_ROW_CHUNKS) // 2 + 1
        width = int(spec.DATA_CHUNK_BYTES) * chunks
        most = -(-(largest - 1) // width) + 1 + 3  # of the item, wherever it begins; its two offsets and the first
        assert max(int(spec.MIN_ROWS), most) <= int(spec.MAX_ITEM_ROWS)
        for rows in (1, 2, 3, 5, 9):  # rows that are narrower belong to blobs with as few rows as there can be
            size = rows * int(spec.DATA_CHUNK_BYTES * spec.MIN_ROWS)
            shape = spec.compute_shape(spec.BlobKind.PACKED, spec.uint64(min(size, int(spec.MAX_BLOB_BYTES))))
            assert int(shape.rows) == int(spec.MIN_ROWS) or int(shape.row_chunks) >= chunks
