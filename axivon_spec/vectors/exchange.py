"""A set of vectors takes the place of another: whole or not at all, by one process at a time, whatever ends it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from axivon_spec.vectors.read import INDEX

OLD, FRESH, LOCK = "old", "fresh", "lock"  # what stands beside a set while it is exchanged


class Occupied(Exception):
    """What is written would take the place of something that is no set of vectors."""


def beside(out: Path, what: str) -> Path:
    """Where the `OLD` set, the `FRESH` one or the `LOCK` stands while `out` is exchanged."""
    out = out.resolve()
    return out.with_name(f".{out.name}.axivon-{what}")


@contextmanager
def alone(out: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Be the only process that exchanges the set in `out`; `waiting` hears that another one is.

    The lock is a file beside it that nobody keeps: a process that was killed holds nothing.
    """
    lock = beside(out, LOCK)
    lock.parent.mkdir(parents=True, exist_ok=True)
    while True:
        with lock.open("w") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(held, fcntl.LOCK_EX)
            if not _is_at(lock, held.fileno()):
                continue  # who held it before has removed it meanwhile
            try:
                yield
            finally:
                lock.unlink(missing_ok=True)
            return


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def put_back(out: Path) -> None:
    """Undo the first half of an exchange that was cut off."""
    old = beside(out, OLD)
    if not out.exists() and old.exists():
        with alone(out):
            restore(out)


def restore(out: Path) -> None:
    """`put_back`, for who holds the lock."""
    old = beside(out, OLD)
    if not out.exists() and old.exists():
        os.replace(old, out.resolve())


def write_set(out: Path, files: dict[str, bytes], index: bytes) -> None:
    """Put a set in place. It is written whole into a folder beside `out`, which then takes its name.

    Nobody else may write to `out` meanwhile (`read.alone`). A run that is killed before leaves the old set, one killed
    after the new one; after one killed between the two, `put_back` finds the old one.
    """
    out = out.resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    restore(out)
    refuse_occupied(out)
    fresh, old = beside(out, FRESH), beside(out, OLD)
    for stale in (fresh, old):  # of runs that were killed
        shutil.rmtree(stale, ignore_errors=True)
    present = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} if out.is_dir() else set()
    files = {**files, INDEX: index}
    if present == set(files) and all((out / name).read_bytes() == data for name, data in files.items()):
        return
    try:
        for name, data in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if out.exists():
            os.replace(out, old)
        os.replace(fresh, out)
    finally:  # after a full disk, or Ctrl-C
        restore(out)
        for done in (fresh, old):
            shutil.rmtree(done, ignore_errors=True)


def refuse_occupied(out: Path) -> None:
    """Raise `Occupied` where `out` is neither free, nor empty, nor a set of vectors and nothing else."""
    if not os.path.lexists(out):
        return
    if not out.is_dir():
        raise Occupied(f"{out} is no folder; name one for the vectors")
    present = {path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir()}
    try:
        listed = {INDEX, *json.loads((out / INDEX).read_bytes())["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        listed = set()
    foreign = sorted(present - listed)
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise Occupied(
            f"{out} holds {foreign[0]}{more}, which no index of vectors lists; move it away, or name another folder"
        )
