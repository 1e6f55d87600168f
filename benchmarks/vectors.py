"""Making vectors: cases whose last step is a signed operation or a block, recorded, signed, verified and written."""

from __future__ import annotations

import json
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from axivon_spec.vectors.generate import record, registered
from benchmarks.measure import ROOT, Figure, Peer, report

WORKERS = 2
RUNS = 3
SIGNED = ("process_operation", "state_transition")
CONSENSUS_SPECS = Peer("consensus-specs, its operations", 273 / 34.6, "recorded on 2 vCPU Zen 4 with 2 workers")


def signed_cases() -> list[str]:
    """The published cases whose last step is a signed operation or a block."""
    cases = json.loads((ROOT / "tests/vectors/index.json").read_text())["cases"]
    return sorted(id for id, case in cases.items() if case["functions"][-1] in SIGNED)


def make(ids: list[str], out: Path) -> float:
    """Seconds for all of `ids`, from starting the workers to the last file."""
    start = time.perf_counter()
    with ProcessPoolExecutor(WORKERS) as pool:
        for recordings in pool.map(record, ["minimal"] * WORKERS, [ids[worker::WORKERS] for worker in range(WORKERS)]):
            for id, case, objects, _, _ in recordings:
                path = out / f"{id}.json"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(case)
                for digest, stored in objects.items():
                    (out / digest).write_bytes(stored)
    return time.perf_counter() - start


def figures() -> list[Figure]:
    """Vectors a second, and the memory of the largest worker."""
    known = set(registered("minimal"))
    ids = [id for id in signed_cases() if id in known]
    rates = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as out:
            rates.append(len(ids) / make(ids, Path(out)))
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    cases = (
        f"all {len(ids)} cases whose last step is a signed operation or a block, {WORKERS} workers, from their start"
    )
    return [
        Figure("vectors made", cases, "a second", tuple(rates), "40 or more", CONSENSUS_SPECS),
        Figure("peak memory of a process", cases, "MiB", (peak,), "under 500"),
    ]


if __name__ == "__main__":
    report(figures())
