"""Small specs for the tests of what the compiler refuses: a ledger, and the code under test behind it."""

from __future__ import annotations

import re
import tempfile
import textwrap
from pathlib import Path

from axivon_spec.compiler import callgraph, language, order, writes
from axivon_spec.compiler.model import Program, SpecError
from axivon_spec.compiler.read import read_program

# What the ledger's runtime gives: names only, since nothing here is run.
_NAMES = """
    uint8 uint16 uint32 uint64 uint128 uint256 boolean Container Opaque List Vector Bitvector Bitlist ByteVector
    ByteList Bytes4 Bytes20 Bytes32 hash_tree_root serialize can_decode decode generalized_index install attempt
    sha256 pow_mod
"""
NAMES = frozenset(_NAMES.split())
CHANGES = {"install": (0,), "attempt": (1,)}

LEDGER = """
# Ledger

## Constants

| Name | Value | Unit | Description |
|---|---|---|---|
| `MAX_ACCOUNTS` | `uint64(16)` | accounts | most accounts |

## Types

| Name | SSZ equivalent | Description |
|---|---|---|
| `Amount` | `uint64` | an amount |

## Enumeration `Role`

| Name | Value | Description |
|---|---|---|
| `USER` | `0` | pays |
| `BANK` | `1` | is paid |

```python
class Account(Container):
    balance: Amount
    nonce: uint64
    role: Role
```

```python
class Bank(Container):
    accounts: List[Account, MAX_ACCOUNTS]
    numbers: List[uint64, MAX_ACCOUNTS]
    total: Amount
    digest: Bytes32
```

```python
class State(Container):
    bank: Bank
    spare: Bank
```

```python
def credit(state: State, index: uint64, amount: Amount) -> None:
    state.bank.accounts[index].balance += amount
```

```python
def move(bank: Bank, other: Bank, amount: Amount) -> None:
    bank.total -= amount
    assert other.total >= amount, "other-too-small"
```

```python
def take(state: State) -> Amount:
    state.bank.total -= 1
    return Amount(1)
```

```python
def balance_of(account: Account) -> Amount:
    return account.balance
```

```python
def fill(numbers: list[uint64]) -> None:
    numbers.append(uint64(1))
```

### `use_ledger` [Interface]

```python
def use_ledger(state: State) -> None:
    taken = take(state)
    credit(state, uint64(0), taken)
    move(state.bank, state.spare, balance_of(state.bank.accounts[0]))
    numbers: list[uint64] = []
    fill(numbers)
```
"""
MARKER = re.compile(r"#.*<--")


def wrap(code: str, heading: str = "`f` [Interface]") -> str:
    """A function as Markdown, below a heading."""
    return f"\n### {heading}\n\n```python\n{textwrap.dedent(code).strip()}\n```\n"


def program(text: str) -> tuple[Program, list[SpecError]]:
    """Read and check a spec of one file; what the checks found."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "specs" / "toy.md"
        path.parent.mkdir()
        path.write_text(text)
        read = read_program(Path(folder), [path], ("mainnet", "minimal"), NAMES)
    errors = callgraph.link(read, NAMES) + order.sort(read) + language.check(read, NAMES)
    errors += writes.check(read, CHANGES)
    return read, sorted(errors, key=lambda e: e.line)


def marked(text: str) -> list[int]:
    """The lines that end in the marker `# <--`: where an error is expected."""
    return [number for number, line in enumerate(text.splitlines(), 1) if MARKER.search(line)]


def assert_refused(text: str, problem: str, remedy: str) -> None:
    """Nothing but the marked line of `text` is refused, for `problem`, with `remedy`."""
    _, errors = program(text)
    shown = "\n".join(map(str, errors))
    assert [error.line for error in errors] == marked(text), shown
    assert {error.file for error in errors} == {"specs/toy.md"}
    assert problem in errors[0].problem, shown
    assert remedy in errors[0].remedy, shown
