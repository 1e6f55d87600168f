"""The ways that a function can run, statement by statement: whether one place can be reached from another."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from axivon_spec.compiler.bindings import bound_by


class Flow:
    """The statements of one function: what each stands in, and which may follow it. A loop or an `if` stands for its
    head alone."""

    def __init__(self, function: ast.FunctionDef) -> None:
        self.nodes = list(ast.walk(function))
        self.parent = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}
        self.following: dict[ast.stmt, list[ast.stmt]] = {}
        self._link(function.body, [], [], [])

    def _link(
        self, block: list[ast.stmt], then: list[ast.stmt], around: list[ast.stmt], behind: list[ast.stmt]
    ) -> None:
        """Note what follows each statement of a block: `then` the block, `continue` goes to the loop `around` it and
        `break` to what is `behind` that."""
        for position, statement in enumerate(block):
            after = [block[position + 1]] if position + 1 < len(block) else then
            if isinstance(statement, ast.Return):
                after = []
            elif isinstance(statement, ast.Continue):
                after = around
            elif isinstance(statement, ast.Break):
                after = behind
            elif isinstance(statement, ast.If):
                self._link(statement.body, after, around, behind)
                self._link(statement.orelse, after, around, behind)
                after = [statement.body[0], *(statement.orelse[:1] or after)]
            elif isinstance(statement, ast.For | ast.While):
                self._link(statement.body, [statement], [statement], after)
                after = [statement.body[0], *after]
            self.following[statement] = after

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self.parent:
            node = self.parent[node]
            yield node

    def statement(self, node: ast.AST) -> ast.stmt:
        """The statement that a node stands in."""
        return next(part for part in (node, *self.ancestors(node)) if isinstance(part, ast.stmt))

    def reaches(self, first: ast.AST, then: ast.AST, name: str) -> bool:
        """Whether `then` can run after `first` with `name` still bound to the same value."""
        start, end = self.statement(first), self.statement(then)
        if start is end and _position(first) < _position(then):
            return True
        reached: set[ast.stmt] = set()
        queue = [] if name in _bound_in(start) else list(self.following.get(start, ()))
        while queue:
            statement = queue.pop()
            if statement is end:
                return True
            if statement not in reached and name not in _bound_in(statement):
                queue += self.following.get(statement, ())
            reached.add(statement)
        return False


def _bound_in(statement: ast.stmt) -> set[str]:
    """The names to which a statement, or the head of a loop, gives a new value."""
    if isinstance(statement, ast.Assign):
        return {name.id for target in statement.targets for name in bound_by(target)}
    if isinstance(statement, ast.AnnAssign | ast.AugAssign | ast.For):
        return {name.id for name in bound_by(statement.target)}
    return set()


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
