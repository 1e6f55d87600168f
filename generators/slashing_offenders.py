"""Who is slashed and when, what it costs them, who reports it, and blocks with evidence."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, named_after, step
from generators.epochs import before_last
from generators.levels import Scene, scene
from generators.offences import EPOCH, GUILTY, INVALID, NOBODY, evidence, evidence_case, late, with_evidence
from generators.scene import ALICE, BOB, CAROL, PROPOSER, STAKES, at_height, public_key, signed_block
from generators.staking import owned, waiting, with_exit, withdrawn
from generators.states import BURNED, quiet

# Their places and their epochs


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
    state.staking.validators[GUILTY].withdrawable_from = state.staking.unbonding_height + 1
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


def slashed(spec: ModuleType, *views: int) -> Any:
    """Evidence of these views was reported."""
    state = late(spec)
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

        case("slashing", "evidence", rejects=rule, allows=allows)(named_after(make, made))

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
        added.withdrawable_from = state.staking.unbonding_height + 1
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
    state = before_last(spec, EPOCH, late(spec))
    yield step(spec.state_transition, state, with_evidence(spec, state, evidence(spec, state, epoch=EPOCH - 3)))
    yield step(spec.state_transition, state, signed_block(spec, state))


@case("slashing", "evidence_block")
def of_all_at_the_end_of_an_epoch(spec: ModuleType) -> Steps:
    """Those with weight are not all disarmed, and the last set stays where the next would be empty."""
    state = before_last(spec, EPOCH, late(spec))
    found = [evidence(spec, state, voter=voter) for voter in range(len(STAKES))]
    yield step(spec.state_transition, state, with_evidence(spec, state, *found))
    yield step(spec.state_transition, state, signed_block(spec, state))


@case("slashing", "evidence_block")
def of_those_who_were_slashed_an_epoch_ago(spec: ModuleType) -> Steps:
    """They are disarmed once; whoever was slashed before that is in no set to come."""
    state = slashed(spec, 7)
    state.staking.offences[0].epoch -= 1
    state.staking.validators[GUILTY].active_until -= 1
    state = before_last(spec, EPOCH, state)
    yield step(spec.state_transition, state, with_evidence(spec, state, evidence(spec, state, voter=0)))


@scene("withdraw", layer="staking", refused="staking.process_withdraw.still-votes")
def of_the_last_that_there_is(spec: ModuleType, fee: int) -> Scene:
    """The unbonding is over, and it is still in the sets."""
    return Scene(still_there(spec), ALICE, spec.Withdraw(validator=GUILTY))


def still_there(spec: ModuleType) -> Any:
    state = at_height(spec, slashed(spec, 7), (EPOCH + 30) * int(spec.HEIGHTS_PER_EPOCH) + 2)
    state.staking.unbonding_height = state.staking.validators[GUILTY].withdrawable_from
    state.staking.offences = type(state.staking.offences)()
    return state
