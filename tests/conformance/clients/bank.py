"""A well-behaved client of two made-up functions, with no import of ours; the others here misbehave in one way each.

`double(amount) -> uint64` and `withdraw(account, amount)`, which changes `account` and rejects what it does not hold.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

Message = dict[str, Any]


def number(literal: Message) -> int:
    return int.from_bytes(bytes.fromhex(literal["ssz"][2:]), "little")


def uint64(value: int) -> Message:
    return {"type": "uint64", "ssz": "0x" + value.to_bytes(8, "little").hex()}


def root(value: int) -> str:
    return "0x" + value.to_bytes(32, "little").hex()


class Bank:
    """Answers each request; a program that misbehaves overrides one method."""

    def __init__(self) -> None:
        self.case = ""
        self.names: dict[str, int] = {}

    def answer(self, request: Message) -> Message:
        return getattr(self, "on_" + request["kind"])(request)

    def on_hello(self, request: Message) -> Message:
        functions = ["double", "withdraw"]
        return {
            "kind": "hello",
            "protocol": 1,
            "name": "bank",
            "version": "1",
            "functions": functions,
            "objects": "hex",
        }

    def on_case(self, request: Message) -> Message:
        self.case = request["id"]
        self.names = {name: number(literal) for name, literal in request["let"].items()}
        return {"kind": "ready"}

    def on_step(self, request: Message) -> Message:
        return getattr(self, request["call"])(**request["args"])

    def on_root(self, request: Message) -> Message:
        return {"kind": "root", "root": root(self.names[request["name"]])}

    def on_get(self, request: Message) -> Message:
        return {"kind": "value", **uint64(self.names[request["name"]])}

    def on_end(self, request: Message) -> Message:
        return {"kind": "done"}

    def on_bye(self, request: Message) -> Message:
        return {"kind": "bye"}

    def double(self, amount: Message) -> Message:
        return {"kind": "accepted", "changes": {}, "returns": uint64(2 * number(amount)), "fails": []}

    def withdraw(self, account: str, amount: Message) -> Message:
        name, taken = account[1:], number(amount)
        if taken > self.names[name]:
            return {"kind": "rejected", "rule": "bank.withdraw.too-much"}
        self.names[name] -= taken
        return {"kind": "accepted", "changes": {name: root(self.names[name])}, "returns": None, "fails": []}


def send(message: Message) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def serve(answer: Callable[[Message], Message]) -> None:
    """Answer each line of standard input on standard output, up to `bye`."""
    for line in sys.stdin:
        message = answer(json.loads(line))
        send(message)
        if message["kind"] == "bye":
            return


if __name__ == "__main__":
    serve(Bank().answer)
