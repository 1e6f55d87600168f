"""Rounds, leaders, certificates, reveals, epochs of consensus, and the validators of genesis."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, step
from generators.certificates import NO_POINT, register_spoilt
from generators.chain import completed
from generators.primitives import digest
from generators.scene import (
    STAKES,
    at_height,
    block,
    bls_secret,
    certificate,
    consensus_data,
    finalization,
    genesis,
    genesis_of,
    leader_number,
    next_round,
    other_fork,
    other_genesis,
    other_network,
    parent_vote,
    proposal,
    reduced,
    reveal,
    sign_block,
    sign_vote,
    signed_block,
    vote,
)

LAST = 2**64 - 1


def second(spec: ModuleType) -> Any:
    """The state after one block, in epoch 0."""
    state = genesis(spec)
    spec.state_transition(state, signed_block(spec, state))
    return state


def first_of_epoch(spec: ModuleType, epoch: int = 3) -> Any:
    """The state before the first block of an epoch: its parent was proposed in a late view of the epoch before."""
    state = at_height(spec, genesis(spec), epoch * int(spec.HEIGHTS_PER_EPOCH) - 1)
    state.chain.latest_header.round.view += 5
    return state


def within_epoch(spec: ModuleType, epoch: int = 3) -> Any:
    """The state after the third block of an epoch."""
    return at_height(spec, genesis(spec), epoch * int(spec.HEIGHTS_PER_EPOCH) + 2)


# Rounds and proposals


@case("consensus", "proposal", presets=("minimal", "mainnet"))
def in_later_and_later_views(spec: ModuleType) -> Steps:
    """Views may be skipped; each has a leader of its own, drawn by the weights of the set."""
    state = genesis(spec)
    for skipped in (0, 2, 0, 1000):
        yield step(spec.state_transition, state, signed_block(spec, state, round=next_round(spec, state, skipped)))


@case("consensus", "proposal")
def in_the_last_view(spec: ModuleType) -> Steps:
    """Views have no end but that of their type."""
    state = second(spec)
    yield step(spec.state_transition, state, signed_block(spec, state, round=spec.Round(view=LAST)))


@case("consensus", "proposal", rejects="consensus.check_proposal.view-not-later")
def in_the_view_of_its_parent(spec: ModuleType) -> Steps:
    """One block a view."""
    state = second(spec)
    yield step(spec.state_transition, state, completed(spec, state, round=state.chain.latest_header.round))


@case("consensus", "proposal", rejects="consensus.check_proposal.view-not-later")
def in_a_view_before_that_of_its_parent(spec: ModuleType) -> Steps:
    """Views do not run backwards."""
    state = within_epoch(spec)
    yield step(spec.state_transition, state, completed(spec, state, round=spec.Round(epoch=3, view=1)))


@case("consensus", "proposal", rejects="consensus.check_proposal.view-zero")
def in_view_zero(spec: ModuleType) -> Steps:
    """Views begin at 1, also in a new epoch, where no view of the parent is before."""
    state = first_of_epoch(spec)
    yield step(spec.state_transition, state, completed(spec, state, round=spec.Round(epoch=3, view=0)))


@case("consensus", "proposal", presets=("minimal", "mainnet"))
def in_the_first_view_of_an_epoch(spec: ModuleType) -> Steps:
    """The views of the epoch before do not count."""
    state = first_of_epoch(spec, 5)
    yield step(spec.state_transition, state, signed_block(spec, state, round=spec.Round(epoch=5, view=1)))


@case("consensus", "proposal", rejects="consensus.check_proposal.wrong-epoch")
def of_the_next_epoch(spec: ModuleType) -> Steps:
    """An epoch begins when its heights do."""
    state = genesis(spec)
    yield step(spec.state_transition, state, completed(spec, state, round=spec.Round(epoch=1, view=1)))


@case("consensus", "proposal", rejects="consensus.check_proposal.wrong-epoch")
def of_the_next_epoch_before_the_last_height(spec: ModuleType) -> Steps:
    """One height is left."""
    state = at_height(spec, genesis(spec), int(spec.HEIGHTS_PER_EPOCH) - 2)
    at = spec.Round(epoch=1, view=1)
    data = consensus_data(spec, state, kind=spec.VoteKind.FINALIZE)
    yield step(spec.state_transition, state, completed(spec, state, round=at, consensus=data))


@case("consensus", "proposal", rejects="consensus.check_proposal.wrong-epoch")
def of_the_epoch_before(spec: ModuleType) -> Steps:
    """The first block of an epoch, in a later view of the epoch before."""
    state = first_of_epoch(spec)
    at = state.chain.latest_header.round.copy()
    at.view += 1
    yield step(spec.state_transition, state, completed(spec, state, round=at))


# Who signed it


def wrongly_signed(change: Callable[[ModuleType, Any, Any], None]) -> None:
    """A block under which its leader has signed another vote: the function changes it, and is told the header."""

    def made(spec: ModuleType) -> Steps:
        state = genesis(spec)
        proposed = block(spec, state)
        cast = proposal(spec, proposed.header)
        change(spec, cast, proposed.header)
        signature = sign_vote(spec, state, cast, [leader_number(spec, state, proposed.header.round)])
        yield step(spec.state_transition, state, spec.SignedBlock(block=proposed, signature=signature))

    made.__name__, made.__doc__, made.__module__ = change.__name__, change.__doc__, change.__module__
    case("consensus", "proposal", rejects="consensus.check_proposal.invalid-signature")(made)


@wrongly_signed
def that_its_leader_has_notarized(spec: ModuleType, cast: Any, header: Any) -> None:
    """Another kind of vote for the same block is no proposal."""
    cast.kind = spec.VoteKind.NOTARIZE


@wrongly_signed
def that_its_leader_proposed_in_another_round(spec: ModuleType, cast: Any, header: Any) -> None:
    """The vote names its round."""
    cast.round.view += 1


@wrongly_signed
def with_the_signature_of_another_header(spec: ModuleType, cast: Any, header: Any) -> None:
    """The vote names the block."""
    cast.block_root = header.parent_root


@case("consensus", "proposal", rejects="consensus.check_proposal.invalid-signature")
def under_the_fork_of_another_time(spec: ModuleType) -> Steps:
    """The domain has the fork in it."""
    state = genesis(spec)
    yield step(spec.state_transition, state, sign_block(spec, other_fork(spec, state), block(spec, state)))


@case("consensus", "proposal", rejects="consensus.check_proposal.invalid-signature")
def by_every_validator_but_the_leader(spec: ModuleType) -> Steps:
    """Of all three others together."""
    state = genesis(spec)
    made = block(spec, state)
    leader = leader_number(spec, state, made.header.round)
    others = [number for number in range(len(STAKES)) if number != leader]
    signature = sign_vote(spec, state, proposal(spec, made.header), others)
    yield step(spec.state_transition, state, spec.SignedBlock(block=made, signature=signature))


# Reveals


def reveal_case(change: Callable[[ModuleType, Any, Any], Any]) -> None:
    """A block whose reveal is another."""

    def made(spec: ModuleType) -> Steps:
        state = second(spec)
        yield step(
            spec.state_transition,
            state,
            completed(spec, state, reveal=change(spec, state, next_round(spec, state))),
        )

    made.__name__, made.__doc__, made.__module__ = change.__name__, change.__doc__, change.__module__
    case("consensus", "reveal", rejects="consensus.check_proposal.invalid-reveal")(made)


@reveal_case
def for_another_height(spec: ModuleType, state: Any, at: Any) -> Any:
    """Each height has its own."""
    return reveal(spec, state, at, 3)


@reveal_case
def for_the_mix_of_the_block_before(spec: ModuleType, state: Any, at: Any) -> Any:
    """The mix is that before this block."""
    other = state.copy()
    other.consensus.mix = spec.sha256(b"mix")
    return reveal(spec, other, at, 2)


@reveal_case
def for_another_epoch(spec: ModuleType, state: Any, at: Any) -> Any:
    """The seed names the epoch."""
    seed = spec.compute_reveal_seed(1, 2, state.consensus.mix)
    key = bls_secret(leader_number(spec, state, at))
    return spec.prove_vrf(spec.uint256(key), seed, spec.get_domain(state, spec.DOMAIN_VRF))


@reveal_case
def of_another_validator(spec: ModuleType, state: Any, at: Any) -> Any:
    """Only the leader's counts."""
    seed = spec.compute_reveal_seed(0, 2, state.consensus.mix)
    key = bls_secret((leader_number(spec, state, at) + 1) % len(STAKES))
    return spec.prove_vrf(spec.uint256(key), seed, spec.get_domain(state, spec.DOMAIN_VRF))


