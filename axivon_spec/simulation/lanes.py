"""A run as a picture: a row for each view, a lane for each voter and in it what the voter signed there, and a lane for
the certificates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from axivon_spec.simulation.world import Report

if TYPE_CHECKING:
    from rich.table import Table

LETTERS = "PNSF"  # by kind of vote
LEGEND = "P proposes, N notarizes, S nullifies (skips), F finalizes; two blocks of one view are 1 and 2; ! is evidence"
CERTIFIED = -1  # the lane of certificates, beside those of voters

# Of the drawing: width of a view, height of a lane, space for names, in pixels
VIEW, LANE, NAMES, TOP = 92, 44, 120, 54
LEAST = 900  # wide enough for the legend
IN_A_ROW = 4
COLOURS = {"P": "#6d5bd0", "N": "#2f7ed8", "S": "#d8842f", "F": "#2e9e5b", "!": "#d0342c"}

Round = tuple[int, int]


def cells(report: Report) -> dict[Round, dict[int, str]]:
    """What each voter signed in each round, and what was certified: `P1 N1 F1`. Blocks of a round are numbered in the
    order of their votes."""
    blocks: dict[Round, list[bytes]] = {}
    found: dict[Round, dict[int, str]] = {}
    for _, voter, what, value in report.events:
        if what not in ("signed", "certified", "evidence"):
            continue
        vote = value.second.vote if what == "evidence" else value.vote
        at = int(vote.round.epoch), int(vote.round.view)
        lane = found.setdefault(at, {})
        if what == "evidence":
            voter, mark = int(value.second.voters[0]), "!"
        else:
            voter = CERTIFIED if what == "certified" else voter
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
    shown.add_column("certified")
    shown.add_column("final")
    final = finals(report)
    for at, lane in cells(report).items():
        heights = ", ".join(str(height) for height in final.get(at, ()))
        voters: Iterable[Any] = (lane.get(voter, "") for voter in (*range(len(schedule.stakes)), CERTIFIED))
        shown.add_row(f"{at[0]}.{at[1]}", *voters, heights)
    return shown


def drawing(report: Report) -> str:
    """The picture as SVG: time goes to the right, a column for each view, a lane for each voter."""
    lanes, final = cells(report), finals(report)
    count = len(report.schedule.stakes)
    width, height = max(LEAST, NAMES + VIEW * len(lanes) + 20), TOP + LANE * (count + 2) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *_frame(report, width),
    ]
    for column, (at, lane) in enumerate(lanes.items()):
        left = NAMES + VIEW * column
        parts.append(f'<text x="{left + VIEW // 2}" y="{TOP - 14}" text-anchor="middle">{at[0]}.{at[1]}</text>')
        for voter, marks in lane.items():
            row = count if voter == CERTIFIED else voter
            parts += _marks(marks.split(), left, TOP + LANE * row + LANE // 2)
        if at in final:
            heights = ", ".join(map(str, final[at]))
            parts.append(
                f'<text x="{left + VIEW // 2}" y="{TOP + LANE * (count + 1) + 26}" text-anchor="middle" '
                f'font-weight="bold">{heights}</text>'
            )
    outcome = report.fault or f"no fault; final up to height {max(report.heights, default=0)}"
    parts.append(f'<text x="10" y="{height - 14}" fill="#555555">{escape(f"{outcome}. {LEGEND}")}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _frame(report: Report, width: int) -> Iterator[str]:
    """Names of voters, and a line below each lane."""
    schedule = report.schedule
    yield f'<text x="10" y="{TOP - 14}">schedule {schedule.seed}</text>'
    for voter, stake in enumerate(schedule.stakes):
        y = TOP + LANE * voter
        told = f"{100 * stake // sum(schedule.stakes)} %"
        if voter in schedule.dishonest:
            yield f'<rect x="0" y="{y}" width="{width}" height="{LANE}" fill="#fbe9e7"/>'
            told += f", {schedule.tactics[voter]}"
        yield f'<text x="10" y="{y + LANE // 2 - 2}">voter {voter}</text>'
        yield f'<text x="10" y="{y + LANE // 2 + 14}" fill="#777777">{escape(told)}</text>'
        yield f'<line x1="0" y1="{y + LANE}" x2="{width}" y2="{y + LANE}" stroke="#dddddd"/>'
    below = TOP + LANE * len(schedule.stakes)
    yield f'<text x="10" y="{below + 26}">certificates</text>'
    yield f'<line x1="0" y1="{below + LANE}" x2="{width}" y2="{below + LANE}" stroke="#dddddd"/>'
    yield f'<text x="10" y="{below + LANE + 26}">final</text>'


def _marks(marks: list[str], left: int, middle: int) -> Iterator[str]:
    """A disc for each thing that was signed."""
    rows = -(-len(marks) // IN_A_ROW)
    for place, mark in enumerate(marks):
        x = left + 14 + 21 * (place % IN_A_ROW)
        y = middle - 10 * (rows - 1) + 20 * (place // IN_A_ROW)
        yield f'<circle cx="{x}" cy="{y}" r="10" fill="{COLOURS[mark[0]]}"><title>{mark}</title></circle>'
        yield f'<text x="{x}" y="{y + 4}" text-anchor="middle" fill="#ffffff" font-size="11">{mark}</text>'
