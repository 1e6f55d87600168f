"""What a figure is, and how it is printed."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIBRARIES = ("eth-remerkleable", "pyblst", "coincurve", "cramjam")


@dataclass(frozen=True)
class Peer:
    """Another program's figure for the same job, in the same unit; `measured` says where the number is from."""

    name: str
    value: float
    measured: str


@dataclass(frozen=True)
class Figure:
    """Samples of one job over a named set of cases, in `unit`. `wanted` is the bound that the project sets itself."""

    name: str
    cases: str
    unit: str
    samples: tuple[float, ...]
    wanted: str = ""
    peer: Peer | None = None

    def percentile(self, share: int) -> float:
        """The smallest sample that at least `share` percent of the samples do not exceed."""
        ordered = sorted(self.samples)
        return ordered[max(0, -(-len(ordered) * share // 100) - 1)]

    def lines(self) -> list[str]:
        """The figure for a terminal."""
        numbers = (
            f"count {len(self.samples)}  p50 {shown(self.percentile(50))}  p99 {shown(self.percentile(99))} {self.unit}"
        )
        result = [f"{self.name}: {numbers}" + (f"  (wanted: {self.wanted})" if self.wanted else "")]
        result.append(f"    over {self.cases}")
        if self.peer:
            ratio = self.percentile(50) / self.peer.value
            where = f"{self.peer.name}: {shown(self.peer.value)} {self.unit}, {self.peer.measured}"
            result.append(f"    {shown(ratio)} times {where}")
        return result


def shown(value: float) -> str:
    """Three significant digits."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def report(figures: list[Figure]) -> None:
    """Print figures as they come from one script."""
    for figure in figures:
        print("\n".join(figure.lines()), flush=True)


def machine() -> str:
    """The machine and the versions that figures depend on, in one line."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        names = [
            line.partition(":")[2].strip() for line in information.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"{os.cpu_count()} × {model}, {platform.system()}, CPython {platform.python_version()}, {libraries}"


def seconds(job: Callable[[], object], times: int) -> tuple[float, ...]:
    """How long each of `times` runs of `job` took."""
    samples = []
    for _ in range(times):
        start = time.perf_counter()
        job()
        samples.append(time.perf_counter() - start)
    return tuple(samples)


def in_new_process(program: str, *arguments: str) -> str:
    """The last line that `program` prints, run by a new interpreter in the checkout."""
    command = [sys.executable, "-c", program, *arguments]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(result.stderr.strip())
    return result.stdout.splitlines()[-1]
