"""BLS by each backend: known values, and the same answer to everything that is malformed."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axivon_spec.runtime import bls
from axivon_spec.runtime.keys import test_secret as secret_of_test_key
from axivon_spec.runtime.ssz import Bytes48, Bytes96
from tests.runtime import bls_points as points

BACKENDS = tuple(bls.BACKENDS)
scheme_of = cache(lambda name: bls.Scheme(bls.backend(name)))


@pytest.fixture(params=BACKENDS)
def scheme(request):
    return scheme_of(request.param)


# Known values: the vectors "bls/sign", "bls/verify" and "bls/fast_aggregate_verify" of Ethereum's consensus specs.

SECRETS = (
    0x263DBD792F5B1BE47ED85F8938C0F29586AF0D3AC7B977F21C278FE1462040E3,
    0x47B8192D77BF871B62E87859D653922725724A5C031AFEABC60BCEF5FF665138,
    0x328388AFF0D4A5B7DC9205ABD374E7E98F3CD9F3418EDB4EAFDA5FB16473D216,
)
KEYS = tuple(
    bytes.fromhex(key)
    for key in (
        "a491d1b0ecd9bb917989f0e74f0dea0422eac4a873e5e2644f368dffb9a6e20fd6e10c1b77654d067c0618f6e5a7f79a",
        "b301803f8b5ac4a1133581fc676dfedc60d891dd5fa99028805e5ea5b08d3491af75d0707adab3b70c6a6a580217bf81",
        "b53d21a4cfd562c469cc81514d4ce5a6b577d8403d32a394dc265dd190b47fa9f829fdd7963afdf972e5e77854051f6f",
    )
)
ZEROS, FIFTY_SIX, AB = bytes(32), b"\x56" * 32, b"\xab" * 32
SIGNATURES = {
    (0, ZEROS): (
        "b6ed936746e01f8ecf281f020953fbf1f01debd5657c4a383940b020b26507f6076334f91e2366c96e9ab279fb515809"
        "0352ea1c5b0c9274504f4f0e7053af24802e51e4568d164fe986834f41e55c8e850ce1f98458c0cfc9ab380b55285a55"
    ),
    (0, FIFTY_SIX): (
        "882730e5d03f6b42c3abc26d3372625034e1d871b65a8a6b900a56dae22da98abbe1b68f85e49fe7652a55ec3d0591c2"
        "0767677e33e5cbb1207315c41a9ac03be39c2e7668edc043d6cb1d9fd93033caa8a1c5b0e84bedaeb6c64972503a43eb"
    ),
    (1, ZEROS): (
        "b23c46be3a001c63ca711f87a005c200cc550b9429d5f4eb38d74322144f1b63926da3388979e5321012fb1a0526bcd1"
        "00b5ef5fe72628ce4cd5e904aeaa3279527843fae5ca9ca675f4f51ed8f83bbf7155da9ecc9663100a885d5dc6df96d9"
    ),
    (2, FIFTY_SIX): (
        "a4efa926610b8bd1c8330c918b7a5e9bf374e53435ef8b7ec186abf62e1b1f65aeaaeb365677ac1d1172a1f5b44b4e6d"
        "022c252c58486c0a759fbdc7de15a756acc4d343064035667a594b4c2a6f0b0b421975977f297dba63ee2f63ffe47bb6"
    ),
}
# All three keys over AB
AGGREGATE = bytes.fromhex(
    "9712c3edd73a209c742b8250759db12549b3eaf43b5ca61376d9f30e2747dbcf842d8b2ac0901d2a093713e20284a767"
    "0fcf6954e9ab93de991bb9b313e664785a075fc285806fa5224c82bde146561b446ccfc706a64b8579513cfc4ff1d930"
)


def test_known_public_keys(scheme):
    assert [scheme.public_key(secret) for secret in SECRETS] == list(KEYS)


@pytest.mark.parametrize(("signer", "message"), SIGNATURES)
def test_known_signatures(scheme, signer, message):
    signature = bytes.fromhex(SIGNATURES[signer, message])
    assert scheme.sign(SECRETS[signer], message) == signature
    assert scheme.verify(KEYS[signer], message, signature)


def test_known_aggregate(scheme):
    assert scheme.aggregate([scheme.sign(secret, AB) for secret in SECRETS]) == AGGREGATE
    assert scheme.fast_aggregate_verify(KEYS, AB, AGGREGATE)
    assert not scheme.fast_aggregate_verify(KEYS[:2], AB, AGGREGATE)
    tampered = AGGREGATE[:-4] + b"\xff" * 4
    assert not scheme.fast_aggregate_verify(KEYS, AB, tampered)


# What is valid is accepted, and nothing else fits

MESSAGE = b"message"
SECRET = secret_of_test_key(0, "bls12-381")
OTHER = secret_of_test_key(1, "bls12-381")
KEY, SIGNATURE = scheme_of("arkworks").public_key(SECRET), scheme_of("arkworks").sign(SECRET, MESSAGE)
OTHER_KEY = scheme_of("arkworks").public_key(OTHER)


def test_a_signature_fits_its_key_and_message_alone(scheme):
    assert scheme.verify(KEY, MESSAGE, SIGNATURE)
    assert not scheme.verify(OTHER_KEY, MESSAGE, SIGNATURE)
    assert not scheme.verify(KEY, b"other", SIGNATURE)
    assert not scheme.verify(KEY, MESSAGE, points.negative_signature(SIGNATURE))
    assert not scheme.verify(points.negative_key(KEY), MESSAGE, SIGNATURE)
    assert scheme.verify(points.negative_key(KEY), MESSAGE, points.negative_signature(SIGNATURE))


def test_aggregates_over_several_messages(scheme):
    signature = scheme.aggregate([SIGNATURE, scheme.sign(OTHER, b"other")])
    assert scheme.aggregate_verify([KEY, OTHER_KEY], [MESSAGE, b"other"], signature)
    assert not scheme.aggregate_verify([KEY, OTHER_KEY], [b"other", MESSAGE], signature)
    assert not scheme.aggregate_verify([KEY, OTHER_KEY], [MESSAGE], signature)
    assert not scheme.aggregate_verify([KEY], [MESSAGE, b"other"], signature)
    assert not scheme.aggregate_verify([], [], SIGNATURE)


def test_a_key_may_sign_twice_in_an_aggregate(scheme):
    signature = scheme.aggregate([SIGNATURE, SIGNATURE])
    assert scheme.fast_aggregate_verify([KEY, KEY], MESSAGE, signature)
    assert scheme.aggregate_verify([KEY, KEY], [MESSAGE, MESSAGE], signature)
    assert not scheme.fast_aggregate_verify([KEY], MESSAGE, signature)


def test_proofs_of_possession(scheme):
    proof = scheme.pop_prove(SECRET)
    assert proof == scheme_of("py_ecc").pop_prove(SECRET)
    assert scheme.pop_verify(KEY, proof)
    assert not scheme.pop_verify(OTHER_KEY, proof)
    assert not scheme.pop_verify(KEY, scheme.sign(SECRET, KEY)), "a signature is no proof: the tags differ"
    assert not scheme.verify(KEY, KEY, proof)
    assert not scheme.pop_verify(points.INFINITE_KEY, points.INFINITE_SIGNATURE)


def test_results_are_of_the_types_of_the_spec(scheme):
    assert type(scheme.public_key(SECRET)) is Bytes48
    assert type(scheme.sign(SECRET, MESSAGE)) is type(scheme.aggregate([SIGNATURE])) is Bytes96


@settings(max_examples=4, deadline=None)
@given(st.integers(1, bls.ORDER - 1), st.binary(max_size=80))
def test_all_backends_make_the_same_bytes(secret, message):
    first, *others = [scheme_of(name) for name in BACKENDS]
    key, signature = first.public_key(secret), first.sign(secret, message)
    for other in others:
        assert (other.public_key(secret), other.sign(secret, message)) == (key, signature)
        assert other.verify(key, message, signature)


# Malformed keys

Q = bls.FIELD_MODULUS
COMPRESSED = bls.COMPRESSED


def first_that_fits(make):
    """A key or signature whose coordinate leaves room for q above it."""
    for i in range(100):
        try:
            return make(secret_of_test_key(i, "bls12-381"))
        except OverflowError:
            continue
    raise AssertionError("none fits")


MALFORMED_KEYS = {
    "infinity": points.INFINITE_KEY,
    "infinity with the sign": b"\xe0" + bytes(47),
    "infinity with a byte set": b"\xc0" + bytes(46) + b"\x01",
    "infinity without compression": b"\x40" + bytes(47),
    "uncompressed flag": bytes([KEY[0] & 0x7F]) + KEY[1:],
    "infinity flag on a point": bytes([KEY[0] | 0x40]) + KEY[1:],
    "all zero": bytes(48),
    "all ones": b"\xff" * 48,
    "outside the subgroup": points.key_outside_the_subgroup(),
    "x of zero, of order 3": b"\x80" + bytes(47),
    "with torsion": points.with_torsion_in_g1(KEY),
    "off the curve": points.key_off_the_curve(),
    "x of q": bytes([Q >> 376 | COMPRESSED]) + (Q % (1 << 376)).to_bytes(47, "big"),
    "x beyond q": first_that_fits(lambda s: points.with_larger_coordinate(scheme_of("arkworks").public_key(s))),
    "short": KEY[:47],
    "long": KEY + b"\0",
    "empty": b"",
    "uncompressed": b"\x00" * 96,
    "text": "a" * 48,
    "none": None,
}
MALFORMED_SIGNATURES = {
    "infinity": points.INFINITE_SIGNATURE,
    "infinity with the sign": b"\xe0" + bytes(95),
    "infinity with a byte set": b"\xc0" + bytes(94) + b"\x01",
    "infinity without compression": b"\x40" + bytes(95),
    "uncompressed flag": bytes([SIGNATURE[0] & 0x7F]) + SIGNATURE[1:],
    "infinity flag on a point": bytes([SIGNATURE[0] | 0x40]) + SIGNATURE[1:],
    "flag in the second coordinate": SIGNATURE[:48] + bytes([SIGNATURE[48] | 0x80]) + SIGNATURE[49:],
    "all zero": bytes(96),
    "all ones": b"\xff" * 96,
    "outside the subgroup": points.signature_outside_the_subgroup(),
    "with torsion": points.with_torsion(SIGNATURE),
    "off the curve": points.signature_off_the_curve(),
    "first coordinate beyond q": first_that_fits(
        lambda s: points.with_larger_coordinate(scheme_of("arkworks").sign(s, MESSAGE))
    ),
    "second coordinate beyond q": points.with_larger_coordinate(SIGNATURE, 48),
    "short": SIGNATURE[:95],
    "long": SIGNATURE + b"\0",
    "empty": b"",
    "a key": KEY,
    "text": "a" * 96,
    "none": None,
}
INFINITE_SIGNATURE = points.INFINITE_SIGNATURE


@pytest.mark.parametrize("key", MALFORMED_KEYS.values(), ids=MALFORMED_KEYS.keys())
def test_malformed_keys_are_refused(scheme, key):
    assert scheme.is_valid_public_key(key) is False
    for signature in (SIGNATURE, INFINITE_SIGNATURE):
        assert scheme.verify(key, MESSAGE, signature) is False
        assert scheme.fast_aggregate_verify([key], MESSAGE, signature) is False
        assert scheme.fast_aggregate_verify([KEY, key], MESSAGE, signature) is False
        assert scheme.aggregate_verify([key, KEY], [MESSAGE, MESSAGE], signature) is False
        assert scheme.pop_verify(key, signature) is False


@pytest.mark.parametrize("signature", MALFORMED_SIGNATURES.values(), ids=MALFORMED_SIGNATURES.keys())
def test_malformed_signatures_are_refused(scheme, signature):
    assert scheme.verify(KEY, MESSAGE, signature) is False
    assert scheme.fast_aggregate_verify([KEY], MESSAGE, signature) is False
    assert scheme.aggregate_verify([KEY], [MESSAGE], signature) is False
    assert scheme.pop_verify(KEY, signature) is False
    with pytest.raises(ValueError):
        scheme.aggregate([SIGNATURE, signature])


def test_the_malformed_points_are_near_to_valid_ones():
    """Each differs from a valid encoding by the one thing that its name says, so the tests above meet that check."""
    assert points.with_torsion(SIGNATURE) != SIGNATURE
    larger = points.with_larger_coordinate(SIGNATURE, 48)
    assert int.from_bytes(larger[48:], "big") - int.from_bytes(SIGNATURE[48:], "big") == Q
    assert bls._is_well_formed(points.key_outside_the_subgroup(), 48)
    assert bls._is_well_formed(points.with_torsion(SIGNATURE), 96)


def test_keys_that_sum_to_infinity_are_refused(scheme):
    opposite = points.negative_key(KEY)
    assert scheme.is_valid_public_key(opposite)
    for signature in (INFINITE_SIGNATURE, SIGNATURE):
        assert scheme.fast_aggregate_verify([KEY, opposite], MESSAGE, signature) is False
    assert scheme.aggregate_verify([KEY, opposite], [MESSAGE, MESSAGE], INFINITE_SIGNATURE) is False


def test_keys_that_sum_to_infinity_add_nothing_beside_others(scheme):
    """As if each key were paired by itself, which costs more."""
    opposite, signature = points.negative_key(KEY), scheme.sign(OTHER, b"other")
    messages = [MESSAGE, MESSAGE, b"other"]
    assert scheme.aggregate_verify([KEY, opposite, OTHER_KEY], messages, signature) is True
    assert scheme.aggregate_verify([KEY, opposite, KEY], messages, signature) is False
    assert scheme.aggregate_verify([KEY, opposite], messages[:2], signature) is False


def test_many_keys_of_few_messages(scheme):
    """Whatever their order, and for each message by itself."""
    signers = [(secret, b"even" if secret % 2 else b"odd") for secret in range(1, 7)]
    keys = [scheme.public_key(secret) for secret, _ in signers]
    messages = [message for _, message in signers]
    signature = scheme.aggregate([scheme.sign(secret, message) for secret, message in signers])
    assert scheme.aggregate_verify(keys, messages, signature)
    assert not scheme.aggregate_verify(keys[1:], messages[1:], signature)
    assert not scheme.aggregate_verify(keys, messages[1:] + messages[:1], signature)


def test_empty_lists_are_refused(scheme):
    for signature in (INFINITE_SIGNATURE, SIGNATURE):
        assert scheme.fast_aggregate_verify([], MESSAGE, signature) is False
        assert scheme.aggregate_verify([], [], signature) is False
    with pytest.raises(ValueError):
        scheme.aggregate([])


def test_a_sum_of_infinity_is_no_aggregate(scheme):
    with pytest.raises(ValueError):
        scheme.aggregate([SIGNATURE, points.negative_signature(SIGNATURE)])


@pytest.mark.parametrize("secret", [0, -1, bls.ORDER, bls.ORDER + 1, 2**256, "1", None, 1.0])
def test_secrets_out_of_range_are_refused(scheme, secret):
    for use in (scheme.public_key, scheme.pop_prove, lambda s: scheme.sign(s, MESSAGE)):
        with pytest.raises(ValueError):
            use(secret)


def test_a_message_that_is_no_bytes_is_refused(scheme):
    assert scheme.verify(KEY, "message", SIGNATURE) is False
    assert scheme.fast_aggregate_verify([KEY], None, SIGNATURE) is False
    assert scheme.aggregate_verify([KEY], [1], SIGNATURE) is False


@given(st.binary(min_size=48, max_size=48), st.sampled_from([0x80, 0xA0, 0xC0, None]))
@settings(deadline=None, max_examples=60)
def test_backends_agree_on_random_keys(encoded, flags):
    if flags is not None:
        encoded = bytes([encoded[0] & 0x1F | flags]) + encoded[1:]
    assert len({scheme_of(name).is_valid_public_key(encoded) for name in BACKENDS}) == 1


# Caching, and the choice of a backend


def test_a_key_is_decompressed_once():
    class Counting:
        def __init__(self):
            self.decoded = []

        def key(self, encoded):
            self.decoded.append(encoded)
            return bls.backend("arkworks").key(encoded)

    backend = Counting()
    scheme = bls.Scheme(backend)
    for _ in range(3):
        assert scheme.is_valid_public_key(KEY)
        assert not scheme.is_valid_public_key(points.key_outside_the_subgroup())
    assert backend.decoded == [KEY, points.key_outside_the_subgroup()]


def run_with_backend(name, code="from axivon_spec.runtime import bls; print(type(bls._scheme.backend).__name__)"):
    environment = {**os.environ, "AXIVON_BLS": name} if name is not None else dict(os.environ)
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)


BACKEND_CLASSES = [("blst", "Blst"), ("arkworks", "Arkworks"), ("milagro", "Milagro"), ("py_ecc", "PyEcc")]


@pytest.mark.parametrize(("name", "expected"), BACKEND_CLASSES)
def test_the_environment_chooses_the_backend(name, expected):
    assert run_with_backend(name).stdout.strip() == expected


def test_an_unknown_backend_is_one_clear_line():
    done = run_with_backend("relic")
    assert done.returncode != 0
    assert (
        done.stderr.strip()
        .splitlines()[-1]
        .endswith(
            "BackendUnavailable: AXIVON_BLS=relic: there is no such backend; "
            "choose from: blst, arkworks, milagro, py_ecc"
        )
    )


@pytest.mark.parametrize(("name", "module"), [("milagro", "milagro_bls_binding"), ("py_ecc", "py_ecc")])
def test_a_backend_that_is_not_installed_says_what_to_install(name, module):
    code = f"import sys; sys.modules[{module!r}] = None; import axivon_spec.runtime.bls"
    done = run_with_backend(name, code)
    assert done.returncode != 0
    assert (
        done.stderr.strip()
        .splitlines()[-1]
        .endswith(f"AXIVON_BLS={name}: not installed; run: pip install 'axivon-spec[bls-all]'")
    )
