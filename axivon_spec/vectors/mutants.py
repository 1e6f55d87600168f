"""Faulty specs, made from the syntax tree: each changes one place of one function, or one number of a table."""

from __future__ import annotations

import ast
import copy
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from axivon_spec.compiler.lower import constant_names
from axivon_spec.compiler.model import Constant, ContainerType, Function, ParameterTable, Place, Program


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
    beside: ast.FunctionDef | None = None  # a faulty twin of another function, which the changed one calls


@dataclass(frozen=True)
class _Change:
    line: int
    what: str
    node: ast.FunctionDef
    rule: str | None = None
    beside: ast.FunctionDef | None = None


COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
NEVER_WRITTEN = "__never_written__"  # the function that gives the default value of a value's type, put in by mutate.py
ROUNDED_UP = "_rounded_up"  # behind the name of a function that is put beside it
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.RShift: ast.LShift}


def mutants(program: Program) -> Iterator[Mutant]:
    """All mutants of what an interface function can reach, and of every number in a table, in order of the spec."""
    reached = {f.name for entry in program.interface() for f in program.reachable_functions(entry.name)}
    counts: dict[str, int] = defaultdict(int)
    parameters, siblings = _parameters(program), _siblings(program)

    def mutant(layer: str, name: str, place: Place, what: str, **more: Any) -> Mutant:
        id = f"{layer}.{name}:{what}"
        counts[id] += 1
        return Mutant(id if counts[id] == 1 else f"{id} ({counts[id]})", name, place, what, **more)

    for definition in program.definitions.values():
        layer, name, place = definition.layer, definition.name, definition.place
        if isinstance(definition, Function) and name in reached:
            for change in (*_changes(definition), *_changes_of_values(definition, program, parameters, siblings)):
                more = {"node": change.node, "rule": change.rule, "beside": change.beside}
                yield mutant(layer, name, Place(place.file, change.line), change.what, **more)
        elif isinstance(definition, Constant):
            yield mutant(layer, name, place, "off by one")
        elif isinstance(definition, ParameterTable):
            for parameter in definition.parameters:
                what = f"{parameter.name} off by one"
                yield mutant(layer, name, parameter.place, what, field=parameter.name)


def _changes(function: Function) -> Iterator[_Change]:
    """Another comparison, operator, number or rounding, a rule or a statement left out."""
    original = function.node
    places = list(ast.walk(original))

    for position, node in enumerate(places):
        line = getattr(node, "lineno", original.lineno)

        def change(what: str, change: Callable[[Any], None], line: int = line, position: int = position) -> _Change:
            return _Change(line, what, _changed(original, position, change))

        if isinstance(node, ast.Assert) and isinstance(node.msg, ast.Constant):
            rule = f"{function.layer}.{function.name}.{node.msg.value}"
            yield replace(change(f"rule {node.msg.value} removed", _hold), rule=rule)
        elif isinstance(node, ast.Compare):
            for index, operator in enumerate(node.ops):
                for other in COMPARISONS.get(type(operator), ()):
                    yield change(f"{type(operator).__name__} becomes {other.__name__}", _set_operator(index, other))
        elif isinstance(node, ast.BoolOp):
            other_word = ast.Or if isinstance(node.op, ast.And) else ast.And
            yield change(f"{type(node.op).__name__} becomes {other_word.__name__}", _set("op", other_word()))
            for index, operand in enumerate(node.values):
                yield replace(change(f"operand {index + 1} left out", _leave_out(index)), line=operand.lineno)
        elif isinstance(node, ast.If | ast.IfExp):
            for outcome in (True, False):
                yield change(f"if {outcome}", _set("test", ast.Constant(outcome)))
        elif isinstance(node, ast.Name) and node.id in ("min", "max"):
            other_end = "max" if node.id == "min" else "min"
            yield change(f"{node.id} becomes {other_end}", _set("id", other_end))
        elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in OPERATORS:
            other_operator = OPERATORS[type(node.op)]
            yield change(f"{type(node.op).__name__} becomes {other_operator.__name__}", _set("op", other_operator()))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv):
            yield change("rounded up", _round_up)
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            yield change(f"{node.value} becomes {node.value + 1}", _increment)
    for position, holder in enumerate(places):
        for body in ("body", "orelse"):
            statements = getattr(holder, body, None)
            if isinstance(statements, list):
                for index, statement in enumerate(statements):
                    if _changes_state(statement):
                        twin = _changed(original, position, _drop(body, index))
                        yield _Change(statement.lineno, f"`{ast.unparse(statement)[:40]}` removed", twin)


