"""What is evidence: votes of one round that nobody may sign together, signed by those whom it names."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.certificates import NO_POINT
from generators.epochs import first_of_epoch
from generators.offences import EPOCH, GUILTY, INVALID, NOBODY, evidence, evidence_case, joint_vote, late
from generators.primitives import digest
from generators.scene import (
    certificate,
    consensus_data,
    other_genesis,
    other_network,
    parent_vote,
    sign_vote,
    signed_block,
)

# What is slashed


@evidence_case(presets=("minimal", "mainnet"))
def of_two_notarizations(spec: ModuleType, state: Any) -> Any:
    """A part of the penalty is the reporter's, and the rest is burned."""
    return evidence(spec, state)


@evidence_case(in_block=False)
def of_two_proposals(spec: ModuleType, state: Any) -> Any:
    """Whoever proposes twice in a view; it need not have been its leader."""
    return evidence(spec, state, ("PROPOSE", 1), ("PROPOSE", 2))


@evidence_case(in_block=False)
def of_two_finalizations(spec: ModuleType, state: Any) -> Any:
    """Two blocks in one view cannot both be final."""
    return evidence(spec, state, ("FINALIZE", 2), ("FINALIZE", 1))


@evidence_case(in_block=False)
def of_a_nullification_and_a_finalization(spec: ModuleType, state: Any) -> Any:
    """A view that is skipped has no final block."""
    return evidence(spec, state, ("NULLIFY", 0), ("FINALIZE", 1))


@evidence_case(in_block=False)
def of_a_finalization_and_another_notarization(spec: ModuleType, state: Any) -> Any:
    """In either order."""
    return evidence(spec, state, ("FINALIZE", 1), ("NOTARIZE", 2))


@evidence_case()
def of_the_last_epoch_that_counts(spec: ModuleType, state: Any) -> Any:
    """The window begins with it."""
    return evidence(spec, state, epoch=EPOCH - int(spec.EVIDENCE_EPOCHS))


@evidence_case("slashing.check_evidence.expired")
def of_the_epoch_before_the_window(spec: ModuleType, state: Any) -> Any:
    """Too late by one epoch."""
    return evidence(spec, state, epoch=EPOCH - int(spec.EVIDENCE_EPOCHS) - 1)


@evidence_case("slashing.check_evidence.expired", in_block=False)
def of_the_first_epoch_of_all(spec: ModuleType, state: Any) -> Any:
    """Long ago."""
    return evidence(spec, state, epoch=0)


@evidence_case("slashing.check_evidence.from-the-future", allows=("slashing.check_evidence.expired",))
def of_the_next_epoch(spec: ModuleType, state: Any) -> Any:
    """Its key can sign for any round; the chain judges what has begun."""
    return evidence(spec, state, epoch=EPOCH + 1)


@evidence_case("slashing.check_evidence.from-the-future", in_block=False)
def of_the_last_epoch_that_there_is(spec: ModuleType, state: Any) -> Any:
    """The largest number."""
    return evidence(spec, state, epoch=2**64 - 2)


# What is not


@evidence_case("slashing.check_evidence.not-slashable")
def of_one_vote_twice(spec: ModuleType, state: Any) -> Any:
    """Equal messages are one."""
    return evidence(spec, state, ("NOTARIZE", 1), ("NOTARIZE", 1))


@evidence_case("slashing.check_evidence.not-slashable", in_block=False)
def of_a_notarization_and_a_nullification(spec: ModuleType, state: Any) -> Any:
    """As an honest voter does when a block comes late."""
    return evidence(spec, state, ("NOTARIZE", 1), ("NULLIFY", 0))


@evidence_case("slashing.check_evidence.not-slashable", in_block=False)
def of_a_notarization_and_its_finalization(spec: ModuleType, state: Any) -> Any:
    """As an honest voter does in every view."""
    return evidence(spec, state, ("NOTARIZE", 1), ("FINALIZE", 1))


@evidence_case("slashing.check_evidence.not-slashable")
def of_two_rounds(spec: ModuleType, state: Any) -> Any:
    """Across rounds nothing is forbidden."""
    made = evidence(spec, state)
    at = spec.Round(epoch=EPOCH, view=8)
    made.second = joint_vote(spec, state, "NOTARIZE", 2, at)
    return made


@evidence_case("slashing.check_evidence.not-slashable", in_block=False)
def of_two_nullifications_with_roots(spec: ModuleType, state: Any) -> Any:
    """What no honest voter signs, and what harms nobody: a vote to nullify has no block."""
    made = evidence(spec, state, ("NULLIFY", 0), ("NULLIFY", 0))
    for signed, number in ((made.first, 1), (made.second, 2)):
        signed.vote.block_root = digest(spec, number)
        signed.signature = sign_vote(spec, state, signed.vote, [GUILTY])
    return made


