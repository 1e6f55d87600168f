"""Shuffle and draw against other implementations, and against what their definitions promise."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec

MINIMAL = axivon_spec.load("minimal", kernels=())

# What `unshuffleList` of @chainsafe/swap-or-not-shuffle 1.2.1 (npm) makes of 0, 1, 2, …: SHA-256 of the numbers with
# commas between them. The seed is the SHA-256 of the count in digits.
OF_ANOTHER_LIBRARY = {
    (10, 10): "10736397791e1b2aa84763df2f96e74a23f00263100b74b76802b9049caa67c6",  # 9,6,5,4,1,8,7,2,3,0
    (333, 90): "a3ec91582faf861eccb3ef5acfa5cc4757446a150f66cbe17f6dfc2373aea50a",
    (1000, 10): "ad8f51b9c6ae8f294d15eaf07af90e336332f9e0e982fef156168a5b76514417",
    (1000, 90): "f058acb9837384dcfc69938661d91193fb56ce6f77aff35de2c3e6be43af1a45",
}


@cache
def with_rounds(rounds: int) -> ModuleType:
    return axivon_spec.load("minimal", SHUFFLE_ROUNDS=rounds)


def places(spec: ModuleType, count: int, seed: bytes) -> list[int]:
    """Where each element goes."""
    return [
        int(spec.compute_shuffled_index(spec.uint64(index), spec.uint64(count), spec.Bytes32(seed)))
        for index in range(count)
    ]


@pytest.mark.parametrize(("count", "rounds"), OF_ANOTHER_LIBRARY)
def test_the_shuffle_is_that_of_another_library(count: int, rounds: int) -> None:
    found = places(with_rounds(rounds), count, sha256(str(count).encode()).digest())
    assert sha256(",".join(map(str, found)).encode()).hexdigest() == OF_ANOTHER_LIBRARY[count, rounds]


def shuffled_at_once(elements: list[int], seed: bytes, rounds: int) -> list[int]:
    """The whole list, one round after the other: each round mirrors it at a pivot and exchanges the pairs whose bit is
    set. Element i of the result is what stood at the place of i."""
    count = len(elements)
    for number in reversed(range(rounds)):
        start = seed + bytes([number])
        pivot = int.from_bytes(sha256(start).digest()[:8], "little") % count
        bits = [sha256(start + block.to_bytes(4, "little")).digest() for block in range(count // 256 + 1)]
        for one in range(count):
            other = (pivot - one) % count
            if one < other and bits[other // 256][other % 256 // 8] >> other % 8 & 1:
                elements[one], elements[other] = elements[other], elements[one]
    return elements


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 600), seed=st.binary(min_size=32, max_size=32))
def test_single_places_are_those_of_the_whole_list(count: int, seed: bytes) -> None:
    found = places(MINIMAL, count, seed)
    assert sorted(found) == list(range(count))
    assert found == shuffled_at_once(list(range(count)), seed, int(MINIMAL.SHUFFLE_ROUNDS))


# The draw


class Drawn:
    """A spec whose hash is a number of our choice."""

    def __init__(self) -> None:
        self.spec = axivon_spec.load("minimal", kernels=())
        vars(self.spec)["sha256"] = lambda _: self.spec.Bytes32(self.number.to_bytes(16, "little") + bytes(16))

    def position(self, weights: list[int], number: int) -> int:
        """What is drawn where the hash begins with this number of 128 bits."""
        self.number = number
        listed = self.spec.List[self.spec.uint64, self.spec.MAX_WEIGHTS](*weights)
        return int(self.spec.draw_weighted(listed, self.spec.Bytes32(), self.spec.uint64(0)))


DRAWN = Drawn()
some_weights = st.lists(st.integers(0, 2**58) | st.integers(0, 3), min_size=1, max_size=12).filter(any)


@settings(max_examples=200, deadline=None)
@given(weights=some_weights)
def test_each_weight_has_its_share_of_all_numbers(weights: list[int]) -> None:
    """Numbers from 2^128 times the weights before it, and up to its own, are divided where exact shares end; so a
    share is wrong by less than one number in 2^128."""
    total, before = sum(weights), 0
    for position, weight in enumerate(weights):
        first = -(-(before << 128) // total)
        before += weight
        end = -(-(before << 128) // total)
        if weight == 0:
            continue
        assert DRAWN.position(weights, first) == position
        assert DRAWN.position(weights, end - 1) == position
        assert abs((end - first) * total - (weight << 128)) < total


def test_draws_of_small_weights_by_brute_force() -> None:
    """The highest byte decides where the weights sum to a divisor of 256: each number of it is tried."""
    weights = [3, 0, 1, 4, 8]
    found = [DRAWN.position(weights, byte << 120) for byte in range(256)]
    assert [found.count(position) for position in range(len(weights))] == [48, 0, 16, 64, 128]


def test_the_real_hash_draws_by_weight() -> None:
    """Of 20,000 draws each weight gets its share within five standard deviations."""
    weights, draws = [1, 2, 3, 10], 20_000
    listed = MINIMAL.List[MINIMAL.uint64, MINIMAL.MAX_WEIGHTS](*weights)
    seed = MINIMAL.sha256(b"draw")
    found = [int(MINIMAL.draw_weighted(listed, seed, MINIMAL.uint64(number))) for number in range(draws)]
    for position, weight in enumerate(weights):
        expected = draws * weight / sum(weights)
        deviation = (expected * (1 - weight / sum(weights))) ** 0.5
        assert abs(found.count(position) - expected) < 5 * deviation


# Products


@given(a=st.integers(0, 2**64 - 1), b=st.integers(0, 2**64 - 1), c=st.integers(1, 2**64 - 1))
def test_mul_div_rounds_down(a: int, b: int, c: int) -> None:
    if a * b // c < 2**64:
        assert MINIMAL.mul_div(MINIMAL.uint64(a), MINIMAL.uint64(b), MINIMAL.uint64(c)) == a * b // c
