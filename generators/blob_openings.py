"""Leaves that are no rows, and the nodes that have vouched for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.blob_custody import DATA, PARITY, with_row
from generators.blob_submission import noisy_layer
from generators.blobs import commit, data_of, encode, limbs, proven
from generators.kept_blobs import (
    EPOCH,
    FIRST,
    SIZE,
    assigned,
    blob_of,
    certified,
    dealt_slots,
    quorum_of,
)
from generators.levels import Scene, scene
from generators.primitives import digest
from generators.scene import BOB, CAROL, at_height, signed_block, signed_operation
from generators.states import BURNED, quiet

opening = partial(scene, "opening", layer="availability")


def report(spec: ModuleType, state: Any, blob: Any, row: int, **changes: Any) -> Any:
    """The first seat to which a leaf was dealt, and the leaf."""
    for member in range(len(quorum_of(spec, state).nodes)):
        for seat, dealt in dealt_slots(spec, state, FIRST, member):
            if dealt == row:
                fields: dict[str, Any] = {
                    "blob": FIRST,
                    "seat": seat,
                    "header": blob.header,
                    "proof": proven(spec, blob, row),
                }
                return spec.ReportOpening(**{**fields, **changes})
    raise ValueError(f"row {row} was dealt to nobody")


def reported(spec: ModuleType, blob: Any, row: int, **changes: Any) -> Scene:
    """Bob shows a leaf of a blob that all have vouched for."""
    state = certified(spec, blob)
    return Scene(state, BOB, report(spec, state, blob, row, **changes))


def with_limb(spec: ModuleType) -> Any:
    """A true code of a limb that no data has."""
    return commit(spec, 124, spec.extend_rows([limbs(1, 2, 3, 2**62), *[bytes(32)] * 3]))


def wrong(spec: ModuleType) -> Any:
    """A blob with a data row that does not fit its checksum."""
    return with_row(spec, DATA, lambda row: row[:-8] + limbs(5))


# What is slashed


@opening(presets=("minimal", "mainnet"))
def of_a_data_row_that_does_not_fit(spec: ModuleType, fee: int) -> Scene:
    """The node loses a part of its stake and leaves; the reporter gets a part of that."""
    return reported(spec, wrong(spec), DATA)


@opening(at=("handler",))
def of_a_row_of_parity_that_does_not_fit(spec: ModuleType, fee: int) -> Scene:
    """It is shown with the whole checksum."""
    return reported(spec, with_row(spec, PARITY, lambda row: row[:-8] + limbs(5)), PARITY)


@opening(at=("handler",))
def of_a_leaf_that_is_longer_than_a_row(spec: ModuleType, fee: int) -> Scene:
    """It is none."""
    return reported(spec, with_row(spec, DATA, lambda row: row + bytes(8)), DATA)


@opening(at=("handler",))
def of_a_leaf_that_is_empty(spec: ModuleType, fee: int) -> Scene:
    """Its digest is that of nothing."""
    return reported(spec, with_row(spec, PARITY, lambda row: b""), PARITY)


@opening(at=("handler",))
def of_a_leaf_that_holds_the_modulus(spec: ModuleType, fee: int) -> Scene:
    """Zero in another form."""
    return reported(spec, with_row(spec, DATA, lambda row: limbs(int(spec.FIELD_MODULUS)) + row[8:]), DATA)


@opening(at=("handler",))
def of_a_leaf_of_zeros_that_holds_the_modulus(spec: ModuleType, fee: int) -> Scene:
    """Zero in another form, which fits the checksum: only its form is wrong."""
    rows = [bytes(64)] * 16
    rows[PARITY] = limbs(int(spec.FIELD_MODULUS)) + bytes(56)
    return reported(spec, commit(spec, SIZE, rows), PARITY)


@opening(at=("handler",))
def of_a_leaf_of_pages(spec: ModuleType, fee: int) -> Scene:
    """The other kind, whose rows are wider than the data needs."""
    rows = [bytes(128)] * 16
    rows[DATA] = limbs(5) + bytes(120)
    return reported(spec, commit(spec, SIZE, rows, kind=int(spec.BlobKind.PAGES), seed=1), DATA)


@opening(at=("handler",))
def of_a_limb_that_no_data_has(spec: ModuleType, fee: int) -> Scene:
    """The row is valid, and no node vouches for it."""
    return reported(spec, with_limb(spec), 0)


@opening(at=("handler",))
def of_something_behind_the_end_of_the_data(spec: ModuleType, fee: int) -> Scene:
    """In the last row, which is valid."""
    rows = spec.extend_rows([bytes(32)] * 3 + [limbs(0, 0, 0, 1)])
    return reported(spec, commit(spec, 100, rows), 3)


@opening(at=("handler",))
def of_a_row_whose_checksum_holds_the_modulus(spec: ModuleType, fee: int) -> Scene:
    """All rows are zero, and so is their checksum but for its form."""
    return reported(spec, zeros_with_modulus(spec), 0)


@opening(at=("handler",))
def of_a_row_of_parity_whose_checksum_holds_the_modulus(spec: ModuleType, fee: int) -> Scene:
    """In a part that the row itself does not ask for."""
    return reported(spec, zeros_with_modulus(spec), PARITY)


def zeros_with_modulus(spec: ModuleType) -> Any:
    blob = commit(spec, SIZE, [bytes(64)] * 16)
    blob.checksum = limbs(int(spec.FIELD_MODULUS)) + bytes(56)
    blob.header.checksum_root = spec.compute_checksum_root(blob.checksum)
    return blob


@opening(at=("handler", "operation"))
def at_the_last_height_of_the_blob(spec: ModuleType, fee: int) -> Scene:
    """Until then a node answers for what it signed."""
    return at_its_end(spec, 0)


def at_its_end(spec: ModuleType, past: int) -> Scene:
    """So many heights behind the last one of a blob; before it stands another, which is kept for longer, so that it is
    not forgotten."""
    blob = wrong(spec)
    state = certified(spec, blob, state=certified(spec, blob_of(spec)))
    until = spec.get_record(state, spec.uint64(FIRST + 1)).until
    state.availability.layer_height = int(until) + past
    state.availability.records[FIRST].until = until + 5
    return Scene(state, BOB, report_of(spec, state, blob, FIRST + 1))


@case("availability", "opening_block")
def in_the_block_at_the_last_height_of_the_blob(spec: ModuleType) -> Steps:
    """Until then a node answers for what it signed."""
    yield in_a_block(spec, at_its_end(spec, -1))


@case(
    "availability",
    "opening_block",
    fails="availability.check_kept.expired",
    allows=("chain.state_transition.wrong-state-root",),
)
def in_the_block_behind_the_last_height_of_the_blob(spec: ModuleType) -> Steps:
    """What was signed for is over."""
    yield in_a_block(spec, at_its_end(spec, 0))


def in_a_block(spec: ModuleType, made: Scene) -> Any:
    signed = signed_operation(spec, made.state, made.sender, made.payload)
    return step(spec.state_transition, made.state, signed_block(spec, made.state, [signed]))


@opening(at=("handler",))
def of_one_that_waits_for_its_withdrawal(spec: ModuleType, fee: int) -> Scene:
    """It has left the set, and waits from now on."""
    made = reported(spec, wrong(spec), DATA)
    member = spec.find_holder(quorum_of(spec, made.state), made.payload.seat)
    node = int(quorum_of(spec, made.state).nodes[member])
    made.state.staking.validators[node].active_until = EPOCH + 1
    at_height(spec, made.state, 5 * int(spec.HEIGHTS_PER_EPOCH))
    made.state.staking.validators[node].withdrawable_from = 10**6
    return made


@case("availability", "opening")
def of_two_nodes_and_one_of_them_twice(spec: ModuleType) -> Steps:
    """A leaf is dealt to several seats, and each node is slashed once for a blob, for whichever leaf."""
    made = reported(spec, wrong(spec), DATA)
    seats = {
        member: seat
        for member in range(len(quorum_of(spec, made.state).nodes))
        for seat, dealt in dealt_slots(spec, made.state, FIRST, member)
        if dealt == DATA
    }
    first, second, *_ = seats.values()
    for seat, refused in (
        (first, None),
        (first, "availability.process_report_opening.already-punished"),
        (second, None),
    ):
        payload = made.payload.copy()
        payload.seat = seat
        yield step(spec.process_report_opening, made.state, BOB.address, payload, rejects=refused)


# What is not


@opening(refused="availability.check_wrong_opening.row-is-good")
def of_a_row_as_it_should_be(spec: ModuleType, fee: int) -> Scene:
    """An honest node has nothing to fear."""
    return reported(spec, blob_of(spec), DATA)


@opening(refused="availability.check_wrong_opening.row-is-good", at=("handler",))
def of_parity_with_large_elements(spec: ModuleType, fee: int) -> Scene:
    """Parity is made of elements, not of limbs."""
    blob = blob_of(spec)
    row = next(i for i in range(4, 16) if not spec.has_limbs_alone(bytes(blob.rows[i])))
    return reported(spec, blob, row)


@opening(refused="availability.check_wrong_opening.row-is-good", at=("handler",))
def of_a_good_row_of_pages(spec: ModuleType, fee: int) -> Scene:
    """It is as wide as a page."""
    return reported(spec, encode(spec, data_of(SIZE), spec.BlobKind.PAGES), DATA)


@opening(refused="availability.check_wrong_opening.row-is-good", at=("handler",))
def of_the_last_row_of_data_with_its_tail(spec: ModuleType, fee: int) -> Scene:
    """The data ends within it."""
    return reported(spec, blob_of(spec), 3)


@opening(refused="availability.check_wrong_opening.row-is-good", at=("handler",))
def of_another_row_beside_a_wrong_one(spec: ModuleType, fee: int) -> Scene:
    """A wrong leaf spoils itself alone."""
    return reported(spec, wrong(spec), DATA + 1)


@opening(refused="availability.process_report_opening.not-attested")
def of_a_seat_that_has_not_signed(spec: ModuleType, fee: int) -> Scene:
    """Its node kept silent."""
    return unsigned(spec)


def unsigned(spec: ModuleType) -> Scene:
    """A node that has not signed, though it was dealt the wrong leaf."""
    blob = wrong(spec)
    state = certified(spec, blob)
    for member in range(len(quorum_of(spec, state).nodes) - 1, -1, -1):
        for seat, dealt in dealt_slots(spec, state, FIRST, member):
            if dealt == DATA and int(quorum_of(spec, state).seats[member]) <= 5:
                state = certified(spec, blob, absent=(member,))
                return Scene(state, BOB, report(spec, state, blob, DATA, seat=seat))
    raise ValueError("all that have the leaf are needed")


@opening(refused="availability.process_report_opening.not-attested", at=("handler",))
def of_a_seat_that_there_is_not(spec: ModuleType, fee: int) -> Scene:
    """One behind the last."""
    return reported(spec, wrong(spec), DATA, seat=spec.SEATS)


@opening(refused="availability.process_report_opening.already-punished")
def of_one_that_was_punished(spec: ModuleType, fee: int) -> Scene:
    """For the same blob."""
    made = reported(spec, wrong(spec), DATA)
    spec.process_report_opening(made.state, BOB.address, made.payload)
    return made


@opening(
    refused="availability.process_report_opening.wrong-header",
    allows=("availability.check_wrong_opening.row-is-good",),
)
def with_another_blob_of_the_same_rows(spec: ModuleType, fee: int) -> Scene:
    """Its namespace is another, so it is another blob."""
    made = reported(spec, wrong(spec), DATA)
    made.payload.header.namespace = digest(spec, 8)
    return made


@opening(refused="availability.process_report_opening.not-dealt")
def of_a_leaf_that_was_dealt_to_others(spec: ModuleType, fee: int) -> Scene:
    """The seat has not looked at it."""
    made = reported(spec, wrong(spec), DATA)
    having = {
        seat
        for member in range(len(quorum_of(spec, made.state).nodes))
        for seat, dealt in dealt_slots(spec, made.state, FIRST, member)
        if dealt == DATA
    }
    made.payload.seat = next(seat for seat in range(int(spec.SEATS)) if seat not in having)
    return made


@opening(refused="availability.check_kept.unknown-blob")
def of_a_blob_that_there_is_not_yet(spec: ModuleType, fee: int) -> Scene:
    """The next number."""
    made = reported(spec, wrong(spec), DATA)
    made.payload.blob = FIRST + 1
    return made


@opening(
    refused="availability.check_kept.not-certified",
    allows=("availability.check_kept.expired", "availability.process_report_opening.not-attested"),
)
def of_a_blob_that_is_not_certified(spec: ModuleType, fee: int) -> Scene:
    """Nobody has vouched for it."""
    blob = wrong(spec)
    state = assigned(spec, blob)
    return Scene(state, BOB, report(spec, state, blob, DATA))


@opening(refused="availability.check_kept.expired", at=("handler", "operation"))
def behind_the_last_height_of_the_blob(spec: ModuleType, fee: int) -> Scene:
    """What was signed for is over."""
    return at_its_end(spec, 1)


def report_of(spec: ModuleType, state: Any, blob: Any, number: int) -> Any:
    """The wrong leaf of a blob with this number."""
    seat = next(
        seat
        for member in range(len(quorum_of(spec, state, number).nodes))
        for seat, dealt in dealt_slots(spec, state, number, member)
        if dealt == DATA
    )
    return spec.ReportOpening(blob=number, seat=seat, header=blob.header, proof=proven(spec, blob, DATA))


@opening(refused="availability.check_kept.forgotten", allows=("availability.check_kept.expired",))
def of_a_blob_that_is_forgotten(spec: ModuleType, fee: int) -> Scene:
    """Its record may be gone."""
    made = reported(spec, wrong(spec), DATA)
    made.state.availability.layer_height = spec.get_record(made.state, spec.uint64(FIRST)).until + 1
    spec.process_deadlines(made.state)
    return Scene(quiet(made.state), BOB, made.payload)


@opening(refused="availability.check_availability_open.paused", at=("handler",))
def while_the_layer_is_paused(spec: ModuleType, fee: int) -> Scene:
    """The height stands still, so nothing is lost."""
    made = reported(spec, wrong(spec), DATA)
    made.state.availability.paused = True
    return made


@opening(refused="availability.check_availability_open.too-many-events", at=("handler",))
def without_room_for_events(spec: ModuleType, fee: int) -> Scene:
    """It reports nothing, and is refused like all others."""
    made = reported(spec, wrong(spec), DATA)
    return Scene(noisy_layer(spec, 1, made.state), BOB, made.payload)


@opening(at=("handler",))
def with_room_for_events(spec: ModuleType, fee: int) -> Scene:
    """The last place."""
    made = reported(spec, wrong(spec), DATA)
    return Scene(noisy_layer(spec, 0, made.state), BOB, made.payload)


@opening(refused="token.find_payer.burn-address", at=("handler",))
def by_the_burn_address(spec: ModuleType, fee: int) -> Scene:
    """Nobody has its key."""
    made = reported(spec, wrong(spec), DATA)
    return Scene(made.state, BURNED, made.payload)


@opening(refused="token.find_payer.unknown-account", at=("handler",))
def by_an_address_without_account(spec: ModuleType, fee: int) -> Scene:
    """There is nobody to pay."""
    made = reported(spec, wrong(spec), DATA)
    return Scene(made.state, CAROL, made.payload)


# Openings that prove nothing

Spoil = Callable[[ModuleType], tuple[Any, int, Any]]  # the blob as it was certified, a leaf, and the proof of it


def spoilt_opening(rule: str, *allows: str, at: tuple[str, ...] = ("handler",)) -> Callable[[Spoil], Spoil]:
    """Register a proof that is none: what is wrong is not what the publisher has committed to."""

    def add(make: Spoil) -> Spoil:
        def made(spec: ModuleType, fee: int) -> Scene:
            blob, row, proof = make(spec)
            return reported(spec, blob, row, proof=proof)

        made.__name__, made.__doc__, made.__module__ = make.__name__, make.__doc__, make.__module__
        opening(refused=f"da.{rule}", at=at, allows=tuple(f"da.{other}" for other in allows))(made)
        return make

    return add


@spoilt_opening("check_place.wrong-branch-length", "check_place.wrong-rows-root")
def with_a_branch_that_is_too_short(spec: ModuleType) -> tuple[Any, int, Any]:
    """An inner node is no root."""
    blob = wrong(spec)
    proof = proven(spec, blob, DATA)
    proof.opened.branch.pop()
    return blob, DATA, proof


@spoilt_opening("check_place.wrong-rows-root")
def with_a_row_that_nobody_committed_to(spec: ModuleType) -> tuple[Any, int, Any]:
    """Made to look wrong."""
    blob = blob_of(spec)
    proof = proven(spec, blob, DATA)
    proof.opened.row = bytes(64)
    return blob, DATA, proof


@spoilt_opening("check_checksum_part.branch-of-whole-checksum")
def of_parity_with_a_branch_of_its_checksum(spec: ModuleType) -> tuple[Any, int, Any]:
    """All of the checksum needs none."""
    blob = with_row(spec, PARITY, lambda row: row[:-8] + limbs(5))
    proof = proven(spec, blob, PARITY)
    proof.checksum_branch.append(digest(spec, 1))
    return blob, PARITY, proof


@spoilt_opening("check_checksum_leaf.wrong-leaf-length", "check_checksum_leaf.wrong-checksum-root")
def of_data_with_the_whole_checksum(spec: ModuleType) -> tuple[Any, int, Any]:
    """It brings the leaf that it is in."""
    blob = wrong(spec)
    proof = proven(spec, blob, DATA)
    proof.checksum = blob.checksum
    return blob, DATA, proof


@spoilt_opening("check_checksum_leaf.wrong-branch-length", "check_checksum_leaf.wrong-checksum-root")
def of_data_without_the_branch_of_its_leaf(spec: ModuleType) -> tuple[Any, int, Any]:
    """A leaf is no root."""
    blob = wrong(spec)
    proof = proven(spec, blob, DATA)
    proof.checksum_branch.pop()
    return blob, DATA, proof


@spoilt_opening("check_checksum_leaf.wrong-checksum-root")
def of_a_good_row_with_another_checksum(spec: ModuleType) -> tuple[Any, int, Any]:
    """It does not fit a leaf that nobody committed to."""
    blob = blob_of(spec)
    proof = proven(spec, blob, DATA)
    proof.checksum = bytes(32)
    return blob, DATA, proof


@spoilt_opening("check_checksum.wrong-checksum-length")
def of_parity_with_half_a_checksum(spec: ModuleType) -> tuple[Any, int, Any]:
    """It has the root that the header says. No node could have checked a row by it, and no opening shows that."""
    blob = commit(spec, SIZE, [bytes(64)] * 15 + [limbs(*[5] * 8)])
    blob.checksum = bytes(32)
    blob.header.checksum_root = spec.compute_checksum_root(blob.checksum)
    return blob, 15, proven(spec, blob, 15)


@spoilt_opening("check_checksum.wrong-checksum-root")
def of_good_parity_with_another_checksum(spec: ModuleType) -> tuple[Any, int, Any]:
    """It does not fit a checksum that nobody committed to."""
    blob = blob_of(spec)
    proof = proven(spec, blob, PARITY)
    proof.checksum = bytes(64)
    return blob, PARITY, proof
