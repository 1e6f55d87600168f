"""The order of execution: what a type or constant needs stands before it; functions come last, as written."""

from __future__ import annotations

from axivon_spec.compiler.model import Definition, Function, Program, SpecError


def sort(program: Program) -> list[SpecError]:
    """Reorder `program.definitions`, whose `uses` must be filled; report every cycle."""
    errors: list[SpecError] = []
    ordered: dict[str, Definition] = {}
    path: list[str] = []

    def visit(definition: Definition) -> None:
        if definition.name in ordered:
            return
        if definition.name in path:
            cycle = [*path[path.index(definition.name) :], definition.name]
            errors.append(
                SpecError(
                    definition.place.file,
                    definition.place.line,
                    f"these definitions need each other: {' → '.join(cycle)}",
                    "break the cycle: one of them must not mention the next",
                )
            )
            return
        path.append(definition.name)
        for name in sorted(definition.uses):
            needed = program.definitions.get(name)
            if needed is not None and not isinstance(needed, Function):
                visit(needed)
        path.pop()
        ordered[definition.name] = definition

    functions = {name: d for name, d in program.definitions.items() if isinstance(d, Function)}
    for name, definition in program.definitions.items():
        if name not in functions:
            visit(definition)
    program.definitions.clear()
    program.definitions.update({**ordered, **functions})
    return errors
