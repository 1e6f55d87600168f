"""The model of voting in `models/voter.pml` does what the handlers of the spec do: every transition of runs by chance
is made again with a store of the spec, with real blocks and signatures."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import axivon_spec
from axivon_spec.simulation.blocks import block_upon, execute
from axivon_spec.simulation.genesis import genesis_state, secret
from axivon_spec.simulation.spec import with_memory
from models.__main__ import MODEL, check, missing, traces

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"the model is checked by other programs: {missing()}")

RUNS = 100
VIEWS_0, FIRST_1 = 3, 4  # as in the model: rounds 0 to 2 are of epoch 0, 4 and 5 of epoch 1
NOTHING = 255
QUORUM = 2  # honest voters
DISHONEST = 3
NEVER = (99, 1)  # the round of a record that permits no vote


@pytest.fixture(scope="module")
def spec() -> ModuleType:
    return with_memory(axivon_spec.load("minimal", HEIGHTS_PER_EPOCH=3))


@dataclass(frozen=True)
class Record:
    """What a voter of the model has signed; blocks by their numbers."""

    round: int = 0
    notarized: int = NOTHING
    nullified: bool = False
    finalized: int = NOTHING


@dataclass
class Line:
    """A transition of the model, and where it leaves the voter."""

    handler: str
    voter: int
    round: int
    block: int
    parent: int
    after: int
    record: Record
    may: tuple[bool, bool, bool]

    @classmethod
    def of(cls, text: str) -> Line:
        what, state, may = text.split("|")
        handler, *about = what.split()
        after, at, notarized, nullified, finalized = map(int, state.split())
        notarize, nullify, finalize = (flag == "1" for flag in may.split())
        record = Record(at, notarized, nullified == 1, finalized)
        return cls(handler, *map(int, about), after, record, (notarize, nullify, finalize))


@dataclass
class World:
    """What the lines of a run have shown so far, with real blocks."""

    spec: Any
    states: dict[int, Any] = field(default_factory=dict)  # after each block
    roots: dict[int, Any] = field(default_factory=dict)
    proposals: dict[int, Any] = field(default_factory=dict)
    parents: dict[int, int] = field(default_factory=dict)
    votes: dict[tuple[str, int, int], set[int]] = field(default_factory=dict)  # honest voters, by kind, round, block
    rounds: dict[int, int] = field(default_factory=dict)  # of each voter
    records: dict[int, Record] = field(default_factory=dict)
    bases: dict[int, int] = field(default_factory=dict)  # the final block that a voter of epoch 1 begins with

    def __post_init__(self) -> None:
        self.states[0] = genesis_state(self.spec, (10**14,) * 4, b"\x07" * 32)
        self.roots[0] = self.spec.compute_parent_root(self.states[0])

    # Rounds, votes, certificates, blocks

    def real_round(self, at: int) -> Any:
        epoch = int(at >= FIRST_1)
        return self.spec.Round(epoch=epoch, view=at - FIRST_1 * epoch + 1)

    def vote(self, kind: str, at: int, block: int) -> Any:
        root = self.spec.Bytes32() if kind == "NULLIFY" else self.roots[block]
        return self.spec.Vote(kind=getattr(self.spec.VoteKind, kind), round=self.real_round(at), block_root=root)

    def signed(self, vote: Any, voter: int) -> Any:
        spec = self.spec
        domain = spec.get_domain_of_epoch(self.states[0], spec.DOMAIN_VOTE, vote.round.epoch)
        root = spec.compute_signing_root(spec.hash_tree_root(vote), domain)
        return spec.SignedVote(voter=voter, vote=vote, signature=spec.bls_sign(secret(voter), root))

    def certificate(self, kind: str, at: int, block: int) -> Any:
        """Of two honest voters who have signed, and the dishonest one."""
        honest = sorted(self.votes[kind, at, block])[:QUORUM]
        vote = self.vote(kind, at, block)
        signers = [voter in (*honest, DISHONEST) for voter in range(4)]
        parts = [self.signed(vote, voter).signature for voter in (*honest, DISHONEST)]
        return self.spec.Certificate(vote=vote, signers=signers, signature=self.spec.bls_aggregate(parts))

    def is_certified(self, kind: str, at: int, block: int) -> bool:
        return len(self.votes.get((kind, at, block), ())) >= QUORUM

    def leader(self, at: int) -> int:
        state = next(s for s in self.states.values() if s.consensus.epoch == int(at >= FIRST_1))
        return int(self.spec.get_leader(state, self.real_round(at)))

    def propose(self, block: int, parent: int) -> None:
        """The block with this number: an odd one is the first of its round, an even one the second."""
        if block in self.proposals:
            return
        spec, at, state = self.spec, (block - 1) // 2, self.states[parent]
        header = state.chain.latest_header
        is_first = header.round != spec.Round() and header.round.epoch != self.real_round(at).epoch
        certificate = spec.Certificate()
        if is_first:
            certificate = next(
                self.certificate("FINALIZE", r, parent)
                for r in range(VIEWS_0)
                if self.is_certified("FINALIZE", r, parent)
            )
        elif parent:
            certificate = self.certificate("NOTARIZE", (parent - 1) // 2, parent)
        since = (FIRST_1 if at >= FIRST_1 else 0) if is_first or not parent else (parent - 1) // 2 + 1
        skipped = [self.certificate("NULLIFY", r, 0) for r in range(since, at)]
        nullifications = spec.List[spec.Certificate, spec.MAX_SKIPPED_VIEWS](skipped)
        consensus = spec.ConsensusData(certificate=certificate, nullifications_root=spec.hash_tree_root(nullifications))
        number = self.leader(at)
        seed = spec.compute_reveal_seed(self.real_round(at).epoch, header.height + 1, state.consensus.mix)
        reveal = spec.prove_vrf(secret(number), seed, spec.get_domain(state, spec.DOMAIN_VRF))
        timestamp = header.timestamp + 2 + block % 2
        made = block_upon(spec, header, self.roots[parent], self.real_round(at), timestamp, reveal, consensus)
        self.parents[block] = parent
        self.states[block] = execute(spec, state, made)
        self.roots[block] = spec.hash_tree_root(made.header)
        signature = self.signed(self.vote("PROPOSE", at, block), number).signature
        signed = spec.SignedBlock(block=made, signature=signature)
        self.proposals[block] = spec.Proposal(signed_block=signed, nullifications=nullifications)

    # The store of a voter, as far as the model knows it

    def real_record(self, record: Record) -> Any:
        if record == Record(record.round):
            return self.spec.VotingRecord()
        roots = [self.spec.Bytes32() if b == NOTHING else self.roots[b] for b in (record.notarized, record.finalized)]
        return self.spec.VotingRecord(
            round=self.real_round(record.round), notarized=roots[0], nullified=record.nullified, finalized=roots[1]
        )

    def begin(self, voter: int, record: Any) -> Any:
        spec, base = self.spec, self.bases.get(voter, 0)
        known = spec.List[spec.Certificate, spec.MAX_FINALIZATIONS]()
        if base:
            known.append(self.final(base))
        return spec.create_store(self.states[base], known, record, voter, spec.uint256(secret(voter)))

    def final(self, block: int) -> Any:
        rounds = [at for kind, at, b in self.votes if (kind, b) == ("FINALIZE", block)]
        return next(
            self.certificate("FINALIZE", at, block) for at in rounds if self.is_certified("FINALIZE", at, block)
        )

    def store(self, voter: int) -> Any:
        """With the certificates of earlier rounds and the blocks that they are for, and then the record."""
        spec, at = self.spec, self.rounds.get(voter, 0)
        store = self.begin(voter, spec.VotingRecord(round=spec.Round(epoch=NEVER[0], view=NEVER[1])))
        for earlier in range(FIRST_1 if at >= FIRST_1 else 0, at):
            for kind, r, block in list(self.votes):
                if r == earlier and kind != "FINALIZE" and self.is_certified(kind, r, block):
                    spec.on_certificate(store, self.certificate(kind, r, block))
                    if kind == "NOTARIZE" and spec.find_block(store, self.roots[block]) == len(store.blocks):
                        self.tell(store, block)
        assert store.round == self.real_round(at)
        store.record = self.real_record(self.records.get(voter, Record()))
        return store

    def tell(self, store: Any, block: int) -> Any:
        proposal = self.proposals[block]
        return self.spec.on_proposal(store, proposal, proposal.signed_block.block.header.timestamp)

    # Transitions

    def repeat(self, line: Line) -> Any:
        """What the handler makes of a store before the transition: the store after it."""
        spec, voter, at, block = self.spec, line.voter, line.round, line.block
        if line.handler == "create_store":
            return self.begin(voter, self.real_record(self.records[voter]))
        store = self.store(voter)
        match line.handler:
            case "on_timeout":
                spec.on_timeout(store, store.round)
            case "on_proposal":
                self.propose(block, line.parent)
                self.tell(store, block)
            case "judge_again":
                spec.on_vote(store, self.signed(self.vote("PROPOSE", at, block), self.leader(at)))
            case "on_nullification":
                spec.on_certificate(store, self.certificate("NULLIFY", at, 0))
            case "on_notarization":
                spec.on_certificate(store, self.certificate("NOTARIZE", at, block))
            case "on_finalization":
                spec.on_certificate(store, self.certificate("FINALIZE", at, block))
                if line.after == FIRST_1:
                    self.tell_with_ancestors(store, block)
        return store

    def tell_with_ancestors(self, store: Any, block: int) -> None:
        """A final block, and those that lead to it, which the voter may have missed."""
        if self.spec.find_block(store, self.roots[block]) < len(store.blocks):
            return
        parent = self.parents[block]
        if self.spec.find_block(store, self.roots[parent]) == len(store.blocks):
            self.spec.on_certificate(store, self.certificate("NOTARIZE", (parent - 1) // 2, parent))
            self.tell_with_ancestors(store, parent)
        self.tell(store, block)

    def note(self, line: Line) -> None:
        """Keep what a line says."""
        kinds = {"on_timeout": "NULLIFY", "on_proposal": "NOTARIZE", "judge_again": "NOTARIZE"}
        cast = kinds.get(line.handler)
        if line.handler == "on_notarization" and line.record == Record(
            line.round, line.record.notarized, False, line.block
        ):
            cast = "FINALIZE"
        if cast:
            self.votes.setdefault((cast, line.round, line.block), set()).add(line.voter)
        if line.handler == "on_finalization" and line.after == FIRST_1 and self.rounds.get(line.voter, 0) < FIRST_1:
            self.bases[line.voter] = line.block
        self.rounds[line.voter], self.records[line.voter] = line.after, line.record


def test_handlers_do_what_the_model_does(spec: ModuleType, tmp_path: Path) -> None:
    seen: dict[str, int] = {}
    for run in traces(RUNS, tmp_path):
        world = World(spec)
        for line in map(Line.of, run):
            store = world.repeat(line)
            world.note(line)
            assert store.round == world.real_round(line.after), (line, run)
            wanted = world.real_record(line.record)
            if wanted != spec.VotingRecord():
                assert store.record == wanted, (line, run)
            else:
                assert store.record.round.epoch < store.round.epoch or store.record == wanted, (line, run)
            check_permissions(world, store, line)
            seen[line.handler] = seen.get(line.handler, 0) + 1
    handlers = {"on_timeout", "on_proposal", "judge_again", "create_store"}
    handlers |= {"on_nullification", "on_notarization", "on_finalization"}
    assert set(seen) == handlers
    assert min(seen.values()) >= 5, seen


def check_permissions(world: World, store: Any, line: Line) -> None:
    """What the record permits in the round is what may_cast permits."""
    block = 2 * line.after + 1
    root = world.roots.get(block, world.spec.sha256(b"a block that nobody has proposed"))
    for kind, permitted in zip(("NOTARIZE", "NULLIFY", "FINALIZE"), line.may, strict=True):
        at = world.real_round(line.after)
        vote = world.spec.Vote(
            kind=getattr(world.spec.VoteKind, kind),
            round=at,
            block_root=world.spec.Bytes32() if kind == "NULLIFY" else root,
        )
        # To notarize, the model asks whether it may at all, for a block that was not yet notarized
        assert bool(world.spec.may_cast(store.record, vote)) == permitted, (line, kind)


@pytest.mark.parametrize("rule", ["FINALIZE_BEFORE_NULLIFY", "FINALITY_OF_EPOCHS"])
def test_without_a_rule_a_state_is_reached_that_must_not_be(rule: str) -> None:
    """`make model` does so for all rules, and visits every state with all of them."""
    assert check((rule,)).broken


def test_the_names_of_the_model_are_those_of_the_spec() -> None:
    text = MODEL.read_text()
    defined = axivon_spec.program().definitions
    for name in ("VotingRecord", "Store", "may_cast", "check_skipped_views", "check_parent_certificate", "can_follow"):
        assert name in text and name in defined, name
    for name in ("find_notarized_view", "is_last_block", "on_timeout", "on_proposal", "judge_again", "create_store"):
        assert name in text and name in defined, name
