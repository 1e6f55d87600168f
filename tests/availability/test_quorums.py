"""Seats are drawn one by one, rows dealt equally often, and any quarter of the seats holds a quarter of the rows."""

from __future__ import annotations

from collections import Counter
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec
from generators.blobs import opened
from generators.kept_blobs import FIRST, assigned, blob_of, dealt_slots, quorum_of

MINIMAL = axivon_spec.load("minimal")
MAINNET = axivon_spec.load("mainnet")
SEED = bytes(range(32))


def stakes_of(spec: Any, values: list[int]) -> Any:
    return spec.List[spec.uint64, spec.MAX_WEIGHTS](values)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.integers(0, 5), st.integers(0, 2**58)), min_size=1, max_size=20).filter(sum),
    st.binary(min_size=32, max_size=32),
)
def test_seats_go_to_whom_single_draws_choose(values: list[int], seed: bytes) -> None:
    stakes, drawn = stakes_of(MINIMAL, values), Counter[int]()
    for seat in range(int(MINIMAL.SEATS)):
        drawn[int(MINIMAL.draw_weighted(stakes, MINIMAL.Bytes32(seed), MINIMAL.uint64(seat)))] += 1
    counts = [int(count) for count in MINIMAL.draw_seats(stakes, MINIMAL.Bytes32(seed))]
    assert counts == [drawn[place] for place in range(len(values))]


def test_seats_of_many_quorums_follow_the_stake() -> None:
    """Within five standard deviations of the binomial distribution, over 200 quorums of `mainnet`."""
    values = [1, 10, 100, 389, 500]
    stakes, found, quorums = stakes_of(MAINNET, values), Counter[int](), 200
    for number in range(quorums):
        for place, count in enumerate(MAINNET.draw_seats(stakes, MAINNET.sha256(number.to_bytes(8, "little")))):
            found[place] += int(count)
    seats = quorums * int(MAINNET.SEATS)
    assert sum(found.values()) == seats
    for place, value in enumerate(values):
        share = value / sum(values)
        assert abs(found[place] - seats * share) < 5 * (seats * share * (1 - share)) ** 0.5


def record(spec: Any, rows: int, seed: bytes = SEED) -> Any:
    return spec.BlobRecord(shape=spec.BlobShape(rows=rows, row_chunks=1), seed=seed)


def dealing(spec: Any, rows: int, seed: bytes = SEED) -> list[set[int]]:
    """The rows of each seat."""
    made = record(spec, rows, seed)
    each = int(spec.get_rows_per_seat(made.shape))
    dealt = [int(spec.get_dealt_row(made, spec.uint64(slot))) for slot in range(int(spec.SEATS) * each)]
    return [set(dealt[seat * each : (seat + 1) * each]) for seat in range(int(spec.SEATS))]