@reveal_case
def under_the_domain_of_votes(spec: ModuleType, state: Any, at: Any) -> Any:
    """A vote reveals nothing."""
    seed = spec.compute_reveal_seed(0, 2, state.consensus.mix)
    root = spec.compute_signing_root(seed, spec.get_domain(state, spec.DOMAIN_VOTE))
    return spec.bls_sign(bls_secret(leader_number(spec, state, at)), root)


@reveal_case
def on_another_network(spec: ModuleType, state: Any, at: Any) -> Any:
    """The domain has the network in it."""
    return reveal(spec, other_network(state), at, 2)


@reveal_case
def with_another_genesis(spec: ModuleType, state: Any, at: Any) -> Any:
    """The domain has the genesis root in it."""
    return reveal(spec, other_genesis(spec, state), at, 2)


@reveal_case
def under_another_fork(spec: ModuleType, state: Any, at: Any) -> Any:
    """The domain has the fork in it."""
    return reveal(spec, other_fork(spec, state), at, 2)


@reveal_case
def that_is_no_point(spec: ModuleType, state: Any, at: Any) -> Any:
    """Bytes that are no point are no signature, and no error."""
    return spec.BLSSignature(NO_POINT)


@reveal_case
def of_nothing(spec: ModuleType, state: Any, at: Any) -> Any:
    """Zeros are no point."""
    return spec.BLSSignature()


