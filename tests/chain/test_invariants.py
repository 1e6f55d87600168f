"""Each invariant has a faulty spec that it alone catches: on the fault's blocks it fails and every other one holds. The
spec itself takes or refuses the same blocks, and all invariants hold."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import axivon_spec
from axivon_spec.runtime.outcome import perform
from generators.blob_custody import before_draws
from generators.blob_submission import before_new_quorums
from generators.epochs import before_last
from generators.kept_blobs import EPOCH, FIRST, blob_of, certified, layer, quorum_of, request
from generators.offences import evidence, late, with_evidence
from generators.queues import before_the_end
from generators.scene import (
    ALICE,
    BOB,
    PROPOSER,
    RICH,
    at_height,
    deposit,
    genesis,
    genesis_of,
    signed_block,
    signed_operation,
)
from generators.staking import NEW

SPECS = Path(__file__).resolve().parents[2] / "specs"
Blocks = Iterator[tuple[Any, list[Any]]]  # a state, and the operations or the evidence of the next block


@dataclass(frozen=True)
class Fault:
    """One place of a spec file, written otherwise, and the blocks that suffer from it."""

    invariant: str
    file: str
    right: str
    wrong: str
    blocks: Callable[[ModuleType], Blocks]


# Blocks. Each yields its state again and again; whoever asks applies the block to it.


def one_transfer(spec: ModuleType) -> Blocks:
    state = genesis(spec)
    yield state, [signed_operation(spec, state, ALICE, spec.Transfer(recipient=BOB.address, amount=1))]


def one_transfer_of_too_much(spec: ModuleType) -> Blocks:
    state = genesis(spec)
    yield state, [signed_operation(spec, state, ALICE, spec.Transfer(recipient=BOB.address, amount=2 * RICH))]


def approved_removed_and_approved(spec: ModuleType) -> Blocks:
    state = genesis(spec)
    for amount in (5, 0, 5):
        yield state, [signed_operation(spec, state, ALICE, spec.Approve(spender=BOB.address, amount=amount))]


def claimed_after_a_year(spec: ModuleType) -> Blocks:
    state = genesis(spec, vesting=[(spec.AllocationCategory.TEAM, ALICE, 10**15)])
    for _ in range(2 * int(spec.HEIGHTS_PER_EPOCH)):
        yield state, []
    yield state, [signed_operation(spec, state, ALICE, spec.ClaimVesting(index=0))]


def an_epoch(spec: ModuleType) -> Blocks:
    state = genesis(spec)
    for _ in range(int(spec.HEIGHTS_PER_EPOCH)):
        yield state, []


def the_end_of_an_epoch(spec: ModuleType) -> Blocks:
    yield before_last(spec, 0), []


def the_first_block_of_an_epoch(spec: ModuleType) -> Blocks:
    yield at_height(spec, genesis(spec), int(spec.HEIGHTS_PER_EPOCH) - 1), []


def the_first_block(spec: ModuleType) -> Blocks:
    yield spec.create_genesis_state(genesis_of(spec, [])), []


def crowded(spec: ModuleType, base_fee: int, units: int) -> Blocks:
    """One block of so many transfers that they use more than `units`."""
    state = genesis(spec, {ALICE: 10**16})
    state.token.base_fee = base_fee
    transfer = spec.Transfer(recipient=PROPOSER.address, amount=1)
    count = units // int(spec.UNITS_PER_OPERATION + spec.UNITS_TRANSFER)
    yield state, [signed_operation(spec, state, ALICE, transfer, nonce=nonce) for nonce in range(count)]


def too_full(spec: ModuleType) -> Blocks:
    return crowded(spec, 10**7, int(spec.MAX_BLOCK_UNITS))


def more_than_the_target_at_the_highest_fee(spec: ModuleType) -> Blocks:
    return crowded(spec, int(spec.MAX_BASE_FEE), int(spec.TARGET_BLOCK_UNITS))


def burned_and_then_charged(spec: ModuleType) -> Blocks:
    state = genesis(spec)
    for amount in (10**12, 0):
        yield state, [signed_operation(spec, state, ALICE, spec.Transfer(recipient=spec.BURN_ADDRESS, amount=amount))]


def a_deposit(spec: ModuleType) -> Blocks:
    state = genesis(spec)
    yield state, [signed_operation(spec, state, ALICE, deposit(spec, state, ALICE, NEW, spec.MIN_STAKE))]


def a_deposit_for_a_key_that_is_taken(spec: ModuleType) -> Blocks:
    state = genesis(spec)
    yield state, [signed_operation(spec, state, ALICE, deposit(spec, state, ALICE, 0, spec.MIN_STAKE))]


def a_departure(spec: ModuleType) -> Blocks:
    state = before_the_end(spec, exits=[3])
    for _ in range(int(spec.HEIGHTS_PER_EPOCH)):
        yield state, []


def a_claim_of_a_reward(spec: ModuleType) -> Blocks:
    state = genesis(spec)
    yield state, [signed_operation(spec, state, ALICE, spec.ClaimReward(validator=1))]


def a_block_within_an_epoch(spec: ModuleType) -> Blocks:
    yield at_height(spec, genesis(spec), 2 * int(spec.HEIGHTS_PER_EPOCH) + 1), []


def the_end_of_an_epoch_with_a_stake_too_small_for_a_seat(spec: ModuleType) -> Blocks:
    state = before_new_quorums(spec)
    state.consensus.sets[1].stakes[3] = state.consensus.sets[1].weights[3] = 1
    yield state, []


def blobs_of_two_blocks(spec: ModuleType) -> Blocks:
    state = layer(spec)
    for seed in range(2):
        yield state, [signed_operation(spec, state, ALICE, request(spec, blob_of(spec, seed=seed)))]


def the_largest_blobs_at_the_highest_price(spec: ModuleType) -> Blocks:
    state = layer(spec)
    state.availability.price = spec.MAX_DISPERSAL_PRICE
    blobs = [request(spec, blob_of(spec, 1984, seed=seed)) for seed in range(2)]
    yield state, [signed_operation(spec, state, ALICE, blob, nonce=nonce) for nonce, blob in enumerate(blobs)]


def a_draw_of_rows_that_some_have_not_signed_for(spec: ModuleType) -> Blocks:
    for seed in range(4):
        state = before_draws(spec, certified(spec, blob_of(spec, 1984), absent=(2, 3)))
        state.consensus.mix = spec.sha256(bytes([seed]))
        yield state, []


def a_pause_while_a_stake_waits(spec: ModuleType) -> Blocks:
    """The stake of a node that has left is free one height after the last at which its blob may be kept."""
    state = certified(spec, blob_of(spec))
    node = quorum_of(spec, state).nodes[1]
    left = spec.get_record(state, spec.uint64(FIRST)).submitted + spec.MAX_RETENTION - state.availability.layer_height
    state.staking.validators[node].active_until = EPOCH + 1
    state.staking.validators[node].withdrawable_from = state.staking.unbonding_height + left + 1
    at_height(spec, state, 5 * int(spec.HEIGHTS_PER_EPOCH))
    state.availability.paused = True
    yield state, []


def two_offences_in_one_round(spec: ModuleType) -> Blocks:
    state = late(spec)
    found = evidence(spec, state)
    yield state, [found, found]


FAULTS = [
    Fault(
        "invariant_block_is_within_its_limits",
        "chain.md",
        "    assert state.chain.units_used + units <= MAX_BLOCK_UNITS",
        "    assert units <= MAX_BLOCK_UNITS",
        too_full,
    ),
    Fault(
        "invariant_every_operation_has_a_receipt",
        "chain.md",
        "    state.chain.receipts.append(Receipt(operation_root=operation_root, ok=ok, units=units, fee=fee))",
        "    if ok:\n        state.chain.receipts.append("
        "Receipt(operation_root=operation_root, ok=ok, units=units, fee=fee))",
        one_transfer_of_too_much,
    ),
    Fault(
        "invariant_nonces_count_operations",
        "chain.md",
        "    state.token.accounts[sender].nonce += 1\n",
        "    state.token.accounts[sender].nonce += 2\n",
        one_transfer,
    ),
    Fault(
        "invariant_every_token_is_in_one_bucket",
        "token.md",
        "balance += charges - burned + state.token.collected_tips\n",
        "balance += charges + state.token.collected_tips\n",
        one_transfer,
    ),
    Fault(
        "invariant_collections_are_well_formed",
        "token.md",
        "    index = find_key(state.token.allowance_links, key)\n    if index == 0:\n",
        "    index = find_key(state.token.allowance_links, key)\n    if index >= 0:\n",
        approved_removed_and_approved,
    ),
    Fault(
        "invariant_deposits_are_covered",
        "token.md",
        "    state.token.allowances[index] = Allowance()\n",
        "    state.token.allowances[index] = Allowance(amount=state.token.allowances[index].amount)\n",
        approved_removed_and_approved,
    ),
    Fault(
        "invariant_vesting_follows_the_schedule",
        "token.md",
        "    amount = compute_vested(schedule, state.token.epoch) - schedule.claimed\n",
        "    amount = compute_vested(schedule, state.token.epoch + 1) - schedule.claimed\n",
        claimed_after_a_year,
    ),
    Fault(
        "invariant_emission_follows_the_schedule",
        "token.md",
        "    emission = compute_emission(state.token.epoch)\n",
        "    emission = compute_emission(state.token.epoch + 4)\n",
        an_epoch,
    ),
    Fault(
        "invariant_parameters_are_valid",
        "token.md",
        "        state.token.parameters.base_fee_floor,\n        MAX_BASE_FEE,\n",
        "        state.token.parameters.base_fee_floor,\n        2 * MAX_BASE_FEE,\n",
        more_than_the_target_at_the_highest_fee,
    ),
    Fault(
        "invariant_burned_stays_burned",
        "token.md",
        "    burned = Amount(mul_div(charges, uint64(state.token.parameters.base_fee_burn_share), BASIS_POINTS))\n\n"
        "    # Empty the collection\n"
        "    state.token.accounts[find_account(state.token, BURN_ADDRESS)].balance += burned\n"
        "    state.token.accounts[recipient].balance += charges - burned",
        "    burned = Amount(mul_div(charges, uint64(state.token.parameters.base_fee_burn_share), BASIS_POINTS))\n"
        "    reward = min(burned, state.token.accounts[find_account(state.token, BURN_ADDRESS)].balance)\n\n"
        "    # Empty the collection\n"
        "    state.token.accounts[find_account(state.token, BURN_ADDRESS)].balance -= reward\n"
        "    state.token.accounts[recipient].balance += charges + reward",
        burned_and_then_charged,
    ),
    Fault(
        "invariant_stakes_are_bonded",
        "staking.md",
        "    state.token.accounts[payer].balance -= deposit.amount\n    state.token.bonded += deposit.amount\n",
        "    state.token.accounts[payer].balance -= deposit.amount + 1\n    state.token.bonded += deposit.amount + 1\n",
        a_deposit,
    ),
    Fault(
        "invariant_keys_are_of_one_validator",
        "staking.md",
        '    assert all(validator.public_key != deposit.public_key for validator in validators), "key-taken"\n',
        "",
        a_deposit_for_a_key_that_is_taken,
    ),
    Fault(
        "invariant_queues_hold_who_waits",
        "staking.md",
        "    state.staking.entering.append(place)\n",
        "",
        a_deposit,
    ),
    Fault(
        "invariant_unbonding_outlasts_votes",
        "staking.md",
        "KEPT_SETS * HEIGHTS_PER_EPOCH + UNBONDING_HEIGHTS\n",
        "UNBONDING_HEIGHTS\n",
        a_departure,
    ),
    Fault(
        "invariant_offences_are_of_validators",
        "slashing.md",
        "        and all(known != vote_round for known in rounds)\n",
        "",
        two_offences_in_one_round,
    ),
    Fault(
        "invariant_rewards_are_covered",
        "rewards.md",
        "    state.staking.rewards[validator] = Amount(0)\n",
        "",
        a_claim_of_a_reward,
    ),
    Fault(
        "invariant_credits_are_of_the_running_set",
        "rewards.md",
        "[votes + 1 if has_signed",
        "[votes + HEIGHTS_PER_EPOCH if has_signed",
        a_block_within_an_epoch,
    ),
    Fault(
        "invariant_sets_are_well_formed",
        "consensus.md",
        "        state.consensus.sets[KEPT_SETS - 1] = frozen\n",
        "        state.consensus.sets[KEPT_SETS - 1] = ValidatorSet()\n",
        the_end_of_an_epoch,
    ),
    Fault(
        "invariant_epoch_follows_height",
        "consensus.md",
        "    state.consensus.epoch += 1\n",
        "    state.consensus.epoch += 2\n",
        the_end_of_an_epoch,
    ),
    Fault(
        "invariant_quorums_are_well_formed",
        "availability.md",
        "        if count > 0 and is_active(",
        "        if count >= 0 and is_active(",
        the_end_of_an_epoch_with_a_stake_too_small_for_a_seat,
    ),
    Fault(
        "invariant_blobs_go_their_way",
        "availability.md",
        "    state.availability.first_unassigned = state.availability.next_blob\n",
        "",
        blobs_of_two_blocks,
    ),
    Fault(
        "invariant_stored_bytes_add_up",
        "availability.md",
        "    state.availability.stored += compute_stored(shape)\n",
        "    state.availability.stored = compute_stored(shape)\n",
        blobs_of_two_blocks,
    ),
    Fault(
        "invariant_challenges_are_of_kept_rows",
        "availability.md",
        "    if is_kept and record.signers[member]:",
        "    if is_kept:",
        a_draw_of_rows_that_some_have_not_signed_for,
    ),
    Fault(
        "invariant_prices_are_within_bounds",
        "availability.md",
        "        MAX_DISPERSAL_PRICE,\n    )",
        "        2 * MAX_DISPERSAL_PRICE,\n    )",
        the_largest_blobs_at_the_highest_price,
    ),
    Fault(
        "invariant_stakes_answer_for_what_is_kept",
        "chain.md",
        "    if not state.staking.paused and not state.availability.paused:\n",
        "    if not state.staking.paused:\n",
        a_pause_while_a_stake_waits,
    ),
    Fault(
        "invariant_finality_is_an_ancestor",
        "consensus.md",
        "        state.consensus.finalized_height = parent.height\n",
        "        state.consensus.finalized_height = header.height\n",
        the_first_block_of_an_epoch,
    ),
]


def broken(spec: ModuleType, blocks: Blocks) -> set[str]:
    """The invariants that do not hold after some block that is accepted."""
    found = set()
    invariants = {name: value for name, value in vars(spec).items() if name.startswith("invariant_")}
    for state, brought in blocks:
        is_evidence = any(isinstance(one, spec.Evidence) for one in brought)
        pre = state.copy()
        block = with_evidence(spec, state, *brought) if is_evidence else signed_block(spec, state, brought)
        if not perform(spec.state_transition, state, block).accepted:
            continue
        for name, holds in invariants.items():
            if not (holds(state) if holds.__code__.co_argcount == 1 else holds(pre, block, state)):
                found.add(name)
    return found


def faulty(fault: Fault, folder: Path) -> ModuleType:
    """The spec with the fault in it."""
    shutil.copytree(SPECS, folder / "specs")
    path = folder / "specs" / fault.file
    text = path.read_text(encoding="utf-8")
    assert text.count(fault.right) == 1, "the place that the fault changes is not there once"
    path.write_text(text.replace(fault.right, fault.wrong), encoding="utf-8")
    compilation = replace(axivon_spec.compilation(), root=folder, cache=folder / "cache", shipped=None, _loaded={})
    spec = ModuleType("faulty")
    compilation.load_into(spec, "minimal", (), kernels={}, removed_rules=frozenset(), traced=None, constants={})
    return spec


@cache
def right() -> ModuleType:
    return axivon_spec.load("minimal", kernels=())


def test_every_invariant_has_a_fault() -> None:
    assert {fault.invariant for fault in FAULTS} == {
        f.name for f in axivon_spec.program().functions() if f.is_invariant
    }


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.invariant.removeprefix("invariant_"))
def test_only_this_invariant_catches_its_fault(fault: Fault, tmp_path: Path) -> None:
    assert broken(right(), fault.blocks(right())) == set()
    spec = faulty(fault, tmp_path)
    assert broken(spec, fault.blocks(spec)) == {fault.invariant}
