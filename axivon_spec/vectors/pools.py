"""Pools of workers that end at once where their user does: Ctrl-C, or a mistake in a case.

A worker is never killed: it could hold a lock of the pool. It hears that the run has ended, and stops before its next
case.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

_ended: Any = None  # in a worker process: a number shared with the process that uses the pool


def run_has_ended() -> bool:
    """Whether nobody waits any more for what this worker does."""
    return _ended is not None and bool(_ended.value)


@contextmanager
def processes(workers: int = 0) -> Iterator[Executor]:
    """One worker process a core, unless told otherwise."""
    ended = multiprocessing.RawValue("b", 0)
    with ProcessPoolExecutor(workers or os.cpu_count() or 1, initializer=_begin, initargs=(ended,)) as pool:
        try:
            yield pool
        except BaseException:
            ended.value = 1
            pool.shutdown(cancel_futures=True)
            raise


def _begin(ended: Any) -> None:
    global _ended
    _ended = ended
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that uses the pool


@contextmanager
def threads(workers: int) -> Iterator[Executor]:
    """Worker threads, which stop with the task that they are at."""
    with ThreadPoolExecutor(workers) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
