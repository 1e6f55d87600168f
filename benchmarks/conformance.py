"""Asking a client through the pipe: the cases whose last step is a signed operation or a block."""

from __future__ import annotations

import sys
import time

from axivon_spec.conformance.conversation import Settings
from axivon_spec.conformance.outcomes import Result
from axivon_spec.conformance.published import open_source
from axivon_spec.conformance.runner import run
from benchmarks.measure import ROOT, Figure, report
from benchmarks.vectors import signed_cases

RUNS = 3


def figures() -> list[Figure]:
    """Cases a second, with the reference client started anew for each run."""
    source = open_source(str(ROOT / "tests/vectors"))
    chosen = set(signed_cases())
    entries = [entry for entry in source.entries() if entry.id in chosen]
    settings = Settings(f"{sys.executable} -m axivon_spec client", 10.0, 30.0, False, False, False)
    rates: list[float] = []
    times: list[float] = []

    def hear(result: Result, exchanges: object) -> None:
        nonlocal last
        now = time.perf_counter()
        times.append(1000 * (now - last))
        last = now

    for _ in range(RUNS):
        start = last = time.perf_counter()
        asked = run(source, entries, settings, watcher=hear)
        rates.append(len(entries) / (time.perf_counter() - start))
        if asked.exit_code():
            raise ValueError("the reference client failed a case")
        del times[-len(entries)]  # the first case of a run waits for the client to start
    cases = f"all {len(entries)} cases whose last step is a signed operation or a block, one reference client"
    return [
        Figure("conformance", f"{cases}, its start included", "cases a second", tuple(rates), "100 or more"),
        Figure("a case through the pipe", f"{cases}, {RUNS} times, the first case left out", "ms", tuple(times)),
    ]


if __name__ == "__main__":
    report(figures())
