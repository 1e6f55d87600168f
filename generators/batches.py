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
    """The data rows that hold an item, and what the table says of where it is."""
    return [int(proven.opened.index) for proven in spec.prove_item(blob, spec.uint64(position)).rows]


def item_proof(spec: ModuleType, blob: Any, position: int, rows: Sequence[int] | None = None) -> Any:
    """The proof of an item, by the rows that it takes or by others."""
    if rows is None:
        return spec.prove_item(blob, spec.uint64(position))
    proven = [spec.prove_row(blob, spec.uint64(row)) for row in rows]
    return spec.ItemProof(position=position, rows=spec.List[spec.RowProof, spec.MAX_ITEM_ROWS](proven))
