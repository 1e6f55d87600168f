"""The typed twin finds mistakes of type, and says where they stand in the Markdown."""

from __future__ import annotations

import ast
import inspect
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from axivon_spec.compiler import typed
from axivon_spec.compiler.compilation import Compilation
from axivon_spec.compiler.model import SpecError
from axivon_spec.runtime import SPEC_NAMES
from axivon_spec.stubs import SPEC_RUNTIME
from tests.compiler.conftest import MakeSpec
from tests.compiler.test_export import TOY

SPEC = """
# Toy

## Constants

| Name | Value | Unit | Description |
|---|---|---|---|
| `SIZE` | `uint64(8)` | accounts | a bound |

## Types

| Name | SSZ equivalent | Description |
|---|---|---|
| `Amount` | `uint64` | in nAXN |

## Containers

```python
class Account(Container):
    balance: Amount
    nonce: uint64
    tag: uint8
    keys: List[Bytes32, SIZE]


class State(Container):
    accounts: List[Account, SIZE]
```

## Functions

### `move` [Interface]

```python
def move(state: State, amount: Amount) -> Amount:
    # A comment, and a call over several lines: lines must agree none the less
    account = Account(
        balance=amount,
        nonce=uint64(1),
    )
    state.accounts.append(account)
    if amount > 5:
        return state.accounts[0].balance + 1
    return total(state)
```

### `total` [Interface] [Integer]

```python
def total(state: State) -> Amount:
    sum_of_all = 0
    for account in state.accounts:
        sum_of_all += account.balance
    return Amount(sum_of_all)
```
"""

Check = Callable[[str], list[SpecError]]


@pytest.fixture(scope="session")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


@pytest.fixture
def check(make_spec: MakeSpec, mypy_cache: Path, tmp_path: Path) -> Check:
    """`check(text)`: the type mistakes in a spec, with what each has."""

    def run(text: str) -> list[SpecError]:
        return typed.check(make_spec(text).program(), SPEC_RUNTIME, tmp_path / "twin", mypy_cache)

    return run


def line_of(text: str, spec: str) -> int:
    return next(number for number, line in enumerate(spec.lstrip("\n").splitlines(), 1) if text in line)


@pytest.mark.parametrize("spec", [SPEC, TOY], ids=["small", "one of everything"])
def test_a_sound_spec_has_no_mistakes(check: Check, spec: str) -> None:
    assert check(spec) == []


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        pytest.param("state.accounts[0].balance", "state.accounts[0].balanse", 'no attribute "balanse"', id="field"),
        pytest.param("state.accounts.append(", "state.acounts.append(", 'no attribute "acounts"', id="list field"),
        pytest.param("    return total(state)\n", "", "Missing return statement", id="missing return"),
        pytest.param(
            "return total(state)", "return len(state.accounts)", 'got "int", expected "Amount"', id="returned int"
        ),
        pytest.param("return total(state)", "return uint64(0)", 'got "uint64", expected "Amount"', id="another alias"),
        pytest.param("return total(state)", "return total(amount)", 'expected "State"', id="argument"),
        pytest.param("return total(state)", "return total()", "Missing positional argument", id="argument left out"),
        pytest.param("if amount > 5:", "if amount == state:", "Non-overlapping equality", id="never equal"),
        pytest.param("append(account)", "append(amount)", 'expected "Account"', id="element"),
        pytest.param(
            "state.accounts[0].balance + 1",
            "state.accounts[0].balance + state.accounts[0].tag",
            "different widths",
            id="widths",
        ),
        pytest.param("+ 1", "* state.accounts[0].tag", "different widths", id="widths, other operator"),
        pytest.param(
            "return total(state)",
            "return Amount(uint8(3) + total(state))",
            "different widths",
            id="widths in an argument",
        ),
        pytest.param("if amount > 5:", "if uint8(3) + amount > 5:", "different widths", id="widths in a comparison"),
        pytest.param(
            "if amount > 5:",
            "if state.accounts[uint8(0) * amount].balance > 5:",
            "different widths",
            id="widths, index",
        ),
    ],
)
def test_a_mistake_is_found_on_its_line(check: Check, right: str, wrong: str, message: str) -> None:
    assert SPEC.count(right) == 1
    text = SPEC.replace(right, wrong)
    line = line_of(wrong, text) if wrong else line_of("def move", text)
    (found,) = check(text)
    assert (found.file, found.line) == ("specs/toy.md", line)
    assert message in found.problem
    assert "runtime" not in found.problem and "minimal" not in found.problem


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        pytest.param("nonce=uint64(1)", "nonse=uint64(1)", 'Unexpected keyword argument "nonse"', id="keyword"),
        pytest.param("nonce=uint64(1)", "nonce=1", 'expected "uint64"', id="literal"),
        pytest.param("nonce=uint64(1)", "nonce=len(state.accounts)", 'expected "uint64"', id="plain int"),
        pytest.param("nonce=uint64(1)", "tag=uint64(1)", 'expected "uint8"', id="another width"),
        pytest.param("nonce=uint64(1)", "keys=[]", 'expected "List[Bytes32]"', id="plain list"),
    ],
)
def test_a_mistake_in_a_constructor_is_found_in_its_call(check: Check, right: str, wrong: str, message: str) -> None:
    text = SPEC.replace(right, wrong)
    (found,) = check(text)
    assert line_of("account = Account(", text) <= found.line <= line_of(wrong, text)
    assert found.file == "specs/toy.md" and message in found.problem


