"""Numbers at the ends of their widths, where a machine wraps, turns negative or loses digits."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.chain import completed, pay
from generators.levels import Scene, rejected_operation, scene
from generators.primitives import digest
from generators.scene import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    RICH,
    at_height,
    charge_of,
    genesis,
    genesis_of,
    signed_block,
    signed_operation,
    signed_permit,
)
from generators.states import approved, from_alice, vesting

HALF, END = 2**63, 2**64  # where a signed number turns negative, and where an unsigned one wraps
DOUBLE = 2**53  # above it a double has no odd numbers

# Amounts


@scene("transfer", refused="token.move_balance.insufficient-balance", at=("handler",))
def of_half_the_range(spec: ModuleType, fee: int) -> Scene:
    """As a signed number it would be negative."""
    return Scene(genesis(spec), ALICE, spec.Transfer(recipient=BOB.address, amount=HALF))


@scene("transfer", refused="token.move_balance.insufficient-balance")
def of_the_largest_amount(spec: ModuleType, fee: int) -> Scene:
    """Added to a balance it would wrap."""
    return Scene(genesis(spec), ALICE, spec.Transfer(recipient=BOB.address, amount=END - 1))


@scene("transfer", refused="token.move_balance.insufficient-balance", at=("handler",))
def of_the_largest_amount_to_a_new_account(spec: ModuleType, fee: int) -> Scene:
    """Amount and deposit together would wrap."""
    return Scene(genesis(spec), ALICE, spec.Transfer(recipient=CAROL.address, amount=END - 1))


@scene("transfer", at=("handler",))
def of_an_odd_amount_that_doubles_lack(spec: ModuleType, fee: int) -> Scene:
    """2^53 + 1 out of a balance of which the same is true."""
    state = genesis(spec, {ALICE: 7 * 10**16 - 1, BOB: 0})
    return Scene(state, ALICE, spec.Transfer(recipient=BOB.address, amount=DOUBLE + 1))


@scene("transfer", refused="token.move_balance.insufficient-balance", at=("handler",))
def one_more_than_a_balance_of_which_doubles_see_no_more(spec: ModuleType, fee: int) -> Scene:
    """2^54 + 1 of 2^54."""
    state = genesis(spec, {ALICE: 2 * DOUBLE, BOB: 0})
    return Scene(state, ALICE, spec.Transfer(recipient=BOB.address, amount=2 * DOUBLE + 1))


@scene("transfer_from", refused="token.move_balance.insufficient-balance", at=("handler",))
def of_the_infinite_amount(spec: ModuleType, fee: int) -> Scene:
    """An allowance without end is no wish for everything."""
    return Scene(approved(spec, int(spec.INFINITE)), BOB, from_alice(spec, int(spec.INFINITE)))


@scene("transfer_from", at=("handler",))
def out_of_an_allowance_of_half_the_range(spec: ModuleType, fee: int) -> Scene:
    """More than there will ever be, and lowered all the same."""
    return Scene(approved(spec, HALF + 5), BOB, from_alice(spec, 4))


@scene("transfer_from", at=("handler",))
def out_of_an_allowance_one_below_infinite(spec: ModuleType, fee: int) -> Scene:
    """Only the very last number is infinite."""
    return Scene(approved(spec, int(spec.INFINITE) - 1), BOB, from_alice(spec, 4))


@scene("approve", at=("handler",))
def of_one_below_infinite(spec: ModuleType, fee: int) -> Scene:
    """It is kept as it was given."""
    return Scene(genesis(spec), ALICE, spec.Approve(spender=BOB.address, amount=int(spec.INFINITE) - 1))


@scene("approve", at=("handler",))
def of_more_than_the_balance(spec: ModuleType, fee: int) -> Scene:
    """An allowance is no claim on what is there now."""
    return Scene(genesis(spec), ALICE, spec.Approve(spender=BOB.address, amount=2 * RICH))


@case("token", "views")
def of_allowances_beyond_the_balance(spec: ModuleType) -> Steps:
    """More than the owner has, and infinite: both are told as they were given, also while the token is paused."""
    for amount in (2 * RICH, int(spec.INFINITE)):
        state = approved(spec, amount)
        yield step(spec.allowance, state, ALICE.address, BOB.address)
        paused = state.copy()
        paused.token.paused = True
        yield step(spec.allowance, paused, ALICE.address, BOB.address)
        yield step(spec.balance_of, paused, ALICE.address)


# Permits and claims


@scene("permit", at=("handler",))
def until_the_end_of_time(spec: ModuleType, fee: int) -> Scene:
    """The largest deadline."""
    state = genesis(spec)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 10, deadline=END - 1))


@scene("permit", at=("handler",))
def until_a_time_beyond_32_bits(spec: ModuleType, fee: int) -> Scene:
    """2^32 seconds: in the year 2106."""
    state = genesis(spec)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 10, deadline=2**32))


@scene("permit", refused="token.process_permit.expired", at=("handler",))
def with_a_deadline_of_zero(spec: ModuleType, fee: int) -> Scene:
    """It means 1970, not never."""
    state = genesis(spec)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 10, deadline=0))


@scene("permit", refused="token.process_permit.wrong-nonce", at=("handler",))
def with_a_nonce_beyond_32_bits(spec: ModuleType, fee: int) -> Scene:
    """Its lower half is right."""
    state = genesis(spec)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 10, nonce=2**32))


@scene("permit", at=("handler",))
def for_ever_by_permit(spec: ModuleType, fee: int) -> Scene:
    """The infinite amount, signed off the chain."""
    state = genesis(spec)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, int(spec.INFINITE)))


@scene("claim_vesting", refused="token.process_claim_vesting.unknown-schedule", at=("handler",))
def of_an_index_beyond_32_bits(spec: ModuleType, fee: int) -> Scene:
    """Its lower half is that of a schedule."""
    return Scene(vesting(spec, epoch=1), ALICE, spec.ClaimVesting(index=2**32 + 1))


@scene("claim_vesting", refused="token.process_claim_vesting.unknown-schedule", at=("handler",))
def of_the_largest_index(spec: ModuleType, fee: int) -> Scene:
    """As a signed number it is −1."""
    return Scene(vesting(spec, epoch=1), ALICE, spec.ClaimVesting(index=END - 1))


@case("token", "claim_vesting")
def of_a_great_amount_in_two_epochs(spec: ModuleType) -> Steps:
    """What was claimed before is taken off exactly."""
    state = genesis(spec, vesting=[(spec.AllocationCategory.TEAM, DAVE, int(spec.TEAM_ALLOCATION) - 1)])
    spec.process_emission(state)
    yield step(spec.process_claim_vesting, state, ALICE.address, spec.ClaimVesting(index=0))
    yield step(spec.process_emission, state)
    yield step(spec.process_claim_vesting, state, ALICE.address, spec.ClaimVesting(index=0))


# Operations


@rejected_operation("chain.process_operation.tip-above-max-fee")
def with_a_tip_that_wraps(spec: ModuleType) -> Any:
    """Charge and tip together are 2^64."""
    state, charge = genesis(spec), charge_of(spec, pay(spec))
    return state, signed_operation(spec, state, ALICE, pay(spec), max_fee=charge, tip=END - charge)


@rejected_operation("chain.process_operation.tip-above-max-fee")
def with_a_tip_of_half_the_range(spec: ModuleType) -> Any:
    """As a signed number it would be negative."""
    state = genesis(spec)
    return state, signed_operation(spec, state, ALICE, pay(spec), tip=HALF)


@rejected_operation("chain.process_operation.insufficient-balance")
def with_a_largest_fee_of_half_the_range(spec: ModuleType) -> Any:
    """As a signed number it would be below every balance."""
    state = genesis(spec)
    return state, signed_operation(spec, state, ALICE, pay(spec), max_fee=HALF)


@rejected_operation("chain.process_operation.wrong-nonce")
def with_an_operation_nonce_beyond_32_bits(spec: ModuleType) -> Any:
    """Its lower half is right."""
    state = genesis(spec)
    return state, signed_operation(spec, state, ALICE, pay(spec), nonce=2**32)


@rejected_operation("chain.process_operation.wrong-nonce")
def with_a_nonce_that_doubles_cannot_tell_from_the_right_one(spec: ModuleType) -> Any:
    """2^53 + 1 for 2^53."""
    state = genesis(spec)
    state.token.accounts[spec.find_account(state.token, ALICE.address)].nonce = DOUBLE
    return state, signed_operation(spec, state, ALICE, pay(spec), nonce=DOUBLE + 1)


# Blocks


@case("chain", "state_transition")
def at_times_far_ahead(spec: ModuleType) -> Steps:
    """How far ahead of a clock a block may be is for voters to judge: beyond 32 bits, half of the range, its end."""
    for timestamp in (2**32, HALF, END - 1):
        state = genesis(spec)
        yield step(spec.state_transition, state, signed_block(spec, state, timestamp=timestamp))


@case("chain", "state_transition", rejects="chain.process_header.too-early")
def one_second_after_a_parent_near_the_end_of_time(spec: ModuleType) -> Steps:
    """The parent's time and two seconds would wrap."""
    state = genesis(spec)
    state.chain.latest_header.timestamp = END - 2
    yield step(spec.state_transition, state, completed(spec, state, timestamp=END - 1))


