"""Whether the vectors catch faulty specs.

A mutant is put into a loaded module, and the cases that run its line are replayed on it. A case catches it when its
answer differs, when the spec has a defect, or when it does not end.
"""

from __future__ import annotations
import __future__

import ast
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import axivon_spec
from axivon_spec.compiler.load import LoadError
from axivon_spec.compiler.lower import constant_names, lowered_function
from axivon_spec.compiler.model import Function, ParameterTable, Program, SpecErrors
from axivon_spec.vectors.mutants import NEVER_WRITTEN, ROUNDED_UP, Mutant, mutants
from axivon_spec.vectors.pools import at_work, run_has_ended
from axivon_spec.vectors.read import DamagedVectors, VectorSet
from axivon_spec.vectors.verify import Replay

Line = tuple[str, int]  # file name, line
BATCH = 24  # mutants a task
GLANCE = 0.25  # seconds between two looks at the clock
PATIENCE = 5.0  # seconds for a case on a mutant, or ten times what it takes on the spec


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant. `caught` is the case that catches it; None where it survives. For a removed rule,
    `missed` names the entry points at which cases break the rule and none of them catches its removal."""

    id: str
    place: str  # file:line
    rule: str | None
    caught: str | None
    missed: tuple[str, ...] = ()


class Endless(Exception):
    """A case takes much longer than on the spec itself."""


# Which cases run which lines


class _Lines:
    """Hears which lines of Markdown run."""

    def __enter__(self) -> set[Line]:
        self.seen: set[Line] = set()
        sys.settrace(self._call)
        return self.seen

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _call(self, frame: FrameType, event: str, argument: object) -> Any:
        return self._line if frame.f_code.co_filename.endswith(".md") else None

    def _line(self, frame: FrameType, event: str, argument: object) -> Any:
        if event == "line":
            self.seen.add((Path(frame.f_code.co_filename).name, frame.f_lineno))
        return self._line


@dataclass(frozen=True)
class _Run:
    """A case on the spec itself."""

    id: str
    seconds: float
    lines: frozenset[Line]


@at_work()
def run_on_spec(preset: str, vectors: Path, ids: list[str]) -> list[_Run]:
    """Each case's lines and time. Raises `DamagedVectors` for a case that the spec itself does not pass."""
    bench = _bench(preset, vectors, os.getpid())
    runs = []
    for id in ids:
        if run_has_ended():
            break
        case = bench.published.case(id)
        started = time.perf_counter()
        with _Lines() as lines:
            faults = list(bench.replay.faults(case))
        if faults:
            raise DamagedVectors(f"{id} does not pass on the spec itself: {faults[0]}; run `axivon vectors verify`")
        runs.append(_Run(id, time.perf_counter() - started, frozenset(lines)))
    return runs


# Mutants on the bench


class _Bench:
    """One module of the spec without kernels, into which mutants are put and from which they are taken again."""

    def __init__(self, preset: str, vectors: Path) -> None:
        self.preset = preset
        self.program: Program = axivon_spec.program()
        self.published = VectorSet(vectors)
        self.functions = self.published.document("functions.json")
        self.replay = self._on(axivon_spec.load(preset, kernels=()))
        self.mutants = {mutant.id: mutant for mutant in mutants(self.program)}

    def _on(self, spec: ModuleType) -> Replay:
        return Replay(spec, self.functions, self.published.object)

    def verdict(self, mutant: Mutant, runs: list[_Run]) -> Verdict:
        """`runs` are the cases that may catch it, quick ones first."""
        with self.put(mutant) as replay:
            if replay is None:
                caught, missed = "(it does not load)", set()
            elif mutant.rule is None:
                caught, missed = next((run.id for run in runs if self.catches(replay, run)), None), set()
            else:
                caught, missed = self.at_entry_points(replay, mutant.rule, runs)
        place = f"{mutant.place.file}:{mutant.place.line}"
        return Verdict(mutant.id, place, mutant.rule, caught, tuple(sorted(missed)))

    def at_entry_points(self, replay: Replay, rule: str, runs: list[_Run]) -> tuple[str | None, set[str]]:
        """A case that catches a removed rule, and the entry points where none does that breaks it there."""
        entries = self.published.index["cases"]
        open_, caught = {entries[run.id]["functions"][-1] for run in runs if rule in entries[run.id]["rules"]}, None
        for run in runs:
            entry = entries[run.id]["functions"][-1]
            if rule in entries[run.id]["rules"] and entry in open_ and self.catches(replay, run):
                open_.discard(entry)
                caught = run.id
        return caught, open_

    @contextmanager
    def put(self, mutant: Mutant) -> Iterator[Replay | None]:
        """A replay on the mutant; None where the spec does not even load with it."""
        if mutant.node is not None:
            function = getattr(self.replay.spec, mutant.name)
            original = function.__code__
            put_into(self.replay.spec, self.program, mutant)
            try:
                yield self.replay
            finally:
                function.__code__ = original
                if mutant.beside is not None:
                    delattr(self.replay.spec, mutant.beside.name)
            return
        try:
            replay = self._on(faulty_spec(self.preset, self.program, mutant))
        except (LoadError, SpecErrors):
            replay = None
        yield replay

    def catches(self, replay: Replay, run: _Run) -> bool:
        """Whether the case answers otherwise than it states."""
        case = self.published.case(run.id)
        try:
            with _time_limit(max(PATIENCE, 10 * run.seconds)):
                return next(iter(replay.faults(case)), None) is not None
        except Exception:  # a faulty spec may break anything, and that too shows it
            return True


