"""Blobs on chain: what they cost, how they are submitted, and what becomes of them while nobody confirms them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, register, step
from generators.kept_blobs import (
    FIRST,
    PLACE_PRICE,
    PRICE,
    assigned,
    blob_of,
    certificate,
    certified,
    later,
    layer,
    request,
    submitted,
)
from generators.levels import Scene, end_of_epoch, scene
from generators.scene import ALICE, BOB, CAROL, RICH, genesis, signed_block, signed_operation
from generators.states import BURNED, quiet

submission = partial(scene, "submission", layer="availability")
OTHER_STATE = ("chain.state_transition.wrong-state-root",)


def fee_of(spec: ModuleType, blob: Any) -> int:
    """What a blob costs in the state of a case."""
    prices = spec.Price(PRICE), spec.Price(PLACE_PRICE)
    return int(spec.compute_submission_fee(*prices, blob.header.kind, blob.header.size))


def fee(spec: ModuleType, kind: int, size: int, price: int = PRICE, place_price: int = PLACE_PRICE) -> Any:
    """The step that asks for a fee."""
    prices = spec.Price(price), spec.Price(place_price)
    return step(spec.compute_submission_fee, *prices, spec.uint8(kind), spec.uint64(size))


def with_balance(spec: ModuleType, state: Any, balance: int) -> Any:
    """Alice owns so much, and Bob the rest."""
    surplus = int(spec.balance_of(state, ALICE.address)) - balance
    spec.process_transfer(state, ALICE.address, spec.Transfer(recipient=BOB.address, amount=surplus))
    return quiet(state)


# Fees


@case("availability", "fee", presets=("minimal", "mainnet"))
def of_blobs_of_all_heights(spec: ModuleType) -> Steps:
    """By what the dispersal takes, which has little to do with the size where that is small."""
    sizes = [1, 31, 32, 500, int(spec.MAX_BLOB_BYTES) // 2, int(spec.MAX_BLOB_BYTES)]
    for kind in (spec.BlobKind.PACKED, spec.BlobKind.PAGES):
        for size in sizes:
            yield fee(spec, kind, size)


@case("availability", "fee", presets=("minimal", "mainnet"))
def at_the_lowest_and_the_highest_prices(spec: ModuleType) -> Steps:
    """At the highest, the largest blob costs less than there is."""
    highest = int(spec.MAX_DISPERSAL_PRICE), int(spec.MAX_PLACE_PRICE)
    for prices in ((0, 0), (1, 10**6 - 1), (1, 10**6), (highest[0], 0), (0, highest[1]), highest):
        yield fee(spec, spec.BlobKind.PAGES, spec.MAX_BLOB_BYTES, *prices)


@case("availability", "fee", rejects="availability.compute_submission_fee.price-too-high")
def at_a_higher_price_than_there_can_be(spec: ModuleType) -> Steps:
    """No state has it."""
    yield fee(spec, spec.BlobKind.PACKED, 1, price=int(spec.MAX_DISPERSAL_PRICE) + 1)


@case("availability", "fee", rejects="availability.compute_submission_fee.place-price-too-high")
def at_a_higher_price_of_a_place_than_there_can_be(spec: ModuleType) -> Steps:
    """No state has it."""
    yield fee(spec, spec.BlobKind.PACKED, 1, place_price=int(spec.MAX_PLACE_PRICE) + 1)


@case("availability", "fee", rejects="da.compute_shape.unknown-kind")
def of_an_unknown_kind(spec: ModuleType) -> Steps:
    """The first that means nothing."""
    yield fee(spec, 2, 1)


@case("availability", "fee", rejects="da.compute_shape.empty-blob")
def of_nothing(spec: ModuleType) -> Steps:
    """There is no such blob."""
    yield fee(spec, spec.BlobKind.PACKED, 0)


@case("availability", "fee", rejects="da.compute_shape.blob-too-large")
def of_a_byte_too_many(spec: ModuleType) -> Steps:
    """There is no such blob."""
    yield fee(spec, spec.BlobKind.PACKED, int(spec.MAX_BLOB_BYTES) + 1)


# Submission


@submission(presets=("minimal", "mainnet"))
def of_a_blob(spec: ModuleType, fee: int) -> Scene:
    """Its fee is split, its record kept, its number reported."""
    return Scene(layer(spec), ALICE, request(spec, blob_of(spec)))


@submission(at=("handler",))
def of_the_largest_blob_of_pages(spec: ModuleType, fee: int) -> Scene:
    """A fee that nothing divides."""
    return Scene(layer(spec), ALICE, spec.SubmitBlob(header=largest(spec), max_fee=10**12))


def largest(spec: ModuleType) -> Any:
    return spec.BlobHeader(kind=spec.BlobKind.PAGES, size=spec.MAX_BLOB_BYTES, namespace=spec.sha256(b"pages"))


@submission()
def for_the_largest_fee_and_the_whole_balance(spec: ModuleType, fee: int) -> Scene:
    """Both are just what it costs."""
    blob = blob_of(spec)
    state = with_balance(spec, layer(spec), fee + fee_of(spec, blob))
    return Scene(state, ALICE, request(spec, blob, max_fee=fee_of(spec, blob)))


@submission(refused="availability.process_submit_blob.fee-above-max")
def for_a_smaller_fee_than_it_costs(spec: ModuleType, fee: int) -> Scene:
    """By one nAXN."""
    blob = blob_of(spec)
    return Scene(layer(spec), ALICE, request(spec, blob, max_fee=fee_of(spec, blob) - 1))


@submission(refused="availability.process_submit_blob.insufficient-balance")
def without_the_balance_for_it(spec: ModuleType, fee: int) -> Scene:
    """One nAXN is missing."""
    blob = blob_of(spec)
    return Scene(with_balance(spec, layer(spec), fee + fee_of(spec, blob) - 1), ALICE, request(spec, blob))


@submission(at=("handler", "operation"))
def of_the_most_blobs_of_a_block(spec: ModuleType, fee: int) -> Scene:
    """Also of the same one twice: they are two, with two numbers."""
    return Scene(submitted(spec, blob_of(spec)), BOB, request(spec, blob_of(spec)))


TOO_MANY = "availability.process_submit_blob.too-many-blobs"


@submission(refused=TOO_MANY, at=("handler", "operation"))
def of_one_more_than_the_most_blobs_of_a_block(spec: ModuleType, fee: int) -> Scene:
    """Two are the most under this preset."""
    return Scene(submitted(spec, blob_of(spec), blob_of(spec, seed=1)), BOB, request(spec, blob_of(spec)))


@case("availability", "submission_block", fails=TOO_MANY, allows=OTHER_STATE)
def of_three_blobs(spec: ModuleType) -> Steps:
    """Two are the most; with the next block there is room again."""
    state = layer(spec)
    operations = [signed_operation(spec, state, ALICE, request(spec, blob_of(spec, seed=n)), nonce=n) for n in range(3)]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))


@case("availability", "submission_block")
def of_two_blobs_in_each_of_two_blocks(spec: ModuleType) -> Steps:
    """The price falls and rises with what is submitted; each block assigns the blobs of the one before."""
    state = layer(spec)
    for start in (0, 2):
        operations = [
            signed_operation(spec, state, ALICE, request(spec, blob_of(spec, 1984, seed=start + n)), nonce=start + n)
            for n in range(2)
        ]
        yield step(spec.state_transition, state, signed_block(spec, state, operations))


@submission(refused="da.compute_shape.unknown-kind")
def of_a_blob_of_an_unknown_kind(spec: ModuleType, fee: int) -> Scene:
    """The first that means nothing."""
    return Scene(layer(spec), ALICE, spoilt_header(spec, kind=2))


@submission(refused="da.compute_shape.empty-blob")
def of_an_empty_blob(spec: ModuleType, fee: int) -> Scene:
    """It has nothing that could be missing."""
    return Scene(layer(spec), ALICE, spoilt_header(spec, size=0))


@submission(refused="da.compute_shape.blob-too-large")
def of_a_blob_with_a_byte_too_many(spec: ModuleType, fee: int) -> Scene:
    """More than the most rows would hold."""
    return Scene(layer(spec), ALICE, spoilt_header(spec, size=spec.MAX_BLOB_BYTES + 1))


def spoilt_header(spec: ModuleType, **changes: Any) -> Any:
    made = request(spec, blob_of(spec))
    for name, value in changes.items():
        setattr(made.header, name, value)
    return made


@submission(at=("handler",))
def of_the_smallest_blob(spec: ModuleType, fee: int) -> Scene:
    """One byte."""
    return Scene(layer(spec), ALICE, request(spec, blob_of(spec, 1)))


@submission(at=("operation", "block"))
def of_the_smallest_blob_of_the_last_kind(spec: ModuleType, fee: int) -> Scene:
    """One byte, in rows of a page each."""
    return Scene(layer(spec), ALICE, spoilt_header(spec, size=1, kind=spec.BlobKind.PAGES))


@submission(at=("operation", "block"))
def of_the_largest_blob(spec: ModuleType, fee: int) -> Scene:
    """As many bytes as the most rows hold."""
    return Scene(layer(spec), ALICE, spoilt_header(spec, size=spec.MAX_BLOB_BYTES))


@submission(refused="availability.check_availability_open.paused")
def while_the_layer_is_paused(spec: ModuleType, fee: int) -> Scene:
    """Nothing is taken."""
    state = layer(spec)
    state.availability.paused = True
    return Scene(state, ALICE, request(spec, blob_of(spec)))


@submission(refused="availability.check_availability_open.too-many-events", at=("handler", "operation"))
def without_room_for_the_events_of_an_operation(spec: ModuleType, fee: int) -> Scene:
    """There must be room for those of the largest certificate, whatever the operation."""
    return Scene(noisy_layer(spec, 1), ALICE, request(spec, blob_of(spec)))


@submission(at=("handler", "operation"))
def with_room_for_the_events_of_an_operation(spec: ModuleType, fee: int) -> Scene:
    """The last place."""
    return Scene(noisy_layer(spec, 0), ALICE, request(spec, blob_of(spec)))


def noisy_layer(spec: ModuleType, surplus: int, state: Any = None) -> Any:
    """So many events that just the largest certificate has room, and some more."""
    state = layer(spec) if state is None else state
    count = int(spec.MAX_EVENTS - spec.MAX_CERTIFIED) + surplus
    state.chain.events = type(state.chain.events)([spec.Event(kind=1, data=b"\x01")] * count)
    return state


NO_BALANCE = ("availability.process_submit_blob.insufficient-balance",)


@submission(refused="token.find_payer.burn-address", at=("handler",), allows=NO_BALANCE)
def by_the_burn_address(spec: ModuleType, fee: int) -> Scene:
    """Nobody has its key."""
    return Scene(layer(spec), BURNED, request(spec, blob_of(spec)))


@submission(refused="token.find_payer.unknown-account", at=("handler",), allows=NO_BALANCE)
def by_an_address_without_account(spec: ModuleType, fee: int) -> Scene:
    """Who has no account has no balance."""
    return Scene(layer(spec), CAROL, request(spec, blob_of(spec)))


@submission(at=("handler",))
def where_the_list_of_records_begins_again(spec: ModuleType, fee: int) -> Scene:
    """The record takes the place of one that does not count any more."""
    state = certified(spec, blob_of(spec))
    return Scene(renumbered(spec, state, 1), ALICE, request(spec, blob_of(spec, seed=9)))


def renumbered(spec: ModuleType, state: Any, rounds: int = 2) -> Any:
    """As if there had been so many times as many blobs as have room, all before the first without a trace, and it is
    the last."""
    most = int(spec.MAX_RECORDS)
    record = spec.get_record(state, spec.uint64(FIRST))
    old = spec.BlobRecord(status=spec.BlobStatus.VOID)
    state.availability.records = type(state.availability.records)([old] * (most - 1) + [record])
    for name in ("next_blob", "first_unassigned", "first_unretried", "first_unsettled"):
        setattr(state.availability, name, rounds * most)
    state.availability.first_kept = rounds * most - 1
    return state


# Deadlines


@case("availability", "deadlines")
def of_a_blob_that_nobody_confirms(spec: ModuleType) -> Steps:
    """A quorum, another one, and nothing; the first height of each, and the last of the one before."""
    state = submitted(spec, blob_of(spec), blob_of(spec, seed=1))
    for _ in range(2 * int(spec.CONFIRM_HEIGHTS) + 2):
        state = state.copy()
        state.availability.layer_height += 1
        state.consensus.mix = spec.sha256(state.consensus.mix)
        state = quiet(state)
        yield step(spec.process_deadlines, state)


@case("availability", "deadlines")
def of_a_blob_whose_second_quorum_is_of_a_later_epoch(spec: ModuleType) -> Steps:
    """It may have the same place in its epoch."""
    for seed in range(4):
        state = assigned(spec, blob_of(spec, seed=seed))
        spec.process_quorums(state)
        state.availability.layer_height += spec.CONFIRM_HEIGHTS
        yield step(spec.process_deadlines, quiet(state))


@case("availability", "deadlines")
def of_blobs_in_the_first_epoch_of_a_chain(spec: ModuleType) -> Steps:
    """Its quorums are numbered from 0."""
    for seed in range(4):
        state = submitted(spec, blob_of(spec, seed=seed), state=genesis(spec))
        state.availability.layer_height += 1
        yield step(spec.process_deadlines, state)


@case("availability", "deadlines")
def of_blobs_whose_second_quorum_is_of_the_same_epoch(spec: ModuleType) -> Steps:
    """It has another place in it, whichever the first has had."""
    for seed in range(12):
        state = assigned(spec, blob_of(spec, seed=seed))
        state.consensus.mix = spec.sha256(bytes([seed]))
        state.availability.layer_height += spec.CONFIRM_HEIGHTS
        yield step(spec.process_deadlines, quiet(state))


@case("availability", "deadlines")
def of_a_blob_that_was_certified_in_time(spec: ModuleType) -> Steps:
    """It passes both deadlines as it is."""
    state = assigned(spec, blob_of(spec))
    spec.process_certify_blobs(state, ALICE.address, certificate(spec, state, {FIRST: range(4)}))
    for heights in (spec.CONFIRM_HEIGHTS, spec.CONFIRM_HEIGHTS):
        state = quiet(state.copy())
        state.availability.layer_height += heights
        yield step(spec.process_deadlines, state)


@case("availability", "deadlines")
def of_a_blob_that_is_certified(spec: ModuleType) -> Steps:
    """It needs no second quorum, and is forgotten behind its last height; two others are not settled yet."""
    state = submitted(spec, blob_of(spec, seed=1), state=certified(spec, blob_of(spec)))
    until = spec.get_record(state, spec.uint64(FIRST)).until
    for height in (until, until + 1):
        state = state.copy()
        state.availability.layer_height = height
        yield step(spec.process_deadlines, quiet(state))


@case("availability", "deadlines")
def of_many_blobs_that_are_over_together(spec: ModuleType) -> Steps:
    """Some are forgotten in each block."""
    blobs = [blob_of(spec, 1, seed=seed) for seed in range(2)]
    state = layer(spec)
    for _ in range(4):
        state = later(spec, submitted(spec, *blobs, state=state), 1 + 2 * int(spec.CONFIRM_HEIGHTS))
    state.availability.first_kept = FIRST
    for _ in range(3):
        state = state.copy()
        state.availability.layer_height += 1
        yield step(spec.process_deadlines, quiet(state))


@case("availability", "deadlines_block")
def of_a_blob_in_blocks(spec: ModuleType) -> Steps:
    """From its submission until it is void."""
    state = layer(spec)
    operations = [signed_operation(spec, state, ALICE, request(spec, blob_of(spec)))]
    for _ in range(2 * int(spec.CONFIRM_HEIGHTS) + 2):
        yield step(spec.state_transition, state, signed_block(spec, state, operations))
        operations = []


@case("availability", "deadlines_block")
def while_the_layer_is_paused_for_blocks(spec: ModuleType) -> Steps:
    """Nothing happens to a blob, no quorum is drawn, and the price stays."""
    state = submitted(spec, blob_of(spec))
    state.availability.layer_height = 6 * spec.HEIGHTS_PER_EPOCH - 1
    state.availability.records[FIRST].submitted = state.availability.layer_height
    state.availability.paused = True
    yield step(spec.state_transition, state, signed_block(spec, state))


# The price


def dispersing(spec: ModuleType, halves: int) -> Any:
    """Of the target of bytes so many halves are used in this block."""
    state = layer(spec)
    state.availability.dispersed = spec.compute_target_dispersal() * halves // 2
    return state


def taking(spec: ModuleType, places: int) -> Any:
    """So many places are taken in this block, by small blobs."""
    return submitted(spec, *[blob_of(spec)] * places)


def _register_prices(field: str, using: Callable[[ModuleType, int], Any], uses: dict[str, tuple[int, int]]) -> None:
    """Cases by name: a price, and how much is used of what it is for."""
    for name, (price, used) in uses.items():

        def moved(spec: ModuleType, price: int = price, used: int = used) -> Steps:
            state = using(spec, used)
            setattr(state.availability, field, price)
            yield step(spec.process_blob_prices, state)

        register(f"availability/price/{name}", moved, doc="The price of the next block; a change is rounded down.")


_register_prices(
    "price",
    dispersing,
    {
        "without_any_use": (PRICE, 0),
        "at_half_the_target": (PRICE, 1),
        "at_the_target": (PRICE, 2),
        "above_the_target": (PRICE, 3),
        "at_full_use": (PRICE, 4),
        "at_its_floor": (1_117, 0),
        "just_above_its_floor": (1_200, 0),
        "below_its_floor": (1_000, 2),
        "at_its_ceiling": (10**12, 4),
    },
)
_register_prices(
    "place_price",
    taking,
    {
        "of_a_place_where_half_are_taken": (PLACE_PRICE, 1),
        "of_a_place_where_all_are_taken": (PLACE_PRICE, 2),
        "of_a_place_at_its_floor": (2_000_000_017, 0),
        "of_a_place_just_above_its_floor": (2_000_000_100, 0),
        "of_a_place_below_its_floor": (2_000_000_000, 1),
        "of_a_place_at_its_ceiling": (10**18, 2),
    },
)


@case("availability", "price")
def while_the_layer_is_paused_it_stays(spec: ModuleType) -> Steps:
    """Nobody could submit anything."""
    state = layer(spec)
    state.availability.paused = True
    yield step(spec.process_blob_prices, state)


# Quorums

quorums = partial(end_of_epoch, "availability", "quorums", "process_quorums")


def before_new_quorums(spec: ModuleType) -> Any:
    """The next block of the layer is the last of its epoch."""
    state = layer(spec)
    state.availability.layer_height = 7 * spec.HEIGHTS_PER_EPOCH - 2
    return state


@quorums(presets=("minimal", "mainnet"), blocks=True)
def of_the_running_set(spec: ModuleType) -> Any:
    """Each by another seed, by the stakes that were frozen."""
    return before_new_quorums(spec)


@quorums()
def without_a_stake_that_came_after_the_freeze(spec: ModuleType) -> Any:
    """It is in the list of validators, and in a later set; the running one does not have it."""
    state = before_new_quorums(spec)
    state.consensus.sets[1] = state.consensus.sets[3]
    state.staking.votes = type(state.staking.votes)(0, 0, 0)
    state.staking.credits = type(state.staking.credits)(0, 0, 0)
    return state


@quorums()
def without_one_that_is_slashed(spec: ModuleType) -> Any:
    """It was drawn, and its seats stay empty."""
    state = before_new_quorums(spec)
    state.staking.validators[1].active_until = state.consensus.epoch
    state.staking.validators[1].withdrawable_from = 10**9
    return state


@quorums()
def with_one_that_leaves_with_the_epoch(spec: ModuleType) -> Any:
    """It has its seats."""
    state = before_new_quorums(spec)
    state.staking.validators[1].active_until = state.consensus.epoch + 1
    state.staking.validators[1].withdrawable_from = 10**9
    return state


@quorums()
def by_stakes_and_not_by_weights(spec: ModuleType) -> Any:
    """Who lets himself be slashed does not draw anew."""
    state = before_new_quorums(spec)
    state.consensus.sets[1].weights[0] = 0
    return state


@quorums()
def of_one_node_with_hardly_any_stake_and_one_with_all(spec: ModuleType) -> Any:
    """A share too small for a seat has none."""
    state = before_new_quorums(spec)
    for place, stake in enumerate((1, 10**18 // 2, 1, 3)):
        state.consensus.sets[1].stakes[place] = state.consensus.sets[1].weights[place] = stake
    return state


@quorums()
def by_stakes_of_a_few_nano(spec: ModuleType) -> Any:
    """Where a point falls on the border of two stakes, it is the second's."""
    state = before_new_quorums(spec)
    for place, stake in enumerate((1, 2, 3, 1)):
        state.consensus.sets[1].stakes[place] = state.consensus.sets[1].weights[place] = stake
    return state


