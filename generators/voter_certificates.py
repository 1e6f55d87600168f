"""What a voter does when it begins, and when it hears certificates."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, named_after, step
from generators.certificates import register_spoilt
from generators.epochs import first_of_epoch, within
from generators.primitives import digest
from generators.scene import certificate, genesis, parent_vote, sign_vote, vote
from generators.stores import (
    after,
    at,
    begin,
    final_parent,
    finalized,
    next_proposal,
    notarized,
    nullified,
    root_of,
    skip,
)


@case("voter", "begin")
def with_genesis(spec: ModuleType) -> Steps:
    """A new voter, in view 1."""
    begun = begin(spec, genesis(spec))
    yield begun
    yield step(spec.get_status, begun.result)


@case("voter", "begin")
def within_an_epoch(spec: ModuleType) -> Steps:
    """The view after that of the final block."""
    begun = begin(spec, within(spec))
    yield begun
    yield step(spec.get_status, begun.result)


@case("voter", "begin")
def with_the_last_block_of_an_epoch(spec: ModuleType) -> Steps:
    """View 1 of the next."""
    begun = begin(spec, first_of_epoch(spec))
    yield begun
    yield step(spec.get_status, begun.result)


@case("voter", "begin")
def with_votes_in_later_views(spec: ModuleType) -> Steps:
    """It goes on in the view in which it voted last, unless that is of another epoch: it lacks what leads there."""
    state = within(spec)
    for epoch, view in ((3, 9), (3, 4), (3, 3), (4, 2), (2, 11)):
        record = spec.VotingRecord(round=at(spec, view, epoch), nullified=True)
        begun = begin(spec, state, record=record, bind=f"store{epoch}{view}")
        yield begun
        yield step(spec.get_status, begun.result)


@case("voter", "begin")
def with_the_first_and_the_last_secret(spec: ModuleType) -> Steps:
    """All secrets between 0 and the order of the group."""
    state = within(spec)
    nothing = spec.List[spec.Certificate, spec.MAX_FINALIZATIONS]()
    for name, secret in (("first", 1), ("last", int(spec.BLS_ORDER) - 1)):
        begun = step(
            spec.create_store,
            state,
            nothing,
            spec.VotingRecord(),
            spec.uint64(1),
            spec.uint256(secret),
            bind=f"store_{name}",
        )
        yield begun
        yield step(spec.on_timeout, begun.result, at(spec, 4))


def _register_secrets() -> None:
    for name, secret in (("zero", 0), ("the_order", None), ("the_largest_number", 2**256 - 1)):

        def made(spec: ModuleType, secret: int | None = secret) -> Steps:
            """No secret of the group."""
            number = int(spec.BLS_ORDER) if secret is None else secret
            nothing = spec.List[spec.Certificate, spec.MAX_FINALIZATIONS]()
            yield step(
                spec.create_store, within(spec), nothing, spec.VotingRecord(), spec.uint64(1), spec.uint256(number)
            )

        made.__name__ = f"with_{name}_as_secret"
        case("voter", "begin", rejects="voter.create_store.secret-out-of-range")(made)


_register_secrets()


@case("voter", "certificate")
def of_notarizations_one_after_the_other(spec: ModuleType) -> Steps:
    """Each ends its view with a vote to finalize, though the voter lacks the blocks."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    for view in (4, 5, 9):
        yield step(spec.on_certificate, begun.result, notarized(spec, state, digest(spec, view), view))
        yield step(spec.get_status, begun.result)


@case("voter", "certificate")
def of_nullifications_one_after_the_other(spec: ModuleType) -> Steps:
    """Each ends its view without a vote, and the time-out doubles up to its cap."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    for view in (4, 5, 6, 7, 8, 9, 10):
        yield step(spec.on_certificate, begun.result, nullified(spec, state, view))
        yield step(spec.get_status, begun.result)


@case("voter", "certificate")
def of_an_earlier_view(spec: ModuleType) -> Steps:
    """It is kept and sent on, and moves nothing."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_certificate, begun.result, nullified(spec, state, 8))
    yield step(spec.on_certificate, begun.result, notarized(spec, state, digest(spec, 1), 7))
    yield step(spec.on_certificate, begun.result, nullified(spec, state, 7))
    yield step(spec.on_certificate, begun.result, finalized(spec, state, digest(spec, 1), 7))
    yield step(spec.get_status, begun.result)


