"""The local names of a function: where each gets a value, and which."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

ASSIGNMENTS = (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)
LOOPS = (ast.For, ast.AsyncFor)
FOREIGN_BINDERS = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.alias,
    ast.ExceptHandler,
    ast.MatchAs,
    ast.MatchStar,
    ast.MatchMapping,
)

Kind = str  # "parameter", "assigned", "augmented", "loop" or "comprehension"


@dataclass(frozen=True)
class Binding:
    """One place that gives `name` a value. `value` is what an assignment to the plain name assigns, else None."""

    name: str
    kind: Kind
    node: ast.expr | ast.arg
    value: ast.expr | None = None


def parameters(function: ast.FunctionDef) -> list[ast.arg]:
    """Every parameter, in order; the language allows plain ones only, but the refused kinds bind names too."""
    arguments = function.args
    found = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return found + [extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None]


def bindings(function: ast.FunctionDef) -> list[Binding]:
    """Every binding in `function`, parameters first, then in order of line."""
    found = [Binding(argument.arg, "parameter", argument) for argument in parameters(function)]
    found += sorted(_bound_below(function.body), key=lambda b: (b.node.lineno, b.node.col_offset))
    return found


def local_names(function: ast.FunctionDef) -> frozenset[str]:
    """The names bound in the function's own scope; a comprehension's names belong to the comprehension alone."""
    names = {binding.name for binding in bindings(function) if binding.kind != "comprehension"}
    for node in ast.walk(function):
        if isinstance(node, FOREIGN_BINDERS) and node is not function:
            names.update(_bound_by_foreign(node))
    return frozenset(names)


def _bound_by_foreign(node: ast.AST) -> Iterator[str]:
    """What forms bind that the language check refuses; known here so that each mistake is reported once."""
    if isinstance(node, ast.alias):
        yield (node.asname or node.name).split(".")[0]
    elif isinstance(node, ast.MatchMapping):
        yield from [node.rest] if node.rest else []
    elif not isinstance(node, ast.Lambda):
        name = getattr(node, "name", None)
        yield from [name] if name else []
    arguments = getattr(node, "args", None)
    if isinstance(arguments, ast.arguments):
        yield from (part.arg for part in ast.walk(arguments) if isinstance(part, ast.arg))


def bound_by(target: ast.expr) -> list[ast.Name]:
    """The plain names among the targets of an assignment, a loop or a comprehension."""
    if isinstance(target, ast.Name):
        return [target]
    if isinstance(target, ast.Tuple | ast.List):
        return [name for element in target.elts for name in bound_by(element)]
    return bound_by(target.value) if isinstance(target, ast.Starred) else []


def _paired(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[ast.Name, ast.expr | None]]:
    """Each plain name of a target with its value, where `a, b = …, …` shows it."""
    if isinstance(target, ast.Name):
        yield target, value
    elif isinstance(target, ast.Tuple | ast.List):
        values: list[ast.expr | None] = [None] * len(target.elts)
        if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts):
            values = list(value.elts)
        for element, part in zip(target.elts, values, strict=True):
            yield from _paired(element, part)
    elif isinstance(target, ast.Starred):
        yield from _paired(target.value, None)


def _bound_below(body: list[ast.stmt]) -> Iterator[Binding]:
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    for name, value in _paired(target, node.value):
                        yield Binding(name.id, "assigned", name, value)
            elif isinstance(node, ASSIGNMENTS):
                kind = "augmented" if isinstance(node, ast.AugAssign) else "assigned"
                for name in bound_by(node.target):
                    yield Binding(name.id, kind, name, node.value)
            elif isinstance(node, LOOPS):
                for name in bound_by(node.target):
                    yield Binding(name.id, "loop", name)
            elif isinstance(node, ast.comprehension):
                for name in bound_by(node.target):
                    yield Binding(name.id, "comprehension", name)
            elif isinstance(node, ast.withitem) and node.optional_vars is not None:
                for name in bound_by(node.optional_vars):
                    yield Binding(name.id, "assigned", name)
