"""Blocks, operations before any layer sees them, and genesis."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.epochs import before_last
from generators.levels import rejected_operation
from generators.scene import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    GENESIS_TIME,
    RICH,
    STAKES,
    block,
    charge_of,
    deposit_of,
    genesis,
    genesis_of,
    leader_number,
    operation,
    other_genesis,
    other_network,
    sign,
    sign_block,
    signed_block,
    signed_operation,
    signed_otherwise,
    units_of,
)

# Blocks


@case("chain", "state_transition", presets=("minimal", "mainnet"))
def an_empty_block(spec: ModuleType) -> Steps:
    """Only the header, the heights and the base fee move. It comes a minute after its parent."""
    state = genesis(spec)
    yield step(spec.state_transition, state, signed_block(spec, state, timestamp=GENESIS_TIME + 60))


@case("chain", "state_transition")
def blocks_through_the_end_of_an_epoch(spec: ModuleType) -> Steps:
    """The last height of an epoch releases its emission."""
    state = genesis(spec)
    for _ in range(int(spec.HEIGHTS_PER_EPOCH)):
        yield step(spec.state_transition, state, signed_block(spec, state))


@case("chain", "state_transition")
def an_empty_block_after_a_full_one(spec: ModuleType) -> Steps:
    """What a block used, its receipts and its events do not outlive it."""
    state = genesis(spec)
    operations = [signed_operation(spec, state, ALICE, pay(spec), nonce=n) for n in range(most_transfers(spec))]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))
    yield step(spec.state_transition, state, signed_block(spec, state))


@case("chain", "state_transition")
def operations_that_offer_exactly_what_they_pay(spec: ModuleType) -> Steps:
    """The largest fee is the charge, and the charge with a tip."""
    state = genesis(spec)
    charge = charge_of(spec, pay(spec))
    operations = [
        signed_operation(spec, state, ALICE, pay(spec), nonce=0, max_fee=charge),
        signed_operation(spec, state, ALICE, pay(spec), nonce=1, max_fee=charge + 5, tip=5),
    ]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))


@case("chain", "state_transition")
def a_full_life_of_an_allowance(spec: ModuleType) -> Steps:
    """Approve, use, take back, in one block, and a transfer of what was moved."""
    state = genesis(spec)
    payloads = [
        (ALICE, spec.Approve(spender=BOB.address, amount=10), 0),
        (BOB, spec.TransferFrom(owner=ALICE.address, recipient=CAROL.address, amount=4), 0),
        (ALICE, spec.Approve(spender=BOB.address, amount=0), 1),
        (BOB, spec.Transfer(recipient=CAROL.address, amount=4), 1),
    ]
    operations = [signed_operation(spec, state, who, payload, nonce=nonce) for who, payload, nonce in payloads]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))


@case("chain", "state_transition")
def an_epoch_while_the_token_is_paused(spec: ModuleType) -> Steps:
    """The layer's height and its emission stand still."""
    state = genesis(spec)
    state.token.paused = True
    for _ in range(int(spec.HEIGHTS_PER_EPOCH)):
        yield step(spec.state_transition, state, signed_block(spec, state))


@case("chain", "state_transition")
def an_epoch_that_a_pause_has_made_longer(spec: ModuleType) -> Steps:
    """The layer has seen fewer blocks than the chain: its epoch ends when it has seen enough, and not before."""
    state = genesis(spec)
    state = before_last(spec, 0, state)
    state.token.layer_height = spec.HEIGHTS_PER_EPOCH - 3
    yield step(spec.state_transition, state, signed_block(spec, state))
    yield step(spec.state_transition, state, signed_block(spec, state))


@case("chain", "state_transition", presets=("minimal", "mainnet"))
def the_block_before_the_last_of_an_epoch_and_that(spec: ModuleType) -> Steps:
    """Nothing is released, then the emission of the epoch; no power of two divides the heights of an epoch."""
    state = genesis(spec)
    state.token.layer_height = spec.HEIGHTS_PER_EPOCH - 3
    for _ in range(2):
        yield step(spec.state_transition, state, signed_block(spec, state))


@case("chain", "state_transition", presets=("mainnet",))
def where_another_preset_would_end_an_epoch(spec: ModuleType) -> Steps:
    """Eight heights are no epoch here."""
    state = genesis(spec)
    state.token.layer_height = 6
    yield step(spec.state_transition, state, signed_block(spec, state))


