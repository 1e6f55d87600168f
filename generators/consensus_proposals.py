"""Proposals: rounds, who signed, what is revealed, and who leads."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from axivon_spec.vectors.author import Steps, case, named_after, step
from generators.certificates import NO_POINT
from generators.chain import completed
from generators.epochs import LAST, after_late_views, before_last, second, within
from generators.scene import (
    STAKES,
    block,
    bls_secret,
    consensus_data,
    genesis,
    genesis_of,
    leader_number,
    next_round,
    other_fork,
    other_genesis,
    other_network,
    proposal,
    reveal,
    sign_block,
    sign_vote,
    signed_block,
)

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
    state = within(spec)
    yield step(spec.state_transition, state, completed(spec, state, round=spec.Round(epoch=3, view=1)))


@case("consensus", "proposal", rejects="consensus.check_proposal.view-zero")
def in_view_zero(spec: ModuleType) -> Steps:
    """Views begin at 1, also in a new epoch, where no view of the parent is before."""
    state = after_late_views(spec)
    yield step(spec.state_transition, state, completed(spec, state, round=spec.Round(epoch=3, view=0)))


@case("consensus", "proposal", presets=("minimal", "mainnet"))
def in_the_first_view_of_an_epoch(spec: ModuleType) -> Steps:
    """The views of the epoch before do not count."""
    state = after_late_views(spec, 5)
    yield step(spec.state_transition, state, signed_block(spec, state, round=spec.Round(epoch=5, view=1)))


@case("consensus", "proposal", rejects="consensus.check_proposal.wrong-epoch")
def of_the_next_epoch(spec: ModuleType) -> Steps:
    """An epoch begins when its heights do."""
    state = genesis(spec)
    yield step(spec.state_transition, state, completed(spec, state, round=spec.Round(epoch=1, view=1)))


@case("consensus", "proposal", rejects="consensus.check_proposal.wrong-epoch")
def of_the_next_epoch_before_the_last_height(spec: ModuleType) -> Steps:
    """One height is left."""
    state = before_last(spec, 0)
    at = spec.Round(epoch=1, view=1)
    data = consensus_data(spec, state, kind=spec.VoteKind.FINALIZE)
    yield step(spec.state_transition, state, completed(spec, state, round=at, consensus=data))


@case("consensus", "proposal", rejects="consensus.check_proposal.wrong-epoch")
def of_the_epoch_before(spec: ModuleType) -> Steps:
    """The first block of an epoch, in a later view of the epoch before."""
    state = after_late_views(spec)
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

    case("consensus", "proposal", rejects="consensus.check_proposal.invalid-signature")(named_after(change, made))


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

    case("consensus", "reveal", rejects="consensus.check_proposal.invalid-reveal")(named_after(change, made))


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


# Leaders


@case("consensus", "leader", presets=("minimal", "mainnet"))
def of_the_views_of_two_epochs(spec: ModuleType) -> Steps:
    """By the set and the seed of each."""
    state = within(spec)
    for epoch in (3, 4):
        for view in (0, 1, 2, 3, 4, 5, 6, 2**32 + 1, LAST):
            yield step(spec.get_leader, state, spec.Round(epoch=epoch, view=view))


@case("consensus", "leader")
def of_the_smallest_weights(spec: ModuleType) -> Steps:
    """1 to 4 nAXN: where a draw is rounded shows in who leads."""
    state = within(spec)
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
    yield step(spec.get_leader, within(spec), spec.Round(epoch=2, view=1))


@case("consensus", "leader", rejects="consensus.get_leader.leaders-not-drawn")
def of_the_epoch_after_the_next(spec: ModuleType) -> Steps:
    """Its mix is not complete."""
    yield step(spec.get_leader, within(spec), spec.Round(epoch=5, view=1))


@case("consensus", "leader", rejects="consensus.get_leader.leaders-not-drawn")
def of_the_end_of_time(spec: ModuleType) -> Steps:
    """Where a machine wraps."""
    yield step(spec.get_leader, within(spec), spec.Round(epoch=LAST, view=1))
