"""Values of the spec as a case holds them: `{"type", "ssz" | "object", "value"}`."""

from __future__ import annotations

import json
from collections.abc import Callable, Container
from typing import Any

from axivon_spec.runtime import ssz
from axivon_spec.vectors.store import ObjectStore, digest_of
from axivon_spec.vectors.types import Types

Literal = dict[str, Any]
INLINE_LIMIT = 1024  # bytes: a larger value is an object


def encode_json(data: object) -> bytes:
    """The one way in which the vectors write JSON."""
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def write(view: Any, type_name: str, store: ObjectStore) -> Literal:
    """A literal for a value of the type with this name."""
    reference = write_object(view, store)
    if reference is not None:
        return {"type": type_name, "object": reference}
    return {"type": type_name, "ssz": hex_of(ssz.serialize(view)), "value": ssz.to_value(view)}


def write_object(view: Any, store: ObjectStore) -> str | dict[str, str] | None:
    """Store a value that is too large to stand inline, and return its reference; None for a small one.

    A container whose fields are all containers is stored field by field, so that a change in one layer leaves the
    objects of the others as they were.
    """
    if layers := _layers(view):
        return {name: store.put_value(layer) for name, layer in layers.items()}
    data = ssz.serialize(view)
    return store.put(data) if len(data) > INLINE_LIMIT else None


def write_post(view: Any, store: ObjectStore, named: Container[str]) -> str | dict[str, str] | None:
    """As `write_object`, of what a step leaves: small layers stand inline, but for those that the case has `named`."""
    layers = {name: ssz.serialize(layer) for name, layer in _layers(view).items()}
    if not layers:
        return write_object(view, store)
    return {
        name: hex_of(data) if len(data) <= INLINE_LIMIT and digest_of(data) not in named else store.put(data)
        for name, data in layers.items()
    }


def _layers(view: Any) -> dict[str, Any]:
    """The fields of a container that is stored field by field; none of another value."""
    fields = ssz.fields(type(view)) if ssz.kind(type(view)) == "container" else {}
    is_split = all(ssz.kind(field) == "container" for field in fields.values()) and ssz.fixed_size(type(view)) is None
    return {name: getattr(view, name) for name in fields} if is_split else {}


def read(literal: Literal, types: Types, fetch: Callable[[str], bytes]) -> Any:
    """The value of a literal. Raises `UnknownType`, `ssz.MalformedSSZ`, or what `fetch` raises."""
    kind = types.get(literal["type"])
    if "ssz" in literal:
        return ssz.decode(kind, bytes_of(literal["ssz"]))
    return read_object(literal["object"], kind, fetch)


def read_object(reference: str | dict[str, str], kind: Any, fetch: Callable[[str], bytes]) -> Any:
    """The value that `write_object` or `write_post` stored."""
    if isinstance(reference, str):
        return ssz.decode(kind, bytes_of(reference) if is_inline(reference) else fetch(reference))
    parts = ssz.fields(kind)
    return kind(**{name: read_object(part, parts[name], fetch) for name, part in reference.items()})


def is_inline(reference: str) -> bool:
    """Whether these are the bytes themselves, and not the digest of an object."""
    return reference.startswith("0x")


def digests(case: dict[str, Any]) -> list[str]:
    """The objects that a case names, in order of appearance."""
    found: list[str] = []

    def search(data: Any) -> None:
        if isinstance(data, dict):
            for key, value in data.items():
                if key in ("object", "post"):
                    collect(value)
                elif key != "value":
                    search(value)
        elif isinstance(data, list):
            for value in data:
                search(value)

    def collect(reference: Any) -> None:
        if isinstance(reference, str):
            if not is_inline(reference):
                found.append(reference)
        elif isinstance(reference, dict):
            for part in reference.values():
                collect(part)

    search(case)
    return list(dict.fromkeys(found))


def root_of(view: Any) -> str:
    """The hash tree root as a case holds it."""
    return hex_of(ssz.hash_tree_root(view))


def hex_of(data: Any) -> str:
    return "0x" + bytes(data).hex()


def bytes_of(text: str) -> bytes:
    """The bytes of `0x…`. Raises ValueError."""
    if not text.startswith("0x"):
        raise ValueError(f"not hexadecimal: {text[:40]}")
    return bytes.fromhex(text[2:])
