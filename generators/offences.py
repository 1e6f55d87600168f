"""Offences of validators: states in which they are reported, the evidence of them, and the cases that report one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, named_after, step
from generators.primitives import digest
from generators.scene import ALICE, at_height, consensus_data, genesis, sign_vote, signed_block, vote

EPOCH = 20  # of consensus, where the cases begin
GUILTY = 2  # the validator that has signed twice
NOBODY, INVALID = "slashing.check_evidence.nobody-to-slash", "slashing.check_joint_vote.invalid-signature"

Make = Callable[[ModuleType, Any], Any]


def late(spec: ModuleType, state: Any = None) -> Any:
    """The state after the third block of an epoch in which old evidence has expired."""
    state = at_height(spec, genesis(spec) if state is None else state, EPOCH * int(spec.HEIGHTS_PER_EPOCH) + 2)
    state.staking.unbonding_height = EPOCH * int(spec.HEIGHTS_PER_EPOCH) - 5
    return state


def joint_vote(spec: ModuleType, state: Any, kind: str, block: int, at: Any, voters: Sequence[int] = (GUILTY,)) -> Any:
    """A vote about one of some blocks, under the domain of its epoch."""
    root = spec.Bytes32() if kind == "NULLIFY" else digest(spec, block)
    cast = vote(spec, getattr(spec.VoteKind, kind), at, root)
    return spec.JointVote(voters=voters, vote=cast, signature=sign_vote(spec, state, cast, voters))


def evidence(
    spec: ModuleType,
    state: Any,
    first: tuple[str, int] = ("NOTARIZE", 1),
    second: tuple[str, int] = ("NOTARIZE", 2),
    epoch: int = EPOCH,
    view: int = 7,
    voter: int = GUILTY,
    voters: tuple[Sequence[int], Sequence[int]] | None = None,
) -> Any:
    """Two votes of one validator in one round, or of several: those of either side."""
    at = spec.Round(epoch=epoch, view=view)
    ours, theirs = ([voter], [voter]) if voters is None else voters
    return spec.Evidence(
        first=joint_vote(spec, state, *first, at, ours), second=joint_vote(spec, state, *second, at, theirs)
    )


def with_evidence(spec: ModuleType, state: Any, *found: Any, **changes: Any) -> Any:
    """The next block, which brings evidence."""
    data = consensus_data(spec, state)
    data.evidence = spec.List[spec.Evidence, spec.MAX_EVIDENCE](*found)
    return signed_block(spec, state, consensus=data, **changes)


def evidence_case(
    rule: str | None = None,
    allows: tuple[str, ...] = (),
    presets: tuple[str, ...] = ("minimal",),
    state: Callable[[ModuleType], Any] = late,
    in_block: bool = True,
) -> Callable[[Make], Make]:
    """A report of the evidence that the function makes for a state: by itself, and in a block."""

    def register_case(make: Make) -> Make:
        def alone(spec: ModuleType) -> Steps:
            begun = state(spec)
            yield step(spec.process_evidence, begun, make(spec, begun), ALICE.address)

        def in_a_block(spec: ModuleType) -> Steps:
            begun = state(spec)
            yield step(spec.state_transition, begun, with_evidence(spec, begun, make(spec, begun)))

        also = (*allows, "chain.state_transition.wrong-state-root") if rule else ()
        case("slashing", "evidence", rejects=rule, allows=allows, presets=presets)(named_after(make, alone))
        if in_block:
            in_block_case = case("slashing", "evidence_block", rejects=rule, allows=also, presets=presets)
            in_block_case(named_after(make, in_a_block))
        return make

    return register_case
