"""The grammar of a spec file and the language of its code, as Markdown for `specs/README.md`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from axivon_spec.compiler import grammar
from axivon_spec.compiler.cache import write_atomically
from axivon_spec.compiler.vocabulary import BUILTINS, METHODS, REFUSED, REFUSED_BUILTINS, SYNTAX

BEGIN, END = "<!-- printed by the compiler: begin -->", "<!-- printed by the compiler: end -->"


def page(presets: tuple[str, ...], runtime_names: Iterable[str]) -> str:
    """What a spec file may consist of, and what its code may say."""
    refused = dict(REFUSED.values())
    refused |= {f"`{name}`": instead for name, instead in REFUSED_BUILTINS.items()}
    parts = (
        ("## Grammar of a spec file", ("Form", "Meaning"), grammar.describe(presets)),
        ("## Language of the code", ("Form", "Meaning"), dict.fromkeys(SYNTAX.values())),
        ("### Builtins", ("Name", "Meaning"), [(f"`{name}`", meaning) for name, meaning in BUILTINS.items()]),
        ("### Methods", ("Name", "Meaning"), [(f"`{name}`", meaning) for name, (_, meaning) in METHODS.items()]),
        ("### What is refused, and what to write instead", ("Not", "But"), refused.items()),
    )
    lines = []
    for heading, columns, rows in parts:
        lines += [heading, "", _row(columns), "|---" * len(columns) + "|", *map(_row, rows), ""]
    names = ", ".join(f"`{name}`" for name in sorted(runtime_names, key=str.lower))
    return "\n".join([*lines, "### Names of the runtime", "", names, ""])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def printed(text: str, content: str) -> str:
    """`text` with `content` between its two marks. Raises `ValueError` where it has none."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"there are no two lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{content}\n{END}{after}"


def write(readme: Path, content: str) -> None:
    """Put `content` in its place in a file."""
    write_atomically(readme, printed(readme.read_text(encoding="utf-8"), content).encode())
    readme.chmod(0o644)
