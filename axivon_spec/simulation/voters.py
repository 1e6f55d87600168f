"""A voter as a process: the spec's handlers, a disk, and what a client does beside them.

A client asks for blocks that it lacks, answers others who ask, makes blocks when it is its turn, and keeps time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Protocol

from axivon_spec.runtime.outcome import Rejection
from axivon_spec.simulation.blocks import block_upon, execute, news_of
from axivon_spec.simulation.genesis import GENESIS_TIME, secret

RETRY = 300  # milliseconds before what could not be done is tried again
MOST_ASKED = 8  # how often a voter asks for history in that time: every answer makes it want to ask again


@dataclass(frozen=True)
class Message:
    """`kind` and `value`: a vote (SignedVote), a certificate, a proposal, a request (the root of a block that is asked
    for), or a history (the height behind which final blocks are asked for)."""

    kind: str
    value: Any


class Network(Protocol):
    """What a voter can do to the world."""

    now: int  # milliseconds since genesis

    def send(self, sender: Voter, message: Message, to: Voter | None = None) -> None:
        """To one, or to all and itself."""

    def later(self, voter: Voter, delay: int, what: Callable[[], None]) -> None:
        """Do something after so many milliseconds, unless the voter has crashed by then."""

    def notice(self, voter: Voter, what: str, value: Any) -> None:
        """Tell who watches: a voter has begun, was called, has signed a vote, sends a certificate, entered a round,
        made a block final, or found evidence."""


@dataclass
class Disk:
    """What survives a crash: written before anything that follows from it is sent."""

    state: Any  # after the final block
    finalization: Any
    record: Any
    certificates: Any = ()
    blocks: Any = ()  # that the store keeps, parents before children
    proposals: dict[bytes, Any] = field(default_factory=dict)  # every block that was ever kept, by its root
    evidence: dict[tuple[int, int, int], Any] = field(default_factory=dict)  # the first against a voter in a round


class Voter:
    """One voter on a network. Voters with one key make different blocks where their `flavour` differs."""

    def __init__(
        self, spec: ModuleType, number: int, state: Any, network: Network, flavour: int = 0, finalization: Any = None
    ) -> None:
        self.spec, self.number, self.network, self.flavour = spec, number, network, flavour
        nothing = spec.List[spec.Certificate, spec.MAX_FINALIZATIONS]()
        self.disk = Disk(state, nothing if finalization is None else finalization, spec.VotingRecord())
        self.store: Any = None  # None while it is down
        self._asked: list[int] = []  # when, of late
        self._waiting: set[bytes] = set()  # blocks that are tried again soon
        self.lives = 0
        self.round = (-1, -1)
        self.final = (int(state.chain.latest_header.height), bytes(spec.compute_parent_root(state)))

    # Life

    def start(self) -> None:
        """Begin, or begin again with what is on disk."""
        spec, disk = self.spec, self.disk
        self.lives += 1
        self.round = (-1, -1)
        self._waiting = set()
        certificates, blocks = list(disk.certificates), [bytes(block.root) for block in disk.blocks]
        voter, key = spec.uint64(self.number), spec.uint256(secret(self.number))
        begun = (disk.state, disk.finalization, disk.record, voter, key)
        self.store = spec.create_store(*begun)
        self.network.notice(self, "begun", begun)
        for certificate in certificates:
            self._handle(spec.on_certificate, certificate)
        for root in blocks:
            if root in disk.proposals:
                self._handle(spec.on_proposal, disk.proposals[root], self._clock())
        self._look()

    def crash(self, only_record_is_left: bool = False) -> None:
        """Lose everything but the disk, or of that too all but the record, the final blocks and the evidence."""
        self.lives += 1
        self.store = None
        if only_record_is_left:
            final, root = {}, self.final[1]
            while root in self.disk.proposals:
                final[root] = self.disk.proposals[root]
                root = bytes(final[root].signed_block.block.header.parent_root)
            self.disk.certificates, self.disk.blocks, self.disk.proposals = (), (), final

    def _clock(self) -> Any:
        return self.spec.uint64(GENESIS_TIME + self.network.now // 1000)

    # What comes in

    def hear(self, message: Message, sender: Voter) -> None:
        """A message has come from another voter, or from this one."""
        spec, value = self.spec, message.value
        if self.store is None:
            return
        match message.kind:
            case "vote":
                self._lead(self._handle(spec.on_vote, value), value.vote, sender)
            case "certificate":
                self._lead(self._handle(spec.on_certificate, value), value.vote, sender)
                if any(value.vote.block_root):
                    self._ask_for(value.vote.block_root, sender)
            case "proposal":
                self._hear_proposal(message, sender)
            case "request" if value in self.disk.proposals:
                self.network.send(self, Message("proposal", self.disk.proposals[value]), sender)
            case "history":
                for told in self._history(value):
                    self.network.send(self, told, sender)

    def _hear_proposal(self, message: Message, sender: Voter) -> None:
        spec, proposal = self.spec, message.value
        header = proposal.signed_block.block.header
        root = bytes(spec.hash_tree_root(header))
        if root in self._waiting:
            return
        is_of_another = (self._hear_vote_of(proposal) or "").endswith(".invalid-signature")
        is_new = root not in self.disk.proposals
        self.disk.proposals.setdefault(root, proposal)  # before it can become final
        refused = self._handle(spec.on_proposal, proposal, self._clock())
        if refused is not None and is_new:
            del self.disk.proposals[root]
        if (refused or "").endswith((".unknown-parent", ".from-the-future")) and not is_of_another:
            if str(refused).endswith(".unknown-parent"):
                self._want_parent(proposal)
                self._ask_for(header.parent_root, sender)
            self._waiting.add(root)
            self.network.later(self, RETRY, lambda: self._hear_again(root, message, sender))

    def _hear_again(self, root: bytes, message: Message, sender: Voter) -> None:
        self._waiting.discard(root)
        if message.value.signed_block.block.header.round.epoch == self.store.round.epoch:
            self._hear_proposal(message, sender)

    def _want_parent(self, proposal: Any) -> None:
        """What is certified is wanted, though its view is over: the block tells that its parent is."""
        self._handle(self.spec.on_certificate, proposal.signed_block.block.consensus.certificate)

    def _hear_vote_of(self, proposal: Any) -> str | None:
        """The vote in a proposal is a vote too: of two proposals in one view it makes evidence. The rule that refuses
        it."""
        spec, header = self.spec, proposal.signed_block.block.header
        state = self.store.blocks[0].state
        if header.round.epoch == state.consensus.epoch:
            kind, root = spec.VoteKind.PROPOSE, spec.hash_tree_root(header)
            vote = spec.Vote(kind=kind, round=header.round, block_root=root)
            leader, signature = spec.get_leader(state, header.round), proposal.signed_block.signature
            return self._handle(spec.on_vote, spec.SignedVote(voter=leader, vote=vote, signature=signature))
        return None

    def _lead(self, refused: str | None, vote: Any, sender: Voter) -> None:
        """A message of a later epoch: ask for the blocks that lead there."""
        if refused is not None and refused.endswith(".not-useful") and vote.round.epoch > self.store.round.epoch:
            self._asked = [when for when in self._asked if when > self.network.now - RETRY]
            if len(self._asked) < MOST_ASKED:
                self._asked.append(self.network.now)
                self.network.send(self, Message("history", self.final[0]), sender)

    def _ask_for(self, root: Any, whom: Voter) -> None:
        """Ask for a block that is not known; or take it from disk, where it was not wanted before."""
        known = self.disk.proposals.get(bytes(root))
        if all(block.root != root for block in self.store.blocks):
            if known is None:
                self.network.send(self, Message("request", bytes(root)), whom)
            else:
                self.network.later(self, 0, lambda: self._hear_proposal(Message("proposal", known), self))

    def _history(self, height: int) -> list[Message]:
        """The final blocks above a height, each behind its certificate."""
        told: list[Message] = []
        root, certificate = self.final[1], next(iter(self.store.finalization), None)
        while root in self.disk.proposals and certificate is not None:
            proposal = self.disk.proposals[root]
            block = proposal.signed_block.block
            if block.header.height <= height:
                break
            told = [Message("certificate", certificate), Message("proposal", proposal), *told]
            root, certificate = bytes(block.header.parent_root), block.consensus.certificate
        return told

    # What goes out

    def _handle(self, handler: Callable[..., Any], *arguments: Any) -> str | None:
        """Call a handler; write to disk and send what it answers. The rule, where it refuses."""
        try:
            outbox = handler(self.store, *arguments)
        except Rejection as rejection:
            return rejection.rule
        self.network.notice(self, "called", (handler.__name__, arguments))
        self._write()
        self._send(outbox)
        self._look()
        return None

    def _write(self) -> None:
        store, disk = self.store, self.disk
        disk.record, disk.certificates, disk.blocks = store.record, store.certificates, store.blocks
        disk.state, disk.finalization = store.blocks[0].state, store.finalization

    def _send(self, outbox: Any) -> None:
        for certificate in outbox.certificates:
            self.network.notice(self, "certified", certificate)
            self.network.send(self, Message("certificate", certificate))
        for signed in outbox.votes:
            self.network.notice(self, "signed", signed)
            self.network.send(self, Message("vote", signed))
        for evidence in outbox.evidence:
            self.network.notice(self, "evidence", evidence)
            at = evidence.first.vote.round
            self.disk.evidence.setdefault((int(evidence.first.voters[0]), int(at.epoch), int(at.view)), evidence)

    def _look(self) -> None:
        """What has changed: a new view, a new final block."""
        store = self.store
        final = store.blocks[0]
        if bytes(final.root) != self.final[1]:
            self.final = int(final.header.height), bytes(final.root)
            self.network.notice(self, "final", final)
        entered = int(store.round.epoch), int(store.round.view)
        if entered != self.round:
            self.round = entered
            self.network.notice(self, "entered", entered)
            self._wait(entered)
            self.network.later(self, 0, lambda: self.take_turn(entered))

    def _wait(self, entered: tuple[int, int]) -> None:
        timeout = int(self.spec.get_status(self.store).timeout)
        self.network.later(self, timeout, lambda: self._time_out(entered))

    def _time_out(self, entered: tuple[int, int]) -> None:
        if entered == self.round:
            self.network.notice(self, "time-out", entered)
            self._wait(entered)
            self._handle(self.spec.on_timeout, self.store.round)

    # Its turn

    def take_turn(self, entered: tuple[int, int]) -> None:
        spec = self.spec
        if entered != self.round:
            return
        try:
            prepared = spec.prepare_proposal(self.store)
        except Rejection as rejection:
            if rejection.rule.endswith(".nothing-to-follow"):
                self.network.later(self, RETRY, lambda: self.take_turn(entered))
            return
        [parent] = [block for block in self.store.blocks if block.root == prepared.parent_root]
        earliest = int(parent.header.timestamp) + int(spec.MIN_BLOCK_SECONDS)
        if prepared.is_again:
            self._handle(spec.on_turn, parent.header)
        elif (early := earliest - int(spec.MAX_CLOCK_LEAD) - int(self._clock())) > 0:
            self.network.later(self, 1000 * early - self.network.now % 1000, lambda: self.take_turn(entered))
        else:
            self._propose(parent, prepared, max(int(self._clock()), earliest) + self.flavour)

    def _propose(self, parent: Any, prepared: Any, timestamp: int) -> None:
        """Make a block with what evidence there is, and sign it."""
        spec, consensus = self.spec, prepared.consensus
        consensus.evidence = news_of(spec, parent.state, self.disk.evidence.values())
        round, reveal = self.store.round, prepared.reveal
        block = block_upon(spec, parent.header, parent.root, round, timestamp, reveal, consensus)
        execute(spec, parent.state, block)
        try:
            outbox = spec.on_turn(self.store, block.header)
        except Rejection:
            return  # it has proposed before it crashed
        self.network.notice(self, "called", ("on_turn", (block.header,)))
        self._write()
        self._send(outbox)
        signed = spec.SignedBlock(block=block, signature=outbox.votes[0].signature)
        proposal = spec.Proposal(signed_block=signed, nullifications=prepared.nullifications)
        self.network.send(self, Message("proposal", proposal))
