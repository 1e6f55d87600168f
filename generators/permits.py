"""The permits of the token, each at its handler, as an operation, and in a block."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from generators.levels import Scene, scene
from generators.scene import (
    ALICE,
    BOB,
    CAROL,
    GENESIS_TIME,
    RICH,
    deposit_of,
    genesis,
    sign,
    signed_permit,
)
from generators.states import paused, quiet


@scene("permit", presets=("minimal", "mainnet"))
def that_opens_an_allowance(spec: ModuleType, fee: int) -> Scene:
    """Bob submits what Alice has signed, and pays fee and deposit."""
    state = genesis(spec)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 10))


@scene("permit", at=("handler", "operation"))
def at_its_deadline(spec: ModuleType, fee: int) -> Scene:
    """The deadline is the last timestamp at which it counts."""
    return permit_until(spec, GENESIS_TIME)


@scene("permit", at=("block",))
def in_a_block_at_its_deadline(spec: ModuleType, fee: int) -> Scene:
    """The clock is the timestamp of the block."""
    return permit_until(spec, GENESIS_TIME + int(spec.MIN_BLOCK_SECONDS))


@scene("permit", refused="token.process_permit.expired", at=("handler", "operation"))
def one_second_late(spec: ModuleType, fee: int) -> Scene:
    """The deadline has passed."""
    return permit_until(spec, GENESIS_TIME - 1)


@scene("permit", refused="token.process_permit.expired", at=("block",))
def in_a_block_one_second_late(spec: ModuleType, fee: int) -> Scene:
    """The clock is the timestamp of the block."""
    return permit_until(spec, GENESIS_TIME + int(spec.MIN_BLOCK_SECONDS) - 1)


def permit_until(spec: ModuleType, deadline: int) -> Scene:
    state = genesis(spec)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 10, deadline=deadline))


@scene("permit")
def by_an_owner_who_has_sent_operations(spec: ModuleType, fee: int) -> Scene:
    """Permits have their own nonces; this owner has none of either at the number of the other."""
    state = genesis(spec)
    alice = spec.find_account(state.token, ALICE.address)
    state.token.accounts[alice].nonce = 3
    state.token.accounts[alice].permit_nonce = 2
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 10))


@scene("permit")
def that_replaces_an_approval(spec: ModuleType, fee: int) -> Scene:
    """The owner has opened the entry and stays its depositor; the submitter pays nothing but the fee."""
    state = genesis(spec, {ALICE: RICH, BOB: fee})
    return Scene(allowed_to_carol(spec, state), BOB, signed_permit(spec, state, ALICE, CAROL.address, 10))


@scene("permit")
def that_takes_an_approval_back(spec: ModuleType, fee: int) -> Scene:
    """The deposit returns to the owner, who paid it, not to the submitter."""
    state = allowed_to_carol(spec, genesis(spec))
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 0))


@scene("approve")
def that_takes_back_what_another_has_paid(spec: ModuleType, fee: int) -> Scene:
    """Bob has submitted the owner's permit: the deposit is his."""
    state = genesis(spec)
    spec.process_permit(state, BOB.address, signed_permit(spec, state, ALICE, CAROL.address, 10))
    quiet(state)
    return Scene(state, ALICE, spec.Approve(spender=CAROL.address, amount=0))


@scene("approve")
def that_replaces_what_another_has_paid(spec: ModuleType, fee: int) -> Scene:
    """Bob has submitted the owner's permit: he stays the depositor."""
    state = genesis(spec)
    spec.process_permit(state, BOB.address, signed_permit(spec, state, ALICE, CAROL.address, 10))
    quiet(state)
    return Scene(state, ALICE, spec.Approve(spender=CAROL.address, amount=4))


def allowed_to_carol(spec: ModuleType, state: Any) -> Any:
    """Alice has allowed Carol something."""
    spec.process_approve(state, ALICE.address, spec.Approve(spender=CAROL.address, amount=7))
    return quiet(state)


@scene("permit", refused="token.process_permit.wrong-nonce")
def with_a_nonce_too_high(spec: ModuleType, fee: int) -> Scene:
    """Permits are used in order."""
    state = genesis(spec)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 10, nonce=1))


@scene("permit", refused="token.process_permit.wrong-nonce")
def used_twice(spec: ModuleType, fee: int) -> Scene:
    """A permit counts once."""
    state = genesis(spec)
    signed = signed_permit(spec, state, ALICE, CAROL.address, 10)
    spec.process_permit(state, BOB.address, signed)
    quiet(state)
    return Scene(state, BOB, signed)


@scene("permit", refused="token.process_permit.invalid-signature", presets=("minimal", "mainnet"))
def signed_by_another(spec: ModuleType, fee: int) -> Scene:
    """Bob's signature is not Alice's."""
    state = genesis(spec)
    signed = signed_permit(spec, state, ALICE, CAROL.address, 10)
    signed.signature = sign(spec, state, BOB, spec.DOMAIN_PERMIT, signed.permit)
    return Scene(state, BOB, signed)


@scene("permit", refused="token.process_permit.invalid-signature")
def signed_as_an_operation(spec: ModuleType, fee: int) -> Scene:
    """The signature is Alice's, but in the domain of another kind of object."""
    state = genesis(spec)
    signed = signed_permit(spec, state, ALICE, CAROL.address, 10)
    signed.signature = sign(spec, state, ALICE, spec.DOMAIN_OPERATION, signed.permit)
    return Scene(state, BOB, signed)


@scene("permit", refused="token.check_approval.zero-spender")
def permit_of_the_zero_address(spec: ModuleType, fee: int) -> Scene:
    """Nobody has that key."""
    state = genesis(spec)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, spec.Address(), 10))


@scene("permit")
def submitted_with_exactly_the_deposit(spec: ModuleType, fee: int) -> Scene:
    """The submitter pays the deposit."""
    state = genesis(spec, {ALICE: RICH, BOB: deposit_of(spec) + fee})
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 10))


@scene("permit", refused="token.check_approval.insufficient-balance-for-deposit")
def submitted_without_deposit(spec: ModuleType, fee: int) -> Scene:
    """The submitter pays the deposit."""
    state = genesis(spec, {ALICE: RICH, BOB: deposit_of(spec) - 1 + fee})
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 10))


@scene("permit", refused="token.find_payer.unknown-account")
def of_an_owner_without_account(spec: ModuleType, fee: int) -> Scene:
    """Carol has a key, but nothing to allow."""
    state = genesis(spec)
    return Scene(state, BOB, signed_permit(spec, state, CAROL, ALICE.address, 10, nonce=0))


@scene("permit", refused="token.find_payer.burn-address", allows=("token.process_permit.invalid-signature",))
def of_the_burn_address(spec: ModuleType, fee: int) -> Scene:
    """Nobody has its key, so no signature can be right; none is looked at."""
    state = genesis(spec)
    signed = signed_permit(spec, state, ALICE, CAROL.address, 10)
    signed.permit.owner = spec.BURN_ADDRESS
    return Scene(state, BOB, signed)


@scene("permit", refused="token.check_open.paused")
def permit_while_paused(spec: ModuleType, fee: int) -> Scene:
    """A paused layer takes no operations."""
    state = paused(genesis(spec))
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 10))
