"""Paths into a value (`state.token.accounts[i].nonce`): their parts, whether two overlap, and what type lies there."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from axivon_spec.compiler.model import Alias, ContainerType, Definition, Enumeration, Function, ParameterTable

INDEX = "[]"  # the step of a subscript, whatever the index: two indices may be equal

BASIC_TYPE = re.compile(r"u?int\d+|boolean|Bytes\d+")
COMPOSITE_TYPES = frozenset({"List", "Vector", "Bitvector", "Bitlist"})
BYTE_TYPES = frozenset({"ByteVector", "ByteList"})
PLAIN_TYPES = frozenset({"int", "bool", "bytes"})


@dataclass(frozen=True)
class Path:
    """`root` is a name; each step a field or `INDEX`."""

    root: str
    steps: tuple[str, ...] = ()

    def overlaps(self, other: Path) -> bool:
        """Whether a write at one can be seen at the other."""
        return self.root == other.root and all(a == b for a, b in zip(self.steps, other.steps, strict=False))

    def fields(self) -> Path:
        """The path up to its first index: enough to tell one part of a state from another."""
        end = self.steps.index(INDEX) if INDEX in self.steps else len(self.steps)
        return Path(self.root, self.steps[:end])

    def below(self, base: Path) -> Path:
        """This path, whose root stands for `base`, as a path from the root of `base`."""
        return Path(base.root, base.steps + self.steps)


def path_of(node: ast.expr) -> Path | None:
    """The path that an expression is, or None: a call, a slice or a display is none."""
    if isinstance(node, ast.Name):
        return Path(node.id)
    if isinstance(node, ast.Attribute) and (base := path_of(node.value)):
        return Path(base.root, (*base.steps, node.attr))
    if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice) and (base := path_of(node.value)):
        return Path(base.root, (*base.steps, INDEX))
    return None


def is_type_name(name: str, definitions: Mapping[str, Definition]) -> bool:
    """Whether `name` is a declared type, or a type that the runtime gives."""
    if isinstance(definitions.get(name), Alias | ContainerType | Enumeration | ParameterTable):
        return True
    return bool(BASIC_TYPE.fullmatch(name)) or name in COMPOSITE_TYPES or name in BYTE_TYPES


def is_constructor(call: ast.expr, definitions: Mapping[str, Definition]) -> bool:
    """Whether an expression is a call of a type: `Transfer(…)`, `List[uint64, N](…)`."""
    if not isinstance(call, ast.Call):
        return False
    base = call.func.value if isinstance(call.func, ast.Subscript) else call.func
    return isinstance(base, ast.Name) and is_type_name(base.id, definitions)


def type_below(annotation: ast.expr | None, step: str, definitions: Mapping[str, Definition]) -> ast.expr | None:
    """The type one step below a value of type `annotation`, or None where that cannot be told."""
    if isinstance(annotation, ast.Name):
        definition = definitions.get(annotation.id)
        if isinstance(definition, ContainerType):
            return dict(definition.fields).get(step)
        if isinstance(definition, ParameterTable):
            defaults = [value for p in definition.parameters if p.name == step for value in p.values.values()]
            return defaults[0].func if defaults and isinstance(defaults[0], ast.Call) else None
        if isinstance(definition, Alias):
            return type_below(definition.base, step, definitions)
    elif isinstance(annotation, ast.Subscript) and isinstance(annotation.value, ast.Name) and step == INDEX:
        inside = annotation.slice
        if annotation.value.id in ("List", "Vector", "Sequence", "list"):
            return inside.elts[0] if isinstance(inside, ast.Tuple) else inside
    return None


def is_mutable(annotation: ast.expr | None, definitions: Mapping[str, Definition]) -> bool:
    """Whether a value of type `annotation` can change in place; an unknown type may."""
    if isinstance(annotation, ast.Constant):
        return False
    if isinstance(annotation, ast.Name):
        definition = definitions.get(annotation.id)
        if isinstance(definition, Alias):
            return is_mutable(definition.base, definitions)
        basic = BASIC_TYPE.fullmatch(annotation.id) or annotation.id in PLAIN_TYPES
        return not (basic or isinstance(definition, Enumeration))
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.value, ast.Name):
        return annotation.value.id not in BYTE_TYPES
    return True


def callee_of(definitions: Mapping[str, Definition], call: ast.Call) -> Function | None:
    """The spec function that a call runs: called, or passed to `attempt`."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name == "attempt" and call.args and isinstance(call.args[0], ast.Name):
        name = call.args[0].id
    function = definitions.get(name)
    return function if isinstance(function, Function) else None
