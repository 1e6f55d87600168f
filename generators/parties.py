"""The token's operations where two of the addresses in them are one, and where all are different."""

from __future__ import annotations

from types import ModuleType

from axivon_spec.vectors.author import Steps, case, step
from generators.levels import Scene, scene
from generators.scene import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    PROPOSER,
    RICH,
    deposit_of,
    genesis,
    signed_block,
    signed_operation,
    signed_permit,
)
from generators.states import approved, from_alice, quiet, vesting

# Transfers by allowance: owner, spender, recipient


@scene("transfer_from")
def between_three_parties(spec: ModuleType, fee: int) -> Scene:
    """Bob moves what is Alice's to Dave."""
    state = approved(spec, 10, {ALICE: RICH, BOB: RICH, DAVE: 1})
    return Scene(state, BOB, spec.TransferFrom(owner=ALICE.address, recipient=DAVE.address, amount=4))


@scene("transfer_from")
def back_to_the_owner(spec: ModuleType, fee: int) -> Scene:
    """No balance changes; the allowance is lowered."""
    transfer = spec.TransferFrom(owner=ALICE.address, recipient=ALICE.address, amount=4)
    return Scene(approved(spec, 10), BOB, transfer)


@scene("transfer_from")
def by_the_owner_itself(spec: ModuleType, fee: int) -> Scene:
    """What it allows itself is lowered like every other allowance."""
    return Scene(approved_to_herself(spec, 10), ALICE, from_alice(spec, 4))


@scene("transfer_from")
def by_the_owner_to_itself(spec: ModuleType, fee: int) -> Scene:
    """All three are one."""
    transfer = spec.TransferFrom(owner=ALICE.address, recipient=ALICE.address, amount=4)
    return Scene(approved_to_herself(spec, 10), ALICE, transfer)


@scene("transfer_from", refused="token.process_transfer_from.insufficient-allowance")
def by_the_owner_itself_without_an_allowance(spec: ModuleType, fee: int) -> Scene:
    """Nobody is allowed what it has not approved, not even the owner."""
    return Scene(genesis(spec), ALICE, from_alice(spec, 1))


@scene("transfer_from")
def by_the_owner_itself_to_a_new_account(spec: ModuleType, fee: int) -> Scene:
    """One balance pays the amount and the deposit, to the last nAXN."""
    return to_a_new_account(spec, 2 * deposit_of(spec) + 10 + fee)


@scene("transfer_from", refused="token.move_balance.insufficient-balance-for-deposit")
def by_the_owner_itself_to_a_new_account_with_one_less(spec: ModuleType, fee: int) -> Scene:
    """One balance pays both, and one nAXN is missing."""
    return to_a_new_account(spec, 2 * deposit_of(spec) + 9 + fee)


def to_a_new_account(spec: ModuleType, balance: int) -> Scene:
    state = approved_to_herself(spec, 10, balance)
    return Scene(state, ALICE, spec.TransferFrom(owner=ALICE.address, recipient=CAROL.address, amount=10))


@scene("transfer_from")
def into_the_burn_address(spec: ModuleType, fee: int) -> Scene:
    """A spender may burn for the owner."""
    transfer = spec.TransferFrom(owner=ALICE.address, recipient=spec.BURN_ADDRESS, amount=4)
    return Scene(approved(spec, 10), BOB, transfer)


# Approvals and permits: owner, spender, submitter


@scene("approve")
def of_oneself(spec: ModuleType, fee: int) -> Scene:
    """Of no use, and no fault."""
    return Scene(genesis(spec), ALICE, spec.Approve(spender=ALICE.address, amount=10))


@scene("permit")
def submitted_by_its_owner(spec: ModuleType, fee: int) -> Scene:
    """Nonces of operations and permits of one account both rise."""
    state = genesis(spec)
    return Scene(state, ALICE, signed_permit(spec, state, ALICE, CAROL.address, 10))


@scene("permit")
def submitted_by_its_spender(spec: ModuleType, fee: int) -> Scene:
    """The usual case: who wants to spend brings it."""
    state = genesis(spec)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, BOB.address, 10))


@scene("permit")
def for_its_owner(spec: ModuleType, fee: int) -> Scene:
    """Of no use, and no fault."""
    state = genesis(spec)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, ALICE.address, 10))


# Claims and blocks


@scene("claim_vesting")
def by_its_recipient(spec: ModuleType, fee: int) -> Scene:
    """Fee and claim meet in one balance."""
    return Scene(vesting(spec, epoch=1), BOB, spec.ClaimVesting(index=0))


@case("chain", "state_transition")
def with_an_operation_of_its_fee_recipient(spec: ModuleType) -> Steps:
    """The proposer pays a fee, and has a part of it back."""
    state = genesis(spec)
    operations = [signed_operation(spec, state, ALICE, spec.Transfer(recipient=BOB.address, amount=1), tip=9)]
    yield step(spec.state_transition, state, signed_block(spec, state, operations, fee_recipient=ALICE.address))


@case("chain", "state_transition")
def with_a_fee_recipient_that_it_creates(spec: ModuleType) -> Steps:
    """The account is opened by an operation of the same block."""
    state = genesis(spec)
    operations = [signed_operation(spec, state, ALICE, spec.Transfer(recipient=CAROL.address, amount=1))]
    yield step(spec.state_transition, state, signed_block(spec, state, operations, fee_recipient=CAROL.address))


@case("chain", "state_transition")
def with_the_burn_address_as_fee_recipient(spec: ModuleType) -> Steps:
    """The proposer burns everything, tips included."""
    state = genesis(spec)
    operations = [signed_operation(spec, state, ALICE, spec.Transfer(recipient=PROPOSER.address, amount=1), tip=9)]
    yield step(spec.state_transition, state, signed_block(spec, state, operations, fee_recipient=spec.BURN_ADDRESS))


def approved_to_herself(spec: ModuleType, amount: int, balance: int = RICH) -> object:
    """Alice has allowed herself this amount."""
    state = genesis(spec, {ALICE: balance, BOB: RICH})
    spec.process_approve(state, ALICE.address, spec.Approve(spender=ALICE.address, amount=amount))
    return quiet(state)
