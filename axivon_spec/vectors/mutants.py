"""Faulty specs, made from the syntax tree: each changes one place of one function, or one number of a table."""

from __future__ import annotations

import ast
import copy
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from axivon_spec.compiler.model import Constant, Function, ParameterTable, Place, Program


@dataclass(frozen=True)
class Mutant:
    """`id` is stable as long as the definition is: `layer.name:what (number)`."""

    id: str
    name: str  # of the definition that it changes
    place: Place
    what: str
    node: ast.FunctionDef | None = None  # the changed function; None for a number of a table
    field: str | None = None  # the parameter of a parameter table
    rule: str | None = None  # the rule that it removes


COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.RShift: ast.LShift}


def mutants(program: Program) -> Iterator[Mutant]:
    """All mutants of what an interface function can reach, and of every number in a table, in order of the spec."""
    reached = {f.name for entry in program.interface() for f in program.reachable_functions(entry.name)}
    counts: dict[str, int] = defaultdict(int)

    def mutant(layer: str, name: str, place: Place, what: str, **more: Any) -> Mutant:
        id = f"{layer}.{name}:{what}"
        counts[id] += 1
        return Mutant(id if counts[id] == 1 else f"{id} ({counts[id]})", name, place, what, **more)

    for definition in program.definitions.values():
        layer, name, place = definition.layer, definition.name, definition.place
        if isinstance(definition, Function) and name in reached:
            for line, what, node, rule in _changes(definition):
                yield mutant(layer, name, Place(place.file, line), what, node=node, rule=rule)
        elif isinstance(definition, Constant):
            yield mutant(layer, name, place, "off by one")
        elif isinstance(definition, ParameterTable):
            for parameter in definition.parameters:
                what = f"{parameter.name} off by one"
                yield mutant(layer, name, parameter.place, what, field=parameter.name)


def _changes(function: Function) -> Iterator[tuple[int, str, ast.FunctionDef, str | None]]:
    """Every change of one place: its line, what it is, and the changed function."""
    original = function.node
    places = list(ast.walk(original))

    def changed(position: int, change: Callable[[Any], None]) -> ast.FunctionDef:
        twin = copy.deepcopy(original)
        change(list(ast.walk(twin))[position])
        return twin

    for position, node in enumerate(places):
        line = getattr(node, "lineno", original.lineno)
        if isinstance(node, ast.Assert) and isinstance(node.msg, ast.Constant):
            rule = f"{function.layer}.{function.name}.{node.msg.value}"
            yield line, f"rule {node.msg.value} removed", changed(position, _hold), rule
        elif isinstance(node, ast.Compare):
            for index, operator in enumerate(node.ops):
                for other in COMPARISONS.get(type(operator), ()):
                    what = f"{type(operator).__name__} becomes {other.__name__}"
                    yield line, what, changed(position, _set_operator(index, other)), None
        elif isinstance(node, ast.BoolOp):
            other_word = ast.Or if isinstance(node.op, ast.And) else ast.And
            what = f"{type(node.op).__name__} becomes {other_word.__name__}"
            yield line, what, changed(position, _set("op", other_word())), None
        elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in OPERATORS:
            other_operator = OPERATORS[type(node.op)]
            what = f"{type(node.op).__name__} becomes {other_operator.__name__}"
            yield line, what, changed(position, _set("op", other_operator())), None
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv):
            yield line, "rounded up", changed(position, _round_up), None
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            yield line, f"{node.value} becomes {node.value + 1}", changed(position, _increment), None
    for holder in places:
        for body in ("body", "orelse"):
            statements = getattr(holder, body, None)
            if isinstance(statements, list):
                for index, statement in enumerate(statements):
                    if _changes_state(statement):
                        position = places.index(holder)
                        twin = changed(position, _drop(body, index))
                        yield statement.lineno, f"`{ast.unparse(statement)[:40]}` removed", twin, None


def _changes_state(statement: ast.AST) -> bool:
    if isinstance(statement, ast.Assign):
        return any(isinstance(target, ast.Attribute | ast.Subscript) for target in statement.targets)
    if isinstance(statement, ast.AugAssign):
        return isinstance(statement.target, ast.Attribute | ast.Subscript)
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)


def _hold(node: ast.Assert) -> None:
    node.test = ast.copy_location(ast.Constant(True), node.test)


def _set_operator(index: int, operator: type[ast.cmpop]) -> Callable[[Any], None]:
    def change(node: ast.Compare) -> None:
        node.ops[index] = operator()

    return change


def _set(field: str, value: Any) -> Callable[[Any], None]:
    return lambda node: setattr(node, field, value)


def _round_up(node: ast.BinOp) -> None:
    """a // b becomes (a + b - 1) // b."""
    one = ast.Constant(1)
    raised = ast.BinOp(ast.BinOp(node.left, ast.Add(), copy.deepcopy(node.right)), ast.Sub(), one)
    node.left = ast.fix_missing_locations(ast.copy_location(raised, node))


def _increment(node: ast.Constant) -> None:
    assert isinstance(node.value, int)
    node.value += 1


def _drop(body: str, index: int) -> Callable[[Any], None]:
    def change(holder: Any) -> None:
        statements = getattr(holder, body)
        statements[index] = ast.copy_location(ast.Pass(), statements[index])

    return change
