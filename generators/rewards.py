"""What validators earn: counting votes, dividing the pool, and claims."""

from __future__ import annotations

from functools import partial
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.epochs import before_last, first_of_epoch
from generators.levels import Scene, end_of_epoch, scene
from generators.offences import evidence
from generators.scene import (
    ALICE,
    BOB,
    CAROL,
    at_height,
    certificate,
    consensus_data,
    genesis,
    parent_vote,
    signed_block,
)
from generators.staking import owned, paused, quiet, waiting, withdrawn
from generators.states import BURNED, noisy

LAST_EPOCH = 20


def counted(spec: ModuleType, votes: tuple[int, ...], credits: tuple[int, ...], pool: int = 10**12 + 7) -> Any:
    """Before the last block of an epoch in which members have voted and brought so much."""
    state = before_last(spec, LAST_EPOCH)
    state.staking.votes = type(state.staking.votes)(votes)
    state.staking.credits = type(state.staking.credits)(credits)
    return with_pool(state, pool)


def with_pool(state: Any, amount: int) -> Any:
    """The pool of validators holds so much."""
    state.token.reserve += state.token.pools.validators
    state.token.reserve -= amount
    state.token.pools.validators = amount
    return state


division = partial(end_of_epoch, "rewards", "division", "process_rewards")


@division(presets=("minimal", "mainnet"), blocks=True)
def where_some_have_missed_votes(spec: ModuleType) -> Any:
    """By stake and by votes; what is missed stays in the pool."""
    return counted(spec, (6, 5, 3, 0), (19_000, 9_999, 0, 7_654))


@division()
def where_all_have_done_everything(spec: ModuleType) -> Any:
    """Nothing stays in the pool but remainders."""
    blocks = int(spec.HEIGHTS_PER_EPOCH) - 1
    return counted(spec, (blocks,) * 4, (blocks * 10_000, 0, 0, 0))


@division()
def where_nobody_has_done_anything(spec: ModuleType) -> Any:
    """All of it stays."""
    return counted(spec, (0, 0, 0, 0), (0, 0, 0, 0))


@division()
def of_an_empty_pool(spec: ModuleType) -> Any:
    """Nothing for anybody."""
    return counted(spec, (6, 5, 3, 1), (19_000, 9_999, 0, 7_654), pool=0)


@division()
def of_very_little(spec: ModuleType) -> Any:
    """Every division has a remainder, and some give nothing."""
    return counted(spec, (6, 5, 3, 1), (19_000, 9_999, 1, 7_654), pool=101)


@division()
def of_a_great_pool(spec: ModuleType) -> Any:
    """The products need more than 64 bits."""
    return counted(spec, (6, 5, 3, 1), (19_000, 9_999, 1, 7_654), pool=10**17 + 1)


@division(blocks=True)
def where_one_was_slashed(spec: ModuleType) -> Any:
    """It gets nothing, and its part stays."""
    state = counted(spec, (6, 5, 3, 1), (19_000, 9_999, 1, 7_654))
    spec.process_evidence(state, evidence(spec, state, voter=0), ALICE.address)
    return quiet(state)


@division(blocks=True)
def where_one_does_not_count_any_more(spec: ModuleType) -> Any:
    """It was slashed an epoch ago and is forgiven; what it has is not divided by, and gets nothing."""
    state = counted(spec, (6, 5, 3, 1), (19_000, 9_999, 1, 7_654))
    state.consensus.sets[1].weights[0] = 0
    return state


@division()
def where_one_was_slashed_long_ago(spec: ModuleType) -> Any:
    """As long as the offence is remembered, in another epoch than this."""
    state = counted(spec, (6, 5, 3, 1), (19_000, 9_999, 1, 7_654))
    spec.process_evidence(state, evidence(spec, state, voter=1, epoch=LAST_EPOCH - 2), ALICE.address)
    state.staking.offences[0].epoch -= 2
    state.staking.validators[1].active_until -= 2
    return quiet(state)


@division()
def of_a_set_without_some_of_the_list(spec: ModuleType) -> Any:
    """Members are counted by their position, and paid by their place in the list."""
    state = counted(spec, (0, 0, 0, 0), (0, 0, 0, 0))
    state.consensus.sets[1] = state.consensus.sets[3]
    state.staking.votes = type(state.staking.votes)(6, 5, 3)
    state.staking.credits = type(state.staking.credits)(1, 9_999, 60)
    return state


@division()
def with_the_whole_for_voters(spec: ModuleType) -> Any:
    """The least share of proposers is none."""
    state = counted(spec, (6, 5, 3, 1), (19_000, 9_999, 1, 7_654))
    state.staking.parameters.proposer_share = 0
    return state


# Counting


@case("rewards", "counting_block", presets=("minimal", "mainnet"))
def of_the_votes_that_blocks_bring(spec: ModuleType) -> Steps:
    """Each leader is credited with the share that it brings; who is absent is not counted."""
    state = at_height(spec, genesis(spec), 3 * int(spec.HEIGHTS_PER_EPOCH) + 1)
    for absent in ((), (3,), (2,), (0,)):
        data = consensus_data(spec, state)
        weights = state.consensus.sets[1].weights
        if 3 * sum(weights[place] for place in absent) < sum(weights):
            data.certificate = certificate(spec, state, parent_vote(spec, state), absent)
        yield step(spec.state_transition, state, signed_block(spec, state, consensus=data))


