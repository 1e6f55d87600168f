"""One definition as a reader wants it: its prose, its code, what uses it, the rules it can reach."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from axivon_spec.compiler.lower import constant_names
from axivon_spec.compiler.model import (
    Alias,
    Constant,
    ContainerType,
    Definition,
    Enumeration,
    Function,
    Parameter,
    ParameterTable,
    Place,
    Program,
    Rule,
)


@dataclass(frozen=True)
class Entry:
    """What the spec says of one name."""

    name: str
    kind: str  # "function", "container", "constant", …
    file: str
    line: int
    title: str  # of the section that it stands in
    prose: str
    code: str
    used_by: tuple[str, ...]
    rules: tuple[str, ...]  # ids that a call can reach
    entry_points: tuple[str, ...]  # interface functions that can reach it

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def as_text(self) -> str:
        parts = [f"{self.name}: {self.kind}, {self.file}:{self.line}, in “{self.title}”"]
        parts += [part for part in (self.prose, self.code) if part]
        for heading, names in (
            ("Used by", self.used_by),
            ("Reached from the interface functions", self.entry_points),
            ("Rules that it can reach", self.rules),
        ):
            if names:
                parts.append("\n  ".join([f"{heading}:", *names]))
        return "\n\n".join(parts)


def find(program: Program, root: Path, name: str) -> Entry | None:
    """The entry of a definition, of a governed parameter, of an enumeration's member (`Role.VALIDATOR`), of a constant
    of a parameter table, or of a rule; None where the spec has no such name. `root` is the folder that holds specs/."""
    for definition in program.definitions.values():
        if name == definition.name or name in _further_names(definition):
            return _definition(program, root, definition)
        if isinstance(definition, ParameterTable):
            for parameter in definition.parameters:
                if name == parameter.name:
                    return _parameter(program, definition, parameter)
    for rule in program.rules.values():
        if name == rule.id or name in rule.aliases:
            return _rule(program, root, rule)
    return None


def nearest(program: Program, name: str) -> list[str]:
    """Up to three names that resemble `name`, best first."""
    names = [known for definition in program.definitions.values() for known in _names(definition)]
    names += program.rules
    by_lower = {known.lower(): known for known in names}
    return [by_lower[match] for match in get_close_matches(name.lower(), by_lower, n=3)]


def _names(definition: Definition) -> Iterator[str]:
    yield definition.name
    yield from _further_names(definition)
    if isinstance(definition, ParameterTable):
        yield from (parameter.name for parameter in definition.parameters)


def _further_names(definition: Definition) -> tuple[str, ...]:
    if isinstance(definition, ParameterTable):
        return constant_names(definition)
    if isinstance(definition, Enumeration):
        return tuple(f"{definition.name}.{member[0]}" for member in definition.members)
    return ()


def _definition(program: Program, root: Path, definition: Definition) -> Entry:
    title, prose = _section(program, definition.place)
    if isinstance(definition, Constant | Alias):  # its row is shown as code, the others of the table are not wanted
        prose = "\n".join(line for line in prose.splitlines() if not line.startswith("|")).strip()
    used_by = [
        f"{f.name} ({f.place.file}:{f.place.line})" for f in program.definitions.values() if definition.name in f.uses
    ]
    is_function = isinstance(definition, Function)
    reached = program.reachable_rules(definition.name) if is_function else []
    return Entry(
        name=definition.name,
        kind=_kind(definition),
        file=definition.place.file,
        line=definition.place.line,
        title=title,
        prose=prose,
        code=_code(root, definition),
        used_by=tuple(used_by),
        rules=tuple(f"{rule.id} ({rule.place.file}:{rule.place.line}): {rule.text}" for rule in reached),
        entry_points=_entry_points(program, definition.name) if is_function else (),
    )


def _parameter(program: Program, table: ParameterTable, parameter: Parameter) -> Entry:
    title, _ = _section(program, parameter.place)
    lines = [f"{parameter.description}, in {parameter.unit}"]
    lines += [f"  {preset:8} {source}" for preset, source in parameter.sources.items()]
    lines += [f"  between  {ast.unparse(parameter.minimum)} and {ast.unparse(parameter.maximum)}"]
    users = []
    for function in program.functions():
        nodes = ast.walk(function.node)
        if any(isinstance(node, ast.Attribute) and node.attr == parameter.name for node in nodes):
            users.append(f"{function.name} ({function.place.file}:{function.place.line})")
    kind = f"governed parameter of {table.layer}, a field of {table.name}"
    place = parameter.place
    return Entry(parameter.name, kind, place.file, place.line, title, "", "\n".join(lines), tuple(users), (), ())


def _rule(program: Program, root: Path, rule: Rule) -> Entry:
    title, prose = _section(program, rule.place)
    function = program.definitions[rule.function]
    code = f'assert {rule.text}, "{rule.reason}"\n\n{_code(root, function)}'
    entry_points = _entry_points(program, rule.function)
    place = rule.place
    return Entry(rule.id, f"rule of {rule.function}", place.file, place.line, title, prose, code, (), (), entry_points)


def _entry_points(program: Program, function: str) -> tuple[str, ...]:
    """The interface functions from which a call can come to `function`."""
    callers = (f.name for f in program.interface() if f.name != function)
    return tuple(name for name in callers if function in {f.name for f in program.reachable_functions(name)})


def _section(program: Program, place: Place) -> tuple[str, str]:
    """Title and prose of the section in which a line stands."""
    above = [s for s in program.sections if s.place.file == place.file and s.place.line <= place.line]
    section = max(above, key=lambda s: s.place.line)
    return section.title, section.prose


def _kind(definition: Definition) -> str:
    if isinstance(definition, Function):
        if definition.is_interface:
            return "interface function"
        return "invariant" if definition.is_invariant else "function"
    if isinstance(definition, ContainerType):
        if definition.is_opaque:
            return "opaque container"
        return "protocol" if definition.is_protocol else "container"
    kinds = {Constant: "constant", Alias: "type", Enumeration: "enumeration", ParameterTable: "governed parameters"}
    return kinds[type(definition)]


def _code(root: Path, definition: Definition) -> str:
    """A block as written, or the row of a table; the prose of its section has the rest."""
    if isinstance(definition, Function | ContainerType):
        node = definition.node
        lines = (root / definition.place.file).read_text(encoding="utf-8").splitlines()
        return "\n".join(lines[node.lineno - 1 : node.end_lineno])
    if isinstance(definition, Constant):
        values = [f"  {preset:8} {source}" for preset, source in definition.sources.items()]
        return "\n".join([f"{definition.description}, in {definition.unit}", *values])
    if isinstance(definition, Alias):
        return f"{definition.name} = {definition.source}: {definition.description}"
    return ""
