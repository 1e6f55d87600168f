"""The typed twin: a spec as one real Python file a preset, for type checkers and editors.

In the twin types carry no bounds (`List[Account]`, `Bytes20`), functions keep their bodies, and the names that the
runtime gives come from a stub. A checker's messages are mapped back to the Markdown.
"""

from __future__ import annotations

import ast
import copy
import json
import re
import shutil
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from axivon_spec.compiler.bindings import parameters
from axivon_spec.compiler.loops import bound_of, stated_bounds
from axivon_spec.compiler.lower import constant_names, new_value
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
)

Node = TypeVar("Node", bound=ast.AST)

ELEMENTS = frozenset({"List", "Vector"})
SIZED = frozenset({"ByteList", "ByteVector", "Bitlist", "Bitvector"})

# What to do about a kind of mistake, by mypy's name for it.
REMEDIES = {
    "arg-type": "pass the type that is asked for; convert a list as in List[T, N](items)",
    "assignment": "store the type that is declared; convert a list as in List[T, N](items)",
    "attr-defined": "correct the name of the field",
    "call-arg": "correct the names and number of the arguments",
    "comparison-overlap": "compare like with like: convert one side to the type of the other",
    "operator": "convert one side, as in uint64(n) or list(items)",
    "possibly-undefined": "give it a value on every path before this line",
    "return": "let every path end in a return",
    "return-value": "return the type that is declared; convert a list as in List[T, N](items)",
}
# What is wrong where a message speaks of a name of the stub.
OF_THE_STUB = {
    "_DifferentWidths": ("integers of different widths", "convert one of them, as in uint64(n)"),
    '"_bytes"': ("bytes(…) of what is no byte vector or list", "take uint_to_bytes(n), or serialize(value)"),
    '"_int"': ("int(…) of what is no integer", "take bytes_to_uint64(data), or a length"),
    '"_number"': ("% of what is no integer", "convert it first"),
    '"_bound"': ("the bound of a while is no integer", "state a number, a constant, an argument or a length"),
}
REMEDY = "correct the code, or the type that it disagrees with"


class CheckerMissing(Exception):
    """mypy is not installed."""

    def __init__(self) -> None:
        super().__init__("types are checked with mypy, which is not installed; install the extra `test`")


@dataclass
class Twin:
    """A typed twin on disk, and where each of its lines and expressions stands in the Markdown."""

    path: Path
    lines: dict[int, Place] = field(default_factory=dict)
    expressions: dict[tuple[int, int], Place] = field(default_factory=dict)  # by line and column

    def place(self, line: int, column: int) -> Place | None:
        return self.expressions.get((line, column)) or self.lines.get(line)


