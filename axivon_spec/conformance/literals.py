"""Values out of literals as they cross the wire, for the reference client."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

import cramjam

from axivon_spec.runtime import ssz
from axivon_spec.vectors.literals import bytes_of
from axivon_spec.vectors.types import Types

CACHE_LIMIT = 8 << 20  # serialized bytes of which the decoded trees are kept


class Reader:
    """Reads literals. Trees are immutable, so those decoded from a file are kept and shared."""

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
        types: dict[str, Any] = ssz.fields(kind)
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
