"""What a voter answers to proposals."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, named_after, step
from generators.certificates import register_spoilt
from generators.chain import completed
from generators.epochs import before_last, within
from generators.primitives import digest
from generators.scene import certificate, consensus_data, genesis, nullifications, signed_block, vote
from generators.stores import after, at, begin, clock, finalized, next_proposal, notarized, nullified, root_of, skip


@case("voter", "proposal", presets=("minimal", "mainnet"))
def one_after_the_other(spec: ModuleType) -> Steps:
    """Each brings the certificate of its parent, so the voter notarizes it and finalizes the one before."""
    post = within(spec)
    begun = begin(spec, post)
    yield begun
    for _ in range(3):
        proposal, now = next_proposal(spec, post)
        yield step(spec.on_proposal, begun.result, proposal, now)
        yield step(spec.get_status, begun.result)
        post = after(spec, post, proposal)


@case("voter", "proposal")
def of_the_very_first_block(spec: ModuleType) -> Steps:
    """It brings nothing for genesis, and skips two views."""
    state = genesis(spec)
    for skipped, name in ((0, "store_a"), (2, "store_b")):
        begun = begin(spec, state, bind=name)
        yield begun
        proposal, now = next_proposal(spec, state, skipped)
        yield step(spec.on_proposal, begun.result, proposal, now)
        yield step(spec.get_status, begun.result)


@case("voter", "proposal")
def that_skips_views(spec: ModuleType) -> Steps:
    """Its nullifications take the voter along, who knows some of them already."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_certificate, begun.result, certificate(spec, state, skip(spec, 5), absent=(3,)))
    proposal, now = next_proposal(spec, state, skipped=4)
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_timeout, begun.result, at(spec, 8))
    yield step(spec.get_status, begun.result)


@case("voter", "proposal")
def of_a_view_that_is_over(spec: ModuleType) -> Steps:
    """It is kept where it was notarized, without a vote."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    proposal, now = next_proposal(spec, state)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root_of(spec, proposal), 4))
    yield step(spec.on_certificate, begun.result, nullified(spec, state, 5))
    yield step(spec.on_proposal, begun.result, proposal, now)
    child, now = next_proposal(spec, after(spec, state, proposal), skipped=1)
    yield step(spec.on_proposal, begun.result, child, now)


@case("voter", "proposal")
def of_a_view_that_the_voter_has_nullified_itself(spec: ModuleType) -> Steps:
    """It may still notarize, and does."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_timeout, begun.result, at(spec, 4))
    proposal, now = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_timeout, begun.result, at(spec, 4))
    yield step(spec.get_status, begun.result)


@case("voter", "proposal")
def of_a_view_in_which_the_voter_has_notarized_before(spec: ModuleType) -> Steps:
    """Its record knows, and it votes for nothing else."""
    state = within(spec)
    record = spec.VotingRecord(round=at(spec, 4), notarized=digest(spec, 1))
    begun = begin(spec, state, record=record)
    yield begun
    proposal, now = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_timeout, begun.result, at(spec, 4))


@case("voter", "proposal")
def after_votes_of_an_earlier_view(spec: ModuleType) -> Steps:
    """Nothing of them is left in the record."""
    state = within(spec)
    roots = {"proposed": digest(spec, 1), "notarized": digest(spec, 2), "finalized": digest(spec, 3)}
    for number, changes in enumerate(({"nullified": True, **roots}, roots)):
        record = spec.VotingRecord(round=at(spec, 3), **changes)
        begun = begin(spec, state, record=record, bind=f"store{number}")
        yield begun
        if number == 0:
            proposal, now = next_proposal(spec, state)
            yield step(spec.on_proposal, begun.result, proposal, now)
        else:
            yield step(spec.on_timeout, begun.result, at(spec, 4))
        yield step(spec.get_status, begun.result)