@case("consensus", "reveal", rejects="consensus.check_proposal.invalid-signature")
def in_place_of_the_signature(spec: ModuleType) -> Steps:
    """Signature and reveal, exchanged: each is a signature of the leader, of something else."""
    state = genesis(spec)
    made = signed_block(spec, state)
    made.signature = made.block.header.reveal
    yield step(spec.state_transition, state, made)


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

        made.__name__, made.__doc__, made.__module__ = make.__name__, make.__doc__, make.__module__
        case("consensus", topic, rejects=rule, allows=allows)(made)

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


@parent_case("parent", "consensus.check_parent_certificate.wrong-kind", first_of_epoch)
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


@parent_case("parent", "consensus.check_parent_certificate.view-before-parent", first_of_epoch)
def of_an_earlier_view_at_the_end_of_an_epoch(spec: ModuleType, state: Any) -> Any:
    """It may be proposed again later, not earlier."""
    at = state.chain.latest_header.round.copy()
    at.view -= 1
    return certificate(spec, state, parent_vote(spec, state, at=at))


@parent_case("parent", None, first_of_epoch)
def of_a_later_view_at_the_end_of_an_epoch(spec: ModuleType, state: Any) -> Any:
    """The last block of an epoch was proposed again, and finalized so."""
    at = state.chain.latest_header.round.copy()
    at.view += 3
    return certificate(spec, state, parent_vote(spec, state, at=at))


@parent_case("parent", "consensus.check_parent_certificate.wrong-epoch", first_of_epoch)
def by_the_running_epoch_for_the_block_before_it(spec: ModuleType, state: Any) -> Any:
    """A block is finalized by the set of its own epoch."""
    at = state.chain.latest_header.round.copy()
    at.epoch += 1
    return certificate(spec, state, parent_vote(spec, state, at=at))


@parent_case("parent", "consensus.check_parent_certificate.wrong-epoch", within_epoch)
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

        alone.__name__, alone.__doc__, alone.__module__ = make.__name__, make.__doc__, make.__module__
        case("consensus", "certificate", rejects=rule, allows=allows)(alone)
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


