"""What the vectors show of each rule at each entry point: the case that breaks it, and the cases at its two edges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import axivon_spec
from axivon_spec.compiler.model import Program
from axivon_spec.vectors.read import VectorSet
from axivon_spec.vectors.verify import Replay

Pair = tuple[str, str]  # entry point, rule


@dataclass
class Row:
    """A pair of entry point and rule, and a case for each thing to be shown; None where there is none.

    `broken`: the case's last step breaks this rule here. `accepted`: in an accepted step the rule held, and where it
    is an ordering, by nothing more than it needs. `refused`: it did not hold, and where it is an ordering, by the
    least. `impossible` maps each of these that cannot be shown to the reason that the Markdown gives.
    """

    entry_point: str
    rule: str
    broken: str | None = None
    accepted: str | None = None
    refused: str | None = None
    impossible: dict[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> dict[str, str | None]:
        return {"broken": self.broken, "accepted": self.accepted, "refused": self.refused}

    @property
    def is_possible(self) -> bool:
        """Whether the Markdown lets this pair happen at all."""
        return "broken" not in self.impossible

    def missing(self) -> list[str]:
        return [what for what, case in self.shown.items() if case is None and what not in self.impossible]

    def contradicted(self) -> dict[str, str]:
        """What a case shows though the Markdown calls it impossible; a rule that none can break may be passed."""
        said = [what for what in self.impossible if self.is_possible or what != "accepted"]
        return {what: case for what, case in self.shown.items() if case is not None and what in said}


def rows(program: Program) -> dict[Pair, Row]:
    """The pairs that the call graph has, with what the Markdown says to be impossible."""
    found = {
        (function.name, rule.id): Row(function.name, rule.id)
        for function in program.interface()
        for rule in program.reachable_rules(function.name)
    }
    edges = {"last accepted": "accepted", "first refused": "refused"}
    for unreachable in program.unreachable:
        entries = [e for e, rule in found if rule == unreachable.rule and unreachable.entry_point in ("*", e)]
        for entry in entries:
            what = [edges[unreachable.edge]] if unreachable.edge else ["broken", *edges.values()]
            found[entry, unreachable.rule].impossible |= dict.fromkeys(what, unreachable.reason)
    return found


class Measurement:
    """Replays cases on a spec that reports its rules, without kernels, and fills in the rows."""

    def __init__(self, published: VectorSet) -> None:
        self.published = published
        self.rows = rows(axivon_spec.program())
        self.functions = published.document("functions.json")
        self.replays: dict[str, Replay] = {}
        self.heard: list[tuple[str, bool, bool]] = []

    def check(self, rule: str, passed: bool, edge: bool) -> None:
        self.heard.append((rule, passed, edge))

    def replay(self, id: str) -> list[str]:
        """What differs from the case, one line each."""
        case = self.published.case(id)
        preset = case["preset"]
        if preset not in self.replays:
            spec = axivon_spec.load(preset, kernels=(), traced=self)
            self.replays[preset] = _Listening(spec, self.functions, self.published.object, self, self.rows)
        replay = self.replays[preset]
        replay.id = id  # type: ignore[attr-defined]
        faults = list(replay.faults(case))
        if not faults:
            last = case["steps"][-1]
            for rule in (*last.get("rejects", []), *last.get("fails", [])):
                if (row := self.rows.get((last["call"], rule))) is not None:
                    row.broken = row.broken or id
        return faults


class _Listening(Replay):
    """Notes after each step what its rules reported."""

    def __init__(self, spec: Any, functions: Any, fetch: Any, measurement: Measurement, rows: dict[Pair, Row]) -> None:
        super().__init__(spec, functions, fetch)
        self.measurement, self.rows, self.id = measurement, rows, ""

    def answer(self, step: dict[str, Any]) -> Any:
        self.measurement.heard.clear()
        answer = super().answer(step)
        for rule, passed, edge in self.measurement.heard:
            row = self.rows.get((step["call"], rule))
            if row is None or not edge:
                continue
            if not passed:
                row.refused = row.refused or self.id
            elif answer.kind == "accepted":
                row.accepted = row.accepted or self.id
        return answer


def summary(found: Iterable[Row]) -> str:
    """The line that `make vectors` ends with."""
    found = [row for row in found if row.is_possible]
    broken = sum(row.broken is not None for row in found)
    passed = sum(row.accepted is not None for row in found)
    pairs = f"{len(found)} pairs of entry point and rule"
    return f"of {pairs}, {broken} are broken by a case and {passed} passed at their edge"
