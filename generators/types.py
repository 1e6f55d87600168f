"""For every type: values that decode, with their roots, and bytes that must not decode."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import islice
from types import ModuleType
from typing import Any

import axivon_spec
from axivon_spec.runtime import ssz
from axivon_spec.runtime.random_values import random_value
from axivon_spec.vectors.author import Steps, builtin, register
from axivon_spec.vectors.types import Types
from generators.malformed import offsets_of, spoilt

LARGEST = 8192  # bytes: lists are filled to their limit, but to no more than this
# How many values of each mode, among how many draws; a small type may not have so many
MODES: dict[Any, tuple[int, int]] = {"default": (1, 1), "largest": (1, 1), "random": (3, 12)}


def drawn(spec: ModuleType, name: str) -> dict[str, list[bytes]]:
    """The values of a type by mode, each once."""
    kind = Types(spec).get(name)
    found: dict[str, list[bytes]] = {mode: [] for mode in MODES}
    seen: set[bytes] = set()
    for mode, (count, draws) in MODES.items():
        budget = LARGEST if mode == "largest" else 1024
        for number in range(draws):
            data = bytes(ssz.serialize(random_value(kind, random.Random(f"{name} {mode} {number}"), mode, budget)))
            if data not in seen and len(found[mode]) < count:
                seen.add(data)
                found[mode].append(data)
    return found


def values(spec: ModuleType, name: str, mode: str) -> Steps:
    for data in drawn(spec, name)[mode]:
        yield builtin("decode", name, data)
        yield builtin("hash_tree_root", name, data)


def malformed(spec: ModuleType, name: str) -> Steps:
    """Encodings that are cut, continued, disturbed, or wrong in an offset or a length, as far as they do not decode."""
    kind = Types(spec).get(name)
    draw = random.Random(f"{name} malformed")
    seen: set[bytes] = set()

    def refused(spoilings: Iterable[bytes]) -> Steps:
        for spoiled in spoilings:
            if spoiled not in seen and not ssz.can_decode(kind, spoiled):
                seen.add(spoiled)
                yield builtin("decode", name, spoiled)

    drawn = [bytes(ssz.serialize(random_value(kind, draw))) for _ in range(12)]
    disturbed = (spoiled for data in drawn[:6] for spoiled in disturbances(data))
    yield from islice(refused(disturbed), 8)
    yield from refused(spoilt(kind, max(drawn, key=lambda data: offsets_of(kind, data))))


def disturbances(data: bytes) -> Iterator[bytes]:
    """Cut, continued, begun otherwise, and with a 2 in each place, which is no boolean."""
    yield from (data[:-1], data + b"\x00", b"\xff" * 4 + data[4:], data[: len(data) // 2], b"")
    yield from (data[:place] + b"\x02" + data[place + 1 :] for place in range(min(len(data), 256)))


def _register(name: str, modes: Iterable[str]) -> None:
    identifier = "".join(c if c.isalnum() else "_" for c in name).strip("_")
    docs = {
        "default": "The default value.",
        "largest": f"Every bit set, lists filled to their limit or to {LARGEST} bytes.",
        "random": "Values drawn at random.",
    }
    for mode in modes:
        register(
            f"types/{identifier}/{mode}",
            lambda spec, mode=mode: values(spec, name, mode),
            presets=axivon_spec.PRESETS,
            doc=docs[mode],
        )
    register(
        f"types/{identifier}/malformed",
        lambda spec: malformed(spec, name),
        presets=axivon_spec.PRESETS,
        doc=malformed.__doc__,
    )


def at_its_limit(spec: ModuleType, name: str) -> Steps:
    """As many elements as it may have, all of them the default, and one more."""
    kind = Types(spec).get(name)
    for count in (kind.limit(), kind.limit() + 1):
        yield builtin("decode", name, defaults(kind, count))


def defaults(kind: Any, count: int) -> bytes:
    """The encoding of so many default elements of a list."""
    if issubclass(kind, ssz.ByteList):
        return bytes(count)
    element = ssz.element_type(kind)
    size = ssz.fixed_size(element)
    if size is not None:
        return bytes(size * count)
    data = bytes(ssz.serialize(element()))
    offsets = (4 * count + number * len(data) for number in range(count))
    return b"".join(offset.to_bytes(4, "little") for offset in offsets) + data * count


def _register_limit(name: str) -> None:
    bare = "_".join("".join(c if c.isalnum() or c == "_" else " " for c in name).split())
    register(f"types/{bare}/limit", lambda spec: at_its_limit(spec, name), doc=at_its_limit.__doc__)


_functions = axivon_spec.exports("minimal")["functions"].values()
_taken_or_given = {kind for f in _functions for kind in (f["returns"], *(a["type"] for a in f["arguments"])) if kind}
for _name, _shape in axivon_spec.exports("minimal")["types"].items():
    if _shape["kind"] == "opaque":
        continue  # no value of it is ever encoded
    if "[" not in _name or (_shape["kind"] == "vector" and _name in _taken_or_given):
        # The two values of a boolean are its default and its largest one.
        _register(_name, ("default", "largest") if _shape["kind"] == "boolean" else MODES)
    elif _name in _taken_or_given:  # a bound that stands in a signature alone
        _register_limit(_name)
