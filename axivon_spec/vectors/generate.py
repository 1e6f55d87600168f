"""Cases to files: recorded on any executor, written beside the old vectors, and put in their place in one move."""

from __future__ import annotations

import hashlib
import importlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, as_completed
from functools import cache
from pathlib import Path
from typing import Any

import axivon_spec
from axivon_spec.compiler import export
from axivon_spec.runtime.keys import test_secret
from axivon_spec.vectors.author import CASES
from axivon_spec.vectors.exchange import refuse_occupied, write_set
from axivon_spec.vectors.incremental import Kept
from axivon_spec.vectors.literals import digests, encode_json
from axivon_spec.vectors.pools import at_work, run_has_ended
from axivon_spec.vectors.read import FORMAT, SCHEMA
from axivon_spec.vectors.record import CaseError, Recorder
from axivon_spec.vectors.store import SUFFIX, ObjectStore

KEYS = 16  # test keys listed a curve
BATCH = 16  # cases a task
MAX_BYTES = 20 << 20  # of the committed set
MAX_FILES = 5000


Recording = tuple[str, bytes, dict[str, bytes], list[str], list[str]]  # id, case, objects, calls, rules


def registered(preset: str) -> list[str]:
    """The ids of all cases for a preset, in order; imports the generators."""
    for module in importlib.import_module("generators").MODULES:
        importlib.import_module(f"generators.{module}")
    return sorted(id for id, author in CASES.items() if preset in author.presets)


@cache
def _recorder(preset: str, process: int, thread: int) -> Recorder:
    """One a thread, since a recorder takes rules out of its spec; loading a spec costs more than a case."""
    removed: set[str] = set()
    spec = axivon_spec.load(preset, removed_rules=removed)
    return Recorder(spec, axivon_spec.exports(preset)["functions"], removed, ObjectStore())


@at_work()
def record(preset: str, ids: list[str]) -> list[Recording]:
    """Record cases; runs in any process or thread. Raises `CaseError`."""
    registered(preset)
    recorder = _recorder(preset, os.getpid(), threading.get_ident())
    recordings: list[Recording] = []
    for id in ids:
        if run_has_ended():
            break
        recorded = recorder.record(CASES[id])
        last = recorded.case["steps"][-1]
        objects = {digest: recorder.store.stored(digest) for digest in digests(recorded.case)}
        calls = list(dict.fromkeys(step["call"] for step in recorded.case["steps"]))
        rules = [*last.get("rejects", []), *last.get("fails", [])]
        recordings.append((id, encode_json(recorded.case), objects, calls, rules))
    return recordings


def generate(
    preset: str,
    out: Path,
    executor: Executor | None,
    progress: Callable[[int, int], None] = lambda done, all: None,
    kept: Kept | None = None,
    select: Callable[[str], bool] = lambda id: True,
) -> dict[str, Any]:
    """Record all selected cases of a preset and replace the vectors in `out`; the index is returned.

    Nothing in `out` changes before everything has been recorded; see `write_set`. With `kept`, only those cases are
    recorded that have changed since an earlier run. Raises `CaseError`, and `Occupied` before anything is recorded.
    """
    refuse_occupied(out)
    recordings: dict[str, Recording] = {}
    ids = []
    for id in filter(select, registered(preset)):
        if kept is not None and (recording := kept.find(CASES[id])) is not None:
            recordings[id] = recording
        else:
            ids.append(id)
    for recording in _recorded(preset, ids, executor, progress):
        recordings[recording[0]] = recording
        if kept is not None:
            kept.keep(CASES[recording[0]], recording)
    return _put_together(preset, out, [recordings[id] for id in sorted(recordings)])


def _recorded(
    preset: str, ids: list[str], executor: Executor | None, progress: Callable[[int, int], None]
) -> Iterator[Recording]:
    done = 0
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    if executor is None:
        results: Iterable[list[Recording]] = (record(preset, batch) for batch in batches)
    else:
        futures = [executor.submit(record, preset, batch) for batch in batches]
        results = (future.result() for future in as_completed(futures))
    for recordings in results:
        yield from recordings
        done += len(recordings)
        progress(done, len(ids))


def _put_together(preset: str, out: Path, recordings: list[Recording]) -> dict[str, Any]:
    """Write the set of these cases, and return its index."""
    files: dict[str, bytes] = dict(shared_files(preset))
    listed: dict[str, Any] = {}
    for id, data, objects, calls, rules in recordings:
        files[f"cases/{id}.json"] = data
        files |= {f"objects/{digest}{SUFFIX}": stored for digest, stored in objects.items()}
        listed[id] = {"layer": id.split("/")[0], "preset": preset, "functions": calls, "rules": rules}
        listed[id]["objects"] = sorted(objects)
    size = sum(map(len, files.values()))
    if preset == "minimal" and (size > MAX_BYTES or len(files) > MAX_FILES):
        raise CaseError(
            f"the vectors take {size} bytes in {len(files)} files; the budget is {MAX_BYTES} and {MAX_FILES}"
        )
    index = {
        "format": FORMAT,
        "spec": axivon_spec.__version__,
        "preset": preset,
        "cases": listed,
        "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    }
    write_set(out, files, encode_json(index))
    return index


def shared_files(preset: str) -> dict[str, bytes]:
    """What a client is built from, beside the cases."""
    files = export.files({name: axivon_spec.exports(name) for name in axivon_spec.PRESETS})
    keys = {
        curve: [f"0x{test_secret(i, curve):064x}" for i in range(KEYS)]  # type: ignore[arg-type]
        for curve in ("bls12-381", "secp256k1")
    }
    return files | {"keys.json": encode_json(keys), SCHEMA.name: SCHEMA.read_bytes()}
