"""Encodings and roots against py-ssz, on values of every shape."""

from __future__ import annotations

from random import Random

import pytest

from axivon_spec.runtime.random_values import random_value, smallest_size
from axivon_spec.runtime.ssz import (
    decode,
    from_value,
    hash_tree_root,
    serialize,
    to_value,
    type_name,
)
from tests.runtime.sample_types import TYPES, Ledger
from tests.runtime.ssz_oracle import assert_agrees

all_types = pytest.mark.parametrize("T", TYPES, ids=type_name)
BUDGET = 700


def values(T, count=12):
    """The default, the largest, and random values of `T`."""
    random = Random(type_name(T))
    yield random_value(T, random, "default")
    yield random_value(T, random, "largest", BUDGET)
    for _ in range(count):
        yield random_value(T, random, "random", BUDGET)


@all_types
def test_bytes_and_root_are_those_of_the_oracle(T):
    for value in values(T):
        assert_agrees(value)


@all_types
def test_decoding_gives_back_the_value(T):
    for value in values(T):
        again = decode(T, serialize(value))
        assert again == value
        assert type(again) is T
        assert hash_tree_root(again) == hash_tree_root(value)
        assert serialize(again) == serialize(value)


@all_types
def test_the_engine_encodes_and_decodes_the_same(T):
    for value in values(T):
        assert value.encode_bytes() == serialize(value)
        assert T.decode_bytes(serialize(value)) == value


@all_types
def test_the_form_for_readers_gives_back_the_value(T):
    for value in values(T):
        assert from_value(T, to_value(value)) == value


@all_types
def test_values_keep_to_the_budget(T):
    for value in values(T):
        assert smallest_size(T) <= len(serialize(value)) <= max(BUDGET, smallest_size(T))


@all_types
def test_drawing_is_reproducible(T):
    assert list(values(T)) == list(values(T))


def test_the_largest_value_uses_most_of_its_budget():
    value = random_value(Ledger, Random(0), "largest", 20_000)
    assert 10_000 < len(serialize(value)) <= 20_000
    assert len(value.signers) == 300
    assert len(value.notes) == 5
    assert all(len(note.text) == 40 for note in value.notes)