@case("rewards", "counting_block")
def of_the_first_block_of_an_epoch(spec: ModuleType) -> Steps:
    """It brings votes of the set before, which are not counted; the next one's are."""
    state = first_of_epoch(spec)
    for _ in range(2):
        yield step(spec.state_transition, state, signed_block(spec, state))


@case("rewards", "counting_block")
def of_the_first_block_of_all(spec: ModuleType) -> Steps:
    """Genesis has no certificate; the votes for block 1 come with block 2, and so on."""
    state = genesis(spec)
    for _ in range(3):
        yield step(spec.state_transition, state, signed_block(spec, state))


@case("rewards", "division_block")
def through_two_epochs(spec: ModuleType) -> Steps:
    """Counters begin anew for each set."""
    state = with_pool(at_height(spec, genesis(spec), 3 * int(spec.HEIGHTS_PER_EPOCH) - 3), 10**12)
    while state.consensus.epoch < 5:
        yield step(spec.state_transition, state, signed_block(spec, state))


# Claims


def earned(spec: ModuleType) -> Any:
    """Alice's validator, number 1, has earned something."""
    return owned(spec)


@scene("claim_reward", layer="staking", presets=("minimal", "mainnet"))
def of_what_was_earned(spec: ModuleType, fee: int) -> Scene:
    """All of it, to the owner."""
    return Scene(earned(spec), ALICE, spec.ClaimReward(validator=1))


@scene("claim_reward", layer="staking")
def claim_by_somebody_else(spec: ModuleType, fee: int) -> Scene:
    """Whoever asks, the owner is paid."""
    return Scene(earned(spec), BOB, spec.ClaimReward(validator=1))


@scene("claim_reward", layer="staking", refused="rewards.process_claim_reward.nothing-to-claim")
def of_nothing(spec: ModuleType, fee: int) -> Scene:
    """Its validator waits to enter."""
    return Scene(waiting(spec), ALICE, spec.ClaimReward(validator=4))


@scene("claim_reward", layer="staking", refused="rewards.process_claim_reward.nothing-to-claim", at=("handler",))
def of_a_reward_twice(spec: ModuleType, fee: int) -> Scene:
    """Nothing has come since."""
    state = earned(spec)
    spec.process_claim_reward(state, ALICE.address, spec.ClaimReward(validator=1))
    return Scene(state, ALICE, spec.ClaimReward(validator=1))


@scene("claim_reward", layer="staking")
def of_one_nano(spec: ModuleType, fee: int) -> Scene:
    """The smallest reward that is one."""
    state = earned(spec)
    state.token.reserve += state.staking.rewards[1] - 1
    state.token.unclaimed -= state.staking.rewards[1] - 1
    state.staking.rewards[1] = 1
    return Scene(state, ALICE, spec.ClaimReward(validator=1))


@scene("claim_reward", layer="staking", refused="staking.check_validator.unknown-validator")
def of_a_place_behind_all(spec: ModuleType, fee: int) -> Scene:
    """There are validators 0 to 3."""
    return Scene(earned(spec), ALICE, spec.ClaimReward(validator=4))


@scene("claim_reward", layer="staking", at=("handler",))
def of_the_last_place(spec: ModuleType, fee: int) -> Scene:
    """Validator 3."""
    return Scene(earned(spec), ALICE, spec.ClaimReward(validator=3))


@scene(
    "claim_reward",
    layer="staking",
    refused="staking.check_validator.withdrawn-validator",
    allows=("rewards.process_claim_reward.nothing-to-claim",),
)
def of_a_validator_that_is_gone(spec: ModuleType, fee: int) -> Scene:
    """It was paid when it withdrew."""
    return Scene(withdrawn(spec), ALICE, spec.ClaimReward(validator=4))


@scene("claim_reward", layer="staking", refused="staking.check_staking_open.paused")
def claim_of_a_reward_while_paused(spec: ModuleType, fee: int) -> Scene:
    """A paused layer takes no operations."""
    return Scene(paused(earned(spec)), ALICE, spec.ClaimReward(validator=1))


@scene(
    "claim_reward", layer="staking", refused="staking.check_staking_open.too-many-events", at=("handler", "operation")
)
def claim_without_room_for_an_event(spec: ModuleType, fee: int) -> Scene:
    """The list of events is full."""
    return Scene(noisy(spec, earned(spec), 0), ALICE, spec.ClaimReward(validator=1))


@scene("claim_reward", layer="staking", at=("handler", "operation"))
def claim_with_room_for_an_event(spec: ModuleType, fee: int) -> Scene:
    """The last event of the block."""
    return Scene(noisy(spec, earned(spec), 1), ALICE, spec.ClaimReward(validator=1))


@scene("claim_reward", layer="staking", refused="token.find_payer.unknown-account", at=("handler",))
def claim_of_a_reward_by_an_unknown_sender(spec: ModuleType, fee: int) -> Scene:
    """Whoever asks has an account."""
    return Scene(earned(spec), CAROL, spec.ClaimReward(validator=1))


@scene("claim_reward", layer="staking", refused="token.find_payer.burn-address", at=("handler",))
def claim_of_a_reward_by_the_burn_address(spec: ModuleType, fee: int) -> Scene:
    """It asks for nothing."""
    return Scene(earned(spec), BURNED, spec.ClaimReward(validator=1))
