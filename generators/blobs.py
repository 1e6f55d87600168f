"""Blobs as cases take them, whole, spoilt or of any rows, and what is said of them. No cases."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from types import ModuleType
from typing import Any

from generators.primitives import digest

LARGEST = 2**62 - 1


def data_of(size: int, seed: int = 0) -> bytes:
    """Bytes that look random, none of them zero: what is missing shows."""
    random = Random(seed)
    return bytes(random.randint(1, 255) for _ in range(size))


def limbs(*values: int) -> bytes:
    return b"".join(value.to_bytes(8, "little") for value in values)


def sizes(spec: ModuleType) -> list[int]:
    """Sizes that fill a shape exactly, and those beside them: of each height all widths or, where there are many, the
    narrowest and the widest."""
    chunk = int(spec.DATA_CHUNK_BYTES)
    edges = {1, chunk, int(spec.MAX_BLOB_BYTES)}
    rows = int(spec.MIN_ROWS)
    while rows <= spec.MAX_ROWS:
        widest = int(spec.MAX_ROW_CHUNKS)
        edges |= {
            rows * chunk * width for width in (range(1, widest + 1) if widest < 8 else (1, 2, widest - 1, widest))
        }
        rows *= 2
    near = {edge + step for edge in edges for step in (-1, 0, 1)}
    return sorted(size for size in near if 0 < size <= spec.MAX_BLOB_BYTES)


def encode(spec: ModuleType, data: bytes, kind: Any = None) -> Any:
    kind = spec.BlobKind.PACKED if kind is None else kind
    return spec.encode_blob(kind, digest(spec, 7), spec.ByteList[spec.MAX_BLOB_BYTES](data))


def commit(spec: ModuleType, size: int, rows: Sequence[bytes], kind: int = 0, seed: int | None = None) -> Any:
    """A blob of any rows, be they a code or not. Its checksum is that of its data rows, by its own matrix or, with a
    `seed`, by that of another blob."""
    rows = list(rows)
    header = spec.BlobHeader(kind=kind, size=size, namespace=digest(spec, 7), rows_root=spec.compute_rows_root(rows))
    drawn = header.copy()
    if seed is not None:
        drawn.rows_root = digest(spec, seed)
    if not (0 < size <= spec.MAX_BLOB_BYTES and kind <= spec.BlobKind.PAGES):
        drawn.kind, drawn.size = 0, spec.MAX_BLOB_BYTES  # a header that is refused has no matrix: any will do
    matrix = spec.compute_checksum_matrix(drawn)
    checksum = b"".join(spec.compute_row_checksum(matrix, row) for row in rows[: len(rows) // int(spec.EXPANSION)])
    header.checksum_root = spec.compute_checksum_root(checksum)
    return spec.EncodedBlob(header=header, checksum=checksum, rows=rows)


def code_of(spec: ModuleType, size: int, *rows: bytes) -> Any:
    """A true code of any data rows."""
    return commit(spec, size, spec.extend_rows(list(rows)))


def commit_with(spec: ModuleType, code: Any, rows: Sequence[bytes]) -> Any:
    """A tree over any `rows`, with the checksum of a true code."""
    header = code.header.copy()
    header.rows_root = spec.compute_rows_root(list(rows))
    matrix = spec.compute_checksum_matrix(header)
    data_rows = list(code.rows)[: len(code.rows) // 4]
    checksum = b"".join(spec.compute_row_checksum(matrix, row) for row in data_rows)
    header.checksum_root = spec.compute_checksum_root(checksum)
    return spec.EncodedBlob(header=header, checksum=checksum, rows=list(rows))


def opened(spec: ModuleType, blob: Any, indices: Sequence[int]) -> Any:
    """Rows of a blob with their branches."""
    rows = [bytes(row) for row in blob.rows]
    return spec.List[spec.OpenedRow, spec.MAX_EXTENDED_ROWS](
        [spec.open_row(rows, spec.uint64(index)) for index in indices]
    )


def proven(spec: ModuleType, blob: Any, index: int) -> Any:
    """The proof of a row of any blob, also of one that `prove_row` refuses."""
    [row] = opened(spec, blob, [index])
    return spec.prove_opened_row(row, spec.uint64(len(blob.rows) // 4), blob.checksum)


def data_root(spec: ModuleType, blob: Any) -> tuple[Any, Any]:
    """The root of the data rows, and its branch."""
    digests = [spec.sha256(row) for row in blob.rows]
    rows = len(digests) // 4
    depth = spec.compute_depth(spec.uint64(rows))
    parts = [spec.compute_root_of_leaves(digests[rows * i : rows * (i + 1)], depth) for i in range(4)]
    branch = spec.Vector[spec.Bytes32, spec.DATA_BRANCH_LENGTH](parts[1], spec.sha256(parts[2] + parts[3]))
    return parts[0], branch
