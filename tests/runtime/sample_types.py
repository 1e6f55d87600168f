"""SSZ types of every shape, for the tests of this folder."""

from axivon_spec.runtime.ssz import (
    Bitlist,
    Bitvector,
    ByteList,
    Bytes20,
    Bytes32,
    Bytes48,
    Bytes65,
    ByteVector,
    Container,
    List,
    Vector,
    boolean,
    uint8,
    uint16,
    uint32,
    uint64,
    uint128,
    uint256,
)


class Amount(uint64):
    pass


class Root(Bytes32):
    pass


class Account(Container):
    owner: Bytes20
    balance: Amount
    nonce: uint64


class Note(Container):
    kind: uint8
    text: ByteList[40]


class Optional(Container):
    value: List[Note, 1]


class Ledger(Container):
    accounts: List[Account, 2**40]
    notes: List[Note, 5]
    seats: Bitvector[11]
    signers: Bitlist[300]
    parameters: Vector[uint16, 3]
    paused: boolean
    pair: Vector[Note, 2]
    root: Root


class Single(Container):
    only: uint8


TYPES = (
    boolean,
    uint8,
    uint16,
    uint32,
    uint64,
    uint128,
    uint256,
    Amount,
    Root,
    Bytes20,
    Bytes48,
    Bytes65,
    ByteVector[1],
    ByteVector[33],
    ByteList[0],
    ByteList[1],
    ByteList[31],
    ByteList[32],
    ByteList[1000],
    Bitvector[1],
    Bitvector[7],
    Bitvector[8],
    Bitvector[9],
    Bitvector[256],
    Bitvector[513],
    Bitlist[0],
    Bitlist[1],
    Bitlist[8],
    Bitlist[9],
    Bitlist[256],
    Bitlist[1000],
    List[uint8, 100],
    List[boolean, 9],
    List[uint16, 7],
    List[uint64, 2**50],
    List[uint256, 3],
    List[Bytes48, 4],
    List[Amount, 5],
    List[List[uint16, 4], 3],
    List[ByteList[9], 6],
    List[Bitlist[9], 6],
    List[Account, 3],
    List[Note, 3],
    List[Single, 100],
    Vector[boolean, 3],
    Vector[uint8, 33],
    Vector[uint64, 5],
    Vector[Bytes32, 3],
    Vector[Vector[uint8, 2], 3],
    Vector[List[uint8, 3], 3],
    Vector[Note, 3],
    Single,
    Account,
    Note,
    Optional,
    Ledger,
)
