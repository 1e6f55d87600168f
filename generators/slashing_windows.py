"""What comes as the window of evidence passes: the penalty for offences at one time, and anchors that are too old."""

from __future__ import annotations

from functools import partial
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.epochs import before_last
from generators.levels import end_of_epoch
from generators.offences import evidence, late, with_evidence
from generators.scene import ALICE
from generators.states import quiet

# Correlation


def correlated(spec: ModuleType, found: Any, age: int | None = None) -> Any:
    """At the end of an epoch in which half a window has passed since these offences: (validator, epochs later)."""
    now = int(spec.EVIDENCE_EPOCHS) + 8
    state = before_last(spec, now, late(spec))
    half = int(spec.EVIDENCE_EPOCHS) // 2 if age is None else age
    for number, (voter, later) in enumerate(found):
        state.consensus.epoch = now - half + later
        made = evidence(spec, state, epoch=now - half, view=number + 1, voter=voter)
        spec.process_evidence(state, made, ALICE.address)
    state.consensus.epoch = now
    return quiet(state)


correlation_case = partial(end_of_epoch, "slashing", "correlation", "process_correlation")


@correlation_case(presets=("minimal", "mainnet"), blocks=True)
def of_one_alone(spec: ModuleType) -> Any:
    """Three times its own share."""
    return correlated(spec, [(3, 0)])


@correlation_case(blocks=True)
def of_more_than_a_third(spec: ModuleType) -> Any:
    """Everything that is left."""
    return correlated(spec, [(0, 0), (3, 0)])


@correlation_case()
def of_offences_around_it(spec: ModuleType) -> Any:
    """Each pays when its own time has come; all within the window count."""
    return correlated(spec, [(3, 0), (2, 1), (3, 2)])


@correlation_case()
def of_several_offences_of_one(spec: ModuleType) -> Any:
    """It is one validator, and its stake counts once."""
    return correlated(spec, [(3, 0), (3, 0)])


@correlation_case()
def of_nobody_whose_time_has_come(spec: ModuleType) -> Any:
    """One is too young by an epoch."""
    return correlated(spec, [(3, 1)])


@correlation_case()
def of_nobody_any_more(spec: ModuleType) -> Any:
    """One is too old by an epoch."""
    return correlated(spec, [(3, 0)], age=7)


@correlation_case(blocks=True)
def of_what_is_forgotten(spec: ModuleType) -> Any:
    """When the window has passed, an offence is; the younger one is kept."""
    return correlated(spec, [(3, 0), (2, 1)], age=int(spec.EVIDENCE_EPOCHS))


@correlation_case()
def of_what_is_forgotten_behind_what_is_kept(spec: ModuleType) -> Any:
    """The order stays."""
    state = correlated(spec, [(3, 2), (2, 1), (1, 3)], age=int(spec.EVIDENCE_EPOCHS))
    state.staking.offences[1].epoch -= 1
    state.staking.validators[2].active_until -= 1
    return state


@case("slashing", "correlation_block")
def while_staking_is_paused(spec: ModuleType) -> Steps:
    """Nothing that holds a vote against its signer is stopped."""
    state = correlated(spec, [(3, 0)])
    state.staking.paused = True
    made = with_evidence(spec, state, evidence(spec, state, view=9))
    yield step(spec.state_transition, state, made)


# Long range


def shortest_window(spec: ModuleType) -> int:
    """Seconds that the window takes at least."""
    return int(spec.EVIDENCE_EPOCHS) * int(spec.HEIGHTS_PER_EPOCH) * int(spec.MIN_BLOCK_SECONDS)


@case("slashing", "anchor", presets=("minimal", "mainnet"))
def of_many_ages(spec: ModuleType) -> Steps:
    """From as far in the future as a clock may be behind, of now, and to the last second."""
    window = shortest_window(spec)
    for anchor, now in (
        (1, 0),
        (10**9 + 1, 10**9),
        (10**9, 10**9),
        (10**9, 10**9 + window - 1),
        (2**64 - window, 2**64 - 1),
    ):
        yield step(spec.check_anchor, spec.uint64(anchor), spec.uint64(now))


@case("slashing", "anchor", rejects="slashing.check_anchor.long-range", presets=("minimal", "mainnet"))
def that_is_too_old(spec: ModuleType) -> Steps:
    """By a second."""
    yield step(spec.check_anchor, spec.uint64(10**9), spec.uint64(10**9 + shortest_window(spec)))


@case("slashing", "anchor", rejects="slashing.check_anchor.long-range")
def that_is_as_old_as_can_be(spec: ModuleType) -> Steps:
    """All the time that there is."""
    yield step(spec.check_anchor, spec.uint64(0), spec.uint64(2**64 - 1))


@case("slashing", "anchor", rejects="slashing.check_anchor.from-the-future", presets=("minimal", "mainnet"))
def that_is_to_come(spec: ModuleType) -> Steps:
    """The clock is behind by two seconds."""
    yield step(spec.check_anchor, spec.uint64(10**9 + 2), spec.uint64(10**9))


@case("slashing", "anchor", rejects="slashing.check_anchor.from-the-future")
def that_is_of_the_end_of_time(spec: ModuleType) -> Steps:
    """For a clock that has not begun."""
    yield step(spec.check_anchor, spec.uint64(2**64 - 1), spec.uint64(0))
