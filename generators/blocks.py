"""Several operations in a block, and several blocks: what one leaves to the next, and what a failed one must not."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.chain import completed, pay
from generators.primitives import digest
from generators.scene import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    RICH,
    Actor,
    block,
    charge_of,
    deposit_of,
    genesis,
    sign,
    sign_block,
    signed_block,
    signed_operation,
    signed_permit,
)
from generators.states import approved, from_alice, vesting

TOO_LITTLE = "chain.execute_operation.deposit-above-max-fee"
OTHER_STATE = ("chain.state_transition.wrong-state-root",)


def without_room(spec: ModuleType, payload: Any) -> dict[str, int]:
    """The largest fee that is one nAXN too little for the deposit of this payload."""
    return {"max_fee": charge_of(spec, payload) + deposit_of(spec) - 1}


def to(spec: ModuleType, recipient: Actor, amount: int = 1) -> Any:
    return spec.Transfer(recipient=recipient.address, amount=amount)


def allow(spec: ModuleType, spender: Actor, amount: int = 1) -> Any:
    return spec.Approve(spender=spender.address, amount=amount)


# What a failed operation leaves: its fee, its nonce, and nothing else


@case("chain", "state_transition", fails=TOO_LITTLE, allows=OTHER_STATE)
def with_a_transfer_after_one_that_failed_to_open_its_account(spec: ModuleType) -> Steps:
    """The account of the failed one is undone; another takes its place in the list before the same is opened again."""
    state = genesis(spec)
    operations = [
        signed_operation(spec, state, ALICE, to(spec, CAROL), **without_room(spec, to(spec, CAROL))),
        signed_operation(spec, state, BOB, to(spec, DAVE, 5)),
        signed_operation(spec, state, BOB, to(spec, CAROL, 7), nonce=1),
    ]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))


@case(
    "chain",
    "state_transition",
    rejects="token.process_fees.unknown-fee-recipient",
    allows=OTHER_STATE,
)
def with_a_fee_recipient_that_it_fails_to_create(spec: ModuleType) -> Steps:
    """The account was opened by an operation that failed: it is gone."""
    state = genesis(spec)
    operation = signed_operation(spec, state, ALICE, to(spec, CAROL), **without_room(spec, to(spec, CAROL)))
    yield step(spec.state_transition, state, signed_block(spec, state, [operation], fee_recipient=CAROL.address))


@case("chain", "state_transition", fails=TOO_LITTLE, allows=OTHER_STATE)
def with_an_approval_after_one_that_failed_to_open_its_entry(spec: ModuleType) -> Steps:
    """The entry of the failed one is undone; another takes its place before the same is opened again."""
    state = genesis(spec)
    operations = [
        signed_operation(spec, state, ALICE, allow(spec, CAROL), **without_room(spec, allow(spec, CAROL))),
        signed_operation(spec, state, BOB, allow(spec, DAVE, 3)),
        signed_operation(spec, state, ALICE, allow(spec, CAROL, 4), nonce=1),
    ]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))


@case("chain", "state_transition", fails=TOO_LITTLE, allows=OTHER_STATE)
def with_a_permit_again_after_it_failed(spec: ModuleType) -> Steps:
    """Its nonce was not used: the same permit counts in the next operation."""
    state = genesis(spec)
    permit = signed_permit(spec, state, ALICE, CAROL.address, 10)
    operations = [
        signed_operation(spec, state, BOB, permit, **without_room(spec, permit)),
        signed_operation(spec, state, BOB, permit, nonce=1),
    ]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))


@case("chain", "state_transition", fails=TOO_LITTLE, allows=OTHER_STATE)
def with_a_transfer_by_allowance_again_after_it_failed(spec: ModuleType) -> Steps:
    """The allowance was not lowered: all of it can be moved."""
    state = approved(spec, 10)
    transfer = spec.TransferFrom(owner=ALICE.address, recipient=CAROL.address, amount=10)
    operations = [
        signed_operation(spec, state, BOB, transfer, **without_room(spec, transfer)),
        signed_operation(spec, state, BOB, transfer, nonce=1),
    ]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))


@case("chain", "state_transition", fails="token.move_balance.zero-recipient", allows=OTHER_STATE)
def with_a_failed_operation_that_pays_a_tip(spec: ModuleType) -> Steps:
    """Charge and tip are paid, the nonce is used, no event is left; others stand before and behind it."""
    state = approved(spec, 10)
    nowhere = spec.Transfer(recipient=spec.Address(), amount=1)
    operations = [
        signed_operation(spec, state, BOB, from_alice(spec, 3)),
        signed_operation(spec, state, ALICE, nowhere, tip=3, max_fee=RICH // 4),
        signed_operation(spec, state, BOB, from_alice(spec, 7), nonce=1),
        signed_operation(spec, state, ALICE, to(spec, BOB), nonce=1),
    ]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))


@case(
    "chain",
    "state_transition",
    fails=(
        "token.process_transfer_from.insufficient-allowance",
        "token.move_balance.zero-recipient",
        "token.process_transfer_from.insufficient-allowance",
    ),
    allows=OTHER_STATE,
)
def with_operations_that_fail_for_several_rules(spec: ModuleType) -> Steps:
    """The rules are told one an operation, in the order of the operations."""
    state = genesis(spec)
    operations = [
        signed_operation(spec, state, BOB, from_alice(spec, 1)),
        signed_operation(spec, state, ALICE, spec.Transfer(recipient=spec.Address(), amount=1)),
        signed_operation(spec, state, BOB, pay(spec), nonce=1),
        signed_operation(spec, state, BOB, from_alice(spec, 2), nonce=2),
    ]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))


@case("chain", "process_operation", fails="token.check_open.paused")
def with_a_tip_while_paused(spec: ModuleType) -> Steps:
    """It fails, and pays both charge and tip."""
    state = genesis(spec)
    state.token.paused = True
    yield step(spec.process_operation, state, signed_operation(spec, state, ALICE, pay(spec), tip=5, max_fee=RICH // 2))


# What an operation leaves to the next


@case("chain", "state_transition")
def with_a_sender_that_it_creates(spec: ModuleType) -> Steps:
    """Its first operation has nonce 0, and is paid from what came just before."""
    state = genesis(spec)
    yield step(spec.state_transition, state, signed_block(spec, state, received_and_sent(spec, state)))


@case("chain", "state_transition")
def with_a_sender_that_it_funds(spec: ModuleType) -> Steps:
    """The account was there, without a balance."""
    state = genesis(spec, {ALICE: RICH, CAROL: 0, BOB: 0})
    yield step(spec.state_transition, state, signed_block(spec, state, received_and_sent(spec, state)))


def received_and_sent(spec: ModuleType, state: Any) -> list[Any]:
    """Alice pays Carol, and Carol pays Bob."""
    first = signed_operation(spec, state, ALICE, to(spec, CAROL, 10**9))
    after = state.copy()
    spec.process_operation(after, first)
    return [first, signed_operation(spec, after, CAROL, to(spec, BOB), max_fee=charge_of(spec, pay(spec)))]


@case("chain", "state_transition", rejects="chain.process_operation.insufficient-balance", allows=OTHER_STATE)
def with_an_operation_whose_fee_was_spent_before(spec: ModuleType) -> Steps:
    """The largest fee was there at the beginning of the block."""
    state = genesis(spec, {ALICE: RICH, BOB: 0})
    operations = [
        signed_operation(spec, state, ALICE, to(spec, BOB, RICH // 2)),
        signed_operation(spec, state, ALICE, pay(spec), nonce=1, max_fee=RICH * 3 // 4),
    ]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))


@case("chain", "state_transition", rejects="chain.process_operation.wrong-nonce", allows=OTHER_STATE)
def with_operations_in_the_wrong_order(spec: ModuleType) -> Steps:
    """Sorted by nonce they would do, and the header has the root of that; the order is that of the block."""
    state = genesis(spec)
    operations = [signed_operation(spec, state, ALICE, to(spec, BOB, 1 + nonce), nonce=nonce) for nonce in (1, 0)]
    yield step(spec.state_transition, state, completed(spec, state, operations, reversed(operations)))


@case("chain", "state_transition", rejects="chain.process_operation.wrong-nonce", allows=OTHER_STATE)
def with_an_operation_twice(spec: ModuleType) -> Steps:
    """Executed once it would do, and the header has the root of that."""
    state = genesis(spec)
    operation = signed_operation(spec, state, ALICE, pay(spec))
    yield step(spec.state_transition, state, completed(spec, state, [operation, operation], [operation]))


@case("chain", "state_transition", rejects="chain.process_operation.wrong-nonce", allows=OTHER_STATE)
def with_an_invalid_operation_that_is_not_executed(spec: ModuleType) -> Steps:
    """Left out it would do, and the header has the root of that: an operation that cannot fail must not be there."""
    state = genesis(spec)
    operations = [signed_operation(spec, state, ALICE, pay(spec), nonce=nonce) for nonce in (0, 3)]
    yield step(spec.state_transition, state, completed(spec, state, operations, operations[:1]))


# What a block leaves to the next


@case("chain", "state_transition")
def several_blocks_with_operations(spec: ModuleType) -> Steps:
    """Nonces, base fee and accounts go from one to the next."""
    state = genesis(spec)
    for payload in (pay(spec), to(spec, CAROL), allow(spec, BOB, 10)):
        operations = [signed_operation(spec, state, ALICE, payload, tip=3, max_fee=RICH // 2)]
        yield step(spec.state_transition, state, signed_block(spec, state, operations))


@case("chain", "state_transition")
def blocks_through_two_epochs(spec: ModuleType) -> Steps:
    """The second epoch has one block more than the first, which begins with genesis."""
    state = genesis(spec)
    for _ in range(2 * int(spec.HEIGHTS_PER_EPOCH)):
        yield step(spec.state_transition, state, signed_block(spec, state))


@case("chain", "state_transition", fails="token.process_claim_vesting.nothing-to-claim", allows=OTHER_STATE)
def with_a_claim_in_the_last_block_of_an_epoch(spec: ModuleType) -> Steps:
    """The epoch ends behind its operations."""
    state = at_the_end_of_an_epoch(spec)
    claim = signed_operation(spec, state, ALICE, spec.ClaimVesting(index=1))
    yield step(spec.state_transition, state, signed_block(spec, state, [claim]))


@case("chain", "state_transition")
def with_a_claim_in_the_first_block_of_an_epoch(spec: ModuleType) -> Steps:
    """What the last block of the epoch before has made free."""
    state = at_the_end_of_an_epoch(spec)
    yield step(spec.state_transition, state, signed_block(spec, state))
    claim = signed_operation(spec, state, ALICE, spec.ClaimVesting(index=1))
    yield step(spec.state_transition, state, signed_block(spec, state, [claim]))


def at_the_end_of_an_epoch(spec: ModuleType) -> Any:
    """The next block is the last of the first epoch."""
    state = vesting(spec, epoch=0)
    state.token.layer_height = spec.HEIGHTS_PER_EPOCH - 2
    return state


@case("chain", "state_transition", rejects="chain.process_header.wrong-parent")
def of_another_parent_at_height_2(spec: ModuleType) -> Steps:
    """Not only the first block has a parent."""
    state = genesis(spec)
    yield step(spec.state_transition, state, signed_block(spec, state))
    yield step(spec.state_transition, state, completed(spec, state, parent_root=digest(spec, 5)))


# What was refused may come again, mended


@case("chain", "state_transition", allows=OTHER_STATE)
def with_its_own_body_after_another(spec: ModuleType) -> Steps:
    """Anybody can attach other operations to a genuine header: that refuses the body, and says nothing about the
    header."""
    state = genesis(spec)
    right = signed_block(spec, state, [signed_operation(spec, state, ALICE, pay(spec))])
    wrong = right.copy()
    wrong.block.operations = type(wrong.block.operations)()
    yield step(spec.state_transition, state, wrong, rejects="chain.process_header.wrong-operations-root")
    yield step(spec.state_transition, state, right)


@case("chain", "state_transition")
def after_a_block_that_was_refused_at_its_end(spec: ModuleType) -> Steps:
    """Everything of it is undone: another account takes the place of the one that it opened."""
    state = genesis(spec)
    refused = signed_block(spec, state, [signed_operation(spec, state, ALICE, to(spec, CAROL))])
    refused.block.header.state_root = spec.hash_tree_root(state)
    refused = sign_block(spec, state, refused.block)
    yield step(spec.state_transition, state, refused, rejects="chain.state_transition.wrong-state-root")
    payloads = [to(spec, DAVE), to(spec, CAROL)]
    operations = [signed_operation(spec, state, ALICE, payload, nonce=n) for n, payload in enumerate(payloads)]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))


@case("chain", "process_operation")
def with_its_own_signature_after_another(spec: ModuleType) -> Steps:
    """The operation is the same; what was refused is the signature."""
    state = genesis(spec)
    right = signed_operation(spec, state, ALICE, pay(spec))
    wrong = right.copy()
    wrong.signature = sign(spec, state, BOB, spec.DOMAIN_OPERATION, right.operation)
    yield step(spec.process_operation, state, wrong, rejects="chain.process_operation.invalid-signature")
    yield step(spec.process_operation, state, right)


@case("chain", "process_operation", rejects="chain.process_operation.invalid-signature")
def with_another_signature_after_its_own(spec: ModuleType) -> Steps:
    """That an operation was valid before a block was refused says nothing about it with another signature."""
    state = genesis(spec)
    right = signed_operation(spec, state, ALICE, pay(spec))
    made = block(spec, state, [right], state_root=spec.hash_tree_root(state))
    yield step(
        spec.state_transition, state, sign_block(spec, state, made), rejects="chain.state_transition.wrong-state-root"
    )
    wrong = right.copy()
    wrong.signature = sign(spec, state, BOB, spec.DOMAIN_OPERATION, right.operation)
    yield step(spec.process_operation, state, wrong)


# Another network, another fork


@case("chain", "state_transition")
def on_other_networks_and_forks(spec: ModuleType) -> Steps:
    """A block with an operation and a permit: every domain has network and fork of its chain."""
    for change in ({"network_id": 8}, {"fork": spec.Fork(current_version=spec.Version(b"\x02\x00\x00\x00"))}):
        state = genesis(spec)
        for name, value in change.items():
            setattr(state.chain, name, value)
        permit = signed_permit(spec, state, ALICE, CAROL.address, 10)
        operations = [signed_operation(spec, state, BOB, permit), signed_operation(spec, state, ALICE, pay(spec))]
        yield step(spec.state_transition, state, signed_block(spec, state, operations))


@case("chain", "state_transition", rejects="consensus.check_proposal.invalid-signature")
def signed_with_no_point(spec: ModuleType) -> Steps:
    """Bytes that are no point are no signature, and no error."""
    state = genesis(spec)
    made = signed_block(spec, state)
    made.signature = b"\x80" + bytes(94) + b"\x01"
    yield step(spec.state_transition, state, made)


@case("chain", "state_transition", rejects="consensus.check_proposal.invalid-signature")
def signed_with_nothing(spec: ModuleType) -> Steps:
    """Zeros are no point."""
    state = genesis(spec)
    made = signed_block(spec, state)
    made.signature = bytes(96)
    yield step(spec.state_transition, state, made)
