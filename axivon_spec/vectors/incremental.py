"""Which cases need not be recorded again: those for which nothing has changed that they are made from.

A case is made from definitions of the spec (those that its functions and their helpers in `generators/` mention, the
functions that its steps called, the invariants, and all that these need), from the sources of its generator and what
that imports, and from the code that records. Names are found in code objects, so a helper's call counts also where
its result was kept.
"""

from __future__ import annotations

import ast
import hashlib
import json
import pickle
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import axivon_spec
from axivon_spec.compiler import cache
from axivon_spec.compiler.lower import constant_names
from axivon_spec.compiler.model import Function, ParameterTable, Program
from axivon_spec.vectors.author import Author

PACKAGE = Path(axivon_spec.__file__).parent
WORD = re.compile(r"[A-Za-z_]\w*")


class Kept:
    """Recordings of earlier runs in a folder, one file a case. A damaged file is as none. With `again` nothing is
    found, and what the run makes takes the place of what was there."""

    def __init__(self, program: Program, preset: str, generators: str, folder: Path, again: bool = False) -> None:
        self.program, self.preset, self.generators, self.folder = program, preset, generators, folder / preset
        self.again = again
        self.made: list[str] = []  # cases that this run has recorded

    def find(self, author: Author) -> Any | None:
        """The recording, if a new one would be the same."""
        path = self._path(author)
        if self.again:
            return None
        try:
            key, recording = pickle.loads(path.read_bytes())
        except Exception:  # bytes that are no pickle can raise anything
            return None
        return recording if key == self.key(author, recording[3]) else None

    def keep(self, author: Author, recording: Any) -> None:
        self.made.append(author.id)
        cache.write_atomically(self._path(author), pickle.dumps((self.key(author, recording[3]), recording)))

    def summary(self, index: dict[str, Any]) -> str | None:
        """What the replay of this set on this spec ended with, if it found no fault."""
        if self.again:
            return None
        try:
            known: dict[str, str] = json.loads((self.folder / "replayed.json").read_bytes())
        except (OSError, ValueError):
            return None
        return known.get(self._replay_key(index))

    def keep_summary(self, index: dict[str, Any], summary: str) -> None:
        content = json.dumps({self._replay_key(index): summary}).encode()
        cache.write_atomically(self.folder / "replayed.json", content)

    def _replay_key(self, index: dict[str, Any]) -> str:
        everything = [self.recording_code, *self.texts.values(), repr(self.program.unreachable), json.dumps(index)]
        return hashlib.sha256("\n".join(everything).encode()).hexdigest()

    def _path(self, author: Author) -> Path:
        return self.folder / f"{hashlib.sha256(author.id.encode()).hexdigest()}.bin"

    def key(self, author: Author, calls: Iterable[str]) -> str:
        """A hash of all that the case is made from; `calls` are the functions that its steps called."""
        told = (author.id, author.doc, author.rejects, author.fails, author.allows)
        names, modules = self._mentioned(author.function)
        digest = hashlib.sha256(f"{self.recording_code} {self.preset} {told}".encode())
        digest.update(self._sources(modules | {author.module}).encode())
        for name in sorted(self._needed({*calls, *names}, bool(calls))):
            digest.update(self.texts[name].encode())
        return digest.hexdigest()

    # The spec

    def definitions_of(self, author: Author, calls: Iterable[str]) -> set[str]:
        """The names of all definitions that the case is made from."""
        return self._needed({*calls, *self._mentioned(author.function)[0]}, bool(calls))

    def _needed(self, names: set[str], with_invariants: bool) -> set[str]:
        queue = list(names)
        if with_invariants:
            queue += [f.name for f in self.program.functions() if f.name.startswith("invariant_")]
        found: set[str] = set()
        while queue:
            name = self.aliases.get(name := queue.pop(), name)
            definition = self.program.definitions.get(name)
            if definition is not None and name not in found:
                found.add(name)
                queue += definition.uses
        return found

    @cached_property
    def aliases(self) -> dict[str, str]:
        """The constants that a parameter table makes, and the table."""
        tables = [d for d in self.program.definitions.values() if isinstance(d, ParameterTable)]
        return {constant: table.name for table in tables for constant in constant_names(table)}

    @cached_property
    def texts(self) -> dict[str, str]:
        """What each definition says, whatever its place."""
        return {name: f"{type(d).__name__} {name} {_text(d)}\n" for name, d in self.program.definitions.items()}

    # The generators

    def _mentioned(self, function: Any) -> tuple[set[str], set[str]]:
        """The names that a generator's function and what it calls in the generators mention, and their modules."""
        names: set[str] = set()
        modules: set[str] = set()
        seen: set[int] = set()
        queue = [function]
        while queue:
            current = queue.pop()
            if id(current) in seen:
                continue
            seen.add(id(current))
            if isinstance(current, str):
                names.update(WORD.findall(current))  # the name of a type
            elif isinstance(current, type) and current.__module__.startswith(self.generators):
                queue += vars(current).values()
            elif isinstance(current, property):
                queue.append(current.fget)
            elif isinstance(current, FunctionType):
                wrapped = [cell.cell_contents for cell in current.__closure__ or ()]
                queue += [*wrapped, *(current.__defaults__ or ())]
                if current.__module__.startswith(self.generators):
                    modules.add(current.__module__)
                    for name in _names(current.__code__):
                        names.add(name)
                        queue.append(current.__globals__.get(name))
            elif hasattr(current, "__wrapped__"):
                queue.append(current.__wrapped__)
        return names, modules

    def _sources(self, modules: set[str]) -> str:
        """The sources of modules of the generators and of what they import of their package."""
        found: dict[str, str] = {}
        queue = sorted(modules)
        while queue:
            name = queue.pop()
            loaded = sys.modules.get(name)
            if name not in found and loaded is not None and loaded.__file__ is not None:
                found[name] = Path(loaded.__file__).read_text()
                queue += {
                    value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None) or ""
                    for value in vars(loaded).values()
                    if str(getattr(value, "__module__", getattr(value, "__name__", ""))).startswith(self.generators)
                }
        return "".join(found[name] for name in sorted(found))

    @cached_property
    def recording_code(self) -> str:
        """A hash of everything that makes vectors from cases, and of the libraries in use."""
        folders = (PACKAGE / "compiler", PACKAGE / "runtime", PACKAGE / "vectors", PACKAGE / "simulation")
        lock = [] if axivon_spec.CHECKOUT is None else [axivon_spec.CHECKOUT / "requirements.lock"]
        return cache.key([*sorted(p for folder in folders for p in folder.glob("*.py")), *lock])


def _names(code: CodeType) -> Iterator[str]:
    """The global and attribute names in a function and what it defines within."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _text(definition: Any) -> str:
    if isinstance(definition, Function):
        return ast.unparse(definition.node)
    fields = {key: value for key, value in vars(definition).items() if key not in ("place", "description", "uses")}
    return repr({key: _plain(value) for key, value in fields.items()})


def _plain(value: Any) -> Any:
    """The value without places and descriptions, its expressions as text."""
    if isinstance(value, ast.AST):
        return ast.unparse(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if hasattr(value, "__dict__"):
        return {key: _plain(item) for key, item in vars(value).items() if key not in ("place", "description")}
    return value
