"""A failed operation leaves its fee, its nonce and its receipt, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import axivon_spec
from axivon_spec.runtime.outcome import perform
from generators.scene import ALICE, BOB, CAROL, GENESIS_TIME, RICH, genesis, signed_operation, signed_permit

SPEC = axivon_spec.load("minimal", kernels=())

LATE = "chain.execute_operation.deposit-above-max-fee"  # found when the handler has changed everything
FAILURES: list[tuple[str, Callable[[Any], Any]]] = [
    ("token.move_balance.insufficient-balance", lambda _: SPEC.Transfer(recipient=BOB.address, amount=2 * RICH)),
    ("token.move_balance.zero-recipient", lambda _: SPEC.Transfer(amount=1)),
    ("token.check_approval.zero-spender", lambda _: SPEC.Approve(amount=1)),
    (
        "token.process_transfer_from.insufficient-allowance",
        lambda _: SPEC.TransferFrom(owner=BOB.address, recipient=ALICE.address, amount=1),
    ),
    (
        "token.process_permit.expired",
        lambda state: signed_permit(SPEC, state, BOB, ALICE.address, 1, deadline=GENESIS_TIME - 1),
    ),
    ("token.process_claim_vesting.unknown-schedule", lambda _: SPEC.ClaimVesting(index=0)),
    (LATE, lambda _: SPEC.Transfer(recipient=CAROL.address, amount=1)),
    (LATE, lambda _: SPEC.Approve(spender=BOB.address, amount=1)),
]


@pytest.mark.parametrize("tip", [0, 7])
@pytest.mark.parametrize(("rule", "make"), FAILURES)
def test_only_fee_nonce_and_receipt_remain(rule: str, make: Callable[[Any], Any], tip: int) -> None:
    state = genesis(SPEC)
    payload = make(state)
    signed = signed_operation(SPEC, state, ALICE, payload, tip=tip)
    units = int(
        SPEC.UNITS_PER_OPERATION
        + SPEC.get_operation_units(signed.operation.kind)
        + SPEC.UNITS_PER_BYTE * len(SPEC.serialize(signed))
    )
    charge = units * int(state.token.base_fee) // 10**6
    if rule == LATE:
        signed = signed_operation(SPEC, state, ALICE, payload, tip=tip, max_fee=charge + tip)

    expected = state.copy()
    alice = SPEC.find_account(state.token, ALICE.address)
    expected.token.accounts[alice].balance -= charge + tip
    expected.token.accounts[alice].nonce += 1
    expected.token.collected_charges += charge
    expected.token.collected_tips += tip
    expected.chain.units_used += units
    operation_root = SPEC.hash_tree_root(signed.operation)
    expected.chain.receipts.append(SPEC.Receipt(operation_root=operation_root, ok=False, units=units, fee=charge + tip))

    outcome = perform(SPEC.process_operation, state, signed)
    assert (outcome.accepted, outcome.failures) == (True, (rule,))
    assert SPEC.hash_tree_root(state) == SPEC.hash_tree_root(expected)
