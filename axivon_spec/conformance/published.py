"""Published vectors as a source of cases: a folder, an archive, or what this version generates."""

from __future__ import annotations

from pathlib import Path

from axivon_spec.conformance.record import SUFFIX, SessionSource
from axivon_spec.conformance.source import Source


def open_source(vectors: str | None) -> Source:
    """The cases in a folder, an archive, or a recorded session (`.ndjson`). Raises `Damaged`.

    None: `tests/vectors` of the checkout, else the vectors of this version, generated once into the user's cache.
    """
    if vectors is not None and vectors.endswith(SUFFIX):
        return SessionSource(Path(vectors))
    raise NotImplementedError
