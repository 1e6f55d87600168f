"""How many enter and leave the set of validators in an epoch."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.epochs import before_last
from generators.levels import end_of_epoch
from generators.scene import ALICE, STAKES, genesis, signed_block
from generators.staking import NEW, with_deposit, with_exit

TOTAL = sum(STAKES)
CHURN = TOTAL * 1_234 // 10_000  # what an epoch allows


def before_the_end(spec: ModuleType, deposits: Iterable[int] = (), exits: Iterable[int] = (), saved: int = 0) -> Any:
    """Before the last block of epoch 2: these stakes wait to enter and these validators to leave."""
    state = before_last(spec, 2, genesis(spec, {ALICE: 4 * 10**16}))
    for number, amount in enumerate(deposits):
        with_deposit(spec, state, NEW + number, ALICE, amount)
    for place in exits:
        with_exit(spec, state, place)
    state.staking.unbonding_height = 21
    state.staking.entry_budget = saved if deposits else 0
    state.staking.exit_budget = saved if exits else 0
    return state


queue_case = partial(end_of_epoch, "staking", "queues", "process_queues")


@queue_case(presets=("minimal", "mainnet"), blocks=True)
def where_nobody_waits(spec: ModuleType) -> Any:
    """What nobody uses is not saved."""
    return before_the_end(spec)


@queue_case(presets=("minimal", "mainnet"), blocks=True)
def where_all_may_go(spec: ModuleType) -> Any:
    """Two enter the set of the epoch after the next two, and the smallest leaves it."""
    return before_the_end(spec, [10**13, 2 * 10**13], [3])


@queue_case()
def where_the_first_must_wait(spec: ModuleType) -> Any:
    """What the epoch allows is saved for it, and the small one behind it waits too."""
    return before_the_end(spec, [CHURN + 1, 10**13], [0, 3])


@queue_case()
def where_what_is_allowed_is_just_enough(spec: ModuleType) -> Any:
    """To the last nAXN."""
    return before_the_end(spec, [CHURN])


@queue_case()
def where_one_is_missing_in_what_is_allowed(spec: ModuleType) -> Any:
    """It enters an epoch later."""
    return before_the_end(spec, [CHURN + 1])


@queue_case()
def where_what_was_saved_is_just_enough(spec: ModuleType) -> Any:
    """For the large one; the next must wait, and what is left is saved for it."""
    return before_the_end(spec, [CHURN + 5 * 10**13, 10**13], saved=5 * 10**13 + 3)


@queue_case()
def where_it_is_just_enough_to_leave(spec: ModuleType) -> Any:
    """To the last nAXN."""
    return before_the_end(spec, exits=[2, 3], saved=STAKES[2] - CHURN)


@queue_case()
def where_one_is_missing_to_leave(spec: ModuleType) -> Any:
    """It stays an epoch longer."""
    return before_the_end(spec, exits=[2], saved=STAKES[2] - CHURN - 1)


@queue_case(blocks=True)
def where_two_go_and_one_stays(spec: ModuleType) -> Any:
    """What is left of the budget is saved for the third."""
    return before_the_end(spec, [2 * 10**13, 10**13, CHURN], [3, 1, 0], saved=STAKES[3] + STAKES[1] + 7)


@queue_case()
def where_all_would_leave(spec: ModuleType) -> Any:
    """The last one stays: what may leave is one nAXN less than what there is."""
    return before_the_end(spec, exits=[2, 0, 3, 1], saved=10 * TOTAL)


@queue_case(blocks=True)
def where_the_only_one_would_leave(spec: ModuleType) -> Any:
    """It stays until another has come."""
    state = before_the_end(spec, exits=[1], saved=10 * TOTAL)
    for place in (0, 2, 3):
        state.staking.validators[place].active_until = 1
        state.staking.validators[place].withdrawable_from = 10**6
    return state


@queue_case()
def where_the_set_has_changed_since(spec: ModuleType) -> Any:
    """What counts is who will be in the set: one has left before, and another comes in its first epoch."""
    state = with_deposit(spec, before_the_end(spec, exits=[1]), NEW, ALICE, CHURN)
    state.staking.validators[0].active_until = 5
    state.staking.validators[0].withdrawable_from = 10**6
    state.staking.validators[2].active_from = 5
    state.staking.validators[3].active_until = 6
    state.staking.validators[3].withdrawable_from = 10**6
    return state


@queue_case(blocks=True)
def where_a_departure_is_fixed_for_later(spec: ModuleType) -> Any:
    """Whoever leaves with the epoch after the one whose set is frozen is in that set."""
    state = before_the_end(spec)
    state.staking.validators[2].active_until = 6
    state.staking.validators[2].withdrawable_from = 10**6
    return state


@queue_case(blocks=True)
def where_staking_is_paused(spec: ModuleType) -> Any:
    """By itself it does what it does; in a block it does not happen, and heights of the layer do not count."""
    state = before_the_end(spec, [10**13], [3])
    state.staking.paused = True
    return state


@queue_case()
def where_an_epoch_allows_nearly_nothing(spec: ModuleType) -> Any:
    """The least share, rounded down."""
    state = before_the_end(spec, [10**13])
    state.staking.validators[0].stake += 9_999
    state.token.bonded += 9_999
    state.token.reserve -= 9_999
    state.staking.parameters.churn_share = 1
    return state


@case("staking", "queues_block")
def through_the_sets_of_three_epochs(spec: ModuleType) -> Steps:
    """Who enters votes in the third epoch from then, and who leaves does until then."""
    state = before_the_end(spec, [10**14], [2], saved=STAKES[2])
    while state.consensus.epoch < 6:
        yield step(spec.state_transition, state, signed_block(spec, state))


@case("staking", "parameters", presets=("minimal", "mainnet"))
def with_the_bounds_of_each(spec: ModuleType) -> Steps:
    """The bounds belong to what is allowed."""
    for parameters in (spec.MINIMUM_STAKING_PARAMETERS, spec.MAXIMUM_STAKING_PARAMETERS):
        yield step(spec.check_staking_parameters, parameters)


def _register_bounds() -> None:
    names = {
        "churn_share": "churn",
        "penalty_share": "a penalty",
        "reporter_share": "a reward",
        "proposer_share": "proposers",
    }
    for name, words in names.items():
        for bound, change, how in (("MINIMUM", -1, "less"), ("MAXIMUM", 1, "more")):
            if bound == "MINIMUM" and name in ("reporter_share", "proposer_share"):
                continue  # nothing is less than nothing

            def beyond(spec: ModuleType, name: str = name, bound: str = bound, change: int = change) -> Steps:
                """One basis point beyond the bound."""
                parameters = spec.DEFAULT_STAKING_PARAMETERS.copy()
                value = getattr(getattr(spec, f"{bound}_STAKING_PARAMETERS"), name)
                setattr(parameters, name, int(value) + change)
                yield step(spec.check_staking_parameters, parameters)

            beyond.__name__ = f"with_{how}_than_the_bound_for_{words.replace(' ', '_')}"
            case("staking", "parameters", rejects="staking.check_staking_parameters.out-of-bounds")(beyond)


_register_bounds()
