"""How far something long has come: a bar on a terminal, else a line on standard error every few seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

FIRST, AGAIN = 2.0, 10.0  # seconds before the first line, and between lines


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Gives a function that is told (done, all)."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(what, total=None)
            yield lambda done, all: bar.update(task, completed=done, total=all)
        return
    due, told = time.monotonic() + FIRST, False

    def line(done: int, all: int) -> None:
        nonlocal due, told
        if time.monotonic() >= due or (told and done == all):
            due, told = time.monotonic() + AGAIN, True
            print(f"{what}: {done} of {all}", file=sys.stderr, flush=True)

    yield line
