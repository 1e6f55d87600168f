"""Hash functions over bytes."""

from __future__ import annotations

import hashlib

from Crypto.Hash import keccak

from axivon_spec.runtime.ssz import Bytes32


def sha256(data: bytes) -> Bytes32:
    """SHA-256 (FIPS 180-4)."""
    return Bytes32(hashlib.sha256(data).digest())


def keccak256(data: bytes) -> Bytes32:
    """Keccak-256 as Ethereum uses it: the padding of before FIPS 202."""
    return Bytes32(keccak.new(digest_bits=256, data=bytes(data)).digest())
