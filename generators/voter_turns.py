"""What a voter does when time has run out, and when it is its turn to propose."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Step, Steps, case, step
from generators.epochs import before_last, first_of_epoch, within
from generators.primitives import digest
from generators.scene import STAKES, certificate, genesis, leader_number, parent_vote, signed_block, vote
from generators.stores import (
    after,
    at,
    begin,
    clock,
    final_parent,
    finalized,
    next_proposal,
    notarized,
    nullified,
    proposal_of,
    root_of,
    signed,
    skip,
)


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
def with_votes_that_came_late(spec: ModuleType) -> Steps:
    """The certificate of the parent has two members; a vote of the third is added, and no other vote is."""
    state = within(spec)
    begun = begin(spec, state, voter=leader_of(spec, state, 4))
    yield begun
    cast = parent_vote(spec, state)
    yield step(spec.on_certificate, begun.result, certificate(spec, state, cast, absent=[2, 3]))
    for voter, late in (
        (0, cast),
        (3, vote(spec, spec.VoteKind.NOTARIZE, cast.round, digest(spec, 1))),
        (2, skip(spec, int(cast.round.view))),
        (2, cast),
    ):
        yield step(spec.on_vote, begun.result, signed(spec, state, late, voter))
    prepared = step(spec.prepare_proposal, begun.result, bind="prepared")
    yield prepared
    block = made_from(spec, state, prepared.result, 4)
    yield step(spec.on_turn, begun.result, block.block.header)
    yield step(spec.on_proposal, begun.result, proposal_of(spec, state, block), clock(spec, block))


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
