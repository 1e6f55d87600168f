"""What a voter answers: to certificates, votes, proposals, time-outs and its turn."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Step, Steps, case, step
from generators.chain import completed
from generators.consensus import above_two_thirds, at_two_thirds
from generators.primitives import digest
from generators.scene import (
    STAKES,
    at_height,
    bls_secret,
    certificate,
    consensus_data,
    genesis,
    leader_number,
    next_round,
    nullifications,
    parent_vote,
    sign_vote,
    signed_block,
    vote,
)

NO_POINT = b"\x80" + bytes(94) + b"\x01"
LAST = 2**64 - 1

# Stores


def begin(
    spec: ModuleType, state: Any, voter: int = 1, record: Any = None, finalization: Iterable[Any] = (), **names: Any
) -> Step:
    """The step that makes the store of a voter, which begins with this state."""
    known = spec.List[spec.Certificate, spec.MAX_FINALIZATIONS](list(finalization))
    record = spec.VotingRecord() if record is None else record
    return step(spec.create_store, state, known, record, spec.uint64(voter), spec.uint256(bls_secret(voter)), **names)


def within(spec: ModuleType) -> Any:
    """The state after the third block of epoch 3, which is of view 3."""
    return at_height(spec, genesis(spec), 3 * int(spec.HEIGHTS_PER_EPOCH) + 2)


def before_last(spec: ModuleType) -> Any:
    """The state before the last block of epoch 3."""
    return at_height(spec, genesis(spec), 4 * int(spec.HEIGHTS_PER_EPOCH) - 2)


def first_of_epoch(spec: ModuleType) -> Any:
    """The state before the first block of epoch 3."""
    return at_height(spec, genesis(spec), 3 * int(spec.HEIGHTS_PER_EPOCH) - 1)


def at(spec: ModuleType, view: int, epoch: int = 3) -> Any:
    return spec.Round(epoch=epoch, view=view)


def skip(spec: ModuleType, view: int, epoch: int = 3) -> Any:
    """The vote to nullify a view."""
    return vote(spec, spec.VoteKind.NULLIFY, at(spec, view, epoch), spec.Bytes32())


def notarized(spec: ModuleType, state: Any, root: Any, view: int, absent: Iterable[int] = ()) -> Any:
    """The certificate of a notarization in epoch 3."""
    return certificate(spec, state, vote(spec, spec.VoteKind.NOTARIZE, at(spec, view), root), absent)


def finalized(spec: ModuleType, state: Any, root: Any, view: int) -> Any:
    return certificate(spec, state, vote(spec, spec.VoteKind.FINALIZE, at(spec, view), root))


def nullified(spec: ModuleType, state: Any, view: int, epoch: int = 3) -> Any:
    return certificate(spec, state, skip(spec, view, epoch))


def signed(spec: ModuleType, state: Any, cast: Any, voter: int, signer: int | None = None) -> Any:
    """A vote as a validator sends it."""
    signature = sign_vote(spec, state, cast, [voter if signer is None else signer])
    return spec.SignedVote(voter=voter, vote=cast, signature=signature)


def proposal_of(spec: ModuleType, state: Any, made: Any) -> Any:
    """A block with the nullifications of the views that it skips."""
    return spec.Proposal(signed_block=made, nullifications=nullifications(spec, state, made.block.header.round))


def clock(spec: ModuleType, made: Any, ahead: int = 0) -> Any:
    """A clock by which a block is so many seconds ahead."""
    return spec.uint64(int(made.block.header.timestamp) - ahead)


def next_proposal(spec: ModuleType, state: Any, skipped: int = 0, **changes: Any) -> tuple[Any, Any]:
    """The proposal of the next block, and a clock that shows its time."""
    made = signed_block(spec, state, round=next_round(spec, state, skipped), **changes)
    return proposal_of(spec, state, made), clock(spec, made)


def root_of(spec: ModuleType, proposal: Any) -> Any:
    return spec.hash_tree_root(proposal.signed_block.block.header)


def after(spec: ModuleType, state: Any, proposal: Any) -> Any:
    """The state after a proposal."""
    post = state.copy()
    spec.state_transition(post, proposal.signed_block)
    return post


def final_parent(spec: ModuleType, state: Any) -> Any:
    """The certificate of the latest block, which is final."""
    return certificate(spec, state, parent_vote(spec, state, kind=spec.VoteKind.FINALIZE))


# Beginning


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


# Certificates


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


def certificate_case(rule: str, allows: tuple[str, ...] = ()) -> Any:
    """A certificate that a voter refuses: what the function makes."""

    def register_case(make: Any) -> None:
        def made(spec: ModuleType) -> Steps:
            state = within(spec)
            begun = begin(spec, state)
            yield begun
            yield step(spec.on_certificate, begun.result, make(spec, state))

        made.__name__, made.__doc__, made.__module__ = make.__name__, make.__doc__, make.__module__
        case("voter", "certificate", rejects=rule, allows=allows)(made)

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


@case("voter", "certificate", rejects="voter.on_certificate.already-known")
def that_comes_twice(spec: ModuleType) -> Steps:
    """Also where others have signed it."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_certificate, begun.result, nullified(spec, state, 4))
    yield step(spec.on_certificate, begun.result, certificate(spec, state, skip(spec, 4), absent=(3,)))


