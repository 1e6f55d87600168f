"""Processes that a test has started, and those that they have started."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def marked(environment: dict[str, str]) -> set[int]:
    """All processes with the mark of this test in their environment."""
    mark = f"AXIVON_TEST_MARK={environment['AXIVON_TEST_MARK']}".encode()
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.add(int(process.name))
        except OSError:
            continue
    return found


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Whether a condition comes to hold."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()
