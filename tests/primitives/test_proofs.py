"""Proofs against trees that are hashed here from nothing, and by brute force: whatever is false, no proof shows."""

from __future__ import annotations

from hashlib import sha256
from itertools import product
from random import Random
from typing import Any

import pytest
import ssz as py_ssz
from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec
from axivon_spec.runtime.outcome import perform
from axivon_spec.runtime.random_values import random_value
from axivon_spec.runtime.ssz import fields
from tests.runtime.ssz_oracle import to_py_ssz, to_py_value

SPEC = axivon_spec.load("minimal", kernels=())
DEPTH = int(SPEC.ENTRY_DEPTH)
EMPTY = bytes(32)


def pair(left: bytes, right: bytes) -> bytes:
    return sha256(left + right).digest()


def layers(leaves: list[bytes], depth: int) -> list[list[bytes]]:
    """Every node of a tree of 2^depth leaves, the leaves first."""
    found = [leaves + [EMPTY] * (2**depth - len(leaves))]
    for _ in range(depth):
        below = found[-1]
        found.append([pair(below[i], below[i + 1]) for i in range(0, len(below), 2)])
    return found


def siblings(tree: list[list[bytes]], index: int) -> list[bytes]:
    return [layer[index >> level ^ 1] for level, layer in enumerate(tree[:-1])]


def accepted(name: str, *arguments: Any) -> bool:
    return perform(getattr(SPEC, name), *arguments).accepted


def branch(nodes: list[bytes]) -> Any:
    return SPEC.List[SPEC.Bytes32, SPEC.MAX_MERKLE_DEPTH](*map(SPEC.Bytes32, nodes))


def digest(number: int) -> bytes:
    return sha256(number.to_bytes(8, "little")).digest()


# Plain trees


@settings(max_examples=60, deadline=None)
@given(depth=st.integers(0, 7), data=st.data())
def test_the_root_of_a_plain_tree(depth: int, data: Any) -> None:
    leaves = [digest(number) for number in range(data.draw(st.integers(0, 2**depth)))]
    listed = SPEC.List[SPEC.Bytes32, SPEC.MAX_MERKLE_LEAVES](*map(SPEC.Bytes32, leaves))
    assert SPEC.compute_merkle_root(listed, SPEC.uint64(depth)) == layers(leaves, depth)[-1][0]


def test_a_branch_shows_one_leaf_at_one_place() -> None:
    """Each branch of a tree of eight with each leaf at each index, also beyond the tree."""
    leaves = [digest(number) for number in range(8)]
    tree = layers(leaves, 3)
    root = SPEC.Bytes32(tree[-1][0])
    for shown, leaf, index in product(range(8), range(8), range(32)):
        given_branch = branch(siblings(tree, shown))
        answer = accepted(
            "check_merkle_branch", SPEC.Bytes32(leaves[leaf]), given_branch, SPEC.uint64(index), SPEC.uint64(3), root
        )
        assert answer == (shown == leaf == index)


# Fields of containers


@pytest.mark.parametrize("name", ["Operation", "BlockHeader", "Account", "TokenParameters", "Link"])
def test_a_branch_shows_a_field_of_a_container(name: str) -> None:
    """The fields' roots are those of the second SSZ library, and the tree above them is hashed here."""
    T = getattr(SPEC, name)
    value = random_value(T, Random(name))
    leaves = [
        bytes(py_ssz.get_hash_tree_root(to_py_value(getattr(value, field)), to_py_ssz(part)))
        for field, part in fields(T).items()
    ]
    depth = max(len(leaves) - 1, 0).bit_length()
    tree, root = layers(leaves, depth), SPEC.hash_tree_root(value)
    for shown, leaf, index in product(range(len(leaves)), range(len(leaves)), range(4 * 2**depth)):
        answer = accepted(
            "check_branch",
            SPEC.Bytes32(leaves[leaf]),
            branch(siblings(tree, shown)),
            SPEC.uint256(index),
            root,
        )
        place = index - 2**depth  # two fields side by side may have one root, and then one branch too
        assert answer == (
            0 <= place < 2**depth and tree[0][place] == leaves[leaf] and siblings(tree, place) == siblings(tree, shown)
        )


