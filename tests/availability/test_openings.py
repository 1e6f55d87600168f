"""Who is slashed by an opened leaf still answers for its votes, in each set that has it."""

from __future__ import annotations

import axivon_spec
from generators.blob_custody import DATA
from generators.blob_openings import reported, wrong
from generators.kept_blobs import quorum_of

SPEC = axivon_spec.load("minimal")


def test_no_set_has_a_member_that_cannot_be_slashed() -> None:
    made = reported(SPEC, wrong(SPEC), DATA)
    state = made.state
    frozen = SPEC.compute_validator_set(state.staking.validators, state.consensus.epoch)
    for position in range(1, int(SPEC.KEPT_SETS)):  # as if nobody had come or gone
        state.consensus.sets[position] = frozen
    quorum = quorum_of(SPEC, state)
    node = quorum.nodes[SPEC.find_holder(quorum, made.payload.seat)]
    SPEC.process_report_opening(state, made.sender.address, made.payload)

    epoch = int(state.consensus.epoch)
    for position in range(1, int(SPEC.KEPT_SETS)):
        assert SPEC.find_voter(state.consensus.sets[position], node) < len(frozen.indices)
        assert SPEC.can_be_slashed(state, node, SPEC.Round(epoch=epoch + position - 1, view=1))
    after = SPEC.compute_validator_set(state.staking.validators, SPEC.Epoch(epoch + int(SPEC.KEPT_SETS) - 1))
    assert SPEC.find_voter(after, node) == len(after.indices)
