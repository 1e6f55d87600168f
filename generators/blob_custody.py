"""Rows that nodes must show, what they are paid for it, and what it costs not to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.blob_submission import noisy_layer, renumbered
from generators.blobs import commit, commit_with, limbs, proven
from generators.kept_blobs import (
    FIRST,
    SIZE,
    answer,
    assigned,
    blob_of,
    certified,
    challenged,
    layer,
    quorum_of,
)
from generators.levels import Scene, end_of_epoch, scene
from generators.primitives import digest
from generators.scene import BOB, CAROL, signed_block, signed_operation
from generators.states import BURNED

answering = partial(scene, "answer", layer="availability")
DATA, PARITY = 1, 9  # rows of a blob of four data rows

# Answers


def asked(spec: ModuleType, *rows: int) -> Any:
    """A blob of which some rows must be shown."""
    return challenged(spec, certified(spec, blob_of(spec)), *rows)


@answering(presets=("minimal", "mainnet"))
def of_a_data_row(spec: ModuleType, fee: int) -> Scene:
    """Anybody may answer; the node is paid."""
    return Scene(asked(spec, DATA), BOB, answer(spec, blob_of(spec), DATA))


@answering()
def of_a_row_of_parity(spec: ModuleType, fee: int) -> Scene:
    """It brings the whole checksum; another challenge is not answered by it."""
    return Scene(asked(spec, DATA, PARITY), BOB, answer(spec, blob_of(spec), PARITY, challenge=1))


@answering(refused="availability.process_answer_challenge.unknown-challenge")
def of_a_challenge_that_there_is_not(spec: ModuleType, fee: int) -> Scene:
    """One behind the last."""
    return Scene(asked(spec, DATA), BOB, answer(spec, blob_of(spec), DATA, challenge=1))


@case("availability", "answer", rejects="availability.process_answer_challenge.unknown-challenge")
def in_the_epoch_after(spec: ModuleType) -> Steps:
    """The miss is paid for, and nothing is asked now: the blob is kept no longer than this epoch."""
    state = before_draws(spec, asked(spec, DATA))
    state.availability.records[FIRST].until = state.availability.layer_height + 1
    yield step(spec.process_custody, state)
    yield step(spec.process_answer_challenge, state, BOB.address, answer(spec, blob_of(spec), DATA))


@answering(refused="availability.process_answer_challenge.already-answered")
def of_a_challenge_that_was_answered(spec: ModuleType, fee: int) -> Scene:
    """It pays once."""
    state = asked(spec, DATA)
    state.availability.challenges[0].answered = True
    return Scene(state, BOB, answer(spec, blob_of(spec), DATA))


@answering(refused="availability.process_answer_challenge.wrong-header")
def with_another_blob_of_the_same_rows(spec: ModuleType, fee: int) -> Scene:
    """Its namespace is another, so it is another blob."""
    made = answer(spec, blob_of(spec), DATA)
    made.header.namespace = digest(spec, 8)
    return Scene(asked(spec, DATA), BOB, made)


@answering(refused="availability.process_answer_challenge.wrong-row")
def of_another_row(spec: ModuleType, fee: int) -> Scene:
    """A valid one of the same blob."""
    return Scene(asked(spec, DATA), BOB, answer(spec, blob_of(spec), DATA + 1))


@answering(refused="availability.check_availability_open.paused", at=("handler",))
def while_the_layer_is_paused(spec: ModuleType, fee: int) -> Scene:
    """There is as much time after the pause as there was before."""
    state = asked(spec, DATA)
    state.availability.paused = True
    return Scene(state, BOB, answer(spec, blob_of(spec), DATA))


@answering(refused="availability.check_availability_open.too-many-events", at=("handler",))
def without_room_for_events(spec: ModuleType, fee: int) -> Scene:
    """It reports nothing, and is refused like all others."""
    return Scene(noisy_layer(spec, 1, asked(spec, DATA)), BOB, answer(spec, blob_of(spec), DATA))


@answering(at=("handler",))
def with_room_for_events(spec: ModuleType, fee: int) -> Scene:
    """The last place."""
    return Scene(noisy_layer(spec, 0, asked(spec, DATA)), BOB, answer(spec, blob_of(spec), DATA))


@answering(refused="token.find_payer.burn-address", at=("handler",))
def by_the_burn_address(spec: ModuleType, fee: int) -> Scene:
    """Nobody has its key."""
    return Scene(asked(spec, DATA), BURNED, answer(spec, blob_of(spec), DATA))


@answering(refused="token.find_payer.unknown-account", at=("handler",))
def by_an_address_without_account(spec: ModuleType, fee: int) -> Scene:
    """It pays for nothing."""
    return Scene(asked(spec, DATA), CAROL, answer(spec, blob_of(spec), DATA))


# Rows that are none

Spoil = Callable[[ModuleType], tuple[Any, int, Any]]  # the blob as it was certified, a row, and the proof of it


def spoilt_answer(rule: str, *allows: str) -> Callable[[Spoil], Spoil]:
    """Register a proof that is no answer."""

    def add(make: Spoil) -> Spoil:
        def made(spec: ModuleType, fee: int) -> Scene:
            blob, row, proof = make(spec)
            state = challenged(spec, certified(spec, blob), row)
            return Scene(state, BOB, spec.AnswerChallenge(challenge=0, header=blob.header, proof=proof))

        made.__name__, made.__doc__, made.__module__ = make.__name__, make.__doc__, make.__module__
        answering(refused=f"da.{rule}", allows=tuple(f"da.{other}" for other in allows))(made)
        return make

    return add


@spoilt_answer("check_place.wrong-branch-length", "check_place.wrong-rows-root")
def with_a_branch_that_is_too_short(spec: ModuleType) -> tuple[Any, int, Any]:
    """An inner node is no root."""
    blob = blob_of(spec)
    proof = proven(spec, blob, DATA)
    proof.opened.branch.pop()
    return blob, DATA, proof


@spoilt_answer("check_place.wrong-rows-root", "check_row.wrong-checksum")
def with_the_row_of_another_place(spec: ModuleType) -> tuple[Any, int, Any]:
    """Its neighbour's."""
    blob = blob_of(spec)
    proof = proven(spec, blob, DATA)
    proof.opened.row = blob.rows[DATA + 1]
    return blob, DATA, proof


