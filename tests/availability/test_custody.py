"""What nodes are paid follows the bytes that they keep, and who keeps nothing loses more than it could save."""

from __future__ import annotations

from collections import Counter
from typing import Any

import axivon_spec
from generators.blob_custody import before_draws
from generators.kept_blobs import FIRST, answer, blob_of, certified, dealt_slots, layer, quorum_of
from generators.scene import BOB

SPEC = axivon_spec.load("minimal")
EPOCHS = 1500
SIZES = (1, 124, 500, 900, 1984)


def kept() -> Any:
    """Several blobs that all nodes but one have signed for."""
    state = layer(SPEC)
    for size in SIZES:
        state = certified(SPEC, blob_of(SPEC, size), state=state, absent=(3,))
    return before_draws(SPEC, state)


def bytes_of(state: Any, node: int) -> int:
    """What a node keeps of all blobs, a row that it was dealt twice counted twice."""
    total = 0
    for blob in range(FIRST, FIRST + len(SIZES)):
        record = SPEC.get_record(state, SPEC.uint64(blob))
        for member, one in enumerate(quorum_of(SPEC, state, blob).nodes):
            if one == node and record.signers[member]:
                total += len(dealt_slots(SPEC, state, blob, member)) * 32 * int(record.shape.row_chunks)
    return total


def test_pay_follows_the_bytes_that_a_node_keeps() -> None:
    """Over many epochs in which all answer, within five standard deviations of what is expected."""
    state = kept()
    asked, all_bytes = Counter[int](), int(state.availability.stored)
    for epoch in range(EPOCHS):
        drawn = state.copy()
        drawn.consensus.mix = SPEC.sha256(epoch.to_bytes(8, "little"))
        SPEC.process_custody(drawn)
        assert drawn.availability.challenge_pay == state.token.pools.availability // (
            SPEC.CHALLENGES_PER_EPOCH * SPEC.PAY_EPOCHS
        )
        asked.update(int(challenge.node) for challenge in drawn.availability.challenges)
    all_bytes -= int(SPEC.get_record(state, SPEC.uint64(FIRST)).stored_before)
    draws = EPOCHS * int(SPEC.CHALLENGES_PER_EPOCH)
    assert asked[3] == 0 == bytes_of(state, 3)
    for node in range(3):
        share = bytes_of(state, node) / all_bytes
        assert share > 0.05
        assert abs(asked[node] - draws * share) < 5 * (draws * share * (1 - share)) ** 0.5


def test_who_answers_is_paid_for_what_it_was_dealt() -> None:
    """Every challenge of many epochs is answered: what a node can claim is as often the pay as it was asked, and nodes
    are paid as the bytes that they were dealt, within five standard deviations."""
    state = kept()
    blobs = {FIRST + place: blob_of(SPEC, size) for place, size in enumerate(SIZES)}
    before, paid = [int(reward) for reward in state.staking.rewards], Counter[int]()
    epochs = 150
    for epoch in range(epochs):
        drawn = state.copy()
        drawn.consensus.mix = SPEC.sha256(b"answered" + epoch.to_bytes(8, "little"))
        SPEC.process_custody(drawn)
        pool, pay = int(drawn.token.pools.availability), int(drawn.availability.challenge_pay)
        for place, challenge in enumerate(drawn.availability.challenges):
            shown = answer(SPEC, blobs[int(challenge.blob)], int(challenge.row), challenge=place)
            SPEC.process_answer_challenge(drawn, BOB.address, shown)
        earned = [int(reward) - old for reward, old in zip(drawn.staking.rewards, before, strict=True)]
        asked = Counter(int(challenge.node) for challenge in drawn.availability.challenges)
        assert earned == [asked[node] * pay for node in range(len(before))]
        assert pool - int(drawn.token.pools.availability) == sum(earned)
        paid.update({node: reward // pay for node, reward in enumerate(earned)})
    draws, asked_for = epochs * int(SPEC.CHALLENGES_PER_EPOCH), int(state.availability.stored)
    asked_for -= int(SPEC.get_record(state, SPEC.uint64(FIRST)).stored_before)
    for node in range(3):
        share = bytes_of(state, node) / asked_for
        assert abs(paid[node] - draws * share) < 5 * (draws * share * (1 - share)) ** 0.5
    assert paid[3] == 0


def test_each_byte_is_drawn_as_its_own_row() -> None:
    """Every point of the interval of draws leads to the blob, the seat and the row that an independent walk finds."""
    state = kept()
    point = int(SPEC.get_record(state, SPEC.uint64(FIRST)).stored_before)
    for blob in range(FIRST, FIRST + len(SIZES)):
        record = SPEC.get_record(state, SPEC.uint64(blob))
        width = 32 * int(record.shape.row_chunks)
        quorum = quorum_of(SPEC, state, blob)
        for member, node in enumerate(quorum.nodes):
            for _, row in dealt_slots(SPEC, state, blob, member):
                for place in (point, point + width - 1):
                    state.availability.challenges = type(state.availability.challenges)()
                    SPEC.add_challenge(state, SPEC.uint64(place))
                    found = [(int(c.blob), int(c.node), int(c.row)) for c in state.availability.challenges]
                    assert found == ([(blob, int(node), row)] if record.signers[member] else [])
                point += width
    assert point == state.availability.stored


def test_who_drops_its_rows_loses_more_than_it_is_paid() -> None:
    """A miss costs as many answers as the factor says, and answers come and go together."""
    state = kept()
    parameters = state.availability.parameters
    stakes = [int(validator.stake) for validator in state.staking.validators]
    SPEC.process_custody(state)
    missed = Counter(int(challenge.node) for challenge in state.availability.challenges)
    pay = int(state.availability.challenge_pay)
    penalty = max(int(parameters.miss_floor), int(parameters.miss_factor) * pay)
    burned = int(SPEC.balance_of(state, SPEC.BURN_ADDRESS))
    SPEC.process_custody(state)
    for node, stake in enumerate(stakes):
        assert int(state.staking.validators[node].stake) == stake - missed[node] * penalty
    assert int(SPEC.balance_of(state, SPEC.BURN_ADDRESS)) == burned + sum(missed.values()) * penalty
    assert penalty >= int(parameters.miss_factor) * pay > pay
