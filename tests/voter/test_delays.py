"""How long everything takes on a network whose every message takes the same time, and other numbers that the prose of
`voter.md` names."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from math import sqrt
from types import ModuleType
from typing import Any

import pytest

import axivon_spec
from axivon_spec.simulation import world
from axivon_spec.simulation.schedule import UNIT, Schedule, draw_stakes
from axivon_spec.simulation.spec import with_memory
from axivon_spec.simulation.voters import Voter
from axivon_spec.simulation.world import VIEWS_TO_FINALITY, World
from models.__main__ import MODEL
from tests.consensus.test_quorums import STAKES, quorums
from tests.prose import prose
from tests.voter.rules import SCHEDULES

HEIGHTS = 20  # of a run
WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven"}
DRAWS = 20_000
MAINNET = axivon_spec.load("mainnet")
HEIGHTS_OF_AN_EPOCH = int(axivon_spec.load("minimal").HEIGHTS_PER_EPOCH)

Held = Callable[[str, int], bool]  # whether a message of this sort and view never comes


@cache
def spec_of() -> ModuleType:
    return with_memory(axivon_spec.load("minimal"))


class Steady(World):
    """Four equal voters, who begin together, on a network with one delay. What it sees of time is kept."""

    def __init__(self, delay: int, silent: bool = False, held: Held = lambda sort, view: False) -> None:
        schedule = Schedule(
            seed=0,
            stakes=(20 * UNIT,) * 4,
            settles=1,
            goal=HEIGHTS,
            dishonest=frozenset({3} if silent else ()),
            tactics=("", "", "", "silent"),
        )
        self.steady, self.held = delay, held
        self.proposed: dict[bytes, int] = {}  # when each block was first proposed
        self.left: dict[tuple[int, int], set[int]] = {}  # when voters left each view
        self.final: dict[bytes, tuple[tuple[int, int], set[int]]] = {}  # the view of a block, and when it was final
        self.timeouts: dict[tuple[int, int], set[int]] = {}  # in each view
        super().__init__(spec_of(), schedule)

    def _delay(self, sender: Voter, voter: Voter, sort: str, view: int) -> int | None:
        return None if self.held(sort, view) else self.steady

    def notice(self, voter: Voter, what: str, value: Any) -> None:
        spec = spec_of()
        if what == "signed" and value.vote.kind == spec.VoteKind.PROPOSE:
            self.proposed.setdefault(bytes(value.vote.block_root), self.now)
        elif what == "entered":
            self.left.setdefault((value[0], value[1] - 1), set()).add(self.now)
            self.timeouts.setdefault(value, set()).add(int(spec.get_status(voter.store).timeout))
        elif what == "final":
            at = int(value.header.round.epoch), int(value.header.round.view)
            self.final.setdefault(bytes(value.root), (at, set()))[1].add(self.now)
        super().notice(voter, what, value)


@pytest.fixture(autouse=True)
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "BEGIN_WITHIN", 0)


@pytest.mark.parametrize("delay", [100, 700, 1_000])
def test_a_block_is_notarized_after_two_delays_and_final_after_three(delay: int) -> None:
    """By every voter, in every view, the last of an epoch included, and with the shortest time-out throughout. Where
    two delays are no less than the time between blocks, the next block is proposed then, before finality."""
    text = "in good times a block is notarized after two network delays and final after three"
    assert text in prose("voter.md")
    run = Steady(delay)
    assert run.run().fault == ""
    assert len(run.final) >= HEIGHTS
    for root, (at, times) in run.final.items():
        assert run.left[at] == {run.proposed[root] + 2 * delay}
        assert times == {run.proposed[root] + 3 * delay}
    assert set().union(*run.timeouts.values()) == {int(MAINNET.BASE_TIMEOUT)}
    assert {epoch for epoch, _ in run.left} >= {0, 1, 2}
    if 2 * delay >= 1000 * int(MAINNET.MIN_BLOCK_SECONDS):
        followed = {run.proposed[root] for root, (at, _) in run.final.items() if at[1] < HEIGHTS_OF_AN_EPOCH}
        assert len(followed & {time + 2 * delay for time in run.proposed.values()}) > HEIGHTS / 2


def test_a_silent_leader_doubles_the_time_out_only_until_the_next_block_is_final() -> None:
    """A quarter of the stake is silent. A view that is skipped between two that are not costs its time-out, and doubles
    one more at most."""
    base = int(MAINNET.BASE_TIMEOUT)
    run = Steady(100, silent=True)
    assert run.run().fault == ""
    proposed = {at for at, _ in run.final.values()}
    skipped = [at for at in sorted(run.timeouts) if at not in proposed and (at[0], at[1] + 1) in run.timeouts]
    alone = [
        (epoch, view)
        for epoch, view in skipped
        if all((epoch, near) in proposed for near in range(max(1, view - 3), view + 4) if near != view)
    ]
    assert len(alone) > 0
    for epoch, view in alone:
        waited = [run.timeouts[epoch, near] for near in range(view, view + 4)]
        assert waited[0] == {base}
        assert set().union(*waited) <= {base, 2 * base}
        assert waited[3] == {base}


def test_who_can_delay_messages_lets_views_time_out() -> None:
    """What `consensus.md` says of synchrony: the proposals of the first views are seen by nobody but their leaders, and
    whoever holds them back; so these views are skipped, though all are honest."""
    assert "Who can delay messages lets the views of others time out" in prose("consensus.md")
    run = Steady(100, held=lambda sort, view: sort in ("proposal", "propose") and view <= 3)
    assert run.run().fault == ""
    views = sorted(view for epoch, view in (at for at, _ in run.final.values()) if epoch == 0)
    assert views[0] == 4
    assert len(run.proposed) - len(run.final) >= 3


def test_k_views_without_an_honest_leader() -> None:
    """Somebody with as much as can be below a third leads k views in a row less often than 3^-k, drawn by stake."""
    assert "k views in a row without an honest leader have a chance below 3^-k" in prose("voter.md")
    spec = spec_of()
    weights = spec.List[spec.uint64, spec.MAX_WEIGHTS](333_333, 333_333, 333_334)
    seed = spec.sha256(b"views")
    own = [int(spec.draw_weighted(weights, seed, spec.uint64(view))) == 0 for view in range(1, DRAWS + 1)]
    for length in (1, 2, 3, 4, 5):
        windows = DRAWS - length + 1
        found = sum(all(own[first : first + length]) for first in range(windows)) / windows
        assert found < 3.0**-length + 4 * sqrt(2 * length * 3.0**-length / windows)


def test_numbers_of_the_constants() -> None:
    text = prose("voter.md")
    longest = int(MAINNET.BASE_TIMEOUT) * 2 ** int(MAINNET.MAX_DOUBLINGS)
    assert f"how often that doubles: up to {longest // 1000} s" in text and longest % 1000 == 0
    days = int(MAINNET.MAX_SKIPPED_VIEWS) * longest // (1000 * 24 * 60 * 60)
    assert f"the most that a block skips: at the longest time-out, {days} days" in text
    assert f"where its clock is not {int(MAINNET.MIN_BLOCK_SECONDS)} s past the parent's time" in text


def test_numbers_of_what_is_shown() -> None:
    text = prose("voter.md")
    counts = sorted({len(draw_stakes(leaders)) for leaders in range(24)})
    assert f"plays {WORDS[counts[0]]} to {WORDS[counts[-1]]} voters of unequal stake" in text
    assert f"every honest voter has a new final block within {VIEWS_TO_FINALITY} views" in text
    assert f"in one of the first {SCHEDULES:,} runs" in text
    model = MODEL.read_text(encoding="utf-8")
    sizes = {name: int(found) for name, found in re.findall(r"#define (VIEWS_0|VIEWS_1|HONEST) (\d+)", model)}
    voters, views = WORDS[sizes["HONEST"] + 1], (WORDS[sizes["VIEWS_0"]], WORDS[sizes["VIEWS_1"]])
    assert f"`models/voter.pml`: {voters} voters of equal stake, of which one signs everything" in text
    assert f"{views[0]} views of an epoch that has one block, the change of the epoch, {views[1]} views" in text


@pytest.mark.parametrize("weights", STAKES)
def test_who_has_a_block_that_was_notarized(weights: tuple[int, ...]) -> None:
    """Whoever signs a certificate has the block. Where those who have lost it and the dishonest have two thirds of the
    stake at most, somebody else is among the signers; with all the signers they would have more."""
    assert "have at most two thirds of the stake together, somebody else has every block" in prose("voter.md")
    found = quorums(axivon_spec.load("minimal"), weights)
    members = range(len(weights))
    for choice in range(2 ** len(weights)):
        without = {position for position in members if choice >> position & 1}
        if 3 * sum(weights[position] for position in without) <= 2 * sum(weights):
            assert all(signers - without for signers in found)
        else:
            assert frozenset(without) in found
