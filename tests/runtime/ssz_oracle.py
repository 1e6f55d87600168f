"""Any of our SSZ types in terms of py-ssz, which shares no code with our engine: the independent oracle."""

from __future__ import annotations

from typing import Any

import ssz as py_ssz
from ssz import sedes

from axivon_spec.runtime.ssz import bound, element_type, fields, hash_tree_root, kind, serialize


def to_py_ssz(T: Any) -> Any:
    """The py-ssz sedes of a type."""
    what = kind(T)
    if what == "uint":
        return sedes.UInt(bound(T))
    if what == "boolean":
        return sedes.boolean
    if what == "container":
        return sedes.Container([to_py_ssz(part) for part in fields(T).values()])
    if what == "list":
        return sedes.List(to_py_ssz(element_type(T)), bound(T))
    if what == "vector":
        return sedes.Vector(to_py_ssz(element_type(T)), bound(T))
    by_kind = {
        "bytelist": sedes.ByteList,
        "bytevector": sedes.ByteVector,
        "bitlist": sedes.Bitlist,
        "bitvector": sedes.Bitvector,
    }
    return by_kind[what](bound(T))


def to_py_value(view: Any) -> Any:
    """The value in the form that py-ssz takes."""
    what = kind(type(view))
    if what == "uint":
        return int(view)
    if what == "boolean":
        return bool(view)
    if what in ("bytelist", "bytevector"):
        return bytes(view)
    if what == "container":
        return tuple(to_py_value(getattr(view, name)) for name in fields(type(view)))
    return tuple(to_py_value(element) for element in view)


def assert_agrees(view: Any) -> None:
    """Bytes and root of `view` are what py-ssz computes from its parts."""
    T = to_py_ssz(type(view))
    value = to_py_value(view)
    assert serialize(view) == bytes(py_ssz.encode(value, T))
    assert hash_tree_root(view) == bytes(py_ssz.get_hash_tree_root(value, T))
