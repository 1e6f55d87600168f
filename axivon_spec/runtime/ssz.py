"""SSZ: types, encoding, roots and proofs. Everything else imports this module, never the ones it is made of.

Only `ssz_tree` and `ssz_types` know the engine, remerkleable.
"""

from __future__ import annotations

from typing import Any

from axivon_spec.runtime.ssz_encoding import MalformedSSZ, can_decode, decode, serialize
from axivon_spec.runtime.ssz_json import from_value, to_value
from axivon_spec.runtime.ssz_proofs import generalized_index, prove
from axivon_spec.runtime.ssz_tree import changed_leaves, get_depth
from axivon_spec.runtime.ssz_types import (
    Bitlist,
    Bitvector,
    ByteList,
    Bytes4,
    Bytes20,
    Bytes32,
    Bytes48,
    Bytes65,
    Bytes96,
    ByteVector,
    Container,
    List,
    Opaque,
    Vector,
    View,
    boolean,
    bound,
    element_type,
    fields,
    fixed_size,
    is_mutable,
    kind,
    type_name,
    uint8,
    uint16,
    uint32,
    uint64,
    uint128,
    uint256,
)

__all__ = [
    "Bitlist",
    "Bitvector",
    "ByteList",
    "ByteVector",
    "Bytes4",
    "Bytes20",
    "Bytes32",
    "Bytes48",
    "Bytes65",
    "Bytes96",
    "Container",
    "List",
    "MalformedSSZ",
    "Opaque",
    "Vector",
    "View",
    "boolean",
    "bound",
    "can_decode",
    "changed_elements",
    "decode",
    "decode_or_explain",
    "element_type",
    "fields",
    "fixed_size",
    "from_value",
    "generalized_index",
    "hash_tree_root",
    "install",
    "is_mutable",
    "is_opaque",
    "kind",
    "prove",
    "serialize",
    "to_value",
    "type_name",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "uint128",
    "uint256",
]

decode_or_explain = decode  # the name says what it raises; decoding always explains


def hash_tree_root(value: Any) -> Any:
    """The Merkle root; each node of the tree is hashed once in its life."""
    value = boolean(value) if type(value) is bool else value  # a comparison, as spec code makes it
    return bytes.__new__(Bytes32, value.get_backing().merkle_root())


def install(target: Any, source: Any) -> None:
    """Make `target` equal to `source`, in place; both have the same type."""
    if type(target) is not type(source) or not is_mutable(type(target)):
        raise TypeError(f"cannot install {type_name(type(source))} in {type_name(type(target))}")
    target.set_backing(source.get_backing())


def is_opaque(T: Any) -> bool:
    """Whether values of `T` are never serialized, nor their roots compared."""
    return isinstance(T, type) and issubclass(T, Opaque)


def changed_elements(old: Any, new: Any) -> list[int]:
    """The indices at which two lists of containers, of one type, differ; those beyond the shorter end included."""
    depth = get_depth(bound(type(new)))
    return changed_leaves(old.get_backing().get_left(), new.get_backing().get_left(), depth)
