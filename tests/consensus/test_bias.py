"""How far leaders can steer the mix by keeping silent: by fractions, by the best of all ways to play, and by playing it
with the hash and the draw of the spec. The numbers are those of `consensus.md`, "What can be steered"."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import comb, inf, sqrt
from random import Random
from statistics import fmean, stdev
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import axivon_spec
from tests.prose import prose, rows

MEMBERS, EPOCHS = 128, 4_000  # validators of equal stake, and epochs of a simulation
QUARTER = Fraction(1, 4)
THRESHOLD = 8  # the rare event: the first byte of the mix is smaller
TABLE = rows("consensus.md", "share of the stake | 1 block")
HEIGHTS_PLAYED = 12  # before the end of an epoch in which blocks are declined for their mixes, not to move the end


@pytest.fixture(scope="module")
def spec() -> ModuleType:
    return axivon_spec.load("minimal", kernels=())


def percent(text: str) -> float:
    return int(text.removesuffix(" %")) / 100


# The best that can be done, where an event is so rare that it never comes by the way


def values(own: Sequence[bool], heights: int, budgets: Sequence[float]) -> list[list[dict[float, int]]]:
    """How many mixes are tried by who leads the views that are its `own`, from each view on, with so many heights left
    until the end of the epoch and so many blocks that it may still decline.

    A run of own views is seen through at its beginning: every way to end the epoch within it is a mix that is known. If
    none of them will do, as many blocks are published as are best for what follows: an honest leader, whose reveal
    nobody knows. In the end an honest leader gives one mix more.
    """
    end = [dict.fromkeys(budgets, 1) for _ in range(heights + 1)]
    found = [end]
    run, behind = 0, end
    for is_own in reversed(own):
        if not is_own:
            run, here = 0, [end[0], *found[-1][:-1]]
        else:
            run, behind = run + 1, behind if run else found[-1]
            here = [end[0]]
            for left in range(1, heights + 1):
                most = {}
                for budget in budgets:
                    known = sum(comb(view - 1, left - 1) for view in range(left, int(min(run, left + budget)) + 1))
                    later = [
                        behind[left - published][budget - (run - published)]
                        for published in range(min(run, left - 1) + 1)
                        if run - published <= budget
                    ]
                    most[budget] = known + max(later, default=0)
                here.append(most)
        found.append(here)
    return found[::-1]


def growth(random: Random, share: float, epoch: int, budgets: Sequence[float]) -> list[int]:
    """The number of mixes that are tried in an epoch drawn by chance, by the number of blocks that may be declined."""
    heights, limit = HEIGHTS_PLAYED, max(budgets)
    before = [random.random() < share for _ in range(epoch - heights)]
    honest, count = before.count(False), len(before)
    own: list[bool] = []
    while honest < epoch if limit == inf else len(own) < heights + limit + 20:
        own.append(random.random() < share)
        honest += not own[-1]
    found = values(own, heights, range(int(limit) + 1) if limit < inf else [inf])
    most = []
    for budget in budgets:
        honest, reached = before.count(False), []
        for moved, here in enumerate(found):
            if moved <= min(budget, count) and honest <= epoch - heights:
                reached.append(here[heights][budget - moved])
            honest += moved < len(own) and not own[moved]
        most.append(max(reached))
    return most


@pytest.mark.parametrize("row", TABLE[1:], ids=lambda row: row[0])
def test_the_table_of_declined_blocks(row: tuple[str, ...]) -> None:
    """Epochs of `mainnet` by chance: what the table says is their mean, within three standard errors and what was
    rounded away."""
    assert [cell.split()[0] for cell in TABLE[0][1:]] == ["1", "4", "16", "any"]
    epoch = int(axivon_spec.load("mainnet").HEIGHTS_PER_EPOCH)
    random, share = Random(1), percent(row[0])
    few = [growth(random, share, epoch, (1, 4, 16)) for _ in range(600)]
    many = [growth(random, share, epoch, (inf,)) for _ in range(240)]
    for text, sample in zip(row[1:], [*zip(*few, strict=True), *zip(*many, strict=True)], strict=True):
        rounded = 0.05 if "." in text else 0.5
        assert abs(float(text) - fmean(sample)) < rounded + 3 * stdev(sample) / sqrt(len(sample)), (text, fmean(sample))


def test_the_best_way_is_found_by_trying_all() -> None:
    """Against a plain search through every choice at every view."""

    def search(own: tuple[bool, ...], left: int, budget: int) -> int:
        if left == 0 or not own:
            return 1
        if not own[0]:
            return search(own[1:], left - 1, budget)
        run = own.index(False) if False in own else len(own)
        known, later = 0, [0]
        for choices in product((True, False), repeat=run):
            ends = [view for view in range(run) if choices[: view + 1].count(True) == left]
            if not ends:
                if choices.count(False) <= budget:
                    later.append(search(own[run:], left - choices.count(True), budget - choices.count(False)))
            elif choices[ends[0] + 1 :].count(False) == 0:
                known += choices.count(False) <= budget
        return known + max(later)

    for views in range(1, 9):
        for own in product((True, False), repeat=views):
            found = values(own, 4, range(4))[0]
            for left, budget in product((1, 2, 4), range(4)):
                assert found[left][budget] == search(own, left, budget)


# The bound of the design


def test_the_bound_for_the_run_at_the_end() -> None:
    """The run has length k with the chance a^k (1 − a), and 2^k mixes: the series ends as the text says."""
    assert "a factor of at most (1 − a) / (1 − 2a) on average: 1.5 at a quarter." in prose("consensus.md")
    for share in (Fraction(1, 10), Fraction(1, 5), QUARTER, Fraction(1, 3)):
        bound = (1 - share) / (1 - 2 * share)
        series = sum(share**run * (1 - share) * 2**run for run in range(400))
        assert 0 <= bound - series < Fraction(1, 10**9)
    assert Fraction(3, 2) == (1 - QUARTER) / (1 - 2 * QUARTER)


def test_it_is_under_synchrony_only_that_it_is_limited() -> None:
    assert "All of this holds **under synchrony only**." in prose("consensus.md")


# With the functions of the spec


class Epoch:
    """The last epoch of a chain of which a quarter of the stake, the first members, is of one mind. Reveals are made of
    the key and what is signed, as signatures are."""

    def __init__(self, spec: ModuleType, seed: int) -> None:
        self.spec = spec
        stakes = [10**13] * MEMBERS
        consensus = SimpleNamespace(epoch=0, sets=[None, SimpleNamespace(stakes=stakes)])
        consensus.mix = spec.sha256(b"mix" + seed.to_bytes(8, "little"))
        consensus.leader_seeds = [spec.sha256(b"seed" + seed.to_bytes(8, "little"))]
        self.state = SimpleNamespace(consensus=consensus)
        self.heights, self.mix = int(spec.HEIGHTS_PER_EPOCH), consensus.mix
        self.leaders: list[int] = []
        while sum(not self.is_own(leader) for leader in self.leaders) < self.heights:
            at = spec.Round(epoch=0, view=len(self.leaders) + 1)
            self.leaders.append(int(spec.draw_leader(self.state, at)))
        self.own = tuple(self.is_own(leader) for leader in self.leaders)

    def is_own(self, leader: int) -> bool:
        return leader < MEMBERS * QUARTER

    def published(self, view: int, height: int, mix: Any) -> Any:
        """The mix after the leader of a view has published the block at a height."""
        reveal_seed = self.spec.compute_reveal_seed(0, height, mix)
        part = self.spec.sha256(self.leaders[view].to_bytes(8, "little") + reveal_seed)
        self.state.consensus.mix = mix
        self.spec.process_reveal(self.state, self.spec.BLSSignature(part * 3))
        return self.state.consensus.mix

    def follow(self, choices: Sequence[bool], view: int, height: int, mix: Any) -> tuple[int, Any]:
        """The height and the mix after leaders have published or declined, view by view, until the epoch ends."""
        for offset, does_publish in enumerate(choices):
            if does_publish and height < self.heights:
                mix = self.published(view + offset, height, mix)
                height += 1
        return height, mix

    def run(self, view: int) -> int:
        """The number of own views from this one on."""
        return self.own[view:].index(False)

    def run_before_the_end(self) -> tuple[int, int]:
        """Where the run begins to which the last block belongs when all publish, and how long it is up to there; 0
        where the last block is an honest leader's."""
        first = self.heights
        while first > 0 and self.own[first - 1]:
            first -= 1
        return first, self.heights - first

    def tried(self) -> list[Any]:
        """The mixes that are tried by who plays best, one after the other; the last is what nothing can be done
        about."""
        view, height, mix = 0, 0, self.mix
        best = values(self.own, self.heights, [inf])
        tried = []
        while height < self.heights:
            if not self.own[view]:
                mix, view, height = self.published(view, height, mix), view + 1, height + 1
                continue
            run, left = self.run(view), self.heights - height
            for choices in product((True, False), repeat=run):
                if choices.count(True) == left:
                    tried.append(self.follow(choices, view, height, mix)[1])
            published = max(range(min(run, left - 1) + 1), key=lambda count: best[view + run][left - count][inf])
            choices = (True,) * published + (False,) * (run - published)
            height, mix = self.follow(choices, view, height, mix)
            view += run
        return [*tried, mix]


