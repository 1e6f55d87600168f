"""Values of SSZ types: what they refuse, how they change in place, their roots and branches."""

from __future__ import annotations

import gc
import re
import weakref
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axivon_spec.runtime import ssz
from axivon_spec.runtime.ssz import (
    Bitlist,
    Bitvector,
    ByteList,
    Bytes4,
    Bytes20,
    Bytes32,
    Bytes48,
    ByteVector,
    Container,
    List,
    Vector,
    boolean,
    bound,
    element_type,
    fields,
    from_value,
    generalized_index,
    hash_tree_root,
    install,
    kind,
    prove,
    serialize,
    to_value,
    type_name,
    uint8,
    uint16,
    uint32,
    uint64,
    uint128,
    uint256,
)
from tests.runtime.sample_types import TYPES, Account, Amount, Ledger, Note, Optional, Root, Single
from tests.runtime.ssz_oracle import assert_agrees


def h(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def chunk(data: bytes) -> bytes:
    return data.ljust(32, b"\0")


ZERO = bytes(32)


def length(n: int) -> bytes:
    return n.to_bytes(32, "little")


# Roots, computed by hand


def test_roots_of_basic_values_are_their_padded_bytes():
    assert hash_tree_root(uint64(0x0102)) == chunk(b"\x02\x01")
    assert hash_tree_root(boolean(True)) == chunk(b"\x01")
    assert hash_tree_root(uint256(2**256 - 1)) == b"\xff" * 32
    assert hash_tree_root(Bytes20(b"\x07" * 20)) == chunk(b"\x07" * 20)
    assert hash_tree_root(Bytes48(b"\x05" * 48)) == h(b"\x05" * 32, chunk(b"\x05" * 16))


def test_root_of_a_container_is_that_of_its_fields_padded_to_a_power_of_two():
    account = Account(owner=b"\x01" * 20, balance=5, nonce=6)
    assert hash_tree_root(account) == h(
        h(chunk(b"\x01" * 20), chunk(b"\x05")),
        h(chunk(b"\x06"), ZERO),
    )


def test_root_of_a_list_of_integers_packs_them_and_mixes_in_the_length():
    numbers = List[uint64, 16](range(1, 6))
    packed = b"".join(n.to_bytes(8, "little") for n in range(1, 6)).ljust(128, b"\0")
    contents = h(h(packed[:32], packed[32:64]), h(ZERO, ZERO))
    assert hash_tree_root(numbers) == h(contents, length(5))


def test_root_of_a_list_of_containers_has_a_leaf_for_each():
    first, second = Note(kind=1), Note(kind=2, text=b"ab")
    expected = h(h(h(hash_tree_root(first), hash_tree_root(second)), h(ZERO, ZERO)), length(2))
    assert hash_tree_root(List[Note, 3](first, second)) == expected


def test_roots_of_bits():
    assert hash_tree_root(Bitvector[9]([1, 0, 0, 0, 0, 0, 0, 0, 1])) == chunk(b"\x01\x01")
    assert hash_tree_root(Bitlist[9]([0, 1])) == h(chunk(b"\x02"), length(2))
    assert hash_tree_root(Bitlist[300]([1])) == h(h(chunk(b"\x01"), ZERO), length(1))


def test_root_of_byte_lists():
    assert hash_tree_root(ByteList[40](b"ab")) == h(h(chunk(b"ab"), ZERO), length(2))
    assert hash_tree_root(ByteList[0]()) == h(ZERO, ZERO)


# Refused values

REFUSED = [
    (lambda: uint8(256), ValueError),
    (lambda: uint64(-1), ValueError),
    (lambda: uint64(1) - 2, ValueError),
    (lambda: uint64(2**63) + uint64(2**63), ValueError),
    (lambda: uint64(1) + uint8(1), ValueError),
    (lambda: uint64(1) // uint64(0), ZeroDivisionError),
    (lambda: uint64(1.0), TypeError),
    (lambda: boolean(2), ValueError),
    (lambda: Bytes4(4), TypeError),  # bytes(4) would be four zeros
    (lambda: Bytes4(b"abc"), ValueError),
    (lambda: Bytes4("0x0102030405"), ValueError),
    (lambda: ByteList[2](b"abc"), ValueError),
    (lambda: ByteList[2](1), TypeError),
    (lambda: Account(ballance=1), AttributeError),
    (lambda: Account(balance=b"\1" * 8), TypeError),
    (lambda: Account(balance=uint8(1)), ValueError),
    (lambda: Account(owner=Bytes32()), ValueError),
    (lambda: Account(owner=uint256(1)), TypeError),
    (lambda: Account(owner=20), TypeError),
    (lambda: Optional(value=Note()), TypeError),
    (lambda: Optional(value=[Account()]), TypeError),
    (lambda: Optional(value=[Note(), Note()]), ValueError),
    (lambda: List[uint64, 2]([1, 2, 3]), ValueError),
    (lambda: List[uint64, 2](b"ab"), TypeError),
    (lambda: List[Bytes20, 2]([Bytes32()]), ValueError),
    (lambda: List[Note, 2](Account()), TypeError),
    (lambda: Vector[uint64, 2]([]), ValueError),
    (lambda: Vector[uint64, 2]([1]), ValueError),
    (lambda: Bitlist[2]([2]), ValueError),
    (lambda: Bitlist[2](["no"]), TypeError),
    (lambda: Bitlist[2]([1, 1, 1]), ValueError),
    (lambda: Bitvector[2]([]), ValueError),
    (lambda: Bitvector[2]([1]), ValueError),
    (lambda: List[uint64, 2]([1])[1], IndexError),
    (lambda: List[uint64, 2]([1])[-1], IndexError),
    (lambda: List[uint64, 2]([1])[:-1], IndexError),
    (lambda: List[uint64, 2]([1])[0:2], IndexError),
    (lambda: Vector[uint64, 2]()[2], IndexError),
    (lambda: Bitlist[2]([1])[1], IndexError),
    (lambda: List[uint64, 2]().pop(), IndexError),
    (lambda: Bitlist[2]().pop(), IndexError),
    (lambda: List[uint64, 1]([1]).append(1), ValueError),
    (lambda: Bitlist[1]([1]).append(1), ValueError),
    (lambda: List[uint64, 1]().append(uint8(1)), ValueError),
    (lambda: Account().__setattr__("balanse", 1), AttributeError),
    (lambda: Account().balanse, AttributeError),
    (lambda: install(Account(), Note()), TypeError),
    (lambda: install(uint64(1), uint64(2)), TypeError),
]


@pytest.mark.parametrize(("make", "error"), REFUSED)
def test_values_that_do_not_fit_are_refused(make, error):
    with pytest.raises(error):
        make()


def test_types_that_make_no_sense_are_refused():
    for make in (
        lambda: Vector[uint64, 0],
        lambda: ByteVector[0],
        lambda: Bitvector[0],
        lambda: List[int, 4],
        lambda: List[uint64, -1],
        lambda: type("Bad", (Container,), {"__annotations__": {"amount": int}}),
        lambda: type("Bad", (Container,), {"__annotations__": {"copy": uint64}}),  # would hide the method
        lambda: type("Bad", (Container,), {"__annotations__": {"hook": uint64}}),
        lambda: type("Bad", (Container,), {"__annotations__": {"_hidden": uint64}}),
    ):
        with pytest.raises(TypeError):
            make()
    with pytest.raises(Exception, match="at least one field"):
        type("Empty", (Container,), {"__annotations__": {}})


# Types


def test_two_modules_import_the_engine():
    package = Path(ssz.__file__).parents[1]
    engine = re.compile(r"^\s*(import|from) remerkleable", re.MULTILINE)
    importers = [path.name for path in package.rglob("*.py") if engine.search(path.read_text(encoding="utf-8"))]
    assert sorted(importers) == ["ssz_tree.py", "ssz_types.py"]


def test_equal_types_are_identical_and_have_readable_names():
    assert List[Account, 1024] is List[Account, uint64(1024)]
    assert ByteVector[32] is Bytes32
    assert [
        type_name(T) for T in (List[Account, 1024], Vector[List[uint8, 3], 2], Bytes32, ByteVector[33], Amount)
    ] == [
        "List[Account, 1024]",
        "Vector[List[uint8, 3], 2]",
        "Bytes32",
        "ByteVector[33]",
        "Amount",
    ]


def test_what_a_type_is_can_be_asked():
    assert [kind(T) for T in (Amount, boolean, Account, Root, ByteList[2], Bitlist[2], Bitvector[2])] == [
        *("uint", "boolean", "container", "bytevector", "bytelist", "bitlist", "bitvector"),
    ]
    assert kind(int) is None
    assert fields(Account) == {"owner": Bytes20, "balance": Amount, "nonce": uint64}
    assert (element_type(List[Note, 3]), bound(List[Note, 3]), bound(uint32), bound(Root)) == (Note, 3, 32, 32)


def test_dropped_types_are_freed():
    def make():
        T = type("Temporary", (Container,), {"__annotations__": {"amount": uint64}})
        value = List[T, 77]([T(amount=1)])
        assert value[0].amount == 1
        return weakref.ref(T), weakref.ref(type(value))

    references = make()
    gc.collect()  # the list type, and with it the key that holds its element type
    gc.collect()
    assert [reference() for reference in references] == [None, None]


# Change in place


def test_a_part_writes_through_to_the_whole():
    ledger = Ledger(accounts=[Account(), Account(balance=1)])
    before = hash_tree_root(ledger)
    account = ledger.accounts[1]
    account.balance += 5
    assert ledger.accounts[1].balance == 6
    assert type(ledger.accounts[1].balance) is Amount
    assert hash_tree_root(ledger) != before
    for account in ledger.accounts:
        account.nonce = 3
    assert [account.nonce for account in ledger.accounts] == [3, 3]


def test_a_copy_is_independent():
    ledger = Ledger(accounts=[Account()])
    copy = ledger.copy()
    copy.accounts[0].balance = 9
    assert ledger.accounts[0].balance == 0
    assert copy != ledger


def test_a_part_taken_before_another_write_restores_the_old_value():
    """Why spec code writes by path only: here the receiver's money is lost."""
    ledger = Ledger(accounts=[Account(balance=10), Account()])
    accounts = ledger.accounts
    ledger.accounts[1].balance += 4
    accounts[0].balance -= 4
    assert [account.balance for account in ledger.accounts] == [6, 0]


def test_install_makes_the_target_equal_in_place():
    ledger = Ledger(accounts=[Account(balance=1)])
    install(ledger.accounts[0], Account(balance=7))
    assert ledger.accounts[0].balance == 7
    other = Ledger(paused=True)
    install(ledger, other)
    assert ledger == other
    other.paused = False
    assert ledger.paused


def test_values_of_different_types_are_not_equal():
    assert Note(kind=1) != Single(only=1)
    assert Bitlist[2]([1]) != Bitlist[3]([0])
    assert List[uint64, 2]([1]) == [1]
    assert List[uint64, 2]([1]) != [2]
    assert List[uint64, 2]([1]) != [1, 0]
    assert hash(Note()) == hash(Note())


operations = st.lists(st.tuples(st.sampled_from(["append", "pop", "set"]), st.integers(0, 2**16 - 1)), max_size=40)


@given(
    st.sampled_from([List[uint16, 20], List[Amount, 20], List[Single, 20], List[boolean, 20], Bitlist[20]]), operations
)
def test_a_changed_list_is_the_list_made_of_the_same_elements(T, steps):
    element = boolean if kind(T) == "bitlist" else element_type(T)

    def make(number):
        return Single(only=number % 256) if element is Single else element(number % 2 if element is boolean else number)

    view, model = T(), []
    for step, number in steps:
        if step == "append" and len(model) < 20:
            view.append(make(number))
            model.append(make(number))
        elif step == "pop" and model:
            view.pop()
            model.pop()
        elif step == "set" and model:
            view[number % len(model)] = make(number)
            model[number % len(model)] = make(number)
        assert view == T(model)
    assert list(view) == model
    assert serialize(view) == serialize(T(model))
    assert_agrees(view)


@given(st.lists(st.booleans(), max_size=600), st.data())
def test_a_changed_bit_changes_nothing_else(bits, data):
    view = Bitlist[600](bits)
    for _ in range(3):
        if bits:
            place, bit = data.draw(st.integers(0, len(bits) - 1)), data.draw(st.booleans())
            view[place] = bits[place] = bit
    if bits:
        bits.pop()
        view.pop()
    assert view == Bitlist[600](bits)
    assert_agrees(view)


# Positions and branches


def root_of_branch(leaf: bytes, branch: list[bytes], gindex: int) -> bytes:
    for sibling in branch:
        leaf = h(sibling, leaf) if gindex & 1 else h(leaf, sibling)
        gindex >>= 1
    assert gindex == 1
    return leaf


def test_generalized_indices():
    assert generalized_index(Account) == 1
    assert [generalized_index(Account, name) for name in ("owner", "balance", "nonce")] == [4, 5, 6]
    assert generalized_index(List[uint64, 16], "__len__") == 3
    assert generalized_index(List[uint64, 16], 0) == 8
    assert generalized_index(List[uint64, 16], 7) == 9
    assert generalized_index(Vector[uint64, 16], 7) == 5
    assert generalized_index(Ledger, "accounts", 3, "nonce") == ((8 << 1) << 40 | 3) << 2 | 2
    assert generalized_index(Bitvector[300], 256) == 3
    assert generalized_index(Bitlist[300], 299) == 5
    assert generalized_index(ByteList[64], 40) == 5
    assert generalized_index(Bytes48, 47) == 3
    assert generalized_index(Ledger, "notes", "__len__") == (9 << 1) | 1


@pytest.mark.parametrize(
    ("T", "path"),
    [
        (Account, ("ballance",)),
        (Account, (0,)),
        (Account, ("__len__",)),
        (List[uint64, 4], (4,)),
        (List[uint64, 4], (-1,)),
        (List[uint64, 4], ("first",)),
        (Vector[uint64, 4], ("__len__",)),
        (uint64, (0,)),
        (List[uint64, 4], ("__len__", 0)),
    ],
)
def test_paths_that_lead_nowhere_are_refused(T, path):
    with pytest.raises(KeyError):
        generalized_index(T, *path)


@pytest.mark.parametrize(
    ("path", "leaf"),
    [
        (("accounts", 1, "balance"), chunk(b"\x07")),
        (("accounts", 1), None),
        (("accounts", "__len__"), length(2)),
        (("accounts", 2**39), ZERO),  # absent: the place is empty
        (("notes", 0, "text", "__len__"), length(2)),
        (("notes", 0, "text", 1), chunk(b"ab")),
        (("paused",), chunk(b"\x01")),
        (("root",), None),
        ((), None),
    ],
)
def test_branches_lead_to_the_root(path, leaf):
    ledger = Ledger(accounts=[Account(), Account(balance=7)], notes=[Note(text=b"ab")], paused=True)
    part = ledger
    for step in path if leaf is None else ():
        part = part[step] if isinstance(step, int) else getattr(part, step)
    gindex = generalized_index(Ledger, *path)
    branch = prove(ledger, gindex)
    assert len(branch) == gindex.bit_length() - 1
    assert root_of_branch(leaf if leaf is not None else hash_tree_root(part), branch, gindex) == hash_tree_root(ledger)


def test_there_is_no_branch_below_a_leaf():
    with pytest.raises(KeyError):
        prove(Account(balance=7), generalized_index(Account, "balance") << 1)


# The form for readers


def test_the_form_for_readers():
    ledger = Ledger(
        accounts=[Account(owner=b"\x01" * 20, balance=2**60)], notes=[Note(kind=3, text=b"ab")], signers=[1]
    )
    value = to_value(ledger)
    assert value["accounts"] == [{"owner": "0x" + "01" * 20, "balance": str(2**60), "nonce": "0"}]
    assert value["notes"] == [{"kind": 3, "text": "0x6162"}]
    assert value["signers"] == "0x03"
    assert value["parameters"] == [0, 0, 0]
    assert value["paused"] is False
    assert from_value(Ledger, value) == ledger


@pytest.mark.parametrize(
    ("T", "value"),
    [
        (uint8, "1"),
        (uint8, True),
        (uint8, 256),
        (uint64, 1),
        (uint64, "01"),
        (uint64, "-1"),
        (uint64, "١"),
        (uint64, str(2**64)),
        (uint128, ""),
        (boolean, 1),
        (Bytes4, "01020304"),
        (Bytes4, "0x010203"),
        (Bytes4, "0x0102030g"),
        (Bitlist[4], "0x00"),
        (Account, {"owner": "0x" + "00" * 20, "balance": "0"}),
        (List[uint8, 2], "0x01"),
        (List[uint8, 2], [1, 2, 3]),
    ],
)
def test_other_forms_are_refused(T, value):
    with pytest.raises(ValueError):
        from_value(T, value)


@pytest.mark.parametrize("T", TYPES, ids=type_name)
def test_defaults_are_all_zero(T):
    default = T(0) if kind(T) in ("uint", "boolean") else T()
    assert default == T.default(None)


@pytest.mark.parametrize("value", [True, False])
def test_a_comparison_is_an_ssz_boolean(value: bool) -> None:
    assert serialize(value) == serialize(boolean(value)) == bytes([value])
    assert hash_tree_root(value) == hash_tree_root(boolean(value))
