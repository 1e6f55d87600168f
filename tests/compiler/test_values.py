"""A value that cannot be made, or cannot be compared, is told with its file, its line and a remedy."""

from __future__ import annotations

from types import ModuleType

import pytest

from axivon_spec.compiler.load import LoadError
from axivon_spec.compiler.model import SpecErrors
from axivon_spec.compiler.soundness import mistakes
from axivon_spec.stubs import SPEC_RUNTIME

from .conftest import MakeSpec

TOY = """
## Constants

| Name | Value | Unit | Description |
|---|---|---|---|
| `LIMIT` | `uint64(8)` | items | of a box |
| `KEY` | `Bytes4("0x00000001")` | | of a box |

## Presets

| Name | mainnet | minimal | Unit | Description |
|---|---|---|---|---|
| `DEPTH` | `uint64(2)` | `uint64(3)` | levels | of a tree |

## Types

| Name | SSZ equivalent | Description |
|---|---|---|
| `Digest` | `ByteVector[32]` | of a box |
| `Ways` | `Vector[uint16, LIMIT]` | out of a box |

## Governed parameters

| Name | mainnet | minimal | Minimum | Maximum | Unit | Description |
|---|---|---|---|---|---|---|
| `step` | `uint16(2)` | `uint16(1)` | `uint16(1)` | `uint16(3)` | items | how many at once |
| `ways` | `Ways()` | `Ways()` | `Ways()` | `Ways()` | - | - |

## Conditions

| Condition | Reason |
|---|---|
| `LIMIT > 1` | a box holds something |

### `f` [Interface]

```python
def f(items: List[uint64, LIMIT], key: Bytes4, digest: Digest, parameters: ToyParameters) -> None:
    assert len(items) < LIMIT, "full"
    assert key != KEY, "wrong-key"
    assert parameters.step < DEPTH, "too-far"
```
"""


def problem_with(make_spec: MakeSpec, old: str, new: str) -> str:
    """What is wrong with the toy once one value is replaced; told in the line of that value."""
    text = TOY.replace(old, new, 1).lstrip("\n")
    line = next(number for number, row in enumerate(text.splitlines(), 1) if new in row)
    spec = make_spec(text)
    with pytest.raises(SpecErrors) as caught:
        spec.load_into(ModuleType("toy"), "minimal", kernels={})
    [error] = caught.value.errors
    assert (error.file, error.line) == ("specs/toy.md", line)
    assert error.problem and error.remedy
    assert str(error) in [str(mistake) for mistake in mistakes(spec, (), SPEC_RUNTIME, spec.cache)]
    return error.problem


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("`uint64(8)`", "`uint8(1000)`", "LIMIT cannot be made: value out of bounds"),
        ("`uint64(8)`", "`uint64(2**64)`", "LIMIT cannot be made: value out of bounds"),
        ("`uint64(8)`", "`uint64(1) - uint64(2)`", "LIMIT cannot be made: value out of bounds"),
        ("`uint64(8)`", "`uint64(8) // uint64(0)`", "LIMIT cannot be made: integer division"),
        ("`uint64(8)`", "`uint64(8) + uint8(1)`", "LIMIT cannot be made: value must have equal byte length"),
        ("`uint64(8)`", "`uint64(2 ** (1 - 2))`", "LIMIT cannot be made: "),
        ("`uint64(8)`", "`max(LIMITS, 8)`".replace("LIMITS", "uint64(1)"), "LIMIT has no SSZ type: it is a plain int"),
        ("`uint64(8)`", "`[uint64(8)]`", "LIMIT has no SSZ type: it is a plain list"),
        ("`uint64(8)`", "`(uint64(8), uint64(8))`", "LIMIT has no SSZ type: it is a plain tuple"),
        ("`uint64(8)`", "`uint64(8) > 1`", "LIMIT has no SSZ type: it is a plain bool"),
        ('`Bytes4("0x00000001")`', '`Bytes4("0x0001")`', "KEY cannot be made: Bytes4 has 4 bytes, not 2"),
        ("`ByteVector[32]`", "`ByteVector[0]`", "Digest cannot be made: ByteVector[0]: the bound is at least 1"),
        ("`uint16(3)`", "`uint16(70000)`", "ToyParameters cannot be made: value out of bounds"),
        ("`Ways()` | - |", "`Ways(1)` | - |", "ToyParameters cannot be made: "),
        ("`LIMIT > 1`", "`LIMIT + 1`", "this is a uint64, and neither true nor false"),
        ("`LIMIT > 1`", "`(LIMIT > 1, 1)`", "this is a tuple, and neither true nor false"),
        ("`LIMIT > 1`", "`LIMIT // 0 > 1`", "this cannot be computed: integer division"),
        ("`uint64(3)`", "`uint64(3)` (= 1 // 0)", "this cannot be computed: integer division"),
    ],
)
def test_a_value_that_cannot_be_made_is_told_with_its_line(
    make_spec: MakeSpec, old: str, new: str, problem: str
) -> None:
    assert problem in problem_with(make_spec, old, new)


def test_values_of_a_preset_have_the_same_type_in_each(make_spec: MakeSpec) -> None:
    spec = make_spec(TOY.replace("| `uint64(2)` |", "| `uint8(2)` |"))
    [mistake] = mistakes(spec, (), SPEC_RUNTIME, spec.cache)
    assert (mistake.file, mistake.line) == ("specs/toy.md", 12)
    assert mistake.problem == "DEPTH is a uint8 in preset mainnet, but a uint64 in minimal"
    assert mistake.remedy == "give it one type in all presets"


@pytest.mark.parametrize("limit", [2**63, 2**64 - 1])
def test_a_replaced_constant_that_makes_a_value_impossible_is_refused_by_name(make_spec: MakeSpec, limit: int) -> None:
    spec = make_spec(
        TOY.replace("`LIMIT > 1`", "`2 * LIMIT > 1`").replace("Vector[uint16, LIMIT]", "Vector[uint16, 2]")
    )
    with pytest.raises(LoadError, match=f"cannot be computed: .* with LIMIT={limit}"):
        spec.load_into(ModuleType("toy"), "minimal", kernels={}, constants={"LIMIT": limit})