@case("voter", "proposal")
def two_of_one_view_of_which_the_second_was_notarized(spec: ModuleType) -> Steps:
    """The first gets the vote; the second is refused until it is certified, and is then what others build upon."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    first, now = next_proposal(spec, state)
    second, later = next_proposal(spec, state, timestamp=int(state.chain.latest_header.timestamp) + 3)
    yield step(spec.on_proposal, begun.result, first, now)
    yield step(spec.on_proposal, begun.result, second, later, rejects="voter.on_proposal.not-wanted")
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root_of(spec, second), 4))
    yield step(spec.on_proposal, begun.result, second, later)
    child, now = next_proposal(spec, after(spec, state, second))
    yield step(spec.on_proposal, begun.result, child, now)


@case("voter", "proposal")
def with_news_of_finality(spec: ModuleType) -> Steps:
    """What a block says is final is final for the voter too."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    first, now = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, first, now)
    post = after(spec, state, first)
    made = consensus_data(spec, post)
    height = int(post.chain.latest_header.height)
    news = finalized(spec, post, root_of(spec, first), 4)
    made.finalizations.append(spec.Finalization(height=height, certificate=news))
    made.nullifications_root = spec.hash_tree_root(nullifications(spec, post, at(spec, 5)))
    second, now = next_proposal(spec, post, consensus=made)
    yield step(spec.on_proposal, begun.result, second, now)
    yield step(spec.get_status, begun.result)


@case("voter", "proposal")
def one_second_ahead_of_the_clock(spec: ModuleType) -> Steps:
    """As far as clocks may differ."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    proposal, _ = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, proposal, clock(spec, proposal.signed_block, ahead=1))


@case("voter", "proposal", rejects="voter.on_proposal.from-the-future")
def two_seconds_ahead_of_the_clock(spec: ModuleType) -> Steps:
    """The first that is too far ahead; it comes again when its time has come."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    proposal, _ = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, proposal, clock(spec, proposal.signed_block, ahead=2))


@case("voter", "proposal", rejects="voter.on_proposal.already-known")
def that_is_heard_twice(spec: ModuleType) -> Steps:
    """A block is kept once."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    proposal, now = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root_of(spec, proposal), 4))
    yield step(spec.on_proposal, begun.result, proposal, now)


@case("voter", "proposal", rejects="voter.on_proposal.not-wanted")
def a_second_one_of_a_view(spec: ModuleType) -> Steps:
    """A leader could fill a memory with them."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    first, now = next_proposal(spec, state)
    second, later = next_proposal(spec, state, timestamp=int(state.chain.latest_header.timestamp) + 3)
    yield step(spec.on_proposal, begun.result, first, now)
    yield step(spec.on_proposal, begun.result, second, later)


@case("voter", "proposal", rejects="voter.on_proposal.not-wanted")
def of_a_view_that_is_over_without_it(spec: ModuleType) -> Steps:
    """Nothing says that it was notarized."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    proposal, now = next_proposal(spec, state)
    yield step(spec.on_certificate, begun.result, nullified(spec, state, 4))
    yield step(spec.on_proposal, begun.result, proposal, now)


@case(
    "voter",
    "proposal",
    rejects="voter.on_proposal.not-useful",
    allows=("consensus.check_proposal.wrong-epoch", "voter.on_proposal.unknown-parent"),
)
def of_an_epoch_that_has_not_begun(spec: ModuleType) -> Steps:
    """Nobody votes in it before the last block of this one is final."""
    state = before_last(spec)
    begun = begin(spec, state)
    yield begun
    last, now = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, last, now)
    first, now = next_proposal(spec, after(spec, state, last))
    yield step(spec.on_proposal, begun.result, first, now)


@case("voter", "proposal", rejects="voter.on_proposal.unknown-parent")
def whose_parent_is_missing(spec: ModuleType) -> Steps:
    """It comes again when the parent is known."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    first, _ = next_proposal(spec, state)
    second, now = next_proposal(spec, after(spec, state, first))
    yield step(spec.on_proposal, begun.result, second, now)


