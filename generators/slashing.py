"""Evidence of two votes that nobody may sign together, what it costs, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.certificates import NO_POINT
from generators.levels import Scene, scene
from generators.primitives import digest
from generators.scene import (
    ALICE,
    BOB,
    CAROL,
    PROPOSER,
    STAKES,
    at_height,
    certificate,
    consensus_data,
    genesis,
    other_genesis,
    other_network,
    parent_vote,
    public_key,
    sign_vote,
    signed_block,
    vote,
)
from generators.staking import Change, owned, quiet, waiting, with_exit, withdrawn
from generators.states import BURNED

EPOCH = 20  # of consensus, where the cases begin
GUILTY = 2  # the validator that has signed twice
NOBODY, INVALID = "slashing.check_evidence.nobody-to-slash", "slashing.check_joint_vote.invalid-signature"

Make = Callable[[ModuleType, Any], Any]


def late(spec: ModuleType, state: Any = None) -> Any:
    """The state after the third block of an epoch in which old evidence has expired."""
    state = at_height(spec, genesis(spec) if state is None else state, EPOCH * int(spec.HEIGHTS_PER_EPOCH) + 2)
    state.staking.layer_height = EPOCH * int(spec.HEIGHTS_PER_EPOCH) - 5
    return state


def joint_vote(spec: ModuleType, state: Any, kind: str, block: int, at: Any, voters: Sequence[int] = (GUILTY,)) -> Any:
    """A vote about one of some blocks, under the domain of its epoch."""
    root = spec.Bytes32() if kind == "NULLIFY" else digest(spec, block)
    cast = vote(spec, getattr(spec.VoteKind, kind), at, root)
    return spec.JointVote(voters=voters, vote=cast, signature=sign_vote(spec, state, cast, voters))


def evidence(
    spec: ModuleType,
    state: Any,
    first: tuple[str, int] = ("NOTARIZE", 1),
    second: tuple[str, int] = ("NOTARIZE", 2),
    epoch: int = EPOCH,
    view: int = 7,
    voter: int = GUILTY,
    voters: tuple[Sequence[int], Sequence[int]] | None = None,
) -> Any:
    """Two votes of one validator in one round, or of several: those of either side."""
    at = spec.Round(epoch=epoch, view=view)
    ours, theirs = ([voter], [voter]) if voters is None else voters
    return spec.Evidence(
        first=joint_vote(spec, state, *first, at, ours), second=joint_vote(spec, state, *second, at, theirs)
    )


def with_evidence(spec: ModuleType, state: Any, *found: Any, **changes: Any) -> Any:
    """The next block, which brings evidence."""
    data = consensus_data(spec, state)
    data.evidence = spec.List[spec.Evidence, spec.MAX_EVIDENCE](*found)
    return signed_block(spec, state, consensus=data, **changes)


def evidence_case(
    rule: str | None = None,
    allows: tuple[str, ...] = (),
    presets: tuple[str, ...] = ("minimal",),
    state: Change = late,  # type: ignore[assignment]
    in_block: bool = True,
) -> Callable[[Make], Make]:
    """A report of the evidence that the function makes for a state: by itself, and in a block."""

    def register_case(make: Make) -> Make:
        def alone(spec: ModuleType) -> Steps:
            begun = state(spec)  # type: ignore[call-arg]
            yield step(spec.process_evidence, begun, make(spec, begun), ALICE.address)

        def in_a_block(spec: ModuleType) -> Steps:
            begun = state(spec)  # type: ignore[call-arg]
            yield step(spec.state_transition, begun, with_evidence(spec, begun, make(spec, begun)))

        also = (*allows, "chain.state_transition.wrong-state-root")
        for made, topic, allowed in ((alone, "evidence", allows), (in_a_block, "evidence_block", also)):
            made.__name__, made.__doc__, made.__module__ = make.__name__, make.__doc__, make.__module__
            if topic == "evidence" or in_block:
                case("slashing", topic, rejects=rule, allows=allowed if rule else (), presets=presets)(made)
        return make

    return register_case


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


@evidence_case(
    "staking.check_validator.withdrawn-validator",
    state=lambda spec: late(spec, withdrawn(spec)),
    allows=(NOBODY, INVALID),
)
def of_a_place_that_is_free(spec: ModuleType, state: Any) -> Any:
    """Whoever had it has withdrawn."""
    return evidence(spec, state, voter=4)


@evidence_case(NOBODY, state=lambda spec: late(spec, waiting(spec)))
def of_a_validator_that_waits(spec: ModuleType, state: Any) -> Any:
    """Its votes count for nothing yet."""
    return evidence(spec, state, voter=4)


def between(spec: ModuleType) -> Any:
    """The guilty one was a validator from epoch 12 until 18, and its stake is nearly free."""
    state = late(spec)
    state.staking.validators[GUILTY].active_from = 12
    state.staking.validators[GUILTY].active_until = 18
    state.staking.validators[GUILTY].withdrawable_from = state.staking.layer_height + 1
    return state


@evidence_case(NOBODY, state=between)
def of_the_epoch_before_its_first(spec: ModuleType, state: Any) -> Any:
    """It waited."""
    return evidence(spec, state, epoch=11)


@evidence_case(state=between)
def of_its_first_epoch(spec: ModuleType, state: Any) -> Any:
    """It has left since, and its stake waits anew."""
    return evidence(spec, state, epoch=12)


@evidence_case(state=between, in_block=False)
def of_its_last_epoch(spec: ModuleType, state: Any) -> Any:
    """It has left since, and its stake waits anew."""
    return evidence(spec, state, epoch=17)


@evidence_case(NOBODY, state=between)
def of_the_epoch_after_its_last(spec: ModuleType, state: Any) -> Any:
    """It had left."""
    return evidence(spec, state, epoch=18)


@evidence_case(state=lambda spec: late(spec, with_exit(spec, with_exit(spec, with_exit(spec, owned(spec), 3), 2), 0)))
def of_one_that_waits_to_leave(spec: ModuleType, state: Any) -> Any:
    """It need not wait any more, but for its stake; the others keep their order."""
    return evidence(spec, state)


# Again


def slashed(spec: ModuleType, *views: int, state: Any = None) -> Any:
    """Evidence of these views was reported."""
    state = late(spec) if state is None else state
    for view in views:
        spec.process_evidence(state, evidence(spec, state, view=view), ALICE.address)
    return quiet(state)


@evidence_case(NOBODY, state=lambda spec: slashed(spec, 7))
def a_second_time(spec: ModuleType, state: Any) -> Any:
    """The very same."""
    return evidence(spec, state)


@evidence_case(NOBODY, state=lambda spec: slashed(spec, 6, 7), in_block=False)
def a_second_time_of_other_votes(spec: ModuleType, state: Any) -> Any:
    """What else it has signed in that round is the same offence."""
    return evidence(spec, state, ("FINALIZE", 3), ("NULLIFY", 0))


@evidence_case(state=lambda spec: slashed(spec, 7))
def of_another_view(spec: ModuleType, state: Any) -> Any:
    """An offence of its own; the stake is counted already."""
    return evidence(spec, state, view=8)


@evidence_case(state=lambda spec: slashed(spec, 7), in_block=False)
def of_the_same_view_of_another_epoch(spec: ModuleType, state: Any) -> Any:
    """A round is an epoch and a view."""
    return evidence(spec, state, epoch=EPOCH - 1)


@evidence_case(state=lambda spec: slashed(spec, 7))
def of_certificates_of_which_some_are_known(spec: ModuleType, state: Any) -> Any:
    """One of the two was slashed for the round, and is not again."""
    return evidence(spec, state, voters=([0, 1, 2], [0, 2, 3]))


@evidence_case(NOBODY, state=lambda spec: slashed(spec, 7), in_block=False)
def of_certificates_of_which_all_are_known(spec: ModuleType, state: Any) -> Any:
    """Only one is on both sides."""
    return evidence(spec, state, voters=([0, 1, 2], [2, 3]))


@evidence_case(state=lambda spec: slashed(spec, 7))
def of_another_validator(spec: ModuleType, state: Any) -> Any:
    """Two that have signed twice in one round."""
    return evidence(spec, state, voter=0)


@evidence_case(state=lambda spec: slashed(spec, 7, 8, 9))
def of_the_last_offence_that_counts(spec: ModuleType, state: Any) -> Any:
    """The fourth."""
    return evidence(spec, state, view=11)


@evidence_case(NOBODY, state=lambda spec: slashed(spec, 7, 8, 9, 10))
def of_one_offence_more(spec: ModuleType, state: Any) -> Any:
    """The fifth."""
    return evidence(spec, state, view=11)


def poor(spec: ModuleType, stake: int) -> Any:
    """The guilty one has lost all but this."""
    state = late(spec)
    lost = int(state.staking.validators[GUILTY].stake) - stake
    state.staking.validators[GUILTY].stake = stake
    state.token.bonded -= lost
    state.token.reserve += lost
    return state


@evidence_case(NOBODY, state=lambda spec: poor(spec, 0))
def of_one_that_has_lost_everything(spec: ModuleType, state: Any) -> Any:
    """There is nothing to take."""
    return evidence(spec, state)


@evidence_case(state=lambda spec: poor(spec, 1))
def of_one_that_has_one_left(spec: ModuleType, state: Any) -> Any:
    """The penalty is rounded down to nothing."""
    return evidence(spec, state)


@evidence_case(state=lambda spec: poor(spec, 10_007), in_block=False)
def of_one_that_has_little_left(spec: ModuleType, state: Any) -> Any:
    """Penalty and reward are rounded down."""
    return evidence(spec, state)


def disarmed(spec: ModuleType) -> Any:
    """No weight but that of the guilty one is left in the running set."""
    state = late(spec)
    for place, index in enumerate(state.consensus.sets[1].indices):
        state.consensus.sets[1].weights[place] = 3 if index == GUILTY else 0
        if index == GUILTY:
            state.consensus.sets[1].stakes[place] = 3
    return state


@evidence_case(state=disarmed, in_block=False)
def of_one_with_more_stake_than_all_weigh(spec: ModuleType, state: Any) -> Any:
    """All there is, is then at least what it has."""
    return evidence(spec, state)


# Who reports


def reported(rule: str | None, allows: tuple[str, ...] = ()) -> Callable[[Callable[..., Any]], None]:
    """Evidence with the reporter whom the function names."""

    def register_case(make: Callable[..., Any]) -> None:
        def made(spec: ModuleType) -> Steps:
            state = late(spec)
            yield step(spec.process_evidence, state, evidence(spec, state), make(spec))

        made.__name__, made.__doc__, made.__module__ = make.__name__, make.__doc__, make.__module__
        case("slashing", "evidence", rejects=rule, allows=allows)(made)

    return register_case


@reported("slashing.process_evidence.unknown-reporter")
def by_somebody_without_account(spec: ModuleType) -> Any:
    """Nobody would pay the deposit of a new account."""
    return CAROL.address


@reported("slashing.process_evidence.unknown-reporter")
def by_the_zero_address(spec: ModuleType) -> Any:
    """It is no account."""
    return spec.Address()


@reported(None)
def by_the_burn_address(spec: ModuleType) -> Any:
    """All of the penalty is burned."""
    return BURNED.address


@reported(None)
def by_its_owner(spec: ModuleType) -> Any:
    """Whoever reports himself loses the rest."""
    return PROPOSER.address


@case(
    "slashing",
    "evidence_block",
    rejects="slashing.process_evidence.unknown-reporter",
    allows=("token.process_fees.unknown-fee-recipient", "chain.state_transition.wrong-state-root"),
)
def by_a_fee_recipient_without_account(spec: ModuleType) -> Steps:
    """The reporter is the fee recipient."""
    state = late(spec)
    yield step(
        spec.state_transition,
        state,
        with_evidence(spec, state, evidence(spec, state), fee_recipient=CAROL.address),
    )


# Blocks


@case("slashing", "evidence_block", presets=("minimal", "mainnet"))
def as_much_as_a_block_takes(spec: ModuleType) -> Steps:
    """Offences of three validators, one of them twice, reported to another recipient than the owner."""
    state = late(spec)
    found = [evidence(spec, state, voter=voter, view=view) for voter, view in ((0, 7), (3, 7), (2, 9), (2, 7))]
    made = with_evidence(spec, state, *found, fee_recipient=BOB.address)
    yield step(spec.state_transition, state, made)


@case(
    "slashing",
    "evidence_block",
    rejects=NOBODY,
    allows=("chain.state_transition.wrong-state-root",),
)
def twice_in_a_block(spec: ModuleType) -> Steps:
    """The first of the two has been acted on when the second comes."""
    state = late(spec)
    found = evidence(spec, state)
    yield step(spec.state_transition, state, with_evidence(spec, state, found, found))


def crowded(spec: ModuleType) -> Any:
    """There are as many validators as there can be; most of them are in no set any more."""
    state = late(spec)
    for number in range(len(STAKES), int(spec.MAX_VALIDATORS)):
        added = spec.create_validator(PROPOSER.address, public_key(spec, number), spec.MIN_STAKE, EPOCH - 8)
        added.active_until = EPOCH - 4
        added.withdrawable_from = state.staking.layer_height + 1
        state.staking.validators.append(added)
        state.staking.rewards.append(0)
        state.token.bonded += spec.MIN_STAKE
        state.token.reserve -= spec.MIN_STAKE
    return state


def naming(spec: ModuleType, state: Any, count: int) -> Any:
    """A block whose evidence names so many voters."""
    every = int(spec.MAX_VALIDATORS)
    known = [evidence(spec, state, voters=(range(every), [2])), evidence(spec, state, view=8, voters=([3], [3]))]
    left = range(count - every - 4)
    return with_evidence(spec, state, *known, evidence(spec, state, view=9, voters=(left, [0])))


@case("slashing", "evidence_block")
def that_names_as_many_as_two_certificates(spec: ModuleType) -> Steps:
    """Three pieces; in each of them one has signed both."""
    state = crowded(spec)
    yield step(spec.state_transition, state, naming(spec, state, 2 * int(spec.MAX_VALIDATORS)))


@case(
    "slashing",
    "evidence_block",
    rejects="slashing.check_number_of_voters.too-many-voters",
    allows=("chain.state_transition.wrong-state-root",),
)
def that_names_one_more(spec: ModuleType) -> Steps:
    """It would cost more to verify than two certificates."""
    state = crowded(spec)
    yield step(spec.state_transition, state, naming(spec, state, 2 * int(spec.MAX_VALIDATORS) + 1))


@case("slashing", "evidence_block")
def of_its_leader(spec: ModuleType) -> Steps:
    """Who leads a block can be slashed in it, by itself, and has led it."""
    state = late(spec)
    leader = int(state.consensus.sets[1].indices[spec.draw_leader(state, signed_block(spec, state).block.header.round)])
    made = with_evidence(spec, state, evidence(spec, state, voter=leader))
    yield step(spec.state_transition, state, made)


@case("slashing", "evidence_block", presets=("minimal", "mainnet"))
def at_the_end_of_an_epoch(spec: ModuleType) -> Steps:
    """Its weight is gone in the two sets that are frozen, and in the next it is not."""
    state = late(spec)
    state = at_height(spec, state, (EPOCH + 1) * int(spec.HEIGHTS_PER_EPOCH) - 2)
    yield step(spec.state_transition, state, with_evidence(spec, state, evidence(spec, state, epoch=EPOCH - 3)))
    yield step(spec.state_transition, state, signed_block(spec, state))


@case("slashing", "evidence_block")
def of_all_at_the_end_of_an_epoch(spec: ModuleType) -> Steps:
    """Those with weight are not all disarmed, and the last set stays where the next would be empty."""
    state = at_height(spec, late(spec), (EPOCH + 1) * int(spec.HEIGHTS_PER_EPOCH) - 2)
    found = [evidence(spec, state, voter=voter) for voter in range(len(STAKES))]
    yield step(spec.state_transition, state, with_evidence(spec, state, *found))
    yield step(spec.state_transition, state, signed_block(spec, state))


@case("slashing", "evidence_block")
def of_those_who_were_slashed_an_epoch_ago(spec: ModuleType) -> Steps:
    """They are disarmed once; whoever was slashed before that is in no set to come."""
    state = slashed(spec, 7)
    state.staking.offences[0].epoch -= 1
    state.staking.validators[GUILTY].active_until -= 1
    state = at_height(spec, state, (EPOCH + 1) * int(spec.HEIGHTS_PER_EPOCH) - 2)
    yield step(spec.state_transition, state, with_evidence(spec, state, evidence(spec, state, voter=0)))


@scene("withdraw", layer="staking", refused="staking.process_withdraw.still-votes")
def of_the_last_that_there_is(spec: ModuleType, fee: int) -> Scene:
    """The unbonding is over, and it is still in the sets."""
    return Scene(still_there(spec), ALICE, spec.Withdraw(validator=GUILTY))


def still_there(spec: ModuleType) -> Any:
    state = at_height(spec, slashed(spec, 7), (EPOCH + 30) * int(spec.HEIGHTS_PER_EPOCH) + 2)
    state.staking.layer_height = state.staking.validators[GUILTY].withdrawable_from
    state.staking.offences = type(state.staking.offences)()
    return state


# Correlation


def correlated(spec: ModuleType, found: Any, age: int | None = None) -> Any:
    """At the end of an epoch in which half a window has passed since these offences: (validator, epochs later)."""
    now = int(spec.EVIDENCE_EPOCHS) + 8
    state = at_height(spec, late(spec), (now + 1) * int(spec.HEIGHTS_PER_EPOCH) - 2)
    half = int(spec.EVIDENCE_EPOCHS) // 2 if age is None else age
    for number, (voter, later) in enumerate(found):
        state.consensus.epoch = now - half + later
        made = evidence(spec, state, epoch=now - half, view=number + 1, voter=voter)
        spec.process_evidence(state, made, ALICE.address)
    state.consensus.epoch = now
    return quiet(state)


def correlation_case(
    presets: tuple[str, ...] = ("minimal",), blocks: bool = False
) -> Callable[[Callable[[ModuleType], Any]], Callable[[ModuleType], Any]]:
    """The second penalty in the state that the function gives, by itself, and in the last block of the epoch."""

    def register_case(make: Callable[[ModuleType], Any]) -> Callable[[ModuleType], Any]:
        def alone(spec: ModuleType) -> Steps:
            yield step(spec.process_correlation, make(spec))

        def in_a_block(spec: ModuleType) -> Steps:
            state = make(spec)
            yield step(spec.state_transition, state, signed_block(spec, state))

        for made, topic in ((alone, "correlation"), (in_a_block, "correlation_block")):
            made.__name__, made.__doc__, made.__module__ = make.__name__, make.__doc__, make.__module__
            if topic == "correlation" or blocks:
                case("slashing", topic, presets=presets)(made)
        return make

    return register_case


@correlation_case(presets=("minimal", "mainnet"), blocks=True)
def of_one_alone(spec: ModuleType) -> Any:
    """Three times its own share."""
    return correlated(spec, [(3, 0)])


@correlation_case(blocks=True)
def of_more_than_a_third(spec: ModuleType) -> Any:
    """Everything that is left."""
    return correlated(spec, [(0, 0), (3, 0)])


@correlation_case()
def of_offences_around_it(spec: ModuleType) -> Any:
    """Each pays when its own time has come; all within the window count."""
    return correlated(spec, [(3, 0), (2, 1), (3, 2)])


@correlation_case()
def of_several_offences_of_one(spec: ModuleType) -> Any:
    """It is one validator, and its stake counts once."""
    return correlated(spec, [(3, 0), (3, 0)])


@correlation_case()
def of_nobody_whose_time_has_come(spec: ModuleType) -> Any:
    """One is too young by an epoch."""
    return correlated(spec, [(3, 1)])


@correlation_case()
def of_nobody_any_more(spec: ModuleType) -> Any:
    """One is too old by an epoch."""
    return correlated(spec, [(3, 0)], age=7)


@correlation_case(blocks=True)
def of_what_is_forgotten(spec: ModuleType) -> Any:
    """When the window has passed, an offence is; the younger one is kept."""
    return correlated(spec, [(3, 0), (2, 1)], age=int(spec.EVIDENCE_EPOCHS))


@correlation_case()
def of_what_is_forgotten_behind_what_is_kept(spec: ModuleType) -> Any:
    """The order stays."""
    state = correlated(spec, [(3, 2), (2, 1), (1, 3)], age=int(spec.EVIDENCE_EPOCHS))
    state.staking.offences[1].epoch -= 1
    state.staking.validators[2].active_until -= 1
    return state


@case("slashing", "correlation_block")
def while_staking_is_paused(spec: ModuleType) -> Steps:
    """Nothing that holds a vote against its signer is stopped."""
    state = correlated(spec, [(3, 0)])
    state.staking.paused = True
    made = with_evidence(spec, state, evidence(spec, state, view=9))
    yield step(spec.state_transition, state, made)


# Certificates around an upgrade


@case("slashing", "upgrade")
def of_the_first_block_after_it(spec: ModuleType) -> Steps:
    """The certificate of its parent is of the version before, its own signature of the new one."""
    state = at_height(spec, genesis(spec), 3 * int(spec.HEIGHTS_PER_EPOCH) - 1)
    old = state.chain.fork.current_version
    data = consensus_data(spec, state)
    state.chain.fork = spec.Fork(previous_version=old, current_version=b"\x09\x09\x09\x09", epoch=3)
    cast = parent_vote(spec, state)
    before = state.copy()
    before.chain.fork = spec.Fork(previous_version=old, current_version=old)
    data.certificate = certificate(spec, before, cast)
    yield step(spec.state_transition, state, signed_block(spec, state, consensus=data))
    yield step(spec.state_transition, state, signed_block(spec, state))


# Long range


@case("slashing", "anchor", presets=("minimal", "mainnet"))
def of_many_ages(spec: ModuleType) -> Steps:
    """From as far in the future as a clock may be behind, of now, and to the last second."""
    window = int(spec.EVIDENCE_EPOCHS) * int(spec.HEIGHTS_PER_EPOCH) * int(spec.MIN_BLOCK_SECONDS)
    for anchor, now in (
        (1, 0),
        (10**9 + 1, 10**9),
        (10**9, 10**9),
        (10**9, 10**9 + window - 1),
        (2**64 - window, 2**64 - 1),
    ):
        yield step(spec.check_anchor, spec.uint64(anchor), spec.uint64(now))


@case("slashing", "anchor", rejects="slashing.check_anchor.long-range", presets=("minimal", "mainnet"))
def that_is_too_old(spec: ModuleType) -> Steps:
    """By a second."""
    window = int(spec.EVIDENCE_EPOCHS) * int(spec.HEIGHTS_PER_EPOCH) * int(spec.MIN_BLOCK_SECONDS)
    yield step(spec.check_anchor, spec.uint64(10**9), spec.uint64(10**9 + window))


@case("slashing", "anchor", rejects="slashing.check_anchor.long-range")
def that_is_as_old_as_can_be(spec: ModuleType) -> Steps:
    """All the time that there is."""
    yield step(spec.check_anchor, spec.uint64(0), spec.uint64(2**64 - 1))


@case("slashing", "anchor", rejects="slashing.check_anchor.from-the-future", presets=("minimal", "mainnet"))
def that_is_to_come(spec: ModuleType) -> Steps:
    """The clock is behind by two seconds."""
    yield step(spec.check_anchor, spec.uint64(10**9 + 2), spec.uint64(10**9))


@case("slashing", "anchor", rejects="slashing.check_anchor.from-the-future")
def that_is_of_the_end_of_time(spec: ModuleType) -> Steps:
    """For a clock that has not begun."""
    yield step(spec.check_anchor, spec.uint64(2**64 - 1), spec.uint64(0))