def test_a_plain_int_stored_in_a_field_is_found(check: Check) -> None:
    for store in ("state.accounts[0].nonce = 1", "state.accounts[0].nonce = len(state.accounts)"):
        text = SPEC.replace("if amount > 5:", f"{store}\n    if amount > 5:")
        (found,) = check(text)
        assert found.line == line_of(store, text)
        assert 'expression has type "int", variable has type "uint64"' in found.problem


def test_the_remedy_names_the_conversion(check: Check) -> None:
    (found,) = check(SPEC.replace("return total(state)", "return uint64(0)"))
    assert found.remedy == "the type is Amount; to convert, write Amount(…)"
    (found,) = check(SPEC.replace("nonce=uint64(1)", "keys=[]"))
    assert "List[T, N](items)" in found.remedy


@pytest.mark.parametrize("more", ["range(3)", "state.accounts[0].keys"])
def test_a_list_grows_by_lists_only(check: Check, more: str) -> None:
    text = SPEC.replace("return total(state)", f"found = [Bytes32()]\n    found += {more}\n    return total(state)")
    found, *_ = check(text)
    assert found.line == line_of(f"found += {more}", text) and 'of "list" matches' in found.problem


def test_bytes_are_made_of_integers_with_a_width(check: Check) -> None:
    text = SPEC.replace(
        "return total(state)", "assert uint_to_bytes(len(state.accounts)) == b'', 'x'\n    return total(state)"
    )
    (found,) = check(text)
    assert found.line == line_of("uint_to_bytes(len(", text) and 'incompatible type "int"' in found.problem


@pytest.mark.parametrize(
    ("at", "written", "problem"),
    [
        ("    if amount > 5:", "tag = bytes(amount)", "bytes(…) of what is no byte vector or list"),
        ("    if amount > 5:", "tag = uint_to_bytes(amount) % amount", "% of what is no integer"),
        ("    if amount > 5:", "while amount > 5:  # at most state times", "the bound of a while is no integer"),
        ("    sum_of_all = 0", "sum_of_all = int(uint_to_bytes(uint8(1)))", "int(…) of what is no integer"),
    ],
)
def test_what_python_takes_for_a_number_is_found(check: Check, at: str, written: str, problem: str) -> None:
    rest = "\n        return amount" if written.startswith("while") else ""
    text = SPEC.replace(at, f"    {written}{rest}\n{at if at.startswith('    if') else ''}")
    found = check(text)[0]
    assert (found.problem, found.line) == (problem, line_of(written, text))


def test_a_local_that_may_have_no_value_is_found(check: Check) -> None:
    text = SPEC.replace("return total(state)", "if amount > 7:\n        last = total(state)\n    return last")
    (found,) = check(text)
    assert (found.line, found.problem) == (line_of("return last", text), 'Name "last" may be undefined')
    assert found.remedy == "give it a value on every path before this line"


