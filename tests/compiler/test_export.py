"""What the exports say of a spec that has one of everything."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import pytest

import axivon_spec
from axivon_spec.compiler import export
from axivon_spec.compiler.compilation import Compilation
from axivon_spec.compiler.model import Program
from tests.compiler.conftest import MakeSpec

TOY = """
# Toy

## Constants

| Name | Value | Unit | Description |
|---|---|---|---|
| `DOMAIN` | `Bytes4("0x01000000")` | bytes | separates signatures |
| `SUPPLY` | `uint64(10**18)` | nAXN | all there is |
| `KINDS` | `uint64(2)` | kinds | of period |
| `FLAGS` | `uint64(4)` | bits | of an account |
| `PERIODS` | `Vector[uint16, KINDS](3, 4)` | epochs | one a kind |

## Presets

| Name | mainnet | minimal | Unit | Description |
|---|---|---|---|---|
| `MAX_NOTES` | `uint64(2**60)` | `uint64(4)` | notes | a bound |
| `TWICE` | `MAX_NOTES * 2` | `MAX_NOTES * 2` | notes | computed |
| `MAX_ACCOUNTS` | `uint64(64)` | `uint64(8)` | accounts | a bound |

## Types

| Name | SSZ equivalent | Description |
|---|---|---|
| `Amount` | `uint64` | in nAXN |
| `Address` | `Bytes20` | of an account |

## Enumeration `Role`

| Name | Value | Description |
|---|---|---|
| `NOBODY` | `0` | no rights |
| `VALIDATOR` | `1` | votes |

## Governed parameters

| Name | mainnet | minimal | Minimum | Maximum | Unit | Description |
|---|---|---|---|---|---|---|
| `burn_share` | `uint16(5000)` | `uint16(2500)` | `uint16(0)` | `uint16(10000)` | basis points | burned |
| `floor` | `Amount(7)` | `Amount(7)` | `Amount(1)` | `Amount(9)` | nAXN | smallest transfer |

## Containers

```python
class Account(Container):
    owner: Address
    role: Role
    flags: Bitvector[FLAGS]
    notes: List[List[Amount, MAX_NOTES], MAX_ACCOUNTS]


class State(Container):
    accounts: List[Account, MAX_ACCOUNTS]
    total: Amount
    domain: Bytes4
    parameters: ToyParameters
    periods: Vector[uint16, KINDS]
```

## Moving

### `process_transfer` [Interface] (formerly toy.move)

```python
def process_transfer(state: State, amounts: List[Amount, MAX_ACCOUNTS]) -> boolean:
    assert len(amounts) > 0, "nothing-to-move"
    check_amount(state, amounts[0])
    state.total += amounts[0]
    return state.domain == DOMAIN and state.total <= SUPPLY and PERIODS[0] < TWICE
```

### Checks

```python
def check_amount(state: State, amount: Amount) -> None:
    assert amount >= state.parameters.floor, "below-floor"
```

### `total_of` [Interface]