@evidence_case("slashing.check_evidence.not-slashable", in_block=False)
def of_votes_of_an_unknown_kind(spec: ModuleType, state: Any) -> Any:
    """No vote at all."""
    made = evidence(spec, state)
    for signed in (made.first, made.second):
        signed.vote.kind = 4
        signed.signature = sign_vote(spec, state, signed.vote, [GUILTY])
    return made


@evidence_case(NOBODY)
def of_two_validators(spec: ModuleType, state: Any) -> Any:
    """They may well be of two minds."""
    return evidence(spec, state, voters=([GUILTY], [1]))


@evidence_case(NOBODY, in_block=False)
def of_one_and_of_two_others(spec: ModuleType, state: Any) -> Any:
    """None of the one side is on the other."""
    return evidence(spec, state, voters=([1], [0, 2]))


@evidence_case(NOBODY, in_block=False)
def of_two_and_of_one_other(spec: ModuleType, state: Any) -> Any:
    """None of the other side is on the one."""
    return evidence(spec, state, voters=([0, 2], [3]))


@evidence_case(INVALID, allows=(NOBODY,), in_block=False)
def without_names_on_the_first_side(spec: ModuleType, state: Any) -> Any:
    """Nobody has signed it."""
    made = evidence(spec, state)
    made.first.voters = []
    return made


@evidence_case(INVALID, allows=(NOBODY,), in_block=False)
def without_names_on_the_second_side(spec: ModuleType, state: Any) -> Any:
    """Nobody has signed it."""
    made = evidence(spec, state)
    made.second.voters = []
    return made


# Signatures


@evidence_case(INVALID)
def whose_first_vote_another_has_signed(spec: ModuleType, state: Any) -> Any:
    """The one genuine vote of the accused is the second."""
    made = evidence(spec, state)
    made.first.signature = sign_vote(spec, state, made.first.vote, [1])
    return made


@evidence_case(INVALID, in_block=False)
def whose_second_vote_another_has_signed(spec: ModuleType, state: Any) -> Any:
    """The one genuine vote of the accused is the first."""
    made = evidence(spec, state)
    made.second.signature = sign_vote(spec, state, made.second.vote, [1])
    return made


@evidence_case(INVALID, in_block=False)
def with_the_signatures_exchanged(spec: ModuleType, state: Any) -> Any:
    """Each is genuine, under the other vote."""
    made = evidence(spec, state)
    made.first.signature, made.second.signature = made.second.signature, made.first.signature
    return made


@evidence_case(INVALID)
def with_a_signature_that_is_no_point(spec: ModuleType, state: Any) -> Any:
    """Bytes that are no point are no signature, and no error."""
    made = evidence(spec, state)
    made.second.signature = NO_POINT
    return made


@evidence_case(INVALID)
def after_another_genesis(spec: ModuleType, state: Any) -> Any:
    """The chain of the same network that somebody else has begun."""
    return evidence(spec, other_genesis(spec, state))


@evidence_case(INVALID)
def on_another_network(spec: ModuleType, state: Any) -> Any:
    """One key may vote on several networks, for other blocks on each."""
    return evidence(spec, other_network(state))


def upgraded(spec: ModuleType) -> Any:
    """There is another version of the protocol since this epoch."""
    state = late(spec)
    fork = state.chain.fork
    state.chain.fork = spec.Fork(
        previous_version=fork.current_version, current_version=b"\x09\x09\x09\x09", epoch=EPOCH
    )
    return state


def other_version(spec: ModuleType, state: Any, current: bool) -> Any:
    other = state.copy()
    fork = state.chain.fork
    version = fork.current_version if current else fork.previous_version
    other.chain.fork = spec.Fork(previous_version=version, current_version=version)
    return other


@evidence_case(state=upgraded)
def under_the_fork_of_its_time(spec: ModuleType, state: Any) -> Any:
    """An upgrade does not make a vote void."""
    return evidence(spec, other_version(spec, state, current=False), epoch=EPOCH - 1)


@evidence_case(INVALID, state=upgraded)
def under_the_fork_of_another_time(spec: ModuleType, state: Any) -> Any:
    """The version came later than the round."""
    return evidence(spec, other_version(spec, state, current=True), epoch=EPOCH - 1)


