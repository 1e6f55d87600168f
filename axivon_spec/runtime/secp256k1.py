"""Recoverable ECDSA over secp256k1, and the 20-byte addresses of its keys.

A signature is r ‖ s ‖ v: two big-endian 32-byte integers and the recovery id, 0 or 1. Only the smaller of the two
values that s can have is valid, so a signature cannot be changed into another.
"""

from __future__ import annotations

import coincurve

from axivon_spec.runtime.hashes import keccak256
from axivon_spec.runtime.ssz import Bytes20, Bytes65

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def secp256k1_verify(address: bytes, digest: bytes, signature: bytes) -> bool:
    """Whether the key with this 20-byte address signed this 32-byte digest. False for anything malformed."""
    if len(address) != 20 or len(digest) != 32 or len(signature) != 65:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    # v of 2 and 3 stands for r + order; nobody meets such an r by chance, and Ethereum refuses it too.
    if not 0 < r < ORDER or not 0 < s <= ORDER // 2 or signature[64] > 1:
        return False
    try:
        key = coincurve.PublicKey.from_signature_and_message(bytes(signature), bytes(digest), hasher=None)
    except Exception:  # the library raises a plain Exception where r is no point, or the key would be infinity
        return False
    return _address(key) == bytes(address)


def secp256k1_sign(secret: int, digest: bytes) -> Bytes65:
    """The deterministic signature (RFC 6979) of a 32-byte digest. Raises ValueError unless 0 < secret < order."""
    if len(digest) != 32:
        raise ValueError(f"a digest has 32 bytes, not {len(digest)}")
    return Bytes65(_private_key(secret).sign_recoverable(bytes(digest), hasher=None))


def secp256k1_address(secret: int) -> Bytes20:
    """The last 20 bytes of the keccak256 of the uncompressed public key, as in Ethereum."""
    return Bytes20(_address(_private_key(secret).public_key))


def _private_key(secret: int) -> coincurve.PrivateKey:
    if not 0 < secret < ORDER:
        raise ValueError("a secret lies between 1 and the order of the group less 1")
    return coincurve.PrivateKey.from_int(int(secret))


def _address(key: coincurve.PublicKey) -> bytes:
    return keccak256(key.format(compressed=False)[1:])[12:]
