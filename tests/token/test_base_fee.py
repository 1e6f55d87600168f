"""The base fee follows the use of blocks in both directions, also where it is small."""

from __future__ import annotations

import pytest

import axivon_spec

SPEC = axivon_spec.load("minimal", kernels=())
TARGET = int(SPEC.TARGET_BLOCK_UNITS)


def after(base_fee: int, uses: list[int], floor: int) -> int:
    for used in uses:
        base_fee = int(SPEC.compute_next_base_fee(SPEC.Amount(base_fee), SPEC.uint64(used), SPEC.Amount(floor)))
    return base_fee


@pytest.mark.parametrize("floor", [1, 7, 10])
@pytest.mark.parametrize("percent", [0, 50, 90, 95, 99])
def test_use_below_the_target_brings_it_to_the_floor(percent: int, floor: int) -> None:
    assert after(2000, [TARGET * percent // 100] * 3000, floor) == floor
    assert after(2000, [TARGET - 1] * 2000, floor) == floor


def test_use_that_alternates_around_the_target_does_not_raise_it() -> None:
    assert after(10, [TARGET + 2, TARGET - 2] * 5000, 10) == 10
    assert after(500, [TARGET * 101 // 100, TARGET * 99 // 100] * 5000, 10) <= 500


def test_use_at_the_target_leaves_it() -> None:
    assert after(12, [TARGET] * 10, 10) == 12


@pytest.mark.parametrize("base_fee", [80, 1000, 10**6])
def test_a_full_block_raises_it_by_an_eighth_and_an_empty_one_lowers_it_by_as_much(base_fee: int) -> None:
    assert after(base_fee, [2 * TARGET], 10) == base_fee + base_fee // 8
    assert after(base_fee, [0], 10) == base_fee - base_fee // 8