@quorums()
def where_the_list_of_quorums_begins_again(spec: ModuleType) -> Any:
    """The next two take the places of the first."""
    state = before_new_quorums(spec)
    while len(state.availability.quorums) < spec.KEPT_QUORUMS:
        spec.process_quorums(state)
    return state


@case("availability", "quorums")
def of_genesis(spec: ModuleType) -> Steps:
    """Drawn by its seed."""
    state = genesis(spec, {ALICE: RICH})
    yield step(spec.process_quorums, state)


# Parameters


def _register_parameters() -> None:
    bounds = {
        "fee_burn_share": (0, 10_000),
        "price_floor": (8, 10**8),
        "place_floor": (10**6, 10**16),
        "miss_factor": (1, 64),
        "miss_floor": (0, 10**12),
    }
    refused = "availability.check_availability_parameters.out-of-bounds"

    for which, word in enumerate(("lowest", "highest")):

        def at_bound(spec: ModuleType, which: int = which) -> Steps:
            values = {name: bound[which] for name, bound in bounds.items()}
            yield step(spec.check_availability_parameters, spec.AvailabilityParameters(**values))

        register(f"availability/parameters/all_at_their_{word}", at_bound, doc=f"The {word} that governance can set.")
    for name, (low, high) in bounds.items():
        for value, word in ((low - 1, "below"), (high + 1, "above")):
            if value >= 0:

                def outside(spec: ModuleType, name: str = name, value: int = value) -> Steps:
                    made = spec.DEFAULT_AVAILABILITY_PARAMETERS.copy()
                    setattr(made, name, value)
                    yield step(spec.check_availability_parameters, made)

                register(f"availability/parameters/with_{name}_{word}_its_bounds", outside, refused, doc="By one.")


_register_parameters()