# Votes


@case("voter", "votes")
def that_become_a_certificate(spec: ModuleType) -> Steps:
    """By the vote with which they are more than two thirds of the stake, and not before; a further one changes
    nothing."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    for kind, view, root in (
        (spec.VoteKind.NOTARIZE, 4, digest(spec, 1)),
        (spec.VoteKind.FINALIZE, 4, digest(spec, 1)),
        (spec.VoteKind.NULLIFY, 5, spec.Bytes32()),
    ):
        for voter in (3, 2, 0, 1):
            cast = vote(spec, kind, at(spec, view), root)
            yield step(spec.on_vote, begun.result, signed(spec, state, cast, voter))
        yield step(spec.get_status, begun.result)


@case("voter", "votes")
def that_are_divided(spec: ModuleType) -> Steps:
    """Two blocks of one view, or two kinds of vote, are not counted together; nor are votes of two views."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    for voter, kind, view, root in (
        (0, spec.VoteKind.NOTARIZE, 4, digest(spec, 1)),
        (1, spec.VoteKind.NOTARIZE, 4, digest(spec, 2)),
        (2, spec.VoteKind.NOTARIZE, 5, digest(spec, 1)),
        (2, spec.VoteKind.FINALIZE, 4, digest(spec, 1)),
        (3, spec.VoteKind.PROPOSE, 4, digest(spec, 1)),
    ):
        yield step(spec.on_vote, begun.result, signed(spec, state, vote(spec, kind, at(spec, view), root), voter))
    yield step(spec.get_status, begun.result)


@case("voter", "votes")
def of_views_far_ahead(spec: ModuleType) -> Steps:
    """The last view for which single votes are kept; together they take the voter there."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    for voter in (0, 1, 2):
        cast = skip(spec, 4 + int(spec.VIEWS_AHEAD))
        yield step(spec.on_vote, begun.result, signed(spec, state, cast, voter))
    yield step(spec.get_status, begun.result)


@case("voter", "votes")
def that_nobody_may_sign_together(spec: ModuleType) -> Steps:
    """Each pair of the table, as evidence for the next block; what may be signed together is none."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    kinds, a, b = spec.VoteKind, digest(spec, 1), digest(spec, 2)
    nothing = spec.Bytes32()
    pairs = (
        ((kinds.PROPOSE, a), (kinds.PROPOSE, b)),
        ((kinds.NOTARIZE, a), (kinds.NOTARIZE, b)),
        ((kinds.FINALIZE, a), (kinds.FINALIZE, b)),
        ((kinds.NULLIFY, nothing), (kinds.FINALIZE, a)),
        ((kinds.FINALIZE, a), (kinds.NULLIFY, nothing)),
        ((kinds.NOTARIZE, a), (kinds.FINALIZE, b)),
        ((kinds.FINALIZE, b), (kinds.NOTARIZE, a)),
        ((kinds.NOTARIZE, a), (kinds.FINALIZE, a)),
        ((kinds.NOTARIZE, a), (kinds.NULLIFY, nothing)),
        ((kinds.PROPOSE, a), (kinds.NOTARIZE, b)),
    )
    for view, pair in enumerate(pairs, 4):
        for kind, root in pair:
            yield step(spec.on_vote, begun.result, signed(spec, state, vote(spec, kind, at(spec, view), root), 3))


@case("voter", "votes")
def that_go_on_when_their_block_is_final(spec: ModuleType) -> Steps:
    """A final block is built upon with its notarization, so votes from before and from after count together."""
    state = within(spec)
    proposal, now = next_proposal(spec, state)
    root = root_of(spec, proposal)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_proposal, begun.result, proposal, now)
    cast = vote(spec, spec.VoteKind.NOTARIZE, at(spec, 4), root)
    yield step(spec.on_vote, begun.result, signed(spec, state, cast, 0))
    yield step(spec.on_certificate, begun.result, finalized(spec, state, root, 4))
    yield step(spec.on_vote, begun.result, signed(spec, state, cast, 1))
    yield step(spec.get_status, begun.result)