@certificate_case(None, first_of_epoch)
def by_the_set_of_the_epoch_before(spec: ModuleType, state: Any) -> Any:
    """It has three members, of whom one is not validator number 1."""
    return of_members(spec, state, (0, 1, 2))


register_spoilt(certificate_case, lambda spec, state, spoilt: spoilt(parent_vote(spec, state)))


@case("consensus", "certificate")
def of_every_kind_of_vote(spec: ModuleType) -> Steps:
    """The quorum is one and the same."""
    state = within_epoch(spec)
    for kind in (spec.VoteKind.PROPOSE, spec.VoteKind.NOTARIZE, spec.VoteKind.NULLIFY, spec.VoteKind.FINALIZE):
        for epoch in (2, 3):
            cast = vote(spec, kind, spec.Round(epoch=epoch, view=9), digest(spec, 3))
            yield step(spec.check_certificate, state, certificate(spec, state, cast))


@case("consensus", "certificate", rejects="consensus.check_certificate.epoch-not-begun")
def of_the_next_epoch_already(spec: ModuleType) -> Steps:
    """Its set is known, and may not vote yet."""
    state = within_epoch(spec)
    cast = vote(spec, spec.VoteKind.NULLIFY, spec.Round(epoch=4, view=1), spec.Bytes32())
    yield step(spec.check_certificate, state, certificate(spec, state, cast))


@case("consensus", "certificate", rejects="consensus.check_certificate.epoch-not-begun")
def of_the_last_epoch_that_there_can_be(spec: ModuleType) -> Steps:
    """Where a machine wraps."""
    state = within_epoch(spec)
    cast = vote(spec, spec.VoteKind.NULLIFY, spec.Round(epoch=4, view=1), spec.Bytes32())
    made = certificate(spec, state, cast)
    made.vote.round.epoch = LAST
    yield step(spec.check_certificate, state, made)


@case("consensus", "certificate", rejects="consensus.check_certificate.epoch-too-old")
def of_the_epoch_before_the_last(spec: ModuleType) -> Steps:
    """Its set is not kept any more."""
    state = within_epoch(spec)
    cast = vote(spec, spec.VoteKind.NULLIFY, spec.Round(epoch=2, view=1), spec.Bytes32())
    made = certificate(spec, state, cast)
    made.vote.round.epoch = 1
    yield step(spec.check_certificate, state, made)


@case("consensus", "certificate", rejects="consensus.check_certificate.epoch-too-old")
def of_epoch_0_in_a_late_one(spec: ModuleType) -> Steps:
    """Long forgotten."""
    state = within_epoch(spec, 2**32)
    cast = vote(spec, spec.VoteKind.NULLIFY, spec.Round(epoch=2**32, view=1), spec.Bytes32())
    made = certificate(spec, state, cast)
    made.vote.round.epoch = 0
    yield step(spec.check_certificate, state, made)


# Finality


def with_news(spec: ModuleType, state: Any, *news: Any) -> Any:
    """The next block with these finalizations; its state root is what follows if none of them is refused."""
    data = consensus_data(spec, state)
    data.finalizations = news
    return completed(spec, state, consensus=data)


@case("consensus", "finality", presets=("minimal", "mainnet"))
def of_ancestors_in_their_order(spec: ModuleType) -> Steps:
    """The first block of the epoch, after a block without news its third, then the parent at once."""
    state = within_epoch(spec)
    first = 3 * int(spec.HEIGHTS_PER_EPOCH)
    for height in (first, None, first + 2, first + 5):
        news = [] if height is None else [finalization(spec, state, height)]
        yield step(spec.state_transition, state, with_news(spec, state, *news))


@case("consensus", "finality")
def of_the_first_block_of_all(spec: ModuleType) -> Steps:
    """Height 1, in the second block and in the third."""
    for later in (0, 1):
        state = second(spec)
        for _ in range(later):
            spec.state_transition(state, signed_block(spec, state))
        yield step(spec.state_transition, state, with_news(spec, state, finalization(spec, state, 1)))


