"""A few cases of the real spec, recorded in memory: types, transfers, an operation that fails, a block."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import axivon_spec
from axivon_spec.conformance.source import Damaged, Entry
from axivon_spec.vectors.author import Author, Steps, builtin, step
from axivon_spec.vectors.literals import digests
from axivon_spec.vectors.record import Recorder
from axivon_spec.vectors.store import SUFFIX, ObjectStore, decompress
from generators.scene import ALICE, BOB, CAROL, RICH, genesis, signed_block, signed_operation

INSUFFICIENT = "token.move_balance.insufficient-balance"
MALFORMED = "ssz.decode.malformed"


def decode_and_root(spec: ModuleType) -> Steps:
    data = spec.serialize(spec.Transfer(recipient=BOB.address, amount=7))
    yield builtin("decode", "Transfer", data)
    yield builtin("hash_tree_root", "Transfer", data)


def decode_large(spec: ModuleType) -> Steps:
    yield builtin("decode", "State", spec.serialize(genesis(spec)))


def decode_malformed(spec: ModuleType) -> Steps:
    yield builtin("decode", "Transfer", b"\x00" * 27)


def transfers(spec: ModuleType) -> Steps:
    state = genesis(spec)
    yield step(spec.process_transfer, state, ALICE.address, spec.Transfer(recipient=BOB.address, amount=3))
    yield step(spec.balance_of, state, BOB.address)
    yield step(spec.process_transfer, state, BOB.address, spec.Transfer(recipient=ALICE.address, amount=RICH))


def one_more_than_the_balance(spec: ModuleType) -> Steps:
    state = genesis(spec, {ALICE: 10, BOB: 0})
    yield step(spec.process_transfer, state, ALICE.address, spec.Transfer(recipient=BOB.address, amount=11))


def failed_operation(spec: ModuleType) -> Steps:
    state = genesis(spec)
    transfer = spec.Transfer(recipient=BOB.address, amount=2 * RICH)
    yield step(spec.process_operation, state, signed_operation(spec, state, ALICE, transfer))


def block(spec: ModuleType) -> Steps:
    state = genesis(spec)
    transfer = spec.Transfer(recipient=BOB.address, amount=5)
    signed = signed_block(spec, state, [signed_operation(spec, state, ALICE, transfer)])
    yield step(spec.state_transition, state, signed)


def two_states_and_a_bound_one(spec: ModuleType) -> Steps:
    """Names other than those of arguments: `state2`, and one that a step has bound."""
    first, second = genesis(spec), genesis(spec, {CAROL: 100, BOB: 1})
    transfer = spec.Transfer(recipient=BOB.address, amount=1)
    yield step(spec.process_transfer, first, ALICE.address, transfer)
    yield step(spec.process_transfer, second, CAROL.address, transfer)


AUTHORS = [
    Author("token/types/decode_and_root", decode_and_root, ""),
    Author("token/types/decode_large", decode_large, ""),
    Author("token/types/decode_malformed", decode_malformed, ""),
    Author("token/transfer/transfers", transfers, ""),
    Author("token/transfer/one_more_than_the_balance", one_more_than_the_balance, "", rejects=INSUFFICIENT),
    Author("token/transfer/two_states", two_states_and_a_bound_one, ""),
    Author("chain/operation/failed", failed_operation, "", fails=(INSUFFICIENT,)),
    Author("chain/block/one_transfer", block, ""),
]


class RecordedCases:
    """A `Source` of cases that are recorded here and now; objects lie in `folder`."""

    name = "recorded cases"
    spec = axivon_spec.__version__
    rules = "00" * 32
    aliases: dict[str, str] = {}  # noqa: RUF012
    has_spec = True
    known_rules: dict[str, Any] = axivon_spec.exports("minimal")["rules"]
    known_functions = frozenset(axivon_spec.exports("minimal")["functions"])

    def __init__(self, folder: Path, authors: list[Author] = AUTHORS) -> None:
        removed: set[str] = set()
        module = axivon_spec.load("minimal", removed_rules=removed)
        self.functions: dict[str, Any] = axivon_spec.exports("minimal")["functions"]
        self._folder = folder
        recorder = Recorder(module, self.functions, removed, ObjectStore(folder))
        self.cases = {author.id: recorder.record(author).case for author in authors}

    def entries(self) -> list[Entry]:
        return [
            Entry(
                id,
                "minimal",
                id.partition("/")[0],
                tuple(dict.fromkeys(step["call"] for step in case["steps"])),
                tuple(rule for step in case["steps"] for key in ("rejects", "fails") for rule in step.get(key, ())),
            )
            for id, case in self.cases.items()
        ]

    def case(self, id: str) -> dict[str, Any]:
        return self.cases[id]

    def object(self, digest: str) -> bytes:
        return decompress(digest, self.stored(digest).read_bytes())

    def stored(self, digest: str) -> Path | None:
        return self._folder / (digest + SUFFIX)

    def account(self) -> list[str]:
        used = {digest for case in self.cases.values() for digest in digests(case)}
        found = {path.name.removesuffix(SUFFIX) for path in self._folder.glob("*" + SUFFIX)}
        if used != found:
            raise Damaged(f"objects and cases differ: {used ^ found}")
        return []


@cache
def recorded(folder: Path) -> RecordedCases:
    return RecordedCases(folder)
