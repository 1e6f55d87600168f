"""Writes go by path: what each function changes, and every write that could be lost.

A container read from a state is a snapshot: a later write through its local name puts everything around it back to what
it was. So a write begins at a parameter, or at a local that the function built itself, and so does an argument that the
callee changes. What is refused here is what cannot be translated by ownership either: aliases that are written, writes
into what is being iterated, changes in the middle of an expression.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from axivon_spec.compiler.aliases import Aliases
from axivon_spec.compiler.annotations import PLAIN_SEQUENCES
from axivon_spec.compiler.bindings import Binding, bindings, bound_by, parameters
from axivon_spec.compiler.flow import Flow
from axivon_spec.compiler.model import Function, Program, SpecError
from axivon_spec.compiler.paths import INDEX, Path, callee_of, is_constructor, is_mutable, path_of, type_below
from axivon_spec.compiler.vocabulary import MUTATING_METHODS

COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
LOSS = "the write is lost, or undoes others"
Site = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Call  # where a function may change a value in place
READ_ONLY = frozenset({"Sequence", "tuple", "bytes"})


@dataclass(frozen=True)
class Change:
    """One place that changes a value in place. `target` is the expression of what changes, `by` how: "assignment",
    "append", "pop", or the name of the function that it is passed to. `below` lists what a callee changes in it."""

    target: ast.expr
    node: ast.stmt | ast.Call
    by: str
    below: tuple[Path, ...] = ()

    @property
    def is_call(self) -> bool:
        return self.by not in ("assignment", *MUTATING_METHODS)

    def paths(self) -> list[Path]:
        """The paths that change, where the target is a path."""
        base = path_of(self.target)
        if base is None:
            return []
        return [path.below(base) for path in self.below] if self.is_call else [base]


Effects = Mapping[str, frozenset[Path]]  # a function -> what it changes: paths from its parameters


def check(program: Program, runtime_changes: Mapping[str, tuple[int, ...]]) -> list[SpecError]:
    """Fill `changes` of every function; report every write that does not go by path.

    `runtime_changes` maps functions of the runtime to the positions of the arguments that they change.
    """
    sites = {f.name: [node for node in ast.walk(f.node) if isinstance(node, Site)] for f in program.functions()}
    effects = _effects(program, sites, runtime_changes)
    errors: list[SpecError] = []
    for function in program.functions():
        roots = {path.root for path in effects[function.name]}
        names = [argument.arg for argument in parameters(function.node)]
        function.changes = tuple(name for name in names if name in roots)
    for function in program.functions():
        changes = list(_changes(program, sites[function.name], effects, runtime_changes))
        errors += _Checker(program, function, effects, changes).errors
    return errors


def _effects(
    program: Program, sites: Mapping[str, list[Site]], runtime_changes: Mapping[str, tuple[int, ...]]
) -> Effects:
    """What each function changes, itself or by a call: the least solution over the call graph."""
    functions = _callees_first(program)
    effects = {function.name: frozenset[Path]() for function in functions}
    grown = True
    while grown:  # one round finds all, unless functions call each other; DEPTH ends that case
        grown = False
        for function in functions:
            names = {argument.arg for argument in parameters(function.node)}
            found = {
                Path(path.root, path.steps[:DEPTH]).fields()
                for change in _changes(program, sites[function.name], effects, runtime_changes)
                for path in change.paths()
                if path.root in names
            }
            if not found <= effects[function.name]:
                effects[function.name] |= found
                grown = True
    return effects


def _callees_first(program: Program) -> list[Function]:
    ordered: dict[str, Function] = {}
    entered: set[str] = set()

    def visit(function: Function) -> None:
        if function.name in entered:
            return
        entered.add(function.name)
        for called in map(program.definitions.get, sorted(function.calls)):
            if isinstance(called, Function):
                visit(called)
        ordered[function.name] = function

    for function in program.functions():
        visit(function)
    return list(ordered.values())


DEPTH = 16  # no type nests deeper; only (refused) recursion would make longer paths


def _changes(
    program: Program, sites: list[Site], effects: Effects, runtime_changes: Mapping[str, tuple[int, ...]]
) -> Iterator[Change]:
    """Every place that changes a value in place; a new value for a plain name is none."""
    for node in sites:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                for part in _flat(target):
                    if not isinstance(part, ast.Name) and not _is_refused_anyway(part):
                        yield Change(part, node, "assignment")
        else:
            yield from _changes_of_call(program, node, effects, runtime_changes)


def _changes_of_call(
    program: Program, call: ast.Call, effects: Effects, runtime_changes: Mapping[str, tuple[int, ...]]
) -> Iterator[Change]:
    if isinstance(call.func, ast.Attribute) and call.func.attr in MUTATING_METHODS:
        yield Change(call.func.value, call, call.func.attr)
    elif isinstance(call.func, ast.Name):
        arguments = _arguments(program, call)
        callee = callee_of(program.definitions, call)
        if callee is not None:
            for name, argument in arguments.items():
                below = tuple(Path(INSIDE, p.steps) for p in effects[callee.name] if p.root == name)
                if below and not isinstance(argument, ast.Starred):
                    yield Change(argument, call, callee.name, below)
        elif call.func.id != "attempt":
            for position in runtime_changes.get(call.func.id, ()):
                if position < len(call.args):
                    yield Change(call.args[position], call, call.func.id, (Path(INSIDE),))


INSIDE = ""  # the root of a path that stands for an argument


def _arguments(program: Program, call: ast.Call) -> dict[str, ast.expr]:
    """The arguments of a call by the names of the parameters; numbered where the callee is of the runtime."""
    callee = callee_of(program.definitions, call)
    is_attempt = isinstance(call.func, ast.Name) and call.func.id == "attempt"
    given = call.args[1:] if is_attempt else call.args
    names = [p.arg for p in parameters(callee.node)] if callee else [str(n) for n in range(len(given))]
    found = dict(zip(names, given, strict=False))
    found.update({keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None})
    return found


def _parts(value: ast.expr) -> list[ast.expr]:
    """What a value may be, or consists of: the arms of a choice, the elements of a tuple or list."""
    if isinstance(value, ast.IfExp):
        return _parts(value.body) + _parts(value.orelse)
    if isinstance(value, ast.BoolOp):
        return [part for operand in value.values for part in _parts(operand)]
    if isinstance(value, ast.Tuple | ast.List):
        return [part for element in value.elts for part in _parts(element)]
    return [value]


def _flat(target: ast.expr) -> list[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        return [part for element in target.elts for part in _flat(element)]
    return _flat(target.value) if isinstance(target, ast.Starred) else [target]


class _Checker:
    """The checks of one function, which needs the effects of all."""

    def __init__(
        self,
        program: Program,
        function: Function,
        effects: Effects,
        changes: list[Change],
    ) -> None:
        self.program, self.function, self.effects, self.changes = program, function, effects, changes
        self.definitions = program.definitions
        self.errors: list[SpecError] = []
        self.asked: set[str] = set()  # locals whose origin or type is being looked for
        self.parameters = {argument.arg: argument.annotation for argument in parameters(function.node)}
        self.bindings: dict[str, list[Binding]] = {}
        for binding in bindings(function.node):
            self.bindings.setdefault(binding.name, []).append(binding)
        self.flow = Flow(function.node)
        self.nodes, self.parent, self.ancestors = self.flow.nodes, self.flow.parent, self.flow.ancestors
        self.aliases = Aliases(self.flow, self.definitions, self.is_list, self.filled_from)
        self.check_names()
        for change in self.changes:
            if self.check_root(change):
                self.check_loops(change)
            if isinstance(change.node, ast.Call):
                self.check_standing(change.node, change.by)
                if change.is_call:
                    self.check_overlap(change)
        self.check_stored()
        self.check_second_names()
        self.check_function()

    def fail(self, node: ast.AST, problem: str, remedy: str) -> None:
        file, line = self.function.place.file, getattr(node, "lineno", self.function.place.line)
        if not any((e.line, e.problem) == (line, problem) for e in self.errors):
            self.errors.append(SpecError(file, line, problem, remedy))

    # Names that must keep their value

    def check_names(self) -> None:
        for name, found in self.bindings.items():
            kinds = {binding.kind for binding in found}
            for binding in found:
                if binding.kind not in ("assigned", "augmented", "loop"):
                    continue
                around = [a for a in self.ancestors(binding.node) if isinstance(a, ast.For)][1:]
                if (
                    binding.kind == "loop"
                    and name != "_"
                    and any(name == n.id for a in around for n in bound_by(a.target))
                ):
                    self.fail(
                        binding.node, f"a loop around this one has the loop variable {name} too", "choose another"
                    )
                if name in self.parameters:
                    remedy = f"give the new value a name of its own; to change {name} write to a path that begins there"
                    self.fail(binding.node, f"the parameter {name} is assigned a new value", remedy)
                elif binding.kind != "loop" and kinds & {"loop"}:
                    remedy = "give the new value a name of its own"
                    self.fail(binding.node, f"the loop variable {name} is assigned a new value", remedy)

    # Where a write begins

    def origin(self, name: str) -> tuple[str, ast.expr | None]:
        """Where the value of a local name comes from: "parameter", "loop", "comprehension", "built" (by a constructor
        or `.copy()`), "list" (a Python list), "snapshot" with the expression that it was read from, or "global"."""
        if name in self.parameters:
            return "parameter", None
        found = [b for b in self.bindings.get(name, []) if b.kind != "augmented"]
        found = [b for b in found if b.kind != "comprehension"] or found  # those have a scope of their own
        if not found:
            return "global", None
        kinds = {binding.kind for binding in found}
        if kinds != {"assigned"}:
            return ("loop" if "loop" in kinds else "comprehension"), None
        lists = False
        for binding in found:
            made = self.made(binding.value) or self.made_as_declared(binding)
            if made == "":
                return "snapshot", binding.value
            lists = lists or made == "list"
        return ("list" if lists else "built"), None

    def made(self, value: ast.expr | None) -> str:
        """ "built" or "list" where an expression makes a value of its own, else nothing."""
        if value is None:
            return ""
        if is_constructor(value, self.definitions):
            return "built"
        if isinstance(value, ast.List | ast.ListComp):
            return "list"
        if isinstance(value, ast.IfExp):
            either = self.made(value.body), self.made(value.orelse)
            return "" if "" in either else max(either)
        if isinstance(value, ast.BinOp):
            return "list" if "list" in (self.made(value.left), self.made(value.right)) else ""
        if isinstance(value, ast.Call):
            if isinstance(value.func, ast.Name) and value.func.id in ("list", "sorted"):
                return "list"
            if isinstance(value.func, ast.Attribute) and value.func.attr == "copy" and not value.args:
                return self.made_by_copy(value.func.value)
        return ""

    def made_as_declared(self, binding: Binding) -> str:
        """A copy of something unknown is what its local is declared to be: `entry: Account = accounts[i].copy()`."""
        statement, value = self.parent.get(binding.node), binding.value
        is_copy = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "copy"
        if not (isinstance(statement, ast.AnnAssign) and is_copy):
            return ""
        return "list" if self.is_sequence(statement.annotation) else "built"

    def made_by_copy(self, original: ast.expr) -> str:
        """A copy of an SSZ value is deep; one of a Python list is not. What may be either counts as neither."""
        if isinstance(original, ast.Name):
            if original.id in self.asked:
                return "built"  # a copy of what is asked about: the other values of that name decide
            self.asked.add(original.id)
            kind = self.origin(original.id)[0]
            self.asked.discard(original.id)
            if kind in ("built", "list"):
                return kind
        annotation = self.type_of(original)
        if annotation is None:
            return ""
        base = annotation.value if isinstance(annotation, ast.Subscript) else annotation
        return "list" if isinstance(base, ast.Name) and base.id in PLAIN_SEQUENCES else "built"

    def type_of(self, node: ast.expr) -> ast.expr | None:
        """The declared type of a path or a call, or None where that cannot be told."""
        if isinstance(node, ast.Call) and is_constructor(node, self.definitions):
            return node.func
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            callee = self.definitions.get(node.func.id)
            return callee.node.returns if isinstance(callee, Function) else None
        path = path_of(node)
        if path is None:
            return None
        annotation = self.parameters.get(path.root) or self.declared(path.root)
        for step in path.steps:
            annotation = type_below(annotation, step, self.definitions)
        return annotation

    def declared(self, name: str) -> ast.expr | None:
        """The type of a local that is annotated, or bound once: by a constructor, a path, or a loop over a path."""
        found = [b for b in self.bindings.get(name, []) if b.kind in ("assigned", "loop")]
        if len(found) != 1 or name in self.asked:
            return None
        statement = self.parent.get(found[0].node)
        if isinstance(statement, ast.AnnAssign):
            return statement.annotation
        self.asked.add(name)
        value = statement.iter if isinstance(statement, ast.For) else found[0].value
        annotation = None if value is None else self.type_of(value)
        self.asked.discard(name)
        return type_below(annotation, INDEX, self.definitions) if isinstance(statement, ast.For) else annotation

    def check_root(self, change: Change) -> bool:
        """Whether a change begins where it may; if not, say what to write instead."""
        path, shown = path_of(change.target), ast.unparse(change.target)
        what = f"{shown} is passed to {change.by}, which changes it" if change.is_call else f"{shown} is written"
        if path is None:
            if change.is_call:
                problem, remedy = f"{what}, but is no path", "give the value a name first, and use that name afterwards"
            else:
                problem, remedy = f"{what}, but is no path from a name", "write by a path that begins at a parameter"
            self.fail(change.node, f"{problem}: the change is lost", remedy)
            return False
        root, rest = path.root, _rest(change.target)
        kind, source = self.origin(root)
        if kind == "parameter":
            annotation = self.parameters[root]
            base, elements = annotation, None
            if isinstance(annotation, ast.Subscript):
                base, elements = annotation.value, annotation.slice
            name = base.id if isinstance(base, ast.Name) else ""
            if name in READ_ONLY:
                remedy = f"declare it as list[…], or build a value of its own: list({root})"
                self.fail(change.node, f"{what}, but {root} is a {name}, which is read-only", remedy)
                return False
            if name == "list" and is_mutable(elements, self.definitions):
                problem = f"{what}, but the elements of {root} may be snapshots, or have other names"
                self.fail(change.node, problem, "build a list here, and return it")
                return False
            return True
        if kind == "built":
            return True
        if kind == "list":
            deep = change.is_call and rest != "" or not change.is_call and _depth(change) > 1
            if deep:
                problem = f"{what}, but {root} is a list, and its elements may be snapshots"
                remedy = "build the element with a constructor or .copy(), change that, and store it in the list whole"
                self.fail(change.node, problem, remedy)
            return not deep
        if kind == "global":
            problem = f"{what}, but {root} is no parameter and no local"
            self.fail(change.node, problem, f"what {root} is stands in its table; to change a value build it first")
        elif kind == "loop" or kind == "comprehension":
            iterated = self.iterated(root)
            problem = f"{what}, but the {kind} variable {root} is a snapshot: {LOSS}"
            remedy = "loop over indices, and write by a path that begins at a parameter"
            if iterated is not None:
                remedy = f"loop over range(len({iterated})) and write {iterated}[index]{rest}"
            self.fail(change.node, problem, remedy)
        else:
            of, remedy = "", f"build {root} with a constructor or .copy(), and store it"
            if isinstance(source, ast.Name):
                remedy = f"make it a value of its own: {root} = {source.id}.copy()"
            elif isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute):
                remedy = f"say of what type it is: {root}: Type = {ast.unparse(source)}"
            if source is not None and path_of(source) is not None and not isinstance(source, ast.Name):
                of = f" of {ast.unparse(source)}"
                remedy = f"write {ast.unparse(source)}{rest}, or read {root} with .copy() and store it back"
            self.fail(change.node, f"{what}, but {root} is a snapshot{of}: {LOSS}", remedy)
        return False

    def iterated(self, name: str) -> str | None:
        """The path whose elements a loop variable takes, as text."""
        for node in self.nodes:
            if isinstance(node, ast.For | ast.comprehension) and path_of(node.target) == Path(name):
                return ast.unparse(node.iter) if path_of(node.iter) is not None else None
        return None

    # Where a change may stand

    def check_loops(self, change: Change) -> None:
        """No change of what an enclosing loop iterates over."""
        for ancestor in self.ancestors(change.node):
            if not isinstance(ancestor, ast.For):
                continue
            roots = {changed.root for changed in change.paths()}
            names = [node for node in ast.walk(ancestor.iter) if isinstance(node, ast.Name) and node.id in roots]
            ways = [(name, *self.aliases.carried(name, until=ancestor)) for name in names]
            walked = [name for name, outer, _, held in ways if outer is ancestor and not held]
            for expression in [*_iterated(ancestor.iter), *walked]:
                path = path_of(expression)
                if path is not None and any(path.overlaps(changed) for changed in change.paths()):
                    shown = ast.unparse(expression)
                    problem = f"{shown} changes while the loop in line {ancestor.lineno} iterates over it"
                    self.fail(change.node, problem, f"loop over range(len({shown})), or over list({shown})")

    def check_standing(self, call: ast.Call, by: str) -> None:
        """A call that changes something is a statement, or the whole value of an assignment, a return or an if, at most
        converted by a constructor or negated: so it runs before anything else of its statement is read."""
        value: ast.expr = call
        parent = self.parent[value]
        while isinstance(parent, ast.UnaryOp) or self.is_conversion(parent):
            assert isinstance(parent, ast.expr)
            value, parent = parent, self.parent[parent]
        if isinstance(parent, ast.Expr | ast.Assign | ast.AnnAssign | ast.Return):
            return
        if isinstance(parent, ast.If) and parent.test is value:
            return
        ancestors = list(self.ancestors(call))
        shown = ast.unparse(call)
        if any(isinstance(a, COMPREHENSIONS) for a in ancestors):
            problem, remedy = f"the comprehension has a side effect: {shown} changes a value", "write a for loop"
        elif any(isinstance(a, ast.Assert) for a in ancestors):
            problem = f"the rule has a side effect: {shown} changes a value"
            remedy = "assign the result to a local first, and assert that"
        else:
            problem = f"{shown} changes a value in the middle of an expression"
            remedy = "assign its result to a local in a statement of its own, and use that"
        self.fail(call, problem, remedy)

    def is_conversion(self, node: ast.AST) -> bool:
        """Whether a node is a constructor of one argument: `boolean(…)`."""
        return isinstance(node, ast.Call) and is_constructor(node, self.definitions) and len(node.args) == 1

    def check_overlap(self, change: Change) -> None:
        """No other composite argument shares anything with a changed one."""
        call = change.node
        assert isinstance(call, ast.Call)
        changed, target = path_of(change.target), ast.unparse(change.target)
        if changed is None:
            return
        for whole in _arguments(self.program, call).values():
            for argument in _parts(whole):
                other = path_of(argument)
                if argument is change.target or other is None or not changed.overlaps(other):
                    continue
                if is_mutable(self.type_of(argument), self.definitions):
                    shown = ast.unparse(argument)
                    problem = f"{change.by} changes {target}, which overlaps its other argument {shown}"
                    self.fail(call, problem, f"pass {shown}.copy(), or let {change.by} read it from what it changes")
            if path_of(whole) is None and self.may_be_held(whole, changed.root, call):
                problem = f"{change.by} changes {target}, which its other argument {ast.unparse(whole)} may hold"
                self.fail(call, problem, f"pass a copy of {changed.root} there")

    def may_be_held(self, expression: ast.expr, name: str, until: ast.AST) -> bool:
        """Whether a part of `until` gives the value of a local, or something that holds it."""
        names = [node for node in ast.walk(expression) if isinstance(node, ast.Name) and node.id == name]
        return any(self.aliases.carried(node, until)[0] is until for node in names)

    # Values that were stored, or returned

    def check_stored(self) -> None:
        """A value that was stored, or got a second name, is not changed through its old name afterwards."""
        for change in self.changes:
            path = path_of(change.target)
            if path is None or self.origin(path.root)[0] not in ("parameter", "built", "list"):
                continue
            for name in self.loads(path.root):
                kept = self.aliases.kept(name)
                if kept and not kept.copied and path.root in self.parameters:
                    continue  # a second name, which is refused as such
                if kept and not kept.returned and self.flow.reaches(name, change.node, path.root):
                    problem = f"{path.root} is changed after line {name.lineno} put it into {kept.what}"
                    remedy = f"change it before, or put {path.root}.copy() there: one would not see the other's changes"
                    self.fail(change.node, problem, remedy)

    def check_second_names(self) -> None:
        """A parameter that can change gets no second name, and is not returned: the caller would have two names."""
        for parameter, annotation in self.parameters.items():
            if not is_mutable(annotation, self.definitions):
                continue
            for name in self.loads(parameter):
                kept = self.aliases.kept(name)
                if kept is None or kept.copied:
                    continue
                copied = f"list({parameter})" if self.is_sequence(annotation) else f"{parameter}.copy()"
                if kept.returned:
                    problem = f"{self.function.name} returns its parameter {parameter}, which would then have two names"
                    unchanged = parameter not in self.function.changes
                    remedy = f"return {copied}" if unchanged else "return nothing: the caller has what it passed"
                else:
                    problem = f"{kept.what} is a second name for the argument {parameter}"
                    remedy = f"use {parameter} itself, or {copied}"
                self.fail(name, problem, remedy)

    def loads(self, name: str) -> list[ast.Name]:
        """Where a local is read."""
        found = (node for node in self.nodes if isinstance(node, ast.Name) and node.id == name)
        return [node for node in found if isinstance(node.ctx, ast.Load)]

    def filled_from(self, call: ast.Call, source: ast.Name) -> str | None:
        """What a function of the runtime changes with the help of its argument `source`: install(target, source)."""
        is_argument = any(part is source for argument in call.args for part in ast.walk(argument))
        for change in self.changes if is_argument else ():
            by_runtime = change.is_call and change.by not in self.definitions
            if change.node is call and by_runtime and change.target is not source:
                return ast.unparse(change.target)
        return None

    def is_list(self, name: str) -> bool:
        """Whether a local is, or may be, a Python list."""
        if name in self.parameters:
            return self.is_sequence(self.parameters[name])
        return self.origin(name)[0] != "built"

    def is_sequence(self, annotation: ast.expr | None) -> bool:
        base = annotation.value if isinstance(annotation, ast.Subscript) else annotation
        return isinstance(base, ast.Name) and base.id in ("list", "Sequence", "tuple")

    # Functions that must not change anything

    def check_function(self) -> None:
        function = self.function
        if function.is_invariant and function.changes:
            problem = f"the invariant {function.name} changes {', '.join(function.changes)}"
            self.fail(function.node, problem, "change a .copy(), or only read")
        for node in self.nodes:
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            for keyword in node.keywords:
                key = keyword.value.id if keyword.arg == "key" and isinstance(keyword.value, ast.Name) else ""
                if self.effects.get(key):
                    problem = f"{key} is a key of {node.func.id}, but changes its argument"
                    self.fail(node, problem, "sort by a function that only reads")
            callee = callee_of(self.definitions, node)
            if callee is not None and "Integer" not in function.marks:
                self.check_plain_integers(node, callee)
            if node.func.id == "attempt" and callee is not None:
                names = [argument.arg for argument in parameters(callee.node)]
                for name in sorted({path.root for path in self.effects[callee.name]} - set(names[:1])):
                    problem = f"attempt undoes changes of {names[0]} only, but {callee.name} changes {name} too"
                    self.fail(node, problem, f"let {callee.name} change nothing but its first argument")

    def check_plain_integers(self, call: ast.Call, callee: Function) -> None:
        """What an [Integer] function writes into a list of plain integers would leave it unchecked."""
        for argument in parameters(callee.node):
            annotation = argument.annotation
            is_plain = any(isinstance(node, ast.Name) and node.id == "int" for node in ast.walk(annotation or call))
            if annotation is not None and is_plain and argument.arg in callee.changes:
                problem = f"{callee.name} writes plain integers into its argument {argument.arg}"
                remedy = f"mark the heading of {self.function.name} [Integer], or return declared types"
                self.fail(call, problem, remedy)


def _is_refused_anyway(node: ast.expr) -> bool:
    """Whether the language check refuses the form: a slice that is written, or an unpacked argument."""
    return isinstance(node, ast.Starred) or (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice))


def _rest(target: ast.expr) -> str:
    """What stands behind the root of a path, as text: `.accounts[i].nonce`."""
    root = target
    while isinstance(root, ast.Attribute | ast.Subscript):
        root = root.value
    return ast.unparse(target)[len(ast.unparse(root)) :]


def _depth(change: Change) -> int:
    """How many steps below its root a write lands: `xs[i] = v` and `xs.append(v)` land one below."""
    path = path_of(change.target)
    assert path is not None
    return len(path.steps) + (1 if change.by in MUTATING_METHODS else 0)


def _iterated(node: ast.expr) -> list[ast.expr]:
    """What a loop walks over while it runs: the paths themselves, also inside enumerate and zip."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("enumerate", "zip"):
        return [part for argument in node.args for part in _iterated(argument)]
    if isinstance(node, ast.IfExp):
        return _iterated(node.body) + _iterated(node.orelse)
    return [node]
