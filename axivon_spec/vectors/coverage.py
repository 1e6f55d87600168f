"""Which (entry point, rule) pairs the vectors break."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axivon_spec.compiler.model import Program

Pair = tuple[str, str]  # entry point, rule


@dataclass(frozen=True)
class Coverage:
    pairs: list[Pair]  # that can happen
    broken: dict[Pair, str]  # -> a case that breaks it there

    def missing(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair not in self.broken]


def measure(program: Program, index: dict[str, Any]) -> Coverage:
    """From the call graph and the index. A pair is broken by a case whose last step is the entry point."""
    impossible = {(row.entry_point, row.rule) for row in program.unreachable}
    pairs = [
        (function.name, rule.id)
        for function in program.interface()
        for rule in program.reachable_rules(function.name)
        if (function.name, rule.id) not in impossible
    ]
    broken: dict[Pair, str] = {}
    for id, entry in index["cases"].items():
        for rule in entry["rules"]:
            broken.setdefault((entry["functions"][-1], rule), id)
    return Coverage(pairs, {pair: id for pair, id in broken.items() if pair in set(pairs)})
