"""BLS12-381 by milagro (Rust). It takes encodings, and knows the tag of signatures only.

It checks a signature's subgroup when it verifies, but not when it adds, and cannot make a proof of possession: for
these two, which are rare, py_ecc computes.
"""

from __future__ import annotations

from collections.abc import Sequence

import milagro_bls_binding as milagro

from axivon_spec.runtime.bls import INFINITY, SIGNATURE_TAG
from axivon_spec.runtime.bls_py_ecc import backend as py_ecc


class Milagro:
    def public_key(self, secret: int) -> bytes:
        return bytes(milagro.SkToPk(secret.to_bytes(32, "big")))

    def sign(self, secret: int, message: bytes, tag: bytes) -> bytes:
        if tag != SIGNATURE_TAG:
            return py_ecc.sign(secret, message, tag)
        return bytes(milagro.Sign(secret.to_bytes(32, "big"), message))

    def key(self, encoded: bytes) -> bytes:
        milagro._AggregatePKs([encoded])  # raises ValueError for what is not in the subgroup
        return encoded

    def signature(self, encoded: bytes) -> bytes:
        return encoded  # checked where it is used

    def sum_of_keys(self, keys: Sequence[bytes]) -> bytes:
        return bytes(milagro._AggregatePKs(list(keys)))

    def sum_of_signatures(self, signatures: Sequence[bytes]) -> bytes:
        for signature in signatures:
            py_ecc.signature(signature)
        return bytes(milagro.Aggregate(list(signatures)))

    def verify(self, keys: Sequence[bytes], messages: Sequence[bytes], signature: bytes, tag: bytes) -> bool:
        if tag != SIGNATURE_TAG:
            try:
                point = py_ecc.signature(signature)
            except ValueError:
                return False
            return py_ecc.verify([py_ecc.key(key) for key in keys], messages, point, tag)
        # A sum of keys that is infinity adds nothing; the library refuses it
        pairs = [(key, message) for key, message in zip(keys, messages, strict=True) if not key[0] & INFINITY]
        return bool(pairs) and bool(milagro.AggregateVerify(*map(list, zip(*pairs, strict=True)), signature))


backend = Milagro()
