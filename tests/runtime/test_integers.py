"""Modular arithmetic, hashes and keys against values known elsewhere."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axivon_spec.runtime import bls, secp256k1
from axivon_spec.runtime.hashes import keccak256, sha256
from axivon_spec.runtime.integers import (
    add_mod,
    bytes_to_uint64,
    bytes_to_uint256,
    mul_mod,
    pow_mod,
    uint_to_bytes,
)
from axivon_spec.runtime.keys import test_secret as secret_of_test_key
from axivon_spec.runtime.ssz import Bytes32, uint8, uint64, uint256

operand = st.integers(0, 2**256 - 1)
modulus = st.integers(1, 2**256)


@given(operand, operand, modulus)
def test_modular_arithmetic_is_exact(a, b, m):
    total, product = add_mod(a, b, m), mul_mod(a, b, m)
    assert 0 <= total < m and (total - a - b) % m == 0
    assert 0 <= product < m and (product - a * b) % m == 0


@given(operand, st.integers(0, 40), modulus)
def test_powers_are_repeated_products(a, exponent, m):
    expected = 1 % m
    for _ in range(exponent):
        expected = mul_mod(expected, a, m)
    assert pow_mod(a, exponent, m) == expected


def test_modular_arithmetic_takes_typed_operands_of_full_width():
    top = uint256(2**256 - 1)
    assert mul_mod(top, top, 2**256) == 1
    assert add_mod(top, top, 2**256) == 2**256 - 2
    assert pow_mod(uint64(2), uint64(255), 2**256) == 2**255
    assert type(mul_mod(top, top, top)) is int


@pytest.mark.parametrize("function", [add_mod, mul_mod, pow_mod])
@pytest.mark.parametrize("arguments", [(1, 1, 0), (1, 1, -5), (1, 1, 2**256 + 1), (-1, 1, 5), (1, -1, 5)])
def test_arguments_out_of_range_are_refused(function, arguments):
    with pytest.raises(ValueError):
        function(*arguments)


def test_integers_and_bytes():
    assert bytes_to_uint64(b"\x01\x02") == uint64(0x0201)
    assert type(bytes_to_uint64(b"")) is uint64
    assert bytes_to_uint256(b"\xff" * 32) == 2**256 - 1
    assert uint_to_bytes(uint64(0x0201)) == b"\x01\x02" + bytes(6)
    assert uint_to_bytes(uint8(7)) == b"\x07"
    for function, length in ((bytes_to_uint64, 9), (bytes_to_uint256, 33)):
        with pytest.raises(ValueError):
            function(bytes(length))


def test_hashes_of_the_empty_string():
    assert sha256(b"").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert keccak256(b"abc").hex() == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    assert type(sha256(b"")) is type(keccak256(b"")) is Bytes32


@pytest.mark.parametrize(("curve", "order"), [("bls12-381", bls.ORDER), ("secp256k1", secp256k1.ORDER)])
def test_secrets_of_test_keys_are_what_the_format_says(curve, order):
    digest = hashlib.sha256(b"axivon-test-key" + b"\x05" + bytes(7)).digest()
    assert secret_of_test_key(5, curve) == 1 + int.from_bytes(digest, "big") % (order - 1)


def test_an_unknown_curve_is_refused():
    with pytest.raises(ValueError, match=r"ed25519.*bls12-381, secp256k1"):
        secret_of_test_key(0, "ed25519")
