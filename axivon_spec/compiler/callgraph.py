"""Who mentions whom: fills `Definition.uses` and `Function.calls`, and refuses names that lead nowhere."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from axivon_spec.compiler.bindings import bindings, bound_by, local_names
from axivon_spec.compiler.loops import parsed_bounds
from axivon_spec.compiler.lower import constant_names
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
from axivon_spec.compiler.vocabulary import PYTHON_NAMES

# Names that stand in annotations and class headings only; no runtime value answers to them.
FORMAL_NAMES = frozenset({"Sequence", "Container", "Opaque", "Protocol"})


@dataclass(frozen=True)
class Mention:
    """A name that is not local, where it stands, and how: "call" `f(…)`, "passed" `attempt(f, …)` or
    `sorted(…, key=f)`, "member" `Role.VALIDATOR`, or "value"."""

    name: str
    line: int
    how: str
    member: str = ""


def link(program: Program, runtime_names: Collection[str]) -> list[SpecError]:
    """Fill `uses` and `calls` of every definition; report names without definition or without use."""
    linker = _Linker(program, runtime_names)
    for definition in program.definitions.values():
        linker.link(definition)
    linker.link_conditions()
    return linker.errors + _recursion(program) + _unused(program, linker.used_by_conditions)


def mentions(node: ast.AST, local: Iterable[str] = ()) -> list[Mention]:
    """Every name below `node` that is none of `local`."""
    visitor = _Mentions(frozenset(local))
    visitor.visit(node)
    return visitor.found


class _Mentions(ast.NodeVisitor):
    def __init__(self, local: frozenset[str]) -> None:
        self.local = local
        self.found: list[Mention] = []

    def add(self, node: ast.Name, how: str, member: str = "") -> None:
        if node.id not in self.local:
            self.found.append(Mention(node.id, node.lineno, how, member))

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.add(node, "value")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name):
            self.add(node.value, "member", node.attr)
        else:
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        callee = node.func.id if isinstance(node.func, ast.Name) else ""
        if isinstance(node.func, ast.Name):
            self.add(node.func, "call")
        else:
            self.visit(node.func)
        for position, argument in enumerate(node.args):
            if callee == "attempt" and position == 0 and isinstance(argument, ast.Name):
                self.add(argument, "passed")
            else:
                self.visit(argument)
        for keyword in node.keywords:
            if keyword.arg == "key" and callee in ("sorted", "min", "max") and isinstance(keyword.value, ast.Name):
                self.add(keyword.value, "passed")
            else:
                self.visit(keyword.value)

    def _visit_comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        outside = self.local
        self.local = outside | {name.id for part in node.generators for name in bound_by(part.target)}
        self.generic_visit(node)
        self.local = outside

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _visit_comprehension


class _Linker:
    def __init__(self, program: Program, runtime_names: Collection[str]) -> None:
        self.program = program
        self.errors: list[SpecError] = []
        self.used_by_conditions: set[str] = set()
        self.runtime_names = frozenset(runtime_names)
        # The name that stands in the spec -> the definition that makes it.
        self.owner = {name: name for name in program.definitions}
        for table in program.definitions.values():
            if isinstance(table, ParameterTable):
                self.owner.update(dict.fromkeys(constant_names(table), table.name))

    def fail(self, file: str, line: int, problem: str, remedy: str) -> None:
        if not any((e.file, e.line, e.problem) == (file, line, problem) for e in self.errors):
            self.errors.append(SpecError(file, line, problem, remedy))

    def link(self, definition: Definition) -> None:
        if isinstance(definition, Function):
            self._link_function(definition)
            return
        for expression, place in _expressions(definition):
            found = mentions(expression)
            definition.uses |= self._resolve(place, found)
            self._check_no_functions(definition, place, found)
        if isinstance(definition, ContainerType):
            for _, annotation in definition.fields:
                definition.uses |= self._resolve(definition.place, mentions(annotation))
            for method in definition.node.body:
                if isinstance(method, ast.FunctionDef):
                    definition.uses |= self._resolve(definition.place, mentions(method, local_names(method)))
        elif isinstance(definition, Constant):  # an annotation is evaluated once everything is loaded
            for annotation in definition.annotations.values():
                self._resolve(definition.place, mentions(annotation))

    def _check_no_functions(self, definition: Definition, place: Place, found: list[Mention]) -> None:
        for mention in found:
            if mention.how == "call" and isinstance(self.program.definitions.get(mention.name), Function):
                problem = f"the table of {definition.name} calls the function {mention.name}, which is defined after it"
                self.fail(place.file, place.line, problem, "write the value as an expression over constants")

    def link_conditions(self) -> None:
        for condition in self.program.conditions:
            self.used_by_conditions |= self._resolve(condition.place, mentions(condition.expression))

    def _link_function(self, function: Function) -> None:
        self._check_shadowing(function)
        local = local_names(function.node)
        found = mentions(function.node, local)
        for bound in parsed_bounds(function):
            found += mentions(bound, local)
        function.uses = self._resolve(function.place, found, local) - {function.name}
        definitions = self.program.definitions
        function.calls = {m.name for m in found if isinstance(definitions.get(m.name), Function)}

    def _check_shadowing(self, function: Function) -> None:
        for binding in bindings(function.node):
            name = binding.name
            if name in self.owner:
                other = self.program.definitions[self.owner[name]].place
                what = f"the definition at {other.file}:{other.line}"
            elif name in self.runtime_names or name in FORMAL_NAMES:
                what = "a name of the runtime"
            elif name in PYTHON_NAMES:
                what = "a builtin of Python"
            else:
                continue
            problem = f"the local name {name} shadows {what}"
            self.fail(function.place.file, binding.node.lineno, problem, "choose another name for the local")

    def _resolve(self, place: Place, found: list[Mention], local: Iterable[str] = ()) -> set[str]:
        """The definitions that `found` mentions; report names that nothing defines, and functions as values."""
        uses = set()
        for mention in found:
            name = mention.name
            if name in self.owner:
                uses.add(self.owner[name])
                self._check_manner(place, mention, self.program.definitions[self.owner[name]])
            elif not (
                name in self.runtime_names or name in FORMAL_NAMES or name in PYTHON_NAMES or name.startswith("__")
            ):
                known = {*self.owner, *self.runtime_names, *local}
                self.fail(
                    place.file,
                    mention.line,
                    f"nothing defines {name}",
                    _nearest(name, known, "define it, or correct it"),
                )
        return uses

    def _check_manner(self, place: Place, mention: Mention, definition: Definition) -> None:
        if isinstance(definition, Enumeration) and mention.how == "member":
            members = [member[0] for member in definition.members]
            if mention.member not in members:
                problem = f"{definition.name} has no member {mention.member}"
                remedy = _nearest(mention.member, members, f"add it to the table of {definition.name}, or correct it")
                self.fail(place.file, mention.line, problem, remedy)
        elif isinstance(definition, Function) and mention.how in ("value", "member"):
            self.fail(
                place.file,
                mention.line,
                f"the function {mention.name} is used as a value",
                f"call it, or pass it by name to attempt({mention.name}, …) or sorted(…, key={mention.name}) only",
            )


def _expressions(definition: Definition) -> list[tuple[ast.expr, Place]]:
    """The expressions of a table's rows, each with the place of its row."""
    place = definition.place
    if isinstance(definition, Constant):
        return [(value, place) for value in definition.values.values()]
    if isinstance(definition, Alias):
        return [(definition.base, place)]
    if isinstance(definition, ParameterTable):
        return [
            (value, parameter.place)
            for parameter in definition.parameters
            for value in (*parameter.values.values(), parameter.minimum, parameter.maximum)
        ]
    return []


