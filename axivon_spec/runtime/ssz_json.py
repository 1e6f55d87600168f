"""SSZ values in the form for readers: JSON."""

from __future__ import annotations

from typing import Any

from axivon_spec.runtime.ssz_encoding import decode, serialize
from axivon_spec.runtime.ssz_types import bound, kind, type_name


def to_value(view: Any) -> Any:
    """The value as JSON: integers up to 32 bits as numbers, wider ones as decimal strings, bytes and bits as 0x…."""
    what = kind(type(view))
    if what == "uint":
        return int(view) if bound(type(view)) <= 32 else str(int(view))
    if what == "boolean":
        return bool(view)
    if what == "container":
        return {name: to_value(getattr(view, name)) for name in type(view)._fields}
    if what in ("list", "vector"):
        return [to_value(element) for element in view]
    return "0x" + serialize(view).hex()


def from_value(T: Any, value: Any) -> Any:
    """The inverse of `to_value`. Raises ValueError where `value` is not the form of a `T`."""
    what = kind(T)
    if what == "uint":
        narrow = bound(T) <= 32
        well_formed = type(value) is int if narrow else isinstance(value, str) and value.isdecimal()
        if not well_formed or (not narrow and str(int(value)) != value):
            raise ValueError(f"{value!r} is no {type_name(T)}")
        return T(int(value))
    if what == "boolean" and isinstance(value, bool):
        return T(value)
    if what == "container" and isinstance(value, dict) and list(value) == list(T._fields):
        return T(**{name: from_value(T._fields[name], part) for name, part in value.items()})
    if what in ("list", "vector") and isinstance(value, list):
        return T([from_value(T._element, element) for element in value])
    if what in ("bitlist", "bitvector", "bytelist", "bytevector") and isinstance(value, str) and value[:2] == "0x":
        return decode(T, bytes.fromhex(value[2:]))
    raise ValueError(f"{value!r} is no {type_name(T)}")