```python
def total_of(state: State) -> uint128:
    return uint128(state.total)
```
"""


@pytest.fixture
def toy(make_spec: MakeSpec) -> Compilation:
    return make_spec(TOY)


@pytest.fixture
def program(toy: Compilation) -> Program:
    return toy.program()


@pytest.fixture
def modules(toy: Compilation) -> dict[str, ModuleType]:
    loaded = {preset: ModuleType(preset) for preset in toy.presets}
    for preset, module in loaded.items():
        toy.load_into(module, preset, kernels={})
    return loaded


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(TOY.lstrip("\n").splitlines(), 1) if text in line)


def test_a_rule_says_where_it_stands_and_what_must_hold(program: Program) -> None:
    rules = export.rules(program)
    assert rules["toy.process_transfer.nothing-to-move"] == {
        "layer": "toy",
        "function": "process_transfer",
        "reason": "nothing-to-move",
        "file": "specs/toy.md",
        "line": line_of("nothing-to-move"),
        "text": "len(amounts) > 0",
        "aliases": ["toy.move.nothing-to-move"],
    }
    assert set(rules) == {"toy.process_transfer.nothing-to-move", "toy.check_amount.below-floor"}


def test_an_interface_function_lists_arguments_changes_and_the_rules_it_reaches(
    program: Program, modules: dict[str, ModuleType]
) -> None:
    functions = export.functions(program, modules["minimal"])
    assert functions["process_transfer"] == {
        "layer": "toy",
        "file": "specs/toy.md",
        "line": line_of("def process_transfer"),
        "arguments": [
            {"name": "state", "type": "State", "changes": True},
            {"name": "amounts", "type": "List[Amount, MAX_ACCOUNTS]", "changes": False},
        ],
        "returns": "boolean",
        "rules": ["toy.check_amount.below-floor", "toy.process_transfer.nothing-to-move"],
        "runtime": [],
        "builtin": False,
    }
    assert functions["total_of"]["rules"] == []
    assert not functions["total_of"]["arguments"][0]["changes"]
    assert "check_amount" not in functions
    assert functions["decode"]["builtin"] and functions["decode"]["rules"] == ["ssz.decode.malformed"]


def test_an_interface_function_lists_what_it_needs_of_the_runtime() -> None:
    functions = axivon_spec.exports("minimal")["functions"]
    assert functions["check_merkle_branch"]["runtime"] == ["sha256"]  # by way of compute_branch_root
    assert functions["verify_vrf"]["runtime"] == ["bls_verify", "hash_tree_root", "sha256"]
    assert functions["check_token_parameters"]["runtime"] == []


def test_types_have_the_bounds_of_their_preset(program: Program, modules: dict[str, ModuleType]) -> None:
    minimal, mainnet = (export.types(program, modules[preset]) for preset in ("minimal", "mainnet"))
    notes = [{"kind": "list", "element": "Amount", "limit": limit} for limit in (4, str(2**60))]
    for types, inner, limit in ((minimal, notes[0], 8), (mainnet, notes[1], 64)):
        assert types["Account"] == {
            "kind": "container",
            "layer": "toy",
            "fields": [
                {"name": "owner", "type": "Address"},
                {"name": "role", "type": "Role"},
                {"name": "flags", "type": {"kind": "bitvector", "length": 4}},
                {"name": "notes", "type": {"kind": "list", "element": inner, "limit": limit}},
            ],
        }


def test_every_name_of_a_type_leads_to_a_shape(program: Program, modules: dict[str, ModuleType]) -> None:
    types = export.types(program, modules["minimal"])

    def check(expression: Any) -> None:
        if isinstance(expression, str):
            assert expression in types
            return
        for part in ["element"] if "element" in expression else []:
            check(expression[part])
        for field in expression.get("fields", []):
            check(field["type"])

    for shape in types.values():
        check(shape)
    functions = export.functions(program, modules["minimal"])
    for function in (f for f in functions.values() if not f["builtin"]):
        for name in [argument["type"] for argument in function["arguments"]] + [function["returns"]]:
            assert name in types
    assert types["List[Amount, 8]"] == types["List[Amount, MAX_ACCOUNTS]"]


def test_aliases_enumerations_and_basic_types(program: Program, modules: dict[str, ModuleType]) -> None:
    types = export.types(program, modules["minimal"])
    assert types["Amount"] == {"kind": "uint", "bits": 64, "layer": "toy"}
    assert types["Address"] == {"kind": "bytevector", "length": 20, "layer": "toy"}
    assert types["Role"] == {"kind": "enumeration", "bits": 8, "members": {"NOBODY": 0, "VALIDATOR": 1}, "layer": "toy"}
    assert types["uint128"] == {"kind": "uint", "bits": 128}
    assert types["boolean"] == {"kind": "boolean"}
    assert types["ToyParameters"]["fields"] == [
        {"name": "burn_share", "type": "uint16"},
        {"name": "floor", "type": "Amount"},
    ]


def test_parameters_have_a_default_a_preset_and_bounds(program: Program, modules: dict[str, ModuleType]) -> None:
    assert export.parameters(program, modules) == {
        "toy": [
            {
                "name": "burn_share",
                "type": "uint16",
                "default": {"mainnet": 5000, "minimal": 2500},
                "minimum": 0,
                "maximum": 10000,
                "unit": "basis points",
                "description": "burned",
            },
            {
                "name": "floor",
                "type": "Amount",
                "default": {"mainnet": "7", "minimal": "7"},
                "minimum": "1",
                "maximum": "9",
                "unit": "nAXN",
                "description": "smallest transfer",
            },
        ]
    }


def test_presets_hold_every_constant_evaluated(program: Program, modules: dict[str, ModuleType]) -> None:
    minimal, mainnet = (export.presets(program, modules[preset]) for preset in ("minimal", "mainnet"))
    assert minimal["DOMAIN"] == {"type": "Bytes4", "value": "0x01000000", "unit": "bytes", "layer": "toy"}
    assert minimal["PERIODS"]["type"] == "Vector[uint16, KINDS]" and minimal["PERIODS"]["value"] == [3, 4]
    assert minimal["TWICE"] == {"type": "uint64", "value": "8", "unit": "notes", "layer": "toy"}
    assert mainnet["TWICE"]["value"] == str(2**61)
    assert minimal["SUPPLY"]["value"] == str(10**18)


def test_bits_are_written_as_ssz_serializes_them() -> None:
    assert export._bits([1, 0, 1], delimited=True) == b"\x0d"
    assert export._bits([1, 0, 1], delimited=False) == b"\x05"
    assert export._bits([0] * 8, delimited=True) == b"\x00\x01"


def test_everything_is_json(toy: Compilation) -> None:
    exports = toy.exports("minimal")
    assert json.loads(json.dumps(exports)) == exports
    assert set(exports) == {"rules", "functions", "types", "parameters", "presets"}
    assert set(exports["presets"]) == {"minimal", "mainnet"}
