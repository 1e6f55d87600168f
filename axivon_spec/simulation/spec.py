"""The spec as a simulation runs it: short epochs, and a memory for what is computed again and again.

Signatures, draws and transitions are real; each is computed once for the same arguments, whoever asks. A signature that
was made here is known to verify under the key and for the message that it was made with, and a sum of such signatures
under the sum of their keys, so these are not verified again; every other signature is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from types import ModuleType
from typing import Any

import axivon_spec
from axivon_spec.runtime.outcome import Rejection
from axivon_spec.simulation.schedule import EPOCHS

REMEMBERED = 1 << 15  # results of one function, before all are forgotten
REMEMBERED_STATES = 1 << 11


def short_epochs() -> dict[int, ModuleType]:
    """The preset `minimal` with epochs of so many heights, each with a memory."""
    return {heights: with_memory(with_epochs(heights)) for heights in sorted(set(EPOCHS))}


def with_epochs(heights: int) -> ModuleType:
    """The preset `minimal` with epochs of so many heights, an unbonding that is as many epochs as there, and blobs that
    are kept for less."""
    retention = min(8 * heights, 96)
    kept = {"DA_RETENTION": retention, "MAX_RETENTION": retention + 8}
    return axivon_spec.load("minimal", HEIGHTS_PER_EPOCH=heights, UNBONDING_HEIGHTS=16 * heights, **kept)


def with_memory(spec: Any) -> ModuleType:
    """Let a module of its own remember signatures, domains, draws and transitions."""
    for name in ("bls_public_key", "bls_pop_prove", "bls_pop_verify", "compute_domain", "compute_signing_root"):
        setattr(spec, name, Memory(getattr(spec, name)).recall)
    spec.draw_leader = _remembering_leaders(spec)
    signatures = Signatures(spec)
    for name in ("bls_sign", "bls_aggregate", "bls_verify", "bls_fast_aggregate_verify"):
        setattr(spec, name, getattr(signatures, name.removeprefix("bls_")))
    spec.process_block = _remembering(spec, spec.process_block, _without_state_root)
    spec.state_transition = _remembering(spec, spec.state_transition, spec.hash_tree_root)
    return spec  # type: ignore[no-any-return]


class Memory:
    """The results of a function."""

    def __init__(self, function: Callable[..., Any], most: int = REMEMBERED) -> None:
        self.function, self.most = function, most
        self.known: dict[Hashable, Any] = {}

    def put(self, key: Hashable, result: Any) -> None:
        if len(self.known) >= self.most:
            self.known.clear()
        self.known[key] = result

    def recall(self, *key: Any) -> Any:
        """The result for arguments that can be keys."""
        return self.recall_by(key, *key)

    def recall_by(self, key: Hashable, *arguments: Any) -> Any:
        """The result for arguments that a key stands for."""
        found = self.known.get(key)
        if found is None:
            found = self.function(*arguments)
            self.put(key, found)
        return found


class Signatures:
    """Signatures of all voters, and whether they verify: by key, message and signature."""

    def __init__(self, spec: Any) -> None:
        self.public_key = spec.bls_public_key
        self.signed = Memory(spec.bls_sign)  # by secret and message
        self.sums = Memory(spec.bls_aggregate)  # by the set of signatures
        self.verified = Memory(spec.bls_verify)  # by key, message and signature
        self.sums_verified = Memory(spec.bls_fast_aggregate_verify)  # by the set of keys, message and signature
        self.made: dict[bytes, tuple[frozenset[bytes], bytes]] = {}  # keys and message of each signature

    def sign(self, secret: int, message: bytes) -> Any:
        signature = self.signed.recall(int(secret), bytes(message))
        if signature not in self.made:
            if len(self.made) >= REMEMBERED:
                self.made.clear()
            key = bytes(self.public_key(secret))
            self.made[bytes(signature)] = frozenset([key]), bytes(message)
            self.verified.put((key, bytes(message), bytes(signature)), True)
        return signature

    def verify(self, key: bytes, message: bytes, signature: bytes) -> bool:
        return bool(self.verified.recall(bytes(key), bytes(message), bytes(signature)))

    def aggregate(self, signatures: Sequence[bytes]) -> Any:
        parts = frozenset(map(bytes, signatures))
        total = self.sums.recall_by(parts, signatures)
        by = [made for made in map(self.made.get, map(bytes, signatures)) if made is not None]
        keys, messages = frozenset().union(*(made[0] for made in by)), {made[1] for made in by}
        if len(by) == len(signatures) and len(messages) == 1 and len(keys) == sum(len(made[0]) for made in by):
            self.made[bytes(total)] = keys, by[0][1]
            self.sums_verified.put((keys, by[0][1], bytes(total)), True)
        return total

    def fast_aggregate_verify(self, keys: Sequence[bytes], message: bytes, signature: bytes) -> bool:
        distinct = frozenset(map(bytes, keys))
        if len(distinct) != len(keys):
            return bool(self.sums_verified.function(keys, message, signature))
        return bool(
            self.sums_verified.recall_by((distinct, bytes(message), bytes(signature)), keys, message, signature)
        )


def _remembering_leaders(spec: Any) -> Callable[[Any, Any], Any]:
    memory = Memory(spec.draw_leader)

    def remembered(state: Any, leader_round: Any) -> Any:
        key = spec.hash_tree_root(state), int(leader_round.epoch), int(leader_round.view)
        return memory.recall_by(key, state, leader_round)

    return remembered


def _without_state_root(block: Any) -> Any:
    """What decides the outcome of a block: whoever makes it executes it before its state root is known."""
    bare = block.copy()
    bare.header.state_root = type(bare.header.state_root)()
    return bare.hash_tree_root()


def _remembering(
    spec: Any, change: Callable[[Any, Any], None], key_of: Callable[[Any], Hashable]
) -> Callable[[Any, Any], None]:
    """A function that changes a state by a block, of which each outcome is computed once."""

    def outcome(state: Any, block: Any) -> Any:
        """The state afterwards, or the rule that the block breaks."""
        post = state.copy()
        try:
            change(post, block)
        except Rejection as rejection:
            return rejection.rule
        return post

    outcomes = Memory(outcome, REMEMBERED_STATES)

    def remembered(state: Any, block: Any) -> None:
        found = outcomes.recall_by((spec.hash_tree_root(state), key_of(block)), state, block)
        if isinstance(found, str):
            raise Rejection(found)
        spec.install(state, found)

    return remembered
