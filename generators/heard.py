"""Blocks as a voter hears them: what the chain refuses, a voter refuses in a proposal, and for the same reason.

Every case of the layers below the voter that ends in a block is made again with a voter that begins with the state
before that block.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from types import ModuleType
from typing import Any

from axivon_spec.runtime.outcome import Rejection
from axivon_spec.vectors.author import CASES, Author, Function, Steps, register, step
from generators import (
    afterwards,
    blob_certificates,
    blob_custody,
    blob_openings,
    blob_submission,
    blocks,
    chain,
    consensus_certificates,
    consensus_finality,
    consensus_proposals,
    edges,
    extremes,
    fees,
    limits,
    nothing,
    parties,
    permits,
    queues,
    rewards,
    slashing_evidence,
    slashing_offenders,
    slashing_windows,
    staking,
    token,
    vesting,
)
from generators.stores import begin, clock, proposal_of

SOURCES = (
    afterwards,
    blob_certificates,
    blob_custody,
    blob_openings,
    blob_submission,
    blocks,
    chain,
    consensus_certificates,
    consensus_finality,
    consensus_proposals,
    edges,
    extremes,
    fees,
    limits,
    nothing,
    parties,
    permits,
    queues,
    rewards,
    slashing_evidence,
    slashing_offenders,
    slashing_windows,
    staking,
    token,
    vesting,
)
TOPICS = (
    "chain/block_with_operation",
    "chain/state_transition",
    "consensus/certificate_in_block",
    "consensus/finality",
    "consensus/parent",
    "consensus/proposal",
    "consensus/reveal",
    "consensus/rotation",
)
# What a voter refuses before it asks the chain, or judges by what the chain does not know
JUDGED_OTHERWISE = (
    "chain/state_transition/of_another_parent",
    "chain/state_transition/of_another_parent_at_height_2",
    "consensus/proposal/in_the_view_of_its_parent",
    "consensus/proposal/in_a_view_before_that_of_its_parent",
    "consensus/proposal/in_view_zero",
    "consensus/proposal/of_the_next_epoch",
    "consensus/proposal/of_the_next_epoch_before_the_last_height",
    "consensus/proposal/of_the_epoch_before",
    "consensus/proposal/in_later_and_later_views",  # too many are skipped to show that each may be
    "consensus/proposal/in_the_last_view",
)


def last_block(spec: ModuleType, function: Function) -> tuple[Any, Any]:
    """The state before the last step of a case, and the block in it."""
    steps: Iterator[Any] = iter(function(spec))
    current = next(steps)
    while True:
        state = current.arguments["state"]
        before = state.copy()
        with suppress(Rejection):
            current.result = getattr(spec, current.call)(*current.arguments.values())
        following = next(steps, None)
        if following is None:
            return before, current.arguments["signed_block"]
        current = following


def heard(author: Author) -> Function:
    """The same with a voter. `function` stands in the closure, so that what it is made from counts here too."""
    function = author.function

    def made(spec: ModuleType) -> Steps:
        state, block = last_block(spec, function)
        begun = begin(spec, state)
        yield begun
        yield step(spec.on_proposal, begun.result, proposal_of(spec, state, block), clock(spec, block))

    return made


def _register() -> None:
    for author in list(CASES.values()):
        layer, topic, name = author.id.split("/")
        is_block = f"{layer}/{topic}" in TOPICS or (
            layer in ("token", "staking", "slashing", "rewards", "availability") and topic.endswith("_block")
        )
        if is_block and author.id not in JUDGED_OTHERWISE:
            identifier = f"voter/{layer}_{topic}/{name}"
            register(identifier, heard(author), author.rejects, author.fails, author.allows, doc=author.doc)


_register()
