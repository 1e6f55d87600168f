"""The last block of an epoch, which is proposed again until it is final."""

from __future__ import annotations

from types import ModuleType

from axivon_spec.vectors.author import Steps, case, step
from generators.chain import completed
from generators.epochs import before_last, first_of_epoch, within
from generators.primitives import digest
from generators.scene import STAKES, vote
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
from generators.voter_turns import leader_of


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


@case("voter", "last", rejects="consensus.check_proposal.wrong-epoch")
def that_is_built_upon_in_its_own_epoch(spec: ModuleType) -> Steps:
    """Before it is final, when the voter is still in that epoch: nothing may follow it there."""
    state = before_last(spec)
    proposal, now = next_proposal(spec, state)
    begun = begin(spec, state)
    yield begun
    yield step(spec.on_proposal, begun.result, proposal, now)
    post = after(spec, state, proposal)
    later = at(spec, int(proposal.signed_block.block.header.round.view) + 1)
    made = completed(spec, post, round=later)
    yield step(spec.on_proposal, begun.result, proposal_of(spec, post, made), clock(spec, made))
