"""A run as a picture: a row for each view, a lane for each voter, and in it what the voter signed there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from axivon_spec.simulation.world import Report

if TYPE_CHECKING:
    from rich.table import Table

LETTERS = "PNSF"  # by kind of vote
LEGEND = "P proposes, N notarizes, S nullifies (skips), F finalizes; two blocks of one view are 1 and 2; ! is evidence"

Round = tuple[int, int]


def cells(report: Report) -> dict[Round, dict[int, str]]:
    """What each voter signed in each round: `P1 N1 F1`. Blocks of a round are numbered in the order of their votes."""
    blocks: dict[Round, list[bytes]] = {}
    found: dict[Round, dict[int, str]] = {}
    for _, voter, what, value in report.events:
        if what not in ("signed", "evidence"):
            continue
        signed = value if what == "signed" else value.second
        vote = signed.vote
        at = int(vote.round.epoch), int(vote.round.view)
        lane = found.setdefault(at, {})
        if what == "evidence":
            voter, mark = int(signed.voter), "!"
        else:
            mark = LETTERS[int(vote.kind)] + _number(blocks.setdefault(at, []), bytes(vote.block_root))
        if mark not in lane.get(voter, "").split():
            lane[voter] = f"{lane.get(voter, '')} {mark}".strip()
    return dict(sorted(found.items()))


def _number(known: list[bytes], root: bytes) -> str:
    if not any(root):
        return ""
    if root not in known:
        known.append(root)
    return str(known.index(root) + 1)


def finals(report: Report) -> dict[Round, list[int]]:
    """The heights that became final first while the first voter to see it was in a round."""
    rounds: dict[int, Round] = {}
    found: dict[Round, list[int]] = {}
    seen: set[int] = set()
    for _, voter, what, value in report.events:
        if what == "entered":
            rounds[voter] = value
        elif what == "final" and voter not in report.schedule.dishonest:
            height = int(value.header.height)
            if height not in seen:
                seen.add(height)
                at = int(value.header.round.epoch), int(value.header.round.view)
                found.setdefault(at, []).append(height)
    return found


def table(report: Report) -> Table:
    """The picture for a terminal."""
    from rich.table import Table

    schedule = report.schedule
    total = sum(schedule.stakes)
    shown = Table(title=f"schedule {schedule.seed}", caption=LEGEND)
    shown.add_column("round", justify="right")
    for voter, stake in enumerate(schedule.stakes):
        name = f"voter {voter}\n{100 * stake // total} %"
        shown.add_column(f"{name}\n{schedule.tactics[voter]}" if voter in schedule.dishonest else name)
    shown.add_column("final")
    final = finals(report)
    for at, lane in cells(report).items():
        heights = ", ".join(str(height) for height in final.get(at, ()))
        voters: Iterable[Any] = (lane.get(voter, "") for voter in range(len(schedule.stakes)))
        shown.add_row(f"{at[0]}.{at[1]}", *voters, heights)
    return shown
