"""How fast sets change, and how long stakes wait: what the prose of `staking.md` says in numbers, played with its
queues."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec
from generators.scene import PROPOSER
from tests.prose import prose, rows

DAY, WEEK = 24, 24 * 7  # epochs of an hour
SECONDS_OF_A_DAY = 24 * 60 * 60
STAKE = 10**13


@cache
def spec_of() -> ModuleType:
    return axivon_spec.load("mainnet", kernels=())


def chain(stakes: list[int], share: int | None = None) -> Any:
    """A state with validators of these stakes, all in the running set."""
    spec = spec_of()
    state = spec.State()
    state.staking.parameters = spec.DEFAULT_STAKING_PARAMETERS
    if share is not None:
        state.staking.parameters.churn_share = share
    for stake in stakes:
        add(state, stake, active_from=0)
    return state


def add(state: Any, stake: int, active_from: int | None = None) -> int:
    """A validator that is in the sets from an epoch on, or waits to be."""
    spec = spec_of()
    place = len(state.staking.validators)
    key = place.to_bytes(48, "little")
    begin = spec.NEVER if active_from is None else active_from
    state.staking.validators.append(spec.create_validator(PROPOSER.address, key, stake, begin))
    if active_from is None:
        state.staking.entering.append(place)
    return place


def end_epoch(state: Any) -> None:
    spec_of().process_queues(state)
    state.consensus.epoch += 1


def youngest(state: Any) -> dict[int, int]:
    """The stakes of the set that was decided last."""
    spec = spec_of()
    epoch = state.consensus.epoch + spec.KEPT_SETS - 2
    return {
        place: int(validator.stake)
        for place, validator in enumerate(state.staking.validators)
        if spec.is_active(validator, epoch)
    }


def epochs_until(state: Any, place: int) -> int:
    """How many epochs end until a validator that waits is told when it enters."""
    epochs = 0
    while state.staking.validators[place].active_from == spec_of().NEVER:
        end_epoch(state)
        epochs += 1
    return epochs


@pytest.mark.parametrize(
    ("epochs", "said"), [(DAY, "4.8 % of the stake in a day"), (WEEK, "a third in a week")], ids=["day", "week"]
)
def test_how_much_of_a_set_changes(epochs: int, said: str) -> None:
    """Where as much waits to enter as to leave, the stake stays the same, and in a day this part of it is another's."""
    text = prose("staking.md")
    share = int(spec_of().DEFAULT_STAKING_PARAMETERS.churn_share)
    assert f"{share} basis points an epoch on `mainnet`: 4.8 % of the stake in a day, a third in a week" in text
    count = 10_000 // share
    state = chain([STAKE] * count)
    for place in range(epochs + 1):
        add(state, STAKE)
        state.staking.leaving.append(place)
    before = youngest(state)
    for _ in range(epochs):
        end_epoch(state)
    after = youngest(state)
    changed = Fraction(sum(stake for place, stake in after.items() if place not in before), sum(after.values()))
    assert changed == Fraction(sum(stake for place, stake in before.items() if place not in after), STAKE * count)
    assert changed == Fraction(epochs * share, 10_000)
    if epochs == WEEK:
        assert 0 < changed - Fraction(1, 3) < Fraction(1, 200)
    else:
        assert said.startswith(f"{float(100 * changed):.1f} %")