@case("voter", "certificate")
def of_a_view_that_the_voter_has_nullified(spec: ModuleType) -> Steps:
    """It goes on without a vote to finalize."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_timeout, begun.result, at(spec, 4))
    yield step(spec.on_certificate, begun.result, notarized(spec, state, digest(spec, 1), 4))
    yield step(spec.get_status, begun.result)


@case("voter", "certificate")
def of_another_block_than_the_voter_notarized(spec: ModuleType) -> Steps:
    """It does not finalize what it did not vote for, when it voted."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    proposal, now = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, digest(spec, 1), 4))
    yield step(spec.get_status, begun.result)


@case("voter", "certificate")
def for_a_voter_that_is_no_member(spec: ModuleType) -> Steps:
    """It follows, and signs nothing."""
    state = within(spec)
    begun = begin(spec, state, voter=4)
    yield begun
    yield step(spec.on_certificate, begun.result, notarized(spec, state, digest(spec, 1), 4))
    yield step(spec.on_timeout, begun.result, at(spec, 5))
    yield step(spec.get_status, begun.result)


@case("voter", "certificate")
def of_the_final_block(spec: ModuleType) -> Steps:
    """Its notarization is what the next block brings, so it is kept, and moves nothing."""
    state = within(spec)
    begun = begin(spec, state, finalization=[final_parent(spec, state)])
    yield begun
    yield step(spec.on_certificate, begun.result, certificate(spec, state, parent_vote(spec, state)))
    yield step(spec.get_status, begun.result)


@case("voter", "certificate")
def that_finalizes_a_block_before_it_is_known(spec: ModuleType) -> Steps:
    """It takes effect when the block comes, which is wanted though its view is over."""
    state = within(spec)
    proposal, now = next_proposal(spec, state)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_certificate, begun.result, certificate(spec, state, parent_vote(spec, state)))
    yield step(spec.on_certificate, begun.result, finalized(spec, state, root_of(spec, proposal), 4))
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root_of(spec, proposal), 4))
    yield step(spec.on_certificate, begun.result, finalized(spec, state, digest(spec, 1), 5))
    yield step(spec.get_status, begun.result)
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.get_status, begun.result)
    yield step(spec.on_timeout, begun.result, at(spec, 6))


