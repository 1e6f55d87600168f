"""What enters and leaves the sets of validators, against a second account of the queues, and what follows from it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec
from generators.scene import PROPOSER, STAKES, genesis_of

EPOCHS = 30


@cache
def spec_of() -> ModuleType:
    return axivon_spec.load("minimal", kernels=())


@dataclass
class Line:
    """A queue in the words of a shop: each has a price, and what is paid in is kept while somebody waits."""

    waiting: deque[tuple[int, int]] = field(default_factory=deque)  # validator, stake
    paid: int = 0

    def serve(self, income: int, ceiling: int) -> list[int]:
        self.paid = min(self.paid + income, ceiling)
        served = []
        while self.waiting and self.waiting[0][1] <= self.paid:
            validator, stake = self.waiting.popleft()
            self.paid -= stake
            served.append(validator)
        if not self.waiting:
            self.paid = 0
        return served


def end_epoch(spec: ModuleType, state: Any) -> None:
    spec.process_queues(state)
    spec.process_rotation(state)
    state.staking.unbonding_height += spec.HEIGHTS_PER_EPOCH


def add(spec: ModuleType, state: Any, stake: int) -> int:
    """A validator that waits, without the operation that brings it."""
    place = len(state.staking.validators)
    key = place.to_bytes(48, "little")
    state.staking.validators.append(spec.create_validator(PROPOSER.address, key, stake, spec.NEVER))
    state.staking.entering.append(place)
    return place


requests = st.lists(
    st.tuples(st.integers(0, EPOCHS - 1), st.one_of(st.none(), st.integers(1, 5 * 10**14))), max_size=40
)


@settings(max_examples=60, deadline=None)
@given(share=st.integers(1, 2500), requests=requests)
def test_the_queues_serve_whom_a_second_account_serves_and_the_set_is_never_empty(
    share: int, requests: list[tuple[int, int | None]]
) -> None:
    spec = spec_of()
    state = spec.create_genesis_state(genesis_of(spec, []))
    state.staking.parameters.churn_share = share
    stakes = dict(enumerate(STAKES))
    members, entering, leaving = set(stakes), Line(), Line()
    asked: set[int] = set()
    for epoch in range(EPOCHS):
        for _, stake in (request for request in requests if request[0] == epoch):
            if stake is not None:
                place = add(spec, state, stake)
                stakes[place] = stake
                entering.waiting.append((place, stake))
            elif members - asked:
                place = min(members - asked)
                asked.add(place)
                leaving.waiting.append((place, stakes[place]))
                spec.process_exit(state, PROPOSER.address, spec.Exit(validator=place))
                state.chain.events = type(state.chain.events)()
        total = sum(stakes[member] for member in members)
        come = entering.serve(total * share // 10_000, 10**30)
        gone = leaving.serve(total * share // 10_000, total - 1)
        members = (members | set(come)) - set(gone)

        end_epoch(spec, state)
        frozen = state.consensus.sets[spec.KEPT_SETS - 1]
        assert [int(index) for index in frozen.indices] == sorted(members)
        assert [int(weight) for weight in frozen.weights] == [stakes[member] for member in sorted(members)]
        assert len(members) > 0
        assert {int(index) for index in state.staking.leaving} == asked & members
        assert int(state.staking.entry_budget) == entering.paid
        assert int(state.staking.exit_budget) == leaving.paid


@settings(max_examples=40, deadline=None)
@given(share=st.integers(1, 2500), stakes=st.lists(st.integers(1, 10**14), min_size=1, max_size=40))
def test_what_is_new_in_a_set_was_allowed_by_the_epochs_since_it_waited(share: int, stakes: list[int]) -> None:
    """However many wait, what has entered after some epochs is at most what these allowed together."""
    spec = spec_of()
    state = spec.create_genesis_state(genesis_of(spec, []))
    state.staking.parameters.churn_share = share
    for stake in stakes:
        add(spec, state, stake)
    allowed = 0
    for _ in range(EPOCHS):
        weights = [int(weight) for weight in state.consensus.sets[spec.KEPT_SETS - 1].weights]
        allowed += sum(weights) * share // 10_000
        end_epoch(spec, state)
        frozen = state.consensus.sets[spec.KEPT_SETS - 1]
        entered = sum(int(weight) for weight in frozen.weights) - sum(STAKES)
        assert entered <= allowed
        if len(state.staking.entering) == 0:
            break
        first = state.staking.validators[state.staking.entering[0]]
        assert allowed - entered < first.stake, "somebody waits for whom it was enough"


def test_who_departs_votes_in_all_sets_before_and_can_withdraw_after_the_unbonding() -> None:
    spec = spec_of()
    state = spec.create_genesis_state(genesis_of(spec, []))
    state.staking.exit_budget = STAKES[3]
    spec.process_exit(state, PROPOSER.address, spec.Exit(validator=3))
    end_epoch(spec, state)
    departed = state.staking.validators[3]
    assert departed.active_until == 3
    assert [3 in list(frozen.indices) for frozen in state.consensus.sets] == [True, True, True, False]
    last_vote = int(departed.active_until) * int(spec.HEIGHTS_PER_EPOCH) - 1
    assert departed.withdrawable_from - last_vote >= spec.UNBONDING_HEIGHTS
    evidence = (int(departed.active_until) - 1 + int(spec.EVIDENCE_EPOCHS)) * int(spec.HEIGHTS_PER_EPOCH)
    assert departed.withdrawable_from > evidence, "the stake is gone while a vote can be held against it"
