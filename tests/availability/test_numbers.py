"""Numbers in the prose of `availability.md` outside its section on soundness."""

from __future__ import annotations

from math import comb

import axivon_spec
from tests.prose import prose

MAINNET = axivon_spec.load("mainnet", kernels=())
TEXT = prose("availability.md")


def test_data_a_second() -> None:
    a_block = int(MAINNET.MAX_BLOBS_PER_BLOCK) * int(MAINNET.MAX_BLOB_BYTES)
    assert MAINNET.MAX_BLOBS_PER_BLOCK == 8 and "At most eight blobs are submitted in a block" in TEXT
    a_second = a_block // int(MAINNET.MIN_BLOCK_SECONDS)
    assert f"{a_second >> 20} MiB of data a second, and the target is half of it" in TEXT
    largest = MAINNET.compute_shape(MAINNET.BlobKind.PACKED, MAINNET.MAX_BLOB_BYTES)
    assert MAINNET.compute_target_dispersal() * 2 == MAINNET.MAX_BLOBS_PER_BLOCK * MAINNET.compute_dispersal(largest)


def test_what_all_places_of_a_day_would_cost() -> None:
    """By bytes alone; and how fast the price of a place rises instead."""
    places = int(MAINNET.MAX_BLOBS_PER_BLOCK) * 24 * 3600 // int(MAINNET.MIN_BLOCK_SECONDS)
    one, largest = (
        int(MAINNET.compute_dispersal(MAINNET.compute_shape(MAINNET.BlobKind.PACKED, MAINNET.uint64(size))))
        for size in (1, int(MAINNET.MAX_BLOB_BYTES))
    )
    assert f"all {places:,} places of a day would cost what {round(places * one / largest):,} full blobs do" in TEXT
    assert MAINNET.MAX_BLOBS_PER_BLOCK * one < MAINNET.compute_target_dispersal(), "the price falls"

    floor = MAINNET.DEFAULT_AVAILABILITY_PARAMETERS.place_floor
    price, blocks = floor, 0
    while price < 8 * floor:
        price, blocks = MAINNET.compute_next_price(price, 8, 4, floor, MAINNET.MAX_PLACE_PRICE), blocks + 1
    assert f"eightfold in {blocks} blocks" in TEXT


def test_times_and_amounts_beside_the_constants() -> None:
    a_height = int(MAINNET.MIN_BLOCK_SECONDS)
    assert MAINNET.CONFIRM_HEIGHTS * a_height == 3 * 60 and "to confirm a blob: 3 minutes" in TEXT
    assert MAINNET.PAY_EPOCHS * MAINNET.HEIGHTS_PER_EPOCH * a_height == 24 * 3600
    assert "over which the pool is spread that pays for them: a day" in TEXT
    assert MAINNET.DA_RETENTION * a_height == 30 * 24 * 3600 and "after its certificate: 30 days" in TEXT
    assert MAINNET.MAX_PLACE_PRICE == 1000 * 10**9 * 10**6 and "a place above this: 1,000 AXN" in TEXT


def test_rows_that_a_node_is_dealt_several_times() -> None:
    """Of the smallest blob: the rows in so many of its slots, each row in as many slots as any other."""
    seats, of_all = 10, int(MAINNET.SEATS)
    smallest = MAINNET.BlobShape(rows=MAINNET.MIN_ROWS, row_chunks=1)
    each, rows = int(MAINNET.get_rows_per_seat(smallest)), 4 * int(MAINNET.MIN_ROWS)
    slots, held = of_all * each, seats * each
    kept = rows * (1 - comb(slots - slots // rows, held) / comb(slots, held))
    assert (
        f"whose {rows} rows fill {slots:,} slots, a node with {seats} seats of {of_all:,} is paid for {held} slots and "
        f"keeps about {round(kept)} rows."
    ) in TEXT


def test_challenges_an_hour() -> None:
    assert MAINNET.HEIGHTS_PER_EPOCH * MAINNET.MIN_BLOCK_SECONDS == 3600
    assert f"is asked a times {MAINNET.CHALLENGES_PER_EPOCH} times an hour" in TEXT


def test_what_a_node_that_keeps_nothing_loses() -> None:
    assert MAINNET.DEFAULT_AVAILABILITY_PARAMETERS.miss_factor == 20
    assert "what its answers would pay, and twenty times that" in TEXT


def test_the_largest_answer_fits() -> None:
    """A row of parity of the largest blob brings the whole checksum; before, 2^17 bytes had to do."""
    depth = (int(MAINNET.MAX_EXTENDED_ROWS) - 1).bit_length()
    row = MAINNET.OpenedRow(row=bytes(int(MAINNET.MAX_ROW_BYTES)), branch=[bytes(32)] * depth)
    proof = MAINNET.RowProof(opened=row, checksum=bytes(int(MAINNET.MAX_CHECKSUM_BYTES)))
    for payload in (MAINNET.AnswerChallenge(proof=proof), MAINNET.ReportOpening(proof=proof)):
        size = len(MAINNET.serialize(payload))
        assert 2**17 < size < int(MAINNET.MAX_PAYLOAD_BYTES) == 2**18
    assert f"brings up to {int(MAINNET.MAX_CHECKSUM_BYTES) >> 10} KiB of checksum" in TEXT


def test_operations_of_this_layer_fit_a_block() -> None:
    for spec in (MAINNET, axivon_spec.load("minimal", kernels=())):
        depth = (int(spec.MAX_EXTENDED_ROWS) - 1).bit_length()
        row = spec.OpenedRow(row=bytes(int(spec.MAX_ROW_BYTES)), branch=[bytes(32)] * depth)
        proof = spec.RowProof(opened=row, checksum=bytes(int(spec.MAX_CHECKSUM_BYTES)))
        payload = spec.serialize(spec.ReportOpening(proof=proof))
        signed = spec.SignedOperation(operation=spec.Operation(payload=spec.ByteList[spec.MAX_PAYLOAD_BYTES](payload)))
        units = spec.UNITS_PER_OPERATION + spec.UNITS_REPORT_OPENING + spec.UNITS_PER_BYTE * len(spec.serialize(signed))
        assert units <= spec.MAX_BLOCK_UNITS


def test_events_of_a_full_block_fit() -> None:
    """The reason why `too-many-events` is unreachable within a block: deadlines come first, operations are bounded by
    their units, and each certificate reports as many blobs as it can."""
    for spec in (MAINNET, axivon_spec.load("minimal", kernels=())):
        of_deadlines = 3 * int(spec.MAX_BLOBS_PER_BLOCK)
        least = int(spec.UNITS_PER_OPERATION) + 1000
        certificates = int(spec.MAX_BLOCK_UNITS) // int(spec.UNITS_PER_OPERATION + spec.UNITS_CERTIFY_BLOBS)
        others = int(spec.MAX_BLOCK_UNITS) // least
        of_operations = (certificates + 1) * int(spec.MAX_CERTIFIED) + others
        assert of_deadlines + of_operations <= spec.MAX_EVENTS
