"""Where a part of a value stands in its tree, and the branch from there to the root."""

from __future__ import annotations

from typing import Any

from axivon_spec.runtime.ssz_tree import BITS_PER_CHUNK, BYTES_PER_CHUNK, zero_depth, zero_node
from axivon_spec.runtime.ssz_types import Bytes32, boolean, kind, type_name, uint8


def generalized_index(T: Any, *path: Any) -> int:
    """The position of a part in the tree of `T`: a string names a field, an integer an element (or the chunk that holds
    it), and `"__len__"` the length of a list. Raises KeyError where there is no such part."""
    index = 1
    for step in path:
        what = kind(T) if isinstance(T, type) else None
        mixes_length = what in ("list", "bitlist", "bytelist")
        if what == "container":
            if step not in T._fields:
                raise KeyError(f"{type_name(T)} has no field {step}")
            position, depth, T = list(T._fields).index(step), T._depth, T._fields[step]
        elif mixes_length and step == "__len__":
            position, depth, T = 1, 1, None
        elif what in (None, "uint", "boolean") or isinstance(step, str) or not 0 <= step < T._bound:
            raise KeyError(f"{type_name(T) if T else 'a length'} has no part {step!r}")
        else:
            depth = T._contents_depth + mixes_length
            if what in ("list", "vector"):
                position, T = step // (T._per_chunk or 1), T._element
            elif what in ("bitlist", "bitvector"):
                position, T = step // BITS_PER_CHUNK, boolean
            else:
                position, T = step // BYTES_PER_CHUNK, uint8
        index = index << depth | int(position)
    return index


def prove(view: Any, gindex: int) -> list[Any]:
    """The branch for the node at `gindex`: a sibling a level, lowest first. Raises KeyError where there is no node."""
    node, branch = view.get_backing(), []
    for shift in range(gindex.bit_length() - 2, -1, -1):
        if node.is_leaf():
            left = right = zero_node(zero_depth(node) - 1)
        else:
            left, right = node.get_left(), node.get_right()
        node, sibling = (right, left) if gindex >> shift & 1 else (left, right)
        branch.append(Bytes32(sibling.merkle_root()))
    return branch[::-1]
