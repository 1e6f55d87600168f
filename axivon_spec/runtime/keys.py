"""The secret keys of tests and vectors. Everybody knows them: never use one for anything of value."""

from __future__ import annotations

import hashlib
from typing import Literal

from axivon_spec.runtime import bls, secp256k1

Curve = Literal["bls12-381", "secp256k1"]

_ORDERS: dict[str, int] = {"bls12-381": bls.ORDER, "secp256k1": secp256k1.ORDER}


def test_secret(i: int, curve: Curve) -> int:
    """Secret i on a curve: 1 + (SHA-256('axivon-test-key' ‖ u64le(i)) as a big-endian integer mod (order − 1))."""
    if curve not in _ORDERS:
        raise ValueError(f"{curve!r} is no curve; choose from: {', '.join(_ORDERS)}")
    digest = hashlib.sha256(b"axivon-test-key" + i.to_bytes(8, "little")).digest()
    return 1 + int.from_bytes(digest, "big") % (_ORDERS[curve] - 1)


test_secret.__test__ = False  # type: ignore[attr-defined]  # the name begins with "test", but it is none of pytest's
