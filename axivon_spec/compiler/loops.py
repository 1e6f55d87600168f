"""The bounds that `while` loops state: `while condition:  # at most N times`."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import tokenize

from axivon_spec.compiler.model import Function

BOUND = re.compile(r"#\s*at most (.+) times?\b")


def stated_bounds(function: Function) -> dict[int, str]:
    """What the comments of a function state, by line of the file."""
    found = {}
    for token in tokenize.generate_tokens(io.StringIO(function.source).readline):
        match = BOUND.match(token.string) if token.type == tokenize.COMMENT else None
        if match:
            found[function.node.lineno + token.start[0] - 1] = match.group(1)
    return found


def parsed_bounds(function: Function) -> list[ast.expr]:
    """The bounds of the loops of a function that are expressions; the language check reports the others."""
    stated, found = stated_bounds(function), []
    for loop in ast.walk(function.node):
        bound = bound_of(loop, stated) if isinstance(loop, ast.While) else None
        if bound is not None:
            with contextlib.suppress(SyntaxError):
                expression = ast.parse(bound, mode="eval").body
                found.append(ast.increment_lineno(expression, loop.lineno - 1))
    return found


def bound_of(loop: ast.While, stated: dict[int, str]) -> str | None:
    """The bound between the `while` and its first statement, as written."""
    return next((stated[line] for line in range(loop.lineno, loop.body[0].lineno) if line in stated), None)
