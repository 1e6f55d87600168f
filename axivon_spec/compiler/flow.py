"""The order in which the statements of a function can run: whether one place can be reached from another."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from axivon_spec.compiler.bindings import Binding


class Flow:
    """The statements of one function, each with what it stands in."""

    def __init__(self, function: ast.FunctionDef) -> None:
        self.nodes = list(ast.walk(function))
        self.parent = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        while node in self.parent:
            node = self.parent[node]
            yield node

    def reaches(self, first: ast.expr, then: ast.AST, bindings: Sequence[Binding]) -> bool:
        """Whether `then` can run after `first` with a name still bound to the same value, where `bindings` are the
        places that give it one."""
        if self.returns_before(first, then):
            return False
        start, end = _position(first), _position(then)
        sure = [b.node for b in bindings if b.kind in ("assigned", "loop") and self.is_sure(b.node, first, then)]
        bound = [_position(node) for node in sure]
        if start < end and not self.in_other_arm(first, then):
            return not any(start < position < end for position in bound)
        loops = [a for a in self.ancestors(first) if isinstance(a, ast.For | ast.While)]
        common = next((loop for loop in loops if loop in set(self.ancestors(then))), None)
        if common is None:
            return False
        return not any(_position(common) < position < end or start < position <= _end(common) for position in bound)

    def is_sure(self, binding: ast.AST, first: ast.AST, then: ast.AST) -> bool:
        """Whether every way from `first` to `then` that passes a binding's line also runs it."""
        block = self.block(binding)
        if block in self.blocks(then):
            return True
        jumps = [node for node in self.nodes if isinstance(node, ast.Break | ast.Continue)]
        skipped = any(_position(first) < _position(jump) < _position(binding) for jump in jumps)
        return not skipped and block in self.blocks(first)

    def returns_before(self, first: ast.AST, then: ast.AST) -> bool:
        """Whether what follows `first` leaves the function before it can come to `then`."""
        around = self.blocks(then)
        return any(isinstance(self.last(block), ast.Return) for block in self.blocks(first) if block not in around)

    def in_other_arm(self, first: ast.AST, then: ast.AST) -> bool:
        """Whether two nodes stand in different arms of one `if`."""
        arms = {owner: is_else for owner, is_else in self.blocks(first) if isinstance(owner, ast.If)}
        return any(owner in arms and arms[owner] != is_else for owner, is_else in self.blocks(then))

    def block(self, node: ast.AST) -> Block:
        """The list of statements that a node stands in."""
        while not isinstance(node, ast.stmt):
            node = self.parent[node]
        owner = self.parent[node]
        return owner, node in getattr(owner, "orelse", ())

    def blocks(self, node: ast.AST) -> list[Block]:
        """The lists of statements around a node, innermost first."""
        return [self.block(part) for part in (node, *self.ancestors(node)) if self.is_inside(part)]

    def is_inside(self, node: ast.AST) -> bool:
        return isinstance(node, ast.stmt) and node in self.parent

    def last(self, block: Block) -> ast.stmt:
        owner, is_else = block
        statements: list[ast.stmt] = owner.orelse if is_else else owner.body  # type: ignore[attr-defined]
        return statements[-1]


Block = tuple[ast.AST, bool]  # what the statements belong to, and whether they are its `else`


def _position(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _end(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)
