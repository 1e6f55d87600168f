"""BLS12-381 by arkworks (Rust). Its decoding checks curve and subgroup."""

from __future__ import annotations

from collections.abc import Sequence

from py_arkworks_bls12381 import GT, G1Point, G2Point, Scalar


class Arkworks:
    def __init__(self) -> None:
        self.minus_generator = -G1Point()

    def public_key(self, secret: int) -> bytes:
        return bytes((G1Point() * _scalar(secret)).to_compressed_bytes())

    def sign(self, secret: int, message: bytes, tag: bytes) -> bytes:
        return bytes((G2Point.hash_to_curve(message, tag) * _scalar(secret)).to_compressed_bytes())

    def key(self, encoded: bytes) -> G1Point:
        return G1Point.from_compressed_bytes(encoded)

    def signature(self, encoded: bytes) -> G2Point:
        return G2Point.from_compressed_bytes(encoded)

    def sum_of_keys(self, keys: Sequence[G1Point]) -> G1Point:
        return sum(keys[1:], keys[0])

    def sum_of_signatures(self, signatures: Sequence[G2Point]) -> bytes:
        return bytes(sum(signatures[1:], signatures[0]).to_compressed_bytes())

    def verify(self, keys: Sequence[G1Point], messages: Sequence[bytes], signature: G2Point, tag: bytes) -> bool:
        hashes = [G2Point.hash_to_curve(message, tag) for message in messages]
        return bool(GT.pairing_check([*keys, self.minus_generator], [*hashes, signature]))


def _scalar(secret: int) -> Scalar:
    return Scalar.from_le_bytes(secret.to_bytes(32, "little"))


backend = Arkworks()
