"""The operations of the token by the burn address, and where a list is full or nearly so."""

from __future__ import annotations

from types import ModuleType

from generators.levels import Scene, scene
from generators.scene import (
    ALICE,
    BOB,
    CAROL,
    RICH,
    genesis,
    signed_permit,
)
from generators.states import BURNED, approved, crowded, from_alice, noisy, quiet, removed, vesting


@scene("transfer", refused="token.find_payer.burn-address", at=("handler",))
def by_the_burn_address(spec: ModuleType, fee: int) -> Scene:
    """No key spends from it: not even its handler does."""
    return Scene(genesis(spec), BURNED, spec.Transfer(recipient=BOB.address, amount=0))


@scene("approve", refused="token.find_payer.burn-address", at=("handler",))
def by_the_burn_address_to_spend(spec: ModuleType, fee: int) -> Scene:
    """Nobody is allowed to take what is burned."""
    return Scene(genesis(spec), BURNED, spec.Approve(spender=BOB.address, amount=0))


@scene("transfer_from", refused="token.find_payer.burn-address", at=("handler",))
def by_allowance_by_the_burn_address(spec: ModuleType, fee: int) -> Scene:
    """What is burned spends nothing, not even nothing."""
    return Scene(genesis(spec), BURNED, from_alice(spec, 0))


@scene("claim_vesting", refused="token.find_payer.burn-address", at=("handler",))
def asked_by_the_burn_address(spec: ModuleType, fee: int) -> Scene:
    """It acts for nobody."""
    return Scene(vesting(spec, epoch=1), BURNED, spec.ClaimVesting(index=1))


@scene("transfer", refused="token.move_balance.too-many-accounts")
def to_a_new_account_in_a_full_list(spec: ModuleType, fee: int) -> Scene:
    """There is no room for one more."""
    return Scene(crowded(spec, genesis(spec), "account"), ALICE, spec.Transfer(recipient=CAROL.address, amount=1))


@scene("transfer")
def to_an_old_account_in_a_full_list(spec: ModuleType, fee: int) -> Scene:
    """It needs no room."""
    return Scene(crowded(spec, genesis(spec), "account"), ALICE, spec.Transfer(recipient=BOB.address, amount=1))


@scene("transfer_from", refused="token.move_balance.too-many-accounts")
def by_allowance_to_a_new_account_in_a_full_list(spec: ModuleType, fee: int) -> Scene:
    """There is no room for one more."""
    state = crowded(spec, genesis(spec), "account")
    spec.process_approve(state, ALICE.address, spec.Approve(spender=BOB.address, amount=10))
    quiet(state)
    transfer = spec.TransferFrom(owner=ALICE.address, recipient=CAROL.address, amount=1)
    return Scene(state, BOB, transfer)


@scene("approve", refused="token.check_approval.too-many-allowances")
def a_first_approval_in_a_full_list(spec: ModuleType, fee: int) -> Scene:
    """There is no room for one more."""
    return Scene(crowded(spec, genesis(spec), "allowance"), ALICE, spec.Approve(spender=BOB.address, amount=1))


@scene("approve")
def again_after_removal_in_a_full_list(spec: ModuleType, fee: int) -> Scene:
    """A removed entry has kept its place, so it needs no room."""
    state = crowded(spec, removed(spec, RICH // 2), "allowance")
    return Scene(state, ALICE, spec.Approve(spender=BOB.address, amount=1))


@scene("approve")
def of_nothing_in_a_full_list(spec: ModuleType, fee: int) -> Scene:
    """It makes no entry."""
    return Scene(crowded(spec, genesis(spec), "allowance"), ALICE, spec.Approve(spender=BOB.address, amount=0))


@scene("permit", refused="token.check_approval.too-many-allowances")
def permit_in_a_full_list(spec: ModuleType, fee: int) -> Scene:
    """There is no room for one more."""
    state = crowded(spec, genesis(spec), "allowance")
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 10))


@scene("transfer", refused="token.check_open.too-many-events", at=("handler", "operation"))
def with_no_room_for_its_event(spec: ModuleType, fee: int) -> Scene:
    """A block holds so many events."""
    return Scene(noisy(spec, genesis(spec), 0), ALICE, spec.Transfer(recipient=BOB.address, amount=1))


@scene("transfer", at=("handler", "operation"))
def with_room_for_its_event_alone(spec: ModuleType, fee: int) -> Scene:
    """The last event of a block."""
    return Scene(noisy(spec, genesis(spec), 1), ALICE, spec.Transfer(recipient=BOB.address, amount=1))


@scene("approve", at=("handler",))
def approval_with_room_for_its_event_alone(spec: ModuleType, fee: int) -> Scene:
    """One more would be too many."""
    return Scene(noisy(spec, genesis(spec), 1), ALICE, spec.Approve(spender=BOB.address, amount=1))


@scene("approve", refused="token.check_open.too-many-events", at=("handler",))
def approval_with_no_room_for_its_event(spec: ModuleType, fee: int) -> Scene:
    """A block holds so many events."""
    return Scene(noisy(spec, genesis(spec), 0), ALICE, spec.Approve(spender=BOB.address, amount=1))


@scene("transfer_from", at=("handler",))
def by_allowance_with_room_for_its_event_alone(spec: ModuleType, fee: int) -> Scene:
    """One more would be too many."""
    return Scene(noisy(spec, approved(spec, 10), 1), BOB, from_alice(spec, 1))


@scene("transfer_from", refused="token.check_open.too-many-events", at=("handler",))
def by_allowance_with_no_room_for_its_event(spec: ModuleType, fee: int) -> Scene:
    """A block holds so many events."""
    return Scene(noisy(spec, approved(spec, 10), 0), BOB, from_alice(spec, 1))


@scene("permit", at=("handler",))
def permit_with_room_for_its_event_alone(spec: ModuleType, fee: int) -> Scene:
    """One more would be too many."""
    state = noisy(spec, genesis(spec), 1)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 10))


@scene("permit", refused="token.check_open.too-many-events", at=("handler",))
def permit_with_no_room_for_its_event(spec: ModuleType, fee: int) -> Scene:
    """A block holds so many events."""
    state = noisy(spec, genesis(spec), 0)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 10))


@scene("claim_vesting", at=("handler",))
def claim_with_room_for_its_event_alone(spec: ModuleType, fee: int) -> Scene:
    """One more would be too many."""
    return Scene(noisy(spec, vesting(spec, epoch=1), 1), ALICE, spec.ClaimVesting(index=1))


@scene("claim_vesting", refused="token.check_open.too-many-events", at=("handler",))
def claim_with_no_room_for_its_event(spec: ModuleType, fee: int) -> Scene:
    """A block holds so many events."""
    return Scene(noisy(spec, vesting(spec, epoch=1), 0), ALICE, spec.ClaimVesting(index=1))