@case("voter", "certificate")
def that_finalizes_a_chain_at_once(spec: ModuleType) -> Steps:
    """The latest of three blocks, and with it the others; a sibling and what is older is forgotten."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    proposals, post = [], state
    for _ in range(3):
        proposal, now = next_proposal(spec, post)
        proposals.append(proposal)
        yield step(spec.on_proposal, begun.result, proposal, now)
        post = after(spec, post, proposal)
    roots = [root_of(spec, proposal) for proposal in proposals]
    sibling, now = next_proposal(spec, state, skipped=3)
    for view in (4, 5, 6):
        yield step(spec.on_certificate, begun.result, nullified(spec, state, view))
    yield step(spec.on_proposal, begun.result, sibling, now)
    yield step(spec.on_certificate, begun.result, finalized(spec, state, roots[0], 4))
    yield step(spec.get_status, begun.result)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, roots[2], 6))
    yield step(spec.on_certificate, begun.result, finalized(spec, state, roots[2], 6))
    yield step(spec.get_status, begun.result)
    yield step(spec.on_timeout, begun.result, at(spec, 7))
    child, now = next_proposal(spec, after(spec, state, sibling))
    yield step(spec.on_proposal, begun.result, child, now, rejects="voter.on_proposal.unknown-parent")
    child, now = next_proposal(spec, post)
    yield step(spec.on_proposal, begun.result, child, now)


@case("voter", "certificate")
def that_finalizes_a_block_in_another_view(spec: ModuleType) -> Steps:
    """Two thirds can sign it and skip the view of the block; it counts for nothing, and the one of its view does."""
    state = within(spec)
    proposal, now = next_proposal(spec, state)
    root = root_of(spec, proposal)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_certificate, begun.result, finalized(spec, state, root, 5))
    yield step(spec.get_status, begun.result)
    yield step(spec.on_certificate, begun.result, finalized(spec, state, root, 4))
    yield step(spec.get_status, begun.result)
    yield step(spec.on_timeout, begun.result, at(spec, 6))


def certificate_case(rule: str, allows: tuple[str, ...] = ()) -> Any:
    """A certificate that a voter refuses: what the function makes."""

    def register_case(make: Any) -> None:
        def made(spec: ModuleType) -> Steps:
            state = within(spec)
            begun = begin(spec, state)
            yield begun
            yield step(spec.on_certificate, begun.result, make(spec, state))

        case("voter", "certificate", rejects=rule, allows=allows)(named_after(make, made))

    return register_case


@certificate_case("voter.on_certificate.wrong-kind")
def of_proposing_votes(spec: ModuleType, state: Any) -> Any:
    """Nobody collects them."""
    return certificate(spec, state, vote(spec, spec.VoteKind.PROPOSE, at(spec, 4), digest(spec, 1)))


@certificate_case("voter.on_certificate.wrong-kind")
def of_an_unknown_kind(spec: ModuleType, state: Any) -> Any:
    """One behind the last."""
    return certificate(spec, state, vote(spec, spec.uint8(4), at(spec, 4), digest(spec, 1)))


@certificate_case("voter.on_certificate.root-of-nothing")
def of_a_nullification_with_a_block(spec: ModuleType, state: Any) -> Any:
    """A view is skipped, whatever was proposed in it."""
    return certificate(spec, state, vote(spec, spec.VoteKind.NULLIFY, at(spec, 4), digest(spec, 1)))


@certificate_case("voter.on_certificate.not-useful")
def of_the_view_of_the_final_block(spec: ModuleType, state: Any) -> Any:
    """A nullification of a view whose block is final."""
    return nullified(spec, state, 3)


@certificate_case("voter.on_certificate.not-useful")
def of_a_view_before_the_final_block(spec: ModuleType, state: Any) -> Any:
    """What was notarized there is decided."""
    return notarized(spec, state, digest(spec, 1), 2)


@certificate_case("voter.on_certificate.not-useful")
def of_the_epoch_before(spec: ModuleType, state: Any) -> Any:
    """Its last block is final, so it is over."""
    return nullified(spec, state, 50, epoch=2)


@certificate_case("voter.on_certificate.not-useful", allows=("consensus.check_certificate.epoch-not-begun",))
def of_the_next_epoch(spec: ModuleType, state: Any) -> Any:
    """It comes again when the voter has the blocks that lead there."""
    return nullified(spec, state, 1, epoch=4)


@certificate_case("consensus.check_certificate.wrong-length")
def with_one_signer_too_many(spec: ModuleType, state: Any) -> Any:
    """The set has four members."""
    made = nullified(spec, state, 4)
    made.signers = spec.Bitlist[spec.MAX_VALIDATORS](True, True, True, True, False)
    return made


@certificate_case("consensus.check_certificate.too-little-stake")
def of_two_thirds_at_most(spec: ModuleType, state: Any) -> Any:
    """The first and the last member, of four."""
    return certificate(spec, state, skip(spec, 4), absent=(1, 2))


@certificate_case("consensus.check_certificate.invalid-signature")
def that_one_signer_did_not_sign(spec: ModuleType, state: Any) -> Any:
    """Three signatures for four bits."""
    made = nullified(spec, state, 4)
    made.signature = sign_vote(spec, state, made.vote, (0, 1, 2))
    return made


register_spoilt(
    certificate_case,
    lambda spec, state, spoilt: spoilt(skip(spec, 4)),
    known=("with_a_bit_too_many", "with_the_signature_of_one_missing"),
)


@case("voter", "certificate", rejects="voter.on_certificate.already-known")
def that_comes_twice(spec: ModuleType) -> Steps:
    """Also where others have signed it."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_certificate, begun.result, nullified(spec, state, 4))
    yield step(spec.on_certificate, begun.result, certificate(spec, state, skip(spec, 4), absent=(3,)))
