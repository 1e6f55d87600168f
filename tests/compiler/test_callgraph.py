"""Who mentions whom, and the names that are refused: unknown, unused, shadowed, used as values, recursive."""

from __future__ import annotations

import pytest

from .snippets import LEDGER, assert_refused, program, wrap

REFUSED = {
    "a name that nobody defines": (
        "def f(state: State) -> None:\n    credits(state, 0, 1)  # <--",
        "nothing defines credits",
        "did you mean credit?",
    ),
    "a type that nobody defines": (
        "def f(state: Sate) -> None:  # <--\n    return",
        "nothing defines Sate",
        "did you mean State",
    ),
    "a name like no other": (
        "def f(state: State) -> None:\n    state.bank.total = xyzzy  # <--",
        "nothing defines xyzzy",
        "define it, or correct it",
    ),
    "a misspelt local": (
        "def f(state: State) -> None:\n    balance = state.bank.total\n    state.spare.total = balanse  # <--",
        "nothing defines balanse",
        "did you mean balance",
    ),
    "a comprehension's name behind it": (
        "def f(state: State) -> uint64:\n    ns = [n for n in state.bank.numbers]\n    return ns[n]  # <--",
        "nothing defines n",
        "define it",
    ),
    "a member that the enumeration lacks": (
        "def f(state: State) -> boolean:\n    return boolean(Role.USERS == state.bank.accounts[0].role)  # <--",
        "Role has no member USERS",
        "did you mean USER?",
    ),
    "a function as a value": (
        "def f(state: State) -> None:\n    g = credit  # <--",
        "the function credit is used as a value",
        "attempt(credit, …)",
    ),
    "a function as an argument": (
        "def f(state: State) -> None:\n    state.bank.digest = sha256(balance_of)  # <--",
        "the function balance_of is used as a value",
        "sorted(…, key=balance_of) only",
    ),
    "a parameter called like a definition": (
        "def f(credit: State) -> None:  # <--\n    return",
        "the local name credit shadows the definition at specs/toy.md:45",
        "another name",
    ),
    "a local called like a runtime function": (
        "def f(state: State) -> None:\n    serialize = state.bank.total  # <--",
        "the local name serialize shadows a name of the runtime",
        "another name",
    ),
    "a loop variable called like a builtin": (
        "def f(state: State) -> None:\n    for id in range(3):  # <--\n        credit(state, id, 1)",
        "the local name id shadows a builtin",
        "another name",
    ),
    "a comprehension's name called like a constant": (
        "def f(state: State) -> uint64:\n    return sum(MAX_ACCOUNTS for MAX_ACCOUNTS in state.bank.numbers)  # <--",
        "the local name MAX_ACCOUNTS shadows the definition",
        "another name",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_leads_nowhere_is_refused(name: str) -> None:
    code, problem, remedy = REFUSED[name]
    assert_refused(LEDGER + wrap(code), problem, remedy)


def test_recursion_is_refused_with_the_way_around() -> None:
    itself = "def f(n: uint64) -> uint64:  # <--\n    return f(n)"
    assert_refused(LEDGER + wrap(itself), "f calls itself: f → f", "write a loop")
    mutual = "def f(n: uint64) -> uint64:  # <--\n    return g(n)\n\ndef g(n: uint64) -> uint64:\n    return f(n)"
    assert_refused(LEDGER + wrap(mutual), "f calls itself: f → g → f", "for … in range(BOUND)")
    attempted = "def f(state: State) -> None:  # <--\n    ok = attempt(f, state)\n    assert ok, 'failed'"
    assert_refused(LEDGER + wrap(attempted), "f calls itself: f → f", "write a loop")


def row(name: str, value: str) -> str:
    header = "\n## Constants\n\n| Name | Value | Unit | Description |\n|---|---|---|---|"
    return f"{header}\n| `{name}` | `{value}` | - | - |\n"


def problems(text: str) -> list[str]:
    return [error.problem for error in program(text)[1]]


def test_what_nobody_uses_is_refused() -> None:
    nobody = "no interface function, invariant or condition leads to "
    assert problems(LEDGER + row("LIMIT", "uint64(1)")) == [nobody + "LIMIT"]
    lonely = "def lonely(state: State) -> None:\n    state.bank.total = Amount(0)"
    assert problems(LEDGER + wrap(lonely, "`lonely`")) == [nobody + "lonely"]
    pair = "def one(n: uint64) -> uint64:\n    return n\n\ndef two(n: uint64) -> uint64:\n    return one(n)"
    assert problems(LEDGER + wrap(pair, "Two functions")) == [nobody + "one", nobody + "two"]
    unused = "class Unused(Container):\n    n: uint64"
    assert problems(LEDGER + wrap(unused, "`Unused`")) == [nobody + "Unused"]
    _, errors = program(LEDGER + wrap(lonely, "`lonely`"))
    assert "mark its heading [Interface], or delete it" in errors[0].remedy


@pytest.mark.parametrize(
    "use",
    [
        wrap("def f(n: uint64) -> boolean:\n    return boolean(n < LIMIT)"),
        wrap(
            "def invariant_n(state: State) -> boolean:\n    return boolean(state.bank.total < LIMIT)", "`invariant_n`"
        ),
        "\n## Conditions\n\n| Condition | Reason |\n|---|---|\n| `LIMIT == 1` | - |\n",
        row("OTHER", "LIMIT + 1") + wrap("def f(n: uint64) -> boolean:\n    return boolean(n < OTHER)"),
        wrap("class Wide(Container):\n    n: Vector[uint64, LIMIT]", "`Wide`")
        + wrap("def f(n: Wide) -> None:\n    return"),
    ],
    ids=["interface function", "invariant", "condition", "another constant", "a field of a reachable type"],
)
def test_a_constant_is_used_where_something_that_is_used_mentions_it(use: str) -> None:
    assert problems(LEDGER + row("LIMIT", "uint64(1)") + use) == []


def test_governed_parameters_are_linked_to_their_table() -> None:
    table = """
## Governed parameters

| Name | mainnet | minimal | Minimum | Maximum | Unit | Description |
|---|---|---|---|---|---|---|
| `share` | `uint16(BASE)` | `uint16(1)` | `uint16(0)` | `uint16(9)` | - | - |
"""
    check = (
        "def check_toy_parameters(parameters: ToyParameters) -> boolean:\n    return boolean(parameters.share < LIMIT)"
    )
    use = "def f(state: State) -> uint16:\n    return DEFAULT_TOY_PARAMETERS.share"
    constants = row("BASE", "uint16(5)").rstrip() + "\n| `LIMIT` | `uint16(9)` | - | - |\n"
    found, errors = program(LEDGER + constants + table + wrap(check, "`check_toy_parameters`") + wrap(use))
    assert errors == []
    assert found.definitions["f"].uses == {"State", "ToyParameters"}
    assert found.definitions["ToyParameters"].uses == {"BASE"}


def test_a_constant_that_calls_a_function_is_refused() -> None:
    code = """
        def double(n: uint64) -> uint64:
            return n + n

        def f(n: uint64) -> boolean:
            return boolean(double(n) == TWO)
    """
    text = LEDGER + row("TWO", "double(uint64(1))") + wrap(code)
    _, errors = program(text)
    assert [error.line for error in errors] == [text.splitlines().index("| `TWO` | `double(uint64(1))` | - | - |") + 1]
    assert errors[0].problem == "the table of TWO calls the function double, which is defined after it"
    assert "over constants" in errors[0].remedy


def test_uses_and_calls_name_what_is_mentioned() -> None:
    code = """
        def f(state: State, role: Role) -> boolean:
            ordered = sorted(state.bank.accounts, key=balance_of)
            ok = attempt(move, state.bank, state.spare, Amount(1))
            return boolean(ok or role == Role.BANK or len(ordered) == MAX_ACCOUNTS)
    """
    found, errors = program(LEDGER + wrap(code))
    assert errors == []
    f = next(function for function in found.functions() if function.name == "f")
    assert f.calls == {"balance_of", "move"}
    assert f.uses == {"State", "Role", "Amount", "MAX_ACCOUNTS", "balance_of", "move"}
    assert found.definitions["Bank"].uses == {"Account", "Amount", "MAX_ACCOUNTS"}
    assert {rule.id for rule in found.reachable_rules("f")} == {"toy.move.other-too-small"}
