"""The numbers of `availability.md`, "Soundness", computed; and the ways of counting, where all cases can be tried."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from itertools import combinations, permutations
from math import ceil

import pytest

import axivon_spec
from tests.availability.odds import (
    EXPANSION,
    FEWEST_ROWS_A_SEAT,
    MAINNET,
    MINIMAL,
    Network,
    all_fooled,
    at_least,
    bits,
    disperse,
    factor,
    most_valid_slots,
    unheld,
    unsafe,
    without_certificate,
    written,
    wrong_encoding_certified,
    wrong_leaves_certified,
)
from tests.prose import prose, rows

FILE = "availability.md"
TEXT = prose(FILE)
UNSAFE = rows(FILE, "dishonest stake | unsafe")
STALLED = rows(FILE, "dishonest stake | none in one quorum")
VOID = rows(FILE, "dishonest stake | no certificate from any pair")
FOOLED = rows(FILE, "rows a seat | a seat is fooled")
LEAVES = rows(FILE, "data rows | rows a seat")
COSTS = rows(FILE, "data | data rows")
ATTACKS = {row[0]: row[1] for row in rows(FILE, "attack | what is left of it")}

QUARTER = Fraction(1, 4)
HOURS_A_YEAR = 8_766
TRIES = 64  # bits: the headers that a publisher is able to try
FEW = 40  # bits: a chance that is as good as none
BARELY_SAFE, A_QUARTER = MAINNET.bearable, MAINNET.seats // 4


def percent(text: str) -> Fraction:
    return Fraction(int(text.split()[0]), 100)


def number(text: str) -> int:
    return int(text.replace(",", ""))


def says(sentence: str) -> bool:
    return f" {sentence} " in f" {TEXT} "


@pytest.mark.parametrize(("preset", "network"), [("mainnet", MAINNET), ("minimal", MINIMAL)])
def test_what_is_counted_has_the_sizes_of_the_preset(preset: str, network: Network) -> None:
    spec = axivon_spec.load(preset, kernels=())
    sizes = spec.SEATS, spec.QUORUMS_PER_EPOCH, spec.MIN_ROWS, spec.MAX_ROWS
    assert sizes == (network.seats, network.quorums, network.fewest_data_rows, network.most_data_rows)
    assert network.signers == spec.CERTIFICATE_SEATS
    assert int(spec.EXPANSION) == EXPANSION
    assert spec.MIN_ROWS_PER_SEAT == FEWEST_ROWS_A_SEAT
    for data_rows in network.heights:
        assert spec.get_rows_per_seat(spec.BlobShape(rows=data_rows)) == network.rows_a_seat(data_rows)


# Any quarter of the seats


def test_the_dishonest_signers_that_are_borne() -> None:
    assert (MAINNET.signers, MINIMAL.signers) == (683, 11)
    assert all(3 * net.signers > 2 * net.seats >= 3 * (net.signers - 1) for net in (MAINNET, MINIMAL))
    honest, few_honest = MAINNET.signers - MAINNET.bearable, MINIMAL.signers - MINIMAL.bearable
    assert says(
        f"A certificate has at least {MAINNET.signers} of {MAINNET.seats:,} seats (`minimal`: {MINIMAL.signers} of "
        f"{MINIMAL.seats}). If at most {MAINNET.bearable} of its signers are dishonest "
        f"(`minimal`: {MINIMAL.bearable}), at least {honest} ({few_honest}) are honest: a quarter."
    )


@pytest.mark.parametrize("network", [MAINNET, MINIMAL], ids=["mainnet", "minimal"])
def test_any_seats_hold_their_share_of_the_rows(network: Network) -> None:
    for data_rows in network.heights:
        for seats in range(network.seats + 1):
            assert network.seats * network.fewest_rows_held(data_rows, seats) >= EXPANSION * data_rows * seats


def test_one_more_is_too_many_for_large_blobs() -> None:
    more = [MAINNET.bearable_by_count(data_rows) - MAINNET.bearable for data_rows in MAINNET.heights]
    first = MAINNET.heights[more.index(0)]
    assert (
        set(more[more.index(0) :]) == {0} == {MINIMAL.bearable_by_count(n) - MINIMAL.bearable for n in MINIMAL.heights}
    )
    assert says(
        f"This is so from {first} data rows on, and for every blob of `minimal`; a blob of {MAINNET.heights[0]} data "
        f"rows bears up to {more[0]} more."
    )


def test_the_fewest_rows_are_found_by_trying_all_dealings() -> None:
    """Four seats with two slots each, and four rows, each dealt twice; one data row."""
    small = Network(seats=4, quorums=1, fewest_data_rows=1, most_data_rows=1)
    dealings = set(permutations([0, 0, 1, 1, 2, 2, 3, 3]))
    for seats in range(5):
        fewest = min(len(set(dealing[: 2 * seats])) for dealing in dealings)
        assert fewest == ceil(2 * seats / 2) == small.fewest_rows_held(1, seats)


# Quorums


def steering(share: str) -> Fraction:
    """How much more likely a rare event becomes, as `consensus.md` has it; of the next larger share of its table."""
    table = {percent(row[0]): Fraction(row[-1]) for row in rows("consensus.md", "share of the stake | 1 block")[1:]}
    return table[min(known for known in table if known >= percent(share))]


def test_the_quorums_of_ten_years() -> None:
    epoch = int(axivon_spec.load("mainnet", kernels=()).HEIGHTS_PER_EPOCH)
    assert epoch * 2 == 3600  # seconds
    count = MAINNET.quorums * HOURS_A_YEAR * 10
    assert says(f"An epoch is an hour and has {MAINNET.quorums} quorums; ten years have {count:,}.")
    assert says(f"A quorum is **unsafe** if more than {BARELY_SAFE} of its seats are dishonest.")
    shares = ["20 %", "25 %", "33 %"]
    factors = [f"{float(steering(share)):g}" for share in shares]
    assert says(
        f"by at most {factors[0]}, {factors[1]} and {factors[2]} times at {shares[0]}, {shares[1]} and {shares[2]} of "
        "the stake. At 30 % the factor is that of 33 %."
    )
    assert steering("30 %") == steering("33 %")


def test_the_tables_have_all_shares() -> None:
    assert [row[0] for row in UNSAFE[1:]] == [row[0] for row in STALLED[1:]] == ["20 %", "25 %", "30 %", "33 %"]


@pytest.mark.parametrize("row", UNSAFE[1:], ids=lambda row: row[0])
def test_the_table_of_unsafe_quorums(row: tuple[str, ...]) -> None:
    """Of many quorums at most the sum of their chances."""
    one = unsafe(MAINNET, percent(row[0]))
    epoch = MAINNET.quorums * one
    decade = 10 * HOURS_A_YEAR * epoch
    chances = [one, epoch, HOURS_A_YEAR * epoch, decade, steering(row[0]) * decade]
    assert list(row[1:]) == [written(chance) for chance in chances]


@pytest.mark.parametrize("row", STALLED[1:], ids=lambda row: row[0])
def test_the_table_of_quorums_without_certificate(row: tuple[str, ...]) -> None:
    offline = [percent(cell) if cell.endswith("offline") else Fraction(0) for cell in STALLED[0][1:]]
    assert offline == [Fraction(share, 100) for share in (0, 5, 10)] * 2
    one = [without_certificate(MAINNET, percent(row[0]) + share) for share in offline[:3]]
    assert list(row[1:]) == [written(chance) for chance in one + [chance**2 for chance in one]]


@pytest.mark.parametrize("row", VOID[1:], ids=lambda row: row[0])
def test_the_table_of_a_year_of_blobs(row: tuple[str, ...]) -> None:
    """Of many pairs at most the sum of their chances."""
    seconds = MAINNET.quorums - 1 + MAINNET.quorums  # others of the epoch, and all of the next
    assert says(f"at most {HOURS_A_YEAR:,} · {MAINNET.quorums} · {seconds} pairs.")
    pairs = HOURS_A_YEAR * MAINNET.quorums * seconds
    chances = [
        pairs * without_certificate(MAINNET, percent(row[0]) + Fraction(offline, 100)) ** 2 for offline in (0, 5, 10)
    ]
    assert list(row[1:]) == [written(min(chance, Fraction(1))) for chance in chances]


def test_where_liveness_ends() -> None:
    assert says(f"if {MAINNET.signers - 1} seats or fewer are honest and online,")
    stalled = {share: without_certificate(MAINNET, Fraction(share, 100)) for share in (30, 33, 35)}
    assert round(1 / stalled[30]) == 98
    assert (round(10 * stalled[33]), round(10 * stalled[35])) == (4, 9)
    assert stalled[35] < Fraction(9, 10)
    assert says("**At 30 % one quorum in 98 stands still, at 33 % two in five, at 35 % almost nine in ten:")
    assert says("while clearly less than 30 % of the stake is dishonest or offline.")


def test_the_quorums_of_minimal() -> None:
    assert says(
        f"at 25 % a quorum of {MINIMAL.seats} seats is unsafe with {written(unsafe(MINIMAL, QUARTER))}, and has no "
        f"certificate with {written(without_certificate(MINIMAL, QUARTER))}."
    )


def test_the_binomial_tail_is_that_of_every_draw_tried() -> None:
    """Five draws from three, of which one hits."""
    draws = [sum(n // 3**i % 3 == 0 for i in range(5)) for n in range(3**5)]
    for least in range(6):
        assert at_least(5, Fraction(1, 3), least) == Fraction(sum(hits >= least for hits in draws), len(draws))


# The joint check


def drawn(dishonest: int, a_seat: Fraction) -> Fraction:
    return at_least(MAINNET.seats - dishonest, a_seat, MAINNET.signers - dishonest)


def dealt(dishonest: int, a_seat: int) -> Fraction:
    return wrong_encoding_certified(MAINNET, a_seat, dishonest, most_valid_slots(MAINNET.seats * a_seat))


@pytest.mark.parametrize("row", FOOLED[1:], ids=lambda row: row[0])
def test_the_table_of_the_joint_check(row: tuple[str, ...]) -> None:
    a_seat = int(row[0])
    alone = Fraction(5, 8) ** a_seat
    chances = [alone, drawn(BARELY_SAFE, alone), dealt(BARELY_SAFE, a_seat), dealt(A_QUARTER, a_seat)]
    assert list(row[1:]) == [written(chance) for chance in chances]
    assert dealt(BARELY_SAFE, a_seat) < drawn(BARELY_SAFE, alone) or a_seat == 1


def test_the_heads_of_the_table_of_the_joint_check() -> None:
    assert [row[0] for row in FOOLED[1:]] == [str(a_seat) for a_seat in range(1, 9)]
    parts = [f"{MAINNET.signers - bad} of {MAINNET.seats - bad}" for bad in (BARELY_SAFE, A_QUARTER)]
    assert FOOLED[0][2:] == (f"{parts[0]}, drawn", f"{parts[0]}, dealt", f"{parts[1]}, dealt")
    (k, h), (other_k, other_h) = (part.split(" of ") for part in parts)
    assert says(f"h = {h} and k = {k} in a quorum that is barely safe, h = {other_h} and k = {other_k} where a quarter")
    assert says(f"But the {BARELY_SAFE} dishonest seats need {k} of the {h} honest ones.")
    assert says(f"with 4 rows it is fooled with {written(Fraction(5, 8) ** 4)}.")


def test_the_most_valid_slots() -> None:
    """However many rows a blob has and however often each is dealt."""
    assert set(re.findall(r"\b\d+/\d+", TEXT)) == {"5/8"}
    share = 5 * MAINNET.seats // 8
    for a_seat in range(1, 9):
        assert most_valid_slots(MAINNET.seats * a_seat) == share * a_seat - 1
    for data_rows in MAINNET.heights:
        valid = (5 * EXPANSION * data_rows // 8 - 1) * MAINNET.times_dealt(data_rows)
        assert valid <= most_valid_slots(MAINNET.seats * MAINNET.rows_a_seat(data_rows))
    assert says(f"at most v = {share}·r - 1 of {MAINNET.seats:,}·r, and the dealing")
    assert says("(-1)^(j - k) · C(j - 1, k - 1) · C(h, j) · C(v, j·r) / C(1,024·r, j·r).")


@pytest.mark.parametrize(("seats", "a_seat", "valid"), [(4, 2, 5), (5, 2, 6), (3, 3, 7), (6, 1, 4)])
def test_fooled_seats_are_counted_in_every_dealing(seats: int, a_seat: int, valid: int) -> None:
    slots = range(seats * a_seat)
    for honest in range(1, seats + 1):
        found: Counter[int] = Counter()
        for places in combinations(slots, valid):
            filled = Counter(place // a_seat for place in places)
            found[sum(filled[seat] == a_seat for seat in range(honest))] += 1
        for least in range(1, honest + 1):
            expected = sum(ways for fooled, ways in found.items() if fooled >= least)
            assert all_fooled(honest, least, a_seat, seats, valid) == Fraction(expected, found.total())


def test_what_is_left_to_who_tries_headers() -> None:
    assert f"It can try 2^{TRIES} headers, and keep the one with the best dealing." in TEXT
    left = {
        r: (bits(dealt(BARELY_SAFE, r)) - TRIES, bits(drawn(BARELY_SAFE, Fraction(5, 8) ** r)) - TRIES) for r in (3, 4)
    }
    assert all(bits(dealt(BARELY_SAFE, few)) < TRIES for few in (1, 2))
    assert says(f"**Why at least {FEWEST_ROWS_A_SEAT} rows a seat.**")
    assert says(f"With {BARELY_SAFE} dishonest seats, 1 or 2 rows are then too few:")
    assert says(
        f"With 3 rows it is left with {left[3][0]} bits if rows are dealt, but with {left[3][1]} if only the first"
    )
    assert says(f"With 4 rows {left[4][0]} bits are left, and {left[4][1]} by the first argument.")
    of_the_theorem = 112 - TRIES
    assert f"who tries 2^{TRIES} is left with {of_the_theorem} of the 112 bits" in prose("da.md")
    assert says(f"the theorem of `da.md` leaves {of_the_theorem} bits to 2^{TRIES} tries.")
    assert ATTACKS[f"a wrong encoding, best of 2^{TRIES} headers"] == (
        f"2^-{left[4][0]} for the dealing, 2^-{of_the_theorem} for the theorem of `da.md`"
    )


def test_three_rows_a_seat_deal_each_row_equally_often_only_to_so_many() -> None:
    equally = [EXPANSION * n for n in MAINNET.heights if MAINNET.seats * 3 % (EXPANSION * n) == 0]
    assert says(f"and 3 rows a seat do not deal each row equally often once N is above {max(equally):,}.")


def test_the_joint_check_of_minimal() -> None:
    chances = []
    for data_rows in MINIMAL.heights:
        valid = (5 * EXPANSION * data_rows // 8 - 1) * MINIMAL.times_dealt(data_rows)
        chances.append(wrong_encoding_certified(MINIMAL, MINIMAL.rows_a_seat(data_rows), MINIMAL.bearable, valid))
    one, two, three = map(written_bits, chances)
    assert MINIMAL.heights == [4, 8, 16]
    assert says(
        f"On `minimal` {MINIMAL.signers - MINIMAL.bearable} of {MINIMAL.seats - MINIMAL.bearable} honest seats are "
        f"enough. The chance is {one}, {two} and {three} for 4, 8 and 16 data rows:"
    )


def written_bits(chance: Fraction) -> str:
    return f"2^-{bits(chance)}"


# Leaves that nobody can open


def test_the_words_about_leaves() -> None:
    assert says(
        f"with {BARELY_SAFE} dishonest seats, more wrong leaves than in the third column have a certificate with less "
        f"than 2^-{TRIES + FEW}, which leaves 2^-{FEW} to 2^{TRIES} tries."
    )
    honest = MAINNET.signers - BARELY_SAFE
    silent = MAINNET.seats - MAINNET.signers
    assert says(
        f"for rows that {honest} honest signers do **not** hold, as {BARELY_SAFE} signers are dishonest and {silent} "
        "seats have not signed:"
    )
    assert [number(row[0]) for row in LEAVES[1:]] == MAINNET.heights


@pytest.mark.parametrize("row", LEAVES[1:], ids=lambda row: row[0])
def test_the_table_of_leaves(row: tuple[str, ...]) -> None:
    data_rows, wrong = number(row[0]), number(row[2])
    limit = Fraction(1, 2 ** (TRIES + FEW))
    assert (
        wrong_leaves_certified(MAINNET, data_rows, wrong)
        >= limit
        > wrong_leaves_certified(MAINNET, data_rows, wrong + 1)
    )
    all_rows = EXPANSION * data_rows
    held = MAINNET.fewest_rows_held(data_rows, MAINNET.signers - BARELY_SAFE)
    assert row == (
        f"{data_rows:,}",
        str(MAINNET.rows_a_seat(data_rows)),
        f"{wrong:,}",
        written(Fraction(wrong, all_rows)),
        str(MAINNET.times_dealt(data_rows)),
        written(unheld(MAINNET, data_rows)),
        written(1 - Fraction(held, all_rows)),
    )


# Bytes


UNITS = {"B": 1, "KiB": 2**10, "MiB": 2**20}


def size_of(text: str) -> int:
    count, unit = text.split()
    size = int(count) * UNITS[unit]
    return min(size, 8192 * 128 * 31)  # 31 MiB are the largest blob


def test_the_words_about_bytes() -> None:
    assert [row[0] for row in COSTS[1:]] == ["1 B", "1 KiB", "128 KiB", "1 MiB", "8 MiB", "31 MiB"]
    one, full = disperse(MAINNET, 1), disperse(MAINNET, size_of("31 MiB"))
    checksum = written(Fraction(16 * full.data_rows, full.seat_bytes))
    assert says(f"One byte costs {one.bytes / 10**6:.1f} MB, so small items are batched.")
    assert says(f"Of a full blob {checksum} of what is dispersed is the checksum, once for each seat;")
    assert says("S · (16·rows + r · (row bytes + 32·log2(N))) bytes in all, where every seat is another node.")


@pytest.mark.parametrize("row", COSTS[1:], ids=lambda row: row[0])
def test_the_table_of_bytes(row: tuple[str, ...]) -> None:
    size = size_of(row[0])
    cost = disperse(MAINNET, size)
    numbers = [cost.data_rows, cost.row_bytes, cost.rows_a_seat, cost.seat_bytes, cost.bytes]
    assert list(row[1:6]) == [f"{value:,}" for value in numbers]
    assert row[6] == factor(Fraction(cost.bytes, size))
    assert row[7:] == (f"{cost.stored:,}", factor(Fraction(cost.stored, size)))


@pytest.mark.parametrize("row", COSTS[1:], ids=lambda row: row[0])
def test_the_shapes_are_those_of_the_spec(row: tuple[str, ...]) -> None:
    spec = axivon_spec.load("mainnet", kernels=())
    cost = disperse(MAINNET, size_of(row[0]))
    shape = spec.compute_shape(spec.BlobKind.PACKED, spec.uint64(size_of(row[0])))
    assert (shape.rows, spec.CHUNK_BYTES * shape.row_chunks) == (cost.data_rows, cost.row_bytes)
    assert size_of("31 MiB") == spec.MAX_BLOB_BYTES
    assert (MAINNET.heights[0], MAINNET.heights[-1]) == (spec.MIN_ROWS, spec.MAX_ROWS)


# Attacks


def test_the_table_of_attacks() -> None:
    silent = MAINNET.seats - MAINNET.signers
    assert ATTACKS["withhold rows from seats of one's choice"].startswith(f"up to {silent} seats without rows,")
    assert ATTACKS["a wrong encoding, dealt as it comes"] == f"{written(dealt(BARELY_SAFE, 4))}, for each header"
    decade = MAINNET.quorums * HOURS_A_YEAR * 10 * unsafe(MAINNET, QUARTER)
    steered = written(steering("25 %") * decade)
    assert (
        ATTACKS["decline blocks for a better quorum"] == f"{steered} in ten years at 25 %, by the factors for the mix"
    )
    assert ATTACKS["take over seats after the draw"].startswith(f"{BARELY_SAFE + 1} seats break a quorum;")
    assert ATTACKS["silence seats after the draw"].startswith(
        f"{silent + 1} seats stop a quorum; where {A_QUARTER} are dishonest already, {silent + 1 - A_QUARTER} more."
    )
