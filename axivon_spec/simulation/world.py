"""A run: voters, honest and not, on a network that a schedule disturbs; and what is checked while it goes on.

Until the schedule settles, the network delays, reorders, repeats and loses messages, keeps two sides of the voters
apart, and voters crash. From then on every message comes in time, and everybody is up.
"""

from __future__ import annotations

import gc
import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from types import ModuleType
from typing import Any

from axivon_spec.simulation.adversary import Adversary, Liar
from axivon_spec.simulation.genesis import genesis_state
from axivon_spec.simulation.schedule import Schedule
from axivon_spec.simulation.voters import Message, Voter

DELAY = 400  # milliseconds: the longest that a message takes once the network has settled
VIEWS_TO_FINALITY = 16  # after the network has settled: each honest voter has a new final block within so many views
PATIENCE = 400_000  # milliseconds: longer than so many views at the longest time-out
MOST_MESSAGES = 50_000  # of a run: a hundred times what is usual
BEGIN_WITHIN = 500  # milliseconds: voters start so far apart at most


@dataclass
class Report:
    """What came out of a run. `fault` says what is wrong, and is empty where nothing is."""

    schedule: Schedule
    fault: str = ""
    heights: dict[int, bytes] = field(default_factory=dict)  # final blocks, by height
    views: int = 0  # that the slowest honest voter needed after the network settled
    evidence: list[Any] = field(default_factory=list)
    brought: list[Any] = field(default_factory=list)  # evidence in final blocks
    state: Any = None  # after the highest of them
    events: list[tuple[int, int, str, Any]] = field(default_factory=list)  # time, voter, what, value
    calls: int = 0


class Fault(Exception):
    """Something that must never happen."""


