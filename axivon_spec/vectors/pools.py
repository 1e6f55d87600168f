"""Pools of workers that end where their user does: on Ctrl-C, on a mistake in a case, and when it is killed.

A worker is never killed: it could hold a lock of the pool. It hears that the run has ended, and breaks off its task.
The pool then tells it to go; where the run was interrupted while it made the pool, nobody does, and it goes by itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any

GLANCE = 0.1  # seconds between two looks of a worker at its user
PATIENCE = 20  # looks of an idle worker at a run that has ended, until it goes without having been told

# In a worker process: a number shared with the process that uses the pool, and whether there is a task to break off
_ended: Any = None
_at_work = False


class RunHasEnded(BaseException):
    """Breaks off a task, of which nobody awaits the result any more."""


@contextmanager
def at_work() -> Iterator[None]:
    """Decorates a task: while it runs, its worker may be interrupted."""
    global _at_work
    _at_work = True
    try:
        yield
    finally:
        _at_work = False


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
    signal.signal(signal.SIGUSR1, _break_off)
    sys.unraisablehook = _unraisable
    threading.Thread(target=_end_with_user, daemon=True).start()


def _end_with_user() -> None:
    user = multiprocessing.parent_process()
    assert user is not None
    looks = 0
    while looks < PATIENCE and not wait([user.sentinel], GLANCE):
        if run_has_ended() and _at_work:
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
        elif run_has_ended():
            looks += 1
    os._exit(1)  # the user was killed, or has forgotten the worker


def _break_off(number: int, frame: object) -> None:
    if _at_work:
        raise RunHasEnded


def _unraisable(what: Any) -> None:
    """Where Python cannot raise, as in `__del__`, the next signal does."""
    if what.exc_type is not RunHasEnded:
        sys.__unraisablehook__(what)


@contextmanager
def threads(workers: int) -> Iterator[Executor]:
    """Worker threads, which stop with the task that they are at."""
    with ThreadPoolExecutor(workers) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
