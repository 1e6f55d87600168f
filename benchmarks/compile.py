"""How long the Markdown takes to become a module: from nothing, unchanged, and as an import."""

from __future__ import annotations

import tempfile

from benchmarks.measure import Figure, Peer, in_new_process, report

RUNS = 15
COMPILE = """
import sys, time
from pathlib import Path
import axivon_spec
import axivon_spec.runtime
start = time.perf_counter()
axivon_spec.compilation().cache = Path(sys.argv[1])
for preset in axivon_spec.PRESETS:
    axivon_spec.load(preset)
print(time.perf_counter() - start)
"""
IMPORT = """
import time
start = time.perf_counter()
import axivon_spec.minimal
print(time.perf_counter() - start)
"""
CONSENSUS_SPECS = Peer("consensus-specs, phase0", 1.6, "recorded on 2 vCPU Zen 4")


def figures() -> list[Figure]:
    """Each run is a new interpreter."""
    from_nothing = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as cache:
            from_nothing.append(float(in_new_process(COMPILE, cache)))
    with tempfile.TemporaryDirectory() as cache:
        in_new_process(COMPILE, cache)
        unchanged = [float(in_new_process(COMPILE, cache)) for _ in range(RUNS)]
    in_new_process(IMPORT)
    imported = [float(in_new_process(IMPORT)) for _ in range(RUNS)]
    specs = "specs/*.md, both presets, new interpreter each time, libraries imported"
    return [
        Figure("compile from nothing", specs, "s", tuple(from_nothing), "under 1 s", CONSENSUS_SPECS),
        Figure("compile, nothing changed", specs, "s", tuple(unchanged), "under 0.3 s"),
        Figure("import axivon_spec.minimal", "a new interpreter each time", "s", tuple(imported), "under 0.5 s"),
    ]


if __name__ == "__main__":
    report(figures())
