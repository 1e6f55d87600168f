"""The reason that `chain.md` gives why no vector stands at the edge of a full block."""

from __future__ import annotations

import pytest

import axivon_spec
from generators.scene import units_of

MINIMAL = axivon_spec.load("minimal")
PAYLOADS = [
    MINIMAL.Transfer(),
    MINIMAL.Approve(),
    MINIMAL.TransferFrom(),
    MINIMAL.SignedPermit(),
    MINIMAL.ClaimVesting(),
]
UNITS = [units_of(MINIMAL, payload) for payload in PAYLOADS]


def sums(units: list[int], most: int) -> set[int]:
    """Every number of units up to `most` that some operations cost together."""
    found = {0}
    for total in range(most + 1):
        if any(total - one in found for one in units):
            found.add(total)
    return found


def test_no_operations_cost_together_what_a_full_block_does() -> None:
    assert int(MINIMAL.MAX_BLOCK_UNITS) not in sums(UNITS, int(MINIMAL.MAX_BLOCK_UNITS))


@pytest.mark.parametrize("preset", axivon_spec.PRESETS)
def test_units_are_even(preset: str) -> None:
    assert {units % 2 for units in UNITS} == {0}
    assert axivon_spec.load(preset).MAX_BLOCK_UNITS % 2 == 0
