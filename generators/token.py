"""Transfers, allowances and views of the token; what is an operation at its handler, as that, and in a block."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.levels import Scene, scene
from generators.scene import (
    ALICE,
    BOB,
    CAROL,
    RICH,
    deposit_of,
    genesis,
    returned_of,
    signed_permit,
)
from generators.states import approved, from_alice, paused, quiet, removed, vesting


@scene("transfer", presets=("minimal", "mainnet"))
def part_of_the_balance(spec: ModuleType, fee: int) -> Scene:
    """An amount between two accounts that exist."""
    return Scene(genesis(spec), ALICE, spec.Transfer(recipient=BOB.address, amount=10))


@scene("transfer")
def the_whole_balance(spec: ModuleType, fee: int) -> Scene:
    """The largest amount that is accepted."""
    return Scene(genesis(spec, {ALICE: 10 + fee, BOB: 0}), ALICE, spec.Transfer(recipient=BOB.address, amount=10))


@scene("transfer", refused="token.move_balance.insufficient-balance", presets=("minimal", "mainnet"))
def one_more_than_the_balance(spec: ModuleType, fee: int) -> Scene:
    """The smallest amount that must be refused."""
    return Scene(genesis(spec, {ALICE: 10 + fee, BOB: 0}), ALICE, spec.Transfer(recipient=BOB.address, amount=11))


@scene("transfer")
def to_oneself(spec: ModuleType, fee: int) -> Scene:
    """Valid, and changes no balance."""
    return Scene(genesis(spec, {ALICE: 10 + fee}), ALICE, spec.Transfer(recipient=ALICE.address, amount=10))


@scene("transfer")
def of_zero(spec: ModuleType, fee: int) -> Scene:
    """Valid, and reported like any other."""
    return Scene(genesis(spec), ALICE, spec.Transfer(recipient=BOB.address, amount=0))


@scene("transfer")
def to_an_address_without_account(spec: ModuleType, fee: int) -> Scene:
    """The account is opened; its deposit comes from the sender beside the amount, to the last nAXN."""
    deposit = deposit_of(spec)
    state = genesis(spec, {ALICE: deposit + 10 + fee})
    return Scene(state, ALICE, spec.Transfer(recipient=CAROL.address, amount=10))


@scene("transfer", refused="token.move_balance.insufficient-balance-for-deposit")
def one_less_than_amount_and_deposit(spec: ModuleType, fee: int) -> Scene:
    """The amount alone would be covered."""
    deposit = deposit_of(spec)
    state = genesis(spec, {ALICE: deposit + 9 + fee})
    return Scene(state, ALICE, spec.Transfer(recipient=CAROL.address, amount=10))


@case("token", "transfer")
def to_new_accounts_on_every_side_of_others(spec: ModuleType) -> Steps:
    """The ring of accounts is opened at its end, behind the sentinel, and between two others."""
    state = genesis(spec)
    for address in (b"\xff" * 20, bytes(19) + b"\x01", b"\x80" + bytes(19), b"\x80" + bytes(18) + b"\x01"):
        yield step(spec.process_transfer, state, ALICE.address, spec.Transfer(recipient=address, amount=10))


@scene("transfer", refused="token.move_balance.zero-recipient")
def to_the_zero_address(spec: ModuleType, fee: int) -> Scene:
    """That is where mistakes go."""
    return Scene(genesis(spec), ALICE, spec.Transfer(recipient=spec.Address(), amount=1))


@scene("transfer")
def to_the_burn_address(spec: ModuleType, fee: int) -> Scene:
    """Anybody may burn."""
    return Scene(genesis(spec), ALICE, spec.Transfer(recipient=spec.BURN_ADDRESS, amount=RICH // 2))


@scene("transfer", refused="token.check_open.paused")
def while_the_token_is_paused(spec: ModuleType, fee: int) -> Scene:
    """A paused layer takes no operations; the fee is paid all the same."""
    state = genesis(spec)
    state.token.paused = True
    return Scene(state, ALICE, spec.Transfer(recipient=BOB.address, amount=1))


@scene("transfer", refused="token.find_payer.unknown-account", at=("handler",))
def by_an_unknown_sender(spec: ModuleType, fee: int) -> Scene:
    """Only accounts pay; the sender of an operation is checked before."""
    return Scene(genesis(spec, {ALICE: 1}), BOB, spec.Transfer(recipient=ALICE.address, amount=0))


# Approvals


@scene("approve", presets=("minimal", "mainnet"))
def a_first_approval(spec: ModuleType, fee: int) -> Scene:
    """It opens an entry, locks a deposit, and leaves a tenth of it for ever."""
    return Scene(genesis(spec), ALICE, spec.Approve(spender=BOB.address, amount=10))


@scene("approve")
def for_ever(spec: ModuleType, fee: int) -> Scene:
    """2^64 − 1 is infinite."""
    return Scene(genesis(spec), ALICE, spec.Approve(spender=BOB.address, amount=spec.INFINITE))


@scene("approve")
def that_replaces_another(spec: ModuleType, fee: int) -> Scene:
    """The new amount stands instead of the old, and no second deposit is taken."""
    return Scene(approved(spec, 10), ALICE, spec.Approve(spender=BOB.address, amount=3))


@scene("approve")
def that_takes_another_back(spec: ModuleType, fee: int) -> Scene:
    """An amount of zero removes the entry and returns nine tenths of the deposit."""
    return Scene(approved(spec, 10), ALICE, spec.Approve(spender=BOB.address, amount=0))


@scene("approve")
def that_takes_back_what_cost_less(spec: ModuleType, fee: int) -> Scene:
    """Governance has raised the deposit since: what was locked returns, not what would be locked now."""
    state = approved(spec, 10)
    state.token.parameters.entry_deposit += 1_000_003
    return Scene(state, ALICE, spec.Approve(spender=BOB.address, amount=0))


@scene("approve")
def that_replaces_another_without_balance(spec: ModuleType, fee: int) -> Scene:
    """No deposit is taken, so none is needed."""
    state = approved(spec, 10, {ALICE: deposit_of(spec) + fee, BOB: 0})
    return Scene(state, ALICE, spec.Approve(spender=BOB.address, amount=3))


@scene("approve")
def after_it_was_used_up(spec: ModuleType, fee: int) -> Scene:
    """The entry has an amount of zero, and still its deposit: no other is taken, and none is needed."""
    return Scene(used_up(spec, fee), ALICE, spec.Approve(spender=BOB.address, amount=3))


@scene("approve")
def that_takes_back_what_was_used_up(spec: ModuleType, fee: int) -> Scene:
    """The deposit returns, though nothing is left to spend."""
    return Scene(used_up(spec, fee), ALICE, spec.Approve(spender=BOB.address, amount=0))


def used_up(spec: ModuleType, balance: int) -> Any:
    """Bob has moved all that Alice had allowed him; so much is left to her."""
    state = approved(spec, 10, {ALICE: deposit_of(spec) + 10 + balance, BOB: 0})
    spec.process_transfer_from(state, BOB.address, from_alice(spec, 10))
    return quiet(state)


@scene("approve")
def of_an_address_without_account(spec: ModuleType, fee: int) -> Scene:
    """A spender needs no account to be allowed something."""
    return Scene(genesis(spec), ALICE, spec.Approve(spender=CAROL.address, amount=10))


@scene("approve")
def that_lets_the_burn_address_spend(spec: ModuleType, fee: int) -> Scene:
    """It is no use, and no fault: nobody spends in its name."""
    return Scene(genesis(spec), ALICE, spec.Approve(spender=spec.BURN_ADDRESS, amount=10))


@scene("approve")
def of_nothing(spec: ModuleType, fee: int) -> Scene:
    """An approval of zero where there was none makes no entry, and is reported."""
    return Scene(genesis(spec), ALICE, spec.Approve(spender=BOB.address, amount=0))


@scene("approve")
def again_after_removal(spec: ModuleType, fee: int) -> Scene:
    """The entry keeps its place, a new deposit is locked, and nothing more is left for ever: nine tenths suffice."""
    return Scene(removed(spec, returned_of(spec) + fee), ALICE, spec.Approve(spender=BOB.address, amount=5))


@scene("approve", refused="token.check_approval.insufficient-balance-for-deposit")
def again_with_one_less_than_nine_tenths(spec: ModuleType, fee: int) -> Scene:
    """One nAXN is missing of what a removed entry locks."""
    return Scene(removed(spec, returned_of(spec) - 1 + fee), ALICE, spec.Approve(spender=BOB.address, amount=5))


@scene("approve")
def with_exactly_the_deposit(spec: ModuleType, fee: int) -> Scene:
    """The last nAXN of the deposit is there."""
    state = genesis(spec, {ALICE: deposit_of(spec) + fee, BOB: 0})
    return Scene(state, ALICE, spec.Approve(spender=BOB.address, amount=1))


@scene("approve", refused="token.check_approval.insufficient-balance-for-deposit")
def with_one_less_than_the_deposit(spec: ModuleType, fee: int) -> Scene:
    """One nAXN of the deposit is missing."""
    state = genesis(spec, {ALICE: deposit_of(spec) - 1 + fee, BOB: 0})
    return Scene(state, ALICE, spec.Approve(spender=BOB.address, amount=1))


@scene("approve", refused="token.check_approval.zero-spender", presets=("minimal", "mainnet"))
def of_the_zero_address(spec: ModuleType, fee: int) -> Scene:
    """Nobody has that key."""
    return Scene(genesis(spec), ALICE, spec.Approve(spender=spec.Address(), amount=1))


@scene("approve", refused="token.check_open.paused")
def approval_while_paused(spec: ModuleType, fee: int) -> Scene:
    """A paused layer takes no operations."""
    return Scene(paused(genesis(spec)), ALICE, spec.Approve(spender=BOB.address, amount=1))


@scene("approve", refused="token.find_payer.unknown-account", at=("handler",))
def approval_by_an_unknown_sender(spec: ModuleType, fee: int) -> Scene:
    """Only accounts approve."""
    return Scene(genesis(spec, {ALICE: 1}), BOB, spec.Approve(spender=ALICE.address, amount=0))


# Transfers by allowance


@scene("transfer_from")
def the_whole_allowance(spec: ModuleType, fee: int) -> Scene:
    """The entry is used up, and keeps its deposit until an approval of zero."""
    return Scene(approved(spec, 10), BOB, from_alice(spec, 10))


@scene("transfer_from", presets=("minimal", "mainnet"))
def part_of_the_allowance(spec: ModuleType, fee: int) -> Scene:
    """What is left stays allowed."""
    return Scene(approved(spec, 10), BOB, from_alice(spec, 4))


@scene("transfer_from")
def out_of_an_infinite_allowance(spec: ModuleType, fee: int) -> Scene:
    """It is not lowered."""
    return Scene(approved(spec, int(spec.INFINITE)), BOB, from_alice(spec, 4))


@scene("transfer_from")
def nothing_without_an_allowance(spec: ModuleType, fee: int) -> Scene:
    """Moving zero needs no allowance."""
    return Scene(genesis(spec), BOB, from_alice(spec, 0))


@scene("transfer_from", refused="token.process_transfer_from.insufficient-allowance", presets=("minimal", "mainnet"))
def one_more_than_the_allowance(spec: ModuleType, fee: int) -> Scene:
    """The owner has the money, but has not allowed it."""
    return Scene(approved(spec, 10), BOB, from_alice(spec, 11))


@scene("transfer_from")
def all_that_the_owner_has(spec: ModuleType, fee: int) -> Scene:
    """The allowance is infinite, the balance is not."""
    state = approved(spec, int(spec.INFINITE))
    return Scene(state, BOB, from_alice(spec, int(spec.balance_of(state, ALICE.address))))


@scene("transfer_from")
def to_a_new_account_with_exactly_the_deposit(spec: ModuleType, fee: int) -> Scene:
    """The spender, not the owner, pays the deposit of the new account."""
    state = approved(spec, 10, {ALICE: RICH, BOB: deposit_of(spec) + fee})
    return Scene(state, BOB, spec.TransferFrom(owner=ALICE.address, recipient=CAROL.address, amount=5))


@scene("transfer_from", refused="token.move_balance.insufficient-balance")
def more_than_the_owner_has(spec: ModuleType, fee: int) -> Scene:
    """The allowance is infinite, the balance is not."""
    state = approved(spec, int(spec.INFINITE))
    balance = int(spec.balance_of(state, ALICE.address))
    return Scene(state, BOB, from_alice(spec, balance + 1))


@scene("transfer_from", refused="token.move_balance.insufficient-balance-for-deposit")
def to_a_new_account_without_deposit(spec: ModuleType, fee: int) -> Scene:
    """The spender, not the owner, pays the deposit of the new account."""
    state = approved(spec, 10, {ALICE: RICH, BOB: deposit_of(spec) - 1 + fee})
    transfer = spec.TransferFrom(owner=ALICE.address, recipient=CAROL.address, amount=5)
    return Scene(state, BOB, transfer)


@scene("transfer_from", refused="token.move_balance.zero-recipient")
def by_allowance_to_the_zero_address(spec: ModuleType, fee: int) -> Scene:
    """That is where mistakes go."""
    transfer = spec.TransferFrom(owner=ALICE.address, recipient=spec.Address(), amount=5)
    return Scene(approved(spec, 10), BOB, transfer)


@scene("transfer_from", refused="token.process_transfer_from.burn-owner")
def out_of_the_burn_address(spec: ModuleType, fee: int) -> Scene:
    """What is burned stays burned, even where nothing would move."""
    transfer = spec.TransferFrom(owner=spec.BURN_ADDRESS, recipient=BOB.address, amount=0)
    return Scene(genesis(spec), BOB, transfer)


@scene("transfer_from", refused="token.process_transfer_from.zero-owner")
def out_of_the_zero_address(spec: ModuleType, fee: int) -> Scene:
    """It is no account, so not even nothing moves."""
    transfer = spec.TransferFrom(owner=spec.Address(), recipient=BOB.address, amount=0)
    return Scene(genesis(spec), BOB, transfer)


@scene("transfer_from")
def nothing_out_of_an_unknown_account(spec: ModuleType, fee: int) -> Scene:
    """The owner has no account, and gets none."""
    transfer = spec.TransferFrom(owner=CAROL.address, recipient=BOB.address, amount=0)
    return Scene(genesis(spec), BOB, transfer)


@scene(
    "transfer_from",
    refused="token.process_transfer_from.insufficient-allowance",
    allows=("token.move_balance.insufficient-balance",),
)
def something_out_of_an_unknown_account(spec: ModuleType, fee: int) -> Scene:
    """The owner has no account, and so has allowed nothing."""
    transfer = spec.TransferFrom(owner=CAROL.address, recipient=BOB.address, amount=1)
    return Scene(genesis(spec), BOB, transfer)


@scene("transfer_from", refused="token.find_payer.unknown-account", at=("handler",))
def by_allowance_by_an_unknown_sender(spec: ModuleType, fee: int) -> Scene:
    """Only accounts spend; the sender of an operation is checked before."""
    transfer = spec.TransferFrom(owner=ALICE.address, recipient=ALICE.address, amount=0)
    return Scene(genesis(spec, {ALICE: 1}), BOB, transfer)


@scene("transfer_from", refused="token.check_open.paused")
def by_allowance_while_paused(spec: ModuleType, fee: int) -> Scene:
    """A paused layer takes no operations."""
    return Scene(paused(approved(spec, 10)), BOB, from_alice(spec, 1))


# Views


@case("token", "views")
def that_need_no_state(spec: ModuleType) -> Steps:
    """What EIP-20 calls name, symbol, decimals and totalSupply."""
    for view in (spec.name, spec.symbol, spec.decimals, spec.total_supply):
        yield step(view)


@case("token", "views")
def of_balances_and_allowances(spec: ModuleType) -> Steps:
    """An address without an account has a balance of zero."""
    state = approved(spec, 10)
    for actor in (ALICE, BOB, CAROL):
        yield step(spec.balance_of, state, actor.address)
    yield step(spec.allowance, state, ALICE.address, BOB.address)
    yield step(spec.allowance, state, BOB.address, ALICE.address)
    yield step(spec.circulating_supply, state)


@case("token", "views")
def of_the_supply_in_the_hands_of_users(spec: ModuleType) -> Steps:
    """After an emission, a claim and a burn: every amount that is not counted is there."""
    state = vesting(spec, epoch=1)
    spec.process_claim_vesting(state, ALICE.address, spec.ClaimVesting(index=1))
    spec.process_transfer(state, ALICE.address, spec.Transfer(recipient=spec.BURN_ADDRESS, amount=77))
    yield step(spec.circulating_supply, state)


@case("token", "views")
def of_used_permits(spec: ModuleType) -> Steps:
    """What the next permit of each must name: of who has used one, of who has not, and of who has no account."""
    state = genesis(spec)
    spec.process_permit(state, BOB.address, signed_permit(spec, state, ALICE, CAROL.address, 10))
    for actor in (ALICE, BOB, CAROL):
        yield step(spec.permit_nonce_of, state, actor.address)
