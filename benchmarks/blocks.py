"""Replaying blocks: every signature verified, every state root computed and compared."""

from __future__ import annotations

from functools import partial
from typing import Any

import axivon_spec
from benchmarks.measure import Figure, Peer, report, seconds
from benchmarks.peers import samples
from generators.scene import (
    PROPOSER,
    RICH,
    Actor,
    genesis_of,
    genesis_validator,
    signed_block,
    signed_operation,
)

BLOCKS = 64  # eight epochs of the preset `minimal`
VALIDATORS = 64
PEER = "an empty block of consensus-specs, phase0 minimal"
RECORDED = Peer(PEER, 1000 / 63, "recorded on 2 vCPU Zen 4, CPython 3.11")
CONSENSUS_SPECS = "eth-consensus-specs[test]==1.7.0a13"


def chain(spec: Any, transfers: int, accounts: int, validators: int) -> tuple[Any, list[Any]]:
    """A genesis state and the signed blocks that follow it."""
    actors = [Actor(f"account {number}", number) for number in range(10, 10 + accounts)]
    start = genesis_with(spec, actors, validators)
    state, blocks = start.copy(), []
    for height in range(BLOCKS):
        operations = []
        for place in range(transfers):
            sender, recipient = actors[place], actors[(place + height + 1) % accounts]
            transfer = spec.Transfer(recipient=recipient.address, amount=1 + height)
            operations.append(signed_operation(spec, state, sender, transfer))
        blocks.append(signed_block(spec, state, operations))
        spec.state_transition(state, blocks[-1])
        if not all(receipt.ok for receipt in state.chain.receipts):
            raise ValueError("a transfer failed: the figure would not be of transfers")
    return start, blocks


def genesis_with(spec: Any, actors: list[Actor], validators: int) -> Any:
    """A genesis in which the actors are rich, and so many validators have stakes that differ."""
    community = spec.AllocationCategory.COMMUNITY
    liquid = [(community, actor, RICH // len(actors)) for actor in actors]
    stakes = [100_000 * 10**9 + number for number in range(validators)]
    made = genesis_of(spec, [*liquid, (community, PROPOSER, sum(stakes))])
    made.validators = [genesis_validator(spec, number, stake) for number, stake in enumerate(stakes)]
    return spec.create_genesis_state(made)


def peer() -> Peer:
    """The same of consensus-specs, on this machine where it can be had."""
    taken = samples("consensus_specs", CONSENSUS_SPECS, str(VALIDATORS), str(BLOCKS))
    if taken is None:
        return RECORDED
    return Peer(
        PEER, 1000 * sorted(taken)[len(taken) // 2], f"p50 of {len(taken)} with {VALIDATORS} validators, measured now"
    )


def figures() -> list[Figure]:
    """Milliseconds a block."""
    spec, other = axivon_spec.load("minimal"), peer()
    result = []
    for transfers, accounts, validators in ((0, 20, VALIDATORS), (0, 20, 4), (10, 20, 4), (10, 60, 4)):
        state, blocks = chain(spec, transfers, accounts, validators)
        blocks = [
            spec.SignedBlock.decode_bytes(spec.serialize(block)) for block in blocks
        ]  # no roots kept from making them
        taken = [1000 * seconds(partial(spec.state_transition, state, block), 1)[0] for block in blocks]
        name = f"replay a block with {transfers} transfers" if transfers else "replay an empty block"
        wanted = "under 16.7, 60 blocks a second" if transfers else "at most 8.3, 120 blocks a second"
        cases = f"{BLOCKS} blocks in a row, preset minimal, {accounts} accounts, {validators} validators"
        result.append(Figure(name, cases, "ms", tuple(taken), wanted, other))
    return result


if __name__ == "__main__":
    report(figures())