@case("consensus", "finality", presets=("minimal", "mainnet"))
def by_the_first_block_of_an_epoch(spec: ModuleType) -> Steps:
    """Its parent is final, and then a block of the epoch."""
    state = first_of_epoch(spec)
    yield step(spec.state_transition, state, signed_block(spec, state))
    height = int(state.chain.latest_header.height)
    yield step(spec.state_transition, state, with_news(spec, state, finalization(spec, state, height)))


@case("consensus", "finality")
def through_an_epoch_and_its_border(spec: ModuleType) -> Steps:
    """Each block brings news of its parent; roots are kept for as many heights as an epoch has."""
    state = first_of_epoch(spec)
    yield step(spec.state_transition, state, signed_block(spec, state))
    for _ in range(int(spec.HEIGHTS_PER_EPOCH) - 1):
        height = int(state.chain.latest_header.height)
        yield step(spec.state_transition, state, with_news(spec, state, finalization(spec, state, height)))
    yield step(spec.state_transition, state, signed_block(spec, state))


@case("consensus", "finality")
def of_the_first_block_of_an_epoch_in_its_last(spec: ModuleType) -> Steps:
    """The oldest news there can be."""
    state = at_height(spec, genesis(spec), 4 * int(spec.HEIGHTS_PER_EPOCH) - 2)
    height = 3 * int(spec.HEIGHTS_PER_EPOCH)
    yield step(spec.state_transition, state, with_news(spec, state, finalization(spec, state, height)))


def news_case(
    rule: str, start: Callable[[ModuleType], Any] = within_epoch, allows: tuple[str, ...] = ()
) -> Callable[[Callable[[ModuleType, Any, int], Any]], None]:
    """A block with news that the function makes; it is told the height of the parent."""

    def register_case(make: Callable[[ModuleType, Any, int], Any]) -> None:
        def made(spec: ModuleType) -> Steps:
            state = start(spec)
            news = make(spec, state, int(state.chain.latest_header.height))
            yield step(spec.state_transition, state, with_news(spec, state, news))

        made.__name__, made.__doc__, made.__module__ = make.__name__, make.__doc__, make.__module__
        case("consensus", "finality", rejects=rule, allows=allows)(made)

    return register_case


@news_case("consensus.process_finalization.not-an-ancestor")
def of_the_block_itself(spec: ModuleType, state: Any, latest: int) -> Any:
    """Its height, with the root that is kept in its place."""
    return finalization(spec, state, latest + 1)


@news_case("consensus.process_finalization.not-an-ancestor")
def of_a_block_to_come(spec: ModuleType, state: Any, latest: int) -> Any:
    """Two heights ahead."""
    return finalization(spec, state, latest + 3)


@news_case("consensus.process_finalization.not-an-ancestor")
def of_the_largest_height(spec: ModuleType, state: Any, latest: int) -> Any:
    """Where a machine wraps."""
    return finalization(spec, state, LAST)


@news_case("consensus.process_finalization.not-newer")
def of_what_is_final_already(spec: ModuleType, state: Any, latest: int) -> Any:
    """The last block of the epoch before."""
    return finalization(spec, state, int(state.consensus.finalized_height))


@news_case("consensus.process_finalization.not-newer")
def of_what_was_final_before(spec: ModuleType, state: Any, latest: int) -> Any:
    """Older than what is final."""
    return finalization(spec, state, int(state.consensus.finalized_height) - 1)


@news_case("consensus.process_finalization.not-newer", first_of_epoch)
def of_the_parent_at_the_beginning_of_an_epoch(spec: ModuleType, state: Any, latest: int) -> Any:
    """The certificate of the parent has said so."""
    return finalization(spec, state, latest)


@news_case("consensus.process_finalization.not-newer", second)
def of_genesis(spec: ModuleType, state: Any, latest: int) -> Any:
    """It is final from the start."""
    return finalization(spec, state, 0)