def test_a_stake_of_a_tenth_waits_for_two_days_and_enters_at_once() -> None:
    state = chain([STAKE] * 10)
    place = add(state, STAKE)
    epochs = epochs_until(state, place)
    days = {2: "two"}[epochs // DAY]
    assert f"a stake of a tenth enters at once, after {epochs} epochs, which are {days} days" in prose("staking.md")
    assert sum(youngest(state).values()) == 11 * STAKE


def test_a_stake_as_large_as_all_others_is_half_of_the_next_set() -> None:
    text = "a stake as large as all others, when it has waited for long enough, is half of the next set"
    assert text in prose("staking.md")
    state = chain([STAKE] * 10, share=2500)
    place = add(state, 10 * STAKE)
    for _ in range(3):
        end_epoch(state)
        assert place not in youngest(state)
    end_epoch(state)
    assert 2 * youngest(state)[place] == sum(youngest(state).values())


requests = st.lists(
    st.tuples(
        st.sampled_from(["enter", "leave", "give up", "wait", "wait"]),
        st.one_of(st.integers(1, 40 * STAKE), st.integers(1, STAKE)),
    ),
    min_size=5,
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(share=st.integers(1, 2500), stakes=st.lists(st.integers(1, 9 * STAKE), min_size=1, max_size=8), events=requests)
def test_what_enters_or_leaves_at_once(share: int, stakes: list[int], events: list[tuple[str, int]]) -> None:
    """Less than the stake that headed the queue an epoch before and the share of one epoch together, also where that
    one has given up; nothing but the share where nobody waited."""
    said = "is less than the stake that headed the queue an epoch before and the share of one epoch together"
    assert said in prose("staking.md")
    state = chain(stakes, share)
    heads = {"entering": 0, "leaving": 0}
    for what, stake in events:
        waiting, staying = list(state.staking.entering), set(youngest(state)) - set(state.staking.leaving)
        if what == "enter":
            add(state, stake)
        elif what == "leave" and staying:
            state.staking.leaving.append(min(staying))
        elif what == "give up" and waiting:
            state.staking.entering = spec_of().drop(state.staking.entering, waiting[0])
            state.staking.validators[waiting[0]].withdrawable_from = 0
        before = youngest(state)
        churn = sum(before.values()) * share // 10_000
        end_epoch(state)
        after = youngest(state)
        entered = sum(stake for place, stake in after.items() if place not in before)
        left = sum(stake for place, stake in before.items() if place not in after)
        assert entered <= churn if heads["entering"] == 0 else entered < heads["entering"] + churn
        assert left <= churn if heads["leaving"] == 0 else left < heads["leaving"] + churn
        for queue in heads:
            places = getattr(state.staking, queue)
            heads[queue] = int(state.staking.validators[places[0]].stake) if len(places) > 0 else 0


def test_what_has_been_saved_is_used_by_those_behind() -> None:
    """A stake that nobody else has waits until it is nearly covered, and gives up; at once others enter with as much
    together. So the limit of the test above cannot be much lower."""
    spec = spec_of()
    state = chain([STAKE] * 10, share=1000)
    first = add(state, 50 * STAKE)
    others = [add(state, STAKE) for _ in range(49)]
    for _ in range(49):
        end_epoch(state)
    assert list(state.staking.entering) == [first, *others]
    state.staking.entering = spec.drop(state.staking.entering, first)
    end_epoch(state)
    assert len(state.staking.entering) == 0
    assert sum(youngest(state).values()) == 59 * STAKE


def test_what_a_proposer_gains_that_puts_its_deposit_first() -> None:
    assert "that gains the time which the other deposits of the block wait for" in prose("staking.md")
    share, waits = int(spec_of().DEFAULT_STAKING_PARAMETERS.churn_share), []
    for stakes in ([STAKE, 2 * STAKE], [2 * STAKE, STAKE]):
        state = chain([STAKE] * 100)
        places = {stake: add(state, stake) for stake in stakes}
        waits.append(epochs_until(state, places[STAKE]))
    assert waits[1] - waits[0] == 2 * 10_000 // (100 * share)


def test_times_and_amounts_in_the_tables() -> None:
    spec = spec_of()
    block = int(spec.MIN_BLOCK_SECONDS)
    evidence = int(spec.EVIDENCE_EPOCHS) * int(spec.HEIGHTS_PER_EPOCH) * block // SECONDS_OF_A_DAY
    unbonding = int(spec.UNBONDING_HEIGHTS) * block // SECONDS_OF_A_DAY
    described = {row[0]: row[-1] for row in rows("staking.md", "Name | mainnet | minimal | Unit")}
    assert described["`EVIDENCE_EPOCHS`"] == f"a vote can be held against its signer this long: {evidence} days"
    assert described["`UNBONDING_HEIGHTS`"] == f"a stake stays this long after its last vote: {unbonding} days"
    constants = {row[0]: row[-1] for row in rows("staking.md", "Name | Value | Unit")}
    assert constants["`MIN_STAKE`"] == f"the least stake of a validator: {int(spec.MIN_STAKE) // 10**9:,} AXN"
    assert int(spec.MIN_STAKE) % 10**9 == 0