# Keyed collections


class Collection:
    """Entries by key, and their two lists with proofs made from hashes alone."""

    def __init__(self, keys: list[bytes]) -> None:
        self.entries = {key: number for number, key in enumerate(keys, 1)}
        ring = [EMPTY, *keys]
        rank = sorted(range(len(ring)), key=lambda index: ring[index])
        following = dict(zip(rank, [*rank[1:], 0], strict=True))
        self.links = [SPEC.Link(key=SPEC.Bytes32(key), next=following[index]) for index, key in enumerate(ring)]
        link_leaves = [pair(key, following[index].to_bytes(32, "little")) for index, key in enumerate(ring)]
        self.value_leaves = [digest(1000 + index) for index in range(len(ring))]
        self.link_tree, self.value_tree = layers(link_leaves, DEPTH), layers(self.value_leaves, DEPTH)
        length = len(ring).to_bytes(32, "little")
        self.links_root = SPEC.Bytes32(pair(self.link_tree[-1][0], length))
        self.values_root = SPEC.Bytes32(pair(self.value_tree[-1][0], length))

    def vector(self, tree: list[list[bytes]], index: int) -> Any:
        return SPEC.Vector[SPEC.Bytes32, SPEC.ENTRY_DEPTH](*map(SPEC.Bytes32, siblings(tree, index)))

    def link(self, index: int) -> Any:
        return SPEC.LinkProof(
            index=index, length=len(self.links), link=self.links[index], branch=self.vector(self.link_tree, index)
        )

    def is_shown(self, key: bytes, value: bytes, index: int) -> bool:
        """Whether the honest proof for an index shows this key with this value."""
        proof = SPEC.PresenceProof(entry=self.link(index), value_branch=self.vector(self.value_tree, index))
        return accepted(
            "check_presence",
            self.links_root,
            self.values_root,
            SPEC.Bytes32(key),
            SPEC.Bytes32(value),
            proof,
        )

    def shows_absence(self, key: bytes, lower: int, upper: int) -> bool:
        proof = SPEC.AbsenceProof(lower=self.link(lower), upper=self.link(upper))
        return accepted("check_absence", self.links_root, SPEC.Bytes32(key), proof)


some_keys = st.lists(st.integers(1, 2**256 - 1).map(lambda n: n.to_bytes(32, "big")), max_size=5, unique=True)


def neighbours(keys: list[bytes]) -> list[bytes]:
    """The keys, what lies just above and below each, and the two ends."""
    numbers = {0, 1, 2**256 - 1}
    for key in keys:
        number = int.from_bytes(key, "big")
        numbers |= {number - 1, number, min(number + 1, 2**256 - 1)}
    return [number.to_bytes(32, "big") for number in sorted(numbers)]


@settings(max_examples=25, deadline=None)
@given(keys=some_keys)
def test_lists_have_the_roots_that_hashing_gives(keys: list[bytes]) -> None:
    """The spec's own insertion makes the ring, and its engine the root."""
    made, collection = SPEC.List[SPEC.Link, SPEC.MAX_ENTRIES](SPEC.Link()), Collection(keys)
    for key in keys:
        SPEC.insert_link(made, SPEC.Bytes32(key))
    assert list(made) == collection.links
    assert SPEC.hash_tree_root(made) == collection.links_root


@settings(max_examples=15, deadline=None)
@given(keys=some_keys)
def test_what_is_present_is_shown_and_nothing_else(keys: list[bytes]) -> None:
    collection = Collection(keys)
    for key, index in product(neighbours(keys), range(len(keys) + 1)):
        for value in {index, 0}:
            right = key in keys and collection.entries[key] == index == value
            assert collection.is_shown(key, collection.value_leaves[value], index) == right


@settings(max_examples=15, deadline=None)
@given(keys=some_keys)
def test_exactly_one_pair_of_links_shows_an_absent_key_and_none_a_present_one(keys: list[bytes]) -> None:
    collection = Collection(keys)
    everywhere = list(product(range(len(keys) + 1), repeat=2))
    for key in neighbours(keys):
        shown = [pair for pair in everywhere if collection.shows_absence(key, *pair)]
        assert len(shown) == (0 if key == EMPTY or key in keys else 1)