@case("chain", "process_operation", presets=("mainnet",))
def where_another_preset_would_be_full(spec: ModuleType) -> Steps:
    """Units and events of a full block of the preset minimal are no limit here."""
    state = genesis(spec)
    state.chain.units_used = 10**5
    transfer = spec.TransferEvent(sender=ALICE.address, recipient=BOB.address, amount=1)
    for _ in range(2**8):
        state.chain.events.append(spec.Event(kind=spec.EVENT_TRANSFER, data=spec.serialize(transfer)))
    yield step(spec.process_operation, state, signed_operation(spec, state, ALICE, pay(spec)))


@case("chain", "state_transition")
def a_pause_at_the_last_height_of_an_epoch(spec: ModuleType) -> Steps:
    """The layer was paused within the block that would have ended its epoch: nothing is released while it is."""
    state = genesis(spec)
    state.token.layer_height = spec.HEIGHTS_PER_EPOCH - 1
    state.token.paused = True
    yield step(spec.state_transition, state, signed_block(spec, state))


@case("chain", "state_transition", rejects="chain.process_header.wrong-height")
def a_height_left_out(spec: ModuleType) -> Steps:
    """Heights follow each other."""
    state = genesis(spec)
    yield step(spec.state_transition, state, completed(spec, state, height=2))


@case("chain", "state_transition", rejects="chain.process_header.wrong-height")
def a_height_again(spec: ModuleType) -> Steps:
    """Genesis has height 0."""
    state = genesis(spec)
    yield step(spec.state_transition, state, completed(spec, state, height=0))


@case("chain", "state_transition", rejects="chain.process_header.wrong-parent")
def of_another_parent(spec: ModuleType) -> Steps:
    """The parent's root has its state root in it."""
    state = genesis(spec)
    without_state_root = spec.hash_tree_root(state.chain.latest_header)
    yield step(spec.state_transition, state, completed(spec, state, parent_root=without_state_root))


@case("chain", "state_transition")
def as_early_as_possible(spec: ModuleType) -> Steps:
    """Two seconds after its parent."""
    state = genesis(spec)
    yield step(spec.state_transition, state, signed_block(spec, state, timestamp=GENESIS_TIME + 2))


@case("chain", "state_transition", rejects="chain.process_header.too-early")
def one_second_too_early(spec: ModuleType) -> Steps:
    """One second after its parent."""
    state = genesis(spec)
    yield step(spec.state_transition, state, completed(spec, state, timestamp=GENESIS_TIME + 1))


@case("chain", "state_transition", rejects="chain.process_header.too-early")
def before_its_parent(spec: ModuleType) -> Steps:
    """Time does not run backwards."""
    state = genesis(spec)
    yield step(spec.state_transition, state, completed(spec, state, timestamp=GENESIS_TIME - 1))


@case("chain", "state_transition", rejects="chain.process_header.wrong-operations-root")
def with_other_operations_than_its_header_says(spec: ModuleType) -> Steps:
    """The header commits to no operations, the block brings one."""
    state = genesis(spec)
    transfer = signed_operation(spec, state, ALICE, spec.Transfer(recipient=BOB.address, amount=1))
    none = spec.hash_tree_root(spec.List[spec.SignedOperation, spec.MAX_OPERATIONS]())
    yield step(spec.state_transition, state, completed(spec, state, [transfer], operations_root=none))


@case("chain", "state_transition", rejects="chain.state_transition.wrong-state-root")
def with_another_state_root(spec: ModuleType) -> Steps:
    """The root of the state before the block instead of that after it."""
    state = genesis(spec)
    yield step(spec.state_transition, state, signed_block(spec, state, state_root=spec.hash_tree_root(state)))


@case("chain", "state_transition", rejects="consensus.check_proposal.invalid-signature")
def signed_by_another_key(spec: ModuleType) -> Steps:
    """A valid signature of the header, not by the leader."""
    state = genesis(spec)
    made = block(spec, state)
    other = (leader_number(spec, state, made.header.round) + 1) % len(STAKES)
    yield step(spec.state_transition, state, sign_block(spec, state, made, key=other))


@case("chain", "state_transition", rejects="consensus.check_proposal.invalid-signature")
def signed_for_another_network(spec: ModuleType) -> Steps:
    """The same header and key, the domain of the next network."""
    state = genesis(spec)
    made = block(spec, state)
    yield step(spec.state_transition, state, sign_block(spec, other_network(state), made))


