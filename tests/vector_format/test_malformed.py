"""Encodings spoilt by their structure, against bytes written by hand."""

from __future__ import annotations

from axivon_spec.runtime.ssz import Bitlist, ByteList, Container, List, can_decode, serialize, uint8
from generators.malformed import offsets_of, spoilt


class Leaf(Container):
    number: uint8
    text: ByteList[2]


class Signed(Container):
    signers: Bitlist[8]


class Tree(Container):
    head: ByteList[2]
    leaves: List[Leaf, 2]


LEAF = bytes(serialize(Leaf(number=7, text=b"a")))
TREE = bytes(serialize(Tree(head=b"x", leaves=[Leaf(number=7, text=b"a"), Leaf(number=8, text=b"b")])))


def test_a_container_with_one_offset() -> None:
    assert LEAF.hex() == "07" + "05000000" + "61"
    assert [spoiled.hex() for spoiled in spoilt(Leaf, LEAF)] == [
        "07" + "06000000" + "00" + "61",  # a gap
        "07" + "06000000" + "61",  # a byte of its part is lost
        "07" + "04000000" + "61",  # the part begins within the offset
        "07" + "ffffffff" + "61",  # the part begins beyond the end
        "07" + "00000000" + "61",
        "07" + "05000000" + "000000",  # three bytes where two are allowed
    ]


def test_a_list_of_containers_within_a_container() -> None:
    assert TREE.hex() == "08000000" + "09000000" + "78" + "08000000" + "0e000000" + "070500000061" + "080500000062"
    found = {spoiled.hex() for spoiled in spoilt(Tree, TREE)}
    head = "08000000" + "09000000" + "78"
    leaves = "070500000061" + "080500000062"
    assert {
        "08000000" + "07000000" + "78" + TREE[9:].hex(),  # falling
        head + "09000000" + "0f000000" + "00" + leaves,  # the first offset of a list is no multiple of 4
        head + "00000000" + "0e000000" + leaves,  # the first offset of a list is 0
        head + "08000000" + "07000000" + leaves,  # falling within the list
        head + "08000000" + "0e000000" + "070600000061" + "080500000062",  # within an element
        head + "0c000000" + "11000000" + "16000000" + 3 * "0005000000",  # one element too many
    } <= found


def test_a_list_of_bits_over_its_limit() -> None:
    data = bytes(serialize(Signed(signers=[True])))
    assert data.hex() == "04000000" + "03"
    assert "04000000" + "0002" in {spoiled.hex() for spoiled in spoilt(Signed, data)}  # nine bits, where eight may be


def test_none_of_them_decodes() -> None:
    for kind, data in ((Leaf, LEAF), (Tree, TREE)):
        assert not any(can_decode(kind, spoiled) for spoiled in spoilt(kind, data))


def test_offsets_are_counted_within_parts() -> None:
    assert offsets_of(Leaf, LEAF) == 1
    assert offsets_of(Tree, TREE) == 2 + 2 + 2
