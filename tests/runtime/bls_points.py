"""Encodings of points that a careless library takes: made with py_ecc's field arithmetic, for the tests of BLS."""

from __future__ import annotations

from functools import cache

from py_ecc.bls.g2_primitives import G1_to_pubkey, G2_to_signature, pubkey_to_G1, signature_to_G2, subgroup_check
from py_ecc.bls.point_compression import modular_squareroot_in_FQ2
from py_ecc.fields import optimized_bls12_381_FQ as FQ
from py_ecc.fields import optimized_bls12_381_FQ2 as FQ2
from py_ecc.optimized_bls12_381 import add, b2, curve_order, field_modulus, multiply, neg

INFINITE_KEY = b"\xc0" + bytes(47)
INFINITE_SIGNATURE = b"\xc0" + bytes(95)


def negative_key(key: bytes) -> bytes:
    return bytes(G1_to_pubkey(neg(pubkey_to_G1(key))))


def negative_signature(signature: bytes) -> bytes:
    return bytes(G2_to_signature(neg(signature_to_G2(signature))))


@cache
def key_outside_the_subgroup() -> bytes:
    """A point of the curve of G1 whose order does not divide that of the group."""
    for x in range(1, 100):
        square = (x**3 + 4) % field_modulus
        y = pow(square, (field_modulus + 1) // 4, field_modulus)
        point = (FQ(x), FQ(y), FQ(1))
        if y * y % field_modulus == square and not subgroup_check(point):
            return bytes(G1_to_pubkey(point))
    raise AssertionError("no such point")


@cache
def _g2_outside_the_subgroup():
    for x in range(100):
        y = modular_squareroot_in_FQ2(FQ2([x, 0]) ** 3 + b2)
        if y is not None and not subgroup_check((FQ2([x, 0]), y, FQ2.one())):
            return (FQ2([x, 0]), y, FQ2.one())
    raise AssertionError("no such point")


@cache
def signature_outside_the_subgroup() -> bytes:
    return bytes(G2_to_signature(_g2_outside_the_subgroup()))


def with_torsion(signature: bytes) -> bytes:
    """The signature plus a point of the cofactor: the pairing cannot tell it from the signature."""
    torsion = multiply(_g2_outside_the_subgroup(), curve_order)
    return bytes(G2_to_signature(add(signature_to_G2(signature), torsion)))


def with_torsion_in_g1(key: bytes) -> bytes:
    """The key plus a point of the cofactor of G1."""
    torsion = multiply(pubkey_to_G1(key_outside_the_subgroup()), curve_order)
    return bytes(G1_to_pubkey(add(pubkey_to_G1(key), torsion)))


@cache
def key_off_the_curve() -> bytes:
    """An x below q for which there is no y."""
    for x in range(100):
        square = (x**3 + 4) % field_modulus
        if pow(square, (field_modulus - 1) // 2, field_modulus) == field_modulus - 1:
            return bytes([0x80]) + x.to_bytes(47, "big")
    raise AssertionError("no such x")


@cache
def signature_off_the_curve() -> bytes:
    for x in range(100):
        if modular_squareroot_in_FQ2(FQ2([x, 0]) ** 3 + b2) is None:
            return bytes([0x80]) + bytes(47) + x.to_bytes(48, "big")
    raise AssertionError("no such x")


def with_larger_coordinate(encoded: bytes, start: int = 0) -> bytes:
    """The same point with q added to the coordinate at byte `start`. Raises OverflowError where that does not fit."""
    flags = encoded[start] & 0xE0 if start == 0 else 0
    coordinate = bytes([encoded[start] & 0x1F if start == 0 else encoded[start]]) + encoded[start + 1 : start + 48]
    larger = int.from_bytes(coordinate, "big") + field_modulus
    if start == 0 and larger >= 1 << 381:
        raise OverflowError
    raised = bytearray(larger.to_bytes(48, "big"))
    raised[0] |= flags
    return encoded[:start] + bytes(raised) + encoded[start + 48 :]