@case("chain", "state_transition", rejects="consensus.check_proposal.invalid-signature")
def signed_for_another_genesis(spec: ModuleType) -> Steps:
    """The same network, begun otherwise."""
    state = genesis(spec)
    made = block(spec, state)
    yield step(spec.state_transition, state, sign_block(spec, other_genesis(spec, state), made))


@case(
    "chain",
    "state_transition",
    rejects="token.process_fees.unknown-fee-recipient",
    allows=("chain.state_transition.wrong-state-root",),
    presets=("minimal", "mainnet"),
)
def with_a_fee_recipient_without_account(spec: ModuleType) -> Steps:
    """A credit outside an operation goes only to an account that exists."""
    state = genesis(spec)
    yield step(spec.state_transition, state, signed_block(spec, state, fee_recipient=CAROL.address))


@case(
    "chain",
    "state_transition",
    rejects="chain.process_operation.block-full",
    allows=("chain.state_transition.wrong-state-root",),
)
def with_one_operation_too_many(spec: ModuleType) -> Steps:
    """Each fits, all together do not."""
    state = genesis(spec)
    operations = [signed_operation(spec, state, ALICE, pay(spec), nonce=n) for n in range(most_transfers(spec) + 1)]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))


@case("chain", "state_transition")
def with_as_many_operations_as_fit(spec: ModuleType) -> Steps:
    """One more would be too many."""
    state = genesis(spec)
    operations = [signed_operation(spec, state, ALICE, pay(spec), nonce=n) for n in range(most_transfers(spec))]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))


def most_transfers(spec: ModuleType) -> int:
    """How many transfers fit into a block."""
    return int(spec.MAX_BLOCK_UNITS) // units_of(spec, pay(spec))


def completed(spec: ModuleType, state: Any, operations: Any = (), executed: Any = None, **changes: Any) -> Any:
    """A block that is wrong in one place, and the state root that would follow if that were not checked, or if only
    the operations in `executed` were executed."""
    made = block(spec, state, operations, state_root=spec.Bytes32(), **changes)
    post = state.copy()
    if made.header.round.epoch == state.consensus.epoch:
        spec.process_credits(post, made.header, made.consensus.certificate)
    spec.process_ancestry(post, made.header)
    for news in made.consensus.finalizations:
        post.consensus.finalized_height = news.height
        post.consensus.finalized_root = post.consensus.block_roots[news.height % spec.HEIGHTS_PER_EPOCH]
    post.chain.latest_header = made.header
    post.chain.latest_header.state_root = spec.Bytes32()
    spec.process_reveal(post, made.header.reveal)
    spec.begin_block(post)
    for signed in made.operations if executed is None else executed:
        spec.process_operation(post, signed)
    spec.process_fees(post, made.header.fee_recipient)
    spec.process_epoch(post)
    made.header.state_root = spec.hash_tree_root(post)
    return sign_block(spec, state, made)


# Operations that make a block invalid


@rejected_operation("chain.process_operation.unknown-kind")
def of_an_unknown_kind(spec: ModuleType) -> Any:
    """No layer has kind 0xffff."""
    state = genesis(spec)
    return state, signed_operation(spec, state, ALICE, pay(spec), kind=0xFFFF)


@rejected_operation("chain.process_operation.malformed-payload")
def with_no_payload(spec: ModuleType) -> Any:
    """Nothing is not the default value."""
    state = genesis(spec)
    return state, signed_operation(spec, state, ALICE, pay(spec), payload=spec.ByteList[spec.MAX_PAYLOAD_BYTES]())


