"""`axivon simulate …`"""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import as_completed
from pathlib import Path
from typing import Annotated, Any

import typer

from axivon_spec import output
from axivon_spec.cli import WrongUse, named
from axivon_spec.progress import progress

app = typer.Typer(no_args_is_help=True, help="Run the spec against the world.")

SHARES = {"third": 1 / 3, "half": 1 / 2}  # of the stake: less than that is dishonest
RUNS = 100
AT_ONCE = 5  # schedules that a worker runs without a word


@app.callback()
def simulate() -> None:
    """Run the spec against the world."""


def run_all(first: int, count: int, share: float) -> list[dict[str, Any]]:
    """What came out of schedules, in the order of their seeds. Every process loads the spec once."""
    from axivon_spec.simulation.schedule import draw
    from axivon_spec.simulation.world import simulate as run

    return [_summary(run(_specs(), draw(seed, share))) for seed in range(first, first + count)]


def _summary(report: Any) -> dict[str, Any]:
    return {
        "seed": report.schedule.seed,
        "voters": len(report.schedule.stakes),
        "dishonest": sorted(report.schedule.dishonest),
        "fault": report.fault,
        "height": max(report.heights, default=0),
        "views_to_finality": report.views,
        "evidence": len(report.evidence),
        "messages": report.calls,
    }


_loaded: list[Any] = []


def _specs() -> Any:
    from axivon_spec.simulation.spec import short_epochs

    if not _loaded:
        _loaded.append(short_epochs())
    return _loaded[0]


@app.command()
def consensus(
    runs: Annotated[int, typer.Option(help="How many schedules.", min=1)] = RUNS,
    seed: Annotated[int, typer.Option(help="The seed of the first; the others follow it.", min=0)] = 0,
    dishonest: Annotated[str, typer.Option(help="Less than so much of the stake: third or half.")] = "third",
    workers: Annotated[int, typer.Option(help="Processes; 0: one a core.", min=0, max=256)] = 0,
    show: Annotated[bool, typer.Option("--show", help="Show one run, view by view.")] = False,
    svg: Annotated[
        Path | None, typer.Option(help="Draw that run into this file.", parser=named, metavar="FILE")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print data instead of text.")] = False,
) -> None:
    """Let voters of the spec agree on a network that delays, loses and repeats messages, while some of them lie.

    Exit code 1 where something happened that never must: two final blocks at one height, no new final block although
    messages arrive, or evidence against an honest voter. With half of the stake dishonest that is to be expected.

        axivon simulate consensus --seed 7 --show --svg run.svg
        axivon simulate consensus --runs 2000
    """
    if dishonest not in SHARES:
        raise WrongUse(f"--dishonest {dishonest!r}: choose {' or '.join(SHARES)}")
    share = SHARES[dishonest]
    if show or svg is not None:
        if runs not in (1, RUNS):
            raise WrongUse("--show and --svg are for one schedule; leave --runs out")
        if svg is not None and (reason := output.trouble(svg)):
            raise WrongUse(f"--svg: {reason}")
        _show(seed, share, svg)
        return
    started = time.monotonic()
    found = _run(seed, runs, share, workers)
    faulty = [summary for summary in found if summary["fault"]]
    if as_json:
        print(json.dumps(found, indent=1))
    else:
        for summary in faulty:
            print(f"schedule {summary['seed']}: {summary['fault']}")
        seconds = time.monotonic() - started
        views = max(summary["views_to_finality"] for summary in found)
        print(
            f"{len(found)} schedules from seed {seed}, less than a {dishonest} of the stake dishonest: "
            f"{len(faulty)} with a fault; {sum(summary['messages'] for summary in found)} messages, "
            f"{sum(summary['evidence'] for summary in found)} pieces of evidence, at most {views} views to finality "
            f"once messages arrive; {60 * len(found) / seconds:.0f} schedules a minute"
        )
        if faulty:
            print(f"look at one: axivon simulate consensus --show --dishonest {dishonest} --seed {faulty[0]['seed']}")
    if faulty:
        raise typer.Exit(1)


def _run(seed: int, runs: int, share: float, workers: int) -> list[dict[str, Any]]:
    from axivon_spec.vectors.pools import processes

    spans = [(first, min(AT_ONCE, seed + runs - first)) for first in range(seed, seed + runs, AT_ONCE)]
    found: list[dict[str, Any]] = []
    with progress("simulating") as told, processes(min(workers or os.cpu_count() or 1, len(spans))) as pool:
        futures = [pool.submit(run_all, first, count, share) for first, count in spans]
        for future in as_completed(futures):
            found += future.result()
            told(len(found), runs)
    return sorted(found, key=lambda summary: int(summary["seed"]))


def _show(seed: int, share: float, svg: Path | None) -> None:
    from rich.console import Console

    from axivon_spec.simulation.lanes import drawing, table
    from axivon_spec.simulation.schedule import draw
    from axivon_spec.simulation.world import simulate as run

    report = run(_specs(), draw(seed, share), keep_events=True)
    Console().print(table(report))
    if svg is not None:
        output.write(svg, drawing(report).encode())
    print(report.fault or f"no fault; final up to height {max(report.heights, default=0)}")
    if report.fault:
        raise typer.Exit(1)
