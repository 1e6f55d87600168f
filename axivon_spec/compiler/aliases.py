"""Second names for one value: where the whole value of a local is kept, in something that outlives the expression.

Only reading forms are listed here: whatever is not known to read only counts as keeping.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from axivon_spec.compiler.bindings import bound_by
from axivon_spec.compiler.flow import Flow
from axivon_spec.compiler.model import Definition
from axivon_spec.compiler.paths import callee_of, is_constructor, is_mutable, path_of
from axivon_spec.compiler.vocabulary import BUILTINS

TAKES_FROM = ast.Attribute | ast.Subscript | ast.BinOp  # of a plain name: a part of it, or a new value made from it
SELECTS = ("min", "max")  # builtins that may give an argument itself
COLLECTS = ("list", "tuple", "sorted", "enumerate", "zip")  # builtins that give what holds the elements of an argument


@dataclass(frozen=True)
class Kept:
    """Where a value is kept: in `what`. `copied`: as a copy, for it is SSZ that keeps it."""

    what: str
    copied: bool = False
    returned: bool = False


class Aliases:
    """The places of one function that keep a value. `is_list` says whether a local is a Python list, `filled` what a
    call of the runtime fills with the help of an argument."""

    def __init__(
        self,
        flow: Flow,
        definitions: Mapping[str, Definition],
        is_list: Callable[[str], bool],
        filled: Callable[[ast.Call, ast.Name], str | None],
    ) -> None:
        self.parent, self.definitions, self.is_list, self.filled = flow.parent, definitions, is_list, filled

    def kept(self, name: ast.Name) -> Kept | None:
        """Where the value of a name is kept by the statement that it stands in, or None."""
        outer, inner, held = self.carried(name)
        if isinstance(outer, ast.Call):
            return self.kept_by_call(outer, name)
        if isinstance(outer, ast.Return):
            return Kept("its result", returned=True)
        if isinstance(outer, ast.Assign) and inner is outer.value:
            return self.kept_by_target(outer.targets[0])
        if isinstance(outer, ast.AnnAssign) and inner is outer.value:
            return self.kept_by_target(outer.target)
        if isinstance(outer, ast.AugAssign | ast.For) and held:
            return Kept(ast.unparse(outer.target))
        return None

    def carried(self, name: ast.Name, until: ast.AST | None = None) -> tuple[ast.AST | None, ast.AST, bool]:
        """How far the value of a name comes, itself or (`held`) inside a list or tuple: the statement, or the call that
        keeps it, or `until`; and by which part. None where it is only read."""
        inner: ast.AST = name
        held = False
        while True:
            outer = self.parent[inner]
            if outer is until or isinstance(outer, ast.stmt) or self.keeps(outer, name):
                return outer, inner, held
            if isinstance(outer, ast.List | ast.Tuple) or inner is getattr(outer, "elt", None):
                held = True
            elif not self.hands_on(outer, inner, held):
                return None, inner, held
            inner = outer

    def keeps(self, node: ast.AST, name: ast.Name) -> bool:
        return isinstance(node, ast.Call) and self.kept_by_call(node, name) is not None

    def hands_on(self, outer: ast.AST, inner: ast.AST, held: bool) -> bool:
        """Whether an expression may give its part `inner`, or what that holds."""
        if isinstance(outer, ast.Compare | ast.UnaryOp) or isinstance(outer, ast.IfExp) and inner is outer.test:
            return False
        if isinstance(outer, ast.comprehension):
            return held and inner is outer.iter and self.comes_out(outer)
        if isinstance(outer, ast.Call):
            return inner is outer.func or self.call_hands_on(outer, held)
        return held or not isinstance(outer, TAKES_FROM | ast.Slice)

    def comes_out(self, loop: ast.comprehension) -> bool:
        """Whether a comprehension may give what its loop takes from a list, not only parts of that."""
        comprehension = self.parent[loop]
        taken = {name.id for name in bound_by(loop.target)}
        names = [node for node in ast.walk(comprehension) if isinstance(node, ast.Name) and node.id in taken]
        around = self.parent[comprehension]
        return any(self.carried(name, around)[0] for name in names if isinstance(name.ctx, ast.Load))

    def call_hands_on(self, call: ast.Call, held: bool) -> bool:
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in SELECTS or name == "sum" and len(call.args) > 1:
            return True
        callee = callee_of(self.definitions, call)
        if callee is not None:  # its parameters have no second names, but an element of one may be its result
            return held and name != "attempt" and is_mutable(callee.node.returns, self.definitions)
        return held and (name in COLLECTS or name not in BUILTINS)

    def kept_by_call(self, call: ast.Call, name: ast.Name) -> Kept | None:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "append":
            path = path_of(call.func.value)
            inside = any(part is name for argument in call.args for part in ast.walk(argument))
            return self.kept_by_target(call.func.value, path is not None and path.steps == ()) if inside else None
        if is_constructor(call, self.definitions):
            return Kept(f"a {ast.unparse(call.func)}", copied=True)
        filled = self.filled(call, name)
        return Kept(filled, copied=True) if filled is not None else None

    def kept_by_target(self, target: ast.expr, whole: bool = False) -> Kept:
        """What is stored in an SSZ value is a copy; what a local or a Python list holds is the value itself."""
        path = path_of(target)
        in_ssz = path is not None and (bool(path.steps) or whole) and not self.is_list(path.root)
        return Kept(ast.unparse(target), copied=in_ssz)