@rejected_operation("chain.process_operation.malformed-payload")
def with_a_payload_twice(spec: ModuleType) -> Any:
    """Two values of the type are none."""
    state = genesis(spec)
    twice = spec.ByteList[spec.MAX_PAYLOAD_BYTES](2 * spec.serialize(pay(spec)))
    return state, signed_operation(spec, state, ALICE, pay(spec), payload=twice, max_fee=RICH // 2)


def _register_unknown_kinds() -> None:
    """Kinds beside those that there are, by either byte."""
    for kind in (0x0000, 0x0001, 0x0100, 0x0106, 0x0200, 0x0205, 0x0300, 0x0305, 0x8101):

        def of_kind(spec: ModuleType, kind: int = kind) -> Any:
            """No layer has this kind."""
            state = genesis(spec)
            return state, signed_operation(spec, state, ALICE, pay(spec), kind=kind)

        of_kind.__name__ = f"of_kind_{kind:04x}"
        rejected_operation("chain.process_operation.unknown-kind")(of_kind)


_register_unknown_kinds()


def _register_malformed_payloads() -> None:
    """Of each kind, a payload that ends too early, and one that goes on."""
    for name in (
        "Transfer",
        "Approve",
        "TransferFrom",
        "SignedPermit",
        "ClaimVesting",
        "Deposit",
        "Exit",
        "Withdraw",
        "ClaimReward",
        "SubmitBlob",
        "CertifyBlobs",
        "AnswerChallenge",
        "ReportOpening",
    ):
        words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)

        def spoiled(spec: ModuleType, name: str, change: Callable[[bytes], bytes]) -> Any:
            state, payload = genesis(spec), getattr(spec, name)()
            data = spec.ByteList[spec.MAX_PAYLOAD_BYTES](change(spec.serialize(payload)))
            return state, signed_operation(spec, state, ALICE, payload, payload=data)

        def cut(spec: ModuleType, name: str = name) -> Any:
            """One byte is missing."""
            return spoiled(spec, name, lambda data: data[:-1])

        def continued(spec: ModuleType, name: str = name) -> Any:
            """There is one byte more than the type has."""
            return spoiled(spec, name, lambda data: data + b"\x00")

        for make in (cut, continued):
            make.__name__ = f"with{words}_{make.__name__}"
            rejected_operation("chain.process_operation.malformed-payload")(make)


_register_malformed_payloads()


@rejected_operation("chain.process_operation.wrong-nonce")
def with_the_next_nonce(spec: ModuleType) -> Any:
    """Operations of a sender come in order."""
    state = genesis(spec)
    return state, signed_operation(spec, state, ALICE, pay(spec), nonce=1)


@rejected_operation("chain.process_operation.wrong-nonce")
def sent_twice(spec: ModuleType) -> Any:
    """An operation cannot be replayed."""
    state = genesis(spec)
    signed = signed_operation(spec, state, ALICE, pay(spec))
    spec.process_operation(state, signed)
    spec.begin_block(state)
    return state, signed


@rejected_operation("chain.process_operation.charge-above-max-fee")
def with_a_fee_one_too_small(spec: ModuleType) -> Any:
    """One nAXN below the charge."""
    state = genesis(spec)
    return state, signed_operation(spec, state, ALICE, pay(spec), max_fee=charge_of(spec, pay(spec)) - 1)


@rejected_operation("chain.process_operation.tip-above-max-fee")
def with_a_tip_one_too_large(spec: ModuleType) -> Any:
    """Charge and tip together are one nAXN above the largest fee."""
    state = genesis(spec)
    most = charge_of(spec, pay(spec)) + 5
    return state, signed_operation(spec, state, ALICE, pay(spec), max_fee=most, tip=6)


@rejected_operation("chain.process_operation.insufficient-balance")
def with_a_balance_one_below_the_largest_fee(spec: ModuleType) -> Any:
    """The sender must own what the operation may cost."""
    charge = charge_of(spec, pay(spec))
    state = genesis(spec, {ALICE: charge + 99, BOB: 0})
    return state, signed_operation(spec, state, ALICE, pay(spec), max_fee=charge + 100)


@rejected_operation("chain.process_operation.invalid-signature")
def signed_by_another(spec: ModuleType) -> Any:
    """Bob's signature is not Alice's."""
    state = genesis(spec)
    unsigned = operation(spec, state, ALICE, pay(spec))
    return state, spec.SignedOperation(
        operation=unsigned, signature=sign(spec, state, BOB, spec.DOMAIN_OPERATION, unsigned)
    )


@rejected_operation("chain.process_operation.invalid-signature")
def signed_with_high_s(spec: ModuleType) -> Any:
    """The other signature of the same key over the same message: accepting it would give an operation two forms."""
    return with_signature(spec, lambda r, s, v: (r, SECP256K1_ORDER - s, 1 - v))


@rejected_operation("chain.process_operation.invalid-signature")
def signed_with_27_more(spec: ModuleType) -> Any:
    """As Ethereum's older transactions write v; here it is 0 or 1."""
    return with_signature(spec, lambda r, s, v: (r, s, v + 27))


@rejected_operation("chain.process_operation.invalid-signature")
def signed_with_a_second_bit(spec: ModuleType) -> Any:
    """v of 2 or 3 speaks of an x above the order, which this one is not; its lowest bit is right."""
    return with_signature(spec, lambda r, s, v: (r, s, v + 2))


