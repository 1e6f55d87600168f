"""A checked `Program` to code objects: each definition compiled under the path and lines of its Markdown file."""

from __future__ import annotations
import __future__

import ast
import copy
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import TypeVar

from axivon_spec.compiler.bindings import parameters
from axivon_spec.compiler.loops import bound_of, stated_bounds
from axivon_spec.compiler.model import (
    Alias,
    Constant,
    ContainerType,
    Definition,
    Enumeration,
    Function,
    ParameterTable,
    Place,
    Program,
    SpecError,
    SpecErrors,
)
from axivon_spec.compiler.paths import BYTE_TYPES, COMPOSITE_TYPES

# Names that lowered code finds in its module, put there by `load.py`.
REJECT, CHECK, COMPARE = "__reject__", "__check__", "__compare__"
COUNT, MINUS, POWER, INDEX, PART = "__count__", "__minus__", "__power__", "__index__", "__part__"

Node = TypeVar("Node", bound=ast.AST)

ORDERINGS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}


@dataclass(frozen=True)
class Piece:
    """The code of one definition. `kind` is constant, type or function; `layer` is the stem of its file; it stands in
    `line` of `file`."""

    kind: str
    layer: str
    name: str
    code: CodeType
    file: str
    line: int


@dataclass(frozen=True)
class Check:
    """An expression that must hold once a preset is loaded: an annotation or a condition."""

    file: str
    line: int
    problem: str
    code: CodeType


def lower(program: Program, root: Path, preset: str, traced: bool) -> tuple[list[Piece], list[Check]]:
    """The pieces of one preset in order of execution, and what must hold after it."""
    pieces = [_piece(definition, root, preset, traced) for definition in program.definitions.values()]
    checks = []
    for definition in program.definitions.values():
        if isinstance(definition, Constant) and preset in definition.annotations:
            annotation = definition.annotations[preset]
            test = ast.Compare(ast.Name(definition.name, ast.Load()), [ast.Eq()], [annotation])
            problem = f"{definition.name} is not {ast.unparse(annotation)} in preset {preset}, as its annotation says"
            checks.append(_check(root, definition.place, test, problem))
        elif isinstance(definition, ParameterTable):
            checks += _bounds(definition, root, preset)
    for condition in program.conditions:
        problem = f"the condition `{condition.source}` does not hold in preset {preset}"
        checks.append(_check(root, condition.place, condition.expression, problem))
    return pieces, checks


def _piece(definition: Definition, root: Path, preset: str, traced: bool) -> Piece:
    flags = 0
    if isinstance(definition, Function):
        kind, body = "function", [lowered_function(definition, traced)]
        flags = __future__.annotations.compiler_flag
    elif isinstance(definition, Constant):
        kind, body = "constant", [_assign(definition.name, definition.values[preset])]
    elif isinstance(definition, ContainerType):
        kind, body = "type", [definition.node]
    elif isinstance(definition, Alias):
        kind, body = "type", [_class(definition.name, definition.base, definition.description, [])]
    elif isinstance(definition, Enumeration):
        kind, body = "type", _enumeration(definition)
    else:
        assert isinstance(definition, ParameterTable)
        kind, body = "type", _parameters(definition, preset)
    code = _compile(root, definition.place, body, flags)
    return Piece(kind, definition.layer, definition.name, code, definition.place.file, definition.place.line)


def _compile(root: Path, place: Place, body: list[ast.stmt], flags: int = 0) -> CodeType:
    module = ast.Module(body, [])
    for node in ast.walk(module):
        if isinstance(node, ast.stmt | ast.expr) and not hasattr(node, "lineno"):
            node.lineno = node.end_lineno = place.line
            node.col_offset = node.end_col_offset = 0
    return _code(root, place, ast.fix_missing_locations(module), "exec", flags)


def _check(root: Path, place: Place, test: ast.expr, problem: str) -> Check:
    expression = ast.fix_missing_locations(ast.Expression(copy.deepcopy(test)))
    return Check(place.file, place.line, problem, _code(root, place, expression, "eval"))


