"""The odds that one party leads every block of a window, against the table of `consensus.md`."""

from __future__ import annotations

from fractions import Fraction
from math import log2, sqrt
from types import ModuleType

import pytest

import axivon_spec
from tests.prose import prose, rows

TABLE = rows("consensus.md", "share of the stake | 8 heights")
DAYS = Fraction(1461, 4)  # of a year
DRAWS = 30_000
MAINNET = axivon_spec.load("mainnet")
EPOCH = int(MAINNET.HEIGHTS_PER_EPOCH)
WINDOWS = {"8 heights": 8, "an epoch": EPOCH, "the window of evidence": EPOCH * int(MAINNET.EVIDENCE_EPOCHS)}


def log2_of_odds(share: float, heights: int) -> float:
    return heights * log2(share)


@pytest.mark.parametrize("row", TABLE[1:], ids=lambda row: row[0])
def test_the_table_of_odds(row: tuple[str, ...]) -> None:
    share = int(row[0].removesuffix(" %")) / 100
    found = [f"2^{round(log2_of_odds(share, WINDOWS[window])):,}" for window in TABLE[0][1:]]
    assert list(row[1:]) == found


def test_what_is_said_of_the_table() -> None:
    text = prose("consensus.md")
    heights = next(heights for heights in range(1, 100) if log2_of_odds(1 / 3, heights) < -64)
    assert f"From {heights} heights on they are below 2^-64 for less than a third of the stake" in text
    windows = DAYS * 86_400 / int(MAINNET.MIN_BLOCK_SECONDS)
    assert f"A year has 2^{round(log2(windows))} windows" in text


@pytest.fixture(scope="module")
def spec() -> ModuleType:
    return axivon_spec.load("minimal", kernels=())


def test_views_in_a_row_are_drawn_as_if_each_were_alone(spec: ModuleType) -> None:
    """Of all windows of the first views of an epoch, those that one party leads from end to end are as many as its
    share to the power of their length says. Windows overlap, so their number deviates more than that of draws."""
    weights = [10**15, 10**15, 10**15]  # the first is a third
    seed = spec.sha256(b"window")
    own = [int(spec.draw_weighted(weights, seed, spec.uint64(view))) == 0 for view in range(1, DRAWS + 1)]
    for length in (1, 2, 3, 4):
        windows = DRAWS - length + 1
        found = sum(all(own[first : first + length]) for first in range(windows)) / windows
        odds = (1 / 3) ** length
        assert abs(found - odds) < 4 * sqrt(2 * length * odds / windows)