def with_row(spec: ModuleType, row: int, change: Callable[[bytes], bytes]) -> Any:
    """A blob with another leaf in one place, and the checksum of the true code."""
    code = blob_of(spec)
    rows = [bytes(stored) for stored in code.rows]
    rows[row] = change(rows[row])
    return commit_with(spec, code, rows)


@spoilt_answer("check_form.wrong-row-length", "check_row.wrong-checksum")
def of_a_leaf_that_is_longer_than_a_row(spec: ModuleType) -> tuple[Any, int, Any]:
    """It was committed to."""
    blob = with_row(spec, DATA, lambda row: row + bytes(8))
    return blob, DATA, proven(spec, blob, DATA)


@spoilt_answer("check_form.element-not-below-modulus", "check_row.wrong-checksum")
def of_a_leaf_that_holds_the_modulus(spec: ModuleType) -> tuple[Any, int, Any]:
    """Zero in another form."""
    blob = with_row(spec, DATA, lambda row: limbs(int(spec.FIELD_MODULUS)) + row[8:])
    return blob, DATA, proven(spec, blob, DATA)


@spoilt_answer("check_row.wrong-checksum")
def of_a_leaf_that_does_not_fit_the_checksum(spec: ModuleType) -> tuple[Any, int, Any]:
    """A row of parity with another element."""
    blob = with_row(spec, PARITY, lambda row: row[:-8] + limbs(5))
    return blob, PARITY, proven(spec, blob, PARITY)


@spoilt_answer("check_checksum_part.branch-of-whole-checksum")
def of_parity_with_a_branch_of_its_checksum(spec: ModuleType) -> tuple[Any, int, Any]:
    """All of the checksum needs none."""
    blob = blob_of(spec)
    proof = proven(spec, blob, PARITY)
    proof.checksum_branch.append(digest(spec, 1))
    return blob, PARITY, proof


@spoilt_answer("check_checksum_leaf.wrong-leaf-length", "check_checksum_leaf.wrong-checksum-root")
def of_data_with_the_whole_checksum(spec: ModuleType) -> tuple[Any, int, Any]:
    """It brings the leaf that it is in."""
    blob = blob_of(spec)
    proof = proven(spec, blob, DATA)
    proof.checksum = blob.checksum
    return blob, DATA, proof


@spoilt_answer("check_checksum_leaf.wrong-branch-length", "check_checksum_leaf.wrong-checksum-root")
def of_data_without_the_branch_of_its_leaf(spec: ModuleType) -> tuple[Any, int, Any]:
    """A leaf is no root."""
    blob = blob_of(spec)
    proof = proven(spec, blob, DATA)
    proof.checksum_branch.pop()
    return blob, DATA, proof


@spoilt_answer("check_checksum_leaf.wrong-checksum-root")
def of_data_whose_checksum_is_not_committed_to(spec: ModuleType) -> tuple[Any, int, Any]:
    """The row fits it."""
    blob = blob_of(spec)
    blob.header.checksum_root = digest(spec, 1)
    return blob, DATA, proven(spec, blob, DATA)