def _code(root: Path, place: Place, tree: ast.Module | ast.Expression, mode: str, flags: int = 0) -> CodeType:
    """Python refuses some trees only now: an argument given twice, for example. Raises `SpecErrors`."""
    try:
        code: CodeType = compile(tree, str(root / place.file), mode, flags=flags, dont_inherit=True, optimize=0)
    except SyntaxError as error:
        line = max(place.line, error.lineno or 0)
        raise SpecErrors(
            [SpecError(place.file, line, f"this is not Python: {error.msg}", "correct the code")]
        ) from None
    return code


# Types and constants


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], copy.deepcopy(value))


def _class(name: str, base: ast.expr, description: str, body: list[ast.stmt]) -> ast.stmt:
    docstring = ast.Expr(ast.Constant(description or name))
    extra = {"type_params": []} if "type_params" in ast.ClassDef._fields else {}
    return ast.ClassDef(name, [copy.deepcopy(base)], [], [docstring, *body], [], **extra)


def _enumeration(enumeration: Enumeration) -> list[ast.stmt]:
    statements = [_class(enumeration.name, ast.Name("uint8", ast.Load()), enumeration.description, [])]
    for member, value, _, _ in enumeration.members:
        target = ast.Attribute(ast.Name(enumeration.name, ast.Load()), member, ast.Store())
        statements.append(ast.Assign([target], _call(enumeration.name, ast.Constant(value))))
    return statements


def constant_names(table: ParameterTable) -> tuple[str, str, str]:
    """The names of a parameter table's defaults, minima and maxima."""
    layer = table.layer.upper()
    return f"DEFAULT_{layer}_PARAMETERS", f"MINIMUM_{layer}_PARAMETERS", f"MAXIMUM_{layer}_PARAMETERS"


def _parameters(table: ParameterTable, preset: str) -> list[ast.stmt]:
    fields: list[ast.stmt] = []
    for parameter in table.parameters:
        value = parameter.values[preset]
        assert isinstance(value, ast.Call)  # the reader refuses anything else
        fields.append(
            ast.AnnAssign(ast.Name(parameter.name, ast.Store()), copy.deepcopy(value.func), value=None, simple=1)
        )
    container = _class(table.name, ast.Name("Container", ast.Load()), table.description, fields)
    columns = (
        {p.name: p.values[preset] for p in table.parameters},
        {p.name: p.minimum for p in table.parameters},
        {p.name: p.maximum for p in table.parameters},
    )
    values = [
        _assign(name, ast.Call(ast.Name(table.name, ast.Load()), [], [ast.keyword(k, v) for k, v in column.items()]))
        for name, column in zip(constant_names(table), columns, strict=True)
    ]
    return [container, *values]


def _bounds(table: ParameterTable, root: Path, preset: str) -> list[Check]:
    """Each default lies within its bounds; a vector's bounds hold elementwise."""
    default, minimum, maximum = (ast.Name(name, ast.Load()) for name in constant_names(table))
    checks = []
    for parameter in table.parameters:
        low, value, high = (ast.Attribute(name, parameter.name, ast.Load()) for name in (minimum, default, maximum))
        bounds = ast.Call(ast.Name("__within__", ast.Load()), [low, value, high], [])
        problem = f"the default of {parameter.name} is outside its bounds in preset {preset}"
        checks.append(_check(root, parameter.place, bounds, problem))
    return checks


# Functions


def lowered_function(function: Function, traced: bool = False) -> ast.stmt:
    """The statement that is compiled for a function."""
    lowering = _Lowering(function, traced)
    lowered = lowering.visit(copy.deepcopy(function.node))
    assert isinstance(lowered, ast.stmt)
    return lowered


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def _placed(new: Node, old: ast.stmt | ast.expr) -> Node:
    """Give the new parts of a tree the place of what they stand for."""
    for part in ast.walk(new):
        if isinstance(part, ast.stmt | ast.expr) and not hasattr(part, "lineno"):
            ast.copy_location(part, old)
    return new


