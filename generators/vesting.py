"""Claims of what has vested, each at its handler, as an operation, and in a block."""

from __future__ import annotations

from types import ModuleType

from generators.levels import Scene, scene
from generators.scene import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    genesis,
)
from generators.states import paused, quiet, vesting


@scene("claim_vesting", presets=("minimal", "mainnet"))
def after_the_cliff(spec: ModuleType, fee: int) -> Scene:
    """A quarter of four years has passed; the division rounds down."""
    return Scene(vesting(spec, epoch=int(spec.EPOCHS_PER_YEAR)), ALICE, spec.ClaimVesting(index=1))


@scene("claim_vesting")
def after_a_claim_before(spec: ModuleType, fee: int) -> Scene:
    """What is free by now, without what has been claimed."""
    state = vesting(spec, epoch=1)
    spec.process_claim_vesting(state, ALICE.address, spec.ClaimVesting(index=1))
    quiet(state)
    spec.process_emission(state)
    return Scene(state, ALICE, spec.ClaimVesting(index=1))


@scene("claim_vesting")
def of_one(spec: ModuleType, fee: int) -> Scene:
    """The smallest amount that is something."""
    state = genesis(spec, vesting=[(spec.AllocationCategory.TEAM, DAVE, 4)])
    spec.process_emission(state)
    return Scene(state, ALICE, spec.ClaimVesting(index=0))


@scene("claim_vesting")
def at_the_end(spec: ModuleType, fee: int) -> Scene:
    """All of it, with what the roundings left."""
    return Scene(vesting(spec, epoch=4), BOB, spec.ClaimVesting(index=1))


@scene("claim_vesting")
def long_after_the_end(spec: ModuleType, fee: int) -> Scene:
    """All of it, and no more."""
    return Scene(vesting(spec, epoch=7), BOB, spec.ClaimVesting(index=1))


@scene("claim_vesting", refused="token.process_claim_vesting.nothing-to-claim", presets=("minimal", "mainnet"))
def before_the_cliff(spec: ModuleType, fee: int) -> Scene:
    """Nothing is free yet."""
    return Scene(vesting(spec, epoch=0), ALICE, spec.ClaimVesting(index=1))


@scene("claim_vesting", refused="token.process_claim_vesting.nothing-to-claim")
def in_the_last_epoch_before_a_later_cliff(spec: ModuleType, fee: int) -> Scene:
    """A part of the time has passed, and nothing is free."""
    state = vesting(spec, epoch=1)
    state.token.vesting[1].cliff = 2
    return Scene(state, ALICE, spec.ClaimVesting(index=1))


@scene("claim_vesting", refused="token.process_claim_vesting.nothing-to-claim")
def a_second_time_in_an_epoch(spec: ModuleType, fee: int) -> Scene:
    """All that is free was claimed."""
    state = vesting(spec, epoch=1)
    spec.process_claim_vesting(state, ALICE.address, spec.ClaimVesting(index=1))
    quiet(state)
    return Scene(state, ALICE, spec.ClaimVesting(index=1))


@scene("claim_vesting")
def of_a_great_amount_late(spec: ModuleType, fee: int) -> Scene:
    """The product of amount and epochs needs more than 64 bits."""
    state = genesis(spec, vesting=[(spec.AllocationCategory.TEAM, DAVE, int(spec.TEAM_ALLOCATION) - 1)])
    released = sum(int(spec.EPOCHS_PER_ERA) * (int(spec.FIRST_EMISSION) >> era) for era in range(64))
    state.token.network_rewards -= released
    state.token.pools.ecosystem += released
    state.token.epoch = 30_001  # nothing is emitted any more
    state.token.vesting[0].duration = 4 * 8766
    return Scene(state, ALICE, spec.ClaimVesting(index=0))


@scene("claim_vesting", refused="token.process_claim_vesting.unknown-schedule")
def of_an_unknown_schedule(spec: ModuleType, fee: int) -> Scene:
    """There are two schedules, number 0 and 1."""
    return Scene(vesting(spec, epoch=1), ALICE, spec.ClaimVesting(index=2))


@scene("claim_vesting", refused="token.check_open.paused")
def claim_while_paused(spec: ModuleType, fee: int) -> Scene:
    """A paused layer takes no operations."""
    return Scene(paused(vesting(spec, epoch=1)), ALICE, spec.ClaimVesting(index=1))


@scene("claim_vesting", refused="token.find_payer.unknown-account", at=("handler",))
def claim_by_an_unknown_sender(spec: ModuleType, fee: int) -> Scene:
    """Whoever asks has an account."""
    return Scene(vesting(spec, epoch=1), CAROL, spec.ClaimVesting(index=1))