def write(program: Program, preset: str, folder: Path, runtime: Path) -> Twin:
    """Write `<preset>.py` into `folder`, and beside it the stub `runtime` with the names that spec code may use."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(runtime, folder / runtime.name)
    twin = Twin(folder / f"{preset}.py")
    text = [
        f'"""The spec under the preset `{preset}`, for checkers and editors; made from Markdown, not executable."""',
        "",
        "from __future__ import annotations",
        "",
        "import typing as _typing",
        "from collections.abc import Sequence",
        "from typing import Protocol",
        "",
        f"import {runtime.stem} as _runtime",
        f"from {runtime.stem} import *",
    ]
    for file, statement in _statements(program, preset):
        text.append("")
        source = ast.unparse(statement)
        _map(twin, len(text), file, statement, ast.parse(source).body[0])
        text += source.split("\n")
    _write_if_changed(twin.path, "\n".join(text) + "\n")
    return twin


def check(program: Program, runtime: Path, folder: Path, cache: Path) -> list[SpecError]:
    """Type mistakes in `program` under any preset, by `mypy --strict` on the twins, which are written to `folder`.

    Raises `CheckerMissing` without mypy.
    """
    twins = [write(program, preset, folder, runtime) for preset in program.presets]
    found: dict[tuple[str, int, str], SpecError] = {}
    for message in run_mypy([twin.path for twin in twins], cache):
        (twin,) = (twin for twin in twins if twin.path.name == Path(message["file"]).name)
        place = twin.place(message["line"], message["column"])
        if place is None:
            raise RuntimeError(f"the compiler wrote a twin that does not type-check: {message}")
        modules = "|".join([runtime.stem, *program.presets])
        problem = re.sub(rf"\b({modules})\.(?=\w)", "", message["message"])
        known = next((said for name, said in OF_THE_STUB.items() if name in problem), None)
        problem, remedy = known or (problem, _remedy(problem, message["code"] or ""))
        found[place.file, place.line, problem] = SpecError(place.file, place.line, problem, remedy)
    return [found[key] for key in sorted(found)]


def run_mypy(paths: Iterable[Path], cache: Path) -> list[dict[str, Any]]:
    """The errors of `mypy --strict`, each with file, line, column, message and code."""
    try:
        from mypy import api
    except ModuleNotFoundError as error:
        raise CheckerMissing from error
    options = [
        "--strict",
        "--enable-error-code=possibly-undefined",
        "--config-file=",
        f"--cache-dir={cache}",
        "--output=json",
    ]
    try:
        output, trouble, status = api.run([*options, *map(str, paths)])
    except sqlite3.Error as error:  # its cache
        raise OSError(f"mypy cannot use its cache in {cache}: {error}") from error
    if status not in (0, 1):
        raise RuntimeError(f"mypy failed: {trouble or output}")
    messages = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    errors = [message for message in messages if message["severity"] == "error"]
    # What mypy does not know it calls Any, and complains of that too: once is enough.
    causes = {(error["file"], error["line"]) for error in errors if error["code"] != "no-any-return"}
    return [
        error for error in errors if error["code"] != "no-any-return" or (error["file"], error["line"]) not in causes
    ]


def _remedy(problem: str, code: str) -> str:
    wanted = re.search(r'(?:expected|variable has type) "([A-Za-z]\w*)"', problem)
    return f"the type is {wanted[1]}; to convert, write {wanted[1]}(…)" if wanted else REMEDIES.get(code, REMEDY)


def _write_if_changed(path: Path, text: str) -> None:
    """Leave an equal file as it is, so that mypy's cache stays valid."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _map(twin: Twin, above: int, file: str, original: ast.stmt, written: ast.stmt) -> None:
    """Note where each part of `written`, which follows `above` lines of the twin, stands in the Markdown."""
    for old, new in zip(ast.walk(original), ast.walk(written), strict=True):
        assert type(old) is type(new)
        if isinstance(new, ast.stmt | ast.expr | ast.arg | ast.keyword):
            place = Place(file, old.lineno)  # type: ignore[attr-defined]
            twin.lines.setdefault(above + new.lineno, place)
            twin.expressions.setdefault((above + new.lineno, new.col_offset), place)


# Definitions to statements


def _statements(program: Program, preset: str) -> Iterable[tuple[str, ast.stmt]]:
    """File and syntax tree of each statement; the tree has the line numbers of the file."""
    for definition in program.definitions.values():
        for statement in _typed(definition, preset):
            yield definition.place.file, statement
    for condition in program.conditions:
        yield condition.place.file, _parsed(_text(condition.expression), condition.place.line)


def _typed(definition: Definition, preset: str) -> Iterable[ast.stmt]:
    name, line = definition.name, definition.place.line
    if isinstance(definition, Function):
        yield _unbounded(_Checked(definition).checked())
    elif isinstance(definition, ContainerType):
        yield _unbounded(definition.node) if definition.is_protocol else _container(definition.node)
    elif isinstance(definition, Constant):
        yield _parsed(f"{name}: _typing.Final = _runtime._constant({_text(definition.values[preset])})", line)
    elif isinstance(definition, Alias):
        base = _text(definition.base)
        text = f"{name} = {base}" if base == "boolean" else f"class {name}({base}):\n    {definition.description!r}"
        yield _parsed(text, line)
    elif isinstance(definition, Enumeration):
        members = [f"    {member}: _typing.ClassVar[{name}]" for member, _, _, _ in definition.members]
        yield _parsed("\n".join([f"class {name}(uint8):", f"    {definition.description!r}", *members]), line)
    elif isinstance(definition, ParameterTable):
        yield from _parameters(definition, preset)


