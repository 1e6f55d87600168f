"""The bounds that `while` loops state: `while condition:  # at most N times`."""

from __future__ import annotations

import ast
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


def bound_of(loop: ast.While, stated: dict[int, str]) -> str | None:
    """The bound between the `while` and its first statement, as written."""
    return next((stated[line] for line in range(loop.lineno, loop.body[0].lineno) if line in stated), None)
