"""The SSZ types of a spec, by the names that the vectors use."""

from __future__ import annotations

import ast
from types import ModuleType
from typing import Any

from axivon_spec.runtime import ssz

GENERIC = {
    "List": ssz.List,
    "Vector": ssz.Vector,
    "Bitlist": ssz.Bitlist,
    "Bitvector": ssz.Bitvector,
    "ByteList": ssz.ByteList,
    "ByteVector": ssz.ByteVector,
}


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
