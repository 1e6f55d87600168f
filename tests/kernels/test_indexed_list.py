"""The index beside the links gives what the walk over them gives, whichever list it was asked about before."""

from __future__ import annotations

import random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import axivon_spec
from axivon_spec.kernels import indexed_list


@pytest.fixture(scope="module")
def spec() -> ModuleType:
    return axivon_spec.load("minimal", kernels=())


def new_links(spec: ModuleType) -> Any:
    links = spec.List[spec.Link, spec.MAX_ENTRIES]()
    links.append(spec.Link())
    return links


def key_of(spec: ModuleType, number: int) -> Any:
    return spec.sha256(number.to_bytes(4, "little"))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_index_and_walk_agree_on_lists_that_grow_and_are_rolled_back(spec: ModuleType, seed: int) -> None:
    draw = random.Random(seed)
    lists = [new_links(spec), new_links(spec)]
    snapshots = [links.copy() for links in lists]
    for _ in range(40):
        which = draw.randrange(2)
        action = draw.random()
        if action < 0.4:
            key = key_of(spec, draw.randrange(10**9))
            spec.insert_link(lists[which], key)
        elif action < 0.5:
            snapshots[which] = lists[which].copy()
        elif action < 0.6:
            lists[which] = snapshots[which].copy()
        wanted = key_of(spec, draw.randrange(10**9)) if draw.random() < 0.5 else lists[which][len(lists[which]) - 1].key
        assert indexed_list.find_predecessor(lists[which], wanted) == spec.find_predecessor(lists[which], wanted)


def test_the_index_follows_a_list_that_was_decoded_from_bytes(spec: ModuleType) -> None:
    links = new_links(spec)
    for number in range(20):
        spec.insert_link(links, key_of(spec, number))
        decoded = spec.decode(type(links), spec.serialize(links))
        for probe in range(0, 40, 3):
            key = key_of(spec, probe)
            assert indexed_list.find_predecessor(decoded, key) == spec.find_predecessor(links, key)


def test_more_lists_than_indices_are_kept_apart(spec: ModuleType) -> None:
    lists = []
    for start in range(indexed_list.INDICES + 3):
        links = new_links(spec)
        for number in range(5):
            spec.insert_link(links, key_of(spec, 1000 * start + number))
        lists.append(links)
    for links in lists + lists[::-1]:
        for probe in (0, 1001, 5003, 18002):
            key = key_of(spec, probe)
            assert indexed_list.find_predecessor(links, key) == spec.find_predecessor(links, key)