@case("voter", "votes")
def of_which_only_the_first_counts(spec: ModuleType) -> Steps:
    """Who votes for two blocks is counted for the first; the second is evidence, each time that it comes."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    first, second = (vote(spec, spec.VoteKind.NOTARIZE, at(spec, 4), digest(spec, n)) for n in (1, 2))
    yield step(spec.on_vote, begun.result, signed(spec, state, first, 0))
    yield step(spec.on_vote, begun.result, signed(spec, state, second, 0))
    yield step(spec.on_vote, begun.result, signed(spec, state, second, 0))
    yield step(spec.on_vote, begun.result, signed(spec, state, second, 1))
    yield step(spec.on_vote, begun.result, signed(spec, state, second, 2))
    yield step(spec.on_vote, begun.result, signed(spec, state, first, 3))
    yield step(spec.get_status, begun.result)


def vote_case(rule: str, allows: tuple[str, ...] = ()) -> Any:
    """A vote that a voter refuses: what the function makes."""

    def register_case(make: Any) -> None:
        def made(spec: ModuleType) -> Steps:
            state = within(spec)
            begun = begin(spec, state)
            yield begun
            yield step(spec.on_vote, begun.result, make(spec, state))

        made.__name__, made.__doc__, made.__module__ = make.__name__, make.__doc__, make.__module__
        case("voter", "votes", rejects=rule, allows=allows)(made)

    return register_case


@vote_case("voter.on_vote.unknown-kind")
def of_a_kind_behind_the_last(spec: ModuleType, state: Any) -> Any:
    """There are four kinds."""
    return signed(spec, state, vote(spec, spec.uint8(4), at(spec, 4), digest(spec, 1)), 0)


@vote_case("voter.on_vote.root-of-nothing")
def to_nullify_a_block(spec: ModuleType, state: Any) -> Any:
    """A view is skipped, whatever was proposed in it."""
    return signed(spec, state, vote(spec, spec.VoteKind.NULLIFY, at(spec, 4), digest(spec, 1)), 0)


@vote_case("voter.on_vote.not-useful")
def of_the_view_that_is_final(spec: ModuleType, state: Any) -> Any:
    """Nothing is left to decide in it."""
    return signed(spec, state, skip(spec, 3), 0)


@vote_case("voter.on_vote.not-useful")
def in_the_next_epoch(spec: ModuleType, state: Any) -> Any:
    """Nobody votes there before this one is final."""
    return signed(spec, state, skip(spec, 1, epoch=4), 0)


@vote_case("voter.on_vote.not-useful")
def in_the_epoch_before(spec: ModuleType, state: Any) -> Any:
    """It is over."""
    return signed(spec, state, skip(spec, 7, epoch=2), 0)


@vote_case("voter.on_vote.too-far-ahead")
def one_view_too_far_ahead(spec: ModuleType, state: Any) -> Any:
    """Who votes there alone could fill a memory with it."""
    return signed(spec, state, skip(spec, 5 + int(spec.VIEWS_AHEAD)), 0)


@vote_case("voter.on_vote.unknown-voter", allows=("voter.on_vote.invalid-signature",))
def of_nobody_in_the_set(spec: ModuleType, state: Any) -> Any:
    """One behind the last validator."""
    return signed(spec, state, skip(spec, 4), len(STAKES))


@vote_case("voter.on_vote.unknown-voter", allows=("voter.on_vote.invalid-signature",))
def of_the_largest_index(spec: ModuleType, state: Any) -> Any:
    """Where a machine wraps."""
    return signed(spec, state, skip(spec, 4), LAST, signer=3)


@vote_case("voter.on_vote.invalid-signature")
def of_one_member_signed_by_another(spec: ModuleType, state: Any) -> Any:
    """The vote of the second, with the signature of the first."""
    return signed(spec, state, skip(spec, 4), 1, signer=0)


@vote_case("voter.on_vote.invalid-signature")
def with_a_signature_that_is_no_point(spec: ModuleType, state: Any) -> Any:
    """Bytes that are no point are no signature, and no error."""
    return spec.SignedVote(voter=0, vote=skip(spec, 4), signature=NO_POINT)


@vote_case("voter.on_vote.invalid-signature")
def under_another_fork(spec: ModuleType, state: Any) -> Any:
    """The domain has the fork in it."""
    other = state.copy()
    other.chain.fork = spec.Fork(current_version=b"\x09\x09\x09\x09")
    return signed(spec, other, skip(spec, 4), 0)


@case("voter", "votes", rejects="voter.on_vote.already-known")
def that_come_twice(spec: ModuleType) -> Steps:
    """The very same vote."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_vote, begun.result, signed(spec, state, skip(spec, 4), 0))
    yield step(spec.on_vote, begun.result, signed(spec, state, skip(spec, 4), 0))


