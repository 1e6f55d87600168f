"""A program as JSON-able data, from which a client is built without reading Markdown.

A *type expression* is a name (a string), or an object for a type without a name of its own:
`{"kind": "list", "element": "Account", "limit": 1024}`. Numbers up to 2^53 are JSON numbers, larger ones decimal
strings; a *value* follows its type: integers of 64 bits and more are always strings, bytes are `0x…`.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from axivon_spec.compiler.lower import constant_names
from axivon_spec.compiler.model import (
    Alias,
    Constant,
    ContainerType,
    Definition,
    Enumeration,
    Function,
    ParameterTable,
    Program,
)
from axivon_spec.compiler.vocabulary import PYTHON_NAMES

LARGEST_NUMBER = 2**53  # the integers that every JSON reader keeps exact
DECODE_RULE = "ssz.decode.malformed"

UINT = re.compile(r"uint(8|16|32|64|128|256)")
BYTES = re.compile(r"Bytes([1-9][0-9]*)")
# A generic type: its kind, whether it has an element type, and what its bound is called.
GENERIC = {
    "List": ("list", True, "limit"),
    "Vector": ("vector", True, "length"),
    "ByteList": ("bytelist", False, "limit"),
    "ByteVector": ("bytevector", False, "length"),
    "Bitlist": ("bitlist", False, "limit"),
    "Bitvector": ("bitvector", False, "length"),
}

TypeExpression = str | dict[str, Any]


def rules(program: Program) -> dict[str, dict[str, Any]]:
    """Rule id -> layer, function, reason, place, condition as written, former ids."""
    return {
        rule.id: {
            "layer": rule.layer,
            "function": rule.function,
            "reason": rule.reason,
            "file": rule.place.file,
            "line": rule.place.line,
            "text": rule.text,
            "aliases": list(rule.aliases),
        }
        for rule in program.rules.values()
    }


def functions(program: Program, module: ModuleType) -> dict[str, dict[str, Any]]:
    """Interface function -> place, arguments, result, the rules and the functions of the runtime that it can reach; and
    the two built-in calls, whose types are words, not names of types."""
    exported = {function.name: _function(program, function, module) for function in program.interface()}
    given = [{"name": "type", "type": "string", "changes": False}, {"name": "ssz", "type": "bytes", "changes": False}]
    for name, returns in (("decode", "bytes"), ("hash_tree_root", "Bytes32")):
        exported[name] = {
            "layer": None,
            "file": None,
            "line": None,
            "arguments": given,
            "returns": returns,
            "rules": [DECODE_RULE],
            "runtime": [],
            "builtin": True,
        }
    return exported


def _function(program: Program, function: Function, module: ModuleType) -> dict[str, Any]:
    returns = function.node.returns
    nothing = returns is None or (isinstance(returns, ast.Constant) and returns.value is None)
    return {
        "layer": function.layer,
        "file": function.place.file,
        "line": function.place.line,
        "arguments": [
            {"name": name, "type": ast.unparse(annotation), "changes": name in function.changes}
            for name, annotation in _arguments(function)
        ],
        "returns": None if nothing else ast.unparse(returns),  # type: ignore[arg-type]
        "rules": sorted(rule.id for rule in program.reachable_rules(function.name)),
        "runtime": _of_runtime(program, function, module),
        "builtin": False,
    }


def _of_runtime(program: Program, function: Function, module: ModuleType) -> list[str]:
    """The functions of the runtime that a function, or one that it calls, names."""
    nodes = [reached.node for reached in program.reachable_functions(function.name)]
    names = {part.id for node in nodes for part in ast.walk(node) if isinstance(part, ast.Name)}
    given = names - set(program.definitions) - PYTHON_NAMES
    return sorted(name for name in given if inspect.isroutine(vars(module).get(name)))


def _arguments(function: Function) -> Iterator[tuple[str, ast.expr]]:
    for argument in function.node.args.args:
        if argument.annotation is not None:
            yield argument.arg, argument.annotation


def types(program: Program, module: ModuleType) -> dict[str, dict[str, Any]]:
    """Name -> shape, with the bounds of `module`'s preset: every declared type, every basic type that occurs, and
    under its source text (`List[Transfer, MAX_TRANSFERS]`) and with its bounds evaluated (`List[Transfer, 16]`) every
    unnamed type of an interface function."""
    return _Types(program, module).all()


def parameters(program: Program, modules: Mapping[str, ModuleType]) -> dict[str, list[dict[str, Any]]]:
    """Layer -> its governed parameters; `default` by preset; bounds, which no preset changes."""
    exported = {}
    for table in program.definitions.values():
        if not isinstance(table, ParameterTable):
            continue
        names = constant_names(table)
        rows = []
        for parameter in table.parameters:
            kind = _called_type(parameter.values[program.presets[0]])
            assert kind is not None  # the reader refuses a default without a type
            values = {}
            for preset, module in modules.items():
                shapes = _Types(program, module)
                default, minimum, maximum = (getattr(vars(module)[name], parameter.name) for name in names)
                values[preset] = [shapes.value(item, shapes.expression(kind)) for item in (default, minimum, maximum)]
            rows.append(
                {
                    "name": parameter.name,
                    "type": ast.unparse(kind),
                    "default": {preset: columns[0] for preset, columns in values.items()},
                    "minimum": next(iter(values.values()))[1],
                    "maximum": next(iter(values.values()))[2],
                    "unit": parameter.unit,
                    "description": parameter.description,
                }
            )
        exported[table.layer] = rows
    return exported


def presets(program: Program, module: ModuleType) -> dict[str, dict[str, Any]]:
    """Every constant as `module` has it: type, value, unit, layer."""
    shapes = _Types(program, module)
    exported = {}
    for constant in program.definitions.values():
        if not isinstance(constant, Constant):
            continue
        value = vars(module)[constant.name]
        kind, shape = shapes.of_value(value, constant)
        exported[constant.name] = {
            "type": kind,
            "value": shapes.value(value, shape),
            "unit": constant.unit,
            "layer": constant.layer,
        }
    return exported


def _called_type(expression: ast.expr) -> ast.expr | None:
    """`Vector[uint16, 4]` of `Vector[uint16, 4](1, 2, 3, 4)`."""
    return expression.func if isinstance(expression, ast.Call) else None


def _number(value: int) -> int | str:
    return int(value) if abs(value) <= LARGEST_NUMBER else str(int(value))


class _Types:
    """The shapes of types, read from the syntax tree; bounds evaluated in a module."""

    def __init__(self, program: Program, module: ModuleType) -> None:
        self.program = program
        self.module = module

    def all(self) -> dict[str, dict[str, Any]]:
        shapes = {}
        for definition in self.program.definitions.values():
            shape = self.declared(definition)
            if shape is not None:
                shapes[definition.name] = {**shape, "layer": definition.layer}
        for function in self.program.interface():
            returns = function.node.returns
            for annotation in [a for _, a in _arguments(function)] + ([returns] if returns is not None else []):
                expression = self.expression(annotation)
                if isinstance(expression, dict):
                    for name in (ast.unparse(annotation), _evaluated_name(expression)):
                        shapes[name] = {**expression, "layer": function.layer}
                elif expression not in shapes and (basic := _basic(expression)) is not None:
                    shapes[expression] = basic
        occurring = {name for shape in shapes.values() for name in _names(shape)}
        occurring |= {ast.unparse(d.base) for d in self.program.definitions.values() if isinstance(d, Alias)}
        for name in sorted(occurring - set(shapes)):
            if (basic := _basic(name)) is not None:
                shapes[name] = basic
        return shapes

    def declared(self, definition: Definition) -> dict[str, Any] | None:
        """The shape of a declared type; None for what is no SSZ type."""
        if isinstance(definition, Alias):
            return self.shape(self.expression(definition.base))
        if isinstance(definition, Enumeration):
            return {
                "kind": "enumeration",
                "bits": 8,
                "members": {name: value for name, value, _, _ in definition.members},
            }
        if isinstance(definition, ContainerType) and definition.is_opaque:
            return {"kind": "opaque"}
        if isinstance(definition, ContainerType) and not definition.is_protocol:
            return self.container(definition.fields)
        if isinstance(definition, ParameterTable):
            first = self.program.presets[0]
            fields = [(p.name, _called_type(p.values[first])) for p in definition.parameters]
            return self.container([(name, kind) for name, kind in fields if kind is not None])
        return None

    def container(self, fields: list[tuple[str, ast.expr]]) -> dict[str, Any]:
        return {
            "kind": "container",
            "fields": [{"name": name, "type": self.expression(annotation)} for name, annotation in fields],
        }

    def expression(self, annotation: ast.expr) -> TypeExpression:
        """An annotation as a type expression."""
        if not isinstance(annotation, ast.Subscript):
            return ast.unparse(annotation)
        kind, has_element, bound_name = GENERIC[ast.unparse(annotation.value)]
        shape: dict[str, Any] = {"kind": kind}
        bound = annotation.slice
        if has_element:
            assert isinstance(bound, ast.Tuple)
            element, bound = bound.elts
            shape["element"] = self.expression(element)
        shape[bound_name] = _number(self.evaluate(bound))
        return shape

    def evaluate(self, bound: ast.expr) -> int:
        code = compile(ast.fix_missing_locations(ast.Expression(bound)), "<bound>", "eval")
        return int(eval(code, vars(self.module)))

    def shape(self, expression: TypeExpression) -> dict[str, Any]:
        """What a type expression stands for, names of declared and basic types resolved."""
        if isinstance(expression, dict):
            return expression
        definition = self.program.definitions.get(expression)
        shape = self.declared(definition) if definition is not None else _basic(expression)
        if shape is None:
            raise ValueError(f"{expression} is no SSZ type")
        return shape

    # Values

    def of_value(self, value: object, constant: Constant) -> tuple[str, TypeExpression]:
        """The name of a constant's type, and the type expression to write its value by."""
        called = _called_type(constant.values[self.program.presets[0]])
        if called is not None:
            name = ast.unparse(called)
            if isinstance(called, ast.Subscript) or name in self.type_names():
                return name, self.expression(called)
        named = [name for name in self.type_names() if vars(self.module).get(name) is type(value)]
        if named:  # `SIZE * 2` has the type of `SIZE`
            return named[0], named[0]
        return ("bytes" if isinstance(value, bytes) else type(value).__name__), {"kind": "plain"}

    def type_names(self) -> list[str]:
        declared = [d.name for d in self.program.definitions.values() if not isinstance(d, Constant | Function)]
        return declared + [name for name in vars(self.module) if _basic(name) is not None]

    def value(self, value: Any, expression: TypeExpression) -> object:
        """A value in JSON form, by its type."""
        shape: dict[str, Any] = {"kind": "plain"} if expression == {"kind": "plain"} else self.shape(expression)
        kind = shape["kind"]
        if kind == "boolean" or isinstance(value, bool):
            return bool(value)
        if kind in ("uint", "enumeration"):
            return int(value) if shape["bits"] <= 32 else str(int(value))
        if isinstance(value, bytes):
            return "0x" + bytes(value).hex()
        if isinstance(value, int):
            return _number(value)
        if kind == "container":
            fields = ((field["name"], field["type"]) for field in shape["fields"])
            return {name: self.value(getattr(value, name), kind) for name, kind in fields}
        if kind in ("bitlist", "bitvector"):
            return "0x" + _bits(value, delimited=kind == "bitlist").hex()
        return [self.value(item, shape["element"]) for item in value]