def _parameters(table: ParameterTable, preset: str) -> Iterable[ast.stmt]:
    container = _parsed(f"class {table.name}(Container):\n    {table.description!r}", table.place.line)
    assert isinstance(container, ast.ClassDef)
    for parameter in table.parameters:
        default = parameter.values[preset]
        assert isinstance(default, ast.Call)  # the reader refuses anything else
        container.body.append(_parsed(f"{parameter.name}: {_text(default.func)}", parameter.place.line))
    yield _container(container)
    columns = (
        [parameter.values[preset] for parameter in table.parameters],
        [parameter.minimum for parameter in table.parameters],
        [parameter.maximum for parameter in table.parameters],
    )
    for name, values in zip(constant_names(table), columns, strict=True):
        constant = _parsed(f"{name}: _typing.Final = {table.name}()", table.place.line)
        assert isinstance(constant, ast.AnnAssign) and isinstance(constant.value, ast.Call)
        for parameter, value in zip(table.parameters, values, strict=True):
            keyword = ast.keyword(parameter.name, _unbounded(value))
            constant.value.keywords.append(ast.copy_location(keyword, value))
        yield constant


def _container(node: ast.ClassDef) -> ast.ClassDef:
    """Fields may be left out of a constructor: `amount: Amount = _field(default=None)`."""
    container = _unbounded(node)
    for item in container.body:
        if isinstance(item, ast.AnnAssign):
            mark = _parsed("_runtime._field(default=None)", item.lineno)
            assert isinstance(mark, ast.Expr)
            item.value = mark.value
    return container


def _parsed(text: str, line: int) -> ast.stmt:
    """One statement, all of which stands on `line`."""
    (statement,) = ast.parse(text).body
    for node in ast.walk(statement):
        if hasattr(node, "lineno"):
            node.lineno = line
    return statement


def _text(expression: ast.expr) -> str:
    return ast.unparse(_unbounded(expression))


class _Checked(ast.NodeTransformer):
    """A function written so that a checker sees more: `xs += ys` as it runs, and by functions of the stub what Python
    itself does with anything: `bytes(5)`, `int(b"12")`, `b"%d" % 5`, and what stands in a comment, the bound of a
    `while`."""

    def __init__(self, function: Function) -> None:
        self.node = function.node
        self.arguments = {argument.arg for argument in parameters(function.node)}
        self.bounds = stated_bounds(function)

    def checked(self) -> ast.FunctionDef:
        node: ast.FunctionDef = self.visit(copy.deepcopy(self.node))
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        return self.generic_visit(new_value(node, self.arguments))

    def visit_While(self, node: ast.While) -> list[ast.AST]:
        bound = bound_of(node, self.bounds) or ""
        return [_parsed(f"_runtime._bound({bound})", node.lineno), self.generic_visit(node)]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id in ("bytes", "int"):
            node.func = self.of_stub(node.func.id, node.func)
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if isinstance(node.op, ast.Mod):
            node.left = ast.copy_location(ast.Call(self.of_stub("number", node.left), [node.left], []), node.left)
        return self.generic_visit(node)

    def of_stub(self, name: str, at: ast.expr) -> ast.expr:
        runtime = ast.copy_location(ast.Name("_runtime", ast.Load()), at)
        return ast.copy_location(ast.Attribute(runtime, f"_{name}", ast.Load()), at)


def _unbounded(node: Node) -> Node:
    unbounded: Node = _Unbounded().visit(copy.deepcopy(node))
    return unbounded


class _Unbounded(ast.NodeTransformer):
    """`List[Account, MAX_ACCOUNTS]` becomes `List[Account]`, `ByteVector[48]` becomes `ByteVector`; and since a
    constructor converts its literals, `Vector[uint16, 2](1, 2)` becomes `Vector[uint16](uint16(1), uint16(2))`."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.value, ast.Name) and node.value.id in SIZED:
            return node.value
        if isinstance(node.value, ast.Name) and node.value.id in ELEMENTS and isinstance(node.slice, ast.Tuple):
            node.slice = node.slice.elts[0]
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        kind = node.func
        if isinstance(kind, ast.Subscript) and isinstance(kind.value, ast.Name) and kind.value.id in ELEMENTS:
            node.args = [_converted(kind.slice, argument) for argument in node.args]
        return node


def _converted(kind: ast.expr, argument: ast.expr) -> ast.expr:
    if not (isinstance(argument, ast.Constant) and type(argument.value) is int):
        return argument
    function = copy.deepcopy(kind)
    for node in ast.walk(function):
        ast.copy_location(node, argument)
    return ast.copy_location(ast.Call(function, [argument], []), argument)
