"""Making vectors: cases whose last step is a signed operation or a block, recorded, signed, verified and written."""

from __future__ import annotations

import json
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from axivon_spec.vectors.generate import record, registered
from benchmarks.measure import ROOT, Figure, Peer, in_new_process, report, seconds

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


def peak_memory() -> float:
    """MiB of the largest process that makes the whole set anew."""
    program = """
import resource, subprocess, sys, tempfile
with tempfile.TemporaryDirectory() as out:
    generate = [sys.executable, "-m", "axivon_spec", "vectors", "generate", "--again", "--out", out + "/set"]
    subprocess.run(generate, check=True, capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""
    return float(in_new_process(program))


def figures() -> list[Figure]:
    """Vectors a second, the time of each, and the memory of the largest process."""
    known = set(registered("minimal"))
    ids = [id for id in signed_cases() if id in known]
    rates = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as out:
            rates.append(len(ids) / make(ids, Path(out)))
    times = [1000 * seconds(partial(record, "minimal", [id]), 1)[0] for id in ids]
    cases = f"all {len(ids)} cases whose last step is a signed operation or a block"
    workers = f"{cases}, {WORKERS} workers, from their start to the last file"
    return [
        Figure("vectors made", workers, "a second", tuple(rates), "40 or more", CONSENSUS_SPECS),
        Figure("recording a case", f"{cases}, one after the other", "ms", tuple(times)),
        Figure("peak memory of a process", "the whole set made anew", "MiB", (peak_memory(),), "under 500"),
    ]


if __name__ == "__main__":
    report(figures())
