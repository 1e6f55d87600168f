"""What the compiler knows about a spec: the data that flows from reading to checking, lowering and exporting."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field


class SpecError(Exception):
    """A mistake in a spec file: where it is, what is wrong, and how to mend it."""

    def __init__(self, file: str, line: int, problem: str, remedy: str) -> None:
        super().__init__(f"{file}:{line}: {problem}\n  remedy: {remedy}")
        self.file, self.line, self.problem, self.remedy = file, line, problem, remedy


class SpecErrors(Exception):
    """Every mistake found in one compilation, in order of file and line."""

    def __init__(self, errors: list[SpecError]) -> None:
        self.errors = sorted(errors, key=lambda e: (e.file, e.line))
        super().__init__("\n".join(str(e) for e in self.errors))


@dataclass(frozen=True)
class Place:
    """A line of a spec file; `file` is relative to the folder that holds `specs/` (`specs/token.md`)."""

    file: str
    line: int  # from 1


@dataclass
class Definition:
    """One named thing of the spec. `names` lists the other names that it mentions, found in the syntax tree."""

    name: str
    layer: str  # the stem of the file: "token"
    place: Place  # the line of the `class`, `def` or table row
    description: str = ""  # docstring, or the description column
    uses: set[str] = field(default_factory=set)


@dataclass
class Constant(Definition):
    """A row of a constants or preset table. `values` maps a preset to its expression; the annotation is `(= 32)`."""

    values: dict[str, ast.expr] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, ast.expr] = field(default_factory=dict)
    unit: str = ""
    is_preset: bool = False


@dataclass
class Parameter:
    """A row of a table of governed parameters; it becomes a field of `<Layer>Parameters`."""

    name: str
    place: Place
    values: dict[str, ast.expr]  # a preset -> default
    sources: dict[str, str]
    minimum: ast.expr
    maximum: ast.expr
    unit: str
    description: str


@dataclass
class ParameterTable(Definition):
    """A layer's governed parameters: the container `<Layer>Parameters` and its three constants
    `DEFAULT_<LAYER>_PARAMETERS`, `MINIMUM_…` and `MAXIMUM_…`."""

    parameters: list[Parameter] = field(default_factory=list)


@dataclass
class Alias(Definition):
    """A row of a types table: a name for a basic type (`Amount` for `uint64`), compiled to a subclass."""

    base: ast.expr = field(default_factory=lambda: ast.Constant(0))
    source: str = ""


@dataclass
class Enumeration(Definition):
    """A table under a heading ``Enumeration `Role` ``: a uint8 with named values, used as `Role.VALIDATOR`."""

    members: list[tuple[str, int, str, Place]] = field(default_factory=list)  # name, value, description, place


@dataclass
class ContainerType(Definition):
    """A `class Name(Container):` block (`Opaque` where `is_opaque`, `Protocol` where `is_protocol`)."""

    node: ast.ClassDef = field(default_factory=lambda: ast.ClassDef("", [], [], [], []))
    is_protocol: bool = False
    is_opaque: bool = False  # a client may shape it as it likes
    fields: list[tuple[str, ast.expr]] = field(default_factory=list)


@dataclass
class Function(Definition):
    """A `def` block. `marks` holds what stands in brackets in its heading: Interface, Integer."""

    node: ast.FunctionDef = field(default_factory=lambda: ast.FunctionDef("", ast.arguments([], []), [], []))
    source: str = ""
    marks: frozenset[str] = frozenset()
    formerly: tuple[str, ...] = ()  # earlier names, as "layer.function"
    calls: set[str] = field(default_factory=set)  # spec functions that it calls, or passes to attempt / sorted
    changes: tuple[str, ...] = ()  # parameters that it changes, itself or by a call

    @property
    def is_interface(self) -> bool:
        return "Interface" in self.marks

    @property
    def is_invariant(self) -> bool:
        return self.name.startswith("invariant_")


@dataclass(frozen=True)
class Rule:
    """One `assert condition, "reason"`."""

    id: str  # "token.process_transfer.insufficient-balance"
    layer: str
    function: str
    reason: str
    place: Place
    text: str  # the condition as written
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Condition:
    """A row of a conditions table: what must hold between the constants of every preset."""

    place: Place
    expression: ast.expr
    source: str
    reason: str


@dataclass(frozen=True)
class Unreachable:
    """A row of a table of unreachable rules: a pair (entry point, rule) that cannot happen, and why; with an `edge`,
    one that can happen, but not there."""

    place: Place
    entry_point: str  # "*" stands for every entry point without a row of its own
    rule: str
    edge: str  # of `grammar.EDGES`, or empty
    reason: str


@dataclass
class Section:
    """Prose between two headings, for `axivon spec show` and the site."""

    layer: str
    place: Place
    title: str
    level: int
    prose: str


@dataclass
class Program:
    """A whole spec, read and checked. The order of `definitions` is the order of execution."""

    presets: tuple[str, ...]
    files: tuple[str, ...]
    definitions: dict[str, Definition]
    rules: dict[str, Rule]
    conditions: list[Condition]
    unreachable: list[Unreachable]
    sections: list[Section]

    def functions(self) -> list[Function]:
        return [d for d in self.definitions.values() if isinstance(d, Function)]

    def interface(self) -> list[Function]:
        return [f for f in self.functions() if f.is_interface]

    def reachable_functions(self, name: str) -> list[Function]:
        """The spec functions that a call of `name` can reach, itself first."""
        seen: dict[str, Function] = {}
        queue = [name]
        while queue:
            function = self.definitions.get(queue.pop())
            if isinstance(function, Function) and function.name not in seen:
                seen[function.name] = function
                queue.extend(sorted(function.calls))
        return list(seen.values())

    def reachable_rules(self, name: str) -> list[Rule]:
        functions = {(f.layer, f.name) for f in self.reachable_functions(name)}
        return [r for r in self.rules.values() if (r.layer, r.function) in functions]