@spoilt_answer("check_checksum.wrong-checksum-length")
def of_parity_with_half_a_checksum(spec: ModuleType) -> tuple[Any, int, Any]:
    """It has the root that the header says, and is zero like the rows."""
    blob = commit(spec, SIZE, [bytes(64)] * 16)
    blob.checksum = bytes(32)
    blob.header.checksum_root = spec.compute_checksum_root(blob.checksum)
    proof = proven(spec, blob, PARITY)
    return blob, PARITY, proof


@spoilt_answer("check_checksum.wrong-checksum-root")
def of_parity_whose_checksum_is_not_committed_to(spec: ModuleType) -> tuple[Any, int, Any]:
    """The row fits it."""
    blob = blob_of(spec)
    blob.header.checksum_root = digest(spec, 1)
    return blob, PARITY, proven(spec, blob, PARITY)


@spoilt_answer("check_checksum_elements.element-not-below-modulus")
def of_zeros_whose_checksum_holds_the_modulus(spec: ModuleType) -> tuple[Any, int, Any]:
    """Zero in another form, in a row of the checksum that is not asked for."""
    blob = commit(spec, SIZE, [bytes(64)] * 16)
    blob.checksum = limbs(int(spec.FIELD_MODULUS)) + bytes(56)
    blob.header.checksum_root = spec.compute_checksum_root(blob.checksum)
    return blob, PARITY, proven(spec, blob, PARITY)


# The end of an epoch

custody = partial(end_of_epoch, "availability", "custody", "process_custody")


def before_draws(spec: ModuleType, state: Any) -> Any:
    """The next block of the layer is the last of its epoch."""
    state.availability.layer_height = (state.availability.layer_height // spec.HEIGHTS_PER_EPOCH + 1) * (
        spec.HEIGHTS_PER_EPOCH
    ) - 2
    return state


@custody(blocks=True)
def without_blobs(spec: ModuleType) -> Any:
    """Nobody is asked for anything."""
    return before_draws(spec, layer(spec))


@custody(presets=("minimal", "mainnet"), blocks=True)
def of_one_blob(spec: ModuleType) -> Any:
    """All draws fall on it."""
    return before_draws(spec, certified(spec, blob_of(spec)))


@custody()
def of_blobs_of_several_sizes(spec: ModuleType) -> Any:
    """By the bytes that are kept of each."""
    state = layer(spec)
    for size in (1, 1984, 500, 124, 900):
        state = certified(spec, blob_of(spec, size), state=state)
    return before_draws(spec, state)


@custody()
def of_a_blob_that_some_have_not_signed_for(spec: ModuleType) -> Any:
    """Draws that fall on its seats are for nobody."""
    state = before_draws(spec, certified(spec, blob_of(spec, 1984), absent=(3,)))
    present = sum(int(count) for count in quorum_of(spec, state).seats) - int(quorum_of(spec, state).seats[3])
    return drawing(spec, state, lambda seat: seat >= present)


@custody()
def of_a_quorum_with_empty_seats(spec: ModuleType) -> Any:
    """Nobody holds them."""
    state = before_draws(spec, certified(spec, blob_of(spec)))
    number = int(spec.get_record(state, spec.uint64(FIRST)).quorum)
    nodes, seats = (list(getattr(state.availability.quorums[number], name)) for name in ("nodes", "seats"))
    state.availability.quorums[number].nodes, state.availability.quorums[number].seats = nodes[:3], seats[:3]
    for name in ("signers", "punished"):
        bits = list(getattr(state.availability.records[FIRST], name))[:3]
        setattr(state.availability.records[FIRST], name, spec.Bitlist[spec.SEATS](*bits))
    empty = sum(int(count) for count in seats[:3])
    return drawing(spec, state, lambda seat: seat >= empty)


