"""Bytes that encode nothing: each is refused with type and offset, and none costs more memory than it has bytes."""

from __future__ import annotations

import tracemalloc
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axivon_spec.runtime.random_values import random_value
from axivon_spec.runtime.ssz import (
    Bitlist,
    Bitvector,
    ByteList,
    Bytes20,
    List,
    MalformedSSZ,
    Vector,
    boolean,
    can_decode,
    decode,
    fixed_size,
    serialize,
    type_name,
    uint8,
    uint16,
    uint64,
)
from tests.runtime.sample_types import TYPES, Account, Ledger, Note, Optional

MALFORMED = [
    (boolean, "02", 0, "a boolean is 0 or 1, not 2"),
    (boolean, "", 0, "boolean has 1 bytes, not 0"),
    (boolean, "0100", 1, "boolean has 1 bytes, not 2"),
    (List[boolean, 4], "010002", 2, "a boolean is 0 or 1, not 2"),
    (Vector[boolean, 2], "0003", 1, "a boolean is 0 or 1, not 3"),
    (uint64, "00" * 7, 7, "uint64 has 8 bytes, not 7"),
    (uint64, "00" * 9, 8, "uint64 has 8 bytes, not 9"),
    (Bytes20, "00" * 19, 19, "Bytes20 has 20 bytes, not 19"),
    (ByteList[3], "00" * 4, 0, "4 elements are too many for ByteList[3]"),
    (List[uint16, 2], "00" * 6, 0, "3 elements are too many for List[uint16, 2]"),
    (List[uint16, 2], "00" * 3, 2, "List[uint16, 2] ends within an element of 2 bytes"),
    (Bitvector[9], "0002", 1, "a bit beyond the 9 of Bitvector[9] is set"),
    (Bitvector[9], "00", 1, "Bitvector[9] has 2 bytes, not 1"),
    (Bitvector[8], "ff00", 1, "Bitvector[8] has 1 bytes, not 2"),
    (Bitlist[9], "", 0, "Bitlist[9] lacks the bit that marks its end"),
    (Bitlist[9], "00", 0, "Bitlist[9] lacks the bit that marks its end"),
    (Bitlist[9], "0100", 1, "Bitlist[9] lacks the bit that marks its end"),
    (Bitlist[9], "ff04", 1, "10 elements are too many for Bitlist[9]"),
    (Bitlist[8], "ff0101", 2, "16 elements are too many for Bitlist[8]"),
    (Account, "00" * 35, 35, "Account has 36 bytes, not 35"),
    (Account, "00" * 37, 36, "Account has 36 bytes, not 37"),
    (Note, "00", 1, "Note ends within an offset"),
    (Note, "0005000000"[:-2], 4, "Note ends within an offset"),
    (Note, "0004000000", 1, "the first offset of Note is 5, not 4"),
    (Note, "0006000000ff", 1, "the first offset of Note is 5, not 6"),
    (Note, "00ffffffff", 1, "the first offset of Note is 5, not 4294967295"),
    (Note, "0005000000" + "61" * 41, 5, "41 elements are too many for ByteList[40]"),
    (List[Note, 3], "00000000", 0, "the first offset of List[Note, 3] cannot be 0 within 4 bytes"),
    (List[Note, 3], "0300000000", 0, "the first offset of List[Note, 3] cannot be 3 within 5 bytes"),
    (List[Note, 3], "fcffffff", 0, "the first offset of List[Note, 3] cannot be 4294967292 within 4 bytes"),
    (List[Note, 3], "000000", 3, "List[Note, 3] ends within an offset"),
    (List[Note, 3], "10000000" * 4, 0, "4 elements are too many for List[Note, 3]"),
    (List[ByteList[9], 3], "0800000007000000", 4, "an offset of List[ByteList[9], 3] is 7, not from 8 to 8"),
    (List[ByteList[9], 3], "0800000009000000", 4, "an offset of List[ByteList[9], 3] is 9, not from 8 to 8"),
    (Vector[ByteList[9], 2], "", 0, "Vector[ByteList[9], 2] has 2 elements, not 0"),
    (Vector[ByteList[9], 2], "04000000", 0, "Vector[ByteList[9], 2] has 2 elements, not 1"),
    (Optional, "0400000008000000" + "04000000", 4, "2 elements are too many for List[Note, 1]"),
]