@news_case("consensus.process_finalization.wrong-kind")
def of_a_notarization(spec: ModuleType, state: Any, latest: int) -> Any:
    """What is notarized can still be skipped."""
    return finalization(spec, state, latest, kind=spec.VoteKind.NOTARIZE)


@news_case("consensus.process_finalization.wrong-kind")
def of_a_nullification(spec: ModuleType, state: Any, latest: int) -> Any:
    """Nor does a vote to skip finalize."""
    return finalization(spec, state, latest, kind=spec.VoteKind.NULLIFY)


@news_case("consensus.process_finalization.wrong-block")
def of_a_block_at_another_height(spec: ModuleType, state: Any, latest: int) -> Any:
    """An ancestor, one height further back, as if it were of the view of this one."""
    before = finalization(spec, state, latest - 1).certificate.vote.block_root
    return finalization(spec, state, latest, block_root=before)


@news_case("consensus.process_finalization.wrong-block")
def of_no_ancestor(spec: ModuleType, state: Any, latest: int) -> Any:
    """A fork: the chain cannot settle it."""
    return finalization(spec, state, latest, block_root=digest(spec, 9))


@news_case("consensus.process_finalization.wrong-epoch")
def with_the_votes_of_the_epoch_before(spec: ModuleType, state: Any, latest: int) -> Any:
    """Its validators have no say in this epoch."""
    view = finalization(spec, state, latest).certificate.vote.round.view
    return finalization(spec, state, latest, at=spec.Round(epoch=2, view=view))


@news_case("consensus.process_finalization.wrong-view")
def of_a_later_view(spec: ModuleType, state: Any, latest: int) -> Any:
    """Those who skip the view of the block, and make another one final, would sign nothing that contradicts this."""
    view = finalization(spec, state, latest).certificate.vote.round.view
    return finalization(spec, state, latest, at=spec.Round(epoch=3, view=view + 1))


@news_case("consensus.process_finalization.wrong-view")
def of_an_earlier_view(spec: ModuleType, state: Any, latest: int) -> Any:
    """The block was not proposed yet."""
    view = finalization(spec, state, latest).certificate.vote.round.view
    return finalization(spec, state, latest, at=spec.Round(epoch=3, view=view - 1))


@news_case("consensus.check_certificate.too-little-stake")
def by_too_few(spec: ModuleType, state: Any, latest: int) -> Any:
    """The largest member is missing."""
    news = finalization(spec, state, latest)
    news.certificate = certificate(spec, state, news.certificate.vote, absent=[0])
    return news


@news_case("consensus.check_certificate.wrong-length")
def by_a_member_too_many(spec: ModuleType, state: Any, latest: int) -> Any:
    """A fifth bit speaks for nobody."""
    news = finalization(spec, state, latest)
    news.certificate.signers = spec.Bitlist[spec.MAX_VALIDATORS](True, True, True, True, False)
    return news


@news_case("consensus.check_certificate.invalid-signature")
def by_signatures_to_notarize(spec: ModuleType, state: Any, latest: int) -> Any:
    """The members have signed another kind of vote."""
    news = finalization(spec, state, latest)
    cast = news.certificate.vote.copy()
    cast.kind = spec.VoteKind.NOTARIZE
    news.certificate.signature = sign_vote(spec, state, cast, range(4))
    return news


def _spoilt_news(spec: ModuleType, state: Any, spoilt: Callable[[Any], Any], latest: int) -> Any:
    news = finalization(spec, state, latest)
    news.certificate = spoilt(news.certificate.vote)
    return news


register_spoilt(news_case, _spoilt_news, known=("with_a_bit_too_many",))


# Leaders


@case("consensus", "leader", presets=("minimal", "mainnet"))
def of_the_views_of_two_epochs(spec: ModuleType) -> Steps:
    """By the set and the seed of each."""
    state = within_epoch(spec)
    for epoch in (3, 4):
        for view in (0, 1, 2, 3, 4, 5, 6, 2**32 + 1, LAST):
            yield step(spec.get_leader, state, spec.Round(epoch=epoch, view=view))


