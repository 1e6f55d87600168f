"""What `da.md` says of chances, and the theorem over a field so small that nothing is left to chance."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from math import log2
from random import Random

import pytest

import axivon_spec
from tests.da.odds import most_fooled, most_valid_rows, samples
from tests.prose import prose, rows

MAINNET = axivon_spec.load("mainnet", kernels=())
P = int(MAINNET.FIELD_MODULUS)
LARGEST = int(MAINNET.MAX_EXTENDED_ROWS)
SAMPLES = rows("da.md", "data rows | below 2^-20")
FOOLED = rows("da.md", "data rows | 1,000 clients")


# Numbers in the prose


def test_the_chance_of_the_theorem() -> None:
    bits = -log2(2 * LARGEST / P**2)
    assert round(bits) == 112
    text = prose("da.md")
    assert "For the largest blob the chance is 2^-112." in text
    assert "who tries 2^64 is left with 48 of the 112 bits" in text


def test_the_draw_of_an_element_is_nearly_uniform() -> None:
    """An element has at most ceil(2^128 / p) of the 2^128 numbers; a matrix has so many elements."""
    factor = (-(-(2**128) // P) * P - 2**128) / 2**128  # what the most likely element has more than its share
    assert int(MAINNET.MAX_MATRIX_ELEMENTS) * factor < 2**-53
    assert "by a factor of 1 + 2^-53" in prose("da.md")
    fewest = 2**128 // P  # of the numbers, for an element
    assert 2**-65 < 1 / fewest < 2**-64
    assert "as likely as any other but for 2^-64 of its chance" in prose("da.md")


def test_the_most_valid_rows_of_a_wrong_encoding() -> None:
    smallest = 4 * int(MAINNET.MIN_ROWS)
    small, large = most_valid_rows(smallest), most_valid_rows(LARGEST)
    assert f"At most 5N/8 - 1: {small} of {smallest}, or {large:,} of {LARGEST:,}." in prose("da.md")


def test_small_blobs_fool_nobody() -> None:
    for data_rows in (16, 32):
        assert data_rows - 1 < samples(4 * data_rows, 40)
        assert most_fooled(4 * data_rows, samples(4 * data_rows, 40), 10**6, 40) == 0


@pytest.mark.parametrize("row", SAMPLES[1:], ids=lambda row: row[0])
def test_the_table_of_samples(row: tuple[str, ...]) -> None:
    data_rows = int(row[0].replace(",", ""))
    all_rows = 4 * data_rows
    counts = [samples(all_rows, bits) for bits in (20, 30, 40)]
    depth = all_rows.bit_length() - 1
    size = counts[-1] * (int(MAINNET.MAX_ROW_BYTES) + 32 * depth) + 16 * data_rows
    assert list(row[1:]) == [*map(str, counts), f"{size:,}"]
    full = data_rows * int(MAINNET.MAX_ROW_CHUNKS) * int(MAINNET.DATA_CHUNK_BYTES)
    assert MAINNET.get_sample_count(MAINNET.BlobKind.PACKED, MAINNET.uint64(full)) == counts[-1]


def test_the_table_has_every_height() -> None:
    heights = [int(row[0].replace(",", "")) for row in SAMPLES[1:]]
    assert heights == [int(MAINNET.MIN_ROWS) << i for i in range(len(heights))]
    assert heights[-1] == MAINNET.MAX_ROWS


@pytest.mark.parametrize("row", FOOLED[1:], ids=lambda row: row[0])
def test_the_table_of_clients_that_are_fooled(row: tuple[str, ...]) -> None:
    all_rows = 4 * int(row[0].replace(",", ""))
    clients = [int(cell.removesuffix(" clients").replace(",", "")) for cell in FOOLED[0][1:]]
    assert list(row[1:]) == [str(most_fooled(all_rows, samples(all_rows, 40), count, 40)) for count in clients]


# The theorem over 97 elements: 16 points, columns of 4 data rows


Q, POINTS, DEGREE = 97, 16, 4
NEAR = 5 * POINTS // 8  # the fewest places in which a word agrees with one that it is near to
DOMAIN = [pow(5, (Q - 1) // POINTS * i, Q) for i in range(POINTS)]


def lagrange(places: tuple[int, ...], at: int) -> list[int]:
    weights = []
    for i in places:
        top = bottom = 1
        for j in places:
            if i != j:
                top, bottom = top * (DOMAIN[at] - DOMAIN[j]) % Q, bottom * (DOMAIN[i] - DOMAIN[j]) % Q
        weights.append(top * pow(bottom, -1, Q) % Q)
    return weights


# Every codeword that agrees with a word somewhere is decided by four of the places: all fours are tried.
FOURS = {
    places: [(at, lagrange(places, at)) for at in range(POINTS) if at not in places]
    for places in combinations(range(POINTS), DEGREE)
}


def near_combinations(first: list[int], second: list[int]) -> tuple[bool, set[int]]:
    """Whether both words agree with codewords in one set of places that is large enough; and each z with which
    first + z · second agrees with one so often."""
    both, near = False, set()
    for places, weights in FOURS.items():
        shared, single = DEGREE, Counter()
        for at, weight in weights:
            a = (first[at] - sum(w * first[i] for w, i in zip(weight, places, strict=True))) % Q
            b = (second[at] - sum(w * second[i] for w, i in zip(weight, places, strict=True))) % Q
            if b:
                single[-a * pow(b, -1, Q) % Q] += 1
            elif not a:
                shared += 1
        both |= shared >= NEAR
        near |= (
            {z for z in range(Q) if shared + single[z] >= NEAR}
            if shared + max(single.values(), default=0) >= NEAR
            else set()
        )
    return both, near


def word(random: Random) -> list[int]:
    coefficients = [random.randrange(Q) for _ in range(DEGREE)]
    return [sum(c * pow(x, power, Q) for power, c in enumerate(coefficients)) % Q for x in DOMAIN]


def spoilt(random: Random, code: list[int], places: list[int]) -> list[int]:
    return [(value + random.randrange(1, Q)) % Q if i in places else value for i, value in enumerate(code)]


@pytest.mark.parametrize("seed", range(12))
def test_words_that_are_far_have_few_combinations_that_are_near(seed: int) -> None:
    """At most as many of the 97 as there are points; the most come where one place is missing."""
    random = Random(seed)
    apart = random.sample(range(POINTS), POINTS - NEAR + 1 + seed % 3)
    for pair in (
        (spoilt(random, word(random), apart), spoilt(random, word(random), apart)),
        (spoilt(random, word(random), apart), word(random)),
        ([random.randrange(Q) for _ in DOMAIN], [random.randrange(Q) for _ in DOMAIN]),
    ):
        both, near = near_combinations(*pair)
        assert not both
        assert len(near) <= POINTS


def test_the_bound_is_not_idle() -> None:
    """Zero but for seven places, in each of which another combination vanishes: seven of them are near."""
    first = [0] * (NEAR - 1) + [(-z) % Q for z in range(1, POINTS - NEAR + 2)]
    second = [0] * (NEAR - 1) + [1] * (POINTS - NEAR + 1)
    both, near = near_combinations(first, second)
    assert (both, near) == (False, set(range(1, POINTS - NEAR + 2)))


def test_words_that_are_near_together_are_near_in_every_combination() -> None:
    random = Random(7)
    apart = random.sample(range(POINTS), POINTS - NEAR)
    both, near = near_combinations(spoilt(random, word(random), apart), spoilt(random, word(random), apart))
    assert both
    assert near == set(range(Q))


def test_a_wrong_row_is_valid_for_one_in_p_of_the_columns_of_a_matrix() -> None:
    """Over 97 elements, all columns of three: any difference but zero vanishes for 97^2 of the 97^3."""
    random = Random(8)
    for _ in range(20):
        difference = [random.randrange(Q) for _ in range(2)] + [random.randrange(1, Q)]
        partial = Counter((difference[0] * a + difference[1] * b) % Q for a in range(Q) for b in range(Q))
        assert sum(partial[-difference[2] * c % Q] for c in range(Q)) == Q**2
