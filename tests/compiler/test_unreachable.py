"""The table of rules that an entry point cannot break, or not next to their boundary."""

from __future__ import annotations

import pytest

from axivon_spec.compiler.model import SpecErrors
from tests.compiler.conftest import MakeSpec

TOY = """
# Toy

### `raise_level` [Interface]

```python
def raise_level(level: uint64, by: uint64) -> uint64:
    \"\"\"A level that is raised.\"\"\"
    assert by > 0, "nothing"
    assert level < 100 - by % 100, "too-high"
    return level + by % 100
```

## Unreachable rules

| Entry point | Rule | Edge | Reason |
|---|---|---|---|
ROW
"""


def test_a_row_is_read(make_spec: MakeSpec) -> None:
    [row] = (
        make_spec(TOY.replace("ROW", "| `raise_level` | `toy.raise_level.nothing` | first refused | why |"))
        .program()
        .unreachable
    )
    assert (row.entry_point, row.rule, row.edge, row.reason) == (
        "raise_level",
        "toy.raise_level.nothing",
        "first refused",
        "why",
    )


@pytest.mark.parametrize(
    ("row", "problem", "remedy"),
    [
        ("| `raise_level` | toy | | why |", "no rule in backticks", "layer.function.reason"),
        (
            "| `raise_level` | `toy.raise_level.much` | | why |",
            "no rule is called toy.raise_level.much",
            "delete the row",
        ),
        ("| `lower` | `toy.raise_level.nothing` | | why |", "lower is no interface function", r"or \* for all"),
        (
            "| `raise_level` | `toy.raise_level.nothing` | last | why |",
            "'last' is no edge",
            "last accepted or first refused, or nothing",
        ),
    ],
)
def test_a_mistaken_row_is_refused(make_spec: MakeSpec, row: str, problem: str, remedy: str) -> None:
    with pytest.raises(SpecErrors) as caught:
        make_spec(TOY.replace("ROW", row)).program()
    [error] = caught.value.errors
    assert (error.file, error.line) == ("specs/toy.md", 17)
    assert problem in error.problem
    assert remedy.replace("\\", "") in error.remedy


@pytest.mark.parametrize(("first", "second"), [("", ""), ("first refused", "first refused"), ("last accepted", "")])
def test_a_pair_has_one_row_or_one_for_each_edge(make_spec: MakeSpec, first: str, second: str) -> None:
    def spec(*edges: str) -> str:
        written = [f"| `raise_level` | `toy.raise_level.nothing` | {edge} | why |" for edge in edges]
        return TOY.replace("ROW", "\n".join(written))

    assert len(make_spec(spec("last accepted", "first refused")).program().unreachable) == 2
    with pytest.raises(SpecErrors) as caught:
        make_spec(spec(first, second)).program()
    [error] = caught.value.errors
    assert (error.file, error.line) == ("specs/toy.md", 18)
    assert "line 17 says so or otherwise of the same pair" in error.problem
    assert "keep one of the two rows" in error.remedy


CALLED = """
### `check_level` [Interface]

```python
def check_level(level: uint64) -> None:
    \"\"\"Check a level.\"\"\"
    assert level > 0, "no-level"
```
"""


def test_a_misspelt_call_says_nothing_of_rows(make_spec: MakeSpec) -> None:
    """What is reached is not known before every name is; with the name right, the row is right too."""
    row = "| `raise_level` | `toy.check_level.no-level` | | why |"
    text = TOY.replace("ROW", row).replace("## Unreachable", CALLED.strip() + "\n\n## Unreachable")
    right = text.replace("    return level", "    check_level(level)\n    return level")
    assert len(make_spec(right).program().unreachable) == 1
    with pytest.raises(SpecErrors) as caught:
        make_spec(right.replace("    check_level(level)\n", "    check_levle(level)\n")).program()
    assert any("nothing defines check_levle" in error.problem for error in caught.value.errors)
    assert not any("no call that leads" in error.problem for error in caught.value.errors)
    with pytest.raises(SpecErrors, match="no call that leads"):
        make_spec(text).program()
