"""Operations on what earlier ones have left: allowances replaced, removed and used up by one or another, several
schedules of one recipient, and what the views say of it."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.levels import Scene, scene
from generators.scene import ALICE, BOB, CAROL, DAVE, RICH, genesis, signed_operation, signed_permit
from generators.states import approved, from_alice, quiet, removed, vesting

# Allowances


@scene("approve")
def that_replaces_what_cost_less(spec: ModuleType, fee: int) -> Scene:
    """Governance has raised the deposit since: what is locked stays as it is."""
    state = approved(spec, 10)
    state.token.parameters.entry_deposit += 1_000_003
    return Scene(state, ALICE, spec.Approve(spender=BOB.address, amount=3))


@scene("approve", at=("handler",))
def that_takes_back_what_was_used_up_at_the_cost_of_another(spec: ModuleType, fee: int) -> Scene:
    """Bob has paid, as the submitter of a permit, and has used it up: the deposit is his."""
    state = genesis(spec)
    spec.process_permit(state, BOB.address, signed_permit(spec, state, ALICE, BOB.address, 10))
    spec.process_transfer_from(state, BOB.address, from_alice(spec, 10))
    return Scene(quiet(state), ALICE, spec.Approve(spender=BOB.address, amount=0))


@scene("permit")
def over_a_removed_entry(spec: ModuleType, fee: int) -> Scene:
    """The submitter locks nine tenths and becomes the depositor; nothing more is kept."""
    state = removed(spec, RICH // 2)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, BOB.address, 10))


@scene("permit", at=("handler",))
def over_a_used_up_entry(spec: ModuleType, fee: int) -> Scene:
    """It still has its deposit and its depositor."""
    state = approved(spec, 10)
    spec.process_transfer_from(state, BOB.address, from_alice(spec, 10))
    return Scene(quiet(state), BOB, signed_permit(spec, state, ALICE, BOB.address, 10))


@scene("permit", at=("handler",))
def over_an_infinite_allowance(spec: ModuleType, fee: int) -> Scene:
    """From now on it is lowered."""
    state = approved(spec, int(spec.INFINITE))
    return Scene(state, BOB, signed_permit(spec, state, ALICE, BOB.address, 7))


@scene("permit", at=("handler",))
def for_the_burn_address(spec: ModuleType, fee: int) -> Scene:
    """Of no use, and no fault."""
    state = genesis(spec)
    return Scene(state, BOB, signed_permit(spec, state, ALICE, spec.BURN_ADDRESS, 7))


@case("token", "transfer_from")
def through_the_life_of_an_infinite_allowance(spec: ModuleType) -> Steps:
    """Once it is replaced it is an allowance like others."""
    state = approved(spec, int(spec.INFINITE))
    yield step(spec.process_transfer_from, state, BOB.address, from_alice(spec, 4))
    yield step(spec.process_approve, state, ALICE.address, spec.Approve(spender=BOB.address, amount=10))
    yield step(spec.process_transfer_from, state, BOB.address, from_alice(spec, 4))
    yield step(spec.allowance, state, ALICE.address, BOB.address)


@case("token", "approve")
def of_a_removed_entry_by_permit_and_back(spec: ModuleType) -> Steps:
    """Who has paid last has the deposit back: first the owner, then the submitter."""
    state = approved(spec, 10)
    for who in (ALICE, BOB):
        yield step(spec.process_approve, state, ALICE.address, spec.Approve(spender=BOB.address, amount=0))
        if who == ALICE:
            permit = signed_permit(spec, state, ALICE, BOB.address, 10)
            yield step(spec.process_permit, state, BOB.address, permit)


@case("token", "approve")
def of_many_pairs(spec: ModuleType) -> Steps:
    """Each pair of owner and spender has its own entry, wherever its key stands among the others."""
    state = genesis(spec, {ALICE: RICH, BOB: RICH, CAROL: RICH})
    pairs = [(owner, spender) for owner in (ALICE, BOB, CAROL) for spender in (DAVE, CAROL, BOB, ALICE)]
    for number, (owner, spender) in enumerate(pairs, 1):
        approve = spec.Approve(spender=spender.address, amount=number)
        yield step(spec.process_approve, state, owner.address, approve)
    for owner, spender in pairs:
        yield step(spec.allowance, state, owner.address, spender.address)


# Schedules


@case("token", "claim_vesting")
def of_two_schedules_of_one_recipient(spec: ModuleType) -> Steps:
    """A claim names one of them, and pays that."""
    category = spec.AllocationCategory
    state = genesis(spec, vesting=[(category.BACKERS, DAVE, 77_777), (category.TEAM, DAVE, 1_000_003)])
    spec.process_emission(state)
    for index in (1, 0):
        yield step(spec.process_claim_vesting, state, ALICE.address, spec.ClaimVesting(index=index))


# Views


@case("token", "views")
def of_the_supply_within_a_block(spec: ModuleType) -> Steps:
    """Fees on their way count; deposits that return count, those that are kept do not."""
    state = genesis(spec)
    for nonce, payload in enumerate((spec.Transfer(recipient=CAROL.address, amount=1), allowing(spec, 1))):
        signed = signed_operation(spec, state, ALICE, payload, nonce=nonce, tip=7, max_fee=RICH // 2)
        yield step(spec.process_operation, state, signed)
        yield step(spec.circulating_supply, state)


@case("token", "views")
def of_the_supply_with_unclaimed_schedules(spec: ModuleType) -> Steps:
    """What is free and not yet claimed is in nobody's hands; nor is anything of a schedule where there is none."""
    yield step(spec.circulating_supply, vesting(spec, epoch=2))
    yield step(spec.circulating_supply, genesis(spec, {}))
    paused = genesis(spec)
    paused.token.paused = True
    yield step(spec.circulating_supply, paused)


def allowing(spec: ModuleType, amount: int) -> Any:
    return spec.Approve(spender=BOB.address, amount=amount)
