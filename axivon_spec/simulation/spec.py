"""The spec as a simulation runs it: short epochs, and a memory for what is computed again and again.

Signatures and transitions are real; each is computed once for the same arguments, whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import axivon_spec
from axivon_spec.runtime.outcome import Rejection

EPOCH = 2  # heights of an epoch: short, so that a run sees several
REMEMBERED = 1 << 16  # results of one function, before all are forgotten
SIGNATURES = ("bls_verify", "bls_fast_aggregate_verify", "bls_sign", "bls_aggregate", "bls_public_key", "bls_pop_prove")


def short_epochs(**constants: Any) -> ModuleType:
    """The preset `minimal` with epochs of two heights, and with a memory."""
    return with_memory(axivon_spec.load("minimal", HEIGHTS_PER_EPOCH=EPOCH, **constants))


def with_memory(spec: ModuleType) -> ModuleType:
    """Let a module of its own remember signatures and transitions."""
    for name in SIGNATURES:
        setattr(spec, name, _remembering(getattr(spec, name)))
    spec.state_transition = _remembering_transition(spec)  # type: ignore[attr-defined]
    return spec


def _remembering(function: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[tuple[Any, ...], Any] = {}

    def remembered(*arguments: Any) -> Any:
        key = tuple(tuple(part) if isinstance(part, list) else part for part in arguments)
        if key not in known:
            if len(known) >= REMEMBERED:
                known.clear()
            known[key] = function(*arguments)
        return known[key]

    return remembered


def _remembering_transition(spec: ModuleType) -> Callable[[Any, Any], None]:
    transition: Callable[[Any, Any], None] = spec.state_transition
    known: dict[tuple[bytes, bytes], Any] = {}

    def remembered(state: Any, signed_block: Any) -> None:
        key = bytes(spec.hash_tree_root(state)), bytes(spec.hash_tree_root(signed_block))
        if key not in known:
            if len(known) >= REMEMBERED:
                known.clear()
            post = state.copy()
            try:
                transition(post, signed_block)
                known[key] = post
            except Rejection as rejection:
                known[key] = rejection.rule
        found = known[key]
        if isinstance(found, str):
            raise Rejection(found)
        state.set_backing(found.get_backing())

    return remembered