@case("voter", "votes")
def to_propose_one_block(spec: ModuleType) -> Steps:
    """Nobody collects them, be they all."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    cast = vote(spec, spec.VoteKind.PROPOSE, at(spec, 4), digest(spec, 1))
    for voter in range(len(STAKES)):
        yield step(spec.on_vote, begun.result, signed(spec, state, cast, voter))


def _register_thirds() -> None:
    for name, start in (("two_thirds", at_two_thirds), ("a_little_more_than_two_thirds", above_two_thirds)):

        def made(spec: ModuleType, start: Any = start) -> Steps:
            """The first two members; then the others."""
            state = start(spec)
            begun = begin(spec, state)
            yield begun
            view = int(state.chain.latest_header.round.view) + 1
            for voter in range(len(STAKES)):
                yield step(spec.on_vote, begun.result, signed(spec, state, skip(spec, view, epoch=0), voter))

        made.__name__ = f"of_{name}"
        case("voter", "votes")(made)

        def certified(spec: ModuleType, start: Any = start) -> Steps:
            """A certificate of the first two members."""
            state = start(spec)
            begun = begin(spec, state)
            yield begun
            view = int(state.chain.latest_header.round.view) + 1
            yield step(
                spec.on_certificate, begun.result, certificate(spec, state, skip(spec, view, epoch=0), absent=(2, 3))
            )

        certified.__name__ = f"of_{name}"
        rule = "consensus.check_certificate.too-little-stake" if start is at_two_thirds else None
        case("voter", "certificate", rejects=rule)(certified)


_register_thirds()


@case("voter", "votes")
def of_a_smaller_set(spec: ModuleType) -> Steps:
    """Positions in the set are not the indices of validators, when members are missing."""
    state = within(spec)
    state.consensus.sets[1] = state.consensus.sets[0]  # validators 0, 2 and 3
    begun = begin(spec, state, voter=2)
    yield begun
    for voter in (3, 0, 2):
        yield step(spec.on_vote, begun.result, signed(spec, state, skip(spec, 4), voter))
    yield step(spec.on_certificate, begun.result, notarized(spec, state, digest(spec, 1), 5))


# Proposals


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

        made.__name__, made.__doc__, made.__module__ = make.__name__, make.__doc__, make.__module__
        case("voter", "skipped", rejects=rule, allows=allows)(made)

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


@case("voter", "skipped", rejects="voter.check_skipped_views.wrong-root")
def other_nullifications_than_the_block_names(spec: ModuleType) -> Steps:
    """As good as those, but signed by others."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    proposal, now = next_proposal(spec, state, skipped=1)
    proposal.nullifications[0] = certificate(spec, state, skip(spec, 4), absent=(3,))
    yield step(spec.on_proposal, begun.result, proposal, now)


# Time-outs


