"""Theorems about the emission, proved by z3 for every epoch and both presets.

The spec's own functions are executed on unknowns: their code runs with the constants of a preset and with numbers
whose operators build terms.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

import pytest
import z3

import axivon_spec

ERAS = 64  # after as many halvings nothing is left of a uint64
SPECS = {preset: axivon_spec.load(preset, kernels=()) for preset in axivon_spec.PRESETS}
DUST = {"mainnet": 764_976, "minimal": 72}  # nAXN that the schedule never releases


class Term:
    """An integer, known or not, with the operators that the spec uses on it."""

    def __init__(self, value: Any) -> None:
        self.value = z3.IntVal(int(value)) if isinstance(value, int) else value

    def __floordiv__(self, other: Any) -> Term:
        return Term(self.value / Term.of(other))  # z3's division of integers rounds down for a positive divisor

    def __rshift__(self, other: Any) -> Term:
        halved = z3.IntVal(0)
        for era in reversed(range(ERAS)):
            halved = z3.If(Term.of(other) == era, self.value / 2**era, halved)
        return Term(halved)

    @staticmethod
    def of(value: Any) -> Any:
        return value.value if isinstance(value, Term) else z3.IntVal(int(value))


def emission(spec: Any, epoch: Any) -> Any:
    """`compute_emission` of an unknown epoch."""
    names = {
        "Amount": lambda value: value,
        "FIRST_EMISSION": Term(int(spec.FIRST_EMISSION)),
        "EPOCHS_PER_ERA": int(spec.EPOCHS_PER_ERA),
    }
    code = spec.compute_emission.__code__
    assert set(code.co_names) == set(names), "the function has changed: so must the proof"
    return FunctionType(code, names)(Term(epoch)).value


def released(spec: Any, epoch: Any) -> Any:
    """What has been released before an epoch, in closed form: each era has so many epochs at one emission."""
    era = int(spec.EPOCHS_PER_ERA)
    total = z3.IntVal(0)
    for number in range(ERAS):
        past = epoch - number * era
        epochs = z3.If(past < 0, 0, z3.If(past > era, era, past))
        total += epochs * (int(spec.FIRST_EMISSION) >> number)
    return total


def proves(claim: Any, *given: Any) -> bool:
    solver = z3.Solver()
    solver.set("timeout", 60_000)
    solver.add(*given, z3.Not(claim))
    return bool(solver.check() == z3.unsat)


@pytest.mark.parametrize("preset", axivon_spec.PRESETS)
def test_the_closed_form_is_the_sum_of_all_emissions(preset: str) -> None:
    spec, epoch = SPECS[preset], z3.Int("epoch")
    assert proves(released(spec, z3.IntVal(0)) == 0)
    for era in range(ERAS + 1):  # the step of the induction, era by era
        first = era * int(spec.EPOCHS_PER_ERA)
        bounds = [epoch >= first] if era == ERAS else [epoch >= first, epoch < first + int(spec.EPOCHS_PER_ERA)]
        assert proves(released(spec, epoch + 1) - released(spec, epoch) == emission(spec, epoch), *bounds)


@pytest.mark.parametrize("preset", axivon_spec.PRESETS)
def test_never_more_than_the_rewards_are_released(preset: str) -> None:
    spec, epoch = SPECS[preset], z3.Int("epoch")
    assert proves(released(spec, epoch) <= int(spec.NETWORK_REWARDS), epoch >= 0)


@pytest.mark.parametrize("preset", axivon_spec.PRESETS)
def test_all_but_the_dust_is_released(preset: str) -> None:
    spec, epoch = SPECS[preset], z3.Int("epoch")
    rewards, end = int(spec.NETWORK_REWARDS), ERAS * int(spec.EPOCHS_PER_ERA)
    assert proves(released(spec, epoch) == rewards - DUST[preset], epoch >= end)
    assert not proves(released(spec, epoch) == rewards - DUST[preset] - 1, epoch >= end)


def test_the_shares_of_an_epoch_never_exceed_it() -> None:
    whole = 10_000
    amount, one, two, three = z3.Ints("amount one two three")
    parts = [z3.Int(f"part{number}") for number in range(3)]
    rounded = [
        z3.And(part * whole <= amount * share, amount * share < (part + 1) * whole)
        for part, share in zip(parts, (one, two, three), strict=True)
    ]
    given = [amount >= 0, one >= 0, two >= 0, three >= 0, one + two + three <= whole, *rounded]
    # The fact about products that the linear part of the proof needs
    bound = amount * (one + two + three) <= amount * whole
    assert proves(bound, amount >= 0, one + two + three <= whole)
    assert proves(sum(parts) <= amount, *given, amount * one + amount * two + amount * three <= amount * whole)


def test_a_wrong_claim_is_not_proved() -> None:
    spec, epoch = SPECS["minimal"], z3.Int("epoch")
    assert not proves(released(spec, epoch) <= int(spec.NETWORK_REWARDS) // 2, epoch >= 0)
