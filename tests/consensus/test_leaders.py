"""Leaders are drawn by stake, from a seed that nobody knew when the stake was fixed."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from hashlib import sha256
from types import ModuleType
from typing import Any

import pytest

import axivon_spec
from generators.scene import STAKES, at_height, genesis, genesis_of, leader_number, next_round, signed_block

VIEWS = 4_000


@pytest.fixture(scope="module")
def spec() -> ModuleType:
    return axivon_spec.load("minimal")


def expected(spec: ModuleType, state: Any, epoch: int, view: int) -> int:
    """Who leads, by fractions and the hash of the standard library."""
    ahead = epoch - int(state.consensus.epoch)
    frozen = state.consensus.sets[ahead + 1]
    mix = bytes(state.consensus.leader_seeds[ahead])
    seed = sha256(b"leader".ljust(32, b"\0") + epoch.to_bytes(8, "little") + mix).digest()
    drawn = int.from_bytes(sha256(seed + view.to_bytes(8, "little")).digest()[:16], "little")
    reached, share = Fraction(0), Fraction(drawn, 2**128)
    total = sum(int(weight) for weight in frozen.weights)
    for index, weight in zip(frozen.indices, frozen.weights, strict=True):
        reached += Fraction(int(weight), total)
        if share < reached:
            return int(index)
    raise AssertionError("the shares add up to one")


def test_the_leader_is_who_a_second_way_of_drawing_finds(spec: ModuleType) -> None:
    state = at_height(spec, genesis(spec), 3 * int(spec.HEIGHTS_PER_EPOCH))
    for epoch in (3, 4):
        for view in range(1, 500):
            assert spec.get_leader(state, spec.Round(epoch=epoch, view=view)) == expected(spec, state, epoch, view)


def test_leaders_follow_stake(spec: ModuleType) -> None:
    """Chi-squared with three degrees of freedom: above 21.1 once in ten thousand seeds, and this seed is fixed."""
    state = spec.create_genesis_state(genesis_of(spec, []))
    counts = Counter(int(spec.get_leader(state, spec.Round(epoch=0, view=view))) for view in range(1, VIEWS + 1))
    wanted = [Fraction(VIEWS * stake, sum(STAKES)) for stake in STAKES]
    assert sum((counts[i] - want) ** 2 / want for i, want in enumerate(wanted)) < 21


def test_stake_counts_from_the_third_epoch_on_and_the_mix_from_the_second(spec: ModuleType) -> None:
    """The table of the spec, on a chain of five epochs: what is written after the last block of an epoch, and which
    epoch it serves."""
    state = spec.create_genesis_state(genesis_of(spec, []))
    genesis_set, seed = state.consensus.sets[1].copy(), state.consensus.mix
    stakes, mixes = {}, {}
    for epoch in range(5):
        assert state.consensus.epoch == epoch
        assert state.consensus.leader_seeds[0] == (seed if epoch < 2 else mixes[epoch - 2])
        weights = [int(weight) for weight in state.consensus.sets[1].weights]
        assert weights == ([int(w) for w in genesis_set.weights] if epoch < 3 else stakes[epoch - 3])
        while state.consensus.epoch == epoch:
            if (state.chain.latest_header.height + 2) % spec.HEIGHTS_PER_EPOCH == 0:
                # Before the last block of the epoch a stake rises, as a later layer will let it
                state.staking.validators[epoch % 4].stake += 10**9
                state.token.bonded += 10**9
                state.token.reserve -= 10**9
            spec.state_transition(state, signed_block(spec, state))
        stakes[epoch] = [int(validator.stake) for validator in state.staking.validators]
        mixes[epoch] = state.consensus.mix
    assert len({tuple(found) for found in stakes.values()}) == 5


def test_a_mix_depends_on_every_reveal_and_on_its_order(spec: ModuleType) -> None:
    state = genesis(spec)
    outputs = []
    for _ in range(3):
        at = next_round(spec, state)
        signed = signed_block(spec, state)
        outputs.append(sha256(bytes(signed.block.header.reveal)).digest())
        assert leader_number(spec, state, at) == spec.get_leader(state, at)
        spec.state_transition(state, signed)
    mix = bytes(genesis(spec).consensus.mix)
    for output in outputs:
        mix = sha256(mix + output).digest()
    assert bytes(state.consensus.mix) == mix


def test_a_reveal_is_the_output_of_the_verifiable_random_function(spec: ModuleType) -> None:
    state = genesis(spec)
    header = signed_block(spec, state).block.header
    seed = spec.compute_reveal_seed(state.consensus.epoch, header.height, state.consensus.mix)
    leader = spec.get_leader(state, header.round)
    key = state.staking.validators[leader].public_key
    output = spec.verify_vrf(key, seed, spec.get_domain(state, spec.DOMAIN_VRF), header.reveal)
    assert bytes(output) == sha256(bytes(header.reveal)).digest()