@pytest.fixture(scope="module")
def epochs(spec: ModuleType) -> list[Epoch]:
    return [Epoch(spec, seed) for seed in range(EPOCHS)]


def test_a_run_of_k_leaders_chooses_among_at_most_two_to_the_k_mixes(epochs: list[Epoch]) -> None:
    """Every way to publish and decline in the run to which the last block belongs, with whoever fills the epoch behind
    it. On average there are no more mixes to choose from than the bound says, and not all are known beforehand."""
    assert "they choose among at most 2^k mixes" in prose("consensus.md")
    lengths, chances = [], []
    for epoch in epochs:
        first, length = epoch.run_before_the_end()
        lengths.append(2**length)
        chances.append(1)
        if length == 0:
            continue
        height, mix = epoch.follow((True,) * first, 0, 0, epoch.mix)
        run = epoch.run(first)
        ends, known = set(), set()
        for choices in product((True, False), repeat=run):
            at, reached = epoch.follow(choices, first, height, mix)
            if at == epoch.heights:
                known.add(reached)
            others = [True] * (len(epoch.leaders) - first - run)
            ends.add(epoch.follow(others, first + run, at, reached)[1])
        assert len(ends) <= 2**run
        assert known <= ends
        chances[-1] = len(known) + 1
    bound = (1 - QUARTER) / (1 - 2 * QUARTER)
    assert abs(fmean(lengths) - bound) < 4 * stdev(lengths) / sqrt(EPOCHS)
    assert 1.2 < fmean(chances) < bound
    exact = (1 - QUARTER - QUARTER**2) / (1 - 2 * QUARTER)
    assert abs(fmean(chances) - exact) < 4 * stdev(chances) / sqrt(EPOCHS)