def test_integers_keep_their_type_in_arithmetic(check: Check) -> None:
    lines = """
    a: Amount = amount + 1
    b: Amount = 1 + amount * uint64(2) // 3 % 7
    c: uint64 = uint64(2) + amount
    d: Amount = amount ** 2 >> 1
    e: uint64 = uint64(2) ** len(state.accounts)
    f: Amount = 2 ** amount
    a -= b
    """
    assert check(SPEC.replace("    if amount > 5:", f"{lines}\n    if amount > 5:")) == []


def test_mistakes_in_tables_are_found_in_their_row(check: Check) -> None:
    text = TOY.replace("`MAX_NOTES * 2` | `MAX_NOTES * 2`", "`MAX_NOTES * 2` | `MAX_NOTES * uint8(2)`")
    found, *uses = check(text)
    assert {use.problem for use in uses} <= {found.problem}
    assert found.line == line_of("uint8(2)", text) and "different widths" in found.problem

    text = TOY + "\n## Conditions\n\n| Condition | Reason |\n|---|---|\n| `SUPPLY != DOMAIN` | why |\n"
    (found,) = check(text)
    assert found.line == line_of("SUPPLY != DOMAIN", text)


def test_a_second_file_is_named(make_spec: MakeSpec, mypy_cache: Path, tmp_path: Path) -> None:
    other = """
    # Other

    ## `extra` [Interface]

    ```python
    def extra(state: State) -> uint64:
        return state.accounts[0].balanse
    ```
    """
    program = make_spec(SPEC, other=other).program()
    (found,) = typed.check(program, SPEC_RUNTIME, tmp_path / "twin", mypy_cache)
    assert (found.file, found.line) == ("specs/other.md", 7)


def test_nothing_is_ignored(make_spec: MakeSpec, tmp_path: Path) -> None:
    twin = typed.write(make_spec(TOY).program(), "minimal", tmp_path / "twin", SPEC_RUNTIME)
    text = twin.path.read_text()
    assert "type: ignore" not in text and "Any" not in text
    assert not any(bound in text for bound in ("MAX_NOTES]", "SIZE]", "KINDS]"))


def test_a_twin_without_change_is_not_written_again(toy: Compilation, tmp_path: Path) -> None:
    first = typed.write(toy.program(), "minimal", tmp_path / "twin", SPEC_RUNTIME)
    before = first.path.stat().st_mtime_ns
    typed.write(toy.program(), "minimal", tmp_path / "twin", SPEC_RUNTIME)
    assert first.path.stat().st_mtime_ns == before


@pytest.fixture
def toy(make_spec: MakeSpec) -> Compilation:
    return make_spec(TOY)


# The stub agrees with the runtime


STUB = ast.parse(SPEC_RUNTIME.read_text())


def test_the_stub_is_sound(mypy_cache: Path, tmp_path: Path) -> None:
    alone = shutil.copy(SPEC_RUNTIME, tmp_path)
    assert typed.run_mypy([Path(alone)], mypy_cache) == []


def test_the_stub_has_the_names_of_the_runtime() -> None:
    named = {node.name for node in STUB.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    named |= {
        node.targets[0].id
        for node in STUB.body
        if isinstance(node, ast.Assign)
        if isinstance(node.targets[0], ast.Name)
    }
    assert {name for name in named if not name.startswith("_")} == set(SPEC_NAMES)


@pytest.mark.parametrize("node", [n for n in STUB.body if isinstance(n, ast.FunctionDef) and n.name in SPEC_NAMES])
def test_the_stub_has_the_signatures_of_the_runtime(node: ast.FunctionDef) -> None:
    function = SPEC_NAMES[node.name]
    assert callable(function)
    parameters = inspect.signature(function).parameters.values()
    plain = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert [argument.arg for argument in node.args.args] == plain
    assert (node.args.vararg is not None) == any(p.kind is p.VAR_POSITIONAL for p in parameters)


def test_the_stub_has_the_widths_and_lengths_of_the_runtime() -> None:
    for node in STUB.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("uint"):
            (base,) = node.bases
            assert isinstance(base, ast.Subscript)
            others = set(ast.unparse(base.slice).split(" | "))
            assert others == {name for name in SPEC_NAMES if name.startswith("uint") and name[4:].isdigit()} - {
                node.name
            }
