"""The local names of a function: where each gets a value, and which."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

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
    names = {b.name for b in bindings(function) if b.kind != "comprehension"}
    for node in ast.walk(function):  # forms that the language check refuses; known here to report each mistake once
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node is not function:
            names.add(node.name)
        elif isinstance(node, ast.Lambda | ast.FunctionDef):
            names.update(argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg))
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
    return frozenset(names)


def bound_by(target: ast.expr) -> list[ast.Name]:
    """The plain names among the targets of an assignment, a loop or a comprehension."""
    if isinstance(target, ast.Name):
        return [target]
    if isinstance(target, ast.Tuple | ast.List):
        return [name for element in target.elts for name in bound_by(element)]
    return bound_by(target.value) if isinstance(target, ast.Starred) else []


def _bound_below(body: list[ast.stmt]) -> Iterator[Binding]:
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    for name in bound_by(target):
                        yield Binding(name.id, "assigned", name, node.value if target is name else None)
            elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
                kind = "augmented" if isinstance(node, ast.AugAssign) else "assigned"
                for name in bound_by(node.target):
                    yield Binding(name.id, kind, name, node.value)
            elif isinstance(node, ast.For | ast.AsyncFor):
                for name in bound_by(node.target):
                    yield Binding(name.id, "loop", name)
            elif isinstance(node, ast.comprehension):
                for name in bound_by(node.target):
                    yield Binding(name.id, "comprehension", name)
            elif isinstance(node, ast.withitem) and node.optional_vars is not None:
                for name in bound_by(node.optional_vars):
                    yield Binding(name.id, "assigned", name)
