"""What an honest node does with the rows that it gets."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.blob_custody import DATA, PARITY, asked, with_row
from generators.blob_openings import with_limb
from generators.blob_submission import renumbered
from generators.blobs import commit, limbs, opened
from generators.kept_blobs import FIRST, assigned, blob_of, certified, later, quorum_of, submitted
from generators.primitives import digest


def delivery(spec: ModuleType, state: Any, blob: Any, node: int, number: int = FIRST, **changes: Any) -> Any:
    """What the publisher of a blob sends to a node."""
    rows = [int(row) for row in spec.get_dealt_rows(state, spec.uint64(number), spec.uint64(node))]
    fields: dict[str, Any] = {
        "blob": number,
        "header": blob.header,
        "checksum": blob.checksum,
        "rows": opened(spec, blob, rows),
    }
    return spec.Delivery(**{**fields, **changes})


def delivered(spec: ModuleType, blob: Any, node: int = 3, **changes: Any) -> Any:
    """The step in which a node gets the rows of a blob."""
    state = assigned(spec, blob)
    store = spec.NodeStore(node=node)
    return step(spec.on_delivery, store, state, delivery(spec, state, blob, node, **changes))


def filled(spec: ModuleType, state: Any, blob: Any, node: int) -> Any:
    """The store of a node that has got its rows of a blob while it was assigned."""
    store = spec.NodeStore(node=node)
    then = assigned(spec, blob)
    then.availability.records[FIRST] = state.availability.records[FIRST]
    store.deliveries.append(delivery(spec, then, blob, node))
    return store


# What was dealt


@case("availability", "dealing", presets=("minimal", "mainnet"))
def of_a_blob_to_all_nodes(spec: ModuleType) -> Steps:
    """Each row is dealt equally often; what a node is dealt twice it stores once."""
    for size in (1, 500):
        state = assigned(spec, blob_of(spec, size))
        for node in quorum_of(spec, state).nodes:
            yield step(spec.get_dealt_rows, state, spec.uint64(FIRST), node)


@case("availability", "dealing")
def of_the_largest_blob_to_all_nodes(spec: ModuleType) -> Steps:
    """Each row is dealt once."""
    state = assigned(spec, blob_of(spec, 1984))
    for node in quorum_of(spec, state).nodes:
        yield step(spec.get_dealt_rows, state, spec.uint64(FIRST), node)


@case("availability", "dealing")
def to_one_without_a_seat(spec: ModuleType) -> Steps:
    """It is dealt nothing."""
    yield step(spec.get_dealt_rows, assigned(spec, blob_of(spec)), spec.uint64(FIRST), spec.uint64(4))


@case("availability", "dealing")
def by_the_second_quorum(spec: ModuleType) -> Steps:
    """Anew; until the last height that it has."""
    state = later(spec, assigned(spec, blob_of(spec)), int(spec.CONFIRM_HEIGHTS))
    yield step(spec.get_dealt_rows, state, spec.uint64(FIRST), spec.uint64(2))
    state = later(spec, state.copy(), int(spec.CONFIRM_HEIGHTS) - 1)
    yield step(spec.get_dealt_rows, state, spec.uint64(FIRST), spec.uint64(2))


@case("availability", "dealing", rejects="availability.check_assigned.not-assigned")
def of_a_blob_that_is_not_assigned(spec: ModuleType) -> Steps:
    """Its dealing is not known yet."""
    yield step(spec.get_dealt_rows, submitted(spec, blob_of(spec)), spec.uint64(FIRST), spec.uint64(1))


@case("availability", "dealing", rejects="availability.check_assigned.too-late")
def of_a_blob_that_is_settled(spec: ModuleType) -> Steps:
    """Nobody could vouch for it any more."""
    yield step(spec.get_dealt_rows, certified(spec, blob_of(spec)), spec.uint64(FIRST), spec.uint64(1))


# Deliveries


@case("availability", "delivery", presets=("minimal", "mainnet"))
def of_what_was_dealt(spec: ModuleType) -> Steps:
    """It is stored, and may be signed for."""
    yield delivered(spec, blob_of(spec))


@case("availability", "delivery")
def of_several_blobs(spec: ModuleType) -> Steps:
    """Stored in the order in which they came."""
    first, second = blob_of(spec), blob_of(spec, 1, seed=1)
    state = assigned(spec, first, second)
    store = spec.NodeStore(node=2)
    yield step(spec.on_delivery, store, state, delivery(spec, state, second, 2, FIRST + 1))
    yield step(spec.on_delivery, store, state, delivery(spec, state, first, 2, FIRST))


@case("availability", "delivery")
def of_the_same_again(spec: ModuleType) -> Steps:
    """As after a crash between the store and the signature: stored once, and signed for again."""
    blob = blob_of(spec)
    state = assigned(spec, blob)
    store = spec.NodeStore(node=1)
    for _ in range(2):
        yield step(spec.on_delivery, store, state, delivery(spec, state, blob, 1))


def nearly_full(spec: ModuleType, node: int, room: int) -> Any:
    """A store with room for so many deliveries; those that are in it have no rows."""
    kept = spec.Delivery(blob=FIRST - 1)
    return spec.NodeStore(node=node, deliveries=[kept] * (int(spec.MAX_DELIVERIES) - room))


@case("availability", "delivery")
def of_the_last_that_there_is_room_for(spec: ModuleType) -> Steps:
    """The list is full then."""
    blob = blob_of(spec)
    state = assigned(spec, blob)
    yield step(spec.on_delivery, nearly_full(spec, 1, 1), state, delivery(spec, state, blob, 1))


@case("availability", "delivery")
def of_what_a_full_store_holds_already(spec: ModuleType) -> Steps:
    """As after a crash between the store and the signature, in the last place that there was."""
    blob = blob_of(spec)
    state = assigned(spec, blob)
    made = delivery(spec, state, blob, 1)
    store = nearly_full(spec, 1, 1)
    store.deliveries.append(made)
    yield step(spec.on_delivery, store, state, made)


@case("availability", "delivery", rejects="availability.on_delivery.store-full")
def of_one_more_than_there_is_room_for(spec: ModuleType) -> Steps:
    """Nothing is lost, and nothing is signed for."""
    blob = blob_of(spec)
    state = assigned(spec, blob)
    yield step(spec.on_delivery, nearly_full(spec, 1, 0), state, delivery(spec, state, blob, 1))


@case("availability", "delivery")
def of_a_blob_that_has_a_second_quorum(spec: ModuleType) -> Steps:
    """What the first has dealt stays; it is signed for what the second deals."""
    blob = blob_of(spec)
    state = assigned(spec, blob)
    store = spec.NodeStore(node=1)
    yield step(spec.on_delivery, store, state, delivery(spec, state, blob, 1))
    after = later(spec, state.copy(), int(spec.CONFIRM_HEIGHTS))
    yield step(spec.on_delivery, store, after, delivery(spec, after, blob, 1))


@case("availability", "delivery")
def of_a_blob_with_a_wrong_leaf_dealt_to_others(spec: ModuleType) -> Steps:
    """A node vouches for what it has seen."""
    state = assigned(spec, blob_of(spec))
    mine = {int(row) for row in spec.get_dealt_rows(state, spec.uint64(FIRST), spec.uint64(3))}
    other = next(row for row in range(16) if row not in mine)
    blob = with_row(spec, other, lambda row: row[:-8] + limbs(5))
    state = assigned(spec, blob)
    state.availability.records[FIRST].seed = assigned(spec, blob_of(spec)).availability.records[FIRST].seed
    state.availability.records[FIRST].quorum = assigned(spec, blob_of(spec)).availability.records[FIRST].quorum
    yield step(spec.on_delivery, spec.NodeStore(node=3), state, delivery(spec, state, blob, 3))


@case(
    "availability",
    "delivery",
    rejects="availability.check_assigned.not-assigned",
    allows=("availability.on_delivery.not-what-was-dealt",),
)
def before_the_blob_is_assigned(spec: ModuleType) -> Steps:
    """A node cannot know yet what it will be dealt."""
    blob = blob_of(spec)
    made = delivery(spec, assigned(spec, blob), blob, 1)
    yield step(spec.on_delivery, spec.NodeStore(node=1), submitted(spec, blob), made)


ONE_ROW = "5df998078b89a255f6232ce95749b6d4167cbdcfacd8afccb18a19af086b6dad"  # deals one row to all slots of seat 0


@case("availability", "delivery")
def of_one_row_in_all_slots_of_a_seat(spec: ModuleType) -> Steps:
    """It is as unlikely as it is possible."""
    blob = blob_of(spec)
    state = assigned(spec, blob)
    state.availability.records[FIRST].seed = bytes.fromhex(ONE_ROW)
    number = int(spec.get_record(state, spec.uint64(FIRST)).quorum)
    state.availability.quorums[number].seats = [1, 5, 5, 5]
    yield step(spec.on_delivery, spec.NodeStore(node=0), state, delivery(spec, state, blob, 0))


@case("availability", "delivery", rejects="availability.check_assigned.too-late")
def when_the_blob_is_void(spec: ModuleType) -> Steps:
    """Nothing that it signs would count."""
    blob = blob_of(spec)
    state = later(spec, assigned(spec, blob), 2 * int(spec.CONFIRM_HEIGHTS) - 1)
    made = delivery(spec, state, blob, 1)
    yield step(spec.on_delivery, spec.NodeStore(node=1), later(spec, state.copy()), made)


@case("availability", "delivery", rejects="availability.on_delivery.no-seat")
def to_a_node_without_a_seat(spec: ModuleType) -> Steps:
    """It is dealt nothing, and is sent nothing."""
    yield delivered(spec, blob_of(spec), node=4)


@case("availability", "delivery", rejects="availability.on_delivery.wrong-header")
def of_another_blob_of_the_same_rows(spec: ModuleType) -> Steps:
    """Its namespace is another."""
    blob = blob_of(spec)
    header = blob.header.copy()
    header.namespace = digest(spec, 8)
    yield delivered(spec, blob, header=header)


DEALT = "availability.on_delivery.not-what-was-dealt"


@case("availability", "delivery", rejects=DEALT)
def of_one_row_less(spec: ModuleType) -> Steps:
    """All that it was dealt, or nothing."""
    blob = blob_of(spec)
    state = assigned(spec, blob)
    made = delivery(spec, state, blob, 1)
    made.rows.pop()
    yield step(spec.on_delivery, spec.NodeStore(node=1), state, made)


@case("availability", "delivery", rejects=DEALT)
def of_the_rows_of_another_node(spec: ModuleType) -> Steps:
    """Each stores its own."""
    blob = blob_of(spec)
    state = assigned(spec, blob)
    yield step(spec.on_delivery, spec.NodeStore(node=1), state, delivery(spec, state, blob, 3))


@case("availability", "delivery", rejects=DEALT)
def of_rows_in_another_order(spec: ModuleType) -> Steps:
    """Ascending is the one order."""
    blob = blob_of(spec)
    state = assigned(spec, blob)
    made = delivery(spec, state, blob, 1)
    made.rows = type(made.rows)(list(made.rows)[::-1])
    yield step(spec.on_delivery, spec.NodeStore(node=1), state, made)


def spoilt(spec: ModuleType, blob: Any) -> Any:
    """A delivery of all rows that a node with nearly all seats is dealt."""
    state = assigned(spec, blob)
    nodes = quorum_of(spec, state)
    number = int(spec.get_record(state, spec.uint64(FIRST)).quorum)
    state.availability.quorums[number].nodes = list(nodes.nodes)[:1]
    state.availability.quorums[number].seats = [16]
    return step(spec.on_delivery, spec.NodeStore(node=0), state, delivery(spec, state, blob, 0))


@case("availability", "delivery", rejects="da.check_rows.wrong-checksum")
def of_a_row_that_does_not_fit(spec: ModuleType) -> Steps:
    """It was committed to."""
    yield spoilt(spec, with_row(spec, PARITY, lambda row: row[:-8] + limbs(5)))


@case("availability", "delivery", rejects="da.check_form.wrong-row-length", allows=("da.check_rows.wrong-checksum",))
def of_a_leaf_that_is_longer_than_a_row(spec: ModuleType) -> Steps:
    """It was committed to."""
    yield spoilt(spec, with_row(spec, PARITY, lambda row: row + bytes(8)))


@case(
    "availability",
    "delivery",
    rejects="da.check_form.element-not-below-modulus",
    allows=("da.check_rows.wrong-checksum",),
)
def of_a_leaf_that_holds_the_modulus(spec: ModuleType) -> Steps:
    """It was committed to."""
    yield spoilt(spec, with_row(spec, PARITY, lambda row: limbs(int(spec.FIELD_MODULUS)) + row[8:]))


@case("availability", "delivery", rejects="da.check_data_row.limb-too-large")
def of_a_limb_that_no_data_has(spec: ModuleType) -> Steps:
    """The row is valid, and makes the blob malformed."""
    yield spoilt(spec, with_limb(spec))


@case("availability", "delivery", rejects="da.check_data_row.tail-not-zero")
def of_something_behind_the_end_of_the_data(spec: ModuleType) -> Steps:
    """The row is valid, and makes the blob malformed."""
    yield spoilt(spec, commit(spec, 100, spec.extend_rows([bytes(32)] * 3 + [limbs(0, 0, 0, 1)])))


@case(
    "availability",
    "delivery",
    rejects="da.check_place.wrong-branch-length",
    allows=("da.check_place.wrong-rows-root",),
)
def of_a_row_with_half_a_branch(spec: ModuleType) -> Steps:
    """An inner node is no root."""
    blob = blob_of(spec)
    state = assigned(spec, blob)
    made = delivery(spec, state, blob, 1)
    made.rows[0].branch = list(made.rows[0].branch)[:2]
    yield step(spec.on_delivery, spec.NodeStore(node=1), state, made)


@case("availability", "delivery", rejects="da.check_place.wrong-rows-root", allows=("da.check_rows.wrong-checksum",))
def of_the_row_of_another_place(spec: ModuleType) -> Steps:
    """It stands where another should."""
    blob = blob_of(spec)
    state = assigned(spec, blob)
    made = delivery(spec, state, blob, 1)
    made.rows[0].row = made.rows[1].row
    yield step(spec.on_delivery, spec.NodeStore(node=1), state, made)


@case("availability", "delivery", rejects="da.check_checksum.wrong-checksum-length")
def with_half_a_checksum(spec: ModuleType) -> Steps:
    """It has the root that the header says, and is zero like the rows."""
    blob = commit(spec, 200, [bytes(64)] * 16)
    blob.checksum = bytes(32)
    blob.header.checksum_root = spec.compute_checksum_root(blob.checksum)
    yield delivered(spec, blob)


@case("availability", "delivery", rejects="da.check_checksum.wrong-checksum-root")
def with_a_checksum_that_is_not_committed_to(spec: ModuleType) -> Steps:
    """The rows fit it."""
    blob = blob_of(spec)
    blob.header.checksum_root = digest(spec, 1)
    yield delivered(spec, blob)


@case(
    "availability",
    "delivery",
    rejects="da.check_checksum_elements.element-not-below-modulus",
    allows=("da.check_rows.wrong-checksum",),
)
def with_a_checksum_that_holds_the_modulus(spec: ModuleType) -> Steps:
    """Zero in another form."""
    blob = commit(spec, 200, [bytes(64)] * 16)
    blob.checksum = bytes(56) + limbs(int(spec.FIELD_MODULUS))
    blob.header.checksum_root = spec.compute_checksum_root(blob.checksum)
    yield spoilt(spec, blob)


# Answers


def challenged_node(spec: ModuleType, *rows: int) -> tuple[Any, int]:
    """A state with challenges, and the node of the first."""
    state = asked(spec, *rows)
    return state, int(state.availability.challenges[0].node)


@case("availability", "node_answer")
def of_data_and_of_parity(spec: ModuleType) -> Steps:
    """With what of the checksum it takes."""
    for row in (DATA, PARITY):
        state, node = challenged_node(spec, row)
        store = filled(spec, state, blob_of(spec), node)
        other = filled(spec, state, blob_of(spec), node).deliveries[0]
        other.blob, other.header = FIRST + 1, blob_of(spec, seed=1).header
        fork = filled(spec, state, blob_of(spec), node).deliveries[0]
        fork.header = blob_of(spec, seed=1).header
        store.deliveries = [other, fork, store.deliveries[0]]
        yield step(spec.answer_from_store, store, state, spec.uint64(0))


@case("availability", "node_answer", rejects="availability.answer_from_store.unknown-challenge")
def of_a_challenge_that_there_is_not(spec: ModuleType) -> Steps:
    """One behind the last."""
    state, node = challenged_node(spec, DATA)
    yield step(spec.answer_from_store, filled(spec, state, blob_of(spec), node), state, spec.uint64(1))


@case("availability", "node_answer", rejects="availability.answer_from_store.not-for-this-node")
def of_a_challenge_for_another(spec: ModuleType) -> Steps:
    """It may have the row too."""
    state, node = challenged_node(spec, DATA)
    store = filled(spec, state, blob_of(spec), node)
    store.node = (node + 1) % 4
    yield step(spec.answer_from_store, store, state, spec.uint64(0))


@case("availability", "node_answer", rejects="availability.answer_from_store.not-in-store")
def of_a_row_that_it_has_lost(spec: ModuleType) -> Steps:
    """It has another blob with a row of the same number, and other rows of this one."""
    state, node = challenged_node(spec, DATA)
    store = filled(spec, state, blob_of(spec), node)
    kept = store.deliveries[0].copy()
    kept.blob = FIRST + 1
    store.deliveries.append(kept)
    store.deliveries[0].rows = [row for row in store.deliveries[0].rows if int(row.index) != DATA]
    yield step(spec.answer_from_store, store, state, spec.uint64(0))


# Deleting


@case("availability", "node_deletes")
def what_is_over(spec: ModuleType) -> Steps:
    """A blob is kept at its last height, and one later not; while it waits for its certificate, and not when it is void
    or forgotten."""
    kept = certified(spec, blob_of(spec))
    until = spec.get_record(kept, spec.uint64(FIRST)).until
    for height in (until, until + 1):
        state = kept.copy()
        state.availability.layer_height = height
        yield step(spec.drop_what_is_over, filled(spec, kept, blob_of(spec), 1), state)
    waiting = assigned(spec, blob_of(spec))
    store = filled(spec, waiting, blob_of(spec), 1)
    yield step(spec.drop_what_is_over, store, waiting)
    void = later(spec, waiting.copy(), 2 * int(spec.CONFIRM_HEIGHTS))
    void.availability.first_kept = FIRST
    yield step(spec.drop_what_is_over, filled(spec, waiting, blob_of(spec), 1), void)
    forgotten = void.copy()
    forgotten.availability.first_kept = FIRST + 1
    yield step(spec.drop_what_is_over, filled(spec, waiting, blob_of(spec), 2), forgotten)


@case("availability", "node_deletes")
def nothing_of_a_number_that_is_not_reached(spec: ModuleType) -> Steps:
    """Another fork has got there."""
    kept = certified(spec, blob_of(spec))
    for ahead in (0, 7):
        store = filled(spec, kept, blob_of(spec), 1)
        store.deliveries[0].blob = kept.availability.next_blob + ahead
        yield step(spec.drop_what_is_over, store, kept)


@case("availability", "node_deletes")
def the_rows_of_a_blob_whose_record_is_overwritten(spec: ModuleType) -> Steps:
    """In its place stands another, which is kept."""
    kept = certified(spec, blob_of(spec))
    store = filled(spec, kept, blob_of(spec), 1)
    state = renumbered(spec, kept)
    store.deliveries[0].blob = state.availability.first_kept - spec.MAX_RECORDS
    yield step(spec.drop_what_is_over, store, state)
