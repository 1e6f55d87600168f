"""The language of a spec: an allow-list of syntax and names, which a person can translate line by line to Rust or Go.

What `vocabulary` does not list is refused. Types are left to the typed twin, names to `callgraph`, writes to `writes`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator

from axivon_spec.compiler.annotations import Annotations
from axivon_spec.compiler.bindings import local_names, parameters
from axivon_spec.compiler.callgraph import FORMAL_NAMES
from axivon_spec.compiler.loops import bound_of, stated_bounds
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
    Rule,
    SpecError,
)
from axivon_spec.compiler.paths import BYTE_TYPES, COMPOSITE_TYPES, is_constructor, is_type_name, path_of
from axivon_spec.compiler.vocabulary import (
    ARITHMETIC,
    BUILTINS,
    COMPARISONS,
    ITERATORS,
    KEYWORDS,
    METHODS,
    MUTATING_METHODS,
    PYTHON_NAMES,
    REFUSED,
    REFUSED_BUILTINS,
    RESERVED_FIELDS,
    SYNTAX,
    TAKES_GENERATOR,
    describe,
)

__all__ = ["check", "describe"]

REASON = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# What integers, bytes, lists and tuples have in Python.
PYTHON_ATTRIBUTES = frozenset(name for kind in (int, bytes, list, tuple) for name in dir(kind))
HEXADECIMAL = re.compile(r"0x([0-9a-f]{2})+")


def check(program: Program, runtime_names: Collection[str]) -> list[SpecError]:
    """Everything in `program` that the language does not have."""
    checker = _Checker(program, frozenset(runtime_names))
    for definition in program.definitions.values():
        checker.check(definition)
    for condition in program.conditions:
        checker.enter(condition.place.file)
        checker.visit(condition.expression)
    return checker.errors + _invariants(program)


def _invariants(program: Program) -> list[SpecError]:
    """An invariant looks at a state from outside: no rule rejects in it, and no transition asks it."""
    errors = []
    for function in program.functions():
        place = function.place
        rule = next(_rejecting(program, function), None) if function.is_invariant else None
        if rule is not None and rule.function != function.name:  # its own are reported where they stand
            problem = f"the invariant {function.name} calls what can reject: {rule.id}"
            remedy = "return whether it holds: an invariant rejects nothing"
            errors.append(SpecError(place.file, place.line, problem, remedy))
        for called in sorted(function.calls):
            if called.startswith("invariant_") and not function.is_invariant:
                problem = f"{function.name} calls {called}, but invariants stand outside the transition"
                errors.append(SpecError(place.file, place.line, problem, "call a function of another name from both"))
    return errors


def _rejecting(program: Program, function: Function) -> Iterator[Rule]:
    """The rules that a call can break; those of a function passed to `attempt` it catches."""
    reached: dict[str, Function] = {}
    queue = [function]
    while queue:
        calling = queue.pop()
        reached[calling.name] = calling
        for node in ast.walk(calling.node):
            called = program.definitions.get(node.func.id) if _calls_name(node) else None  # type: ignore[attr-defined]
            if isinstance(called, Function) and called.name not in reached:
                queue.append(called)
    return (rule for rule in program.rules.values() if rule.function in reached)


def _calls_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


class _Checker(ast.NodeVisitor):
    def __init__(self, program: Program, runtime_names: frozenset[str]) -> None:
        self.definitions = program.definitions
        self.runtime_names = runtime_names
        self.errors: list[SpecError] = []
        self.types = Annotations(program.definitions, runtime_names, self.fail)
        tables = [d for d in program.definitions.values() if isinstance(d, ParameterTable)]
        self.fields = {p.name for table in tables for p in table.parameters}
        for container in program.definitions.values():
            self.fields |= {name for name, _ in container.fields} if isinstance(container, ContainerType) else set()
        self.generated = {name for table in tables for name in constant_names(table)}
        self.iterated: set[ast.expr] = set()  # what stands where it is read at once, element by element
        self.enter("")

    def enter(self, file: str, local: Collection[str] = (), integer: bool = False, in_table: bool = True) -> None:
        """Go to a place of `file`: in a table, or in a function with these local names."""
        self.file, self.local, self.integer, self.in_table = file, local, integer, in_table
        self.types.local = local
        self.bounds: dict[int, str] = {}
        self.protocols: dict[str, set[str]] = {}
        self.statement: ast.expr | None = None  # the call that stands as a statement of its own

    def fail(self, line: int | ast.AST, problem: str, remedy: str) -> None:
        number = line if isinstance(line, int) else getattr(line, "lineno", 0)
        if not any((e.file, e.line, e.problem) == (self.file, number, problem) for e in self.errors):
            self.errors.append(SpecError(self.file, number, problem, remedy))

    # Definitions

    def check(self, definition: Definition) -> None:
        self.enter(definition.place.file)
        if isinstance(definition, Function):
            self.check_function(definition)
        elif isinstance(definition, ContainerType):
            self.check_class(definition)
        elif isinstance(definition, Constant):
            for value in (*definition.values.values(), *definition.annotations.values()):
                self.visit(value)
            for value in definition.values.values():
                if not any(isinstance(node, ast.Call | ast.Name) for node in ast.walk(value)):
                    shown = ast.unparse(value)
                    self.fail(definition.place.line, f"{definition.name} has no type", f"write it as `uint64({shown})`")
        elif isinstance(definition, ParameterTable):
            for parameter in definition.parameters:
                self.check_field_name(parameter.place.line, parameter.name)
                for value in (*parameter.values.values(), parameter.minimum, parameter.maximum):
                    self.visit(value)
        elif isinstance(definition, Alias):
            self.types.check_ssz(definition.base, "the SSZ equivalent", numbers=True)
            named = self.definitions.get(getattr(definition.base, "id", ""))
            if named is not None and not isinstance(named, Alias):
                problem = f"{definition.name} is another name for {named.name}, which is no basic type"
                self.fail(definition.place.line, problem, f"use {named.name} itself")

    def check_class(self, definition: ContainerType) -> None:
        node, seen = definition.node, set[str]()
        if node.decorator_list or node.keywords or getattr(node, "type_params", []):
            self.fail(node, f"{definition.name} has a decorator, keyword or type parameter", "delete it")
        for item in node.body:
            if _is_docstring(item, node.body):
                continue
            if definition.is_protocol and isinstance(item, ast.FunctionDef):
                self.check_method(definition, item)
            elif isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and item.simple:
                name = item.target.id
                self.check_field_name(item.lineno, name)
                if name in seen:
                    self.fail(item, f"{definition.name} has the field {name} twice", "rename one of the two")
                seen.add(name)
                self.types.check_ssz(item.annotation, f"the field {name}")
                if not definition.is_opaque:
                    self.types.check_told(item.annotation, f"the field {name} of {definition.name}")
                if item.value is not None:
                    self.fail(item, f"the field {name} has a value", "give it where the container is built")
            else:
                remedy = "write `name: Type`; functions stand outside the class"
                self.fail(item, f"{definition.name} holds something that is no field", remedy)
        if not seen and not definition.is_protocol:
            self.fail(node, f"{definition.name} has no field", "give it one: SSZ has no empty containers")

    def check_field_name(self, line: int, name: str) -> None:
        if name in RESERVED_FIELDS or name.startswith("_"):
            self.fail(line, f"no field can be called {name}: the SSZ engine uses that name", "choose another name")

    def check_method(self, protocol: ContainerType, node: ast.FunctionDef) -> None:
        body = [item for item in node.body if not _is_docstring(item, node.body)]
        is_empty = all(
            isinstance(i, ast.Expr) and isinstance(i.value, ast.Constant) and i.value.value is ... for i in body
        )
        if not is_empty:
            self.fail(
                node, f"{protocol.name}.{node.name} has a body", "write `...`: a protocol only names what others do"
            )
        if not node.args.args or node.args.args[0].arg != "self":
            self.fail(node, f"{protocol.name}.{node.name} has no self", "write `def name(self, …) -> Type`")
        self.check_signature(node, node.args.args[1:], interface=False)

    def check_function(self, function: Function) -> None:
        node = function.node
        self.enter(function.place.file, local_names(node), "Integer" in function.marks, in_table=False)
        self.bounds, self.protocols = stated_bounds(function), self.protocol_arguments(node)
        self.check_signature(node, parameters(node), function.is_interface)
        if function.is_invariant:
            self.check_invariant(function)
        for statement in node.body:
            if not _is_docstring(statement, node.body):
                self.visit(statement)
        reasons: dict[str, int] = {}
        for item in sorted(_asserts(node), key=lambda a: a.lineno):
            self.check_reason(item, reasons)

    def check_signature(self, node: ast.FunctionDef, plain: list[ast.arg], interface: bool) -> None:
        arguments, name = node.args, node.name
        if node.decorator_list:
            self.fail(node.decorator_list[0], f"{name} has a decorator", "delete it; marks stand in the heading")
        if getattr(node, "type_params", []):
            self.fail(node, f"{name} has type parameters", "write one function for each type")
        if arguments.defaults or any(arguments.kw_defaults):
            self.fail(node, f"{name} has a default argument", "let every caller give the value")
        if arguments.vararg or arguments.kwarg:
            self.fail(node, f"{name} takes *args or **kwargs", "name each argument, or take a Sequence[T]")
        if arguments.posonlyargs or arguments.kwonlyargs:
            self.fail(
                node, f"{name} has positional-only or keyword-only arguments", "delete the / or * in its signature"
            )
        for argument in plain:
            what = f"the argument {argument.arg} of {name}"
            if argument.annotation is None:
                self.fail(argument, f"{what} has no type", f"write `{argument.arg}: Type`")
            elif interface:
                self.types.check_interface(argument.annotation, what)
            else:
                self.types.check_internal(argument.annotation, what, self.integer)
        if node.returns is None:
            self.fail(node, f"{name} has no result type", "write `-> None` or `-> Type`")
        elif not _is_none(node.returns):
            if interface:
                self.types.check_interface(node.returns, f"the result of {name}")
            else:
                self.types.check_internal(node.returns, f"the result of {name}", integer=False)

    def check_invariant(self, function: Function) -> None:
        names = [argument.arg for argument in parameters(function.node)]
        if names not in (["state"], ["pre", "block", "post"]):
            remedy = "take (state), or (pre, block, post)"
            self.fail(function.node, f"the invariant {function.name} takes ({', '.join(names)})", remedy)
        if function.is_interface:
            self.fail(function.node, f"the invariant {function.name} is marked [Interface]", "delete the mark")
        returns = function.node.returns
        if not (isinstance(returns, ast.Name) and returns.id == "boolean"):
            self.fail(function.node, f"the invariant {function.name} does not return boolean", "write `-> boolean`")
        for item in _asserts(function.node):
            self.fail(
                item,
                f"the invariant {function.name} has a rule",
                "return whether it holds: an invariant rejects nothing",
            )

    def check_reason(self, node: ast.Assert, reasons: dict[str, int]) -> None:
        reason = node.msg.value if isinstance(node.msg, ast.Constant) else None
        if node.msg is None:
            remedy = 'write assert condition, "kebab-case-reason"'
            self.fail(node, "the rule has no reason", remedy)
        elif not isinstance(reason, str):
            self.fail(node, "the reason of the rule is no text", 'write it as "kebab-case-reason"')
        elif not REASON.fullmatch(reason):
            remedy = "use lower-case words joined by hyphens, as in insufficient-balance"
            self.fail(node, f"the reason {reason!r} is not in kebab case", remedy)
        elif reason in reasons:
            problem = f"the reason {reason!r} stands twice in this function; first in line {reasons[reason]}"
            self.fail(node, problem, "give each rule a reason of its own, so that its id tells which one broke")
        else:
            reasons[reason] = node.lineno

    def is_known(self, name: str) -> bool:
        known = name in self.definitions or name in self.runtime_names or name in self.local
        return known or name in PYTHON_NAMES

    # Statements

    def generic_visit(self, node: ast.AST) -> None:
        if type(node) in SYNTAX:
            super().generic_visit(node)
        elif isinstance(node, ast.stmt | ast.expr):
            name = type(node).__name__.lower()
            what, remedy = REFUSED.get(type(node), (name, "write it with what specs/README.md lists"))
            self.fail(node, f"{what} is not in the language", remedy)

    def visit_Assign(self, node: ast.Assign) -> None:
        if len(node.targets) > 1:
            self.fail(node, "a chained assignment", "write one assignment a line")
        for target in node.targets:
            self.check_target(target)
        self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.check_target(node.target)
        if not isinstance(node.target, ast.Name):
            self.fail(
                node, f"{ast.unparse(node.target)} has a type where it is written", "only a new local name has one"
            )
        if node.value is None:
            self.fail(
                node, f"{ast.unparse(node.target)} is declared without a value", "declare it where it gets its value"
            )
        else:
            self.visit(node.value)
        self.types.check_internal(node.annotation, f"the local {ast.unparse(node.target)}", self.integer)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.check_target(node.target)
        self.check_operator(node, node.op)
        self.visit(node.value)

    def check_target(self, target: ast.expr) -> None:
        if isinstance(target, ast.Tuple):
            names = [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]
            given = [
                node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            ]
            if any(names.count(name) > 1 for name in given):
                problem = f"the targets {ast.unparse(target)} use a name that they assign"
                self.fail(target, problem, "write one assignment a line: targets are evaluated in no certain order")
            for element in target.elts:
                self.check_target(element)
        elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
            self.fail(target, f"{ast.unparse(target)} is assigned as a slice", "write the elements in a loop")
        elif isinstance(target, ast.List):
            self.fail(target, "a list as the target of an assignment", "write the names without brackets: a, b = …")
        else:
            self.visit(target)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            self.fail(node, "text as a statement", "write a comment: # …")
        elif isinstance(node.value, ast.Call) or type(node.value) in REFUSED:
            self.statement = node.value
            self.visit(node.value)
        else:
            self.fail(node, f"the statement {ast.unparse(node)} has no effect", "use its value, or delete it")

    def visit_Assert(self, node: ast.Assert) -> None:
        self.visit(node.test)  # the reason is checked with those of the whole function

    def visit_For(self, node: ast.For) -> None:
        if node.orelse:
            self.fail(node.orelse[0], "for … else", "set a local before the loop and test it behind")
        self.check_loop_variable(node.target)
        self.iterated.add(node.iter)
        self.visit(node.iter)
        for statement in node.body:
            self.visit(statement)

    def check_loop_variable(self, target: ast.expr) -> None:
        if not all(isinstance(part, ast.Name | ast.Tuple | ast.Store | ast.Load) for part in ast.walk(target)):
            self.fail(target, f"the loop variable {ast.unparse(target)} is no name", "loop with a new local name")

    def visit_While(self, node: ast.While) -> None:
        if node.orelse:
            self.fail(node.orelse[0], "while … else", "set a local before the loop and test it behind")
        self.check_while_bound(node)
        self.visit(node.test)
        for statement in node.body:
            self.visit(statement)

    def check_while_bound(self, node: ast.While) -> None:
        stated = bound_of(node, self.bounds)
        remedy = "write `while condition:  # at most N times`, where N is a number, a constant, an argument or a len(…)"
        if stated is None:
            self.fail(node, "the while does not state its bound", remedy)
            return
        try:
            bound = ast.parse(stated, mode="eval").body
        except SyntaxError:
            self.fail(node, f"the bound of the while, {stated}, is no expression", remedy)
            return
        names = [part.id for part in ast.walk(bound) if isinstance(part, ast.Name)]
        is_function = isinstance(bound, ast.Name) and isinstance(self.definitions.get(bound.id), Function)
        if is_function or not all(self.is_known(name) for name in names):
            return  # `callgraph` reports it
        if not self.is_bound(bound):
            self.fail(node, f"the bound of the while, {stated}, is no number of times", remedy)
        else:
            self.visit(ast.increment_lineno(bound, node.lineno - 1))

    def is_bound(self, node: ast.expr) -> bool:
        """Whether an expression is a number, a name, a path, a length, or made of such."""
        if isinstance(node, ast.BinOp):
            is_sum = isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.FloorDiv | ast.Pow)
            return is_sum and self.is_bound(node.left) and self.is_bound(node.right)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
            return len(node.args) == 1 and not node.keywords and _is_plain(node.args[0])
        if isinstance(node, ast.Constant):
            return type(node.value) is int and node.value > 0
        path = path_of(node) if _is_plain(node) else None
        return path is not None and (path.root in self.local or isinstance(self.definitions.get(path.root), Constant))

    # Expressions

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, int) and value >= 2**256:
            self.fail(node, "a number of 2^256 or more", "write it as a power or a product of smaller ones")
        elif isinstance(value, float | complex):
            self.fail(node, f"the number {value} is no integer", "use integers, as in a share of 10,000 basis points")
        elif isinstance(value, str):
            self.fail(node, f"the text {value!r}", "use bytes, or a constant; text is for reasons of rules")
        elif value is ...:
            self.fail(node, "`...`", "write the value")

    def visit_Name(self, node: ast.Name) -> None:
        """A name as a value: locals and constants."""
        name = node.id
        if name.startswith("__"):
            self.fail(node, f"{name} is a name of Python's own", "choose another name")
        elif name in self.local or isinstance(node.ctx, ast.Store):
            return
        elif is_type_name(name, self.definitions):
            self.fail(node, f"the type {name} is used as a value", "call it; only functions of the runtime take a type")
        elif name in self.definitions:
            return  # a constant; functions as values are reported by callgraph
        elif name in FORMAL_NAMES or name in self.runtime_names and not name.isupper() or name in PYTHON_NAMES:
            self.fail(node, f"{name} is used as a value", "call it")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if node.attr.startswith("_"):
            self.fail(node, f".{node.attr} is a name of Python's own", "use fields of containers only")
        elif node.attr in METHODS:
            self.fail(node, f"the method .{node.attr} is used as a value", "call it")
        elif node.attr in PYTHON_ATTRIBUTES and node.attr not in self.fields:
            self.fail(node, f".{node.attr} is an attribute of Python's own", "use fields of containers only")
        is_enumeration = isinstance(node.value, ast.Name) and isinstance(
            self.definitions.get(node.value.id), Enumeration
        )
        if not is_enumeration:
            self.visit(node.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)
        if isinstance(node.slice, ast.Slice):
            if node.slice.step is not None:
                self.fail(node, f"{ast.unparse(node)} has a step", "write a comprehension over range(…)")
            for part in (node.slice.lower, node.slice.upper):
                if part is not None:
                    self.check_index(node, part)
        else:
            self.check_index(node, node.slice)

    def check_index(self, node: ast.Subscript, index: ast.expr) -> None:
        if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub):
            shown = ast.unparse(node.value)
            self.fail(node, f"{ast.unparse(node)} counts from the end", f"write {shown}[len({shown}) - …]")
        else:
            self.visit(index)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self.check_operator(node, node.op)
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, bytes):
            self.fail(node, f"{ast.unparse(node)} formats bytes", "join them: a + b")
        self.visit(node.left)
        self.visit(node.right)

    def check_operator(self, node: ast.AST, operator: ast.operator) -> None:
        if isinstance(operator, ast.Div):
            self.fail(node, "true division, /", "write // and say where the remainder goes")
        elif isinstance(operator, ast.LShift) and not self.integer:
            remedy = "multiply by a power of two, 2**n, or mark the function's heading [Integer]"
            self.fail(node, "<< outside an [Integer] function: it drops bits of SSZ integers", remedy)
        elif not isinstance(operator, ARITHMETIC | ast.LShift):
            self.fail(node, f"the operator {type(operator).__name__}", "use + - * // % ** & | ^ >>")

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.USub) and not self.integer:
            remedy = "subtract from what is larger, or mark the function's heading [Integer]"
            self.fail(node, "a negative number outside an [Integer] function", remedy)
        elif isinstance(node.op, ast.Invert | ast.UAdd):
            self.fail(
                node, f"the operator {'~' if isinstance(node.op, ast.Invert) else 'unary +'}", "use ^ with a mask"
            )
        self.visit(node.operand)

    def visit_Compare(self, node: ast.Compare) -> None:
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, ast.Is | ast.IsNot):
                if not _is_none(right):
                    self.fail(node, f"{ast.unparse(node)} compares identity", "write == or !=")
            elif not isinstance(operator, COMPARISONS):
                self.fail(node, f"the operator {type(operator).__name__}", "use == != < <= > >= in")
        for part in (node.left, *node.comparators):
            self.visit(part)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        takers = ", ".join(sorted(TAKES_GENERATOR))
        problem = "a generator is not the only argument of what reads it"
        self.fail(node, problem, f"write a list […], or pass it alone to {takers} or a constructor")

    def visit_comprehension(self, node: ast.comprehension) -> None:
        if node.is_async:
            self.fail(node.target, "async is not in the language", "write a plain for")
        self.check_loop_variable(node.target)
        self.iterated.add(node.iter)
        for part in (node.target, node.iter, *node.ifs):
            self.visit(part)

    # Calls

    def visit_Call(self, node: ast.Call) -> None:
        callee = node.func.id if isinstance(node.func, ast.Name) else ""
        if isinstance(node.func, ast.Name):
            self.check_called_name(node, callee)
        elif isinstance(node.func, ast.Attribute):
            self.check_method_call(node, node.func)
        elif is_constructor(node, self.definitions):
            self.types.check_ssz(node.func, "the value")
        else:
            self.fail(node, f"{ast.unparse(node.func)} is called", "call a function or a type by its name")
        takes_generator = callee in TAKES_GENERATOR or is_constructor(node, self.definitions)
        if takes_generator or callee in ITERATORS:
            self.iterated.update(node.args)
        if callee in ITERATORS and node not in self.iterated:
            problem, remedy = (
                f"{callee}(…) is kept as a value, which can be read once only",
                f"list({ast.unparse(node)})",
            )
            self.fail(node, problem, f"loop over it at once, or keep {remedy}")
        from_runtime = callee in self.runtime_names and not is_type_name(callee, self.definitions)
        for position, argument in enumerate(node.args):
            if isinstance(argument, ast.GeneratorExp) and takes_generator and len(node.args) == 1 and not node.keywords:
                super().generic_visit(argument)
            elif callee == "attempt" and position == 0:
                self.check_passed(node, argument, "attempt(function, state, …)")
            elif from_runtime and isinstance(argument, ast.Name) and is_type_name(argument.id, self.definitions):
                continue  # decode(Transfer, data)
            elif from_runtime and self.is_composite_type(argument):
                self.types.check_ssz(argument, "the type")
            elif (
                callee == "generalized_index" and isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            ):
                continue
            elif not self.is_hexadecimal(node, argument):
                self.visit(argument)
        for keyword in node.keywords:
            self.check_keyword(node, callee, keyword)

    def check_called_name(self, node: ast.Call, name: str) -> None:
        if name.startswith("__"):
            self.fail(node, f"{name} is a name of Python's own", "call a function of the spec or the runtime")
        elif name in self.local:
            self.fail(node, f"the local {name} is called", "call a function or a type by its name")
        elif name in BUILTINS:
            if name == "int" and not self.integer:
                remedy = "convert to a declared type, as in uint64(…), or mark the function's heading [Integer]"
                self.fail(node, "int(…) outside an [Integer] function", remedy)
        elif name in FORMAL_NAMES:
            self.fail(node, f"{name} is called", "it stands in annotations and class headings only")
        elif name in self.runtime_names or is_type_name(name, self.definitions):
            self.check_fields(node, self.definitions.get(name))
        elif isinstance(self.definitions.get(name), Constant) or name in self.generated:
            self.fail(node, f"the constant {name} is called", "use it without parentheses")
        elif name not in self.definitions and name in PYTHON_NAMES:
            remedy = REFUSED_BUILTINS.get(name, f"use one of: {', '.join(BUILTINS)}")
            self.fail(node, f"the builtin {name} is not in the language", remedy)

    def check_fields(self, node: ast.Call, definition: Definition | None) -> None:
        if isinstance(definition, ContainerType | ParameterTable) and node.args:
            problem = f"{definition.name}(…) gives a field by its position"
            self.fail(node, problem, f"name each field: {definition.name}(field=…)")

    def check_method_call(self, node: ast.Call, method: ast.Attribute) -> None:
        if isinstance(method.value, ast.Name) and method.attr in self.protocols.get(method.value.id, ()):
            return
        if method.attr in METHODS:
            count, form = METHODS[method.attr]
            if method.attr in MUTATING_METHODS and node is not self.statement:
                self.fail(node, f"the result of .{method.attr} is used", f"it has none in SSZ: write {form}")
            if len(node.args) != count or node.keywords:
                self.fail(node, f".{method.attr} takes {count or 'no'} argument{'s' * (count != 1)}", f"write {form}")
            self.visit(method.value)
            return
        instead = {
            "hash_tree_root": "hash_tree_root(value)",
            "encode_bytes": "serialize(value)",
            "decode_bytes": "decode(Type, data)",
            "to_bytes": "uint_to_bytes(value)",
            "from_bytes": "bytes_to_uint64(data) or bytes_to_uint256(data)",
        }
        remedy = (
            f"write {instead[method.attr]}" if method.attr in instead else "write a function, and call it by its name"
        )
        self.fail(node, f"the method .{method.attr} is not in the language", remedy)

    def protocol_arguments(self, node: ast.FunctionDef) -> dict[str, set[str]]:
        """The arguments whose type is a protocol, each with the methods that it has."""
        found = {}
        for argument in parameters(node):
            definition = self.definitions.get(getattr(argument.annotation, "id", ""))
            if isinstance(definition, ContainerType) and definition.is_protocol:
                found[argument.arg] = {m.name for m in definition.node.body if isinstance(m, ast.FunctionDef)}
        return found

    def check_keyword(self, node: ast.Call, callee: str, keyword: ast.keyword) -> None:
        if keyword.arg is None:
            self.fail(node, "**unpacking is not in the language", "name each argument")
        elif callee in BUILTINS and keyword.arg not in KEYWORDS.get(callee, ()):
            remedy = "sorted takes key= a function's name; the other builtins take no argument by name"
            self.fail(node, f"the argument {keyword.arg}= of {callee} is not in the language", remedy)
        elif callee == "sorted":
            self.check_passed(node, keyword.value, "sorted(…, key=function)")
        elif callee in self.runtime_names and not is_type_name(callee, self.definitions):
            remedy = "give it by place: the check of writes reads what a runtime function changes so"
            self.fail(node, f"the argument {keyword.arg}= of {callee} is given by name", remedy)
        else:
            self.visit(keyword.value)

    def check_passed(self, node: ast.Call, argument: ast.expr, form: str) -> None:
        """A function by name, as `attempt` and `sorted` take it."""
        name = argument.id if isinstance(argument, ast.Name) else ""
        if isinstance(self.definitions.get(name), Function) or (name and not self.is_known(name)):
            return  # `callgraph` reports unknown names
        if type(argument) in REFUSED:
            self.visit(argument)
        else:
            problem = f"{ast.unparse(argument)} is no function of the spec"
            self.fail(node, problem, f"pass the name of one: {form}")

    def is_composite_type(self, node: ast.expr) -> bool:
        """Whether an expression is a type with bounds, as in `decode(List[uint64, N], data)`."""
        if not (isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name)):
            return False
        return node.value.id in COMPOSITE_TYPES or node.value.id in BYTE_TYPES

    def is_hexadecimal(self, node: ast.Call, argument: ast.expr) -> bool:
        """Whether an argument is the "0x…" of a value in a table."""
        if not (self.in_table and isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            return False
        return is_constructor(node, self.definitions) and bool(HEXADECIMAL.fullmatch(argument.value))


def _is_plain(node: ast.expr) -> bool:
    """Whether an expression is a name with fields and indices, where the indices are such too, or numbers."""
    if isinstance(node, ast.Subscript):
        return _is_plain(node.value) and (isinstance(node.slice, ast.Constant) or _is_plain(node.slice))
    return isinstance(node, ast.Name) or isinstance(node, ast.Attribute) and _is_plain(node.value)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_docstring(statement: ast.stmt, body: list[ast.stmt]) -> bool:
    first = statement is body[0] and isinstance(statement, ast.Expr)
    return first and isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str)  # type: ignore[attr-defined]


def _asserts(node: ast.FunctionDef) -> list[ast.Assert]:
    return [item for item in ast.walk(node) if isinstance(item, ast.Assert)]
