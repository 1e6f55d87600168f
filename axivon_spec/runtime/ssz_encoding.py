"""SSZ bytes. A value has one encoding, and decoding takes no other.

Every length is checked before anything is made, so that memory is bounded by the input whatever its offsets claim.
"""

from __future__ import annotations

from typing import Any

from axivon_spec.runtime.ssz_tree import (
    BYTES_PER_CHUNK,
    Node,
    PairNode,
    RootNode,
    leaves,
    length_node,
    pack_bytes_to_chunks,
    subtree_fill_to_contents,
)
from axivon_spec.runtime.ssz_types import fixed_size, kind, type_name

BYTES_PER_OFFSET = 4


class MalformedSSZ(ValueError):
    """Bytes that are not the encoding of any value of a type: `type_name`, `offset` (byte of the input), `what`."""

    def __init__(self, type_name: str, offset: int, what: str) -> None:
        super().__init__(f"{type_name}: byte {offset}: {what}")
        self.type_name, self.offset, self.what = type_name, offset, what


def serialize(value: Any) -> bytes:
    """The SSZ encoding."""
    if isinstance(value, bytes):
        return bytes(value)
    if isinstance(value, bool):  # a comparison, as spec code makes it
        return bytes([value])
    return _encoded(type(value), value.get_backing())