def _bits(value: Iterable[object], delimited: bool) -> bytes:
    """Bits as SSZ serializes them; those of a list end with a further 1."""
    bits = [bool(bit) for bit in value] + [True] * delimited
    return sum(bit << position for position, bit in enumerate(bits)).to_bytes((len(bits) + 7) // 8, "little")


def _evaluated_name(expression: TypeExpression) -> str:
    """`List[Transfer, 16]`."""
    if isinstance(expression, str):
        return expression
    (name,) = (name for name, (kind, _, _) in GENERIC.items() if kind == expression["kind"])
    element = f"{_evaluated_name(expression['element'])}, " if "element" in expression else ""
    return f"{name}[{element}{expression[GENERIC[name][2]]}]"


def _basic(name: str) -> dict[str, Any] | None:
    """The shape of a type that needs no declaration."""
    if name == "boolean":
        return {"kind": "boolean"}
    if match := UINT.fullmatch(name):
        return {"kind": "uint", "bits": int(match[1])}
    if match := BYTES.fullmatch(name):
        return {"kind": "bytevector", "length": int(match[1])}
    return None


def _names(shape: TypeExpression) -> Iterator[str]:
    """The names of types that occur in a type expression."""
    if isinstance(shape, str):
        yield shape
        return
    if "element" in shape:
        yield from _names(shape["element"])
    for field in shape.get("fields", ()):
        yield from _names(field["type"])


# Files


def files(exports: Mapping[str, Mapping[str, Any]]) -> dict[str, bytes]:
    """The exports of every preset (by preset: rules, functions, types, parameters, presets) as files: path -> bytes."""
    first = next(iter(exports.values()))
    documents = {f"{name}.json": first[name] for name in ("rules", "functions", "parameters")}
    for preset, exported in exports.items():
        documents[f"types/{preset}.json"] = exported["types"]
        documents[f"presets/{preset}.json"] = exported["presets"][preset]
    return {path: (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode() for path, data in documents.items()}
