"""What a certificate proves, by counting every choice of signers of small sets."""

from __future__ import annotations

from itertools import product
from types import ModuleType
from typing import Any

import pytest

import axivon_spec
from axivon_spec.runtime.outcome import perform
from generators.scene import at_height, certificate, genesis, public_key, vote

STAKES = [(1, 1, 1), (1, 1, 1, 1), (2, 1, 1), (5, 3, 1, 1), (1, 2, 3, 4, 5), (7, 7, 7, 1), (10, 1, 1, 1, 1, 1)]


@pytest.fixture(scope="module")
def spec() -> ModuleType:
    return axivon_spec.load("minimal")


def weighted(spec: ModuleType, weights: tuple[int, ...]) -> Any:
    """A state whose running set has as many members as there are weights, the test keys in order."""
    state = at_height(spec, genesis(spec), 3 * int(spec.HEIGHTS_PER_EPOCH) + 2)
    state.consensus.sets[1] = spec.ValidatorSet(
        indices=list(range(len(weights))),
        public_keys=[public_key(spec, number) for number in range(len(weights))],
        stakes=weights,
        weights=weights,
    )
    return state


def quorums(spec: ModuleType, weights: tuple[int, ...]) -> list[frozenset[int]]:
    """The sets of positions whose certificate is accepted."""
    state = weighted(spec, weights)
    cast = vote(spec, spec.VoteKind.FINALIZE, spec.Round(epoch=3, view=9), spec.Bytes32(b"\x01" * 32))
    found = []
    for bits in product((False, True), repeat=len(weights)):
        absent = [position for position, bit in enumerate(bits) if not bit]
        if len(absent) == len(weights):
            continue
        made = certificate(spec, state, cast, absent)
        if perform(spec.check_certificate, state, made).accepted:
            found.append(frozenset(range(len(weights))) - frozenset(absent))
    return found


@pytest.mark.parametrize("weights", STAKES)
def test_exactly_more_than_two_thirds_make_a_certificate(spec: ModuleType, weights: tuple[int, ...]) -> None:
    found = set(quorums(spec, weights))
    for bits in product((False, True), repeat=len(weights)):
        members = frozenset(position for position, bit in enumerate(bits) if bit)
        enough = 3 * sum(weights[position] for position in members) > 2 * sum(weights)
        assert (members in found) == enough


@pytest.mark.parametrize("weights", STAKES)
def test_two_certificates_share_more_than_a_third(spec: ModuleType, weights: tuple[int, ...]) -> None:
    found = quorums(spec, weights)
    for one, other in product(found, found):
        assert 3 * sum(weights[position] for position in one & other) > sum(weights)


def test_without_the_dishonest_third_there_is_no_quorum_and_without_less_there_is(spec: ModuleType) -> None:
    """Liveness: honest members with more than two thirds are a quorum by themselves."""
    for weights in STAKES:
        found = set(quorums(spec, weights))
        for bits in product((False, True), repeat=len(weights)):
            dishonest = frozenset(position for position, bit in enumerate(bits) if bit)
            stake = sum(weights[position] for position in dishonest)
            honest = frozenset(range(len(weights))) - dishonest
            assert (honest in found) == (3 * stake < sum(weights))
