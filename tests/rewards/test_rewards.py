"""What validators earn: nothing is made or lost, what is missed is shared, and who leaves votes out pays for it."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from types import ModuleType
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec
from generators.rewards import LAST_EPOCH, counted
from generators.scene import at_height, certificate, consensus_data, genesis, parent_vote, signed_block

MEMBERS = 4


@cache
def spec_of() -> ModuleType:
    return axivon_spec.load("minimal")


def blocks_of(spec: ModuleType) -> int:
    """Blocks of an epoch whose parents are of it."""
    return int(spec.HEIGHTS_PER_EPOCH) - 1


def earned(spec: ModuleType, state: Any) -> list[int]:
    """What each member earns at the end of the epoch."""
    before = [int(reward) for reward in state.staking.rewards]
    spec.process_rewards(state)
    return [int(after) - at_first for after, at_first in zip(state.staking.rewards, before, strict=True)]


@st.composite
def epochs(draw: st.DrawFn) -> tuple[tuple[int, ...], tuple[int, ...], int, int]:
    """Votes and credits of the members, the pool, and the share of proposers."""
    blocks = blocks_of(spec_of())
    votes = tuple(draw(st.integers(0, blocks)) for _ in range(MEMBERS))
    left, credits = blocks * 10_000, []
    for _ in range(MEMBERS):
        credits.append(draw(st.integers(0, left)))
        left -= credits[-1]
    return votes, tuple(credits), draw(st.integers(0, 10**17)), draw(st.integers(0, 5_000))


@settings(max_examples=200, deadline=None)
@given(epochs())
def test_rewards_are_shares_by_stake_and_by_votes(epoch: tuple[tuple[int, ...], tuple[int, ...], int, int]) -> None:
    """Against fractions: each reward is at most three nAXN below the exact one, and never above; the rest stays."""
    spec = spec_of()
    votes, credits, pool, share = epoch
    state = counted(spec, votes, credits, pool)
    state.staking.parameters.proposer_share = share
    weights = [int(weight) for weight in state.consensus.sets[1].weights]
    unclaimed = int(state.token.unclaimed)
    rewards = earned(spec, state)
    blocks, of_proposers = blocks_of(spec), Fraction(pool * share // 10_000)
    for reward, weight, cast, credit in zip(rewards, weights, votes, credits, strict=True):
        exact = (pool - of_proposers) * weight * cast / (sum(weights) * blocks)
        exact += of_proposers * credit / (10_000 * blocks)
        assert exact - 3 < reward <= exact
    assert sum(rewards) + int(state.token.pools.validators) == pool
    assert int(state.token.unclaimed) == unclaimed + sum(rewards)


def test_who_does_everything_gets_everything_but_remainders() -> None:
    spec = spec_of()
    blocks = blocks_of(spec)
    state = counted(spec, (blocks,) * MEMBERS, (blocks * 10_000, 0, 0, 0), 10**12)
    assert 0 <= 10**12 - sum(earned(spec, state)) <= 3 * MEMBERS


@settings(max_examples=50, deadline=None)
@given(epochs(), st.integers(0, MEMBERS - 1))
def test_what_a_silent_voter_misses_stays_in_the_pool(
    epoch: tuple[tuple[int, ...], tuple[int, ...], int, int], member: int
) -> None:
    """All of it, for all members of the next epoch: it can get back no more than it missed."""
    spec = spec_of()
    votes, credits, pool, share = epoch
    if votes[member] == 0:
        return
    fewer = tuple(cast - (place == member) for place, cast in enumerate(votes))
    found = []
    for cast in (votes, fewer):
        state = counted(spec, cast, credits, pool)
        state.staking.parameters.proposer_share = share
        rewards = earned(spec, state)
        found.append((rewards[member], int(state.token.pools.validators)))
    assert found[1][0] <= found[0][0]
    assert found[1][0] + found[1][1] == found[0][0] + found[0][1]


def test_a_leader_pays_for_votes_that_it_leaves_out() -> None:
    """The same block with fewer votes brings its leader less, by just their share of the stake."""
    spec = spec_of()
    start = at_height(spec, genesis(spec), LAST_EPOCH * int(spec.HEIGHTS_PER_EPOCH) + 2)
    weights = [int(weight) for weight in start.consensus.sets[1].weights]
    leader = int(spec.draw_leader(start, spec.Round(epoch=start.consensus.epoch, view=next_view(start))))
    found = {}
    for absent in ((), (3,)):
        state = start.copy()
        data = consensus_data(spec, state)
        data.certificate = certificate(spec, state, parent_vote(spec, state), absent)
        spec.state_transition(state, signed_block(spec, state, consensus=data))
        found[absent] = [
            int(after) - int(before) for after, before in zip(state.staking.credits, start.staking.credits, strict=True)
        ]
    assert found[()] == [10_000 if place == leader else 0 for place in range(MEMBERS)]
    share = (sum(weights) - weights[3]) * 10_000 // sum(weights)
    assert found[(3,)] == [share if place == leader else 0 for place in range(MEMBERS)]


def next_view(state: Any) -> int:
    """The view of the next block of the scene."""
    return int(state.chain.latest_header.round.view) + 1
