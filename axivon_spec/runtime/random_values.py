"""Values of any SSZ type, drawn from a seeded generator: the same on every Python, for vectors and tests."""

from __future__ import annotations

from random import Random
from typing import Any, Literal

from axivon_spec.runtime.ssz import bound, element_type, fields, fixed_size, kind

Mode = Literal["default", "largest", "random"]

DEFAULT_BUDGET = 1024  # bytes
OFFSET = 4
ROOM = 64  # bytes of budget that an element of variable size should get before there is another


def random_value(T: Any, random: Random, mode: Mode = "random", budget: int = DEFAULT_BUDGET) -> Any:
    """A value of `T`. Mode "default": as made without arguments; "largest": every bit set, lists as full as their
    limits and `budget` allow; "random": anything, edges of integers and of lengths more often than chance has them.

    `budget` bounds the bytes of the encoding, unless the smallest value of `T` already takes more.
    """
    if mode == "default":
        return T(0) if kind(T) in ("uint", "boolean") else T()
    return Drawing(random, mode == "largest").value(T, budget)


def smallest_size(T: Any) -> int:
    """Bytes that every value of `T` takes at least."""
    size = fixed_size(T)
    if size is not None:
        return size
    what = kind(T)
    if what == "container":
        return sum(_place(part) for part in fields(T).values())
    if what == "vector":
        return bound(T) * _place(element_type(T))
    return 1 if what == "bitlist" else 0


def largest_size(T: Any) -> int:
    """Bytes that every value of `T` takes at most."""
    size = fixed_size(T)
    if size is not None:
        return size
    what = kind(T)
    if what == "container":
        return sum(largest_size(part) + _offset(part) for part in fields(T).values())
    if what in ("list", "vector"):
        return bound(T) * (largest_size(element_type(T)) + _offset(element_type(T)))
    return bound(T) // 8 + 1 if what == "bitlist" else bound(T)


def _offset(T: Any) -> int:
    """Bytes that a value takes within a container beside its encoding."""
    return 0 if fixed_size(T) is not None else OFFSET


def _place(T: Any) -> int:
    return smallest_size(T) + _offset(T)


def _budgets(parts: list[Any], spare: int) -> list[int]:
    """A budget for each part, which shares `spare` bytes beyond the smallest sizes: small parts first get what they can
    use, the others divide the rest."""
    budgets = [0] * len(parts)
    uses = [largest_size(part) - smallest_size(part) for part in parts]
    left = max(0, spare)
    for done, index in enumerate(sorted(range(len(parts)), key=lambda i: uses[i])):
        share = min(uses[index], left // (len(parts) - done))
        budgets[index] = smallest_size(parts[index]) + share
        left -= share
    return budgets


class Drawing:
    """Draws values. A subclass may draw the values of some types otherwise: every part goes through `value`."""

    def __init__(self, random: Random, largest: bool = False) -> None:
        self.random, self.largest = random, largest

    def below(self, n: int) -> int:
        """A number from 0 to n - 1. Of the generator only `getrandbits` is used: it never changed between Pythons."""
        return self.random.getrandbits(n.bit_length() + 64) % n

    def bits(self, count: int) -> int:
        """An integer of at most `count` bits."""
        if self.largest:
            return (1 << count) - 1
        which = self.below(8)
        if which < 2:
            return ((1 << count) - 1) * which
        return self.random.getrandbits(count if which < 6 else 1 + self.below(count)) if count else 0

    def length(self, most: int) -> int:
        """A length of at most `most`."""
        if self.largest:
            return most
        which = self.below(8)
        return most * which if which < 2 else self.below(most + 1) if which < 4 else self.below(min(most, 4) + 1)

    def value(self, T: Any, budget: int) -> Any:
        what = kind(T)
        if what == "uint":
            return T(self.bits(bound(T)))
        if what == "boolean":
            return T(self.bits(1))
        if what == "bytevector":
            return T(self.bytes(bound(T)))
        if what == "bytelist":
            return T(self.bytes(self.length(min(bound(T), budget))))
        if what == "bitvector":
            return T(self.flags(bound(T)))
        if what == "bitlist":
            return T(self.flags(self.length(min(bound(T), max(0, budget * 8 - 1)))))
        if what == "container":
            return T(**self.fields(T, budget))
        return T(self.elements(T, budget))

    def bytes(self, count: int) -> bytes:
        return self.bits(count * 8).to_bytes(count, "little")

    def flags(self, count: int) -> list[bool]:
        drawn = self.bits(count)
        return [bool(drawn >> i & 1) for i in range(count)]

    def fields(self, T: Any, budget: int) -> dict[str, Any]:
        parts = fields(T)
        budgets = _budgets(list(parts.values()), budget - smallest_size(T))
        return {name: self.value(parts[name], share) for name, share in zip(parts, budgets, strict=True)}

    def elements(self, T: Any, budget: int) -> list[Any]:
        element = element_type(T)
        place = _place(element)
        if kind(T) == "vector":
            count = bound(T)
        else:
            wanted = min(place + ROOM, largest_size(element) + _offset(element))
            count = self.length(min(bound(T), budget // wanted or min(1, budget // place)))
        return [self.value(element, share) for share in _budgets([element] * count, budget - count * place)]
