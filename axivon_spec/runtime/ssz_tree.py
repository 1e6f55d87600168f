"""The Merkle tree under every SSZ value: nodes are immutable and shared, a change copies one path.

So a node may remember what was read below it: `known` holds, of a container, list or vector whose root it is, the value
of each field or element that never changes in place, and the node of each other one.
"""

from __future__ import annotations

from typing import Any

from remerkleable.core import pack_bytes_to_chunks
from remerkleable.settings import zero_hashes
from remerkleable.tree import NavigationError, Node, RootNode, get_depth, zero_node
from remerkleable.tree import PairNode as BarePairNode

__all__ = [
    "BITS_PER_CHUNK",
    "BYTES_PER_CHUNK",
    "Node",
    "PairNode",
    "RootNode",
    "changed_leaves",
    "children",
    "chunk_at",
    "get_depth",
    "leaf",
    "leaves",
    "length_node",
    "pack_bytes_to_chunks",
    "replaced",
    "subtree_fill_to_contents",
    "zero_depth",
    "zero_node",
]

BYTES_PER_CHUNK = 32
BITS_PER_CHUNK = 256


class PairNode(BarePairNode):
    """A node with two children, and room for what was read below it. Without it until something is."""

    __slots__ = ("known",)
    known: list[Any]


def subtree_fill_to_contents(nodes: list[Node], depth: int) -> Node:
    """The tree with these leaves from the left, `depth` levels below its root; the rest of it is zero."""
    if not nodes:
        return zero_node(depth)
    if depth == 0:
        (node,) = nodes
        return node
    half = 1 << (depth - 1)
    return PairNode(
        subtree_fill_to_contents(nodes[:half], depth - 1), subtree_fill_to_contents(nodes[half:], depth - 1)
    )


def leaf(node: Node, index: int, depth: int) -> Node:
    """The node `depth` levels below `node`, `index` from the left."""
    for shift in range(depth - 1, -1, -1):
        node = node.get_right() if index >> shift & 1 else node.get_left()
    return node


def chunk_at(node: Node, index: int, depth: int) -> Node:
    """Like `leaf`, also where an all-zero part of the tree is kept as its root alone."""
    try:
        return leaf(node, index, depth)
    except NavigationError:
        return zero_node(0)


def leaves(node: Node, depth: int, count: int) -> list[Node]:
    """The first `count` nodes `depth` levels below `node`."""
    found: list[Node] = []
    if count > 0:
        _gather(node, depth, count, found)
    return found


def _gather(node: Node, depth: int, count: int, found: list[Node]) -> None:
    if depth == 0:
        found.append(node)
        return
    half = 1 << (depth - 1)
    _gather(node.get_left(), depth - 1, min(count, half), found)
    if count > half:
        _gather(node.get_right(), depth - 1, count - half, found)


def children(node: Node, depth: int) -> tuple[Node, Node]:
    """Both children of a node `depth` levels above the leaves; an all-zero subtree is kept as its root alone."""
    if not node.is_leaf():
        return node.get_left(), node.get_right()
    if node.merkle_root() != zero_hashes[depth]:
        raise KeyError("the tree has no node there")
    return zero_node(depth - 1), zero_node(depth - 1)


def changed_leaves(old: Node, new: Node, depth: int) -> list[int]:
    """The leaves in which two trees differ, from the left; costs what lies above them, not the size of the trees."""
    changed: list[int] = []
    _compare(old, new, depth, 0, changed)
    return changed


def _compare(old: Node, new: Node, depth: int, first: int, changed: list[int]) -> None:
    if old is new or old.merkle_root() == new.merkle_root():
        return
    if depth == 0:
        changed.append(first)
        return
    for side, (before, after) in enumerate(zip(children(old, depth), children(new, depth), strict=True)):
        _compare(before, after, depth - 1, first + (side << (depth - 1)), changed)


def replaced(node: Node, index: int, depth: int, leaf: Node) -> Node:
    """A copy of the subtree, which shares all but one path, with another leaf at `index`."""
    path = []
    for level in range(depth, 0, -1):
        left, right = (node.left, node.right) if type(node) is PairNode else children(node, level)
        to_right = index >> (level - 1) & 1
        path.append((to_right, left if to_right else right))
        node = right if to_right else left
    for to_right, sibling in reversed(path):
        leaf = PairNode(sibling, leaf) if to_right else PairNode(leaf, sibling)
    return leaf


def length_node(length: int) -> Node:
    return RootNode(length.to_bytes(BYTES_PER_CHUNK, "little"))  # type: ignore[arg-type]


def zero_depth(node: Node) -> int:
    """The height of an all-zero subtree that is kept as its root alone."""
    depth = zero_hashes.index(node.merkle_root()) if node.merkle_root() in zero_hashes else 0
    if depth == 0:
        raise KeyError("the tree has no node there")
    return depth
