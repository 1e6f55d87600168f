"""An index beside the links of a keyed collection, instead of the walk over them.

An index belongs to one list of links and follows it: asked about another list, the nearest index is moved there by
the elements in which the two differ, which costs what has changed and not the length of the list.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from typing import Any

from axivon_spec.kernels import substitutes
from axivon_spec.runtime.ssz import Bytes32, List, changed_elements, uint64

INDICES = 16  # kept at once: collections times states that are in use side by side

_indices: list[_Index] = []  # the one used last stands first


class _Index:
    """The keys of one list of links: by position and in order."""

    def __init__(self, links: Any) -> None:
        self.links = links.copy()
        self.keys: list[bytes] = [bytes(link.key) for link in links.readonly_iter()]
        self.order = sorted(self.keys)
        self.positions = {key: position for position, key in enumerate(self.keys)}

    def is_kin(self, links: Any, length: int) -> bool:
        """Whether the two lists have grown from one: a guess, which only decides what is cheap."""
        shared = min(length, len(self.keys))
        return bytes(links[shared - 1].key) == self.keys[shared - 1] and (
            shared < 2 or bytes(links[1].key) == self.keys[1]
        )

    def move_to(self, links: Any, length: int) -> None:
        changed = changed_elements(self.links, links)
        for position in reversed(changed):
            if position < len(self.keys):
                key = self.keys[position]
                if position < length and bytes(links[position].key) == key:
                    continue
                del self.order[bisect_right(self.order, key) - 1]
                del self.positions[key]
        del self.keys[length:]
        for position in changed:
            if position >= length:
                break
            key = bytes(links[position].key)
            if position < len(self.keys) and self.keys[position] == key:
                continue
            if position < len(self.keys):
                self.keys[position] = key
            else:
                self.keys.append(key)
            insort(self.order, key)
            self.positions[key] = position
        self.links = links.copy()


def _index_of(links: Any) -> _Index:
    backing = links.get_backing()
    for place, index in enumerate(_indices):
        if index.links.get_backing() is backing:
            if place > 0:
                _indices.insert(0, _indices.pop(place))
            return index
    length = len(links)
    for place, index in enumerate(_indices):
        if type(index.links) is type(links) and index.is_kin(links, length):
            index.move_to(links, length)
            _indices.insert(0, _indices.pop(place))
            return index
    _indices.insert(0, _Index(links))
    del _indices[INDICES:]
    return _indices[0]


@substitutes("primitives.find_predecessor")
def find_predecessor(links: List[Link, MAX_ENTRIES], key: Bytes32) -> uint64:  # type: ignore # noqa: F821
    """The index of the entry with the largest key that is not above `key`."""
    index = _index_of(links)
    order: Sequence[bytes] = index.order
    return uint64(index.positions[order[bisect_right(order, bytes(key)) - 1]])
