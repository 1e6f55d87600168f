"""What a run depends on: who votes with how much stake, who lies and how, and what the network does to messages."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import lru_cache
from random import Random

TACTICS = ("twins", "liar", "silent")
"""Of the dishonest: two voters with one key, who each tell their side a story of its own; a liar, who signs whatever it
hears of and proposes whatever it can think of; and one who says nothing."""

SORTS = ("proposal", "propose", "notarize", "nullify", "finalize", "notarization", "nullification", "finalization")
"""Sorts of messages: blocks, votes of each kind, and certificates of each kind."""

EPOCHS = (2, 2, 2, 32)
"""Heights of an epoch. Mostly so few that a run sees several; else some, so that a voter can be behind within one."""

STAKES = 24  # draws of stakes and of the seed of the first leaders; many schedules share one
UNIT = 10**13  # nAXN: the least stake of a validator


@dataclass(frozen=True)
class Hold:
    """The adversary keeps messages of some sorts from some voters for a while."""

    sorts: frozenset[str]
    victims: frozenset[int]
    delay: int  # milliseconds
    views: int  # it lets every so many views pass; 1: none


@dataclass(frozen=True)
class Schedule:
    """Everything that a run depends on. Sides: of each voter; a dishonest one is on both."""

    seed: int
    stakes: tuple[int, ...]
    leaders: int = 0  # draws the first leaders
    epoch: int = 2  # heights of an epoch
    absent: tuple[int | None, ...] = ()  # who is no member in epoch 1, in epoch 2
    dishonest: frozenset[int] = frozenset()
    tactics: tuple[str, ...] = ()  # of each voter, should it be dishonest
    settles: int = 20_000  # milliseconds
    loss: float = 0.0  # of messages before
    longest: int = 2_000  # milliseconds that a message takes before
    apart: tuple[tuple[int, int], ...] = ()  # spans of time in which the two sides do not hear each other
    sides: tuple[int, ...] = ()
    holds: tuple[Hold, ...] = ()
    crashes: tuple[tuple[int, int, int], ...] = ()  # voter, when, and for how long
    forgetful: frozenset[int] = frozenset()  # voters to whom a crash leaves nothing but their record and final blocks
    stumbles: float = 0.0  # the odds that one of them crashes after a vote
    goal: int = 1  # new final blocks that every honest voter must have after the network has settled
    forgets: bool = False  # whether the record is lost in a crash: a fault


def draw(seed: int, share: float = 1 / 3) -> Schedule:
    """The schedule with this seed; less than `share` of the stake is dishonest, and as much as fits."""
    random = Random(seed)
    leaders = random.randrange(STAKES)
    stakes = draw_stakes(leaders)
    voters = range(len(stakes))
    absent = tuple(random.choice((None, *voters)) for _ in range(2))
    sets = [frozenset(voters) - {missing} for missing in (None, *absent)]
    dishonest = _gather(random, stakes, sets, frozenset(), share) if random.randrange(8) else frozenset()
    settles = random.choice((2_000, 3_000, 4_000, 6_000, 12_000))
    is_plot = random.randrange(4) == 0  # all of one mind: each side hears from them what suits it, and no other side
    apart = [(0, settles)] if is_plot else []
    for _ in range(0 if is_plot else random.choice((0, 0, 0, 1, 2))):
        begin = random.randint(0, settles)
        apart.append((begin, min(settles, begin + random.randint(1_000, 10_000))))
    spans = (0, 0, 1_000, 5_000) if dishonest else (5_000, 5_000, 10_000, 10_000)  # the others go on without one
    tactics = tuple("twins" if is_plot else random.choice((*TACTICS, "liar", "liar")) for _ in voters)
    return Schedule(
        seed=seed,
        stakes=stakes,
        leaders=leaders,
        epoch=random.choice(EPOCHS),
        absent=absent,
        dishonest=dishonest,
        tactics=tactics,
        settles=settles,
        loss=0.0 if is_plot else random.choice((0.0, 0.0, 0.1, 0.3)),
        longest=random.choice((200, 500) if is_plot else (200, 500, 1_000, 4_000)),
        apart=tuple(apart),
        sides=tuple(random.randrange(2) for _ in voters),
        holds=tuple(_hold(random, len(stakes)) for _ in range(random.choice((0, 0, 1, 1, 2, 3)))),
        crashes=tuple(
            (random.choice(voters), random.randint(0, settles), random.choice(spans))
            for _ in range(random.choice((0, 0, 0, 1, 2, 4)))
        ),
        goal=random.choice((1, 1, 1, 1, 1, 4)),
        forgetful=_gather(random, stakes, sets, dishonest, 2 / 3),
        stumbles=random.choice((0.0, 0.0, 0.0, 0.1, 0.3)),
    )


@lru_cache
def draw_stakes(leaders: int) -> tuple[int, ...]:
    """Four to seven unequal stakes, mostly four."""
    random = Random(leaders)
    count = (4, 4, 4, 5, 4, 4, 6, 4, 5, 4, 4, 7)[leaders % 12]
    return tuple(random.sample([UNIT * number for number in range(10, 41)], count))


def _gather(
    random: Random, stakes: tuple[int, ...], sets: Iterable[frozenset[int]], known: frozenset[int], share: float
) -> frozenset[int]:
    """Further voters, as many as fit, who together with the known ones have less than a share of the stake, in every
    set."""

    def fit(chosen: Set[int]) -> bool:
        return all(
            sum(stakes[v] for v in chosen & members) < share * sum(stakes[v] for v in members) for members in sets
        )

    gathered: set[int] = set()
    for voter in random.sample(range(len(stakes)), len(stakes)):
        if voter not in known and fit(known | gathered | {voter}):
            gathered.add(voter)
    return frozenset(gathered)


def _hold(random: Random, count: int) -> Hold:
    return Hold(
        sorts=frozenset(random.sample(SORTS, random.randint(1, 4))),
        victims=frozenset(random.sample(range(count), random.randint(1, count))),
        delay=random.choice((2_000, 4_200, 6_000, 9_000)),
        views=random.choice((1, 2, 2, 3)),
    )
