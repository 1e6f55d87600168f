"""What it costs to fill the lists of the token, as its design notes say."""

from __future__ import annotations

import axivon_spec
from generators.scene import charge_of

MAINNET = axivon_spec.load("mainnet", kernels=())
AXN = 10**9
ENTRIES = int(MAINNET.MAX_ENTRIES)
DEPOSIT = int(MAINNET.DEFAULT_TOKEN_PARAMETERS.entry_deposit)
LOWEST_DEPOSIT = int(MAINNET.MINIMUM_TOKEN_PARAMETERS.entry_deposit)


def test_accounts_cost_more_than_the_whole_supply() -> None:
    assert int(MAINNET.TOTAL_SUPPLY) < ENTRIES * DEPOSIT


def test_allowances_cost_what_is_kept_of_each_deposit() -> None:
    divisor = int(MAINNET.KEPT_DIVISOR)
    assert ENTRIES * (DEPOSIT // divisor) // (10**6 * AXN) == 107
    assert ENTRIES * (LOWEST_DEPOSIT // divisor) * 10 // (10**6 * AXN) in (42, 43)


def test_without_that_only_two_charges_would_be_paid() -> None:
    charges = 2 * charge_of(MAINNET, MAINNET.Approve(), int(MAINNET.DEFAULT_TOKEN_PARAMETERS.base_fee_floor))
    assert round(charges, -3) == 66_000
    assert ENTRIES * charges // AXN // 1000 in (282, 283, 284)
