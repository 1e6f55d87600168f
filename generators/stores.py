"""Stores of voters that have begun somewhere in a chain, and what they may hear there."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Step, step
from generators.scene import (
    bls_secret,
    certificate,
    next_round,
    nullifications,
    parent_vote,
    sign_vote,
    signed_block,
    vote,
)


def begin(
    spec: ModuleType, state: Any, voter: int = 1, record: Any = None, finalization: Iterable[Any] = (), **names: Any
) -> Step:
    """The step that makes the store of a voter, which begins with this state."""
    known = spec.List[spec.Certificate, spec.MAX_FINALIZATIONS](list(finalization))
    record = spec.VotingRecord() if record is None else record
    return step(spec.create_store, state, known, record, spec.uint64(voter), spec.uint256(bls_secret(voter)), **names)


def at(spec: ModuleType, view: int, epoch: int = 3) -> Any:
    return spec.Round(epoch=epoch, view=view)


def skip(spec: ModuleType, view: int, epoch: int = 3) -> Any:
    """The vote to nullify a view."""
    return vote(spec, spec.VoteKind.NULLIFY, at(spec, view, epoch), spec.Bytes32())


def notarized(spec: ModuleType, state: Any, root: Any, view: int, absent: Iterable[int] = ()) -> Any:
    """The certificate of a notarization in epoch 3."""
    return certificate(spec, state, vote(spec, spec.VoteKind.NOTARIZE, at(spec, view), root), absent)


def finalized(spec: ModuleType, state: Any, root: Any, view: int) -> Any:
    return certificate(spec, state, vote(spec, spec.VoteKind.FINALIZE, at(spec, view), root))


def nullified(spec: ModuleType, state: Any, view: int, epoch: int = 3) -> Any:
    return certificate(spec, state, skip(spec, view, epoch))


def signed(spec: ModuleType, state: Any, cast: Any, voter: int, signer: int | None = None) -> Any:
    """A vote as a validator sends it."""
    signature = sign_vote(spec, state, cast, [voter if signer is None else signer])
    return spec.SignedVote(voter=voter, vote=cast, signature=signature)


def proposal_of(spec: ModuleType, state: Any, made: Any) -> Any:
    """A block with the nullifications of the views that it skips."""
    return spec.Proposal(signed_block=made, nullifications=nullifications(spec, state, made.block.header.round))


def clock(spec: ModuleType, made: Any, ahead: int = 0) -> Any:
    """A clock by which a block is so many seconds ahead."""
    return spec.uint64(int(made.block.header.timestamp) - ahead)


def next_proposal(spec: ModuleType, state: Any, skipped: int = 0, **changes: Any) -> tuple[Any, Any]:
    """The proposal of the next block, and a clock that shows its time."""
    made = signed_block(spec, state, round=next_round(spec, state, skipped), **changes)
    return proposal_of(spec, state, made), clock(spec, made)


def root_of(spec: ModuleType, proposal: Any) -> Any:
    return spec.hash_tree_root(proposal.signed_block.block.header)


def after(spec: ModuleType, state: Any, proposal: Any) -> Any:
    """The state after a proposal."""
    post = state.copy()
    spec.state_transition(post, proposal.signed_block)
    return post


def final_parent(spec: ModuleType, state: Any) -> Any:
    """The certificate of the latest block, which is final."""
    return certificate(spec, state, parent_vote(spec, state, kind=spec.VoteKind.FINALIZE))
