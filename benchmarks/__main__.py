"""All figures: `python -m benchmarks [NAME ...]`."""

from __future__ import annotations

import importlib
import sys

from benchmarks.measure import machine, report

ALL = ("compile", "vectors", "conformance", "blocks", "consensus", "find", "bls", "da", "availability")


def main() -> None:
    """Print the machine once, then each script's figures as they come."""
    chosen = sys.argv[1:] or ALL
    unknown = [name for name in chosen if name not in ALL]
    if unknown:
        sys.exit(f"there is no figure {', '.join(unknown)}; choose from: {', '.join(ALL)}")
    print(machine())
    for name in chosen:
        report(importlib.import_module(f"benchmarks.{name}").figures())


if __name__ == "__main__":
    main()
