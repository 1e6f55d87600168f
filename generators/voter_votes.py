"""What a voter answers to votes."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, named_after, step
from generators.certificates import INFINITY, NO_POINT
from generators.consensus_certificates import above_two_thirds, at_two_thirds, with_one_slashed
from generators.epochs import first_of_epoch, within
from generators.primitives import digest
from generators.scene import STAKES, certificate, other_fork, other_genesis, other_network, vote
from generators.stores import at, begin, finalized, next_proposal, notarized, root_of, signed, skip

LAST = 2**64 - 1


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


def far(spec: ModuleType) -> Any:
    """The final block is of view 20."""
    state = within(spec)
    state.chain.latest_header.round.view = 20
    return state


def vote_case(rule: str, start: Callable[[ModuleType], Any] = within, allows: tuple[str, ...] = ()) -> Any:
    """A vote that a voter refuses: what the function makes."""

    def register_case(make: Any) -> None:
        def made(spec: ModuleType) -> Steps:
            state = start(spec)
            begun = begin(spec, state)
            yield begun
            yield step(spec.on_vote, begun.result, make(spec, state))

        case("voter", "votes", rejects=rule, allows=allows)(named_after(make, made))

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
def of_view_0(spec: ModuleType, state: Any) -> Any:
    """Views begin at 1."""
    return signed(spec, state, skip(spec, 0), 0)


@vote_case("voter.on_vote.not-useful", far)
def of_one_view_too_long_ago(spec: ModuleType, state: Any) -> Any:
    """One behind the last that is remembered."""
    return signed(spec, state, skip(spec, 3), 0)


@vote_case("voter.on_vote.not-useful", first_of_epoch)
def to_notarize_in_view_0(spec: ModuleType, state: Any) -> Any:
    """At the beginning of an epoch, when the final block counts as one of that view."""
    return signed(spec, state, vote(spec, spec.VoteKind.NOTARIZE, at(spec, 0), digest(spec, 1)), 0)


@case("voter", "votes")
def of_views_that_are_decided(spec: ModuleType) -> Steps:
    """Of the view that is final, and of the last that is remembered: they decide nothing any more, but a second vote
    is evidence."""
    state = far(spec)
    begun = begin(spec, state)
    yield begun
    for view in (20, 4):
        for voter in (0, 1, 2, 3):
            yield step(spec.on_vote, begun.result, signed(spec, state, skip(spec, view), voter))
        other = vote(spec, spec.VoteKind.FINALIZE, at(spec, view), digest(spec, 1))
        yield step(spec.on_vote, begun.result, signed(spec, state, other, 2))
    yield step(spec.get_status, begun.result)


@case("voter", "votes")
def that_are_evidence_after_their_view_is_final(spec: ModuleType) -> Steps:
    """One came before the block was final, the other later."""
    state = within(spec)
    proposal, now = next_proposal(spec, state)
    root = root_of(spec, proposal)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_proposal, begun.result, proposal, now)
    for cast, voter in (
        (vote(spec, spec.VoteKind.NOTARIZE, at(spec, 4), root), 0),
        (vote(spec, spec.VoteKind.NOTARIZE, at(spec, 2), root), 3),
    ):
        yield step(spec.on_vote, begun.result, signed(spec, state, cast, voter))
    yield step(spec.on_certificate, begun.result, finalized(spec, state, root, 4))
    for view, voter in ((4, 0), (2, 3)):
        cast = vote(spec, spec.VoteKind.NOTARIZE, at(spec, view), digest(spec, 1))
        yield step(spec.on_vote, begun.result, signed(spec, state, cast, voter))


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
    return signed(spec, other_fork(spec, state), skip(spec, 4), 0)


@vote_case("voter.on_vote.invalid-signature")
def for_another_network(spec: ModuleType, state: Any) -> Any:
    """The domain has the network in it."""
    return signed(spec, other_network(state), skip(spec, 4), 0)


@vote_case("voter.on_vote.invalid-signature")
def for_another_genesis(spec: ModuleType, state: Any) -> Any:
    """The domain has the genesis root in it."""
    return signed(spec, other_genesis(spec, state), skip(spec, 4), 0)


@vote_case("voter.on_vote.invalid-signature")
def with_the_signature_at_infinity(spec: ModuleType, state: Any) -> Any:
    """The identity signs nothing."""
    return spec.SignedVote(voter=0, vote=skip(spec, 4), signature=INFINITY)


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
    for name, start in (
        ("two_thirds", at_two_thirds),
        ("a_little_more_than_two_thirds", above_two_thirds),
        ("a_set_with_one_slashed", with_one_slashed),
    ):

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
        rule = None if start is above_two_thirds else "consensus.check_certificate.too-little-stake"
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
