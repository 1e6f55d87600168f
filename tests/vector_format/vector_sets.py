"""Sets of vectors, and the processes that make them."""

from __future__ import annotations

from pathlib import Path

PUBLISHED = Path(__file__).parents[1] / "vectors"


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
