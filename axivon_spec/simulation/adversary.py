"""The dishonest: one mind that hears every message when it is sent, and has the keys of all of them.

Liars sign whatever they hear of, in every way, and tell some. When it is their turn, and sometimes when it is not, they
propose blocks on any parent, with true certificates where there are such, and with made-up ones where there are none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from random import Random
from types import ModuleType
from typing import Any, Protocol

from axivon_spec.runtime.outcome import Rejection
from axivon_spec.simulation.blocks import block_upon, execute
from axivon_spec.simulation.genesis import GENESIS_TIME, secret
from axivon_spec.simulation.schedule import Schedule
from axivon_spec.simulation.voters import Message, Network, Voter

OUT_OF_TURN = 0.15  # how often a liar proposes in a view that another leads
FAR = 3_600  # seconds: how far a liar's clock may be ahead


class Stage(Network, Protocol):
    """What the adversary can do to the world."""

    honest: list[Voter]
    schedule: Schedule

    def whisper(self, liar: Voter, to: Voter, message: Message, longest: int) -> None:
        """Let one voter hear a message of a liar, after at most so many milliseconds."""


class Liar(Voter):
    """It hears and remembers like a voter, and the adversary speaks for it when it is its turn."""

    adversary: Adversary

    def take_turn(self, entered: tuple[int, int]) -> None:
        if entered == self.round:
            self.adversary.take_turn(self)


class Adversary:
    """What all liars know, and what they say."""

    def __init__(self, spec: ModuleType, random: Random, stage: Stage) -> None:
        self.spec, self.random, self.stage = spec, random, stage
        self.liars: list[Voter] = []
        self.certificates: dict[bytes, Any] = {}  # all that were ever sent, by the root of their vote
        self.votes: dict[bytes, dict[int, Any]] = {}  # all that were ever sent: by the root of the vote, by voter
        self.tree: dict[bytes, Any] = {}  # all blocks that were ever known to a liar, by their root
        self.made: dict[Any, list[tuple[Liar, Any]]] = {}  # proposals of liars, by round
        self._said: set[tuple[int, bytes, int]] = set()

    def overhear(self, sender: Voter, message: Message) -> None:
        """A message of an honest voter is on its way."""
        spec, value = self.spec, message.value
        match message.kind:
            case "certificate":
                self._learn(value)
            case "vote":
                self._collect(value)
                self._agree(value.vote.round, value.vote.block_root)
                self._insist(sender, value.vote.round)
            case "proposal":
                block = value.signed_block.block
                self._learn(block.consensus.certificate)
                for nullification in value.nullifications:
                    self._learn(nullification)
                self._agree(block.header.round, spec.hash_tree_root(block.header))

    def _learn(self, certificate: Any) -> None:
        self.certificates.setdefault(bytes(self.spec.hash_tree_root(certificate.vote)), certificate)

    def _collect(self, signed: Any) -> None:
        root = bytes(self.spec.hash_tree_root(signed.vote))
        self.votes.setdefault(root, {})[int(signed.voter)] = signed.signature

    def _insist(self, voter: Voter, round: Any) -> None:
        """Let a voter that has voted in a round hear again what liars have proposed there, perhaps something else."""
        made = self.made.get(round)
        if made and self.random.random() < 0.3:
            liar, proposal = self.random.choice(made)
            self.stage.whisper(liar, voter, Message("proposal", proposal), self.random.choice((300, 3_000)))

    def _agree(self, round: Any, root: Any) -> None:
        """Vote for a block and for skipping its view, in every way, and tell some."""
        spec, kinds = self.spec, self.spec.VoteKind
        votes = [spec.Vote(kind=kinds.NULLIFY, round=round)]
        if root != spec.Bytes32():
            votes += [spec.Vote(kind=k, round=round, block_root=root) for k in (kinds.NOTARIZE, kinds.FINALIZE)]
        for liar in self.liars:
            for vote in votes:
                self._tell(liar, vote, self.stage.honest, 0.5)

    def _tell(self, liar: Voter, vote: Any, voters: Iterable[Voter], share: float) -> None:
        """Sign a vote, and let a part of the voters hear it, once."""
        root = bytes(self.spec.hash_tree_root(vote))
        for voter in voters:
            if (liar.number, root, voter.number) in self._said or self.random.random() >= share:
                continue
            self._said.add((liar.number, root, voter.number))
            signed = Message("vote", self._sign(liar.number, vote))
            self.stage.whisper(liar, voter, signed, self.random.choice((300, 300, 6_000)))

    def _sign(self, number: int, vote: Any, by: int | None = None) -> Any:
        """A vote in the name of a voter, by its own key or by another's."""
        spec = self.spec
        root = self._signing_root(vote)
        signature = spec.bls_sign(secret(number if by is None else by), root)
        return spec.SignedVote(voter=number, vote=vote, signature=signature)

    def _signing_root(self, vote: Any) -> Any:
        spec, state = self.spec, self.stage.honest[0].disk.state
        domain = spec.get_domain_of_epoch(state, spec.DOMAIN_VOTE, vote.round.epoch)
        return spec.compute_signing_root(spec.hash_tree_root(vote), domain)

    # The turn of a liar

    def take_turn(self, liar: Voter) -> None:
        """Propose this to some and that to others; a liar whose turn it is not does so now and then."""
        spec, random, store = self.spec, self.random, liar.store
        is_leader = spec.find_leader(store) == liar.number
        for block in store.blocks:
            self.tree.setdefault(bytes(block.root), block)
        parents = [block for block in self.tree.values() if not self._is_too_old(block, store.round)]
        if is_leader or random.random() < OUT_OF_TURN:
            for parent in random.sample(parents, min(len(parents), random.randint(1, 3))):
                self._propose(liar, parent, store.round)
        if random.random() < 0.1:
            self._forge(liar, store.round)

    def _is_too_old(self, block: Any, round: Any) -> bool:
        """Whether the chain has moved so far that nobody would ask what follows it."""
        return bool(block.state.consensus.epoch + 1 < round.epoch)

    def _propose(self, liar: Voter, parent: Any, round: Any) -> None:
        """A block on any parent, or the parent again."""
        spec, random = self.spec, self.random
        again = spec.Vote(kind=spec.VoteKind.PROPOSE, round=round, block_root=parent.root)
        if parent.state.consensus.epoch > round.epoch or random.random() < 0.1:
            self._tell(liar, again, self.stage.honest, 0.7)
            return
        proposal = self._made(liar, parent, round)
        self.made.setdefault(round, []).append((liar, proposal))
        share = random.choice((1.0, 0.6))
        for voter in self.stage.honest:
            if random.random() < share:
                self.stage.whisper(liar, voter, Message("proposal", proposal), 300)

    def _made(self, liar: Voter, parent: Any, round: Any) -> Any:
        spec, random = self.spec, self.random
        header, kinds = parent.header, spec.VoteKind
        is_first = header.round.epoch != round.epoch
        kind = kinds.FINALIZE if is_first else kinds.NOTARIZE
        certificate = spec.Certificate()
        if header.height > 0:
            certificate = self._shown(spec.Vote(kind=kind, round=header.round, block_root=parent.root))
        since = 0 if is_first else int(header.round.view)
        views = [spec.Round(epoch=round.epoch, view=view) for view in range(since + 1, int(round.view))]
        skips = [spec.Vote(kind=kinds.NULLIFY, round=view) for view in views]
        if random.random() < 0.3:
            skips = [skip for skip in skips if bytes(spec.hash_tree_root(skip)) in self.certificates]
        skipped = [self._shown(skip) for skip in skips]
        nullifications = spec.List[spec.Certificate, spec.MAX_SKIPPED_VIEWS](skipped)
        consensus = spec.ConsensusData(certificate=certificate, nullifications_root=spec.hash_tree_root(nullifications))
        ahead = random.choice((0, 0, 0, 0, 1, 2, FAR))
        now = GENESIS_TIME + self.stage.now // 1000
        seed = spec.compute_reveal_seed(round.epoch, header.height + 1, parent.state.consensus.mix)
        domain = spec.get_domain_of_epoch(parent.state, spec.DOMAIN_VRF, round.epoch)
        timestamp = max(now, int(header.timestamp) + int(spec.MIN_BLOCK_SECONDS)) + ahead
        reveal = spec.prove_vrf(secret(liar.number), seed, domain)
        block = block_upon(spec, header, parent.root, round, timestamp, reveal, consensus)
        if round.epoch == parent.state.consensus.epoch:
            with suppress(Rejection):  # it is refused anyway, and its state root is that of nothing
                execute(spec, parent.state, block)
        vote = spec.Vote(kind=kinds.PROPOSE, round=round, block_root=spec.hash_tree_root(block.header))
        signed = spec.SignedBlock(block=block, signature=self._sign(liar.number, vote).signature)
        return spec.Proposal(signed_block=signed, nullifications=nullifications)

    def _shown(self, vote: Any) -> Any:
        """The certificate of a vote; where there is none, another one, one of too few, or one that is made up."""
        known = self.certificates.get(bytes(self.spec.hash_tree_root(vote)))
        if known is not None:
            return known
        return self.random.choice((self._assembled, self._forged, self._substitute))(vote)

    def _substitute(self, vote: Any) -> Any:
        """A true certificate of something else: of the same kind, where there is one."""
        every = list(self.certificates.values())
        alike = [certificate for certificate in every if certificate.vote.kind == vote.kind]
        return self.random.choice(alike or every) if every else self._forged(vote)

    def _assembled(self, vote: Any) -> Any:
        """A certificate of all who have signed, and of all liars: perhaps too few, perhaps one that nobody has yet."""
        signatures = dict(self.votes.get(bytes(self.spec.hash_tree_root(vote)), {}))
        for liar in self.liars:
            signatures[liar.number] = self._sign(liar.number, vote).signature
        return self._certificate(vote, signatures, signatures)

    def _forged(self, vote: Any) -> Any:
        """A certificate that claims all have signed, where only liars have."""
        signatures = {liar.number: self._sign(liar.number, vote).signature for liar in self.liars}
        return self._certificate(vote, signatures, range(len(self.stage.schedule.stakes)))

    def _certificate(self, vote: Any, signatures: dict[int, Any], named: Collection[int]) -> Any:
        spec = self.spec
        members = self.stage.honest[0].disk.state.consensus.sets[1].indices
        return spec.Certificate(
            vote=vote,
            signers=[int(index) in named for index in members],
            signature=spec.bls_aggregate(list(signatures.values())),
        )

    def _forge(self, liar: Voter, round: Any) -> None:
        """A vote or a certificate in the name of others."""
        spec, random, kinds = self.spec, self.random, self.spec.VoteKind
        blocks = [b for b in self.tree.values() if b.header.round.epoch == round.epoch]
        root = random.choice(blocks).root if blocks else spec.hash_tree_root(round)
        kind = random.choice((kinds.NOTARIZE, kinds.FINALIZE, kinds.NULLIFY))
        vote = spec.Vote(kind=kind, round=round, block_root=spec.Bytes32() if kind == kinds.NULLIFY else root)
        victim = random.choice(self.stage.honest).number
        certificate = random.choice((self._forged, self._assembled))(vote)
        messages = [Message("certificate", certificate), Message("vote", self._sign(victim, vote, liar.number))]
        for voter in self.stage.honest:
            self.stage.whisper(liar, voter, random.choice(messages), 300)
