"""ECDSA over secp256k1 against two other implementations, and every way in which a signature is malformed."""

from __future__ import annotations

import hashlib

import coincurve
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature, encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st
from py_ecc.secp256k1 import ecdsa_raw_recover, privtopub

from axivon_spec.runtime.hashes import keccak256
from axivon_spec.runtime.secp256k1 import ORDER, secp256k1_address, secp256k1_sign, secp256k1_verify

secrets = st.integers(1, ORDER - 1)
digests = st.binary(min_size=32, max_size=32)

SECRET = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
DIGEST = hashlib.sha256(b"sample").digest()


def parts(signature):
    return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big"), signature[64]


def joined(r, s, v):
    return r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([v])


def test_known_addresses():
    """Well-known keys of Ethereum: 1, and the first of the development mnemonic "test test … junk"."""
    assert secp256k1_address(1).hex() == "7e5f4552091a69125d5dfcb7b8c2659029395bdf"
    first = 0xAC0974BEC39A17E36BA4A6B4D238FF944BACB478CBED5EFCAE784D7BF4F2FF80
    assert secp256k1_address(first).hex() == "f39fd6e51aad88f6f4ce6ab8827279cfffb92266"


def test_known_signature():
    """The deterministic signature of RFC 6979 by secret 1, as many libraries state it."""
    signature = secp256k1_sign(1, hashlib.sha256(b"Satoshi Nakamoto").digest())
    assert signature[:64].hex() == (
        "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
        "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"
    )


@given(secrets, digests)
def test_what_is_signed_verifies_also_elsewhere(secret, digest):
    signature, address = secp256k1_sign(secret, digest), secp256k1_address(secret)
    r, s, v = parts(signature)
    assert secp256k1_verify(address, digest, signature)
    assert 0 < s <= ORDER // 2
    assert v in (0, 1)
    key = ec.derive_private_key(secret, ec.SECP256K1()).public_key()
    key.verify(encode_dss_signature(r, s), digest, ec.ECDSA(Prehashed(hashes.SHA256())))


@given(secrets, digests)
@settings(max_examples=10)
def test_the_key_recovered_is_that_of_py_ecc(secret, digest):
    r, s, v = parts(secp256k1_sign(secret, digest))
    x, y = ecdsa_raw_recover(digest, (27 + v, r, s))
    assert (x, y) == privtopub(secret.to_bytes(32, "big"))
    encoded = x.to_bytes(32, "big") + y.to_bytes(32, "big")
    assert keccak256(encoded)[12:] == secp256k1_address(secret)


@given(secrets, digests)
def test_signatures_made_elsewhere_verify_here(secret, digest):
    private = ec.derive_private_key(secret, ec.SECP256K1())
    r, s = decode_dss_signature(private.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256()))))
    s = min(s, ORDER - s)
    address = secp256k1_address(secret)
    assert [secp256k1_verify(address, digest, joined(r, s, v)) for v in (0, 1)].count(True) == 1


@given(digests, st.binary(min_size=65, max_size=65))
def test_random_signatures_verify_nowhere(digest, signature):
    assert not secp256k1_verify(secp256k1_address(SECRET), digest, signature)


SIGNATURE = secp256k1_sign(SECRET, DIGEST)
ADDRESS = secp256k1_address(SECRET)
R, S, V = parts(SIGNATURE)

REFUSED = {
    "s in the upper half": joined(R, ORDER - S, 1 - V),
    "s in the upper half, same v": joined(R, ORDER - S, V),
    "the other v": joined(R, S, 1 - V),
    "v of r + order": joined(R, S, V + 2),
    "v of Ethereum": joined(R, S, V + 27),
    "v of 255": joined(R, S, 255),
    "r of zero": joined(0, S, V),
    "s of zero": joined(R, 0, V),
    "both zero": bytes(65),
    "r of the order": joined(ORDER, S, V),
    "s of the order": joined(R, ORDER, V),
    "s beyond the order": joined(R, 2**256 - 1, V),
    "r beyond the field": joined(2**256 - 1, S, V),
    "r that is no point": joined(5, S, V),  # 5³ + 7 is no square
    "short": SIGNATURE[:64],
    "long": SIGNATURE + b"\0",
    "empty": b"",
}


def test_the_signature_itself_verifies():
    assert secp256k1_verify(ADDRESS, DIGEST, SIGNATURE)


@pytest.mark.parametrize("signature", REFUSED.values(), ids=REFUSED.keys())
def test_malformed_and_malleable_signatures_are_refused(signature):
    assert secp256k1_verify(ADDRESS, DIGEST, bytes(signature)) is False


def test_the_refused_upper_half_is_a_valid_signature_without_our_rule():
    """So the test above shows the rule, and not a broken signature."""
    key = ec.derive_private_key(SECRET, ec.SECP256K1()).public_key()
    key.verify(encode_dss_signature(R, ORDER - S), DIGEST, ec.ECDSA(Prehashed(hashes.SHA256())))
    with pytest.raises(InvalidSignature):
        key.verify(encode_dss_signature(R, S - 1), DIGEST, ec.ECDSA(Prehashed(hashes.SHA256())))


def test_the_middle_of_the_order_is_the_largest_s():
    """A signature with any s can be made for some key: that key verifies at the edge, and not one beyond it."""
    for s, expected in ((ORDER // 2, True), (ORDER // 2 + 1, False)):
        x, y = ecdsa_raw_recover(DIGEST, (27, R, s))
        address = keccak256(x.to_bytes(32, "big") + y.to_bytes(32, "big"))[12:]
        assert secp256k1_verify(address, DIGEST, joined(R, s, 0)) is expected


@pytest.mark.parametrize("v", [2, 3])
def test_an_r_beyond_the_order_is_refused(v):
    """Such a signature recovers a key, with v of 2 or 3: x of the point is r + order, and fits the field."""
    for x in range(ORDER, ORDER + 100):
        try:
            signature = joined(x - ORDER, 1, v)
            key = coincurve.PublicKey.from_signature_and_message(signature, DIGEST, hasher=None)
            break
        except Exception:  # no point has this x
            continue
    address = keccak256(key.format(compressed=False)[1:])[12:]
    assert not secp256k1_verify(address, DIGEST, signature)


def test_a_signature_fits_one_address_and_one_digest():
    assert not secp256k1_verify(secp256k1_address(SECRET + 1), DIGEST, SIGNATURE)
    assert not secp256k1_verify(ADDRESS, hashlib.sha256(b"other").digest(), SIGNATURE)
    assert not secp256k1_verify(ADDRESS[:19], DIGEST, SIGNATURE)
    assert not secp256k1_verify(b"\0" + ADDRESS, DIGEST, SIGNATURE)
    assert not secp256k1_verify(ADDRESS, DIGEST[:31], SIGNATURE)


@pytest.mark.parametrize("secret", [0, -1, ORDER, ORDER + 1, 2**256])
def test_secrets_out_of_range_are_refused(secret):
    with pytest.raises(ValueError):
        secp256k1_sign(secret, DIGEST)
    with pytest.raises(ValueError):
        secp256k1_address(secret)


def test_a_digest_of_another_length_is_refused():
    with pytest.raises(ValueError):
        secp256k1_sign(SECRET, b"short")
