"""Blocks without operations, as whoever leads a view of a simulation makes them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from types import ModuleType
from typing import Any

from axivon_spec.runtime.outcome import Rejection
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


def news_of(spec: ModuleType, state: Any, found: Iterable[Any]) -> Any:
    """The evidence that a block which follows this state can bring: what the chain does not know, as far as it fits."""
    news, state = spec.List[spec.Evidence, spec.MAX_EVIDENCE](), state.copy()
    known = {(int(offence.validator), spec.hash_tree_root(offence.round)) for offence in state.staking.offences}
    for evidence in found:
        is_known = (int(evidence.first.voters[0]), spec.hash_tree_root(evidence.first.vote.round)) in known
        if len(news) < spec.MAX_EVIDENCE and not is_known:
            with suppress(Rejection):  # it was slashed often enough
                spec.process_evidence(state, evidence, owner())
                news.append(evidence)
    return news


def execute(spec: ModuleType, state: Any, block: Any) -> Any:
    """Give a block the root of the state after it, and return that state. Raises Rejection where a rule forbids it."""
    post = state.copy()
    spec.process_block(post, block)
    block.header.state_root = spec.hash_tree_root(post)
    return post
