"""Replaying blocks: every signature verified, every state root computed and compared."""

from __future__ import annotations

from functools import partial
from typing import Any

import axivon_spec
from benchmarks.measure import Figure, Peer, report, seconds
from generators.scene import RICH, Actor, genesis, signed_block, signed_operation

BLOCKS = 64  # eight epochs of the preset `minimal`
CONSENSUS_SPECS = Peer("an empty block of consensus-specs, phase0 minimal", 1000 / 63, "recorded on 2 vCPU Zen 4")


def chain(spec: Any, transfers: int, accounts: int) -> tuple[Any, list[Any]]:
    """A genesis state and the signed blocks that follow it."""
    actors = [Actor(f"account {number}", number) for number in range(10, 10 + accounts)]
    start = genesis(spec, dict.fromkeys(actors, RICH // accounts))
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


def figures() -> list[Figure]:
    """Milliseconds a block."""
    spec = axivon_spec.load("minimal")
    result = []
    for transfers, accounts in ((0, 20), (10, 20), (10, 60)):
        state, blocks = chain(spec, transfers, accounts)
        blocks = [
            spec.SignedBlock.decode_bytes(spec.serialize(block)) for block in blocks
        ]  # no roots kept from making them
        samples = [1000 * seconds(partial(spec.state_transition, state, block), 1)[0] for block in blocks]
        name = f"replay a block with {transfers} transfers" if transfers else "replay an empty block"
        wanted = "under 16.7, 60 blocks a second" if transfers else ""
        cases = f"{BLOCKS} blocks in a row, preset minimal, {accounts} accounts"
        result.append(Figure(name, cases, "ms", tuple(samples), wanted, CONSENSUS_SPECS))
    return result


if __name__ == "__main__":
    report(figures())
