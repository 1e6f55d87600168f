"""Deposits within the largest fee of an operation, by every operation that can cause one."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, register, step
from generators.scene import (
    ALICE,
    BOB,
    CAROL,
    Actor,
    charge_of,
    deposit_of,
    genesis,
    returned_of,
    signed_operation,
    signed_permit,
)
from generators.states import approved, removed

TOO_LITTLE = "chain.execute_operation.deposit-above-max-fee"

# Who asks for what, from which state, and what it deposits
Cause = Callable[[ModuleType], tuple[Any, Actor, Any, int]]


def by_transfer(spec: ModuleType) -> tuple[Any, Actor, Any, int]:
    """A new account."""
    return genesis(spec), ALICE, spec.Transfer(recipient=CAROL.address, amount=1), deposit_of(spec)


def by_transfer_from(spec: ModuleType) -> tuple[Any, Actor, Any, int]:
    """A new account, at the cost of the spender."""
    transfer = spec.TransferFrom(owner=ALICE.address, recipient=CAROL.address, amount=4)
    return approved(spec, 10), BOB, transfer, deposit_of(spec)


def by_approval(spec: ModuleType) -> tuple[Any, Actor, Any, int]:
    """A new entry: what returns, and what is kept."""
    return genesis(spec), ALICE, spec.Approve(spender=BOB.address, amount=1), deposit_of(spec)


def by_approval_after_removal(spec: ModuleType) -> tuple[Any, Actor, Any, int]:
    """An entry that has kept its place."""
    return removed(spec, 10**14), ALICE, spec.Approve(spender=BOB.address, amount=1), returned_of(spec)


def by_permit(spec: ModuleType) -> tuple[Any, Actor, Any, int]:
    """A new entry, at the cost of the submitter."""
    state = genesis(spec)
    return state, BOB, signed_permit(spec, state, ALICE, CAROL.address, 10), deposit_of(spec)


def operated(spec: ModuleType, cause: Cause, surplus: int, tip: int) -> Steps:
    state, sender, payload, deposit = cause(spec)
    most = charge_of(spec, payload) + tip + deposit + surplus
    yield step(spec.process_operation, state, signed_operation(spec, state, sender, payload, max_fee=most, tip=tip))


def _register() -> None:
    for cause in (by_transfer, by_transfer_from, by_approval, by_approval_after_removal, by_permit):
        for tip, words in ((0, ""), (5, "_and_tip")):
            name = f"chain/process_operation/deposit{words}_{cause.__name__}"
            doc = f"{cause.__doc__} Charge{', tip' if tip else ''} and deposit are the largest fee"
            exactly = f"{doc}, to the last nAXN."
            if tip:  # without one it is how `scene.operation` makes every operation
                register(f"{name}_exactly", _of(cause, 0, tip), doc=exactly)
            register(f"{name}_one_above", _of(cause, -1, tip), fails=TOO_LITTLE, doc=f"{doc} and one nAXN more.")


def _of(cause: Cause, surplus: int, tip: int) -> Callable[[ModuleType], Steps]:
    def steps(spec: ModuleType) -> Steps:
        return operated(spec, cause, surplus, tip)

    return steps


_register()


@case("chain", "process_operation")
def that_returns_a_deposit_without_room_for_one(spec: ModuleType) -> Steps:
    """Taking an approval back deposits nothing: charge alone will do."""
    state, payload = approved(spec, 10), spec.Approve(spender=BOB.address, amount=0)
    most = charge_of(spec, payload)
    yield step(spec.process_operation, state, signed_operation(spec, state, ALICE, payload, max_fee=most))