@case("voter", "timeout")
def again_and_again(spec: ModuleType) -> Steps:
    """The vote to nullify, and each time after it the same again."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    for _ in range(2):
        yield step(spec.on_timeout, begun.result, at(spec, 4))
    yield step(spec.get_status, begun.result)


@case("voter", "timeout")
def of_another_round(spec: ModuleType) -> Steps:
    """Too late, or of an epoch before: nothing happens."""
    state = within(spec)
    begun = begin(spec, state)
    yield begun
    for view, epoch in ((3, 3), (5, 3), (4, 2)):
        yield step(spec.on_timeout, begun.result, at(spec, view, epoch))
    yield step(spec.get_status, begun.result)


@case("voter", "timeout")
def with_something_to_tell(spec: ModuleType) -> Steps:
    """What was voted in this view, the certificates since the final block, and that it is final."""
    state = within(spec)
    begun = begin(spec, state, finalization=[final_parent(spec, state)])
    yield begun
    yield step(spec.on_certificate, begun.result, nullified(spec, state, 4))
    proposal, now = next_proposal(spec, state, skipped=1)
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_timeout, begun.result, at(spec, 5))
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root_of(spec, proposal), 5))
    yield step(spec.on_timeout, begun.result, at(spec, 6))


@case("voter", "timeout")
def with_the_votes_of_a_record(spec: ModuleType) -> Steps:
    """A voter that begins again says what it said, and nothing against it."""
    state = within(spec)
    records = {
        "proposed": spec.VotingRecord(round=at(spec, 4), proposed=digest(spec, 1), notarized=digest(spec, 1)),
        "nullified": spec.VotingRecord(round=at(spec, 4), notarized=digest(spec, 1), nullified=True),
        "finalized": spec.VotingRecord(round=at(spec, 4), notarized=digest(spec, 1), finalized=digest(spec, 1)),
        "earlier": spec.VotingRecord(round=at(spec, 2), notarized=digest(spec, 1)),
        "later": spec.VotingRecord(round=at(spec, 2, epoch=4), finalized=digest(spec, 1)),
    }
    for name, record in records.items():
        begun = begin(spec, state, record=record, bind=f"store_{name}")
        yield begun
        yield step(spec.on_timeout, begun.result, at(spec, 4))
        yield step(spec.get_status, begun.result)


# The turn to propose


def leader_of(spec: ModuleType, state: Any, view: int, epoch: int = 3) -> int:
    return leader_number(spec, state, at(spec, view, epoch))


def made_from(spec: ModuleType, state: Any, prepared: Any, view: int, **changes: Any) -> Any:
    """The block that a leader makes of what it has prepared."""
    fields = {"round": at(spec, view), "consensus": prepared.consensus, "reveal": prepared.reveal, **changes}
    return signed_block(spec, state, **fields)


@case("voter", "turn", presets=("minimal", "mainnet"))
def upon_the_final_block(spec: ModuleType) -> Steps:
    """Once its notarization is known."""
    state = within(spec)
    begun = begin(spec, state, voter=leader_of(spec, state, 4), finalization=[final_parent(spec, state)])
    yield begun
    yield step(spec.on_certificate, begun.result, certificate(spec, state, parent_vote(spec, state)))
    prepared = step(spec.prepare_proposal, begun.result, bind="prepared")
    yield prepared
    block = made_from(spec, state, prepared.result, 4)
    yield step(spec.on_turn, begun.result, block.block.header)
    yield step(spec.on_proposal, begun.result, proposal_of(spec, state, block), clock(spec, block))
    yield step(spec.on_timeout, begun.result, at(spec, 4))
    yield step(spec.get_status, begun.result)


@case("voter", "turn")
def upon_genesis(spec: ModuleType) -> Steps:
    """Without certificates, also where the first two views were skipped."""
    state = genesis(spec)
    for view in (1, 3):
        begun = begin(spec, state, voter=leader_of(spec, state, view, 0), bind=f"store{view}")
        yield begun
        for skipped in range(1, view):
            yield step(spec.on_certificate, begun.result, nullified(spec, state, skipped, epoch=0))
        prepared = step(spec.prepare_proposal, begun.result, bind=f"prepared{view}")
        yield prepared
        block = made_from(spec, state, prepared.result, view, round=at(spec, view, 0))
        yield step(spec.on_turn, begun.result, block.block.header)


@case("voter", "turn")
def upon_the_last_block_of_the_epoch_before(spec: ModuleType) -> Steps:
    """What is brought is its finalization."""
    state = first_of_epoch(spec)
    voter = leader_of(spec, state, 1)
    begun = begin(spec, state, voter=voter, finalization=[final_parent(spec, state)])
    yield begun
    prepared = step(spec.prepare_proposal, begun.result, bind="prepared")
    yield prepared
    block = made_from(spec, state, prepared.result, 1)
    yield step(spec.on_turn, begun.result, block.block.header)


@case("voter", "turn")
def upon_the_block_of_the_latest_view(spec: ModuleType) -> Steps:
    """Of two blocks that could be followed the later one; with the nullifications since, and news of finality."""
    state = within(spec)
    begun = begin(spec, state, voter=leader_of(spec, state, 8), finalization=[final_parent(spec, state)])
    yield begun
    yield step(spec.on_certificate, begun.result, certificate(spec, state, parent_vote(spec, state)))
    for view in (4, 5):
        yield step(spec.on_certificate, begun.result, nullified(spec, state, view))
    second, now = next_proposal(spec, state, skipped=2)
    yield step(spec.on_proposal, begun.result, second, now)
    first, now = next_proposal(spec, state)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root_of(spec, first), 4))
    yield step(spec.on_proposal, begun.result, first, now)
    yield step(spec.on_certificate, begun.result, nullified(spec, state, 7))
    yield step(spec.prepare_proposal, begun.result, rejects="voter.check_turn.nothing-to-follow")
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root_of(spec, second), 6))
    yield step(spec.on_certificate, begun.result, nullified(spec, state, 6))
    prepared = step(spec.prepare_proposal, begun.result, bind="prepared")
    yield prepared
    block = made_from(spec, after(spec, state, second), prepared.result, 8)
    yield step(spec.on_turn, begun.result, block.block.header)


@case("voter", "turn")
def upon_the_block_of_view_1(spec: ModuleType) -> Steps:
    """The first view is a view like others."""
    state = genesis(spec)
    begun = begin(spec, state, voter=leader_of(spec, state, 2, 0))
    yield begun
    first, now = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, first, now)
    cast = vote(spec, spec.VoteKind.NOTARIZE, at(spec, 1, 0), root_of(spec, first))
    yield step(spec.on_certificate, begun.result, certificate(spec, state, cast))
    yield step(spec.prepare_proposal, begun.result, bind="prepared")


@case("voter", "turn")
def upon_genesis_when_the_first_block_was_not_notarized(spec: ModuleType) -> Steps:
    """It is known, and its view was nullified."""
    state = genesis(spec)
    begun = begin(spec, state, voter=leader_of(spec, state, 2, 0))
    yield begun
    first, now = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, first, now)
    yield step(spec.on_certificate, begun.result, nullified(spec, state, 1, epoch=0))
    yield step(spec.prepare_proposal, begun.result, bind="prepared")


@case("voter", "turn")
def upon_the_last_block_when_the_first_of_the_epoch_was_not_notarized(spec: ModuleType) -> Steps:
    """What is final can always be followed."""
    state = first_of_epoch(spec)
    begun = begin(spec, state, voter=leader_of(spec, state, 2), finalization=[final_parent(spec, state)])
    yield begun
    first, now = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, first, now)
    yield step(spec.on_certificate, begun.result, nullified(spec, state, 1))
    yield step(spec.prepare_proposal, begun.result, bind="prepared")


@case("voter", "turn", rejects="voter.check_turn.nothing-to-follow")
def when_another_block_of_the_view_was_notarized(spec: ModuleType) -> Steps:
    """The one that the voter has was not."""
    state = within(spec)
    begun = begin(spec, state, voter=leader_of(spec, state, 5))
    yield begun
    first, now = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, first, now)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, digest(spec, 1), 4))
    yield step(spec.prepare_proposal, begun.result)


@case("voter", "turn", rejects="voter.check_turn.nothing-to-follow")
def when_a_view_in_between_was_not_nullified(spec: ModuleType) -> Steps:
    """That right behind the notarized block; what became of it is not known."""
    state = within(spec)
    begun = begin(spec, state, voter=leader_of(spec, state, 7))
    yield begun
    first, now = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, first, now)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root_of(spec, first), 4))
    yield step(spec.on_certificate, begun.result, nullified(spec, state, 6))
    yield step(spec.prepare_proposal, begun.result)


@case("voter", "turn", rejects="voter.check_turn.nothing-to-follow")
def when_a_block_was_notarized_in_another_view(spec: ModuleType) -> Steps:
    """Only the last block of an epoch can be, and the chain would not take in what builds on another."""
    state = within(spec)
    begun = begin(spec, state, voter=leader_of(spec, state, 7))
    yield begun
    first, now = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, first, now)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root_of(spec, first), 6))
    yield step(spec.prepare_proposal, begun.result)


@case("voter", "turn")
def with_news_that_the_parent_does_not_bring(spec: ModuleType) -> Steps:
    """The block before the parent has become final; the next block does not say it again."""
    state = within(spec)
    begun = begin(spec, state, voter=leader_of(spec, state, 5))
    yield begun
    first, now = next_proposal(spec, state)
    yield step(spec.on_proposal, begun.result, first, now)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root_of(spec, first), 4))
    yield step(spec.on_certificate, begun.result, finalized(spec, state, root_of(spec, first), 4))
    prepared = step(spec.prepare_proposal, begun.result, bind="prepared")
    yield prepared
    post = after(spec, state, first)
    block = made_from(spec, post, prepared.result, 5)
    yield step(spec.on_turn, begun.result, block.block.header)
    second = proposal_of(spec, post, block)
    yield step(spec.on_proposal, begun.result, second, clock(spec, block))
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root_of(spec, second), 5))
    yield step(spec.on_certificate, begun.result, nullified(spec, state, 6))
    view = next(view for view in range(7, 30) if leader_of(spec, state, view) == leader_of(spec, state, 5))
    for skipped in range(7, view):
        yield step(spec.on_certificate, begun.result, nullified(spec, state, skipped))
    yield step(spec.prepare_proposal, begun.result, bind="prepared_later")


@case("voter", "turn")
def the_last_block_of_an_epoch_again(spec: ModuleType) -> Steps:
    """The same block in a later view, with what shows that it may; and the others vote for it."""
    state = before_last(spec)
    proposal, now = next_proposal(spec, state)
    root, view = root_of(spec, proposal), int(proposal.signed_block.block.header.round.view)
    leader = leader_of(spec, state, view + 2)
    begun = begin(spec, state, voter=leader)
    yield begun
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root, view))
    yield step(spec.on_certificate, begun.result, nullified(spec, state, view + 1))
    yield step(spec.prepare_proposal, begun.result)
    turn = step(spec.on_turn, begun.result, proposal.signed_block.block.header, bind="turn")
    yield turn
    own = turn.result.votes[0]
    yield step(spec.on_vote, begun.result, own)
    yield step(spec.get_status, begun.result)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root, view + 2))
    yield step(spec.on_certificate, begun.result, finalized(spec, state, root, view + 2))
    yield step(spec.get_status, begun.result)


def turn_case(rule: str, name: str, doc: str, change: Any, allows: tuple[str, ...] = ()) -> None:
    """The leader of view 4 is asked to propose another header than it has prepared."""

    def made(spec: ModuleType) -> Steps:
        state = within(spec)
        begun = begin(spec, state, voter=leader_of(spec, state, 4))
        yield begun
        yield step(spec.on_certificate, begun.result, certificate(spec, state, parent_vote(spec, state)))
        prepared = step(spec.prepare_proposal, begun.result, bind="prepared")
        yield prepared
        header = made_from(spec, state, prepared.result, 4).block.header
        change(spec, header)
        yield step(spec.on_turn, begun.result, header)

    made.__name__, made.__doc__, made.__module__ = name, doc, __name__
    case("voter", "turn", rejects=rule, allows=allows)(made)


turn_case(
    "voter.on_turn.wrong-round",
    "in_another_view",
    "The one after it.",
    lambda spec, header: setattr(header, "round", at(spec, 5)),
)
turn_case(
    "voter.on_turn.wrong-parent",
    "upon_another_block",
    "One that the voter does not know.",
    lambda spec, header: setattr(header, "parent_root", digest(spec, 1)),
)


@case("voter", "turn", rejects="voter.on_turn.not-the-last-block")
def another_block_than_the_last_one(spec: ModuleType) -> Steps:
    """Whoever may only repeat cannot make a new one."""
    state = before_last(spec)
    proposal, now = next_proposal(spec, state)
    root, view = root_of(spec, proposal), int(proposal.signed_block.block.header.round.view)
    begun = begin(spec, state, voter=leader_of(spec, state, view + 1))
    yield begun
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root, view))
    header = proposal.signed_block.block.header.copy()
    header.timestamp += 1
    yield step(spec.on_turn, begun.result, header)


@case("voter", "turn", rejects="voter.on_turn.already-proposed")
def a_second_block_in_one_view(spec: ModuleType) -> Steps:
    """Its record knows of the first, also where the voter has begun again."""
    state = within(spec)
    record = spec.VotingRecord(round=at(spec, 4), proposed=digest(spec, 1))
    begun = begin(spec, state, voter=leader_of(spec, state, 4), record=record)
    yield begun
    yield step(spec.on_certificate, begun.result, certificate(spec, state, parent_vote(spec, state)))
    prepared = step(spec.prepare_proposal, begun.result, bind="prepared")
    yield prepared
    header = made_from(spec, state, prepared.result, 4).block.header
    yield step(spec.on_turn, begun.result, header)


def _register_turns() -> None:
    """What is refused to a leader is refused before and after it has made a block."""

    def prepare(spec: ModuleType, store: Any) -> Step:
        return step(spec.prepare_proposal, store)

    def propose(spec: ModuleType, store: Any) -> Step:
        state = within(spec)
        return step(spec.on_turn, store, signed_block(spec, state).block.header)

    for name, ask in (("prepared", prepare), ("proposed", propose)):

        def by_another(spec: ModuleType, ask: Any = ask) -> Steps:
            """Another leads the view."""
            state = within(spec)
            begun = begin(spec, state, voter=(leader_of(spec, state, 4) + 1) % len(STAKES))
            yield begun
            yield step(spec.on_certificate, begun.result, certificate(spec, state, parent_vote(spec, state)))
            yield ask(spec, begun.result)

        def without_the_notarization(spec: ModuleType, ask: Any = ask) -> Steps:
            """The parent is final, but what the block must bring is missing."""
            state = within(spec)
            begun = begin(spec, state, voter=leader_of(spec, state, 4), finalization=[final_parent(spec, state)])
            yield begun
            yield ask(spec, begun.result)

        for make in (by_another, without_the_notarization):
            rule = "not-the-leader" if make is by_another else "nothing-to-follow"
            make.__name__, make.__module__ = f"{name}_{make.__name__}", __name__
            case("voter", "turn", rejects=f"voter.check_turn.{rule}")(make)


_register_turns()


@case("voter", "turn", rejects="voter.check_turn.nothing-to-follow")
def at_the_beginning_of_an_epoch_without_the_finalization(spec: ModuleType) -> Steps:
    """The block must bring it."""
    state = first_of_epoch(spec)
    begun = begin(spec, state, voter=leader_of(spec, state, 1))
    yield begun
    yield step(spec.prepare_proposal, begun.result)


# The last block of an epoch


@case("voter", "last")
def that_is_proposed_again(spec: ModuleType) -> Steps:
    """The leader's vote, the block and the certificates come in one order or another; the vote follows the last."""
    state = before_last(spec)
    proposal, now = next_proposal(spec, state)
    root, view = root_of(spec, proposal), int(proposal.signed_block.block.header.round.view)
    again = vote(spec, spec.VoteKind.PROPOSE, at(spec, view + 2), root)
    leader = leader_of(spec, state, view + 2)
    steps = {
        "proposal": lambda store: step(spec.on_proposal, store, proposal, now),
        "notarization": lambda store: step(spec.on_certificate, store, notarized(spec, state, root, view)),
        "nullification": lambda store: step(spec.on_certificate, store, nullified(spec, state, view + 1)),
        "vote": lambda store: step(spec.on_vote, store, signed(spec, state, again, leader)),
    }
    orders = (
        ("proposal", "notarization", "nullification", "vote"),
        ("proposal", "notarization", "vote", "nullification"),
        ("vote", "nullification", "proposal", "notarization"),
        ("vote", "notarization", "nullification", "proposal"),
    )
    for number, order in enumerate(orders):
        begun = begin(spec, state, bind=f"store{number}")
        yield begun
        for name in order:
            if order[0] == "vote" and name == "proposal" and order[1] == "nullification":
                continue  # its view is over, and nothing says yet that it was notarized
            yield steps[name](begun.result)
        if order[1] == "nullification":
            yield steps["proposal"](begun.result)
        yield step(spec.get_status, begun.result)


