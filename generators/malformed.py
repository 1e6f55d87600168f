"""Encodings spoilt by their structure: offsets that leave a gap, overlap, fall or lead beyond the end, and lists over
their limit, at the top of a type and in every part of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from axivon_spec.runtime import ssz

OFFSET = 4
LONGEST = 1 << 16  # bytes of a list that is one too long


@dataclass
class Parts:
    """A container, or a list of elements of variable size, taken apart: the encodings of its parts in order."""

    kinds: list[Any]
    data: list[bytes]

    @property
    def variable(self) -> list[int]:
        """Which parts stand behind an offset."""
        return [index for index, kind in enumerate(self.kinds) if ssz.fixed_size(kind) is None]

    def joined(self, change: Callable[[list[int]], None] = lambda offsets: None, gap: bytes = b"") -> bytes:
        """The encoding, once `change` has changed its offsets; `gap` stands before the first part of variable size."""
        place = sum(OFFSET if index in self.variable else len(data) for index, data in enumerate(self.data))
        offsets = []
        for index in self.variable:
            offsets.append(place)
            place += len(self.data[index])
        change(offsets)
        encoded = (offset.to_bytes(OFFSET, "little") for offset in offsets)
        head = (next(encoded) if index in self.variable else data for index, data in enumerate(self.data))
        return b"".join(head) + gap + b"".join(self.data[index] for index in self.variable)

    def with_part(self, index: int, data: bytes) -> Parts:
        return Parts(self.kinds, [*self.data[:index], data, *self.data[index + 1 :]])


def taken_apart(kind: Any, data: bytes) -> Parts | None:
    """None for what has no offsets."""
    value, what = ssz.decode(kind, data), ssz.kind(kind)
    if ssz.fixed_size(kind) is not None:
        return None
    if what == "container":
        fields = ssz.fields(kind)
        return Parts(list(fields.values()), [bytes(ssz.serialize(getattr(value, name))) for name in fields])
    if what == "list" and ssz.fixed_size(ssz.element_type(kind)) is None:
        elements = [bytes(ssz.serialize(element)) for element in value]
        return Parts([ssz.element_type(kind)] * len(elements), elements)
    return None


def offsets_of(kind: Any, data: bytes) -> int:
    """How many offsets an encoding has, within its parts too."""
    parts = taken_apart(kind, data)
    if parts is None:
        return 0
    return sum(1 + offsets_of(parts.kinds[index], parts.data[index]) for index in parts.variable)


def spoilt(kind: Any, data: bytes) -> Iterator[bytes]:
    """Encodings near `data`, those spoilt at the top first; some may still decode."""
    yield from _too_long(kind)
    parts = taken_apart(kind, data)
    if parts is None or not parts.variable:
        return
    for change, gap in CHANGES:
        if len(parts.variable) > 1 or change is not _falling:
            yield parts.joined(change, gap)
    for index in parts.variable:
        for inner in spoilt(parts.kinds[index], parts.data[index]):
            yield parts.with_part(index, inner).joined()


def _too_long(kind: Any) -> Iterator[bytes]:
    """One element more than a list may have, each of the fewest bytes; one bit more, all of them 0."""
    what = ssz.kind(kind)
    if what == "bitlist":
        count = ssz.bound(kind) + 1
        if count // 8 < LONGEST:
            yield (1 << count).to_bytes(count // 8 + 1, "little")  # the highest bit marks the end
        return
    if what == "bytelist":
        size = 1
    elif what == "list":
        element = ssz.element_type(kind)
        size = ssz.fixed_size(element) or OFFSET + len(ssz.serialize(element()))
    else:
        return
    count = ssz.bound(kind) + 1
    if count * size > LONGEST:
        return
    if what == "list" and ssz.fixed_size(element) is None:
        yield Parts([element] * count, [bytes(ssz.serialize(element()))] * count).joined()
    else:
        yield bytes(count * size)


def _behind_a_gap(offsets: list[int]) -> None:
    offsets[:] = [offset + 1 for offset in offsets]


def _overlapping(offsets: list[int]) -> None:
    offsets[0] -= 1


def _falling(offsets: list[int]) -> None:
    offsets[-1] = offsets[-2] - 1


def _beyond_the_end(offsets: list[int]) -> None:
    offsets[-1] = 2**32 - 1


def _at_zero(offsets: list[int]) -> None:
    offsets[0] = 0


CHANGES: list[tuple[Callable[[list[int]], None], bytes]] = [
    (_behind_a_gap, b"\x00"),
    (_behind_a_gap, b""),
    (_overlapping, b""),
    (_falling, b""),
    (_beyond_the_end, b""),
    (_at_zero, b""),
]
