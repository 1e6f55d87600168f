"""The tables of `consensus.md` that stand beside the code, read and compared with what the code does."""

from __future__ import annotations

import re
from itertools import product
from types import ModuleType
from typing import Any

import pytest

import axivon_spec
from generators.primitives import digest
from generators.scene import SEED, genesis_of, vote
from tests.prose import prose, rows

KINDS = {"proposal": "PROPOSE", "notarize": "NOTARIZE", "nullify": "NULLIFY", "finalize": "FINALIZE"}
SIGNED = rows("consensus.md", "a validator has signed, in one round")
FIXED = rows("consensus.md", "what | is read from")
HOW_MANY = {"one": 1, "two": 2}


@pytest.fixture(scope="module")
def spec() -> ModuleType:
    return axivon_spec.load("minimal", kernels=())


# What nobody may sign together


def named(text: str) -> set[tuple[str, str]]:
    """The votes that a cell speaks of: their kinds, and the block."""
    block = text[-1] if text[-1] in "AB" else ""
    return {(kind, block) for word, kind in KINDS.items() if re.search(rf"\b{word}\b", text)}


def exchanged(votes: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    return frozenset((kind, {"A": "B", "B": "A", "": ""}[block]) for kind, block in votes)


def listed(is_slashable: bool) -> set[frozenset[tuple[str, str]]]:
    """The pairs of the table, with the blocks as they are and exchanged."""
    pairs = {
        frozenset(pair)
        for first, second, verdict in SIGNED[1:]
        if (verdict == "slashable") == is_slashable
        for pair in product(named(first), named(second))
    }
    return pairs | {exchanged(pair) for pair in pairs}


def test_slashable_is_what_the_table_says_and_nothing_else(spec: ModuleType) -> None:
    votes = [(kind, block) for kind in KINDS.values() for block in ([""] if kind == "NULLIFY" else ["A", "B"])]
    at = spec.Round(epoch=3, view=4)

    def made(kind: str, block: str) -> Any:
        root = digest(spec, ord(block)) if block else spec.Bytes32()
        return vote(spec, getattr(spec.VoteKind, kind), at, root)

    found = {frozenset(pair) for pair in product(votes, votes) if spec.is_slashable(*(made(*one) for one in pair))}
    assert found == listed(is_slashable=True)
    assert not found & listed(is_slashable=False)
    assert len(listed(is_slashable=False)) > 0


# When what is fixed


def numbers(row: tuple[str, ...]) -> tuple[int, int, int]:
    """How far ahead the epoch is that a row speaks of, which epoch ends before it is read, and how long it is known
    before its epoch begins."""
    ahead = re.search(r"of epoch e \+ (\d)", row[0])
    end = re.search(r"after the last block of e(?: − (\d))?$", row[1])
    known = re.search(r"^(\w+) epochs? before$", row[2])
    assert ahead and end and known, row
    return int(ahead[1]), -int(end[1] or 0), HOW_MANY[known[1]]


@pytest.mark.parametrize("row", FIXED[1:3], ids=lambda row: row[0])
def test_when_what_is_fixed(spec: ModuleType, row: tuple[str, ...]) -> None:
    """At the end of an epoch all stakes and the mix are changed; then epochs pass until the change is in force."""
    state = spec.create_genesis_state(genesis_of(spec, []))
    for _ in range(5):
        spec.process_rotation(state)
    ended = int(state.consensus.epoch)
    for validator in state.staking.validators:
        validator.stake += 1
    state.consensus.mix = spec.sha256(b"changed")
    changed = {
        "validators, keys and weights": lambda: state.consensus.sets[1].weights[0] == state.staking.validators[0].stake,
        "leaders": lambda: state.consensus.leader_seeds[0] == spec.sha256(b"changed"),
    }[row[0].split(" of epoch")[0]]
    assert not changed()
    spec.process_rotation(state)
    known = int(state.consensus.epoch)
    while not changed():
        spec.process_rotation(state)
    ahead, end, before = numbers(row)
    assert int(state.consensus.epoch) - ended == ahead - end
    assert int(state.consensus.epoch) - known == before


def test_what_is_fixed_by_genesis(spec: ModuleType) -> None:
    """Where the row of the table counts on the others: what is read at the end of an epoch that there was not."""
    assert FIXED[3] == ("both, of epochs 0 and 1, and the set of epoch 2", "genesis", "from the start")
    (ahead, end, _), (ahead_of_leaders, end_of_leaders, _) = (numbers(row) for row in FIXED[1:3])
    first_set, first_leaders = ahead - end, ahead_of_leaders - end_of_leaders
    assert min(first_set, first_leaders) == 2
    state = spec.create_genesis_state(genesis_of(spec, []))
    for _ in range(2):
        assert state.consensus.leader_seeds[0] == SEED
        state.consensus.mix = spec.sha256(b"changed")
        spec.process_rotation(state)
    assert state.consensus.leader_seeds[0] != SEED


def test_the_size_of_a_key(spec: ModuleType) -> None:
    assert f"They repeat keys, {len(spec.BLSPublicKey())} bytes for each validator and set" in prose("consensus.md")