def _changes_of_values(
    function: Function, program: Program, parameters: dict[str, str], siblings: dict[str, str]
) -> Iterator[_Change]:
    """Values taken from the wrong place: a parameter from the table instead of the state, a field as if nothing had
    ever been written to it, a field or an argument instead of another, a quotient of another function rounded up.

    `parameters`: of which constant each is a field; `siblings`: for a field, another of its container and type."""
    original = function.node
    of_type: dict[str, list[str]] = defaultdict(list)
    for argument in original.args.args:
        if argument.annotation is not None:
            of_type[ast.unparse(argument.annotation)].append(argument.arg)
    alike = {name: [other for other in names if other != name] for names in of_type.values() for name in names}
    places = list(ast.walk(original))
    skipped = {id(part) for annotation in _annotations(original) for part in ast.walk(annotation)}
    inner = {id(node.value) for node in places if isinstance(node, ast.Attribute | ast.Subscript)}

    for position, node in enumerate(places):
        if isinstance(node, ast.Attribute) and node.attr in siblings and _root(node) not in program.definitions:
            other = siblings[node.attr]
            twin = _changed(original, position, _set("attr", other))
            yield _Change(node.lineno, f"`{other}` for `{ast.unparse(node)}`", twin)
        if id(node) in skipped or not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            continue
        if isinstance(node, ast.Attribute):
            if node.attr in parameters and _root(node) != parameters[node.attr]:
                twin = _changed(original, position, _set("value", ast.Name(parameters[node.attr], ast.Load())))
                yield _Change(node.lineno, f"`{ast.unparse(node)}` by default", twin)
            if id(node) not in inner and _root(node) not in program.definitions:
                twin = _exchanged(original, position, _never_written)
                yield _Change(node.lineno, f"`{ast.unparse(node)}` never written", twin)
        elif isinstance(node, ast.Name) and node.id in alike:
            for other in alike[node.id]:
                twin = _changed(original, position, _set("id", other))
                yield _Change(node.lineno, f"`{other}` for `{node.id}`", twin)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called = program.definitions.get(node.func.id)
            if isinstance(called, Function):
                for division, part in enumerate(ast.walk(called.node)):
                    if isinstance(part, ast.BinOp) and isinstance(part.op, ast.FloorDiv):
                        beside = _changed(called.node, division, _round_up)
                        beside.name = called.name + ROUNDED_UP
                        twin = _changed(original, position, _set("func", ast.Name(beside.name, ast.Load())))
                        yield _Change(node.lineno, f"`{called.name}` rounded up", twin, beside=beside)


def _parameters(program: Program) -> dict[str, str]:
    """The constant with the defaults of each governed parameter."""
    tables = (table for table in program.definitions.values() if isinstance(table, ParameterTable))
    return {parameter.name: constant_names(table)[0] for table in tables for parameter in table.parameters}


def _siblings(program: Program) -> dict[str, str]:
    """For a field, the next of its container that has the same type; fields whose name two containers have are out."""
    found: dict[str, list[str | None]] = defaultdict(list)
    for definition in program.definitions.values():
        if isinstance(definition, ContainerType):
            fields = [(f.target.id, ast.unparse(f.annotation)) for f in _fields(definition.node)]
            for index, (name, kind) in enumerate(fields):
                later = [other for other, of_kind in fields[index + 1 :] + fields[:index] if of_kind == kind]
                found[name].append(later[0] if later else None)
    return {name: others[0] for name, others in found.items() if len(others) == 1 and others[0] is not None}


def _fields(node: ast.ClassDef) -> Iterator[Any]:
    return (statement for statement in node.body if isinstance(statement, ast.AnnAssign))


def _changed(original: ast.FunctionDef, position: int, change: Callable[[Any], None]) -> ast.FunctionDef:
    """A twin of the function whose node at this position of `ast.walk` is changed."""
    twin = copy.deepcopy(original)
    change(list(ast.walk(twin))[position])
    return ast.fix_missing_locations(twin)


def _exchanged(original: ast.FunctionDef, position: int, change: Callable[[Any], ast.expr]) -> ast.FunctionDef:
    """A twin of the function with another node at this position of `ast.walk`."""
    twin = copy.deepcopy(original)
    target = list(ast.walk(twin))[position]

    class Exchange(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> Any:
            return ast.copy_location(change(target), target) if node is target else self.generic_visit(node)

    return ast.fix_missing_locations(Exchange().visit(twin))  # type: ignore[no-any-return]


def _never_written(node: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(NEVER_WRITTEN, ast.Load()), [node], [])


def _annotations(function: ast.FunctionDef) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        annotation = getattr(node, "annotation", None) or getattr(node, "returns", None)
        if annotation is not None:
            yield annotation


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


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


def _leave_out(index: int) -> Callable[[Any], None]:
    def change(node: ast.BoolOp) -> None:
        node.values[index] = ast.Constant(isinstance(node.op, ast.And))

    return change


def _increment(node: ast.Constant) -> None:
    assert isinstance(node.value, int)
    node.value += 1


def _drop(body: str, index: int) -> Callable[[Any], None]:
    def change(holder: Any) -> None:
        statements = getattr(holder, body)
        statements[index] = ast.copy_location(ast.Pass(), statements[index])

    return change
