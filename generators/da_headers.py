"""Headers of blobs: the shapes that follow from them, and those that no blob can have, wherever one is read."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, register, step
from generators.batches import item_domain
from generators.blobs import commit, data_root, opened, proven, sizes
from generators.primitives import digest

# Shapes


@case("da", "compute_shape", presets=("minimal", "mainnet"))
def of_every_size_at_which_it_changes(spec: ModuleType) -> Steps:
    """Sizes that fill a chunk in each row, or all rows, exactly, and by one byte less or more."""
    for kind in (spec.BlobKind.PACKED, spec.BlobKind.PAGES):
        for size in sizes(spec):
            yield step(spec.compute_shape, kind, spec.uint64(size))


# Headers that no blob can have, at every entry point that reads one. What comes with them is as if they were none.


ALLOWED = (  # a blob that is too large has more rows than there is room for
    "da.check_checksum.wrong-checksum-length",
    "da.check_place.wrong-branch-length",
    "da.list_wrong_leaves.wrong-number-of-rows",
    "da.list_wrong_leaves.wrong-checksum-root",
    "da.check_parts.wrong-number-of-rows",
    "da.decode_blob.too-few-rows",
    "da.find_item.no-such-item",  # zeros are no batch
    "da.read_part.row-missing",
)


def _zeros(spec: ModuleType, kind: int, size: int) -> list[bytes]:
    """All rows of a blob of zeros; of one that cannot be, as wide as the size says."""
    if 0 < size <= spec.MAX_BLOB_BYTES:
        shape = spec.compute_shape(int(kind == 1), spec.uint64(size))
        return [bytes(32 * int(shape.row_chunks))] * int(4 * shape.rows)
    return [bytes(96 if size else 0)] * 16


def _shaped(spec: ModuleType, kind: int, size: int) -> Any:
    return step(spec.compute_shape, kind, spec.uint64(size))


def _matrix(spec: ModuleType, kind: int, size: int) -> Any:
    return step(spec.compute_checksum_matrix, spec.BlobHeader(kind=kind, size=size))


def _counted(spec: ModuleType, kind: int, size: int) -> Any:
    return step(spec.get_sample_count, kind, spec.uint64(size))


def _sampled(spec: ModuleType, kind: int, size: int) -> Any:
    return step(spec.draw_samples, spec.BlobHeader(kind=kind, size=size), digest(spec, 1), spec.uint64(3))


def _data_row(spec: ModuleType, kind: int, size: int) -> Any:
    row = spec.ByteList[spec.MAX_ROW_BYTES](_zeros(spec, kind, size)[1])
    return step(spec.check_data_row, spec.BlobHeader(kind=kind, size=size), spec.uint64(1), row)


def _leaves(spec: ModuleType, kind: int, size: int) -> Any:
    blob = commit(spec, size, _zeros(spec, kind, size), kind)
    rows = spec.List[spec.ByteList[spec.MAX_ROW_BYTES], spec.MAX_ROWS](list(blob.rows)[: len(blob.rows) // 4])
    digests = spec.List[spec.Bytes32, spec.MAX_EXTENDED_ROWS]([spec.sha256(row) for row in blob.rows])
    return step(spec.list_wrong_leaves, blob.header, rows, digests)


def _row(spec: ModuleType, kind: int, size: int) -> Any:
    blob = commit(spec, size, _zeros(spec, kind, size), kind)
    return step(spec.check_row, blob.header, proven(spec, blob, 1))


def _rows(spec: ModuleType, kind: int, size: int) -> Any:
    blob = commit(spec, size, _zeros(spec, kind, size), kind)
    return step(spec.check_rows, blob.header, blob.checksum, opened(spec, blob, range(len(blob.rows) // 4)))


def _decoded(spec: ModuleType, kind: int, size: int) -> Any:
    blob = commit(spec, size, _zeros(spec, kind, size), kind)
    return step(spec.decode_blob, blob.header, blob.checksum, opened(spec, blob, range(len(blob.rows) // 4)))


def _item(spec: ModuleType, kind: int, size: int) -> Any:
    blob = commit(spec, size, _zeros(spec, kind, size), kind)
    proof = spec.ItemProof(rows=spec.List[spec.RowProof, spec.MAX_ITEM_ROWS]([proven(spec, blob, 0)]))
    return step(spec.check_item, blob.header, proof, item_domain(spec))


def _prove_item(spec: ModuleType, kind: int, size: int) -> Any:
    return step(spec.prove_item, commit(spec, size, _zeros(spec, kind, size), kind), spec.uint64(0))


def _proven(spec: ModuleType, kind: int, size: int) -> Any:
    return step(spec.prove_row, commit(spec, size, _zeros(spec, kind, size), kind), spec.uint64(0))


def _rooted(spec: ModuleType, kind: int, size: int) -> Any:
    blob = commit(spec, size, _zeros(spec, kind, size), kind)
    return step(spec.check_data_root, blob.header, *data_root(spec, blob))


READERS: dict[str, Callable[[ModuleType, int, int], Any]] = {
    "compute_shape": _shaped,
    "compute_checksum_matrix": _matrix,
    "get_sample_count": _counted,
    "draw_samples": _sampled,
    "check_data_row": _data_row,
    "list_wrong_leaves": _leaves,
    "check_row": _row,
    "check_rows": _rows,
    "decode_blob": _decoded,
    "check_item": _item,
    "prove_item": _prove_item,
    "prove_row": _proven,
    "check_data_root": _rooted,
}


def _register_headers() -> None:
    for name, read in READERS.items():

        def of_an_unknown_kind(spec: ModuleType, read: Any = read) -> Steps:
            """There are two kinds."""
            yield read(spec, 2, 31)

        def of_the_last_kind(spec: ModuleType, read: Any = read) -> Steps:
            """The kind with every bit set."""
            yield read(spec, 255, 31)

        def of_a_size_of_more_than_32_bits(spec: ModuleType, read: Any = read) -> Steps:
            """Its lowest 32 bits are 31."""
            yield read(spec, 0, 2**32 + 31)

        def of_nothing(spec: ModuleType, read: Any = read) -> Steps:
            """A blob has at least one byte."""
            yield read(spec, 0, 0)

        def of_one_byte_too_many(spec: ModuleType, read: Any = read) -> Steps:
            """One more than the largest blob."""
            yield read(spec, 0, int(spec.MAX_BLOB_BYTES) + 1)

        def of_the_smallest_and_the_largest(spec: ModuleType, read: Any = read) -> Steps:
            """One byte of zeros, and as many as there may be, in pages."""
            yield read(spec, 1, 1)
            yield read(spec, 1, int(spec.MAX_BLOB_BYTES))

        if read not in (_item, _prove_item):
            register(f"da/{name}/of_the_smallest_and_the_largest", of_the_smallest_and_the_largest)
        for function, reason in (
            (of_an_unknown_kind, "unknown-kind"),
            (of_the_last_kind, "unknown-kind"),
            (of_a_size_of_more_than_32_bits, "blob-too-large"),
            (of_nothing, "empty-blob"),
            (of_one_byte_too_many, "blob-too-large"),
        ):
            register(f"da/{name}/{function.__name__}", function, f"da.compute_shape.{reason}", allows=ALLOWED)


_register_headers()
