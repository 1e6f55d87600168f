"""What the spec itself says of a case: the value a step should have made, and whether invariants hold.

It is asked only when a root differs, or with `--check-invariants`; a run that passes never loads the spec.
"""

from __future__ import annotations

import inspect
import threading
from functools import cached_property
from types import ModuleType
from typing import Any

import axivon_spec
from axivon_spec.conformance.client import Server, Session
from axivon_spec.conformance.difference import differences
from axivon_spec.conformance.source import Case, Delivery, Source, wire_arguments, wire_literal
from axivon_spec.conformance.wire import PROTOCOL
from axivon_spec.runtime import ssz
from axivon_spec.runtime.outcome import Defect, perform
from axivon_spec.vectors.literals import read, root_of
from axivon_spec.vectors.types import Types

INVARIANT = "invariant_"
TRANSITION = "state_transition"


class Oracle:
    """The spec of one preset, for the cases of one source; all threads of a run share it."""

    def __init__(self, source: Source, preset: str) -> None:
        self._source, self._preset = source, preset
        self._delivery = Delivery(source, "hex")
        self._lock = threading.Lock()

    @cached_property
    def _server(self) -> Server:
        return Server(self._preset, objects="hex")

    def explain(self, case: Case, number: int, name: str, data: bytes) -> list[str]:
        """How the value of a name after step `number`, of which a client gave the bytes, differs from the spec's."""
        with self._lock:
            session = self._replayed(case, number)
        if session is None:
            return [f"the spec {axivon_spec.__version__} at hand does not reproduce this step, so nothing is compared"]
        expected = session.names[name]
        step = case["steps"][number]
        if root_of(expected) != {**step.get("changes", {}), **step.get("keeps", {})}[name]:
            return [f"the spec {axivon_spec.__version__} at hand has another root, so nothing is compared"]
        try:
            actual = ssz.decode_or_explain(type(expected), data)
        except ssz.MalformedSSZ as malformed:
            return [f"the client's bytes of {name} are malformed: {malformed}"]
        return differences(expected, actual, name) or [
            f"the client's bytes of {name} are right, but the root that it answered is not theirs"
        ]

    def values(self, kind: str, found: str, wanted: str) -> list[str]:
        """What two encodings of a type say, for a person; nothing where the type has no shape to tell."""
        with self._lock:
            types = Types(self._server.machine(self._preset).spec)
        wanted_value = ssz.decode(types.get(kind), bytes.fromhex(wanted[2:]))
        try:
            found_value = ssz.decode_or_explain(types.get(kind), bytes.fromhex(found[2:]))
        except ssz.MalformedSSZ as malformed:
            return [f"what it returned is malformed: {malformed}"]
        return differences(wanted_value, found_value, kind)

    def _replayed(self, case: Case, number: int) -> Session | None:
        """The spec after step `number` of the case; None where the step does not come out as the case says."""
        session = self._opened(case)
        for step in case["steps"][: number + 1]:
            builtin = bool(self._source.functions[step["call"]].get("builtin"))
            arguments = wire_arguments(step, builtin, self._delivery)
            answer = session.answer({"kind": "step", "call": step["call"], "args": arguments, "bind": step.get("bind")})
        return session if answer["kind"] == ("rejected" if "rejects" in step else "accepted") else None

    def _opened(self, case: Case) -> Session:
        session = Session(self._server)
        session.answer({"kind": "hello", "protocol": PROTOCOL, "preset": self._preset})
        let = {name: wire_literal(literal, self._delivery) for name, literal in case["let"].items()}
        session.answer({"kind": "case", "id": case["id"], "let": let})
        return session

    def watch(self, case: Case) -> Watch:
        """A watch over the invariants, for one case."""
        with self._lock:
            session = self._opened(case)
            # Of the session's own module: types of another would be other types
            return Watch(session.spec, self._source, session.names)


class Watch:
    """Keeps the values of a case as the client gives them, and checks the spec's invariants on them."""

    def __init__(self, spec: ModuleType, source: Source, values: dict[str, Any]) -> None:
        self._types, self._source, self._values = Types(spec), source, dict(values)
        self._invariants = [
            (name, function, [p.annotation for p in inspect.signature(function).parameters.values()])
            for name, function in vars(spec).items()
            if name.startswith(INVARIANT)
        ]

    def after(self, step: dict[str, Any], name: str, data: bytes) -> list[str]:
        """`data` is the value that `name` has after a step: a line for each invariant that does not hold of it."""
        before = self._values.get(name)
        kind = self._types.get(self._source.functions[step["call"]]["returns"]) if before is None else type(before)
        try:
            self._values[name] = after = ssz.decode_or_explain(kind, data)
        except ssz.MalformedSSZ as malformed:
            return [f"the client's bytes of {name} are malformed: {malformed}"]
        broken = []
        for invariant, function, kinds in self._invariants:
            if kinds == [ssz.type_name(kind)]:
                arguments = [after]
            elif len(kinds) == 3 and step["call"] == TRANSITION:
                arguments = [before, self._argument(step, kinds[1]), after]
            else:
                continue
            try:
                holds = bool(perform(function, *arguments).value)
            except Defect:
                holds = False  # a state for which an invariant cannot even be computed
            if not holds:
                broken.append(f"{invariant} does not hold for {name}")
        return broken

    def _argument(self, step: dict[str, Any], kind: str) -> Any:
        """The argument of this type."""
        for argument in step["args"].values():
            if isinstance(argument, str):
                if ssz.type_name(type(self._values[argument[1:]])) == kind:
                    return self._values[argument[1:]]
            elif argument["type"] == kind:
                return read(argument, self._types, self._source.object)
        raise ValueError(f"the step has no argument of type {kind}")
