"""What `da.md` says of chances, and the theorem over a field so small that nothing is left to chance."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product
from math import log2
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

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
STEPS = 250  # of a search
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


def residual(places: tuple[int, ...], at: int) -> list[int]:
    """What a word is multiplied by to see how far it is, at one place, from the codeword that others decide."""
    factors = [int(i == at) for i in range(POINTS)]
    for i, weight in zip(places, lagrange(places, at), strict=True):
        factors[i] -= weight
    return factors


# Every codeword that agrees with a word somewhere is decided by four of the places: all fours are tried.
FOURS = list(combinations(range(POINTS), DEGREE))
RESIDUALS = np.array([residual(places, at) for places in FOURS for at in range(POINTS) if at not in places])
INVERSES = np.array([0, *(pow(i, -1, Q) for i in range(1, Q))])
BINS = np.repeat(np.arange(len(FOURS)), POINTS - DEGREE) * Q


def agreements(first: list[int], second: list[int]) -> tuple[int, NDArray[np.int64]]:
    """In how many places both words agree with codewords; and first + z · second with one, for each z."""
    a, b = RESIDUALS @ np.array(first) % Q, RESIDUALS @ np.array(second) % Q
    shared = DEGREE + ((a == 0) & (b == 0)).reshape(len(FOURS), -1).sum(axis=1)
    single = np.bincount((BINS + -a * INVERSES[b] % Q)[b > 0], minlength=len(FOURS) * Q)
    return int(shared.max()), (shared[:, None] + single.reshape(-1, Q)).max(axis=0)


def near_combinations(first: list[int], second: list[int]) -> tuple[bool, set[int]]:
    """Whether both words agree with codewords in one set of places that is large enough; and each z with which
    first + z · second agrees with one so often."""
    shared, each = agreements(first, second)
    return shared >= NEAR, {z for z in range(Q) if each[z] >= NEAR}


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


def climbed(random: Random, apart: int) -> int:
    """The most near combinations that a search comes to, from words that are zero but in so many places: one of the
    words is changed so that a combination agrees with a codeword in one more place, if it makes no number smaller."""
    places = random.sample(range(POINTS), apart)
    words = (spoilt(random, [0] * POINTS, places), spoilt(random, [0] * POINTS, places))
    _, each = agreements(*words)
    score = (int((each >= NEAR).sum()), int((each**2).sum()))
    for _ in range(STEPS):
        first, second = [*words[0]], [*words[1]]
        for _ in range(random.choice((1, 2))):
            four = random.choice(FOURS)
            at = random.choice([i for i in range(POINTS) if i not in four])
            z = random.choice([z for z in range(1, Q) if each[z] >= NEAR - 1] or range(1, Q))
            excess = sum(f * (a + z * b) for f, a, b in zip(residual(four, at), first, second, strict=True))
            if random.random() < 0.5:
                first[at] = (first[at] - excess) % Q
            else:
                second[at] = (second[at] - excess * pow(z, -1, Q)) % Q
        shared, found = agreements(first, second)
        reached = (int((found >= NEAR).sum()), int((found**2).sum()))
        if shared < NEAR and reached >= score:
            words, each, score = (first, second), found, reached
    return score[0]


def test_a_search_for_the_worst_words_finds_none_beyond_the_bound() -> None:
    """It comes to seven, as in the test below, and no further."""
    found = [climbed(Random(seed), POINTS - NEAR + 1 + seed % 2) for seed in range(4)]
    assert POINTS - NEAR + 1 <= max(found) <= POINTS


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


# Over fields so small that nothing is left out: what makes no difference is counted once, all else is tried


@pytest.mark.parametrize("modulus", [5, 13])
def test_no_words_of_four_points_are_far_with_more_near_combinations_than_points(modulus: int) -> None:
    """All pairs, with zero in the first place for what a codeword adds, and one in the next of the second word for what
    it is multiplied by. A codeword has the same value in all four, and is near where it agrees in three."""
    tails = np.array(list(product(range(modulus), repeat=3)))
    words = np.hstack([np.zeros((len(tails), 1), dtype=np.int64), tails])
    values = np.arange(modulus)
    most = 0
    for second in (word for word in words if next(filter(None, word), 1) == 1):
        sums = (words[:, None] + values[:, None] * second) % modulus
        near = (sums[..., None] == values).sum(axis=2).max(axis=2) >= 3
        pairs = words * modulus + second
        both = (pairs[:, :, None] == pairs[:, None, :]).sum(axis=2).max(axis=1) >= 3
        assert near[both].all()
        most = max(most, int(near[~both].sum(axis=1).max()))
    assert 0 < most <= 4


# Eight points over 17 elements, columns of two data rows: near is what agrees in five places, so errors are three

R, EIGHT = 17, [pow(9, i, 17) for i in range(8)]
PLACE_VALUES = np.array([R**2, R, 1])
ALL_MATRICES = np.array(list(product(range(R), repeat=4))).reshape(-1, 2, 2)


def halves(errors: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The six numbers that are zero for codewords alone, in two halves: the sums of a word times powers of the
    points."""
    sums = [errors @ np.array([pow(x, power, R) for x in EIGHT]) % R for power in range(1, 7)]
    return R**2 * sums[0] + R * sums[1] + sums[2], R**2 * sums[3] + R * sums[4] + sums[5]