@case("chain", "state_transition", rejects="chain.process_header.wrong-height")
def of_a_height_beyond_32_bits(spec: ModuleType) -> Steps:
    """Its lower half is right."""
    state = genesis(spec)
    yield step(spec.state_transition, state, completed(spec, state, height=2**32 + 1))


@case("chain", "state_transition")
def of_heights_beyond_32_bits(spec: ModuleType) -> Steps:
    """A chain that has lived for centuries."""
    state = genesis(spec)
    state = at_height(spec, state, 2**32 - 1)
    for _ in range(2):
        yield step(spec.state_transition, state, signed_block(spec, state))


@case("primitives", "compute_domain")
def of_networks_beyond_32_bits(spec: ModuleType) -> Steps:
    """The number of a network has eight bytes."""
    for number in (2**32 + 1, HALF, END - 1):
        yield step(spec.compute_domain, spec.DOMAIN_VOTE, spec.Version(b"\x09\x08\x07\x06"), number, digest(spec, 1))


# Genesis


@case("chain", "create_genesis_state", rejects="token.create_token_state.category-exceeded")
def of_allocations_that_wrap(spec: ModuleType) -> Steps:
    """Together they are 2^64, which a machine takes for nothing."""
    community = spec.AllocationCategory.COMMUNITY
    yield step(spec.create_genesis_state, genesis_of(spec, [(community, ALICE, 10), (community, BOB, END - 10)]))


@case("chain", "create_genesis_state", rejects="token.create_token_state.category-exceeded")
def of_an_allocation_of_half_the_range(spec: ModuleType) -> Steps:
    """As a signed number it would be negative."""
    yield step(spec.create_genesis_state, genesis_of(spec, [(spec.AllocationCategory.COMMUNITY, ALICE, HALF)]))


@case("chain", "create_genesis_state", rejects="token.create_token_state.unknown-category")
def of_a_category_of_half_the_range(spec: ModuleType) -> Steps:
    """As a signed byte it would be negative."""
    yield step(spec.create_genesis_state, genesis_of(spec, [(128, ALICE, 1)]))
