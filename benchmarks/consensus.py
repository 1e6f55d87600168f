"""Consensus in the large: a certificate of many members, an epoch with many validators, and runs of voters."""

from __future__ import annotations

import time
from typing import Any

import axivon_spec
from axivon_spec.simulation.schedule import draw
from axivon_spec.simulation.spec import short_epochs
from axivon_spec.simulation.world import simulate
from benchmarks.measure import Figure, report, seconds
from generators.scene import at_height, certificate, genesis, public_key, vote

MEMBERS, VALIDATORS, SCHEDULES = 512, 10_000, 200
STAKE = 20_000 * 10**9  # nAXN
PARTS = (  # of the end of an epoch
    *("process_rewards", "process_correlation", "process_queues", "process_rotation"),
    *("process_custody", "process_quorums"),
)


def of_many_members() -> Figure:
    """A certificate that all members of a set have signed, their keys decompressed before."""
    spec = axivon_spec.load("minimal", MAX_VALIDATORS=1024)
    state = at_height(spec, genesis(spec), 3 * int(spec.HEIGHTS_PER_EPOCH) + 2)
    state.consensus.sets[1] = spec.ValidatorSet(
        indices=range(MEMBERS),
        public_keys=[public_key(spec, number) for number in range(MEMBERS)],
        stakes=[STAKE + number for number in range(MEMBERS)],
        weights=[STAKE + number for number in range(MEMBERS)],
    )
    cast = vote(spec, spec.VoteKind.FINALIZE, spec.Round(epoch=3, view=9), spec.sha256(b"block"))
    made = certificate(spec, state, cast)
    spec.check_certificate(state, made)
    samples = [1000 * seconds(lambda: spec.check_certificate(state, made), 1)[0] for _ in range(50)]
    return Figure("check a certificate", f"{MEMBERS} signers, keys cached", "ms", tuple(samples), "at most 5")


def of_many_validators() -> Figure:
    """The change of an epoch: rewards are divided, queues move, a set is frozen, and the root of the state computed."""
    spec = axivon_spec.load("mainnet")
    state = spec.State()
    validators = [
        spec.create_validator(spec.Address(), number.to_bytes(48, "big"), STAKE + number, 0)
        for number in range(VALIDATORS)
    ]
    state.staking.validators = spec.List[spec.Validator, spec.MAX_VALIDATORS](validators)
    state.staking.parameters = spec.DEFAULT_STAKING_PARAMETERS
    state.staking.rewards = spec.List[spec.Amount, spec.MAX_VALIDATORS]([0] * VALIDATORS)
    frozen = spec.compute_validator_set(state.staking.validators, 0)
    state.consensus.sets = [frozen] * int(spec.KEPT_SETS)
    blocks = int(spec.HEIGHTS_PER_EPOCH) - 1
    counts = spec.List[spec.uint64, spec.MAX_VALIDATORS]
    state.staking.votes = counts([number % blocks for number in range(VALIDATORS)])
    state.staking.credits = counts([number % 2000 for number in range(VALIDATORS)])
    state.token.pools.validators = 10**15
    spec.hash_tree_root(state)
    encoded = spec.serialize(state)

    def change() -> dict[str, float]:
        """Seconds of each part. Nothing of the state was read before, and its root is known."""
        post, parts = spec.decode(spec.State, encoded), {}
        spec.hash_tree_root(post)
        for function in (*PARTS, "hash_tree_root"):
            start = time.perf_counter()
            getattr(spec, function)(post)
            parts[function] = time.perf_counter() - start
        return parts

    runs = [change() for _ in range(3)]
    middle = sorted(runs, key=lambda parts: sum(parts.values()))[1]
    told = ", ".join(f"{name} {seconds:.2f}" for name, seconds in middle.items())
    samples = tuple(sum(parts.values()) for parts in runs)
    return Figure(
        "change the epoch", f"{VALIDATORS:,} validators in each set, preset mainnet: {told}", "s", samples, "under 3"
    )


def of_voters() -> Figure:
    """Schedules of the simulation, one after the other in one process, after as many others: as in a long run."""
    specs: Any = short_epochs()
    for seed in range(SCHEDULES):
        simulate(specs, draw(seed))
    seeds = range(SCHEDULES, 2 * SCHEDULES)
    samples = [60 / seconds(lambda seed=seed: simulate(specs, draw(seed)), 1)[0] for seed in seeds]
    mean = SCHEDULES / sum(1 / sample for sample in samples)
    name = f"simulate voters, {mean:.0f} a minute on average"
    return Figure(name, f"{SCHEDULES} schedules", "a minute", tuple(samples), "1,000 a minute a core")


def figures() -> list[Figure]:
    """Milliseconds, seconds, and schedules a minute."""
    return [of_many_members(), of_many_validators(), of_voters()]


if __name__ == "__main__":
    report(figures())