def images(error: tuple[int, ...]) -> set[tuple[int, ...]]:
    """What an error becomes where the code stays as it is: rotated, with 1/x for x, and multiplied."""
    mirrored = tuple(x * error[-i % 8] % R for i, x in enumerate(EIGHT))
    turned = [(*word[i:], *word[:i]) for word in (error, mirrored) for i in range(8)]
    return {tuple(factor * value % R for value in word) for word in turned for factor in range(1, R)}


def test_no_words_of_eight_points_are_far_with_more_near_combinations_than_points() -> None:
    """Of words that are far, but two of whose combinations are near, these two are errors of up to three places, and
    not the same three. From each error, the others lie in directions: how many lie in one? Seven at most: the bound is
    reached."""
    parts = []
    for count in (1, 2, 3):
        for places in combinations(range(8), count):
            part = np.zeros(((R - 1) ** count, 8), dtype=np.int64)
            part[:, places] = list(product(range(1, R), repeat=count))
            parts.append(part)
    errors = np.concatenate(parts)
    support = (errors > 0) @ (1 << np.arange(8))
    high, low = halves(errors)
    digits = np.array(list(product(range(R), repeat=3)))
    leading = np.array([next(filter(None, map(int, number)), 0) for number in digits])
    inverses = np.array([0, *(pow(i, -1, R) for i in range(1, R))])
    scaled = np.array([digits * factor % R @ PLACE_VALUES for factor in range(R)])
    sizes = np.array([mask.bit_count() for mask in range(256)])

    seen: set[tuple[int, ...]] = set()
    most = 0
    for error in map(tuple, errors.tolist()):
        if error in seen:
            continue
        seen |= images(error)
        here = np.array(error)
        elsewhere = sizes[support | ((here > 0) @ (1 << np.arange(8)))] > 3
        from_high, from_low = ((digits - digits[half]) % R @ PLACE_VALUES for half in halves(here))
        a, b = from_high[high[elsewhere]], from_low[low[elsewhere]]
        factor = inverses[np.where(a > 0, leading[a], leading[b])]
        directions = np.sort(scaled[factor, a] * R**3 + scaled[factor, b])
        others = 1
        while (directions[others:] == directions[:-others]).any():
            others += 1
        most = max(most, others + 1)
    assert len(seen) == len(errors)
    assert most == 8


