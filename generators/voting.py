"""What a voter may sign: pairs of votes, and votes after a record."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, register, step
from generators.primitives import digest
from generators.scene import vote

KINDS = ("PROPOSE", "NOTARIZE", "NULLIFY", "FINALIZE")


def votes_in(spec: ModuleType, at: Any) -> list[Any]:
    """Every vote of a round about one of two blocks."""
    made = []
    for name in KINDS:
        kind = getattr(spec.VoteKind, name)
        roots = [spec.Bytes32()] if name == "NULLIFY" else [digest(spec, 1), digest(spec, 2)]
        made += [vote(spec, kind, at, root) for root in roots]
    return made


def _register_pairs() -> None:
    rounds = {"one_round": (5, 7), "rounds_of_two_views": (5, 8), "rounds_of_two_epochs": (6, 7)}
    for name, (epoch, view) in rounds.items():

        def pairs(spec: ModuleType, epoch: int = epoch, view: int = view) -> Steps:
            """All pairs of votes about two blocks, in both orders."""
            for first in votes_in(spec, spec.Round(epoch=5, view=7)):
                for second in votes_in(spec, spec.Round(epoch=epoch, view=view)):
                    yield step(spec.is_slashable, first, second)

        pairs.__module__ = __name__
        register(f"consensus/slashable/pairs_of_{name}", pairs)


def records(spec: ModuleType) -> list[tuple[str, Any]]:
    """The records of a voter that has signed this or that in round 7 of epoch 5."""
    at, a, b = spec.Round(epoch=5, view=7), digest(spec, 1), digest(spec, 2)
    return [
        ("nothing", spec.VotingRecord(round=at)),
        ("a_proposal", spec.VotingRecord(round=at, proposed=a)),
        ("a_notarization", spec.VotingRecord(round=at, notarized=a)),
        ("a_notarization_of_the_other", spec.VotingRecord(round=at, notarized=b)),
        ("a_nullification", spec.VotingRecord(round=at, nullified=True)),
        ("a_notarization_and_a_nullification", spec.VotingRecord(round=at, notarized=a, nullified=True)),
        ("a_finalization", spec.VotingRecord(round=at, finalized=a)),
        ("a_notarization_and_a_finalization", spec.VotingRecord(round=at, notarized=a, finalized=a)),
        ("a_proposal_and_a_finalization_of_the_other", spec.VotingRecord(round=at, proposed=a, finalized=b)),
    ]


def _register_records() -> None:
    import axivon_spec.minimal as names

    for place, (name, _) in enumerate(records(names)):

        def after(spec: ModuleType, place: int = place) -> Steps:
            """What may still be signed in that round, in those before it, and in those behind it."""
            _, record = records(spec)[place]
            for epoch, view in ((5, 7), (5, 6), (5, 8), (4, 7), (4, 9), (6, 7), (6, 1)):
                votes = votes_in(spec, spec.Round(epoch=epoch, view=view))
                for cast in votes if (epoch, view) == (5, 7) else votes[1:5:3]:
                    yield step(spec.may_cast, record, cast)

        after.__module__ = __name__
        register(f"voter/record/after_{name}", after)


_register_pairs()
_register_records()
