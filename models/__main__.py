"""Visit every state of the model, and again without each of its rules: `python -m models`, or `make model`.

Exit code 1 where a state breaks agreement or honesty although no rule is missing, or where a rule is missing and no
state does; 2 where Spin or a C compiler is.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MODEL = Path(__file__).resolve().with_name("voter.pml")
TOOLS = {"spin": "apt-get install spin", "cc": "apt-get install gcc"}

NEEDED = (
    "NOTARIZE_ONCE",
    "NOTARIZE_BEFORE_FINALIZE",
    "NULLIFY_BEFORE_FINALIZE",
    "FINALIZE_BEFORE_NULLIFY",
    "FINALIZE_WHAT_WAS_NOTARIZED",
    "SKIPPED_VIEWS",
    "NOTARIZATION",
    "FINALITY_OF_EPOCHS",
    "CAN_FOLLOW",
    "QUORUM",
)
"""Rules without which a state breaks agreement or honesty."""

BACKED = {
    ("FINALIZE_ONCE",): "no two blocks of one round are both notarized",
    ("LATER",): "a voter that begins again does so in the round of its record",
}
"""Rules that say again what follows from others, and why: without one of them nothing happens."""

TOGETHER = (("LATER", "RESUME"),)
"""Rules of which one is enough."""


@dataclass(frozen=True)
class Outcome:
    """What the checker found. `broken`: the assertion that fails, or nothing."""

    broken: str
    states: int
    seconds: float


def check(without: Sequence[str] = (), folder: Path | None = None) -> Outcome:
    """Visit every state, or the first that breaks an assertion, of the model without some rules."""
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="axivon-model-") as made:
            return check(without, Path(made))
    started = time.monotonic()
    options = [f"-DWITHOUT_{rule}" for rule in without]
    _run(["spin", *options, "-a", str(MODEL)], folder)
    # What stops at the first broken assertion is compiled sooner than it would run faster
    _run(["cc", "-O0" if without else "-O1", "-DCOLLAPSE", "-DSAFETY", "-DMEMLIM=8000", "-o", "model", "pan.c"], folder)
    told = _run([str(folder / "model"), "-m1000000"], folder)
    broken = re.search(r"assertion violated\s+(.*) \(at depth", told)
    states = re.search(r"(\d\S*) states, stored", told)
    complete = "errors: 0" in told and "out of memory" not in told and "max search depth too small" not in told
    if states is None or not (broken or complete):
        sys.exit(f"the checker did not finish:\n{told}")
    return Outcome(broken.group(1) if broken else "", int(float(states.group(1))), time.monotonic() - started)


def traces(count: int, folder: Path) -> list[list[str]]:
    """Runs of the model by chance: the lines of their transitions."""
    return [
        [
            line.strip()
            for line in _run(
                ["spin", "-T", "-u12000", f"-n{seed}", "-DTRACE", "-DLAST=2", str(MODEL)], folder
            ).splitlines()
            if "|" in line
        ]
        for seed in range(1, count + 1)
    ]


def _run(command: list[str], folder: Path) -> str:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def missing() -> str:
    """What has to be installed, in one line; nothing where all is there."""
    return "; ".join(f"there is no {tool}: {how}" for tool, how in TOOLS.items() if shutil.which(tool) is None)


def main() -> None:
    if missing():
        print(missing(), file=sys.stderr)
        sys.exit(2)
    failures = 0
    expected: list[tuple[tuple[str, ...], bool]] = [((), False), *(((rule,), True) for rule in NEEDED)]
    expected += [*((rules, True) for rules in TOGETHER), *((rules, False) for rules in BACKED)]
    for without, breaks in expected:
        outcome = check(without)
        name = f"without {' and '.join(without)}" if without else "with all rules"
        said = f"breaks `{outcome.broken}`" if outcome.broken else "agreement and honesty hold in every state"
        print(f"{name}: {said}; {outcome.states:,} states, {outcome.seconds:.0f} s", flush=True)
        failures += bool(outcome.broken) != breaks
    if failures:
        sys.exit(f"{failures} of {len(expected)} are not as they should be")


if __name__ == "__main__":
    main()
