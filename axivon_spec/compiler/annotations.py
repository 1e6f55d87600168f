"""The types of the language: what may stand in signatures, fields and constructors."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping

from axivon_spec.compiler.model import Alias, Constant, ContainerType, Definition, Enumeration, ParameterTable
from axivon_spec.compiler.paths import BASIC_TYPE, BYTE_TYPES, COMPOSITE_TYPES
from axivon_spec.compiler.vocabulary import ARITHMETIC, PYTHON_NAMES

PLAIN_SEQUENCES = frozenset({"list", "Sequence"})
NOT_SSZ = {
    "bool": "boolean",
    "bytes": "ByteList[N] or Bytes32",
    "int": "uint64",
    "tuple": "a container",
    "list": "List[T, N]",
    "Sequence": "List[T, N]",
}

Fail = Callable[[ast.AST, str, str], None]  # a node, the problem, the remedy


def is_container(definition: Definition | None) -> bool:
    """Whether a definition is a container, and no protocol."""
    return isinstance(definition, ContainerType) and not definition.is_protocol


class Annotations:
    """Checks of type expressions. `what` names the thing whose type is checked, for messages."""

    def __init__(self, definitions: Mapping[str, Definition], runtime_names: Collection[str], fail: Fail) -> None:
        self.definitions, self.runtime_names, self.fail = definitions, runtime_names, fail
        self.local: Collection[str] = ()  # the names of the function that is checked

    def check_internal(self, node: ast.expr, what: str, integer: bool) -> None:
        """A type inside the spec: SSZ, a protocol, bytes, bool, plain sequences; plain `int` if `integer`."""
        name = node.id if isinstance(node, ast.Name) else ""
        definition = self.definitions.get(name)
        if name in ("bytes", "bool") or (isinstance(definition, ContainerType) and definition.is_protocol):
            return
        if name == "int":
            if not integer:
                remedy = "use uint64 or another declared type; int is for arguments and locals of [Integer] functions"
                self.fail(node, f"{what} is a plain int", remedy)
        elif name == "tuple" or name in PLAIN_SEQUENCES:
            self.fail(node, f"{what} does not say what its elements are", f"write {name}[Type]")
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in PLAIN_SEQUENCES:
            self.check_internal(node.slice, what, integer)
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "tuple":
            for element in node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]:
                if not (isinstance(element, ast.Constant) and element.value is ...):
                    self.check_internal(element, what, integer)
        else:
            self.check_ssz(node, what)

    def check_interface(self, node: ast.expr, what: str) -> None:
        """A type that other languages meet: SSZ only."""
        base = node.value if isinstance(node, ast.Subscript) else node
        instead = NOT_SSZ.get(base.id) if isinstance(base, ast.Name) else None
        if instead is not None:
            remedy = f"use {instead}: other languages meet an [Interface] function by its SSZ types"
            self.fail(node, f"{what} is of type {ast.unparse(node)}, which is not SSZ", remedy)
        else:
            self.check_ssz(node, what)
            if isinstance(node, ast.Subscript):
                self.check_told(node, what)

    def check_told(self, node: ast.expr, what: str) -> None:
        """A type whose values can be serialized: nothing in it is opaque."""
        for name in (part.id for part in ast.walk(node) if isinstance(part, ast.Name)):
            definition = self.definitions.get(name)
            if isinstance(definition, ContainerType) and definition.is_opaque:
                remedy = "let it be opaque too, or hold what clients agree on instead"
                self.fail(node, f"{what} holds {name}, which is opaque: it is never serialized", remedy)

    def check_ssz(self, node: ast.expr, what: str, numbers: bool = False) -> None:
        """An SSZ type; `numbers` allows bounds that are plain numbers."""
        shown = ast.unparse(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            self.fail(node, f"{what} is of type {shown}", f"write an optional as List[{ast.unparse(node.left)}, 1]")
        elif isinstance(node, ast.Name):
            self._check_name(node, what)
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            self._check_composite(node, node.value.id, what, numbers)
        else:
            self.fail(node, f"{what} is of type {shown}, which is no SSZ type", "use a declared type or List[T, N] …")

    def _check_name(self, node: ast.Name, what: str) -> None:
        name, definition = node.id, self.definitions.get(node.id)
        if name in COMPOSITE_TYPES or name in BYTE_TYPES:
            form = f"{name}[T, BOUND]" if name in ("List", "Vector") else f"{name}[BOUND]"
            self.fail(node, f"{what} does not say the bound of {name}", f"write {form}")
        elif isinstance(definition, Alias | Enumeration | ParameterTable) or BASIC_TYPE.fullmatch(name):
            return
        elif self._is_known(name) and not is_container(definition):  # `callgraph` reports unknown names
            remedy = "use a declared type, a basic SSZ type (uint64, boolean, Bytes32 …), List, Vector, Bitlist …"
            self.fail(node, f"{what} is of type {name}, which is no SSZ type", remedy)

    def _check_composite(self, node: ast.Subscript, name: str, what: str, numbers: bool) -> None:
        arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        shown, wanted = ast.unparse(node), 2 if name in ("List", "Vector") else 1
        if name not in COMPOSITE_TYPES and name not in BYTE_TYPES:
            self.fail(node, f"{what} is of type {shown}, which is no SSZ type", "use List[T, N] or Vector[T, N]")
        elif len(arguments) != wanted:
            form = f"{name}[T, BOUND]" if wanted == 2 else f"{name}[BOUND]"
            self.fail(node, f"{what} is of type {shown}", f"write {form}")
        else:
            *elements, bound = arguments
            for element in elements:
                self.check_ssz(element, what, numbers)
            is_optional = name == "List" and isinstance(bound, ast.Constant) and bound.value == 1
            if not is_optional or isinstance(bound.value, bool):  # type: ignore[attr-defined]
                self._check_bound(bound, what, numbers)

    def _check_bound(self, bound: ast.expr, what: str, numbers: bool) -> None:
        names = [node.id for node in ast.walk(bound) if isinstance(node, ast.Name)]
        shown, remedy = ast.unparse(bound), "name it in a table of constants or presets, and use the name"
        if not self._is_number(bound):
            self.fail(bound, f"{what} has the bound {shown}, which is no constant", remedy)
        elif not names and not numbers:
            self.fail(bound, f"{what} has the bound {shown}, a plain number", remedy)

    def _is_number(self, node: ast.expr) -> bool:
        """Whether an expression consists of constants and whole numbers; names that nothing defines are for `callgraph`
        to report."""
        if isinstance(node, ast.BinOp):
            return isinstance(node.op, ARITHMETIC) and self._is_number(node.left) and self._is_number(node.right)
        if isinstance(node, ast.Name):
            is_unknown = not self._is_known(node.id) and node.id not in self.local
            return is_unknown or isinstance(self.definitions.get(node.id), Constant)
        return isinstance(node, ast.Constant) and type(node.value) is int

    def _is_known(self, name: str) -> bool:
        known = name in self.definitions or name in self.runtime_names or name in PYTHON_NAMES
        return known or name in ("Container", "Protocol")
