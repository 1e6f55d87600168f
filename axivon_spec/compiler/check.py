"""All checks of a program, in order: names and calls, order, language, writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from axivon_spec.compiler import callgraph, language, order, writes
from axivon_spec.compiler.model import Program, SpecError, SpecErrors, Unreachable


def check(program: Program, runtime_names: Collection[str], runtime_changes: Mapping[str, tuple[int, ...]]) -> None:
    """Link, order and check `program` in place; raise `SpecErrors` with every mistake found.

    `runtime_names` are the names that spec code may use without defining them; `runtime_changes` maps those that
    change an argument to the positions of such arguments.
    """
    errors = callgraph.link(program, runtime_names)
    is_linked = not errors
    errors += order.sort(program)
    errors += language.check(program, runtime_names)
    errors += writes.check(program, runtime_changes)
    errors += _unreachable(program, is_linked)
    if errors:
        raise SpecErrors(errors)


def _unreachable(program: Program, is_linked: bool) -> list[SpecError]:
    """Every row of a table of unreachable rules names a pair that the call graph has; which is known only where every
    name was found."""
    errors = []
    entry_points = {function.name for function in program.interface()}
    told: dict[tuple[str, str], list[Unreachable]] = {}
    for row in program.unreachable:
        earlier = told.setdefault((row.entry_point, row.rule), [])
        again = next((other for other in earlier if row.edge == other.edge or "" in (row.edge, other.edge)), None)
        earlier.append(row)
        if row.rule not in program.rules:
            problem, remedy = f"no rule is called {row.rule}", "correct the rule, or delete the row"
        elif row.entry_point != "*" and row.entry_point not in entry_points:
            problem, remedy = f"{row.entry_point} is no interface function", "name one, or * for all"
        elif is_linked and row.entry_point != "*" and row.rule not in _rules_at(program, row.entry_point):
            problem, remedy = f"{row.entry_point} has no call that leads to {row.rule}", "delete the row"
        elif again is not None:
            problem, remedy = (
                f"line {again.place.line} says so or otherwise of the same pair",
                "keep one of the two rows",
            )
        else:
            continue
        errors.append(SpecError(row.place.file, row.place.line, problem, remedy))
    return errors


def _rules_at(program: Program, entry_point: str) -> set[str]:
    return {rule.id for rule in program.reachable_rules(entry_point)}
