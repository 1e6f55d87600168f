"""Types by name, and values out of literals, for the reference client and the oracle."""

from __future__ import annotations

import ast
from collections import OrderedDict
from pathlib import Path
from types import ModuleType
from typing import Any

import cramjam

from axivon_spec.runtime import ssz

GENERIC = {
    "List": ssz.List,
    "Vector": ssz.Vector,
    "Bitlist": ssz.Bitlist,
    "Bitvector": ssz.Bitvector,
    "ByteList": ssz.ByteList,
    "ByteVector": ssz.ByteVector,
}
CACHE_LIMIT = 8 << 20  # serialized bytes of which the decoded trees are kept


class UnknownType(ValueError):
    """The spec has no SSZ type of this name."""


class Types:
    """The SSZ types of a spec: `Transfer`, `uint64`, `List[Transfer, 16]`, `ByteList[MAX_MEMO_BYTES]`."""

    def __init__(self, spec: ModuleType) -> None:
        self._names = vars(spec)
        self._found: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        """Raises `UnknownType`."""
        found = self._found.get(name)
        if found is None:
            try:
                found = self._found[name] = self._read(ast.parse(name, mode="eval").body)
            except (ValueError, KeyError, SyntaxError, TypeError, RecursionError):
                raise UnknownType(f"there is no type {name}") from None
        return found

    def _read(self, expression: ast.expr) -> Any:
        match expression:
            case ast.Name(id=name):
                found = self._names.get(name)
                if isinstance(found, type) and ssz.kind(found) is not None:
                    return found
            case ast.Subscript(value=ast.Name(id=generic), slice=ast.Tuple(elts=[element, limit])):
                return GENERIC[generic][self._read(element), self._bound(limit)]
            case ast.Subscript(value=ast.Name(id=generic), slice=limit):
                return GENERIC[generic][self._bound(limit)]
        raise ValueError

    def _bound(self, expression: ast.expr) -> int:
        match expression:
            case ast.Constant(value=int(bound)):
                return bound
            case ast.Name(id=name) if isinstance(self._names.get(name), int):
                return int(self._names[name])
        raise ValueError


class Reader:
    """Values out of wire literals. Trees are immutable, so those decoded from a file are kept and shared."""

    def __init__(self, types: Types, snappy: bool) -> None:
        self._types, self._snappy = types, snappy
        self._kept: OrderedDict[tuple[Any, str], tuple[Any, int]] = OrderedDict()
        self._size = 0

    def value(self, literal: dict[str, Any]) -> Any:
        """A fresh view. Raises `UnknownType`, `ssz.MalformedSSZ`, OSError."""
        kind = self._types.get(literal["type"])
        if "ssz" in literal:
            return ssz.decode(kind, bytes_of(literal["ssz"]))
        reference = literal["object"]
        if _is_reference(reference):
            return kind.view_from_backing(self._tree(kind, reference))
        types = ssz.fields(kind)
        return kind(
            **{name: types[name].view_from_backing(self._tree(types[name], part)) for name, part in reference.items()}
        )

    def bytes(self, reference: dict[str, str]) -> bytes:
        """What a reference stands for."""
        if "hex" in reference:
            return bytes_of(reference["hex"])
        data = Path(reference["path"]).read_bytes()
        return bytes(cramjam.snappy.decompress_raw(data)) if self._snappy else data

    def _tree(self, kind: Any, reference: dict[str, str]) -> Any:
        path = reference.get("path")
        if path is None:
            return ssz.decode(kind, self.bytes(reference)).get_backing()
        key = (kind, path)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][0]
        data = self.bytes(reference)
        tree = ssz.decode(kind, data).get_backing()
        self._kept[key] = (tree, len(data))
        self._size += len(data)
        while self._size > CACHE_LIMIT:
            self._size -= self._kept.popitem(last=False)[1][1]
        return tree


def _is_reference(reference: dict[str, Any]) -> bool:
    return isinstance(reference.get("path"), str) or isinstance(reference.get("hex"), str)


def bytes_of(text: str) -> bytes:
    """The bytes of `0x…`. Raises ValueError."""
    if not text.startswith("0x"):
        raise ValueError(f"not hexadecimal: {text[:40]}")
    return bytes.fromhex(text[2:])