def test_a_rare_event_comes_as_often_as_mixes_are_tried(epochs: list[Epoch]) -> None:
    """Played out to the end by who moves the end of the epoch too: with epochs as short as these that is more than the
    run at the end gives, and the event comes as often as that many independent mixes bring it."""
    chance = THRESHOLD / 256
    hits, expected, deviation, tries = 0, 0.0, 0.0, []
    for epoch in epochs:
        mixes = set(epoch.tried())
        assert len(mixes) <= values(epoch.own, epoch.heights, [inf])[0][epoch.heights][inf]
        hits += any(bytes(mix)[0] < THRESHOLD for mix in mixes)
        odds = 1 - (1 - chance) ** len(mixes)
        expected, deviation = expected + odds, deviation + odds * (1 - odds)
        tries.append(len(mixes))
    assert abs(hits - expected) < 4 * sqrt(deviation)
    assert hits / EPOCHS > 1.3 * chance
    assert fmean(tries) > 1.5


def test_who_can_delay_messages_tries_a_mix_in_every_view(spec: ModuleType) -> None:
    """It sees the reveal of every leader for the last height, honest or not, and lets views time out until one will
    do: there are as many mixes as leaders of these views. `tests/voter/test_delays.py` lets views time out."""
    epoch, views = Epoch(spec, 0), range(1, 41)
    epoch.leaders = [int(spec.draw_leader(epoch.state, spec.Round(epoch=0, view=view))) for view in views]
    last = epoch.heights - 1
    _, mix = epoch.follow((True,) * last, 0, 0, epoch.mix)
    seen = {epoch.published(view, last, mix) for view in range(last, len(views))}
    assert len(seen) == len(set(epoch.leaders[last:])) > 25


def test_a_leader_of_several_views_has_one_reveal_for_a_height(spec: ModuleType) -> None:
    """So who has all its stake behind one key has fewer mixes than the table says."""
    epoch = Epoch(spec, 0)
    epoch.leaders[:3] = [5, 5, 6]
    found = [epoch.published(view, 0, epoch.mix) for view in range(3)]
    assert [one == other for one, other in pairwise(found)] == [True, False]
