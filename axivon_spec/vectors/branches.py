"""Which lines and branches of the functions that an entry point reaches the published cases run, by coverage.py."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axivon_spec.cli import WrongUse
from axivon_spec.compiler.model import Program


@dataclass
class Branches:
    """Counts over what the interface reaches, and what no case runs: `specs/token.md:120`, or `…:120 → 123`."""

    lines: int = 0
    branches: int = 0
    missing: list[str] = field(default_factory=list)


@contextmanager
def measured(root: Path, program: Program) -> Iterator[Branches]:
    """Measures what runs within; the result is filled in at the end."""
    os.environ.setdefault("COVERAGE_CORE", "ctrace")  # later cores run no plugins
    try:
        import coverage
    except ImportError:
        raise WrongUse("--branches needs coverage.py: pip install 'axivon-spec[test]'") from None
    run = coverage.Coverage(data_file=None, branch=True, source=[str(root / "specs")], config_file=False)
    run.set_option("run:plugins", ["axivon_spec.compiler.coverage_plugin"])
    found = Branches()
    run.start()
    try:
        yield found
    finally:
        run.stop()
    reached = {f.name: f for entry in program.interface() for f in program.reachable_functions(entry.name)}
    for name in sorted({function.place.file for function in reached.values()}):
        lines = {
            line
            for function in reached.values()
            if function.place.file == name
            for line in range(function.node.lineno, (function.node.end_lineno or function.node.lineno) + 1)
        }
        _add(found, name, lines, run._analyze(str(root / name)))


def _add(found: Branches, name: str, lines: set[int], analysis: Any) -> None:
    """`analysis` is coverage's of one file, of which `lines` count."""
    found.lines += len(analysis.statements & lines)
    found.branches += sum(total for start, (total, _) in analysis.branch_stats().items() if start in lines)
    found.missing += [f"{name}:{line}" for line in sorted(analysis.missing & lines)]
    for start, ends in sorted(analysis.missing_branch_arcs().items()):
        if start in lines - analysis.missing:
            found.missing += [f"{name}:{start} → {'the end' if end < 0 else end}" for end in sorted(ends)]
