"""Each mistake of form in a spec file is refused, with its line and a remedy."""

from __future__ import annotations

import pytest

from axivon_spec.compiler.model import SpecErrors

from .conftest import MakeSpec

MISTAKES = {
    "letters beyond ASCII in code": (
        """
        # Toy

        ```python
        def total(first: uint64) -> uint64:
            # größer als null
            ﬁrst = first + 1
            return first
        ```
        """,
        6,
        "`ﬁrst` is not ASCII",
        "letters from a to z",
    ),
    "letters beyond ASCII in a value": (
        """
        # Toy

        ## Constants

        | Name | Value | Unit | Description |
        |---|---|---|---|
        | `A` | `uint64(1)` | - | a |
        | `B` | `ｕint64(1)` | - | b |
        """,
        8,
        "is not ASCII",
        "letters from a to z",
    ),
    "statement of another kind": (
        """
        # Toy

        ```python
        x = 1
        ```
        """,
        4,
        "a statement of another kind (assign)",
        "only functions and classes",
    ),
    "class of another base": (
        """
        ```python
        class A(object):
            pass
        ```
        """,
        2,
        "a statement of another kind (classdef)",
        "Container, Opaque or Protocol",
    ),
    "not Python": (
        """
        # Toy

        ```python
        def f(:
        ```
        """,
        4,
        "this is not Python",
        "correct the code",
    ),
    "name defined twice": (
        """
        ### `f` [Interface]

        ```python
        def f(x: uint64) -> uint64:
            return x
        ```

        ```python
        def f(x: uint64) -> uint64:
            return x
        ```
        """,
        9,
        "f is defined twice; first at specs/toy.md:4",
        "rename one",
    ),
    "shadowed builtin": (
        """
        ```python
        def sum(x: uint64) -> uint64:
            return x
        ```
        """,
        2,
        "sum shadows a builtin",
        "choose another name",
    ),
    "shadowed runtime name": (
        """
        ```python
        def serialize(x: uint64) -> uint64:
            return x
        ```
        """,
        2,
        "serialize shadows a name of the runtime",
        "choose another name",
    ),
    "heading that disagrees with its block": (
        """
        # Toy

        ### `g` [Interface]

        ```python
        def f(x: uint64) -> uint64:
            return x
        ```
        """,
        3,
        "the heading names `g`, but nothing under it defines g",
        "correct the name",
    ),
    "unknown mark": (
        """
        ### `f` [Public]

        ```python
        def f(x: uint64) -> uint64:
            return x
        ```
        """,
        1,
        "unknown mark [Public]",
        "Interface",
    ),
    "overlay mark outside an overlay": (
        """
        ### `f` [Modified]

        ```python
        def f(x: uint64) -> uint64:
            return x
        ```
        """,
        1,
        "[Modified] stands outside an overlay",
        "specs/_features",
    ),
    "mark without a name": (
        """
        ### Helpers [Interface]

        ```python
        def f(x: uint64) -> uint64:
            return x
        ```
        """,
        1,
        "[Interface] stands in a heading that names no function",
        "name just the functions",
    ),
    "table of another shape": (
        """
        ## Constants

        | Name | Value | Description |
        |---|---|---|
        | `A` | `uint64(1)` | a |
        """,
        3,
        "the table under “Constants” has the columns Name, Value, Description",
        "use: Name, Value, Unit, Description",
    ),
    "table under another heading": (
        """
        ## Numbers

        | Name | Value | Unit | Description |
        |---|---|---|---|
        | `A` | `uint64(1)` | - | a |
        """,
        3,
        "a table of the form “Constants” stands elsewhere",
        "put it under a heading “Constants”",
    ),
    "value without backticks": (
        """
        ## Constants

        | Name | Value | Unit | Description |
        |---|---|---|---|
        | `A` | 1 | - | a |
        """,
        5,
        "cell 2 has no code in backticks",
        "`uint64(1)`",
    ),
    "value that is no expression": (
        """
        ## Constants

        | Name | Value | Unit | Description |
        |---|---|---|---|
        | `A` | `uint64(` | - | a |
        """,
        5,
        "`uint64(` is not an expression",
        "correct the value",
    ),
    "constant in lower case": (
        """
        ## Constants

        | Name | Value | Unit | Description |
        |---|---|---|---|
        | `a` | `uint64(1)` | - | a |
        """,
        5,
        "a is not in upper case",
        "upper case",
    ),
    "words beside a value": (
        """
        ## Constants

        | Name | Value | Unit | Description |
        |---|---|---|---|
        | `A` | `uint64(1)` about one | - | a |
        """,
        5,
        "'about one' stands beside a value",
        "(= 32)",
    ),
    "enumeration value too large": (
        """
        ## Enumeration `Role`

        | Name | Value | Description |
        |---|---|---|
        | `A` | `256` | a |
        """,
        5,
        "A is not a whole number below 256",
        "`1`",
    ),
    "enumeration value twice": (
        """
        ## Enumeration `Role`

        | Name | Value | Description |
        |---|---|---|
        | `A` | `1` | a |
        | `B` | `1` | b |
        """,
        6,
        "1 stands twice",
        "value of its own",
    ),
    "parameter without a type": (
        """
        ## Governed parameters

        | Name | mainnet | minimal | Minimum | Maximum | Unit | Description |
        |---|---|---|---|---|---|---|
        | `share` | `1` | `2` | `0` | `9` | - | a |
        """,
        5,
        "share has no type",
        "uint16(5000)",
    ),
    "mark over a class": (
        """
        ### `A` [Interface]

        ```python
        class A(Container):
            x: uint64
        ```
        """,
        1,
        "[Interface] stands in a heading that names no function",
        "name just the functions",
    ),
    "mark over a function and a class": (
        """
        ### `A` and `f` [Integer]

        ```python
        class A(Container):
            x: uint64
        ```

        ```python
        def f(x: uint64) -> uint64:
            return x
        ```
        """,
        1,
        "[Integer] stands in a heading that names others too",
        "name just the functions",
    ),
    "block fenced as Python": (
        """
        # Toy

        ```Python
        def invariant_x(state: State) -> boolean:
            return boolean(True)
        ```
        """,
        3,
        "a block fenced as ```Python",
        "write ```python and nothing behind it",
    ),
    "block fenced as py": (
        """
        # Toy

        ```py
        def invariant_x(state: State) -> boolean:
            return boolean(True)
        ```
        """,
        3,
        "a block fenced as ```py",
        "write ```python and nothing behind it",
    ),
    "block fenced as python title=toy": (
        """
        # Toy

        ```python title=toy
        def invariant_x(state: State) -> boolean:
            return boolean(True)
        ```
        """,
        3,
        "a block fenced as ```python title=toy",
        "write ```python and nothing behind it",
    ),
    "block fenced as python in braces": (
        """
        # Toy

        ```{.python}
        def invariant_x(state: State) -> boolean:
            return boolean(True)
        ```
        """,
        3,
        "a block fenced as ```{.python}",
        "write ```python and nothing behind it",
    ),
    "indented code": (
        """
        # Toy

        Some words.

            def f(x: uint64) -> uint64:
                return x
        """,
        5,
        "indented code, which the compiler would not read",
        "fence it",
    ),
    "note of another form": (
        """
        ### `f` [Interface] (Formerly toy.g)

        ```python
        def f(x: uint64) -> uint64:
            return x
        ```
        """,
        1,
        "a note (formerly …) of another form",
        "(formerly layer.name)",
    ),
    "note without a layer": (
        """
        ### `f` [Interface] (formerly g)

        ```python
        def f(x: uint64) -> uint64:
            return x
        ```
        """,
        1,
        "the note (formerly g) does not say",
        "(formerly layer.name)",
    ),
    "note without a function": (
        """
        ### Helpers (formerly toy.g)

        ```python
        def f(x: uint64) -> uint64:
            return x
        ```
        """,
        1,
        "the note (formerly toy.g) does not say",
        "names in backticks",
    ),
    "note over two functions": (
        """
        ### `f` and `g` (formerly toy.h)

        ```python
        def f(x: uint64) -> uint64:
            return x


        def g(x: uint64) -> uint64:
            return x
        ```
        """,
        1,
        "the note (formerly toy.h) does not say",
        "the one function",
    ),
    "earlier id of a rule that lives": (
        """
        ### `f` [Interface] (formerly toy.g)

        ```python
        def f(x: uint64) -> None:
            assert x > 0, "zero"
        ```

        ### `g` [Interface]

        ```python
        def g(x: uint64) -> None:
            assert x > 1, "zero"
        ```
        """,
        5,
        "the earlier id toy.g.zero of toy.f.zero is also an id of toy.g.zero",
        "correct the note",
    ),
    "earlier id of two rules": (
        """
        ### `f` [Interface] (formerly toy.h)

        ```python
        def f(x: uint64) -> None:
            assert x > 0, "zero"
        ```

        ### `g` [Interface] (formerly toy.h)

        ```python
        def g(x: uint64) -> None:
            assert x > 1, "zero"
        ```
        """,
        12,
        "the earlier id toy.h.zero of toy.g.zero is also an id of toy.f.zero",
        "correct the note",
    ),
    "row with too many cells": (
        """
        ## Constants

        | Name | Value | Unit | Description |
        |---|---|---|---|
        | `A` | `uint64(1)` | - | a | b |
        """,
        5,
        "the row has 5 cells, but the table 4 columns",
        "\\|",
    ),
    "table without rows": (
        """
        ## Governed parameters

        | Name | mainnet | minimal | Minimum | Maximum | Unit | Description |
        |---|---|---|---|---|---|---|
        """,
        3,
        "the table under “Governed parameters” has no rows",
        "add a row",
    ),
    "enumeration without rows": (
        """
        ## Enumeration `Role`

        | Name | Value | Description |
        |---|---|---|
        """,
        3,
        "the table under “Enumeration” has no rows",
        "add a row",
    ),
    "words beside a default": (
        """
        ## Governed parameters

        | Name | mainnet | minimal | Minimum | Maximum | Unit | Description |
        |---|---|---|---|---|---|---|
        | `share` | `uint16(1)` (= 1) | `uint16(1)` | `uint16(0)` | `uint16(2)` | - | a |
        """,
        5,
        "'(= 1)' stands beside a value",
        "description",
    ),
    "words beside a type": (
        """
        ## Types

        | Name | SSZ equivalent | Description |
        |---|---|---|
        | `Amount` | `uint64` or more | a |
        """,
        5,
        "'or more' stands beside a value",
        "description",
    ),
    "words beside a condition": (
        """
        ## Conditions

        | Condition | Reason |
        |---|---|
        | `1 > 0` or not | a |
        """,
        5,
        "'or not' stands beside a value",
        "description",
    ),
    "parameter twice": (
        """
        ## Governed parameters

        | Name | mainnet | minimal | Minimum | Maximum | Unit | Description |
        |---|---|---|---|---|---|---|
        | `share` | `uint16(1)` | `uint16(1)` | `uint16(0)` | `uint16(2)` | - | a |
        | `share` | `uint16(1)` | `uint16(1)` | `uint16(0)` | `uint16(2)` | - | a |
        """,
        6,
        "share stands twice in this table",
        "rename one",
    ),
    "parameter called class": (
        """
        ## Governed parameters

        | Name | mainnet | minimal | Minimum | Maximum | Unit | Description |
        |---|---|---|---|---|---|---|
        | `class` | `uint16(1)` | `uint16(1)` | `uint16(0)` | `uint16(2)` | - | a |
        """,
        5,
        "'class' is not a usable name",
        "letters, digits",
    ),
    "parameter called a b": (
        """
        ## Governed parameters

        | Name | mainnet | minimal | Minimum | Maximum | Unit | Description |
        |---|---|---|---|---|---|---|
        | `a b` | `uint16(1)` | `uint16(1)` | `uint16(0)` | `uint16(2)` | - | a |
        """,
        5,
        "'a b' is not a usable name",
        "letters, digits",
    ),
    "parameter called _x": (
        """
        ## Governed parameters

        | Name | mainnet | minimal | Minimum | Maximum | Unit | Description |
        |---|---|---|---|---|---|---|
        | `_x` | `uint16(1)` | `uint16(1)` | `uint16(0)` | `uint16(2)` | - | a |
        """,
        5,
        "'_x' is not a usable name",
        "letters, digits",
    ),
    "parameter called 1a": (
        """
        ## Governed parameters

        | Name | mainnet | minimal | Minimum | Maximum | Unit | Description |
        |---|---|---|---|---|---|---|
        | `1a` | `uint16(1)` | `uint16(1)` | `uint16(0)` | `uint16(2)` | - | a |
        """,
        5,
        "'1a' is not a usable name",
        "letters, digits",
    ),
    "member called A-B": (
        """
        ## Enumeration `Role`

        | Name | Value | Description |
        |---|---|---|
        | `A-B` | `1` | a |
        """,
        5,
        "'A-B' is not a usable name",
        "letters, digits",
    ),
    "member called 1A": (
        """
        ## Enumeration `Role`

        | Name | Value | Description |
        |---|---|---|
        | `1A` | `1` | a |
        """,
        5,
        "'1A' is not a usable name",
        "letters, digits",
    ),
    "member called __A__": (
        """
        ## Enumeration `Role`

        | Name | Value | Description |
        |---|---|---|
        | `__A__` | `1` | a |
        """,
        5,
        "'__A__' is not a usable name",
        "letters, digits",
    ),
    "constant called like what load adds": (
        """
        ## Constants

        | Name | Value | Unit | Description |
        |---|---|---|---|
        | `PRESET` | `uint64(1)` | - | a |
        """,
        5,
        "PRESET shadows a name of the runtime",
        "another name",
    ),
    "condition behind an empty line": (
        """
        ## Conditions

        | Condition | Reason |
        |---|---|
        | `1 > 0` | a |

        | `1 > 2` | b |
        """,
        7,
        "a row of a table outside a table",
        "no empty line",
    ),
    "table whose second row has a cell too many": (
        """
        ## Conditions

        | Condition | Reason |
        |---|---|---|
        | `1 > 2` | b |
        """,
        3,
        "a row of a table outside a table",
        "as many cells",
    ),
    "heading with no table": (
        """
        ## Conditions

        None so far.
        """,
        1,
        "no table stands under “Conditions”",
        "put it there",
    ),
    "heading that is nearly another": (
        """
        ## Condition

        | Condition | Why |
        |---|---|
        | `1 > 2` | b |
        """,
        1,
        "the heading “Condition” is nearly “Conditions”",
        "write “Conditions”",
    ),
    "comment without an end": (
        """
        # Toy

        <!-- later

        ```python
        def f(x: uint64) -> uint64:
            return x
        ```
        """,
        3,
        "a comment or HTML that swallows parts of the spec",
        "close it",
    ),
    "block without an end": (
        """
        # Toy

        ```text
        an illustration

        ## Constants
        """,
        3,
        "a block without a closing ```",
        "close it",
    ),
    "block fenced as pyhton": (
        """
        # Toy

        ```pyhton
        def f(x: uint64) -> uint64:
            return x
        ```
        """,
        3,
        "a block fenced as ```pyhton",
        "write ```python",
    ),
    "block fenced as python,ignore": (
        """
        # Toy

        ```python,ignore
        def f(x: uint64) -> uint64:
            return x
        ```
        """,
        3,
        "a block fenced as ```python,ignore",
        "write ```python",
    ),
    "block fenced as nothing": (
        """
        # Toy

        ```
        def f(x: uint64) -> uint64:
            return x
        ```
        """,
        3,
        "a block fenced as ```",
        "write ```python",
    ),
    "name with words beside it": (
        """
        ## Constants

        | Name | Value | Unit | Description |
        |---|---|---|---|
        | `A` (gone) | `uint64(1)` | - | a |
        """,
        5,
        "the first cell is no name in backticks",
        "write it as `NAME`",
    ),
    "name with a foreign letter": (
        """
        ## Constants

        | Name | Value | Unit | Description |
        |---|---|---|---|
        | `А` | `uint64(1)` | - | a |
        """,
        5,
        "'А' is not a usable name",
        "letters, digits",
    ),
    "parameter of two types": (
        """
        ## Governed parameters

        | Name | mainnet | minimal | Minimum | Maximum | Unit | Description |
        |---|---|---|---|---|---|---|
        | `share` | `uint16(1)` | `uint16(2)` | `uint16(0)` | `uint64(9)` | - | a |
        """,
        5,
        "share has no type, or several",
        "of one type",
    ),
    "parameter in upper case": (
        """
        ## Governed parameters

        | Name | mainnet | minimal | Minimum | Maximum | Unit | Description |
        |---|---|---|---|---|---|---|
        | `SHARE` | `uint16(1)` | `uint16(2)` | `uint16(0)` | `uint16(9)` | - | a |
        """,
        5,
        "SHARE is not in lower case",
        "lower case",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_form_is_refused_with_line_and_remedy(make_spec: MakeSpec, name: str) -> None:
    text, line, problem, remedy = MISTAKES[name]
    with pytest.raises(SpecErrors) as caught:
        make_spec(text).program()
    error = next(e for e in caught.value.errors if problem in e.problem)
    assert (error.file, error.line) == ("specs/toy.md", line)
    assert remedy in error.remedy


def test_code_that_nests_too_deeply_is_refused(make_spec: MakeSpec) -> None:
    head = "## Constants\n\n| Name | Value | Unit | Description |\n|---|---|---|---|\n"
    deep = "uint64(" + "+".join(["1"] * 120) + ")"
    with pytest.raises(SpecErrors, match=r"specs/toy\.md:5: .* nests too deeply"):
        make_spec(f"{head}| `A` | `{deep}` | - | a |\n").program()
    block = f"```python\ndef f(x: uint64) -> uint64:\n    return {deep}\n```\n"
    with pytest.raises(SpecErrors, match=r"specs/toy\.md:2: the code nests too deeply"):
        make_spec(block).program()


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(make_spec: MakeSpec) -> None:
    spec = make_spec("# Toy\n")
    (spec.root / "specs" / "toy.md").write_bytes(b"# Toy\n\nA na\xefve word.\n")
    with pytest.raises(SpecErrors, match=r"specs/toy\.md:3: this is not UTF-8") as caught:
        spec.program()
    assert caught.value.errors[0].remedy == "save the file as UTF-8"


@pytest.mark.parametrize("character", ["\u2028", "\x85", "\f", "\ufeff"])
def test_a_character_that_only_some_programs_take_for_the_end_of_a_line_is_refused(
    make_spec: MakeSpec, character: str
) -> None:
    with pytest.raises(SpecErrors, match=r"specs/toy\.md:3: a character that some programs take"):
        make_spec(f"# Toy\n\n{character}Words.\n").program()


def test_all_mistakes_of_all_files_are_reported_at_once_in_order(make_spec: MakeSpec) -> None:
    block = "```python\nx = 1\n```\n"
    with pytest.raises(SpecErrors) as caught:
        make_spec(block * 2, other=block).program()
    assert [(e.file, e.line) for e in caught.value.errors] == [
        ("specs/other.md", 2),
        ("specs/toy.md", 2),
        ("specs/toy.md", 5),
    ]


def test_a_name_defined_in_two_files_is_refused(make_spec: MakeSpec) -> None:
    text = "### `f` [Interface]\n\n```python\ndef f(x: uint64) -> uint64:\n    return x\n```\n"
    with pytest.raises(SpecErrors, match=r"f is defined twice; first at specs/other\.md:4"):
        make_spec(text, other=text).program()


def test_descriptions_units_and_prose_are_kept_as_written(make_spec: MakeSpec) -> None:
    program = make_spec(
        """
        # Toy

        What it is *for*.

        ## Constants

        | Name | Value | Unit | Description |
        |---|---|---|---|
        | `SIZE` | `uint64(2**5)` (= 32) | bytes | `SIZE` of one |

        ### `f` [Interface] (formerly toy.g)

        Why.

        ```python
        def f(x: uint64) -> uint64:
            \"\"\"Add.\"\"\"
            assert x < SIZE, "too-large"
            return x + SIZE
        ```
        """
    ).program()
    size, function = program.definitions["SIZE"], program.definitions["f"]
    assert (size.description, size.unit, size.sources["minimal"]) == ("`SIZE` of one", "bytes", "uint64(2**5)")
    assert (function.description, function.formerly, function.place.line) == ("Add.", ("toy.g",), 16)
    assert program.rules["toy.f.too-large"].aliases == ("toy.g.too-large",)
    assert program.rules["toy.f.too-large"].place.line == 18
    assert [(s.title, s.prose) for s in program.sections if s.level == 3] == [("`f`", "Why.")]
