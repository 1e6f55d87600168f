"""Published vectors as a source of cases: a folder, an archive, or a recorded session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axivon_spec
from axivon_spec.conformance.record import SUFFIX, SessionSource
from axivon_spec.conformance.source import Case, Damaged, Entry, Source
from axivon_spec.vectors.account import account
from axivon_spec.vectors.exchange import put_back
from axivon_spec.vectors.read import DamagedVectors, VectorSet
from axivon_spec.vectors.shipped import user_vectors


class PublishedSource:
    """A set of vectors, as the runner takes its cases."""

    has_spec = True

    def __init__(self, path: Path) -> None:
        try:
            self._set = VectorSet(path)
            self.known_rules: dict[str, Any] = self._set.document("rules.json")
            self.functions: dict[str, Any] = self._set.document("functions.json")
            self.rules = self._set.rules_digest()
        except DamagedVectors as error:
            raise Damaged(str(error)) from None
        self.known_functions = frozenset(self.functions)
        self.name = str(path)
        self.spec: str = self._set.index["spec"]
        self.aliases = {alias: id for id, rule in self.known_rules.items() for alias in rule["aliases"]}

    def entries(self) -> list[Entry]:
        return [
            Entry(id, entry["preset"], entry["layer"], tuple(entry["functions"]), tuple(entry["rules"]))
            for id, entry in self._set.index["cases"].items()
        ]

    def case(self, id: str) -> Case:
        try:
            return self._set.case(id)
        except DamagedVectors as error:
            raise Damaged(str(error)) from None

    def object(self, digest: str) -> bytes:
        try:
            return self._set.object(digest)
        except DamagedVectors as error:
            raise Damaged(str(error)) from None

    def stored(self, digest: str) -> Path | None:
        return self._set.stored(digest)

    def account(self) -> list[str]:
        return account(self._set)


def open_source(vectors: str | None) -> Source:
    """The cases in a folder, an archive, or a recorded session (`.ndjson`). Raises `Damaged`.

    None: `tests/vectors` of the checkout, or in an installed package the vectors of its version.
    """
    if vectors is not None and vectors.endswith(SUFFIX):
        return SessionSource(Path(vectors))
    if vectors is None:
        if axivon_spec.CHECKOUT is None:
            return PublishedSource(user_vectors())
        vectors = str(axivon_spec.CHECKOUT / "tests" / "vectors")
    put_back(Path(vectors))
    if not Path(vectors).exists():
        raise Damaged(f"there are no vectors at {vectors}")
    return PublishedSource(Path(vectors))