@evidence_case(state=upgraded, in_block=False)
def under_the_fork_of_the_first_epoch_of_its_time(spec: ModuleType, state: Any) -> Any:
    """The version counts from its epoch on."""
    return evidence(spec, other_version(spec, state, current=True), epoch=EPOCH)


@evidence_case(INVALID, state=upgraded, in_block=False)
def under_the_fork_before_in_the_first_epoch(spec: ModuleType, state: Any) -> Any:
    """That version is over."""
    return evidence(spec, other_version(spec, state, current=False), epoch=EPOCH)


# Certificates around an upgrade


@case("slashing", "upgrade")
def of_the_first_block_after_it(spec: ModuleType) -> Steps:
    """The certificate of its parent is of the version before, its own signature of the new one."""
    state = first_of_epoch(spec)
    old = state.chain.fork.current_version
    data = consensus_data(spec, state)
    state.chain.fork = spec.Fork(previous_version=old, current_version=b"\x09\x09\x09\x09", epoch=3)
    cast = parent_vote(spec, state)
    before = state.copy()
    before.chain.fork = spec.Fork(previous_version=old, current_version=old)
    data.certificate = certificate(spec, before, cast)
    yield step(spec.state_transition, state, signed_block(spec, state, consensus=data))
    yield step(spec.state_transition, state, signed_block(spec, state))


# Who


@evidence_case("staking.check_validator.unknown-validator")
def of_a_validator_behind_the_list(spec: ModuleType, state: Any) -> Any:
    """There are validators 0 to 3."""
    return evidence(spec, state, voter=4)


@evidence_case(in_block=False)
def of_the_last_of_the_list(spec: ModuleType, state: Any) -> Any:
    """Validator 3."""
    return evidence(spec, state, voter=3)


@evidence_case("staking.check_validator.unknown-validator", in_block=False)
def of_the_largest_number(spec: ModuleType, state: Any) -> Any:
    """No list is so long."""
    made = evidence(spec, state)
    made.first.voters = made.second.voters = [2**64 - 1]
    return made


@evidence_case("staking.check_validator.unknown-validator", in_block=False)
def of_somebody_unknown_on_one_side(spec: ModuleType, state: Any) -> Any:
    """The other side names the guilty one alone, who has signed both."""
    made = evidence(spec, state)
    made.second.voters.append(4)
    return made


@evidence_case("slashing.check_voters.not-ascending", allows=(INVALID,))
def that_names_one_twice(spec: ModuleType, state: Any) -> Any:
    """The sum has the signature twice, too."""
    return evidence(spec, state, voters=([GUILTY, GUILTY], [GUILTY]))


@evidence_case("slashing.check_voters.not-ascending", allows=(INVALID, NOBODY), in_block=False)
def that_names_some_in_another_order(spec: ModuleType, state: Any) -> Any:
    """All have signed."""
    return evidence(spec, state, voters=([1, 2], [2, 1]))


@evidence_case("slashing.check_voters.not-ascending", in_block=False)
def whose_first_side_falls_at_the_end(spec: ModuleType, state: Any) -> Any:
    """All have signed."""
    return evidence(spec, state, voters=([0, 2, 1], [0]))


# Certificates


@evidence_case(presets=("minimal", "mainnet"))
def of_two_certificates(spec: ModuleType, state: Any) -> Any:
    """Whoever is named by both is slashed, in the order of the list; the others have signed one thing."""
    return evidence(spec, state, ("NULLIFY", 0), ("FINALIZE", 1), voters=([0, 2, 3], [1, 2, 3]))


@evidence_case(in_block=False)
def of_a_certificate_and_a_vote(spec: ModuleType, state: Any) -> Any:
    """The vote is of one that the certificate names."""
    return evidence(spec, state, voters=([0, 1, 2, 3], [1]))


@evidence_case(in_block=False)
def of_all_on_both_sides(spec: ModuleType, state: Any) -> Any:
    """Nobody is left."""
    return evidence(spec, state, ("FINALIZE", 1), ("FINALIZE", 2), voters=(range(4), range(4)))


@evidence_case(INVALID)
def of_a_certificate_that_names_one_more(spec: ModuleType, state: Any) -> Any:
    """The guilty one has signed both; who did not is on one side."""
    made = evidence(spec, state, voters=([GUILTY], [1, GUILTY]))
    made.second.voters.append(3)
    return made


@evidence_case(INVALID, in_block=False)
def of_a_certificate_that_names_one_less(spec: ModuleType, state: Any) -> Any:
    """Its signature is of three."""
    made = evidence(spec, state, voters=([1, 2, 3], [GUILTY]))
    made.first.voters.pop()
    return made
