"""Pools of workers that end where their user does: on Ctrl-C, on a mistake in a case, and when it is killed.

A worker hears that the run has ended, and stops before its next case; one that is in the middle of something long ends
as it is after a moment.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any

GLANCE = 0.1  # seconds between two looks of a worker at its user
GRACE = 0.5  # seconds that a worker has to stop by itself

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
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_user, daemon=True).start()


def _end_with_user() -> None:
    user = multiprocessing.parent_process()
    assert user is not None
    while not run_has_ended():
        if wait([user.sentinel], GLANCE):  # it was killed
            os._exit(1)
    time.sleep(GRACE)
    os._exit(1)


@contextmanager
def threads(workers: int) -> Iterator[Executor]:
    """Worker threads, which stop with the task that they are at."""
    with ThreadPoolExecutor(workers) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
