"""The base fee follows the use of blocks in both directions, by as much, also at its floor."""

from __future__ import annotations

from types import ModuleType

import pytest

import axivon_spec

SPEC = axivon_spec.load("minimal", kernels=())
TARGET = int(SPEC.TARGET_BLOCK_UNITS)
LOWEST = int(SPEC.MINIMUM_TOKEN_PARAMETERS.base_fee_floor)


def moved(spec: ModuleType, base_fee: int, used: int, floor: int) -> int:
    price, ceiling = spec.Price(base_fee), spec.MAX_BASE_FEE
    return int(spec.compute_next_price(price, spec.uint64(used), spec.TARGET_BLOCK_UNITS, spec.Price(floor), ceiling))


def after(base_fee: int, uses: list[int], floor: int) -> int:
    for used in uses:
        base_fee = moved(SPEC, base_fee, used, floor)
    return base_fee


@pytest.mark.parametrize("floor", [LOWEST, 7 * LOWEST + 3, 10 * LOWEST])
@pytest.mark.parametrize("percent", [0, 50, 90, 95, 99])
def test_use_below_the_target_brings_it_to_the_floor(percent: int, floor: int) -> None:
    assert after(2000 * LOWEST, [TARGET * percent // 100] * 8000, floor) == floor


@pytest.mark.parametrize("floor", [LOWEST, 10 * LOWEST])
def test_use_that_alternates_around_the_target_neither_raises_it_nor_lowers_it_by_much(floor: int) -> None:
    assert after(floor, [TARGET + 2, TARGET - 2] * 5000, floor) == floor
    start = 500 * floor
    left = after(start, [TARGET * 101 // 100, TARGET * 99 // 100] * 5000, floor)
    assert start * 99 // 100 <= left <= start  # each pair takes (1/800)^2 of it, as in EIP-1559


def test_use_at_the_target_leaves_it() -> None:
    assert after(12 * LOWEST, [TARGET] * 10, LOWEST) == 12 * LOWEST


@pytest.mark.parametrize("base_fee", [8 * LOWEST, 10**9 + 7, 10**14])
def test_a_full_block_raises_it_by_an_eighth_and_an_empty_one_lowers_it_by_as_much(base_fee: int) -> None:
    assert after(base_fee, [2 * TARGET], LOWEST) == base_fee + base_fee // 8
    assert after(base_fee, [0], LOWEST) == base_fee - base_fee // 8


@pytest.mark.parametrize("preset", axivon_spec.PRESETS)
def test_less_than_a_millionth_off_the_target_does_not_move_the_default_floor(preset: str) -> None:
    spec = axivon_spec.load(preset, kernels=())
    target, floor = int(spec.TARGET_BLOCK_UNITS), int(spec.DEFAULT_TOKEN_PARAMETERS.base_fee_floor)
    moves = [used for used in range(1, 1000) if moved(spec, floor, target + used, floor) != floor]
    assert moves and all(used * 10**6 >= target for used in moves)
