"""The spec as a simulation runs it: short epochs, and a memory for what is computed again and again.

Signatures and transitions are real; each is computed once for the same arguments, whoever asks. A signature that was
made here is known to verify under the key and for the message that it was made with, and a sum of such signatures
under the sum of their keys, so these are not verified again; every other signature is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from types import ModuleType
from typing import Any

import axivon_spec
from axivon_spec.runtime.outcome import Rejection

EPOCH = 2  # heights of an epoch: short, so that a run sees several
REMEMBERED = 1 << 16  # results of one function, before all are forgotten


def short_epochs(**constants: Any) -> ModuleType:
    """The preset `minimal` with epochs of two heights, and with a memory."""
    return with_memory(axivon_spec.load("minimal", HEIGHTS_PER_EPOCH=EPOCH, **constants))


def with_memory(spec: Any) -> ModuleType:
    """Let a module of its own remember signatures and transitions."""
    for name in ("bls_public_key", "bls_pop_prove", "bls_pop_verify"):
        setattr(spec, name, Memory(getattr(spec, name)).recall)
    signatures = Signatures(spec)
    for name in ("bls_sign", "bls_aggregate", "bls_verify", "bls_fast_aggregate_verify"):
        setattr(spec, name, getattr(signatures, name.removeprefix("bls_")))
    spec.state_transition = _remembering_transition(spec)
    return spec  # type: ignore[no-any-return]


class Memory:
    """The results of a function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.known: dict[Hashable, Any] = {}

    def put(self, key: Hashable, result: Any) -> None:
        if len(self.known) >= REMEMBERED:
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
        self.made: dict[bytes, tuple[bytes, bytes]] = {}  # key and message of each signature

    def sign(self, secret: int, message: bytes) -> Any:
        signature = self.signed.recall(int(secret), bytes(message))
        if signature not in self.made:
            by = bytes(self.public_key(secret)), bytes(message)
            self.made[bytes(signature)] = by
            self.verified.put((*by, bytes(signature)), True)
        return signature

    def verify(self, key: bytes, message: bytes, signature: bytes) -> bool:
        return bool(self.verified.recall(bytes(key), bytes(message), bytes(signature)))

    def aggregate(self, signatures: Sequence[bytes]) -> Any:
        parts = frozenset(map(bytes, signatures))
        total = self.sums.recall_by(parts, signatures)
        by = [self.made.get(part) for part in parts]
        messages = {one[1] for one in by if one is not None}
        if len(parts) == len(signatures) and None not in by and len(messages) == 1:
            keys = frozenset(one[0] for one in by if one is not None)
            self.sums_verified.put((keys, messages.pop(), bytes(total)), True)
        return total

    def fast_aggregate_verify(self, keys: Sequence[bytes], message: bytes, signature: bytes) -> bool:
        distinct = frozenset(map(bytes, keys))
        if len(distinct) != len(keys):
            return bool(self.sums_verified.function(keys, message, signature))
        return bool(
            self.sums_verified.recall_by((distinct, bytes(message), bytes(signature)), keys, message, signature)
        )


def _remembering_transition(spec: Any) -> Callable[[Any, Any], None]:
    transition: Callable[[Any, Any], None] = spec.state_transition

    def outcome(state: Any, signed_block: Any) -> Any:
        """The state after a block, or the rule that it breaks."""
        post = state.copy()
        try:
            transition(post, signed_block)
        except Rejection as rejection:
            return rejection.rule
        return post

    outcomes = Memory(outcome)

    def remembered(state: Any, signed_block: Any) -> None:
        key = bytes(spec.hash_tree_root(state)), bytes(spec.hash_tree_root(signed_block))
        found = outcomes.recall_by(key, state, signed_block)
        if isinstance(found, str):
            raise Rejection(found)
        state.set_backing(found.get_backing())

    return remembered