@pytest.mark.parametrize(("T", "data", "offset", "what"), MALFORMED)
def test_malformed_bytes_are_refused_with_their_place(T, data, offset, what):
    with pytest.raises(MalformedSSZ) as caught:
        decode(T, bytes.fromhex(data))
    assert caught.value.type_name == type_name(T)
    assert caught.value.offset == offset
    assert what in caught.value.what
    assert str(caught.value).startswith(f"{type_name(T)}: byte {offset}: ")
    assert not can_decode(T, bytes.fromhex(data))


def decodes_to_itself_or_is_refused(T, data: bytes) -> bool:
    try:
        value = decode(T, data)
    except MalformedSSZ as error:
        assert 0 <= error.offset <= len(data)
        assert not can_decode(T, data)
        return False
    assert can_decode(T, data)
    assert serialize(value) == data
    return True


@given(st.sampled_from(TYPES), st.binary(max_size=80))
def test_any_bytes_are_refused_or_encode_to_themselves(T, data):
    decodes_to_itself_or_is_refused(T, data)


@given(st.sampled_from(TYPES), st.randoms(use_true_random=False), st.data())
def test_any_change_of_an_encoding_is_refused_or_encodes_to_itself(T, random, data):
    encoded = bytearray(serialize(random_value(T, Random(random.getrandbits(32)), budget=200)))
    change = data.draw(st.sampled_from(["flip", "cut", "extend", "insert"]))
    place = data.draw(st.integers(0, len(encoded)))
    if change == "flip" and place < len(encoded):
        encoded[place] ^= data.draw(st.integers(1, 255))
    elif change == "cut":
        del encoded[place:]
    elif change == "extend":
        encoded += data.draw(st.binary(min_size=1, max_size=8))
    else:
        encoded[place:place] = data.draw(st.binary(min_size=1, max_size=4))
    decodes_to_itself_or_is_refused(T, bytes(encoded))


@pytest.mark.parametrize("T", [T for T in TYPES if fixed_size(T) is not None], ids=type_name)
def test_every_other_length_of_a_fixed_size_is_refused(T):
    size = fixed_size(T)
    for length in range(size + 40):
        assert can_decode(T, bytes(length)) == (length == size)


@pytest.mark.parametrize("T", [List[Note, 2**40], List[ByteList[2**32], 2**32], Ledger], ids=type_name)
@pytest.mark.parametrize("first", [b"\xfc\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80"])
def test_huge_offsets_allocate_nothing(T, first):
    data = first * 16
    tracemalloc.start()
    try:
        assert not can_decode(T, data)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


def test_many_empty_elements_cost_memory_in_proportion_to_the_input():
    """The worst relation of memory to input: elements without bytes of their own, four bytes of offset each."""
    count = 10_000
    data = b"".join((4 * count).to_bytes(4, "little") for _ in range(count))
    tracemalloc.start()
    try:
        value = decode(List[ByteList[9], 2**30], data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(value) == count
    assert serialize(value) == data
    assert peak < 300 * len(data)


def test_every_prefix_of_an_encoding_is_refused():
    """The last part of a ledger is a text of at most 40 bytes, so more bytes may follow, but never fewer."""
    good = serialize(Ledger())
    assert can_decode(Ledger, good + bytes(40))
    assert not can_decode(Ledger, good + bytes(41))
    for short in range(len(good)):
        assert not can_decode(Ledger, good[:short])


def test_a_value_has_one_encoding():
    """A second encoding of the same value would let a signed object have two roots: none of these is accepted."""
    assert not can_decode(Note, bytes.fromhex("00 06000000 00"))  # a gap before the first variable part
    assert not can_decode(Bitlist[20], bytes.fromhex("0300"))  # the end marked, then an empty byte
    assert can_decode(List[uint8, 3], b"")
    assert not can_decode(Vector[Note, 2], bytes.fromhex("08000000 08000000 00 05000000"))
