"""Blocks without operations, as whoever leads a view of a simulation makes them."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.simulation.genesis import owner


def block_upon(
    spec: ModuleType, parent: Any, parent_root: Any, round: Any, timestamp: int, reveal: Any, consensus: Any
) -> Any:
    """The block of a round that follows the block with the header `parent`. Its state root is still zero."""
    header = spec.BlockHeader(
        height=parent.height + 1,
        parent_root=parent_root,
        round=round,
        timestamp=timestamp,
        fee_recipient=owner(),
        reveal=reveal,
        consensus_root=spec.hash_tree_root(consensus),
        operations_root=spec.hash_tree_root(spec.List[spec.SignedOperation, spec.MAX_OPERATIONS]()),
    )
    return spec.Block(header=header, consensus=consensus)


def execute(spec: ModuleType, state: Any, block: Any) -> Any:
    """Give a block the root of the state after it, and return that state. Raises Rejection where a rule forbids it."""
    post = state.copy()
    spec.process_block(post, block)
    block.header.state_root = spec.hash_tree_root(post)
    return post