def new_value(node: ast.AugAssign, arguments: Container[str]) -> ast.stmt:
    """For a local, `xs += ys` is a new value, also where Python would change a list in place: `xs = xs + ys`."""
    root = node.target
    while isinstance(root, ast.Subscript | ast.Attribute):
        root = root.value
    if isinstance(node.target, ast.Attribute) or not isinstance(root, ast.Name) or root.id in arguments:
        return node
    read = copy.deepcopy(node.target)
    for part in ast.walk(read):
        if hasattr(part, "ctx"):
            part.ctx = ast.Load()
    value = ast.copy_location(ast.BinOp(read, node.op, node.value), node)
    return ast.copy_location(ast.Assign([node.target], value), node)


class _Lowering(ast.NodeTransformer):
    """Where Python would go on with something else, lowered code stops.

    `assert condition, "reason"` becomes `if not condition: reject("<layer>.<function>.reason")`, so that it does not
    vanish under `python -O`; a traced module also reports how each condition came out. A `while` counts down from its
    bound. A difference below zero, a part beyond the end, and, in [Integer] functions, where numbers may be negative,
    an index below zero or a negative exponent are no values, and raise.
    """

    def __init__(self, function: Function, traced: bool) -> None:
        self.prefix, self.traced = f"{function.layer}.{function.name}", traced
        self.integer = "Integer" in function.marks
        self.arguments = {argument.arg for argument in parameters(function.node)}
        self.bounds = stated_bounds(function)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        node.body = self.visit_all(node.body)  # neither the signature nor the type of a local is code
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_all(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in statements:
            lowered = self.visit(statement)
            found += lowered if isinstance(lowered, list) else [lowered]
        return found

    def visit_While(self, node: ast.While) -> list[ast.stmt]:
        """`left = N` before the loop, and `left = count_down(left)` first in it."""
        self.generic_visit(node)
        bound = ast.parse(bound_of(node, self.bounds) or "", mode="eval").body
        for part in ast.walk(bound):
            ast.copy_location(part, node)  # it stands in a comment
        left = f"{COUNT}{node.lineno}"
        before = ast.Assign([ast.Name(left, ast.Store())], bound)
        step = ast.Assign([ast.Name(left, ast.Store())], _call(COUNT, ast.Name(left, ast.Load())))
        node.body.insert(0, _placed(step, node))
        return [_placed(before, node), node]

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.op, ast.Sub) and not self.integer:
            return _placed(_call(MINUS, node.left, node.right), node)
        if isinstance(node.op, ast.Pow) and self.integer:
            return _placed(_call(POWER, node.left, node.right), node)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Slices are only read: the language has no other."""
        if isinstance(node.value, ast.Name) and node.value.id in (*COMPOSITE_TYPES, *BYTE_TYPES):
            return node
        self.generic_visit(node)
        if isinstance(node.slice, ast.Slice):
            low, high = node.slice.lower or ast.Constant(0), node.slice.upper or ast.Constant(None)
            return _placed(_call(PART, node.value, low, high), node)
        if self.integer:
            node.slice = self.index(node.slice)  # type: ignore[assignment]
        return node

    def index(self, node: ast.expr | None) -> ast.expr | None:
        return node if node is None or isinstance(node, ast.Constant) else _placed(_call(INDEX, node), node)

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        self.generic_visit(node)
        assert isinstance(node.msg, ast.Constant)  # the language check refuses anything else
        rule = ast.Constant(f"{self.prefix}.{node.msg.value}")
        test = node.test
        if self.traced:
            test = self._reported(rule, test)
        return _placed(ast.If(ast.UnaryOp(ast.Not(), test), [ast.Expr(_call(REJECT, rule))], []), node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        return self.generic_visit(new_value(node, self.arguments))  # type: ignore[return-value]

    def _reported(self, rule: ast.Constant, test: ast.expr) -> ast.expr:
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in ORDERINGS:
            operator = ast.Constant(ORDERINGS[type(test.ops[0])])
            return _call(COMPARE, rule, operator, test.left, test.comparators[0])
        return _call(CHECK, rule, test)