@case("voter", "last")
def that_somebody_else_proposes_again(spec: ModuleType) -> Steps:
    """Only the leader can; nobody votes."""
    state = before_last(spec)
    proposal, now = next_proposal(spec, state)
    root, view = root_of(spec, proposal), int(proposal.signed_block.block.header.round.view)
    again = vote(spec, spec.VoteKind.PROPOSE, at(spec, view + 1), root)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root, view))
    voter = (leader_of(spec, state, view + 1) + 1) % len(STAKES)
    yield step(spec.on_vote, begun.result, signed(spec, state, again, voter))
    yield step(spec.get_status, begun.result)


@case("voter", "last")
def that_is_proposed_again_in_another_view(spec: ModuleType) -> Steps:
    """A proposal counts in its own view, and not in the next."""
    state = before_last(spec)
    proposal, now = next_proposal(spec, state)
    root, view = root_of(spec, proposal), int(proposal.signed_block.block.header.round.view)
    later = next(v for v in range(view + 2, 99) if leader_of(spec, state, v) == leader_of(spec, state, view + 1))
    again = vote(spec, spec.VoteKind.PROPOSE, at(spec, later), root)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root, view))
    yield step(spec.on_vote, begun.result, signed(spec, state, again, leader_of(spec, state, later)))
    yield step(spec.get_status, begun.result)


