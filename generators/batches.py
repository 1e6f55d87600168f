"""Batches to spoil: items that are signed, the blobs that hold them, and proofs of them. No cases."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from axivon_spec.runtime.keys import test_secret
from generators.primitives import digest


def item_domain(spec: ModuleType, kind: Any = None) -> Any:
    kind = spec.DOMAIN_ITEM if kind is None else kind
    return spec.compute_domain(kind, spec.Version(), spec.uint64(0), digest(spec, 0))


def item(spec: ModuleType, data: bytes, number: int = 0) -> Any:
    """An item of a sender with this number, signed."""
    content = spec.ItemContent(namespace=digest(spec, number), data=data)
    secret = test_secret(number, "secp256k1")
    root = spec.compute_signing_root(spec.hash_tree_root(content), item_domain(spec))
    return spec.BatchItem(
        sender=spec.secp256k1_address(secret), content=content, signature=spec.secp256k1_sign(secret, root)
    )


def list_of(spec: ModuleType, items: Sequence[Any]) -> Any:
    return spec.List[spec.BatchItem, spec.MAX_ITEMS](list(items))


def rows_of_item(spec: ModuleType, blob: Any, position: int) -> list[int]:
    """The data rows that hold an item, and what the table says of where it is; of a batch as it should be."""
    data_rows = [bytes(row) for row in blob.rows][: len(blob.rows) // 4]
    data = spec.unpack_rows(data_rows)[: int(blob.header.size)]
    offsets = [int.from_bytes(data[i : i + 4], "little") for i in range(0, int.from_bytes(data[:4], "little"), 4)]
    offsets.append(len(data))
    parts = [(0, 4), (4 * position, 4 * position + 4), (offsets[position], offsets[position + 1])]
    if position + 2 < len(offsets):
        parts.append((4 * position + 4, 4 * position + 8))
    width = 31 * int(spec.compute_shape(blob.header.kind, blob.header.size).row_chunks)
    return sorted({row for begin, end in parts for row in range(begin // width, -(-end // width))})


def item_proof(spec: ModuleType, blob: Any, position: int, rows: Sequence[int] | None = None) -> Any:
    """The proof of an item, by the rows that it takes or by others."""
    chosen = rows_of_item(spec, blob, position) if rows is None else rows
    proven = [spec.prove_row(blob, spec.uint64(row)) for row in chosen]
    return spec.ItemProof(position=position, rows=spec.List[spec.RowProof, spec.MAX_ITEM_ROWS](proven))
