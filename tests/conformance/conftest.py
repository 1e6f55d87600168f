"""A made-up bank as vectors: a recorded session of a few cases, so that the runner is tested without the spec."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from axivon_spec.conformance.record import SessionSource
from tests.conformance.clients.bank import root, uint64

CLIENTS = Path(__file__).with_name("clients")

FUNCTIONS = {
    "double": {
        "layer": "bank",
        "arguments": [{"name": "amount", "type": "uint64", "changes": False}],
        "returns": "uint64",
        "rules": [],
        "builtin": False,
    },
    "withdraw": {
        "layer": "bank",
        "arguments": [
            {"name": "account", "type": "uint64", "changes": True},
            {"name": "amount", "type": "uint64", "changes": False},
        ],
        "returns": None,
        "rules": ["bank.withdraw.too-much", "bank.withdraw.closed"],
        "builtin": False,
    },
}


Step = dict[str, Any]


def _double(name: str, amount: int) -> tuple[str, dict[str, Any], list[Step]]:
    step = {"call": "double", "args": {"amount": uint64(amount)}, "changes": {}, "returns": uint64(2 * amount)}
    return f"bank/double/{name}", {}, [step]


def _withdraw(amount: int, **expected: Any) -> Step:
    return {"call": "withdraw", "args": {"account": "$a", "amount": uint64(amount)}, **expected}


CASES = [
    _double("two", 2),
    _double("three", 3),
    _double("four", 4),
    ("bank/withdraw/three_of_ten", {"a": uint64(10)}, [_withdraw(3, changes={"a": root(7)})]),
    (
        "bank/withdraw/too_much_after_some",
        {"a": uint64(10)},
        [
            _withdraw(3, changes={"a": root(7)}),
            _withdraw(8, rejects=["bank.withdraw.too-much"], keeps={"a": root(7)}),
            _withdraw(7, changes={"a": root(0)}),
        ],
    ),
]


def session_lines() -> list[dict[str, Any]]:
    """The bank's cases in the form of a recorded session."""
    aliases = {"bank.take.too-much": "bank.withdraw.too-much"}
    lines: list[dict[str, Any]] = [
        {"session": 1, "protocol": 1, "format": 1, "spec": "1", "rules": "00" * 32, "aliases": aliases}
    ]
    lines += [{"function": name, "declared": declared} for name, declared in FUNCTIONS.items()]
    lines += [{"case": name, "preset": "minimal", "let": let, "steps": steps} for name, let, steps in CASES]
    return lines


@pytest.fixture
def bank_file(tmp_path: Path) -> Path:
    path = tmp_path / "bank.ndjson"
    path.write_text("".join(json.dumps(line) + "\n" for line in session_lines()))
    return path


@pytest.fixture
def bank(bank_file: Path) -> SessionSource:
    return SessionSource(bank_file)


def command(program: str) -> str:
    """The command line of a program in `clients/`."""
    return shlex.join([sys.executable, str(CLIENTS / f"{program}.py")])