@case("voter", "last")
def that_is_proposed_again_twice(spec: ModuleType) -> Steps:
    """What counts is the latest view in which it was notarized: that one need not be nullified."""
    state = before_last(spec)
    proposal, now = next_proposal(spec, state)
    root, view = root_of(spec, proposal), int(proposal.signed_block.block.header.round.view)
    begun = begin(spec, state, voter=leader_of(spec, state, view + 3))
    yield begun
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root, view))
    yield step(spec.on_certificate, begun.result, nullified(spec, state, view + 1))
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root, view + 2))
    yield step(spec.prepare_proposal, begun.result)
    yield step(spec.on_turn, begun.result, proposal.signed_block.block.header)


@case("voter", "last")
def that_the_leader_has_only_notarized(spec: ModuleType) -> Steps:
    """Its vote to notarize proposes nothing."""
    state = before_last(spec)
    proposal, now = next_proposal(spec, state)
    root, view = root_of(spec, proposal), int(proposal.signed_block.block.header.round.view)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root, view))
    cast = vote(spec, spec.VoteKind.NOTARIZE, at(spec, view + 1), root)
    yield step(spec.on_vote, begun.result, signed(spec, state, cast, leader_of(spec, state, view + 1)))


@case("voter", "last")
def that_is_proposed_again_after_another(spec: ModuleType) -> Steps:
    """A view in between was notarized, and is not known to be nullified: nobody votes."""
    state = before_last(spec)
    proposal, now = next_proposal(spec, state)
    root, view = root_of(spec, proposal), int(proposal.signed_block.block.header.round.view)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root, view))
    yield step(spec.on_certificate, begun.result, notarized(spec, state, digest(spec, 1), view + 1))
    cast = vote(spec, spec.VoteKind.PROPOSE, at(spec, view + 2), root)
    yield step(spec.on_vote, begun.result, signed(spec, state, cast, leader_of(spec, state, view + 2)))


