"""Amounts of zero, the zero address in every role, and what changes nothing."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.levels import Scene, rejected_operation, scene
from generators.scene import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    RICH,
    genesis,
    genesis_of,
    signed_block,
    signed_operation,
    signed_permit,
)
from generators.states import Address, approved, removed, vesting

ZERO: Any = Address(bytes(20))

# Transfers


@scene("transfer")
def of_zero_to_an_address_without_account(spec: ModuleType, fee: int) -> Scene:
    """The account is opened, and its deposit paid."""
    return Scene(genesis(spec), ALICE, spec.Transfer(recipient=CAROL.address, amount=0))


@scene("transfer", refused="token.move_balance.zero-recipient")
def of_zero_to_the_zero_address(spec: ModuleType, fee: int) -> Scene:
    """Refused whatever the amount."""
    return Scene(genesis(spec), ALICE, spec.Transfer(recipient=spec.Address(), amount=0))


@scene("transfer", refused="token.move_balance.insufficient-balance")
def of_too_much_to_oneself(spec: ModuleType, fee: int) -> Scene:
    """No balance would change, and still it must be covered."""
    return Scene(genesis(spec), ALICE, spec.Transfer(recipient=ALICE.address, amount=RICH + 1))


@scene("transfer_from", refused="token.move_balance.insufficient-balance")
def of_too_much_back_to_the_owner(spec: ModuleType, fee: int) -> Scene:
    """No balance would change, and still it must be covered."""
    transfer = spec.TransferFrom(owner=ALICE.address, recipient=ALICE.address, amount=RICH)
    return Scene(approved(spec, int(spec.INFINITE)), BOB, transfer)


@scene("transfer_from")
def of_nothing_to_an_address_without_account(spec: ModuleType, fee: int) -> Scene:
    """The account is opened at the cost of the spender, who is allowed nothing and needs nothing allowed."""
    transfer = spec.TransferFrom(owner=ALICE.address, recipient=CAROL.address, amount=0)
    return Scene(genesis(spec), BOB, transfer)


@scene("transfer_from")
def of_nothing_between_addresses_without_account(spec: ModuleType, fee: int) -> Scene:
    """The recipient gets an account, the owner gets none."""
    transfer = spec.TransferFrom(owner=DAVE.address, recipient=CAROL.address, amount=0)
    return Scene(genesis(spec), BOB, transfer)


@scene("transfer_from")
def of_nothing_from_an_address_without_account_to_itself(spec: ModuleType, fee: int) -> Scene:
    """It gets an account as the recipient that it is."""
    transfer = spec.TransferFrom(owner=CAROL.address, recipient=CAROL.address, amount=0)
    return Scene(genesis(spec), BOB, transfer)


@scene("transfer_from", refused="token.move_balance.zero-recipient", at=("handler",))
def of_nothing_to_the_zero_address(spec: ModuleType, fee: int) -> Scene:
    """Refused whatever the amount."""
    transfer = spec.TransferFrom(owner=ALICE.address, recipient=spec.Address(), amount=0)
    return Scene(genesis(spec), BOB, transfer)


# Approvals and permits


@scene("approve", refused="token.check_approval.zero-spender", at=("handler",))
def of_nothing_to_the_zero_address_to_spend(spec: ModuleType, fee: int) -> Scene:
    """Refused whatever the amount."""
    return Scene(genesis(spec), ALICE, spec.Approve(spender=spec.Address(), amount=0))


@scene("permit", refused="token.check_approval.zero-spender", at=("handler",))
def permit_of_nothing_to_the_zero_address(spec: ModuleType, fee: int) -> Scene:
    """Refused whatever the amount."""
    state = genesis(spec)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, spec.Address(), 0))


@scene("permit")
def permit_of_nothing(spec: ModuleType, fee: int) -> Scene:
    """It makes no entry and needs no deposit; its nonce is used, which is how a permit is revoked."""
    state = genesis(spec, {ALICE: RICH, BOB: fee})
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 0))


@scene("approve", at=("handler",))
def of_nothing_where_it_was_taken_back(spec: ModuleType, fee: int) -> Scene:
    """The deposit does not return a second time."""
    return Scene(removed(spec, RICH // 2), ALICE, spec.Approve(spender=BOB.address, amount=0))


@scene("approve", at=("handler",))
def of_the_same_amount_again(spec: ModuleType, fee: int) -> Scene:
    """It changes nothing but the events."""
    return Scene(approved(spec, 10), ALICE, spec.Approve(spender=BOB.address, amount=10))


# The zero address, which is no account


@scene("transfer", refused="token.find_payer.unknown-account", at=("handler",))
def by_the_zero_address(spec: ModuleType, fee: int) -> Scene:
    """Its key is that of the sentinel."""
    return Scene(genesis(spec), ZERO, spec.Transfer(recipient=BOB.address, amount=0))


@scene("approve", refused="token.find_payer.unknown-account", at=("handler",))
def approval_by_the_zero_address(spec: ModuleType, fee: int) -> Scene:
    """Its key is that of the sentinel."""
    return Scene(genesis(spec), ZERO, spec.Approve(spender=BOB.address, amount=0))


@scene("claim_vesting", refused="token.find_payer.unknown-account", at=("handler",))
def claim_by_the_zero_address(spec: ModuleType, fee: int) -> Scene:
    """Its key is that of the sentinel."""
    return Scene(vesting(spec, epoch=1), ZERO, spec.ClaimVesting(index=1))


@scene(
    "permit",
    refused="token.find_payer.unknown-account",
    at=("handler",),
    allows=("token.process_permit.invalid-signature",),
)
def of_the_zero_address_as_owner(spec: ModuleType, fee: int) -> Scene:
    """A recovery that fails gives no address, not this one."""
    state = genesis(spec)
    signed = signed_permit(spec, state, ALICE, CAROL.address, 0)
    signed.permit.owner = spec.Address()
    signed.signature = bytes(65)
    return Scene(state, BOB, signed)


@rejected_operation(
    "token.find_payer.unknown-account",
    allows=("chain.process_operation.insufficient-balance", "chain.process_operation.invalid-signature"),
)
def by_the_zero_address_with_a_signature_of_zeros(spec: ModuleType) -> Any:
    """A recovery that fails gives no address, not this one."""
    state = genesis(spec)
    signed = signed_operation(spec, state, ALICE, spec.Transfer(recipient=BOB.address, amount=0))
    signed.operation.sender = spec.Address()
    signed.signature = bytes(65)
    return state, signed


@case("token", "process_fees", rejects="token.process_fees.unknown-fee-recipient")
def to_the_zero_address_as_fee_recipient(spec: ModuleType) -> Steps:
    """It is no account, though a search for it ends at the sentinel."""
    yield step(spec.process_fees, genesis(spec), spec.Address())


@case(
    "chain",
    "state_transition",
    rejects="token.process_fees.unknown-fee-recipient",
    allows=("chain.state_transition.wrong-state-root",),
)
def with_the_zero_address_as_fee_recipient(spec: ModuleType) -> Steps:
    """It is no account, though a search for it ends at the sentinel."""
    state = genesis(spec)
    yield step(spec.state_transition, state, signed_block(spec, state, fee_recipient=spec.Address()))


# Schedules and genesis


@scene("claim_vesting", refused="token.process_claim_vesting.nothing-to-claim", at=("handler",))
def of_a_schedule_of_zero(spec: ModuleType, fee: int) -> Scene:
    """There is nothing in it, now or later."""
    state = genesis(spec, vesting=[(spec.AllocationCategory.TEAM, DAVE, 0)])
    spec.process_emission(state)
    return Scene(state, ALICE, spec.ClaimVesting(index=0))


@case("chain", "create_genesis_state")
def of_allocations_of_zero(spec: ModuleType) -> Steps:
    """They make an account and a schedule like others."""
    category = spec.AllocationCategory
    yield step(spec.create_genesis_state, genesis_of(spec, [(category.COMMUNITY, ALICE, 0), (category.TEAM, BOB, 0)]))


@case("chain", "create_genesis_state")
def of_no_allocations(spec: ModuleType) -> Steps:
    """All of it is reserve; the burn address has its account."""
    yield step(spec.create_genesis_state, genesis_of(spec, []))
