"""States in which blobs are submitted, assigned, certified and challenged, and what is said of them. No cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from types import ModuleType
from typing import Any

from axivon_spec.runtime import bls
from generators.blobs import data_of, encode, proven
from generators.scene import ALICE, STAKES, at_height, bls_secret, genesis
from generators.states import quiet

PRICE = 12_345  # 10^-6 nAXN: above the floor, and no fee is a whole number of nAXN
PLACE_PRICE = 98_765_432_109  # 10^-6 nAXN: the same
POOL = 10**12 + 7  # of nodes
SIZE = 200  # bytes: four data rows of two chunks
LAYER_HEIGHT = 44  # in the middle of an epoch
FIRST = 3  # the number of the first blob of a case; those before it are void, and forgotten
EPOCH = 2  # of consensus, in which the quorums of a case are drawn

_built: dict[Any, Any] = {}


def layer(spec: ModuleType) -> Any:
    """A chain on which no blob is kept. Governance has put other parameters into force, and the price has risen; the
    last validator has come after genesis."""
    if spec.Genesis not in _built:
        state = at_height(spec, genesis(spec), EPOCH * int(spec.HEIGHTS_PER_EPOCH) + 3)
        state.staking.validators[len(STAKES) - 1].active_from = 1
        state.availability.layer_height = LAYER_HEIGHT
        draw_fitting_quorums(spec, state)
        add_void_blobs(spec, state)
        state.availability.parameters = spec.AvailabilityParameters(
            fee_burn_share=3_331,
            price_floor=1_117,
            place_floor=2_000_000_017,
            miss_factor=7,
            miss_floor=12_345_678_901,
        )
        state.availability.price = PRICE
        state.availability.place_price = PLACE_PRICE
        state.availability.challenge_pay = 1_234_567_891
        state.token.pools.availability = POOL
        state.token.reserve -= POOL
        _built[spec.Genesis] = state
    return _built[spec.Genesis].copy()


def draw_fitting_quorums(spec: ModuleType, state: Any) -> None:
    """Quorums in which every validator has a seat, and some have just as many together as a certificate takes."""
    for number in range(100):
        drawn = state.copy()
        drawn.consensus.mix = spec.sha256(bytes([number]))
        spec.process_quorums(drawn)
        quorums = list(drawn.availability.quorums)[int(spec.QUORUMS_PER_EPOCH) :]
        if spec.SEATS > 16 or all(len(q.nodes) == len(STAKES) and fits(spec, q) for q in quorums):
            state.availability = drawn.availability
            for old in range(int(spec.QUORUMS_PER_EPOCH)):  # another set has had these
                state.availability.quorums[old].nodes = [1, 2]
                state.availability.quorums[old].seats = [int(spec.SEATS) - 3, 3]
            return
    raise ValueError("no quorums fit")


def fits(spec: ModuleType, quorum: Any) -> bool:
    """Whether some nodes have the fewest seats that are enough, and some the most that are not."""
    least = int(spec.CERTIFICATE_SEATS)
    try:
        return bool(members_with(quorum, least) and members_with(quorum, least - 1))
    except ValueError:
        return False


def add_void_blobs(spec: ModuleType, state: Any) -> None:
    """Blobs that nobody has confirmed, long ago."""
    for number in range(FIRST):
        shape = spec.BlobShape(rows=spec.MAX_ROWS, row_chunks=1 + number)
        state.availability.records.append(
            spec.BlobRecord(
                commitment=spec.sha256(bytes([number])),
                shape=shape,
                stored_before=state.availability.stored,
                status=spec.BlobStatus.VOID,
                quorum=1,
            )
        )
        state.availability.stored += spec.compute_stored(shape)
    for name in ("next_blob", "first_unassigned", "first_unretried", "first_unsettled", "first_kept"):
        setattr(state.availability, name, FIRST)


def blob_of(spec: ModuleType, size: int = SIZE, seed: int = 0) -> Any:
    """A blob as `encode_blob` makes it."""
    return encode(spec, data_of(size, seed))


def request(spec: ModuleType, blob: Any, **changes: Any) -> Any:
    return spec.SubmitBlob(**{"header": blob.header, "max_fee": 10**12, **changes})


def submitted(spec: ModuleType, *blobs: Any, state: Any = None) -> Any:
    """Alice has submitted blobs in this block."""
    state = layer(spec) if state is None else state
    for blob in blobs:
        spec.process_submit_blob(state, ALICE.address, request(spec, blob))
    return quiet(state)


def later(spec: ModuleType, state: Any, heights: int = 1) -> Any:
    """The state after so many blocks, as far as blobs are concerned."""
    for _ in range(heights):
        state.availability.layer_height += 1
        state.consensus.mix = spec.sha256(state.consensus.mix)
        spec.process_deadlines(state)
    state.availability.dispersed = 0
    return quiet(state)


def assigned(spec: ModuleType, *blobs: Any, state: Any = None) -> Any:
    """Blobs that were submitted one block ago."""
    return later(spec, submitted(spec, *blobs, state=state))


def quorum_of(spec: ModuleType, state: Any, blob: int = FIRST) -> Any:
    return spec.get_quorum(state, spec.get_record(state, spec.uint64(blob)).quorum)


def members_with(quorum: Any, seats: int) -> list[int]:
    """Positions of nodes of a quorum that have so many seats together."""
    counts = [int(count) for count in quorum.seats]
    for size in range(len(counts) + 1):
        for chosen in combinations(range(len(counts)), size):
            if sum(counts[i] for i in chosen) == seats:
                return list(chosen)
    raise ValueError(f"no nodes have {seats} of the seats {counts}")


def certificate(spec: ModuleType, state: Any, signed: Mapping[int, Iterable[int]], quorum: int | None = None) -> Any:
    """The certificate of blobs by the nodes at these positions of their quorum."""
    number = spec.get_record(state, spec.uint64(min(signed))).quorum if quorum is None else spec.uint64(quorum)
    nodes = [int(node) for node in spec.get_quorum(state, number).nodes]
    blobs, signatures = [], []
    for blob, chosen in sorted(signed.items()):
        members = sorted(chosen)
        blobs.append(
            spec.CertifiedBlob(
                blob=blob, signers=spec.Bitlist[spec.SEATS](*(place in members for place in range(len(nodes))))
            )
        )
        if members:
            signatures.append(attest(spec, state, blob, [nodes[place] for place in members]))
    return spec.CertifyBlobs(quorum=number, blobs=blobs, signature=spec.bls_aggregate(signatures))


def attest(spec: ModuleType, state: Any, blob: int, nodes: Iterable[int]) -> Any:
    """The signatures of nodes for a blob, as one: that of the sum of their secrets."""
    root = spec.compute_attestation_root(state, spec.uint64(blob))
    return spec.bls_sign(sum(bls_secret(node) for node in nodes) % bls.ORDER, root)


def certified(spec: ModuleType, *blobs: Any, absent: Iterable[int] = (), state: Any = None) -> Any:
    """Blobs that their quorums have confirmed one block after they were assigned, but for the nodes at some positions;
    the time of their quorums is over."""
    state = later(spec, assigned(spec, *blobs, state=state))
    last = int(state.availability.next_blob)
    for blob in range(last - len(blobs), last):
        present = set(range(len(quorum_of(spec, state, blob).nodes))) - set(absent)
        spec.process_certify_blobs(state, ALICE.address, certificate(spec, state, {blob: present}))
    return later(spec, state, 2 * int(spec.CONFIRM_HEIGHTS))


def dealt_slots(spec: ModuleType, state: Any, blob: int, member: int) -> list[tuple[int, int]]:
    """Seat and row of each slot of the node at a position."""
    each = int(spec.get_rows_per_seat(spec.get_record(state, spec.uint64(blob)).shape))
    return [(slot // each, row) for slot, row in numbered_slots(spec, state, blob, member)]


def numbered_slots(spec: ModuleType, state: Any, blob: int, member: int) -> list[tuple[int, int]]:
    """Number and row of each slot of the node at a position."""
    record, quorum = spec.get_record(state, spec.uint64(blob)), quorum_of(spec, state, blob)
    each = int(spec.get_rows_per_seat(record.shape))
    first = sum(int(count) for count in quorum.seats[:member])
    slots = range(first * each, (first + int(quorum.seats[member])) * each)
    return [(slot, int(spec.get_dealt_row(record, spec.uint64(slot)))) for slot in slots]


def challenged(spec: ModuleType, state: Any, *rows: int, blob: int = FIRST) -> Any:
    """The last nodes to which rows of a certified blob were dealt must show them."""
    for row in rows:
        for member, node in enumerate(quorum_of(spec, state, blob).nodes):
            for slot, dealt in numbered_slots(spec, state, blob, member):
                if dealt == row:
                    asked = spec.Challenge(blob=blob, slot=slot, node=node, row=row)
        state.availability.challenges.append(asked)
    return state


def answer(spec: ModuleType, blob: Any, row: int, challenge: int = 0, **changes: Any) -> Any:
    fields: dict[str, Any] = {"challenge": challenge, "header": blob.header, "proof": proven(spec, blob, row)}
    return spec.AnswerChallenge(**{**fields, **changes})