@rejected_operation("chain.process_operation.invalid-signature")
def signed_with_the_other_parity(spec: ModuleType) -> Any:
    """The key that is recovered so is not Alice's."""
    return with_signature(spec, lambda r, s, v: (r, s, 1 - v))


@rejected_operation("chain.process_operation.invalid-signature")
def signed_with_zeros(spec: ModuleType) -> Any:
    """r and s lie above 0."""
    return with_signature(spec, lambda r, s, v: (0, 0, v))


@rejected_operation("chain.process_operation.invalid-signature")
def signed_with_r_above_the_order(spec: ModuleType) -> Any:
    """r is not reduced by the order."""
    return with_signature(spec, lambda r, s, v: (SECP256K1_ORDER + 1, s, v))


@rejected_operation("chain.process_operation.invalid-signature")
def signed_in_little_endian(spec: ModuleType) -> Any:
    """r and s are big-endian, other than the integers of SSZ."""
    return with_signature(spec, lambda r, s, v: (turned(r), turned(s), v))


SECP256K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def turned(number: int) -> int:
    return int.from_bytes(number.to_bytes(32, "big"), "little")


def with_signature(spec: ModuleType, change: Callable[[int, int, int], tuple[int, int, int]]) -> Any:
    """A payment by Alice whose genuine r, s and v were changed."""
    state = genesis(spec)
    signed = signed_operation(spec, state, ALICE, pay(spec))
    signed.signature = signed_otherwise(signed.signature, change)
    return state, signed


@rejected_operation("chain.process_operation.block-full")
def that_no_longer_fits(spec: ModuleType) -> Any:
    """One unit more than the block has left."""
    state = genesis(spec)
    signed = signed_operation(spec, state, ALICE, pay(spec))
    return filled(spec, state, signed, 1), signed


@case("chain", "process_operation")
def that_just_fits(spec: ModuleType) -> Steps:
    """It takes the last unit of the block."""
    state = genesis(spec)
    signed = signed_operation(spec, state, ALICE, pay(spec))
    yield step(spec.process_operation, filled(spec, state, signed, 0), signed)


@case("chain", "process_operation")
def at_the_highest_base_fee(spec: ModuleType) -> Steps:
    """1 AXN a unit."""
    state = genesis(spec)
    state.token.base_fee = spec.MAX_BASE_FEE
    yield step(spec.process_operation, state, signed_operation(spec, state, ALICE, pay(spec)))


@case("chain", "process_operation")
def with_a_charge_exactly_the_largest_fee(spec: ModuleType) -> Steps:
    """Nothing is left for a tip or a deposit, and none is needed."""
    state = genesis(spec)
    most = charge_of(spec, pay(spec))
    yield step(spec.process_operation, state, signed_operation(spec, state, ALICE, pay(spec), max_fee=most, tip=0))


@case("chain", "process_operation")
def with_charge_and_tip_exactly_the_largest_fee_and_the_balance(spec: ModuleType) -> Steps:
    """Three bounds met at once."""
    most = charge_of(spec, pay(spec)) + 5
    state = genesis(spec, {ALICE: most, BOB: 0})
    signed = signed_operation(spec, state, ALICE, spec.Transfer(recipient=BOB.address, amount=0), max_fee=most, tip=5)
    yield step(spec.process_operation, state, signed)


@rejected_operation("token.find_payer.unknown-account", allows=("chain.process_operation.insufficient-balance",))
def by_an_unknown_sender(spec: ModuleType) -> Any:
    """Carol has a key, but no account, and so no balance either."""
    state = genesis(spec, {ALICE: RICH})
    most = charge_of(spec, pay(spec))
    return state, signed_operation(spec, state, CAROL, pay(spec), max_fee=most)


@case(
    "chain",
    "state_transition",
    fails="chain.execute_operation.deposit-above-max-fee",
    allows=("chain.state_transition.wrong-state-root",),
)
def with_a_deposit_above_the_largest_fee(spec: ModuleType) -> Steps:
    """The operation fails, the block stands."""
    state = genesis(spec)
    payload = spec.Transfer(recipient=CAROL.address, amount=1)
    most = charge_of(spec, payload) + deposit_of(spec) - 1
    operation = signed_operation(spec, state, ALICE, payload, max_fee=most)
    yield step(spec.state_transition, state, signed_block(spec, state, [operation]))


def pay(spec: ModuleType) -> Any:
    return spec.Transfer(recipient=BOB.address, amount=1)


