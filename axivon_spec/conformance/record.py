"""A session as a file: what was asked and answered, with what the vectors expect. It can be run again anywhere.

One JSON object a line. The first says what the session is of. Of each case, asked to its end or not, there are the
functions that it calls and the objects (each before its first use), the case itself with what each step must give, the
exchanges as they went over the wire, and the outcome. So a recorded case needs neither the vectors nor the spec. In
requests the digest of an object stands in place of its path or bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import axivon_spec
from axivon_spec.compiler.cache import replacing
from axivon_spec.conformance.conversation import Exchange
from axivon_spec.conformance.outcomes import Result
from axivon_spec.conformance.source import Case, Damaged, Entry, Source
from axivon_spec.conformance.wire import PROTOCOL
from axivon_spec.vectors.literals import digests
from axivon_spec.vectors.read import FORMAT, check

SUFFIX = ".ndjson"
SHIPPED = Path(__file__).with_name("session" + SUFFIX)


class Recorder:
    """Writes a session; give it each result with its exchanges."""

    def __init__(self, file: BinaryIO, source: Source) -> None:
        self._source = source
        self._presets = {entry.id: entry.preset for entry in source.entries()}
        self._written: set[str] = set()
        self._file = file
        self._line(
            {
                "session": 1,
                "protocol": PROTOCOL,
                "format": FORMAT,
                "spec": source.spec,
                "rules": source.rules,
                "aliases": source.aliases,
            }
        )

    def write(self, result: Result, exchanges: list[Exchange]) -> None:
        """Add what was said in one case."""
        if not exchanges:
            return
        case = self._source.case(result.case)
        for digest in objects_of(case):
            if digest not in self._written:
                self._written.add(digest)
                self._line({"object": digest, "ssz": "0x" + self._source.object(digest).hex()})
        for step in case["steps"]:
            name = step["call"]
            if name not in self._written:
                self._written.add(name)
                self._line({"function": name, "declared": self._source.functions[name]})
        let, steps = plain({"let": case["let"], "steps": case["steps"]}).values()
        self._line({"case": result.case, "preset": self._presets[result.case], "let": let, "steps": steps})
        asked = iter(steps)
        for exchange in exchanges:
            request = exchange.request
            if request["kind"] == "case":
                request = {**request, "let": let}
            elif request["kind"] == "step":
                request = {**request, "args": next(asked)["args"]}
            ms = round(exchange.seconds * 1e3, 3)
            self._line({"case": result.case, "request": request, "answer": exchange.answer, "ms": ms})
        self._line({"case": result.case, "outcome": str(result.outcome), "detail": result.detail})

    def _line(self, message: dict[str, Any]) -> None:
        self._file.write(json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")


@contextmanager
def recording(path: Path, source: Source) -> Iterator[Recorder]:
    """A recorder whose session takes its place in `path` when the run has ended; without a run nothing changes."""
    with replacing(path.resolve()) as file:
        yield Recorder(file, source)


def plain(data: Any) -> Any:
    """A part of a case without what is for readers alone: `value`, and the whole values of `post`."""
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items() if key not in ("value", "post")}
    return [plain(item) for item in data] if isinstance(data, list) else data


def objects_of(case: Case) -> list[str]:
    """The digests of all objects that are needed to ask a case; those of `post` only explain it."""
    steps = [{key: value for key, value in step.items() if key != "post"} for step in case["steps"]]
    return digests({"let": case["let"], "steps": steps})


class SessionSource:
    """The cases of a recorded session; a `Source`. Raises `Damaged` where the file is no session, naming the line."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.functions: dict[str, Any] = {}
        self._objects: dict[str, bytes] = {}
        self._cases: dict[str, Case] = {}
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Damaged(f"{path}: {getattr(error, 'strerror', None) or error}") from None
        for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
            try:
                self._read(json.loads(line), first=number == 1)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise Damaged(f"{path}:{number}: not a line of a recorded session ({error!r})") from None
        if not self._cases:
            raise Damaged(f"{path}: the session has no case")

    def _read(self, line: dict[str, Any], first: bool) -> None:
        if first:
            if (line["session"], line["protocol"], line["format"]) != (1, PROTOCOL, FORMAT):
                raise ValueError(f"this program reads session 1, protocol {PROTOCOL}, format {FORMAT}")
            self.spec, self.rules, self.aliases = line["spec"], line["rules"], line["aliases"]
            self.has_spec = self.spec == axivon_spec.__version__
            exported = axivon_spec.exports() if self.has_spec else {"rules": {}, "functions": {}}
            self.known_rules, self.known_functions = exported["rules"], frozenset(exported["functions"])
        elif "object" in line:
            data = bytes.fromhex(line["ssz"].removeprefix("0x"))
            if hashlib.sha256(data).hexdigest() != line["object"]:
                raise ValueError("the bytes of the object have another SHA-256")
            self._objects[line["object"]] = data
        elif "function" in line:
            self.functions[line["function"]] = line["declared"]
        elif "steps" in line:
            case = {"id": line["case"], "preset": line["preset"], "let": line["let"], "steps": line["steps"]}
            check({**case, "doc": "recorded"})
            self._cases[line["case"]] = case

    def entries(self) -> list[Entry]:
        return [
            Entry(
                id=case["id"],
                preset=case["preset"],
                layer=case["id"].partition("/")[0],
                functions=tuple(dict.fromkeys(step["call"] for step in case["steps"])),
                rules=tuple(r for step in case["steps"] for key in ("rejects", "fails") for r in step.get(key, ())),
            )
            for case in self._cases.values()
        ]

    def case(self, id: str) -> Case:
        return self._cases[id]

    def object(self, digest: str) -> bytes:
        if digest not in self._objects:
            raise Damaged(f"{self.name}: the object {digest} is missing")
        return self._objects[digest]

    def stored(self, digest: str) -> Path | None:
        return None

    def account(self) -> list[str]:
        used = {digest for case in self._cases.values() for digest in objects_of(case)}
        unused = [f"the object {digest} is used by no case" for digest in self._objects if digest not in used]
        return unused + [f"the object {digest} is missing" for digest in sorted(used - set(self._objects))]
