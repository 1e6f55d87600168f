"""BLS12-381 by py_ecc (pure Python): slow and readable, the oracle. It decodes without a look at the subgroup."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from hashlib import sha256
from typing import Any

from py_ecc.bls.g2_primitives import (
    G1_to_pubkey,
    G2_to_signature,
    pubkey_to_G1,
    signature_to_G2,
    subgroup_check,
)
from py_ecc.bls.hash_to_curve import hash_to_G2
from py_ecc.fields import optimized_bls12_381_FQ12 as FQ12
from py_ecc.optimized_bls12_381 import G1, add, final_exponentiate, multiply, neg, pairing


class PyEcc:
    def public_key(self, secret: int) -> bytes:
        return bytes(G1_to_pubkey(multiply(G1, secret)))

    def sign(self, secret: int, message: bytes, tag: bytes) -> bytes:
        return bytes(G2_to_signature(multiply(hash_to_G2(message, tag, sha256), secret)))

    def key(self, encoded: bytes) -> Any:
        return _in_subgroup(pubkey_to_G1(encoded))

    def signature(self, encoded: bytes) -> Any:
        return _in_subgroup(signature_to_G2(encoded))

    def sum_of_keys(self, keys: Sequence[Any]) -> Any:
        return reduce(add, keys)

    def sum_of_signatures(self, signatures: Sequence[Any]) -> bytes:
        return bytes(G2_to_signature(reduce(add, signatures)))

    def verify(self, keys: Sequence[Any], messages: Sequence[bytes], signature: Any, tag: bytes) -> bool:
        product = pairing(signature, neg(G1), final_exponentiate=False)
        for key, message in zip(keys, messages, strict=True):
            product *= pairing(hash_to_G2(message, tag, sha256), key, final_exponentiate=False)
        return bool(final_exponentiate(product) == FQ12.one())


def _in_subgroup(point: Any) -> Any:
    if not subgroup_check(point):
        raise ValueError("the point is not in the subgroup")
    return point


backend = PyEcc()
