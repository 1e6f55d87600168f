"""States of a chain at the places of an epoch."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from generators.scene import at_height, genesis, signed_block

LAST = 2**64 - 1  # the largest epoch, height and view


def second(spec: ModuleType) -> Any:
    """The state after one block, in epoch 0."""
    state = genesis(spec)
    spec.state_transition(state, signed_block(spec, state))
    return state


def first_of_epoch(spec: ModuleType, epoch: int = 3) -> Any:
    """The state before the first block of an epoch."""
    return at_height(spec, genesis(spec), epoch * int(spec.HEIGHTS_PER_EPOCH) - 1)


def after_late_views(spec: ModuleType, epoch: int = 3) -> Any:
    """The state before the first block of an epoch: its parent was proposed in a late view of the epoch before."""
    state = first_of_epoch(spec, epoch)
    state.chain.latest_header.round.view += 5
    return state


def within(spec: ModuleType, epoch: int = 3) -> Any:
    """The state after the third block of an epoch, which is of view 3."""
    return at_height(spec, genesis(spec), epoch * int(spec.HEIGHTS_PER_EPOCH) + 2)


def before_last(spec: ModuleType, epoch: int = 3, state: Any = None) -> Any:
    """The state before the last block of an epoch; from genesis, or from another state as if it were so far."""
    return at_height(spec, genesis(spec) if state is None else state, (epoch + 1) * int(spec.HEIGHTS_PER_EPOCH) - 2)
