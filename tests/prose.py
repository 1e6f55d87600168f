"""What the prose of the spec says, for tests that compute it."""

from __future__ import annotations

import re
from pathlib import Path

SPECS = Path(__file__).resolve().parents[1] / "specs"


def prose(file: str) -> str:
    """A file of the spec in one line, so that it does not matter where lines end."""
    return re.sub(r"\s+", " ", (SPECS / file).read_text(encoding="utf-8"))


def rows(file: str, header: str) -> list[tuple[str, ...]]:
    """The cells of the table whose header begins with these words, row by row; the header is the first."""
    lines = (SPECS / file).read_text(encoding="utf-8").split(f"\n| {header}", 1)[1].split("\n\n")[0].splitlines()
    table = [f"| {header}{lines[0]}", *lines[2:]]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table]