def put_into(spec: ModuleType, program: Program, mutant: Mutant) -> None:
    """Exchange the body of the function that the mutant changes, and add the faulty twin that it calls."""
    definition = program.definitions[mutant.name]
    assert isinstance(definition, Function) and mutant.node is not None
    function = getattr(spec, mutant.name)
    file = function.__code__.co_filename
    setattr(spec, NEVER_WRITTEN, _never_written)
    function.__code__ = _body_of(replace(definition, node=mutant.node), file)
    if mutant.beside is not None:
        called = program.definitions[mutant.beside.name.removesuffix(ROUNDED_UP)]
        assert isinstance(called, Function)
        twin = _body_of(replace(called, node=mutant.beside), file)
        setattr(spec, mutant.beside.name, FunctionType(twin, vars(spec)))


def _never_written(value: Any) -> Any:
    return type(value)(0) if isinstance(value, int) else type(value)()


def _body_of(function: Function, file: str) -> CodeType:
    body = ast.fix_missing_locations(ast.Module([lowered_function(function)], []))
    compiled = compile(body, file, "exec", __future__.annotations.compiler_flag, True)
    return next(c for c in compiled.co_consts if isinstance(c, CodeType) and c.co_name == function.node.name)


def faulty_spec(preset: str, program: Program, mutant: Mutant) -> ModuleType:
    """A fresh module with the mutant in it. Raises `LoadError` or `SpecErrors` where the spec does not load so."""
    spec = axivon_spec.load(preset, kernels=())
    definition = program.definitions[mutant.name]
    if isinstance(definition, Function):
        put_into(spec, program, mutant)
    elif isinstance(definition, ParameterTable):
        defaults = getattr(spec, constant_names(definition)[0])
        setattr(defaults, str(mutant.field), _next(getattr(defaults, str(mutant.field))))
    else:
        spec = axivon_spec.load(preset, kernels=(), **{mutant.name: _next(getattr(spec, mutant.name))})
    return spec


def _next(value: Any) -> Any:
    """A number plus one (less one where that does not fit), bytes with the last bit turned, a vector with its first
    element changed."""
    if isinstance(value, int):
        try:
            return value + 1
        except ValueError:
            return value - 1
    if isinstance(value, bytes):
        return type(value)(value[:-1] + bytes([value[-1] ^ 1]))
    return type(value)([_next(value[0]), *list(value)[1:]])


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    until = time.monotonic() + seconds

    def look(number: int, frame: object) -> None:
        if time.monotonic() >= until:
            raise Endless

    def unraisable(what: Any) -> None:  # where Python cannot raise, as in `__del__`, the next look does
        if what.exc_type is not Endless:
            hook(what)

    previous, hook = signal.signal(signal.SIGALRM, look), sys.unraisablehook
    sys.unraisablehook = unraisable
    signal.setitimer(signal.ITIMER_REAL, GLANCE, GLANCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        sys.unraisablehook = hook


@cache
def _bench(preset: str, vectors: Path, process: int) -> _Bench:
    """One a process."""
    return _Bench(preset, vectors)


@at_work()
def judge_mutants(preset: str, vectors: Path, batch: list[tuple[str, list[_Run]]]) -> list[Verdict]:
    """Runs in any process."""
    bench = _bench(preset, vectors, os.getpid())
    return [bench.verdict(bench.mutants[id], runs) for id, runs in batch if not run_has_ended()]


# The whole run


def mutate(
    vectors: Path,
    executor: Executor,
    select: Callable[[Mutant], bool] = lambda mutant: True,
    progress: Callable[[int, int], None] = lambda done, all: None,
) -> list[Verdict]:
    """Every selected mutant's verdict, in order of the spec."""
    published = VectorSet(vectors)
    preset = published.index["preset"]

    def spread(task: Callable[..., list[Any]], items: list[Any]) -> list[Any]:
        batches = [items[start : start + BATCH] for start in range(0, len(items), BATCH)]
        futures = [executor.submit(task, preset, vectors, batch) for batch in batches]
        done = 0
        for future in as_completed(futures):
            done += len(future.result())
            progress(done, len(items))
        return [item for future in futures for item in future.result()]

    chosen = [mutant for mutant in mutants(axivon_spec.program()) if select(mutant)]
    if not chosen:
        return []
    runs = sorted(spread(run_on_spec, published.ids()), key=lambda run: run.seconds)
    work = [(mutant.id, _may_catch(mutant, runs)) for mutant in chosen]
    verdicts: list[Verdict] = spread(judge_mutants, work)
    return verdicts


def _may_catch(mutant: Mutant, runs: Iterable[_Run]) -> list[_Run]:
    """The cases that run the changed line, all for a number of a table; without lines, which no worker needs."""
    line = Path(mutant.place.file).name, mutant.place.line
    return [replace(run, lines=frozenset()) for run in runs if mutant.node is None or line in run.lines]
