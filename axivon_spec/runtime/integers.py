"""Exact modular arithmetic, and integers as little-endian bytes."""

from __future__ import annotations

from axivon_spec.runtime.ssz import serialize, uint64, uint256

LARGEST_MODULUS = 1 << 256


def _checked(modulus: int, *operands: int) -> int:
    if not 0 < modulus <= LARGEST_MODULUS:
        raise ValueError(f"a modulus lies between 1 and 2^256, not {modulus}")
    if any(operand < 0 for operand in operands):
        raise ValueError("operands are not negative")
    return int(modulus)


def add_mod(a: int, b: int, modulus: int) -> int:
    """(a + b) mod modulus, for any modulus from 1 to 2^256. Raises ValueError beyond, or below zero."""
    return (int(a) + int(b)) % _checked(modulus, a, b)


def mul_mod(a: int, b: int, modulus: int) -> int:
    """(a · b) mod modulus, for any modulus from 1 to 2^256. Raises ValueError beyond, or below zero."""
    return (int(a) * int(b)) % _checked(modulus, a, b)


def pow_mod(a: int, exponent: int, modulus: int) -> int:
    """a^exponent mod modulus, for any modulus from 1 to 2^256. Raises ValueError beyond, or below zero."""
    return pow(int(a), int(exponent), _checked(modulus, a, exponent))


def bytes_to_uint64(data: bytes) -> uint64:
    """The little-endian integer in at most 8 bytes. Raises ValueError for more."""
    return uint64(_little_endian(data, 8))


def bytes_to_uint256(data: bytes) -> uint256:
    """The little-endian integer in at most 32 bytes. Raises ValueError for more."""
    return uint256(_little_endian(data, 32))


def _little_endian(data: bytes, limit: int) -> int:
    if len(data) > limit:
        raise ValueError(f"{len(data)} bytes do not fit {limit}")
    return int.from_bytes(data, "little")


def uint_to_bytes(value: object) -> bytes:
    """The little-endian bytes of an integer of SSZ, as many as its type has."""
    return serialize(value)