def _packed(node: Node, depth: int, size: int) -> bytes:
    """The first `size` bytes of the chunks below `node`."""
    chunks = leaves(node, depth, -(-size // BYTES_PER_CHUNK))
    return b"".join([chunk.merkle_root() for chunk in chunks])[:size]


def _encoded(T: Any, node: Node) -> bytes:
    what = kind(T)
    if what in ("uint", "boolean"):
        return bytes(node.merkle_root()[: T.type_byte_length()])
    if what == "container":
        return _joined(T._types, leaves(node, T._depth, len(T._types)))
    if what in ("vector", "bitvector", "bytevector"):
        length, contents = T._bound, node
    else:
        length, contents = int.from_bytes(node.get_right().merkle_root(), "little"), node.get_left()
    if what in ("bytevector", "bytelist"):
        return _packed(contents, T._contents_depth, length)
    if what == "bitvector":
        return _packed(contents, T._contents_depth, -(-length // 8))
    if what == "bitlist":
        delimited = bytearray(_packed(contents, T._contents_depth, -(-length // 8))) + b"\0" * (length % 8 == 0)
        delimited[-1] |= 1 << length % 8
        return bytes(delimited)
    if T._per_chunk:
        return _packed(contents, T._contents_depth, length * T._element.type_byte_length())
    return _joined((T._element,) * length, leaves(contents, T._contents_depth, length))


def _joined(types: tuple[Any, ...], nodes: list[Node]) -> bytes:
    """The encodings of several values: those of fixed size in place, for the others an offset, and they follow."""
    parts = [_encoded(T, node) for T, node in zip(types, nodes, strict=True)]
    if all(fixed_size(T) is not None for T in set(types)):
        return b"".join(parts)
    fixed = [fixed_size(T) is not None for T in types]
    offset = sum(len(part) if is_fixed else BYTES_PER_OFFSET for part, is_fixed in zip(parts, fixed, strict=True))
    head, tail = [], []
    for part, is_fixed in zip(parts, fixed, strict=True):
        if is_fixed:
            head.append(part)
        else:
            head.append(offset.to_bytes(BYTES_PER_OFFSET, "little"))
            tail.append(part)
            offset += len(part)
    return b"".join(head + tail)


def decode(T: Any, data: bytes) -> Any:
    """The value that `data` encodes. Raises `MalformedSSZ` unless `data` is exactly the encoding of a `T`."""
    data = bytes(data)
    return T.view_from_backing(_Reader(T, data).read(T, 0, len(data)))


def can_decode(T: Any, data: bytes) -> bool:
    """Whether `data` is exactly the encoding of a value of `T`."""
    data = bytes(data)
    try:
        _Reader(T, data).read(T, 0, len(data))
    except MalformedSSZ:
        return False
    return True


class _Reader:
    def __init__(self, T: type, data: bytes) -> None:
        self.type, self.data = T, data

    def fail(self, offset: int, what: str) -> MalformedSSZ:
        return MalformedSSZ(type_name(self.type), offset, what)

    def read(self, T: Any, start: int, stop: int) -> Node:
        """The tree of the `T` that is encoded from byte `start` up to `stop`."""
        what, data = kind(T), self.data
        size = fixed_size(T)
        if size is not None and stop - start != size:
            raise self.fail(min(stop, start + size), f"{type_name(T)} has {size} bytes, not {stop - start}")
        if what == "uint":
            return RootNode(data[start:stop].ljust(BYTES_PER_CHUNK, b"\0"))  # type: ignore[arg-type]
        if what == "boolean":
            self.check_booleans(start, stop)
            return RootNode(data[start:stop].ljust(BYTES_PER_CHUNK, b"\0"))  # type: ignore[arg-type]
        if what == "bytevector":
            return self.packed(T, start, stop)
        if what == "bytelist":
            self.check_count(T, stop - start, start)
            return PairNode(self.packed(T, start, stop), length_node(stop - start))
        if what == "bitvector":
            if T._bound % 8 and data[stop - 1] >> T._bound % 8:
                raise self.fail(stop - 1, f"a bit beyond the {T._bound} of {type_name(T)} is set")
            return self.packed(T, start, stop)
        if what == "bitlist":
            return self.bitlist(T, start, stop)
        if what == "container":
            return subtree_fill_to_contents(self.values(T._types, T, start, stop), T._depth)
        count, contents = self.elements(T, start, stop)
        return contents if what == "vector" else PairNode(contents, length_node(count))

    def packed(self, T: Any, start: int, stop: int) -> Node:
        return subtree_fill_to_contents(pack_bytes_to_chunks(self.data[start:stop]), T._contents_depth)

    def check_booleans(self, start: int, stop: int) -> None:
        for offset in range(start, stop):
            if self.data[offset] > 1:
                raise self.fail(offset, f"a boolean is 0 or 1, not {self.data[offset]}")

    def check_count(self, T: Any, count: int, offset: int) -> None:
        if count > T._bound:
            raise self.fail(offset, f"{count} elements are too many for {type_name(T)}")

    def bitlist(self, T: Any, start: int, stop: int) -> Node:
        if start == stop or self.data[stop - 1] == 0:
            raise self.fail(max(start, stop - 1), f"{type_name(T)} lacks the bit that marks its end")
        last = self.data[stop - 1]
        length = (stop - 1 - start) * 8 + last.bit_length() - 1
        self.check_count(T, length, stop - 1)
        bits = bytearray(self.data[start:stop])
        bits[-1] ^= 1 << last.bit_length() - 1
        contents = pack_bytes_to_chunks(bytes(bits[: -(-length // 8)]))
        return PairNode(subtree_fill_to_contents(contents, T._contents_depth), length_node(length))

    def elements(self, T: Any, start: int, stop: int) -> tuple[int, Node]:
        size = fixed_size(T._element)
        if size is not None:
            count, rest = divmod(stop - start, size)
            if rest:
                raise self.fail(stop - rest, f"{type_name(T)} ends within an element of {size} bytes")
        else:
            count = self.offset_count(T, start, stop)
        self.check_count(T, count, start)
        if kind(T) == "vector" and count != T._bound:
            raise self.fail(start, f"{type_name(T)} has {T._bound} elements, not {count}")
        if T._per_chunk:
            if kind(T._element) == "boolean":
                self.check_booleans(start, stop)
            return count, self.packed(T, start, stop)
        if size is not None:
            nodes = [self.read(T._element, at, at + size) for at in range(start, stop, size)]
        else:
            nodes = self.values((T._element,) * count, T, start, stop)
        return count, subtree_fill_to_contents(nodes, T._contents_depth)

    def offset_count(self, T: Any, start: int, stop: int) -> int:
        """How many elements of variable size there are: the first offset follows the last."""
        if start == stop:
            return 0
        first = self.offset(T, start, stop)
        if first == 0 or first % BYTES_PER_OFFSET or first > stop - start:
            raise self.fail(start, f"the first offset of {type_name(T)} cannot be {first} within {stop - start} bytes")
        return first // BYTES_PER_OFFSET

    def offset(self, T: Any, at: int, stop: int) -> int:
        if stop - at < BYTES_PER_OFFSET:
            raise self.fail(stop, f"{type_name(T)} ends within an offset")
        return int.from_bytes(self.data[at : at + BYTES_PER_OFFSET], "little")

    def values(self, types: tuple[Any, ...], T: Any, start: int, stop: int) -> list[Node]:
        """The trees of several values, laid out as `_joined` does."""
        nodes: list[Any] = []
        variable: list[tuple[int, Any, int]] = []  # place among the nodes, where its offset stands, offset
        at = start
        for part in types:
            size = fixed_size(part)
            if size is None:
                variable.append((len(nodes), at, self.offset(T, at, stop)))
                nodes.append(None)
                at += BYTES_PER_OFFSET
            else:
                if at + size > stop:
                    raise self.fail(stop, f"{type_name(T)} ends within {type_name(part)}")
                nodes.append(self.read(part, at, at + size))
                at += size
        expected = at - start
        if not variable:
            return nodes  # of fixed size: the caller has checked the length
        if variable[0][2] != expected:
            raise self.fail(variable[0][1], f"the first offset of {type_name(T)} is {expected}, not {variable[0][2]}")
        size, least = stop - start, expected
        for _, place, offset in variable:
            if not least <= offset <= size:
                raise self.fail(place, f"an offset of {type_name(T)} is {offset}, not from {least} to {size}")
            least = offset
        ends = [offset for _, _, offset in variable[1:]] + [size]
        for (index, _, offset), end in zip(variable, ends, strict=True):
            nodes[index] = self.read(types[index], start + offset, start + end)
        return nodes
