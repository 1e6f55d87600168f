"""Where two SSZ values differ: the paths and the values there, for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from axivon_spec.runtime import ssz

LINES = 20
WIDTH = 100


def differences(expected: Any, actual: Any, name: str) -> list[str]:
    """One line for each differing leaf, `state.token.accounts[3].balance: expected 10, got 11`; at most `LINES`."""
    lines: list[str] = []
    for path, wanted, got in _differing(expected, actual, name):
        if len(lines) == LINES:
            lines.append("… and more")
            break
        lines.append(f"{path}: expected {wanted}, got {got}")
    return lines


def _differing(expected: Any, actual: Any, path: str) -> Iterator[tuple[str, str, str]]:
    if ssz.hash_tree_root(expected) == ssz.hash_tree_root(actual):
        return
    what = ssz.kind(type(expected))
    if what == "container":
        for name in ssz.fields(type(expected)):
            yield from _differing(getattr(expected, name), getattr(actual, name), f"{path}.{name}")
    elif what in ("list", "vector"):
        for index in range(min(len(expected), len(actual))):
            yield from _differing(expected[index], actual[index], f"{path}[{index}]")
        for index in range(len(actual), len(expected)):
            yield f"{path}[{index}]", _shown(expected[index]), "nothing"
        for index in range(len(expected), len(actual)):
            yield f"{path}[{index}]", "nothing", _shown(actual[index])
    else:
        yield path, _shown(expected), _shown(actual)


def _shown(value: Any) -> str:
    text = str(ssz.to_value(value))
    return text if len(text) <= WIDTH else text[:WIDTH] + "…"