def _nearest(name: str, known: Collection[str], otherwise: str) -> str:
    nearest = get_close_matches(name, sorted(known), 3, 0.7)
    return f"did you mean {' or '.join(nearest)}? Else {otherwise}" if nearest else otherwise


def _recursion(program: Program) -> list[SpecError]:
    """One error for each cycle of calls, at the function where it is met first."""
    errors: list[SpecError] = []
    done: set[str] = set()
    path: list[str] = []

    def visit(function: Function) -> None:
        if function.name in done:
            return
        if function.name in path:
            cycle = [*path[path.index(function.name) :], function.name]
            problem = f"{function.name} calls itself: {' → '.join(cycle)}"
            remedy = "write a loop, `for … in range(BOUND)`: the language has no recursion"
            errors.append(SpecError(function.place.file, function.place.line, problem, remedy))
            return
        path.append(function.name)
        for name in sorted(function.calls):
            called = program.definitions[name]
            assert isinstance(called, Function)
            visit(called)
        path.pop()
        done.add(function.name)

    for function in program.functions():
        visit(function)
    return errors


def _unused(program: Program, used_by_conditions: set[str]) -> list[SpecError]:
    """Every definition that no interface function, invariant, condition or parameter table leads to."""
    tables = [d for d in program.definitions.values() if isinstance(d, ParameterTable)]
    checks = {f"check_{table.layer}_parameters" for table in tables}
    queue = [f.name for f in program.functions() if f.is_interface or f.is_invariant or f.name in checks]
    queue += sorted(used_by_conditions)
    reached: set[str] = set()
    while queue:
        name = queue.pop()
        if name not in reached:
            reached.add(name)
            queue += sorted(program.definitions[name].uses)
    errors = []
    for definition in program.definitions.values():
        if definition.name not in reached:
            remedy = "use it, or delete it"
            if isinstance(definition, Function):
                remedy = "call it, mark its heading [Interface], or delete it"
            problem = f"no interface function, invariant or condition leads to {definition.name}"
            errors.append(SpecError(definition.place.file, definition.place.line, problem, remedy))
    return errors
