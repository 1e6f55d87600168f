"""Random values of any SSZ type in which the values that matter come up often: known addresses, amounts, proofs."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

from axivon_spec.runtime.random_values import Drawing
from axivon_spec.runtime.ssz import bound, is_mutable, kind

BUDGET = 300  # bytes of a value


class Known:
    """Values that matter: integers together with their neighbours, byte vectors by their length, every other value by
    its type."""

    def __init__(self, values: Iterable[Any]) -> None:
        numbers: dict[int, None] = {0: None, 1: None, 2: None}
        self.bytes: dict[int, list[bytes]] = {}
        self.others: dict[Any, list[Any]] = {}
        for value in values:
            if isinstance(value, int):
                numbers |= dict.fromkeys((int(value) - 1, int(value), int(value) + 1))
            elif kind(type(value)) == "bytevector":
                self.bytes.setdefault(len(value), []).append(bytes(value))
            else:
                self.others.setdefault(type(value), []).append(value)
        self.numbers = sorted(numbers)

    def of(self, T: Any) -> list[Any]:
        """What is known of a type."""
        what = kind(T)
        if what == "uint":
            return [number for number in self.numbers if 0 <= number < 2 ** bound(T)]
        return self.bytes.get(bound(T), []) if what == "bytevector" else self.others.get(T, [])


class WellTyped(Drawing):
    """Draws a known value five times of six, where one is known of the type."""

    def __init__(self, random: Random, known: Known) -> None:
        super().__init__(random)
        self.known = known

    def value(self, T: Any, budget: int = BUDGET) -> Any:
        known = self.known.of(T)
        if not known or self.below(6) == 0:
            return super().value(T, budget)
        chosen = known[self.below(len(known))]
        return chosen.copy() if is_mutable(T) else T(chosen)
