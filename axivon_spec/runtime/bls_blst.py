"""BLS12-381 by blst (C and assembly): the default, and the fastest. Its decoding checks curve and subgroup."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, reduce
from operator import add, mul

from pyblst import BlstP1Element, BlstP2Element, final_verify, miller_loop

GENERATOR = bytes.fromhex(
    "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
)


@lru_cache(maxsize=256)
def hashed(message: bytes, tag: bytes) -> BlstP2Element:
    """The point that a message is hashed to; the votes of many are of one message."""
    return BlstP2Element().hash_to_group(message, tag)


class Blst:
    def __init__(self) -> None:
        self.generator = BlstP1Element().uncompress(GENERATOR)

    def public_key(self, secret: int) -> bytes:
        return bytes(self.generator.scalar_mul(secret).compress())

    def sign(self, secret: int, message: bytes, tag: bytes) -> bytes:
        return bytes(hashed(message, tag).scalar_mul(secret).compress())

    def key(self, encoded: bytes) -> BlstP1Element:
        return BlstP1Element().uncompress(encoded)

    def signature(self, encoded: bytes) -> BlstP2Element:
        return BlstP2Element().uncompress(encoded)

    def sum_of_keys(self, keys: Sequence[BlstP1Element]) -> BlstP1Element:
        return reduce(add, keys)

    def sum_of_signatures(self, signatures: Sequence[BlstP2Element]) -> bytes:
        return bytes(reduce(add, signatures).compress())

    def verify(
        self, keys: Sequence[BlstP1Element], messages: Sequence[bytes], signature: BlstP2Element, tag: bytes
    ) -> bool:
        hashes = [hashed(message, tag) for message in messages]
        pairings = reduce(mul, map(miller_loop, keys, hashes))
        return bool(final_verify(pairings, miller_loop(self.generator, signature)))


backend = Blst()
