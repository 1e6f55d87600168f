"""`-k` reads expressions as pytest does."""

from __future__ import annotations

import itertools

import pytest

from axivon_spec.conformance.choice import MistakenExpression, chooser

EXPRESSIONS = ["", "a", "not a", "a and b", "a or b", "a or b and c", "(a or b) and not c", "not (a and b) or c", "A"]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_holds_as_python_would_have_it(expression: str) -> None:
    holds = chooser(expression)
    for values in itertools.product([False, True], repeat=3):
        names = [f"x{name}y" for name, there in zip("abc", values, strict=True) if there]
        python = eval(expression.lower() or "True", dict(zip("abc", values, strict=True)))
        assert holds(names) == python


@pytest.mark.parametrize(
    "expression", ["a and", "or a", "(a", "a b", "a)", "not", "()", "not " * 3000 + "a", "(" * 3000]
)
def test_a_mistaken_expression_is_refused(expression: str) -> None:
    with pytest.raises(MistakenExpression):
        chooser(expression)


def test_words_match_ids_functions_and_rules() -> None:
    names = ["token/transfer/to_oneself", "process_transfer", "token.process_transfer.self-transfer"]
    for word in ("token/transfer", "to_oneself", "process_transfer", "self-transfer", "TOKEN"):
        assert chooser(word)(names)
    assert not chooser("allowance")(names)
