"""Where cases come from: published vectors, or a recorded session. The runner knows no other form."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cramjam

Case = dict[str, Any]


class Damaged(Exception):
    """What should be run cannot be read; one line a fault."""


@dataclass(frozen=True)
class Entry:
    """A case as the index lists it."""

    id: str
    preset: str
    layer: str
    functions: tuple[str, ...]
    rules: tuple[str, ...]

    def names(self) -> list[str]:
        """What `-k` looks at."""
        return [self.id, self.preset, *self.functions, *self.rules]


class Source(Protocol):
    """Cases and what they need."""

    name: str  # for the report
    spec: str  # version
    rules: str  # SHA-256 of rules.json, in hex
    aliases: dict[str, str]  # rule ids of earlier versions -> ids
    functions: dict[str, Any]  # functions.json
    known_rules: dict[str, Any]  # rules.json; empty where it is not at hand
    known_functions: frozenset[str]  # all of functions.json; empty where it is not at hand
    has_spec: bool  # whether the spec itself is at hand to explain a wrong root

    def entries(self) -> list[Entry]:
        """Every case, in order."""

    def case(self, id: str) -> Case:
        """One case, as in the vectors' format. Raises `Damaged`."""

    def object(self, digest: str) -> bytes:
        """The serialized bytes of an object. Raises `Damaged`."""

    def stored(self, digest: str) -> Path | None:
        """The object's file, a raw Snappy block, where there is one."""

    def account(self) -> list[str]:
        """What does not fit between index, cases, objects and files."""


class Delivery:
    """Gives objects to a client the way it asked for: raw files, Snappy files, or hex within the line.

    A file that is named to a client never changes while the run lasts, and is named by the SHA-256 of the raw bytes.
    """

    def __init__(self, source: Source, transport: str) -> None:
        self._source, self._transport = source, transport
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._references: dict[str, dict[str, str]] = {}

    def reference(self, digest: str) -> dict[str, str]:
        """`{"path": …}` or `{"hex": …}`."""
        found = self._references.get(digest)
        if found is None:
            found = self._references[digest] = self._make(digest)
        return found

    def _make(self, digest: str) -> dict[str, str]:
        data = self._source.object(digest)  # read in any case, so that a damaged object is found before it is sent
        if self._transport == "hex":
            return {"hex": "0x" + data.hex()}
        stored = self._source.stored(digest)
        if self._transport == "snappy":
            if stored is not None:
                return {"path": str(stored.resolve())}
            return {"path": self._write(f"{digest}.ssz_snappy", bytes(cramjam.snappy.compress_raw(data)))}
        return {"path": self._write(f"{digest}.ssz", data)}

    def _write(self, name: str, data: bytes) -> str:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="axivon-objects-")
        path = Path(self._folder.name) / name
        path.write_bytes(data)
        return str(path)

    def close(self) -> None:
        """Remove the files made for the client."""
        self._references.clear()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def wire_literal(literal: Any, delivery: Delivery) -> Any:
    """A literal of a case as it goes over the wire: `value` left out, digests of objects turned into references."""
    if isinstance(literal, str):
        return literal  # `$name`
    if "object" not in literal:
        return {"type": literal["type"], "ssz": literal["ssz"]}
    return {"type": literal["type"], "object": _wire_object(literal["object"], delivery)}


def _wire_object(reference: Any, delivery: Delivery) -> Any:
    if isinstance(reference, str):
        return delivery.reference(reference)
    return {field: delivery.reference(digest) for field, digest in reference.items()}


def wire_arguments(step: dict[str, Any], builtin: bool, delivery: Delivery) -> dict[str, Any]:
    """The arguments of a step as they go over the wire. A builtin takes a type's name and bytes, not literals."""
    if not builtin:
        return {name: wire_literal(argument, delivery) for name, argument in step["args"].items()}
    data = step["args"]["ssz"]
    if isinstance(data, dict):
        data = {"object": delivery.reference(data["object"])}
    return {"type": step["args"]["type"], "ssz": data}
