"""`-k EXPRESSION`: which cases to run, with pytest's words `and`, `or`, `not` and parentheses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

TOKEN = re.compile(r"\s*([()]|[^\s()]+)")
WORDS = ("and", "or", "not", "(", ")")
MAX_DEPTH = 100  # `not` and parentheses

Chooser = Callable[[Iterable[str]], bool]


class MistakenExpression(ValueError):
    """The expression cannot be read."""


def chooser(expression: str) -> Chooser:
    """A function that says of the names of a case (id, functions, rules) whether the expression holds.

    A word holds where it is part of a name, upper and lower case alike. An empty expression always holds.
    """
    tokens = TOKEN.findall(expression)
    if not tokens:
        return lambda names: True
    if sum(token in ("not", "(") for token in tokens) > MAX_DEPTH:
        raise MistakenExpression(f"it has more than {MAX_DEPTH} `not` and parentheses")
    chosen = _either(tokens, expression)
    if tokens:
        raise MistakenExpression(f"{tokens[0]!r} is one too many in {expression!r}")
    return lambda names: chosen([name.lower() for name in names])


def _either(tokens: list[str], expression: str) -> Callable[[list[str]], bool]:
    parts = [_both(tokens, expression)]
    while tokens and tokens[0] == "or":
        tokens.pop(0)
        parts.append(_both(tokens, expression))
    return lambda names: any(part(names) for part in parts)


def _both(tokens: list[str], expression: str) -> Callable[[list[str]], bool]:
    parts = [_one(tokens, expression)]
    while tokens and tokens[0] == "and":
        tokens.pop(0)
        parts.append(_one(tokens, expression))
    return lambda names: all(part(names) for part in parts)


def _one(tokens: list[str], expression: str) -> Callable[[list[str]], bool]:
    token = tokens.pop(0) if tokens else ""
    if token == "not":
        negated = _one(tokens, expression)
        return lambda names: not negated(names)
    if token == "(":
        inner = _either(tokens, expression)
        if not tokens or tokens.pop(0) != ")":
            raise MistakenExpression(f"a parenthesis is not closed in {expression!r}")
        return inner
    if token == "" or token in WORDS:
        raise MistakenExpression(f"a name is missing in {expression!r}")
    word = token.lower()
    return lambda names: any(word in name for name in names)
