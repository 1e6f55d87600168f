"""What an offence costs, who gains by it, and the table of the spec."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec
from generators.offences import EPOCH, evidence, late
from generators.scene import ALICE, STAKES

SLASHING = Path(__file__).resolve().parents[2] / "specs" / "slashing.md"


@cache
def spec_of() -> ModuleType:
    return axivon_spec.load("minimal", kernels=())


def slash(spec: ModuleType, state: Any, voter: int, view: int = 7) -> None:
    spec.process_evidence(state, evidence(spec, state, voter=voter, view=view), ALICE.address)


def rows() -> list[tuple[str, ...]]:
    text = SLASHING.read_text()
    table = text[text.index("| slashed within half a window") :].split("\n\n")[0].splitlines()[2:]
    return [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in table]


def percent(text: str) -> Fraction:
    found = re.match(r"[\d.]+", text)
    return Fraction(found.group()) if found else Fraction(100, 3) if text.startswith("a third") else Fraction(0)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_the_table_says_what_the_functions_take(row: tuple[str, ...]) -> None:
    """One of the slashed has so much stake that no rounding shows; the rest of the slashed is another's."""
    spec = spec_of()
    total, stake = 10**18 // 4, 10**13
    slashed = max(int(percent(row[0]) * total / 100), stake)
    if row[0].startswith("a third"):
        slashed += 1
    state = late(spec)
    state.staking.parameters = spec.DEFAULT_STAKING_PARAMETERS
    for voter, amount in ((0, total - slashed), (1, slashed - stake), (2, stake), (3, 0)):
        state.token.bonded += amount
        state.token.bonded -= state.staking.validators[voter].stake
        state.staking.validators[voter].stake = amount
    state.consensus.sets[1].weights = type(state.consensus.sets[1].weights)([total])
    slash(spec, state, 2)
    assert Fraction(100 * (stake - int(state.staking.validators[2].stake)), stake) == percent(row[1])
    if slashed > stake:
        slash(spec, state, 1)
    state.consensus.epoch = EPOCH + spec.EVIDENCE_EPOCHS // 2
    spec.process_correlation(state)
    lost = Fraction(100 * (stake - int(state.staking.validators[2].stake)), stake)
    assert abs(lost - percent(row[2])) < Fraction(1, 50), float(lost)


@settings(max_examples=50, deadline=None)
@given(
    stake=st.integers(1, 10**16),
    penalty=st.integers(100, 2000),
    reward=st.integers(0, 2500),
    views=st.integers(1, 4),
)
def test_whoever_reports_himself_loses_and_nothing_is_made(stake: int, penalty: int, reward: int, views: int) -> None:
    """Owner and reporter together lose three quarters of the penalty at least, and what they lose is burned."""
    spec = spec_of()
    state = late(spec)
    state.staking.parameters = spec.StakingParameters(churn_share=20, penalty_share=penalty, reporter_share=reward)
    state.token.reserve += STAKES[2] - stake if stake < STAKES[2] else 0
    state.token.reserve -= stake - STAKES[2] if stake > STAKES[2] else 0
    state.token.bonded += stake
    state.token.bonded -= STAKES[2]
    state.staking.validators[2].stake = stake
    for view in range(1, views + 1):
        before = int(state.staking.validators[2].stake)
        earned, burned = (int(spec.balance_of(state, who)) for who in (ALICE.address, spec.BURN_ADDRESS))
        slash(spec, state, 2, view)
        lost = before - int(state.staking.validators[2].stake)
        gained = int(spec.balance_of(state, ALICE.address)) - earned
        assert lost == before * penalty // 10_000
        assert 4 * gained <= lost
        assert int(spec.balance_of(state, spec.BURN_ADDRESS)) - burned == lost - gained
        assert spec.invariant_every_token_is_in_one_bucket(state)
        assert spec.invariant_stakes_are_bonded(state)


@settings(max_examples=50, deadline=None)
@given(guilty=st.sets(st.integers(0, 3), min_size=1), epochs=st.lists(st.integers(0, 5), min_size=4, max_size=4))
def test_a_third_that_is_slashed_within_half_a_window_loses_everything(guilty: set[int], epochs: list[int]) -> None:
    """Whoever they are, and whenever it came out: if the weight of the guilty is a third of the set or more, none of
    them has anything left; if it is less, each keeps something."""
    spec = spec_of()
    state = late(spec)
    frozen = state.consensus.sets[1]
    frozen.weights = type(frozen.weights)([int(state.staking.validators[index].stake) for index in frozen.indices])
    beginning = {voter: int(state.staking.validators[voter].stake) for voter in guilty}
    found = sorted((epochs[voter], voter) for voter in guilty)
    for later in range(int(spec.EVIDENCE_EPOCHS) + 6):
        state.consensus.epoch = EPOCH + later
        for _, voter in (one for one in found if one[0] == later):
            spec.process_evidence(state, evidence(spec, state, voter=voter), ALICE.address)
        spec.process_correlation(state)
    assert len(state.staking.offences) == 0
    is_third = 3 * sum(beginning.values()) >= sum(STAKES)
    for voter in guilty:
        assert (state.staking.validators[voter].stake == 0) == is_third


def test_disarmed_are_those_who_were_slashed_and_nobody_else() -> None:
    """At every rotation, over all sets of guilty ones: their weight is gone in the sets that follow, unless nobody
    else has any."""
    spec = spec_of()
    for guilty in range(1, 16):
        state = late(spec)
        for voter in range(4):
            if guilty >> voter & 1:
                slash(spec, state, voter)
        before = [dict(zip(frozen.indices, map(int, frozen.weights), strict=True)) for frozen in state.consensus.sets]
        state.consensus.epoch += 1
        spec.disarm_slashed(state)
        for position, frozen in enumerate(state.consensus.sets):
            weights = dict(zip(frozen.indices, map(int, frozen.weights), strict=True))
            innocent = {index for index in weights if not guilty >> int(index) & 1}
            for index, weight in weights.items():
                if position in (0, 3) or index in innocent:
                    assert weight == before[position][index]
                elif innocent:
                    assert weight == 0
            assert sum(weights.values()) > 0
