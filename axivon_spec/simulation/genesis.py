"""A small chain to simulate on: voters with test keys, one account, and the spec with short epochs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from types import ModuleType
from typing import Any

from axivon_spec.runtime.keys import test_secret
from axivon_spec.runtime.secp256k1 import secp256k1_address

GENESIS_TIME = 1_800_000_000  # seconds since 1970
GENESIS_ROOT = b"simulation".ljust(32, b"\x00")  # whatever layers a state has, a seed gives the same run
NETWORK_ID = 7
FORK_VERSION = b"\x01\x02\x03\x04"
OWNER = 0  # the number of the test key that owns all stakes


def secret(voter: int) -> int:
    """The key of a voter."""
    return test_secret(voter, "bls12-381")


@lru_cache
def owner() -> Any:
    return secp256k1_address(test_secret(OWNER, "secp256k1"))


def genesis_state(spec: ModuleType, stakes: tuple[int, ...], seed: bytes, absent: Iterable[int | None] = ()) -> Any:
    """The state of a chain before its first block, with a validator for each stake; one of them, or none, is absent
    from the set of each epoch after the first, as if it had come or gone."""
    state = _founded(spec, stakes, seed).copy()
    for position, missing in enumerate(absent, start=2):
        kept = [place for place in range(len(stakes)) if place != missing]
        frozen = state.consensus.sets[position]
        state.consensus.sets[position] = spec.ValidatorSet(
            indices=kept,
            public_keys=[frozen.public_keys[place] for place in kept],
            stakes=[frozen.stakes[place] for place in kept],
            weights=[frozen.weights[place] for place in kept],
        )
    return state


@lru_cache
def _founded(spec: ModuleType, stakes: tuple[int, ...], seed: bytes) -> Any:
    validators = [
        spec.GenesisValidator(
            owner=owner(),
            public_key=spec.bls_public_key(secret(voter)),
            proof=spec.bls_pop_prove(secret(voter)),
            stake=stake,
        )
        for voter, stake in enumerate(stakes)
    ]
    state = spec.create_genesis_state(
        spec.Genesis(
            network_id=NETWORK_ID,
            fork_version=FORK_VERSION,
            timestamp=GENESIS_TIME,
            seed=seed,
            allocations=[
                spec.Allocation(category=spec.AllocationCategory.COMMUNITY, recipient=owner(), amount=sum(stakes))
            ],
            validators=validators,
        )
    )
    state.chain.genesis_root = GENESIS_ROOT
    return state