@pytest.mark.parametrize(("preset", "rows"), [("minimal", 4), ("minimal", 16), ("mainnet", 16), ("mainnet", 2048)])
def test_every_row_is_dealt_equally_often(preset: str, rows: int) -> None:
    spec = MINIMAL if preset == "minimal" else MAINNET
    made = record(spec, rows)
    slots = int(spec.SEATS) * int(spec.get_rows_per_seat(made.shape))
    found = Counter(int(spec.get_dealt_row(made, spec.uint64(slot))) for slot in range(slots))
    assert set(found) == set(range(4 * rows))
    assert set(found.values()) == {slots // (4 * rows)}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from((4, 8, 16)), st.binary(min_size=32, max_size=32), st.integers(0, 2**32))
def test_any_quarter_of_the_seats_holds_a_quarter_of_the_rows(rows: int, seed: bytes, chosen: int) -> None:
    seats = dealing(MINIMAL, rows, seed)
    some = Random(chosen).sample(seats, len(seats) // 4)
    assert len(set().union(*some)) >= rows


def worst(seats: list[set[int]], count: int) -> set[int]:
    """Rows of so many seats, chosen greedily so that they are few."""
    held: set[int] = set()
    left = list(seats)
    for _ in range(count):
        least = min(left, key=lambda rows: len(held | rows))
        left.remove(least)
        held |= least
    return held


def signers(spec: Any, seats: list[set[int]], honest: int) -> list[set[int]]:
    """The rows of the honest seats of a certificate with the fewest seats, where all others of it are dishonest."""
    return seats[int(spec.CERTIFICATE_SEATS) - honest : int(spec.CERTIFICATE_SEATS)]


def in_order(spec: Any, rows: int) -> list[set[int]]:
    """The dealing that is worst for those who stand together: each row in slots one behind the other."""
    each = int(spec.get_rows_per_seat(spec.BlobShape(rows=rows, row_chunks=1)))
    times = int(spec.SEATS) * each // (4 * rows)
    return [{slot // times for slot in range(seat * each, (seat + 1) * each)} for seat in range(int(spec.SEATS))]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from((4, 8, 16)), st.binary(min_size=32, max_size=32), st.integers(0, 2**32))
def test_the_honest_signers_restore_what_the_largest_tolerated_set_withholds(
    rows: int, seed: bytes, chosen: int
) -> None:
    """Whatever the dealing, whichever of the seats are honest, and whoever of them is asked for as little as can be."""
    seats = dealing(MINIMAL, rows, seed)
    Random(chosen).shuffle(seats)
    quarter = int(MINIMAL.SEATS) // 4
    assert restored(of_height(MINIMAL, rows), set().union(*signers(MINIMAL, seats, quarter)))
    assert restored(of_height(MINIMAL, rows), worst(seats[: int(MINIMAL.CERTIFICATE_SEATS)], quarter))


@pytest.mark.parametrize(("preset", "rows"), [("minimal", 4), ("minimal", 8), ("minimal", 16), ("mainnet", 256)])
def test_one_dishonest_signer_more_can_lose_the_blob(preset: str, rows: int) -> None:
    """427 of 683 signers of `mainnet`, and 428; 7 of 11 of `minimal`, and 8: where rows are dealt in order."""
    spec = MINIMAL if preset == "minimal" else MAINNET
    quarter = int(spec.SEATS) // 4
    tolerated = int(spec.CERTIFICATE_SEATS) - quarter
    assert tolerated == {"minimal": 7, "mainnet": 427}[preset]
    seats = in_order(spec, rows)
    assert set(Counter(row for held in seats for row in held)) == set(range(4 * rows))
    blob = of_height(spec, rows)
    assert restored(blob, set().union(*signers(spec, seats, quarter)), spec)
    assert not restored(blob, set().union(*seats[: quarter - 1]), spec)


@cache
def of_height(spec: Any, rows: int) -> Any:
    return blob_of(spec, rows * int(spec.DATA_CHUNK_BYTES * spec.MAX_ROW_CHUNKS))


def restored(blob: Any, indices: set[int], spec: Any = MINIMAL) -> bool:
    rows = opened(spec, blob, sorted(indices))
    if len(rows) < len(blob.rows) // 4:
        return False
    decoded = spec.decode_blob(blob.header, blob.checksum, rows)
    return bool(decoded.code == spec.BlobCode.OK)


def test_slots_of_all_nodes_are_all_slots() -> None:
    state = assigned(MINIMAL, blob_of(MINIMAL, 500))
    quorum = quorum_of(MINIMAL, state)
    slots = [slot for member in range(len(quorum.nodes)) for slot in dealt_slots(MINIMAL, state, FIRST, member)]
    assert [seat for seat, _ in slots] == [seat for seat in range(int(MINIMAL.SEATS)) for _ in range(4)]
    for member, node in enumerate(quorum.nodes):
        rows = {row for _, row in dealt_slots(MINIMAL, state, FIRST, member)}
        assert [int(row) for row in MINIMAL.get_dealt_rows(state, MINIMAL.uint64(FIRST), node)] == sorted(rows)


@pytest.mark.parametrize("preset", ["minimal", "mainnet"])
def test_the_second_quorum_is_another_one(preset: str) -> None:
    spec = MINIMAL if preset == "minimal" else MAINNET
    places = set()
    for seed in range(24):
        state = assigned(spec, blob_of(spec, 1, seed=seed))
        first = int(spec.get_record(state, spec.uint64(FIRST)).quorum)
        state.consensus.mix = spec.sha256(bytes([seed]))
        spec.assign(state, spec.uint64(FIRST), spec.uint8(spec.BlobStatus.REASSIGNED))
        second = int(spec.get_record(state, spec.uint64(FIRST)).quorum)
        assert first != second
        places.add((second - first) % int(spec.QUORUMS_PER_EPOCH))
    assert places == set(range(1, int(spec.QUORUMS_PER_EPOCH)))
