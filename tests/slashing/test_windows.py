"""The spans of time that the prose of `slashing.md` names: who is punished together, and until when evidence, stakes
and anchors are good."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from types import ModuleType
from typing import Any

import pytest

import axivon_spec
from axivon_spec.runtime.outcome import perform
from generators.offences import EPOCH, evidence, late
from generators.scene import ALICE, STAKES
from tests.prose import prose, rows

DAY = 24 * 60 * 60  # seconds
MAINNET = axivon_spec.load("mainnet")
HALF = int(axivon_spec.load("minimal").EVIDENCE_EPOCHS) // 2


@cache
def spec_of() -> ModuleType:
    return axivon_spec.load("minimal", kernels=())


def days(epochs: int) -> Fraction:
    """On `mainnet`, where blocks come as fast as they may."""
    return Fraction(epochs * int(MAINNET.HEIGHTS_PER_EPOCH) * int(MAINNET.MIN_BLOCK_SECONDS), DAY)


def slashed(spec: ModuleType, apart: int) -> Any:
    """The state when the second penalty of both has been taken: validator 0, with less than a third of the stake, was
    slashed so many epochs before validator 1, who has about a third."""
    state = late(spec)
    total = sum(STAKES)
    state.token.bonded += total
    for voter, stake in ((0, total // 3 - 1), (1, total // 3 - 1), (2, total - 2 * (total // 3 - 1)), (3, 0)):
        state.token.bonded -= state.staking.validators[voter].stake
        state.staking.validators[voter].stake = stake
    state.consensus.sets[1].weights = type(state.consensus.sets[1].weights)([total])
    for later in range(apart + HALF + 1):
        state.consensus.epoch = EPOCH + later
        for voter, when in ((0, 0), (1, apart)):
            if later == when:
                spec.process_evidence(state, evidence(spec, state, voter=voter), ALICE.address)
        spec.process_correlation(state)
    return state


@pytest.mark.parametrize("apart", [0, 1, HALF - 1, HALF, HALF + 1, 2 * HALF - 1])
def test_whoever_is_slashed_within_half_a_window_is_slashed_together(apart: int) -> None:
    """Each has a third but for one nAXN: both lose everything where they are counted together, and where they are not,
    each keeps what the first penalty has left, but for three times its share."""
    assert "where all of it is slashed within half of the window, 15 days" in prose("slashing.md")
    state = slashed(spec_of(), apart)
    left = [int(state.staking.validators[voter].stake) for voter in (0, 1)]
    assert [stake > 0 for stake in left] == [apart > HALF] * 2


def test_the_second_penalty_does_not_depend_on_the_number_of_rounds() -> None:
    assert "second penalty, which does not depend on the number of rounds" in prose("slashing.md")
    spec, parts = spec_of(), set()
    for rounds in range(1, int(spec.MAX_OFFENCES_EACH) + 1):
        state = late(spec)
        for view in range(1, rounds + 1):
            spec.process_evidence(state, evidence(spec, state, voter=2, view=view), ALICE.address)
        first = int(state.staking.validators[2].stake)
        state.consensus.epoch = EPOCH + HALF
        spec.process_correlation(state)
        parts.add(round(Fraction(first - int(state.staking.validators[2].stake), first), 6))
    assert len(parts) == 1


def test_four_rounds_are_all_that_one_validator_is_slashed_for() -> None:
    words = {2: "two", 3: "three", 4: "four", 5: "five"}
    spec = spec_of()
    most = int(spec.MAX_OFFENCES_EACH)
    assert f"counted by round, up to {words[most]} of a validator" in prose("slashing.md")
    state = late(spec)
    for view in range(1, most + 2):
        reported = perform(
            spec.process_evidence, state, evidence(spec, state, voter=2, view=view), ALICE.address
        ).accepted
        assert reported == (view <= most)


def test_the_spans_in_days() -> None:
    text = prose("slashing.md")
    window, unbonding = int(MAINNET.EVIDENCE_EPOCHS), int(MAINNET.UNBONDING_HEIGHTS // MAINNET.HEIGHTS_PER_EPOCH)
    assert f"slashed within half of the window, {days(window // 2)} days" in text
    assert days(window) == 30 and "It counts for a month" in text
    assert days(unbonding) == 45 and "the stake stays for a month and a half" in text
    assert f"On `mainnet` an anchor is good for {days(window)} days." in text
    genesis = 1_800_000_000
    last = genesis + int(days(window) * DAY) - 1
    assert perform(MAINNET.check_anchor, MAINNET.uint64(genesis), MAINNET.uint64(last)).accepted
    assert not perform(MAINNET.check_anchor, MAINNET.uint64(genesis), MAINNET.uint64(last + 1)).accepted


def test_the_first_penalty_of_the_table_is_the_parameter_of_genesis() -> None:
    """The others of its numbers are compared in `test_penalties.py`."""
    share = int(MAINNET.DEFAULT_STAKING_PARAMETERS.penalty_share)
    table = rows("slashing.md", "slashed within half a window before or after")
    assert {row[1] for row in table[1:]} == {f"{share // 100} %"}
    assert share % 100 == 0
