"""What an honest voter signs in one round, by all ways in which its handlers can be called, is never slashable; and
what is slashable is just what safety needs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, product
from typing import Any

import axivon_spec
from axivon_spec.runtime.outcome import Rejection
from generators.epochs import before_last, within
from generators.primitives import digest
from generators.scene import certificate, vote
from generators.stores import after, at, begin, clock, finalized, next_proposal, notarized, nullified, root_of, signed
from generators.voter_turns import leader_of

SPEC = axivon_spec.load("minimal")
Name = tuple[str, str]  # the kind of a vote, and the block that it is for
Key = tuple[frozenset[Name], frozenset[bytes], frozenset[bytes], bytes]

PROPOSE, NOTARIZE, NULLIFY, FINALIZE = "PROPOSE", "NOTARIZE", "NULLIFY", "FINALIZE"
VOTES: tuple[Name, ...] = (
    (PROPOSE, "A"),
    (PROPOSE, "B"),
    (NOTARIZE, "A"),
    (NOTARIZE, "B"),
    (NULLIFY, ""),
    (FINALIZE, "A"),
    (FINALIZE, "B"),
)
# The design's list, written down by hand: what an honest voter may send in one round, beside a leader's one proposal
HONEST = [
    {(NOTARIZE, "A"), (NULLIFY, "")},
    {(NOTARIZE, "A"), (FINALIZE, "A")},
    {(FINALIZE, "A")},
]
FORBIDDEN = [
    {(PROPOSE, "A"), (PROPOSE, "B")},
    {(NOTARIZE, "A"), (NOTARIZE, "B")},
    {(FINALIZE, "A"), (FINALIZE, "B")},
    {(NULLIFY, ""), (FINALIZE, "A")},
    {(NOTARIZE, "A"), (FINALIZE, "B")},
]


def exchanged(votes: set[Name]) -> set[Name]:
    """The same with the two blocks exchanged."""
    return {(kind, {"A": "B", "B": "A", "": ""}[block]) for kind, block in votes}


def is_slashable(first: Name, second: Name, view: int = 4) -> bool:
    made = [
        vote(SPEC, getattr(SPEC.VoteKind, kind), at(SPEC, v), digest(SPEC, ord(block)) if block else SPEC.Bytes32())
        for (kind, block), v in ((first, 4), (second, view))
    ]
    return bool(SPEC.is_slashable(*made))


def test_what_is_slashable_is_the_list_of_the_design_and_nothing_else() -> None:
    wanted = [pair for listed in FORBIDDEN for pair in (listed, exchanged(listed))]
    for first, second in product(VOTES, VOTES):
        assert is_slashable(first, second) == ({first, second} in wanted), (first, second)
        assert not is_slashable(first, second, view=5)


# What handlers can be made to sign


class Room:
    """One voter and everything that anybody can tell it in one view: two proposals, certificates of all kinds, its
    time-out, its turn, and a restart from what is on disk."""

    def __init__(self, state: Any, voter: int, proposals: Sequence[tuple[Any, Any]], roots: Sequence[Any]) -> None:
        self.state, self.voter, self.roots = state, voter, roots
        view = int(state.chain.latest_header.round.view) + 1
        self.round = at(SPEC, view)
        self.names = {bytes(root): name for root, name in zip(roots, "AB", strict=True)}
        self.events: dict[str, Any] = {
            f"proposal {name}": lambda store, p=proposal: SPEC.on_proposal(store, *p)
            for name, proposal in zip("AB", proposals, strict=True)
        }
        for name, root in zip("AB", roots, strict=True):
            for what, made in (("notarization", notarized), ("finalization", finalized)):
                known = made(SPEC, state, root, view)
                self.events[f"{what} {name}"] = lambda store, c=known: SPEC.on_certificate(store, c)
        skipped = nullified(SPEC, state, view)
        self.events["nullification"] = lambda store: SPEC.on_certificate(store, skipped)
        self.events["time-out"] = lambda store: SPEC.on_timeout(store, self.round)
        self.events["restart"] = None
        for name, (proposal, _) in zip("AB", proposals, strict=True):
            header = proposal.signed_block.block.header
            self.events[f"turn {name}"] = lambda store, h=header: SPEC.on_turn(store, h)

    def begin(self, record: Any) -> Any:
        step = begin(SPEC, self.state, voter=self.voter, record=record)
        store = SPEC.create_store(*step.arguments.values())
        parent = self.state.chain.latest_header.round
        root = SPEC.compute_parent_root(self.state)
        SPEC.on_certificate(store, notarized(SPEC, self.state, root, int(parent.view)))
        return store

    def signed(self, outbox: Any) -> set[Name]:
        kinds = {int(getattr(SPEC.VoteKind, kind)): kind for kind, _ in VOTES}
        return {
            (kinds[int(s.vote.kind)], self.names.get(bytes(s.vote.block_root), ""))
            for s in outbox.votes
            if s.vote.round == self.round
        }

    def reachable(self) -> set[frozenset[Name]]:
        """What the voter has signed in this view after any sequence of events, however long: until nothing is new."""
        start = self.begin(SPEC.VotingRecord())
        level = {self.key(start, frozenset()): start}
        seen = set(level)
        while level:
            following: dict[Key, Any] = {}
            for (cast, *_), store in level.items():
                for event in self.events.values():
                    reached, added = self.after(store, event)
                    key = self.key(reached, cast | added)
                    if key not in seen:
                        seen.add(key)
                        following[key] = reached
            level = following
        return {cast for cast, *_ in seen}

    def key(self, store: Any, cast: frozenset[Name]) -> Key:
        """What decides all that the voter will sign: in which order it has heard of things does not."""
        certificates = frozenset(bytes(SPEC.hash_tree_root(certificate)) for certificate in store.certificates)
        blocks = frozenset(bytes(block.root) for block in store.blocks)
        place = SPEC.hash_tree_root(store.round), SPEC.hash_tree_root(store.record), store.blocks[0].root
        return cast, certificates, blocks, b"".join(map(bytes, place))

    def after(self, store: Any, event: Any) -> tuple[Any, set[Name]]:
        """The store after an event, and what was signed."""
        if event is None:
            return self.begin(store.record), set()
        reached = store.copy()
        try:
            return reached, self.signed(event(reached))
        except Rejection:
            return store, set()


@lru_cache
def signed_by_handlers() -> frozenset[frozenset[Name]]:
    """All sets of votes of one view that handlers can be made to sign, by a leader and by another voter."""
    state = within(SPEC)
    leader = leader_of(SPEC, state, 4)
    early = next_proposal(SPEC, state)
    late = next_proposal(SPEC, state, timestamp=int(state.chain.latest_header.timestamp) + 3)
    roots = [root_of(SPEC, proposal) for proposal, _ in (early, late)]
    rooms = [Room(state, voter, (early, late), roots) for voter in (leader, (leader + 1) % 4)]
    return frozenset(cast for room in rooms for cast in room.reachable())


def test_no_order_of_events_makes_an_honest_voter_slashable() -> None:
    for cast in signed_by_handlers():
        for first, second in combinations(cast, 2):
            assert not is_slashable(first, second), cast


def test_honest_voters_sign_just_what_the_design_lists() -> None:
    """Nothing more, and each of its sets: so the list of what is slashable could not be longer than it is."""
    allowed = [votes for listed in HONEST for votes in (listed, exchanged(listed))]
    found = signed_by_handlers()
    for cast in found:
        proposed = {name for name in cast if name[0] == PROPOSE}
        assert len(proposed) <= 1
        assert any(cast - proposed <= votes for votes in allowed), cast
    for votes in allowed:
        assert any(votes == {name for name in cast if name[0] != PROPOSE} for cast in found), votes


def test_any_two_votes_that_are_not_slashable_are_of_an_honest_voter_or_of_an_idle_one() -> None:
    """Honest and slashable are two halves: what lies between costs nobody anything, since no voter ever does it."""
    between = {
        frozenset(pair)
        for pair in combinations(VOTES, 2)
        if not is_slashable(*pair) and not any(set(pair) <= cast for cast in signed_by_handlers())
    }
    assert between == set()


# What slashable pairs are for


def test_a_final_block_leaves_nothing_else_in_its_view_unless_a_third_is_slashable() -> None:
    """The lemma on which safety rests, counted out: every way in which four voters can sign any of five votes of a
    view, by several divisions of the stake. Where there are certificates to finalize A and, at once, to skip the view
    or to notarize or finalize B, more than a third of the stake has signed a pair that is slashable."""
    votes = [name for name in VOTES if name[0] != PROPOSE]
    subsets = [{name for place, name in enumerate(votes) if bits >> place & 1} for bits in range(1 << len(votes))]
    guilty = [any(is_slashable(a, b) for a, b in combinations(sorted(cast), 2)) for cast in subsets]
    for other in ((NULLIFY, ""), (NOTARIZE, "B"), (FINALIZE, "B")):
        # A voter counts by three things alone: whether it finalized A, signed the other vote, and is guilty
        roles = {((FINALIZE, "A") in cast, other in cast, bad) for cast, bad in zip(subsets, guilty, strict=True)}
        for stakes in ((1, 1, 1, 1), (4, 3, 2, 1), (3, 3, 2, 2), (1, 1, 1, 0), (5, 2, 2, 2), (2, 2, 1, 1)):
            total = sum(stakes)
            least = total
            for chosen in product(roles, repeat=len(stakes)):
                final, against, blamed = (
                    sum(stake for stake, role in zip(stakes, chosen, strict=True) if role[place]) for place in range(3)
                )
                if 3 * final > 2 * total and 3 * against > 2 * total:
                    least = min(least, blamed)
            assert 3 * least > total, (stakes, other)


def test_each_slashable_pair_is_needed() -> None:
    """Each is what both of two certificates that contradict each other have in common: two that finalize, one that
    finalizes and one that skips, one that finalizes and one that is built upon, and two of one view to build upon."""
    contradictions = [
        {(FINALIZE, "A"), (FINALIZE, "B")},
        {(FINALIZE, "A"), (NULLIFY, "")},
        {(FINALIZE, "A"), (NOTARIZE, "B")},
        {(NOTARIZE, "A"), (NOTARIZE, "B")},
    ]
    needed = [listed for listed in FORBIDDEN if (PROPOSE, "A") not in listed]
    for both in contradictions:
        assert is_slashable(*both)
        assert both in needed or exchanged(both) in needed
    assert len(needed) == len(contradictions)


def test_the_last_block_of_an_epoch_is_followed_by_nothing_before_it_is_final() -> None:
    """In the next epoch nobody signs anything before, whatever it hears."""
    state = before_last(SPEC)
    last, now = next_proposal(SPEC, state)
    store = SPEC.create_store(*begin(SPEC, state).arguments.values())
    SPEC.on_proposal(store, last, now)
    root, view = root_of(SPEC, last), int(last.signed_block.block.header.round.view)
    SPEC.on_certificate(store, notarized(SPEC, state, root, view))
    post = after(SPEC, state, last)
    first, _ = next_proposal(SPEC, post)
    early = at(SPEC, 1, epoch=4)
    messages = [
        lambda: SPEC.on_proposal(store, first, clock(SPEC, first.signed_block)),
        lambda: SPEC.on_vote(store, signed(SPEC, post, vote(SPEC, SPEC.VoteKind.NOTARIZE, early, root), 0)),
        lambda: SPEC.on_certificate(store, certificate(SPEC, post, vote(SPEC, SPEC.VoteKind.NOTARIZE, early, root))),
    ]
    for message in messages:
        before = store.copy()
        try:
            message()
        except Rejection as rejection:
            assert rejection.rule.endswith("not-useful")
        else:
            raise AssertionError("it was heard")
        assert store == before
    SPEC.on_certificate(store, finalized(SPEC, state, root, view))
    outbox = SPEC.on_proposal(store, first, clock(SPEC, first.signed_block))
    assert [int(s.vote.round.epoch) for s in outbox.votes] == [4]
