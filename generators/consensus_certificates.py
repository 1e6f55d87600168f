"""Certificates: what that of a parent says, and who must have signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, named_after, step
from generators.certificates import register_spoilt
from generators.chain import completed
from generators.epochs import LAST, after_late_views, second, within
from generators.primitives import digest
from generators.scene import certificate, consensus_data, genesis, parent_vote, vote

# Certificates of parents


def with_certificate(spec: ModuleType, state: Any, made: Any, **changes: Any) -> Any:
    """The next block with this certificate of its parent."""
    data = consensus_data(spec, state)
    data.certificate = made
    return completed(spec, state, consensus=data, **changes)


@case("consensus", "parent", rejects="consensus.check_parent_certificate.certificate-of-genesis")
def a_certificate_of_genesis(spec: ModuleType) -> Steps:
    """Nobody voted for genesis."""
    state = genesis(spec)
    made = certificate(spec, state, parent_vote(spec, state))
    yield step(spec.state_transition, state, with_certificate(spec, state, made))


@case("consensus", "parent", rejects="consensus.check_parent_certificate.certificate-of-genesis")
def an_empty_certificate_of_genesis_with_a_signer(spec: ModuleType) -> Steps:
    """No certificate is the default of its type and nothing else."""
    state = genesis(spec)
    made = spec.Certificate(signers=spec.Bitlist[spec.MAX_VALIDATORS](False))
    yield step(spec.state_transition, state, with_certificate(spec, state, made))


def parent_case(
    topic: str, rule: str | None, start: Callable[[ModuleType], Any] = second, allows: tuple[str, ...] = ()
) -> Callable[[Callable[[ModuleType, Any], Any]], None]:
    """A block whose certificate is what the function makes."""

    def register_case(make: Callable[[ModuleType, Any], Any]) -> None:
        def made(spec: ModuleType) -> Steps:
            state = start(spec)
            yield step(spec.state_transition, state, with_certificate(spec, state, make(spec, state)))

        case("consensus", topic, rejects=rule, allows=allows)(named_after(make, made))

    return register_case


@parent_case("parent", "consensus.check_parent_certificate.wrong-kind")
def of_finalizing_votes_within_an_epoch(spec: ModuleType, state: Any) -> Any:
    """Within an epoch a block builds on a notarization."""
    return certificate(spec, state, parent_vote(spec, state, kind=spec.VoteKind.FINALIZE))


@parent_case("parent", "consensus.check_parent_certificate.wrong-kind")
def of_proposing_votes(spec: ModuleType, state: Any) -> Any:
    """A proposal is no consent."""
    return certificate(spec, state, parent_vote(spec, state, kind=spec.VoteKind.PROPOSE))


@parent_case("parent", "consensus.check_parent_certificate.wrong-kind")
def of_nullifying_votes(spec: ModuleType, state: Any) -> Any:
    """Nor is a vote to skip the round."""
    return certificate(spec, state, parent_vote(spec, state, kind=spec.VoteKind.NULLIFY))


@parent_case("parent", "consensus.check_parent_certificate.wrong-kind", after_late_views)
def of_notarizing_votes_at_the_end_of_an_epoch(spec: ModuleType, state: Any) -> Any:
    """The last block of an epoch must be finalized."""
    return certificate(spec, state, parent_vote(spec, state, kind=spec.VoteKind.NOTARIZE))


@parent_case("parent", "consensus.check_parent_certificate.wrong-block")
def of_another_block(spec: ModuleType, state: Any) -> Any:
    """The same round, another block."""
    return certificate(spec, state, parent_vote(spec, state, block_root=digest(spec, 7)))


@parent_case("parent", "consensus.check_parent_certificate.wrong-view")
def of_a_later_view_within_an_epoch(spec: ModuleType, state: Any) -> Any:
    """Within an epoch nothing is proposed again."""
    return certificate(spec, state, parent_vote(spec, state, at=spec.Round(epoch=0, view=2)))


@parent_case(
    "parent",
    "consensus.check_parent_certificate.view-before-parent",
    allows=("consensus.check_parent_certificate.wrong-view",),
)
def of_an_earlier_view_within_an_epoch(spec: ModuleType, state: Any) -> Any:
    """Nobody can vote for what is not proposed."""
    return certificate(spec, state, parent_vote(spec, state, at=spec.Round(epoch=0, view=0)))


@parent_case("parent", "consensus.check_parent_certificate.view-before-parent", after_late_views)
def of_an_earlier_view_at_the_end_of_an_epoch(spec: ModuleType, state: Any) -> Any:
    """It may be proposed again later, not earlier."""
    at = state.chain.latest_header.round.copy()
    at.view -= 1
    return certificate(spec, state, parent_vote(spec, state, at=at))


@parent_case("parent", None, after_late_views)
def of_a_later_view_at_the_end_of_an_epoch(spec: ModuleType, state: Any) -> Any:
    """The last block of an epoch was proposed again, and finalized so."""
    at = state.chain.latest_header.round.copy()
    at.view += 3
    return certificate(spec, state, parent_vote(spec, state, at=at))


@parent_case("parent", "consensus.check_parent_certificate.wrong-epoch", after_late_views)
def by_the_running_epoch_for_the_block_before_it(spec: ModuleType, state: Any) -> Any:
    """A block is finalized by the set of its own epoch."""
    at = state.chain.latest_header.round.copy()
    at.epoch += 1
    return certificate(spec, state, parent_vote(spec, state, at=at))


@parent_case("parent", "consensus.check_parent_certificate.wrong-epoch", within)
def by_the_epoch_before_for_a_block_of_the_running_one(spec: ModuleType, state: Any) -> Any:
    """The set before this one has nothing to say."""
    at = state.chain.latest_header.round.copy()
    at.epoch -= 1
    return certificate(spec, state, parent_vote(spec, state, at=at))


@case("consensus", "parent", rejects="chain.process_header.wrong-consensus-root")
def with_a_certificate_that_its_header_does_not_name(spec: ModuleType) -> Steps:
    """Another valid certificate of the same parent."""
    state = second(spec)
    named = consensus_data(spec, state)
    brought = named.copy()
    brought.certificate = certificate(spec, state, parent_vote(spec, state), absent=[3])
    made = completed(spec, state, consensus=brought, consensus_root=spec.hash_tree_root(named))
    yield step(spec.state_transition, state, made)


# Certificates: who signed


def certificate_case(
    rule: str | None, start: Callable[[ModuleType], Any] = second, allows: tuple[str, ...] = ()
) -> Callable[[Callable[[ModuleType, Any], Any]], None]:
    """A certificate of the parent, by itself and in the next block."""

    def register_case(make: Callable[[ModuleType, Any], Any]) -> None:
        def alone(spec: ModuleType) -> Steps:
            state = start(spec)
            yield step(spec.check_certificate, state, make(spec, state))

        case("consensus", "certificate", rejects=rule, allows=allows)(named_after(make, alone))
        parent_case("certificate_in_block", rule, start, allows)(make)

    return register_case


def of_members(spec: ModuleType, state: Any, kept: Iterable[int]) -> Any:
    """A certificate of the parent by the members at these positions."""
    frozen = state.consensus.sets[0 if state.chain.latest_header.round.epoch != state.consensus.epoch else 1]
    kept = set(kept)
    return certificate(spec, state, parent_vote(spec, state), set(range(len(frozen.indices))) - kept)


def thirds(spec: ModuleType, surplus: int) -> Any:
    """The state after a block; of 3 nAXN that are at stake, the first two members have 2, and so much more."""
    state = second(spec)
    for member, weight in enumerate((10**14, 10**14 + surplus, 10**13, 9 * 10**13)):
        state.consensus.sets[1].stakes[member] = state.consensus.sets[1].weights[member] = weight
    return state


def at_two_thirds(spec: ModuleType) -> Any:
    return thirds(spec, 0)


def above_two_thirds(spec: ModuleType) -> Any:
    return thirds(spec, 1)


def below_two_thirds(spec: ModuleType) -> Any:
    return thirds(spec, -1)


def with_one_slashed(spec: ModuleType) -> Any:
    """The state after a block, in a set of which the largest member was slashed an epoch ago."""
    state = second(spec)
    state.consensus.sets[1].weights[0] = 0
    return state


@certificate_case(None, with_one_slashed)
def by_more_than_two_thirds_of_what_counts(spec: ModuleType, state: Any) -> Any:
    """It is but half of the stake that the set was frozen with."""
    return of_members(spec, state, (1, 2))


@certificate_case("consensus.check_certificate.too-little-stake", with_one_slashed)
def by_more_than_two_thirds_with_what_does_not_count(spec: ModuleType, state: Any) -> Any:
    """The vote of the slashed member has no weight."""
    return of_members(spec, state, (0, 1))


@certificate_case("consensus.check_certificate.too-little-stake", at_two_thirds)
def by_exactly_two_thirds(spec: ModuleType, state: Any) -> Any:
    """More than two thirds are needed."""
    return of_members(spec, state, (0, 1))


@certificate_case(None, above_two_thirds)
def by_one_more_than_two_thirds(spec: ModuleType, state: Any) -> Any:
    """The least that is enough: 1 nAXN more."""
    return of_members(spec, state, (0, 1))


@certificate_case("consensus.check_certificate.too-little-stake", below_two_thirds)
def by_one_less_than_two_thirds(spec: ModuleType, state: Any) -> Any:
    """1 nAXN less."""
    return of_members(spec, state, (0, 1))


@certificate_case("consensus.check_certificate.too-little-stake")
def by_three_of_four_with_little_stake(spec: ModuleType, state: Any) -> Any:
    """Stake counts, not heads."""
    return of_members(spec, state, (1, 2, 3))


@certificate_case(None)
def by_all(spec: ModuleType, state: Any) -> Any:
    """Every member."""
    return of_members(spec, state, (0, 1, 2, 3))


@certificate_case(None)
def without_the_smallest(spec: ModuleType, state: Any) -> Any:
    """The last member has not signed."""
    return of_members(spec, state, (0, 1, 2))


@certificate_case(None)
def without_one_in_between(spec: ModuleType, state: Any) -> Any:
    """Each bit speaks for the member at its position."""
    return of_members(spec, state, (0, 1, 3))


@certificate_case(None, after_late_views)
def by_the_set_of_the_epoch_before(spec: ModuleType, state: Any) -> Any:
    """It has three members, of whom one is not validator number 1."""
    return of_members(spec, state, (0, 1, 2))


register_spoilt(certificate_case, lambda spec, state, spoilt: spoilt(parent_vote(spec, state)))


@case("consensus", "certificate")
def of_every_kind_of_vote(spec: ModuleType) -> Steps:
    """The quorum is one and the same."""
    state = within(spec)
    for kind in (spec.VoteKind.PROPOSE, spec.VoteKind.NOTARIZE, spec.VoteKind.NULLIFY, spec.VoteKind.FINALIZE):
        for epoch in (2, 3):
            cast = vote(spec, kind, spec.Round(epoch=epoch, view=9), digest(spec, 3))
            yield step(spec.check_certificate, state, certificate(spec, state, cast))


@case("consensus", "certificate", rejects="consensus.check_certificate.epoch-not-begun")
def of_the_next_epoch_already(spec: ModuleType) -> Steps:
    """Its set is known, and may not vote yet."""
    state = within(spec)
    cast = vote(spec, spec.VoteKind.NULLIFY, spec.Round(epoch=4, view=1), spec.Bytes32())
    yield step(spec.check_certificate, state, certificate(spec, state, cast))


@case("consensus", "certificate", rejects="consensus.check_certificate.epoch-not-begun")
def of_the_last_epoch_that_there_can_be(spec: ModuleType) -> Steps:
    """Where a machine wraps."""
    state = within(spec)
    cast = vote(spec, spec.VoteKind.NULLIFY, spec.Round(epoch=4, view=1), spec.Bytes32())
    made = certificate(spec, state, cast)
    made.vote.round.epoch = LAST
    yield step(spec.check_certificate, state, made)


@case("consensus", "certificate", rejects="consensus.check_certificate.epoch-too-old")
def of_the_epoch_before_the_last(spec: ModuleType) -> Steps:
    """Its set is not kept any more."""
    state = within(spec)
    cast = vote(spec, spec.VoteKind.NULLIFY, spec.Round(epoch=2, view=1), spec.Bytes32())
    made = certificate(spec, state, cast)
    made.vote.round.epoch = 1
    yield step(spec.check_certificate, state, made)


@case("consensus", "certificate", rejects="consensus.check_certificate.epoch-too-old")
def of_epoch_0_in_a_late_one(spec: ModuleType) -> Steps:
    """Long forgotten."""
    state = within(spec, 2**32)
    cast = vote(spec, spec.VoteKind.NULLIFY, spec.Round(epoch=2**32, view=1), spec.Bytes32())
    made = certificate(spec, state, cast)
    made.vote.round.epoch = 0
    yield step(spec.check_certificate, state, made)
