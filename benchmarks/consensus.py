"""Consensus in the large: a certificate of many members, an epoch with many validators, and runs of voters."""

from __future__ import annotations

from typing import Any

import axivon_spec
from axivon_spec.simulation.spec import short_epochs
from axivon_spec.simulation.world import draw, simulate
from benchmarks.measure import Figure, report, seconds
from generators.scene import at_height, certificate, genesis, public_key, vote

MEMBERS, VALIDATORS, SCHEDULES = 512, 10_000, 20
STAKE = 20_000 * 10**9  # nAXN


def of_many_members() -> Figure:
    """A certificate that all members of a set have signed, their keys decompressed before."""
    spec = axivon_spec.load("minimal", MAX_VALIDATORS=1024, MAX_OFFENCES=4096)
    state = at_height(spec, genesis(spec), 3 * int(spec.HEIGHTS_PER_EPOCH) + 2)
    state.consensus.sets[1] = spec.ValidatorSet(
        indices=range(MEMBERS),
        public_keys=[public_key(spec, number) for number in range(MEMBERS)],
        weights=[STAKE + number for number in range(MEMBERS)],
    )
    cast = vote(spec, spec.VoteKind.FINALIZE, spec.Round(epoch=3, view=9), spec.sha256(b"block"))
    made = certificate(spec, state, cast)
    spec.check_certificate(state, made)
    samples = [1000 * seconds(lambda: spec.check_certificate(state, made), 1)[0] for _ in range(50)]
    return Figure("check a certificate", f"{MEMBERS} signers, keys cached", "ms", tuple(samples), "at most 5")


def of_many_validators() -> Figure:
    """The change of an epoch: a set is frozen, and the root of the new state computed."""
    spec = axivon_spec.load("mainnet")
    state = spec.State()
    validators = [
        spec.create_validator(spec.Address(), number.to_bytes(48, "big"), STAKE + number, 0)
        for number in range(VALIDATORS)
    ]
    state.staking.validators = spec.List[spec.Validator, spec.MAX_VALIDATORS](validators)
    state.staking.parameters = spec.DEFAULT_STAKING_PARAMETERS
    spec.hash_tree_root(state)

    def change() -> None:
        post = state.copy()
        spec.process_queues(post)
        spec.process_rotation(post)
        spec.hash_tree_root(post)

    samples = [seconds(change, 1)[0] for _ in range(3)]
    return Figure("change the epoch", f"{VALIDATORS:,} validators, preset mainnet", "s", tuple(samples), "under 3")


def of_voters() -> Figure:
    """Schedules of the simulation, one after the other in one process."""
    spec: Any = short_epochs()
    simulate(spec, draw(0))
    samples = [60 / seconds(lambda seed=seed: simulate(spec, draw(seed)), 1)[0] for seed in range(SCHEDULES)]
    mean = SCHEDULES / sum(1 / sample for sample in samples)
    name = f"simulate voters, {mean:.0f} a minute on average"
    return Figure(name, f"{SCHEDULES} schedules", "a minute", tuple(samples), "1,000 a minute a core")


def figures() -> list[Figure]:
    """Milliseconds, seconds, and schedules a minute."""
    return [of_many_members(), of_many_validators(), of_voters()]


if __name__ == "__main__":
    report(figures())