def drawing(spec: ModuleType, state: Any, wanted: Callable[[int], bool]) -> Any:
    """With a mix by which a draw falls on a seat that is wanted, of the only blob that is kept; by others too."""
    record = spec.get_record(state, spec.uint64(FIRST))
    width = int(spec.get_rows_per_seat(record.shape)) * 32 * int(record.shape.row_chunks)
    for number in range(100):
        state.consensus.mix = spec.sha256(bytes([number]))
        seats = [place // width for place in drawn_places(spec, state)]
        if any(map(wanted, seats)) and not all(map(wanted, seats)):
            return state
    raise ValueError("no draw falls on such a seat")


def drawn_places(spec: ModuleType, state: Any) -> list[int]:
    """The bytes behind the first that is kept, on which the draws fall."""
    start = int(spec.get_record(state, state.availability.first_kept).stored_before)
    total = spec.uint64(int(state.availability.stored) - start)
    seed = spec.sha256(spec.PURPOSE_CUSTODY + state.consensus.mix)
    return [int(spec.draw_point(total, seed, spec.uint64(i))) for i in range(int(spec.CHALLENGES_PER_EPOCH))]


@custody()
def of_the_first_byte_of_a_blob(spec: ModuleType) -> Any:
    """It is not the last of the one before."""
    return drawing_byte(spec, 0)


@custody()
def of_the_last_byte_of_a_blob(spec: ModuleType) -> Any:
    """It is not the first of the one behind."""
    return drawing_byte(spec, -1)


def drawing_byte(spec: ModuleType, away: int) -> Any:
    """With a mix by which a draw falls on the byte so far away from where the second of two blobs begins."""
    state = before_draws(spec, certified(spec, blob_of(spec, 1), blob_of(spec, 1, seed=1)))
    starts = [int(state.availability.records[blob].stored_before) for blob in (FIRST, FIRST + 1)]
    behind = starts[1] - starts[0] + away
    number = 0
    while behind not in drawn_places(spec, state):
        number += 1
        state.consensus.mix = spec.sha256(number.to_bytes(8, "little"))
    return state


@custody()
def of_blobs_that_are_not_certified(spec: ModuleType) -> Any:
    """Nobody has signed for them."""
    state = assigned(spec, blob_of(spec), state=certified(spec, blob_of(spec, 1)))
    state = before_draws(spec, state)
    state.availability.records[FIRST + 1].submitted = state.availability.layer_height - 1
    state.availability.first_kept = FIRST + 1
    return state


def _ending(spec: ModuleType, spare: int) -> Any:
    """A blob that ends so many heights behind the last of the next epoch."""
    state = before_draws(spec, certified(spec, blob_of(spec)))
    state.availability.records[FIRST].until = state.availability.layer_height + spec.HEIGHTS_PER_EPOCH + spare
    return state


@custody()
def of_a_blob_that_ends_with_the_next_epoch(spec: ModuleType) -> Any:
    """It can be asked for until then."""
    return _ending(spec, 0)


@custody()
def of_a_blob_that_ends_within_the_next_epoch(spec: ModuleType) -> Any:
    """Whoever is asked late would have nothing to show."""
    return _ending(spec, -1)


@custody()
def behind_blobs_that_are_forgotten(spec: ModuleType) -> Any:
    """Their bytes are not drawn."""
    state = certified(spec, blob_of(spec, 1984, seed=1), blob_of(spec, 124))
    state.availability.first_kept = FIRST + 1
    return before_draws(spec, state)


@custody()
def where_the_list_of_records_has_begun_again(spec: ModuleType) -> Any:
    """The oldest stands at the end of the list."""
    state = renumbered(spec, certified(spec, blob_of(spec)))
    return before_draws(spec, certified(spec, blob_of(spec, 1984, seed=9), state=state))


@custody(blocks=True)
def where_one_of_two_was_not_answered(spec: ModuleType) -> Any:
    """It costs seven times what the answer pays."""
    state = before_draws(spec, asked(spec, DATA, PARITY))
    state.availability.challenges[0].answered = True
    state.availability.challenge_pay = 10**10
    return state


@custody()
def where_the_pay_is_small(spec: ModuleType) -> Any:
    """Then a miss costs a least amount."""
    state = before_draws(spec, asked(spec, DATA))
    state.availability.challenge_pay = 7
    return state


@custody()
def where_the_stake_is_small(spec: ModuleType) -> Any:
    """Two misses of one node take half of it and a quarter, rounded down."""
    state = certified(spec, blob_of(spec))
    row = int(spec.get_dealt_row(spec.get_record(state, spec.uint64(FIRST)), spec.uint64(0)))
    state = before_draws(spec, challenged(spec, state, row, row))
    node = int(state.availability.challenges[0].node)
    spec.burn_stake(state, spec.uint64(node), spec.Amount(state.staking.validators[node].stake - 10_000_000_003))
    return state


@custody()
def of_a_pool_that_pays_nothing(spec: ModuleType) -> Any:
    """A nAXN less than one for each draw."""
    state = before_draws(spec, certified(spec, blob_of(spec)))
    pool = int(state.token.pools.availability)
    left = int(spec.CHALLENGES_PER_EPOCH * spec.PAY_EPOCHS) - 1
    state.token.pools.availability = left
    state.token.reserve += pool - left
    return state


@case("availability", "custody_in_blocks")
def that_is_asked_for_and_shown(spec: ModuleType) -> Steps:
    """Drawn in the last block of an epoch, and answered in the next."""
    state = before_draws(spec, certified(spec, blob_of(spec)))
    yield step(spec.state_transition, state, signed_block(spec, state))
    row = int(state.availability.challenges[0].row)
    operations = [signed_operation(spec, state, BOB, answer(spec, blob_of(spec), row))]
    yield step(spec.state_transition, state, signed_block(spec, state, operations))