class World:
    """One run of a schedule."""

    def __init__(
        self, spec: ModuleType, schedule: Schedule, keep_events: bool = False, start: tuple[Any, Any] | None = None
    ) -> None:
        """`start` is the state after a final block and its finalization; without it, genesis."""
        self.spec, self.schedule, self.random = spec, schedule, Random(schedule.seed ^ 0xA41)
        self.report, self.keep_events = Report(schedule), keep_events
        self.now, self._order = 0, 0
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._signed: dict[tuple[int, int, int], list[Any]] = {}  # by voter and round: votes of the honest
        self._settled: dict[int, tuple[int, int]] = {}  # the height to exceed, and the new views entered meanwhile
        self._latest = (0, 0)  # the round that the first honest voter was in when the network settled
        count = len(schedule.stakes)
        sides = schedule.sides or (0,) * count
        seed = schedule.leaders.to_bytes(32, "little")
        state, finalization = start or (genesis_state(spec, schedule.stakes, seed, schedule.absent), None)
        self._beginning = int(state.chain.latest_header.height)
        self.honest: list[Voter] = []
        self.voters: list[Voter] = []
        self.side: dict[int, frozenset[int]] = {}  # by id of a process
        self.adversary = Adversary(spec, self.random, self)
        for number in range(count):
            tactics = schedule.tactics[number] if number in schedule.dishonest else ""
            for flavour in (0, 1) if tactics == "twins" else (0,) if tactics in ("", "liar") else ():
                voter = (Liar if tactics == "liar" else Voter)(spec, number, state, self, flavour, finalization)
                self.voters.append(voter)
                self.side[id(voter)] = frozenset({flavour} if tactics == "twins" else {sides[number]})
                if not tactics:
                    self.honest.append(voter)
                elif isinstance(voter, Liar):
                    voter.adversary = self.adversary
                    self.adversary.liars.append(voter)

    # The network, as voters see it

    def send(self, sender: Voter, message: Message, to: Voter | None = None) -> None:
        """See `voters.Network`."""
        sort, view = self._sort(message)
        for voter in self.voters if to is None else (to,):
            if voter is sender:
                self._at(self.now, self._delivery(sender, sender, message))
                continue
            delay = self._delay(sender, voter, sort, view)
            if delay is not None:
                self._at(self.now + delay, self._delivery(voter, sender, message))
                if self.now < self.schedule.settles and self.random.random() < 0.05:
                    self._at(self.now + 2 * delay, self._delivery(voter, sender, message))
        if self.adversary.liars and sender.number not in self.schedule.dishonest:
            self.adversary.overhear(sender, message)

    def whisper(self, liar: Voter, to: Voter, message: Message, longest: int) -> None:
        """See `adversary.Stage`."""
        if liar.store is not None:
            self._at(self.now + self.random.randint(1, longest), self._delivery(to, liar, message))

    def later(self, voter: Voter, delay: int, what: Callable[[], None]) -> None:
        """See `voters.Network`."""
        life = voter.lives

        def do() -> None:
            if voter.lives == life:
                what()

        self._at(self.now + delay, do)

    def notice(self, voter: Voter, what: str, value: Any) -> None:
        """See `voters.Network`."""
        if self.keep_events:
            self.report.events.append((self.now, voter.number, what, value))
        if what == "evidence":
            self._check_evidence(value)
        if voter.number in self.schedule.dishonest:
            return
        if what == "signed":
            self._check_signed(voter, value)
            may_stumble = voter.number in self.schedule.forgetful and self.now < self.schedule.settles
            if may_stumble and self.random.random() < self.schedule.stumbles:
                self._at(self.now, lambda: self._crash(voter))
                self._at(self.now + self.random.choice((0, 500)), lambda: self._restart(voter))
        elif what == "final":
            self._check_final(voter)
        elif what == "entered" and voter.number in self._settled and value > self._latest:
            height, views = self._settled[voter.number]
            if voter.final[0] <= height:
                self._settled[voter.number] = height, views + 1
                if views + 1 > VIEWS_TO_FINALITY:
                    raise Fault(f"stall: voter {voter.number} has entered {views + 1} views without a new final block")

    def _at(self, time: int, what: Callable[[], None]) -> None:
        self._order += 1
        heapq.heappush(self._queue, (time, self._order, what))

    def _deliver(self, voter: Voter, sender: Voter, message: Message) -> None:
        self.report.calls += 1
        if self.keep_events:
            self.report.events.append((self.now, voter.number, "heard", message))
        if self.report.calls > MOST_MESSAGES:
            raise Fault(f"stall: more than {MOST_MESSAGES} messages")
        voter.hear(message, sender)

    def _sort(self, message: Message) -> tuple[str, int]:
        """The sort of a message, as holds name it, and the view that it belongs to."""
        match message.kind:
            case "vote":
                vote = message.value.vote
                return ("propose", "notarize", "nullify", "finalize")[int(vote.kind)], int(vote.round.view)
            case "certificate":
                vote = message.value.vote
                return ("", "notarization", "nullification", "finalization")[int(vote.kind)], int(vote.round.view)
            case "proposal":
                return "proposal", int(message.value.signed_block.block.header.round.view)
        return "", 0

    def _delay(self, sender: Voter, voter: Voter, sort: str, view: int) -> int | None:
        """Milliseconds, or None where the message is lost."""
        schedule, together = self.schedule, self.side[id(sender)] & self.side[id(voter)]
        is_twin = any(schedule.tactics[v.number] == "twins" for v in (sender, voter) if self._lies(v))
        if is_twin and not together:
            return None
        if self.now >= schedule.settles:
            return self.random.randint(10, DELAY)
        for hold in schedule.holds:
            if sort in hold.sorts and voter.number in hold.victims and (view % hold.views or hold.views == 1):
                return hold.delay
        if not together and any(begin <= self.now < end for begin, end in schedule.apart):
            heal = max(end for begin, end in schedule.apart if begin <= self.now < end)
            return None if self.random.random() < 0.5 else heal - self.now + self.random.randint(10, schedule.longest)
        if self.random.random() < schedule.loss:
            return None
        return self.random.randint(10, schedule.longest)

    def _lies(self, voter: Voter) -> bool:
        return voter.number in self.schedule.dishonest

    def _delivery(self, voter: Voter, sender: Voter, message: Message) -> Callable[[], None]:
        return lambda: self._deliver(voter, sender, message)

    # What must hold

    def _check_signed(self, voter: Voter, signed: Any) -> None:
        vote = signed.vote
        known = self._signed.setdefault((voter.number, int(vote.round.epoch), int(vote.round.view)), [])
        for other in known:
            if self.spec.is_slashable(other, vote):
                raise Fault(f"slashable: the honest voter {voter.number} has signed two votes in view {vote.round}")
        known.append(vote)

    def _check_final(self, voter: Voter) -> None:
        height, root = voter.final
        while height > self._beginning and root != self.report.heights.get(height):
            if height in self.report.heights:
                raise Fault(f"fork: two final blocks at height {height}")
            self.report.heights[height] = root
            block = voter.disk.proposals[root].signed_block.block
            self.report.brought += list(block.consensus.evidence)
            height, root = height - 1, bytes(block.header.parent_root)

    def _check_evidence(self, evidence: Any) -> None:
        first, second = evidence.first, evidence.second
        if first.voters != second.voters or not self.spec.is_slashable(first.vote, second.vote):
            raise Fault("evidence that proves nothing")
        if int(first.voters[0]) not in self.schedule.dishonest:
            raise Fault(f"slashable: there is evidence against the honest voter {int(first.voters[0])}")
        self.report.evidence.append(evidence)

    # The run

    def run(self) -> Report:
        """Until every honest voter has a new final block after the network has settled."""
        schedule = self.schedule
        for voter in self.voters:
            self._at(self.random.randint(0, BEGIN_WITHIN), voter.start)
        for number, when, span in schedule.crashes:
            for voter in (v for v in self.honest if v.number == number):
                self._at(when, lambda voter=voter: self._crash(voter))
                self._at(min(when + span, schedule.settles), lambda voter=voter: self._restart(voter))
        self._at(schedule.settles, self._settle)
        try:
            while self._queue and self.now <= schedule.settles + PATIENCE and not self._is_done():
                self.now, _, what = heapq.heappop(self._queue)
                what()
            if not self._is_done():
                raise Fault("stall: time has run out")
        except Fault as fault:
            self.report.fault = str(fault)
        self.report.state = max(self.honest, key=lambda voter: voter.final[0]).disk.state
        self.report.views = max((views for _, views in self._settled.values()), default=0)
        return self.report

    def _is_done(self) -> bool:
        settled = self._settled
        goal = self.schedule.goal
        return bool(settled) and all(voter.final[0] >= settled[voter.number][0] + goal for voter in self.honest)

    def _settle(self) -> None:
        highest = max(voter.final[0] for voter in self.honest)
        self._settled = {voter.number: (highest, 0) for voter in self.honest}
        self._latest = max(voter.round for voter in self.honest)

    def _crash(self, voter: Voter) -> None:
        if voter.store is not None:
            voter.crash(only_record_is_left=voter.number in self.schedule.forgetful)

    def _restart(self, voter: Voter) -> None:
        if voter.store is None:
            if self.schedule.forgets:
                voter.disk.record = self.spec.VotingRecord()
            voter.start()


def simulate(specs: Mapping[int, ModuleType], schedule: Schedule, keep_events: bool = False) -> Report:
    """Run a schedule, with the spec that has epochs of its length.

    Garbage is collected between runs: looking for it within takes a fifth of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    world = World(specs[schedule.epoch], schedule, keep_events)
    try:
        return world.run()
    finally:
        vars(world.adversary).clear()
        vars(world).clear()  # all in it refer to it, and so nothing of it would go before garbage is looked for
        if was_enabled:
            gc.enable()