def filled(spec: ModuleType, state: Any, signed: Any, surplus: int) -> Any:
    """The state of a block that has room for this operation, less `surplus` units."""
    kind_units = spec.get_operation_units(signed.operation.kind)
    units = spec.UNITS_PER_OPERATION + kind_units + spec.UNITS_PER_BYTE * len(spec.serialize(signed))
    state.chain.units_used = spec.MAX_BLOCK_UNITS - units + surplus
    return state


# Genesis


@case("chain", "create_genesis_state", presets=("minimal", "mainnet"))
def of_all_categories(spec: ModuleType) -> Steps:
    """One allocation of each category, as large as its category, but for what the validators have."""
    category = spec.AllocationCategory
    allocations = [
        (category.TEAM, ALICE, spec.TEAM_ALLOCATION),
        (category.BACKERS, BOB, spec.BACKERS_ALLOCATION),
        (category.COMMUNITY, CAROL, int(spec.COMMUNITY_ALLOCATION) - sum(STAKES)),
    ]
    yield step(spec.create_genesis_state, genesis_of(spec, allocations))


@case("chain", "create_genesis_state")
def with_two_allocations_to_one_account(spec: ModuleType) -> Steps:
    """One account is made, and has both."""
    community = spec.AllocationCategory.COMMUNITY
    yield step(spec.create_genesis_state, genesis_of(spec, [(community, ALICE, 1), (community, ALICE, 2)]))


@case("chain", "create_genesis_state")
def with_several_schedules_of_one_recipient(spec: ModuleType) -> Steps:
    """Each allocation has its own, also of one category; the recipient has one account."""
    category = spec.AllocationCategory
    allocations = [
        *((category.TEAM, ALICE, 1), (category.TEAM, ALICE, 2)),
        *((category.BACKERS, ALICE, 3), (category.COMMUNITY, ALICE, 4)),
    ]
    yield step(spec.create_genesis_state, genesis_of(spec, allocations))


@case("chain", "create_genesis_state")
def in_the_order_of_its_list(spec: ModuleType) -> Steps:
    """Accounts and schedules stand in the order of the list, not in that of keys or categories."""
    category = spec.AllocationCategory
    allocations = [
        *((category.COMMUNITY, DAVE, 3), (category.BACKERS, CAROL, 1)),
        *((category.COMMUNITY, BOB, 3), (category.TEAM, ALICE, 2)),
    ]
    yield step(spec.create_genesis_state, genesis_of(spec, allocations))


@case("chain", "create_genesis_state")
def that_leaves_something_of_each_category(spec: ModuleType) -> Steps:
    """What is not allocated is the reserve."""
    category = spec.AllocationCategory
    shares = [(category.TEAM, ALICE, 1_000_001), (category.BACKERS, BOB, 20_002), (category.COMMUNITY, CAROL, 303)]
    yield step(spec.create_genesis_state, genesis_of(spec, shares))


@case(
    "chain",
    "create_genesis_state",
    rejects="token.create_token_state.category-exceeded",
    presets=("minimal", "mainnet"),
)
def one_more_than_the_category(spec: ModuleType) -> Steps:
    """The second allocation finds one nAXN too little."""
    community = spec.AllocationCategory.COMMUNITY
    allocations = [(community, ALICE, spec.COMMUNITY_ALLOCATION - sum(STAKES)), (community, BOB, 1)]
    yield step(spec.create_genesis_state, genesis_of(spec, allocations))


@case("chain", "create_genesis_state", rejects="token.create_token_state.unknown-category")
def of_an_unknown_category(spec: ModuleType) -> Steps:
    """There are three."""
    yield step(spec.create_genesis_state, genesis_of(spec, [(3, ALICE, 1)]))


@case("chain", "create_genesis_state", rejects="token.create_token_state.zero-recipient")
def to_the_zero_address(spec: ModuleType) -> Steps:
    """Nobody has that key."""
    genesis = genesis_of(spec, [(spec.AllocationCategory.TEAM, ALICE, 1)])
    genesis.allocations[0].recipient = spec.Address()
    yield step(spec.create_genesis_state, genesis)


@case("chain", "create_genesis_state", rejects="token.create_token_state.burn-recipient")
def to_the_burn_address(spec: ModuleType) -> Steps:
    """Nothing is burned before the first block."""
    genesis = genesis_of(spec, [(spec.AllocationCategory.COMMUNITY, ALICE, 1)])
    genesis.allocations[0].recipient = spec.BURN_ADDRESS
    yield step(spec.create_genesis_state, genesis)