def test_the_theorem_for_all_rows_all_matrices_and_all_checksums() -> None:
    """One data row of two elements of five, four rows in all: three are valid, and no codeword, four equal rows, agrees
    with them. The first row is zero for what a codeword adds; a checksum by which three rows are valid is that of the
    first or of the second. The theorem allows 2 · 4 / 25 of the matrices, its proof half of that."""
    rows = np.array([[(0, 0), *rest] for rest in product(product(range(5), repeat=2), repeat=3)])
    whole = 5 * rows[..., 0] + rows[..., 1]
    failed = np.zeros(len(rows), dtype=np.int64)
    for matrix in product(range(5), repeat=4):
        products = rows @ np.array(matrix).reshape(2, 2) % 5
        found = 5 * products[..., 0] + products[..., 1]
        wrong = np.zeros(len(rows), dtype=bool)
        for checksum in (found[:, :1], found[:, 1:2]):
            valid = found == checksum
            lowest, highest = (np.where(valid, whole, other) for other in (25, -1))
            wrong |= (valid.sum(axis=1) >= 3) & (lowest.min(axis=1) != highest.max(axis=1))
        failed += wrong
    assert 0 < failed.max() <= 4 / 25 * 5**4


def fooling(rows: NDArray[np.int64], matrices: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For which matrices at least five of eight rows are valid by one checksum, and no codeword agrees with all that
    are. A checksum by which two rows are valid is decided by them, so all are tried."""
    matters = np.array([mask.bit_count() >= 5 and not is_of_the_code(rows, mask) for mask in range(256)])
    products = rows @ matrices % R
    wrong = np.zeros(len(matrices), dtype=bool)
    for i, j in combinations(range(8), 2):
        code = line(products.transpose(1, 0, 2), i, j).transpose(1, 0, 2)
        wrong |= matters[(code == products).all(axis=2) @ (1 << np.arange(8))]
    return wrong


def line(values: NDArray[np.int64], i: int, j: int) -> NDArray[np.int64]:
    """The codeword that agrees with values in two of the eight places."""
    slope = (values[j] - values[i]) * pow(EIGHT[j] - EIGHT[i], -1, R) % R
    return np.array([(values[i] + (x - EIGHT[i]) * slope) % R for x in EIGHT])


def is_of_the_code(rows: NDArray[np.int64], mask: int) -> bool:
    """Whether a codeword agrees with the rows in all places of a mask."""
    places = [i for i in range(8) if mask >> i & 1]
    return len(places) < 2 or bool((line(rows, *places[:2])[places] == rows[places]).all())


# Two words, as columns, of which eight combinations are near: found by the test of all words
WORST = np.array([(1, 14), (4, 1), (14, 3), (0, 0), (0, 0), (0, 0), (0, 7), (0, 0)])


def test_the_bound_is_reached() -> None:
    """So many combinations are near as there are points, and the words are not: no theorem can say less."""
    combined = (WORST[:, 0] + np.arange(R)[:, None] * WORST[:, 1]) % R
    near = [max((line(word, i, j) == word).sum() for i, j in combinations(range(8), 2)) >= 5 for word in combined]
    assert sum(near) == len(EIGHT)
    assert max((line(WORST, i, j) == WORST).all(axis=1).sum() for i, j in combinations(range(8), 2)) < 5


@pytest.mark.parametrize("wrong", [1, 2, 4])
def test_the_theorem_for_some_wrong_rows_all_matrices_and_all_checksums(wrong: int) -> None:
    """Two data rows of two elements of 17: the theorem allows 2 · 8 / 17^2 of the matrices, its proof half of that."""
    random = Random(wrong)
    rows = np.zeros((8, 2), dtype=np.int64)
    for place in random.sample(range(8), wrong):
        rows[place] = random.randrange(1, R), random.randrange(R)
    assert 0 < fooling(rows, ALL_MATRICES).mean() <= len(EIGHT) / R**2


def test_the_worst_words_fool_hardly_fewer_matrices_than_the_proof_allows() -> None:
    part = fooling(WORST, ALL_MATRICES).mean()
    assert 0.99 * len(EIGHT) / R**2 < part <= len(EIGHT) / R**2
