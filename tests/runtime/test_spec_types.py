"""Every container of the spec, in both presets, against the second SSZ library."""

from __future__ import annotations

from random import Random

import pytest

import axivon_spec
from axivon_spec.runtime.random_values import random_value
from axivon_spec.runtime.ssz import Container, decode, serialize
from tests.runtime.ssz_oracle import assert_agrees

BUDGET = 2000


def containers(preset):
    spec = axivon_spec.load(preset)
    return {
        name: T
        for name, T in vars(spec).items()
        if isinstance(T, type) and issubclass(T, Container) and T is not Container
    }


@pytest.mark.parametrize("preset", axivon_spec.PRESETS)
def test_bytes_and_roots_of_all_containers_are_those_of_the_oracle(preset):
    found = containers(preset)
    assert "State" in found
    for name, T in found.items():
        random = Random(name)
        for mode in ("default", "largest", "random", "random", "random"):
            value = random_value(T, random, mode, BUDGET)
            assert_agrees(value)
            assert decode(T, serialize(value)) == value