@case("voter", "last")
def but_for_one_that_is_proposed_again(spec: ModuleType) -> Steps:
    """Another block is not proposed twice, though its leader wants to."""
    state = within(spec)
    proposal, now = next_proposal(spec, state)
    root = root_of(spec, proposal)
    again = vote(spec, spec.VoteKind.PROPOSE, at(spec, 5), root)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root, 4))
    yield step(spec.on_vote, begun.result, signed(spec, state, again, leader_of(spec, state, 5)))
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root, 6))
    yield step(spec.get_status, begun.result)


@case("voter", "last")
def that_becomes_final(spec: ModuleType) -> Steps:
    """The voter is in view 1 of the next epoch, and votes on its first block."""
    state = before_last(spec)
    begun = begin(spec, state)
    yield begun
    proposal, now = next_proposal(spec, state)
    root, view = root_of(spec, proposal), int(proposal.signed_block.block.header.round.view)
    yield step(spec.on_proposal, begun.result, proposal, now)
    yield step(spec.on_vote, begun.result, signed(spec, state, skip(spec, view + 3), 0))
    yield step(spec.on_certificate, begun.result, notarized(spec, state, root, view))
    yield step(spec.on_certificate, begun.result, finalized(spec, state, root, view))
    yield step(spec.get_status, begun.result)
    yield step(spec.on_timeout, begun.result, at(spec, 1, epoch=4))
    first, now = next_proposal(spec, after(spec, state, proposal))
    yield step(spec.on_proposal, begun.result, first, now)
    yield step(spec.get_status, begun.result)


@case("voter", "last")
def that_is_proposed_again_in_the_next_epoch(spec: ModuleType) -> Steps:
    """It is final, and the next epoch has blocks of its own: nobody votes for it, and the view passes. A vote would let
    leaders and others count skipped views from different ones, for ever."""
    state = first_of_epoch(spec)
    begun = begin(spec, state, voter=leader_of(spec, state, 2), finalization=[final_parent(spec, state)])
    yield begun
    root = spec.compute_parent_root(state)
    again = vote(spec, spec.VoteKind.PROPOSE, at(spec, 1), root)
    yield step(spec.on_vote, begun.result, signed(spec, state, again, leader_of(spec, state, 1)))
    yield step(spec.on_timeout, begun.result, at(spec, 1))
    yield step(spec.on_certificate, begun.result, nullified(spec, state, 1))
    yield step(spec.prepare_proposal, begun.result)