@case(
    "voter",
    "proposal",
    rejects="consensus.check_proposal.view-not-later",
    allows=("voter.check_skipped_views.wrong-number",),
)
def of_the_view_of_its_parent(spec: ModuleType) -> Steps:
    """More than two thirds have notarized it; the chain does not take it in."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    first, now = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, first, now)
    post = after(spec, state, first)
    made = completed(spec, post, round=at(spec, 4))
    second = spec.Proposal(signed_block=made)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root_of(spec, second), 4))
    yield step(spec.on_proposal, begun.result, second, clock(spec, made))


def skipping_case(rule: str, allows: tuple[str, ...] = ()) -> Any:
    """A proposal that skips three views, with nullifications that the function has changed."""

    def register_case(make: Any) -> None:
        def made(spec: ModuleType) -> Steps:
            state = within(spec)
            begun = begin(spec, state)
            yield begun
            data = consensus_data(spec, state)
            listed = make(spec, state, list(nullifications(spec, state, at(spec, 7))))
            certificates = spec.List[spec.Certificate, spec.MAX_SKIPPED_VIEWS](listed)
            data.nullifications_root = spec.hash_tree_root(certificates)
            block = signed_block(spec, state, round=at(spec, 7), consensus=data)
            proposal = spec.Proposal(signed_block=block, nullifications=certificates)
            yield step(spec.on_proposal, begun.result, proposal, clock(spec, block))

        case("voter", "skipped", rejects=rule, allows=allows)(named_after(make, made))

    return register_case


@skipping_case("voter.check_skipped_views.wrong-number")
def one_nullification_too_few(spec: ModuleType, state: Any, listed: list[Any]) -> Any:
    """The last view in between was not nullified."""
    return listed[:2]


@skipping_case("voter.check_skipped_views.wrong-number", allows=("voter.check_skipped_views.wrong-vote",))
def without_nullifications(spec: ModuleType, state: Any, listed: list[Any]) -> Any:
    """None at all."""
    return []


@skipping_case("voter.check_skipped_views.wrong-number")
def one_nullification_too_many(spec: ModuleType, state: Any, listed: list[Any]) -> Any:
    """Also of the view of the block itself."""
    return [*listed, nullified(spec, state, 7)]


@skipping_case("voter.check_skipped_views.wrong-vote")
def one_nullification_of_another_view(spec: ModuleType, state: Any, listed: list[Any]) -> Any:
    """The first twice, and not the second."""
    return [listed[0], listed[0], listed[2]]


@skipping_case("voter.check_skipped_views.wrong-vote")
def the_last_nullification_of_another_view(spec: ModuleType, state: Any, listed: list[Any]) -> Any:
    """That of the view behind it."""
    return [listed[0], listed[1], nullified(spec, state, 7)]


@skipping_case("voter.check_skipped_views.wrong-vote")
def one_nullification_of_another_kind(spec: ModuleType, state: Any, listed: list[Any]) -> Any:
    """A notarization of the view."""
    return [listed[0], notarized(spec, state, digest(spec, 1), 5), listed[2]]


@skipping_case("voter.check_skipped_views.wrong-vote", allows=("consensus.check_certificate.epoch-not-begun",))
def one_nullification_of_another_epoch(spec: ModuleType, state: Any, listed: list[Any]) -> Any:
    """The same view of the epoch before."""
    return [listed[0], nullified(spec, state, 5, epoch=2), listed[2]]


@skipping_case("voter.check_skipped_views.wrong-vote")
def one_nullification_with_a_block(spec: ModuleType, state: Any, listed: list[Any]) -> Any:
    """It names the block that was not notarized."""
    cast = vote(spec, spec.VoteKind.NULLIFY, at(spec, 5), digest(spec, 1))
    return [listed[0], certificate(spec, state, cast), listed[2]]


@skipping_case("consensus.check_certificate.too-little-stake")
def one_nullification_of_too_few(spec: ModuleType, state: Any, listed: list[Any]) -> Any:
    """Two members of four."""
    return [listed[0], certificate(spec, state, skip(spec, 5), absent=(1, 2)), listed[2]]


@skipping_case("consensus.check_certificate.invalid-signature")
def one_nullification_that_nobody_signed(spec: ModuleType, state: Any, listed: list[Any]) -> Any:
    """The last has the signature of the first."""
    listed[2].signature = listed[0].signature
    return listed


@skipping_case("consensus.check_certificate.wrong-length")
def one_nullification_with_a_bit_too_few(spec: ModuleType, state: Any, listed: list[Any]) -> Any:
    """The set has four members."""
    made = certificate(spec, state, skip(spec, 5), absent=(3,))
    made.signers = spec.Bitlist[spec.MAX_VALIDATORS](True, True, True)
    return [listed[0], made, listed[2]]


register_spoilt(
    skipping_case,
    lambda spec, state, spoilt, listed: [listed[0], spoilt(skip(spec, 5)), listed[2]],
    prefix="one_nullification_",
    known=("with_a_bit_too_few",),
)


@case("voter", "skipped", rejects="voter.check_skipped_views.wrong-root")
def other_nullifications_than_the_block_names(spec: ModuleType) -> Steps:
    """As good as those, but signed by others."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    proposal, now = next_proposal(spec, state, skipped=1)
    proposal.nullifications[0] = certificate(spec, state, skip(spec, 4), absent=(3,))
    yield step(spec.on_proposal, begun.result, proposal, now)
