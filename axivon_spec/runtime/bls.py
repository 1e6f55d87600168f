"""BLS signatures over BLS12-381, ciphersuite BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_.

Public keys are points of G1 (48 bytes), signatures points of G2 (96 bytes), as in Ethereum; the scheme is that of
draft-irtf-cfrg-bls-signature with proofs of possession. `AXIVON_BLS` chooses who computes: blst (the default),
arkworks, milagro or py_ecc. What is valid does not depend on it: the form of an encoding is checked here, and each
backend says of a well-formed encoding whether it is a point of the subgroup. Nothing turns a check off.

The point at infinity is never valid, neither as a key nor as a signature: it fits only keys and messages that sum to
zero, and then nobody need have signed.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

from axivon_spec.runtime.ssz import Bytes48, Bytes96

ORDER = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
FIELD_MODULUS = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab", 16
)
SIGNATURE_TAG = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_"
POSSESSION_TAG = b"BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_"

COMPRESSED, INFINITY, LARGER_Y = 0x80, 0x40, 0x20  # flags in the first byte of an encoding
CACHED_KEYS = 1 << 14  # about 10 MiB
CACHED_SIGNATURES = 1 << 10

# The module of each backend, and the package to install for it.
BACKENDS = {
    "blst": ("axivon_spec.runtime.bls_blst", "pyblst"),
    "arkworks": ("axivon_spec.runtime.bls_arkworks", "axivon-spec[bls-all]"),
    "milagro": ("axivon_spec.runtime.bls_milagro", "axivon-spec[bls-all]"),
    "py_ecc": ("axivon_spec.runtime.bls_py_ecc", "axivon-spec[bls-all]"),
}


class BackendUnavailable(ImportError):
    """`AXIVON_BLS` names a backend that does not exist or is not installed."""


class Backend(Protocol):
    """What a backend computes, on well-formed encodings that are not infinity. A key or signature is whatever it likes;
    `key` raises ValueError for what is no point of the subgroup. `signature` does too, or else `verify` returns False
    and `sum_of_signatures` raises ValueError for it."""

    def public_key(self, secret: int) -> bytes: ...

    def sign(self, secret: int, message: bytes, tag: bytes) -> bytes: ...

    def key(self, encoded: bytes) -> Any: ...

    def signature(self, encoded: bytes) -> Any: ...

    def sum_of_keys(self, keys: Sequence[Any]) -> Any: ...

    def sum_of_signatures(self, signatures: Sequence[Any]) -> bytes: ...

    def verify(self, keys: Sequence[Any], messages: Sequence[bytes], signature: Any, tag: bytes) -> bool: ...


def _is_well_formed(encoded: object, size: int) -> bool:
    """Whether this is the compressed form of coordinates below q, and not infinity in any form."""
    if not isinstance(encoded, bytes) or len(encoded) != size or not encoded[0] & COMPRESSED or encoded[0] & INFINITY:
        return False
    first = bytes([encoded[0] & ~(COMPRESSED | LARGER_Y)]) + encoded[1:48]
    return all(int.from_bytes(x, "big") < FIELD_MODULUS for x in (first, encoded[48:]))


def _checked_secret(secret: int) -> int:
    if not isinstance(secret, int) or not 0 < secret < ORDER:
        raise ValueError("a secret lies between 1 and the order of the group less 1")
    return int(secret)


class Scheme:
    """The signature scheme over one backend."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        # Decompressed keys that passed every check, and the encodings that did not (None).
        self._key: Callable[[bytes], Any] = lru_cache(maxsize=CACHED_KEYS)(self._checked_key)
        # A vote is verified first, and added to others soon after.
        self._signature: Callable[[bytes], Any] = lru_cache(maxsize=CACHED_SIGNATURES)(self._checked_signature)

    def _checked_key(self, encoded: bytes) -> Any:
        try:
            return self.backend.key(encoded) if _is_well_formed(encoded, 48) else None
        except ValueError:
            return None

    def _keys(self, encoded: Sequence[bytes]) -> list[Any] | None:
        """The points of the keys; None where there are none, or one is invalid."""
        if not all(isinstance(key, bytes) for key in encoded):
            return None
        keys = [self._key(bytes(key)) for key in encoded]
        return None if not keys or any(key is None for key in keys) else keys

    def _checked_signature(self, encoded: bytes) -> Any:
        try:
            return self.backend.signature(encoded) if _is_well_formed(encoded, 96) else None
        except ValueError:
            return None

    def _signature_of(self, encoded: object) -> Any:
        """The point of a signature, or None."""
        return self._signature(bytes(encoded)) if isinstance(encoded, bytes) else None

    def _verify(self, pubkeys: Sequence[bytes], messages: Sequence[bytes], signature: bytes, tag: bytes) -> bool:
        if len(pubkeys) != len(messages) or not all(isinstance(message, bytes) for message in messages):
            return False
        keys = self._keys(pubkeys)
        point = None if keys is None else self._signature_of(signature)
        if keys is None or point is None:
            return False
        said: dict[bytes, list[Any]] = {}  # keys by message: one pairing is enough for all that signed the same
        for key, message in zip(keys, messages, strict=True):
            said.setdefault(bytes(message), []).append(key)
        sums = [self.backend.sum_of_keys(signers) if len(signers) > 1 else signers[0] for signers in said.values()]
        return self.backend.verify(sums, list(said), point, tag)

    def is_valid_public_key(self, pubkey: bytes) -> bool:
        """Whether these 48 bytes are a key: a point of the subgroup, in its one encoding, and not infinity."""
        return self._keys([pubkey]) is not None

    def public_key(self, secret: int) -> Bytes48:
        """The public key of a secret. Raises ValueError unless 0 < secret < order."""
        return Bytes48(self.backend.public_key(_checked_secret(secret)))

    def sign(self, secret: int, message: bytes) -> Bytes96:
        """The one signature of a message by a secret. Raises ValueError unless 0 < secret < order."""
        return Bytes96(self.backend.sign(_checked_secret(secret), bytes(message), SIGNATURE_TAG))

    def verify(self, pubkey: bytes, message: bytes, signature: bytes) -> bool:
        """Whether the holder of `pubkey` signed `message`. False for anything malformed."""
        return self._verify([pubkey], [message], signature, SIGNATURE_TAG)

    def aggregate_verify(self, pubkeys: Sequence[bytes], messages: Sequence[bytes], signature: bytes) -> bool:
        """Whether each key signed the message at its place. False for no keys, and for anything malformed."""
        return self._verify(list(pubkeys), list(messages), signature, SIGNATURE_TAG)

    def fast_aggregate_verify(self, pubkeys: Sequence[bytes], message: bytes, signature: bytes) -> bool:
        """Whether all keys signed one message. Sound only for keys whose possession was proven. False for no keys, keys
        whose sum is infinity, and anything malformed."""
        keys = self._keys(list(pubkeys)) if isinstance(message, bytes) else None
        point = None if keys is None else self._signature_of(signature)
        if keys is None or point is None:
            return False
        # Keys that sum to infinity would fit only the signature at infinity, which is refused above.
        return self.backend.verify([self.backend.sum_of_keys(keys)], [bytes(message)], point, SIGNATURE_TAG)

    def aggregate(self, signatures: Sequence[bytes]) -> Bytes96:
        """The sum of signatures. Raises ValueError for none, for an invalid one, and where the sum is infinity."""
        points = [self._signature_of(signature) for signature in signatures]
        if not points or any(point is None for point in points):
            raise ValueError("there is no signature, or one is invalid")
        total = Bytes96(self.backend.sum_of_signatures(points))
        if total[0] & INFINITY:
            raise ValueError("the signatures sum to infinity")
        return total

    def pop_prove(self, secret: int) -> Bytes96:
        """The proof that one knows a secret: its public key, signed under a tag of its own."""
        encoded = bytes(self.public_key(secret))
        return Bytes96(self.backend.sign(int(secret), encoded, POSSESSION_TAG))

    def pop_verify(self, pubkey: bytes, proof: bytes) -> bool:
        """Whether `proof` shows that somebody knows the secret of `pubkey`. False for anything malformed."""
        return self._verify([pubkey], [pubkey], proof, POSSESSION_TAG)


def backend(name: str) -> Backend:
    """The backend with this name. Raises `BackendUnavailable`, saying what to install."""
    if name not in BACKENDS:
        raise BackendUnavailable(f"AXIVON_BLS={name}: there is no such backend; choose from: {', '.join(BACKENDS)}")
    module, package = BACKENDS[name]
    try:
        chosen: Backend = importlib.import_module(module).backend
    except ImportError as error:
        raise BackendUnavailable(f"AXIVON_BLS={name}: not installed; run: pip install '{package}'") from error
    return chosen


_scheme = Scheme(backend(os.environ.get("AXIVON_BLS", "blst")))

bls_aggregate = _scheme.aggregate
bls_aggregate_verify = _scheme.aggregate_verify
bls_fast_aggregate_verify = _scheme.fast_aggregate_verify
bls_is_valid_public_key = _scheme.is_valid_public_key
bls_pop_prove = _scheme.pop_prove
bls_pop_verify = _scheme.pop_verify
bls_public_key = _scheme.public_key
bls_sign = _scheme.sign
bls_verify = _scheme.verify