@case("consensus", "leader")
def of_the_smallest_weights(spec: ModuleType) -> Steps:
    """1 to 4 nAXN: where a draw is rounded shows in who leads."""
    state = within_epoch(spec)
    for member in range(len(STAKES)):
        state.consensus.sets[1].stakes[member] = state.consensus.sets[1].weights[member] = member + 1
    for view in range(1, 13):
        yield step(spec.get_leader, state, spec.Round(epoch=3, view=view))


@case("consensus", "leader")
def of_epochs_0_and_1(spec: ModuleType) -> Steps:
    """They have one seed, that of genesis, and yet other leaders."""
    state = spec.create_genesis_state(genesis_of(spec, []))
    for epoch in (0, 1):
        for view in range(1, 9):
            yield step(spec.get_leader, state, spec.Round(epoch=epoch, view=view))


@case("consensus", "leader", rejects="consensus.get_leader.epoch-is-over")
def of_the_epoch_that_is_over(spec: ModuleType) -> Steps:
    """Its seed is not kept."""
    yield step(spec.get_leader, within_epoch(spec), spec.Round(epoch=2, view=1))


@case("consensus", "leader", rejects="consensus.get_leader.leaders-not-drawn")
def of_the_epoch_after_the_next(spec: ModuleType) -> Steps:
    """Its mix is not complete."""
    yield step(spec.get_leader, within_epoch(spec), spec.Round(epoch=5, view=1))


@case("consensus", "leader", rejects="consensus.get_leader.leaders-not-drawn")
def of_the_end_of_time(spec: ModuleType) -> Steps:
    """Where a machine wraps."""
    yield step(spec.get_leader, within_epoch(spec), spec.Round(epoch=LAST, view=1))


# Epochs


@case("consensus", "rotation", presets=("minimal", "mainnet"))
def at_the_end_of_an_epoch(spec: ModuleType) -> Steps:
    """The last block of an epoch, and the first two of the next: sets move up, the validators are frozen again, the
    mix as it then is draws leaders."""
    state = at_height(spec, genesis(spec), 3 * int(spec.HEIGHTS_PER_EPOCH) - 2)
    for _ in range(3):
        yield step(spec.state_transition, state, signed_block(spec, state))


@case("consensus", "rotation")
def through_four_epochs(spec: ModuleType) -> Steps:
    """Of each epoch the border: every kept set comes to vote, and every seed to draw."""
    state = genesis(spec)
    for epoch in range(1, 5):
        state = at_height(spec, state.copy(), epoch * int(spec.HEIGHTS_PER_EPOCH) - 2)
        for _ in range(2):
            yield step(spec.state_transition, state, signed_block(spec, state))


@case("consensus", "rotation")
def while_the_token_is_paused(spec: ModuleType) -> Steps:
    """Epochs of consensus go on."""
    state = at_height(spec, genesis(spec), 3 * int(spec.HEIGHTS_PER_EPOCH) - 2)
    state.token.paused = True
    for _ in range(2):
        yield step(spec.state_transition, state, signed_block(spec, state))


@case("consensus", "rotation")
def where_epochs_of_token_and_consensus_have_come_apart(spec: ModuleType) -> Steps:
    """A pause has delayed the token: each ends its epochs by its own count."""
    state = at_height(spec, genesis(spec), 3 * int(spec.HEIGHTS_PER_EPOCH) - 2)
    state.token.layer_height = 3 * int(spec.HEIGHTS_PER_EPOCH) - 3
    for _ in range(2):
        yield step(spec.state_transition, state, signed_block(spec, state))


@case("consensus", "rotation")
def with_one_validator(spec: ModuleType) -> Steps:
    """The smallest set there is leads, votes and is frozen."""
    state = at_height(spec, genesis(spec), int(spec.HEIGHTS_PER_EPOCH) - 2)
    for position in range(int(spec.KEPT_SETS)):
        state.consensus.sets[position] = reduced(spec, state.consensus.sets[1 if position < 2 else position], [1])
    for _ in range(2):
        yield step(spec.state_transition, state, signed_block(spec, state))
