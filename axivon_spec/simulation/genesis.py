"""A small chain to simulate on: voters with test keys, one account, and the spec with short epochs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from types import ModuleType
from typing import Any

from axivon_spec.runtime.keys import test_secret
from axivon_spec.runtime.secp256k1 import secp256k1_address

GENESIS_TIME = 1_800_000_000  # seconds since 1970
NETWORK_ID = 7
FORK_VERSION = b"\x01\x02\x03\x04"
OWNER = 0  # the number of the test key that owns all stakes


def secret(voter: int) -> int:
    """The key of a voter."""
    return test_secret(voter, "bls12-381")


@lru_cache
def owner() -> Any:
    return secp256k1_address(test_secret(OWNER, "secp256k1"))


def genesis_state(spec: ModuleType, stakes: Sequence[int], seed: bytes) -> Any:
    """The state of a chain before its first block, with a validator for each stake."""
    validators = [
        spec.GenesisValidator(
            owner=owner(),
            public_key=spec.bls_public_key(secret(voter)),
            proof=spec.bls_pop_prove(secret(voter)),
            stake=stake,
        )
        for voter, stake in enumerate(stakes)
    ]
    category = spec.AllocationCategory.COMMUNITY
    return spec.create_genesis_state(
        spec.Genesis(
            network_id=NETWORK_ID,
            fork_version=FORK_VERSION,
            timestamp=GENESIS_TIME,
            seed=seed,
            allocations=[spec.Allocation(category=category, recipient=owner(), amount=sum(stakes))],
            validators=validators,
        )
    )
