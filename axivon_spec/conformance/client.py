"""The reference client: serves the spec itself, the spec without some of its rules, or a mutant of it."""

from __future__ import annotations

import contextlib
import difflib
import os
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Set
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, BinaryIO

import axivon_spec
from axivon_spec import NONE_REMOVED
from axivon_spec.conformance import wire
from axivon_spec.conformance.literals import Reader
from axivon_spec.conformance.wire import Message
from axivon_spec.runtime import ssz
from axivon_spec.runtime.outcome import Defect
from axivon_spec.vectors.literals import bytes_of, hex_of, root_of
from axivon_spec.vectors.machine import BUILTINS, Answer, Machine, Unsupported
from axivon_spec.vectors.types import UnknownType

if TYPE_CHECKING:
    from axivon_spec.vectors.mutants import Mutant

NAME = "axivon-spec"


class UnknownFault(ValueError):
    """No rule and no mutant has this id, or a mutant is not alone."""


class Server:
    """Serves sessions. `preset` None: the one that `hello` names; `faults`: rules that never reject, or the id of one
    mutant (`layer.name:what`)."""

    def __init__(self, preset: str | None = None, faults: Set[str] = frozenset(), objects: str = "raw") -> None:
        self.preset, self.objects = preset, objects
        mutants = [id for id in faults if ":" in id]
        if mutants and len(faults) > 1:
            raise UnknownFault(f"{mutants[0]} is a mutant; it is served alone")
        self.mutant = known_mutant(mutants[0]) if mutants else None
        self.faults = {id if id in mutants else known_rule(id) for id in faults}
        self._specs: dict[str, tuple[ModuleType, dict[str, Any]]] = {}
        self._loading = threading.Lock()

    def machine(self, preset: str) -> Machine:
        """A machine without names; the spec of a preset is loaded when it is first asked for."""
        with self._loading:
            if preset not in self._specs:
                if self.mutant is not None:
                    from axivon_spec.vectors.mutate import faulty_spec

                    module = faulty_spec(preset, axivon_spec.program(), self.mutant)
                else:
                    module = axivon_spec.load(preset, removed_rules=frozenset(self.faults) or NONE_REMOVED)
                self._specs[preset] = (module, axivon_spec.exports(preset)["functions"])
            return Machine(*self._specs[preset])

    def serve_pipes(self) -> None:
        """Serve one session on standard input and output."""
        # The wire gets a descriptor of its own; what anybody prints goes to standard error.
        output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        serve(Session(self).answer, sys.stdin.buffer, output)

    def serve_socket(self, path: Path) -> None:
        """Serve every connection to a unix socket in a thread of its own, until interrupted."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            try:
                listener.bind(str(path))
            except OSError as error:
                raise OSError(f"{path}: {error.strerror or error}") from None
            try:
                listener.listen()
                print(f"listening on unix:{path}", file=sys.stderr, flush=True)
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=self._serve_connection, args=(connection,), daemon=True).start()
            finally:
                path.unlink(missing_ok=True)

    def _serve_connection(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as requests, connection.makefile("wb") as responses:
            serve(Session(self).answer, requests, responses)


def known_rule(id: str) -> str:
    """The rule's id of today. Raises `UnknownFault`, with the nearest ids."""
    rules = axivon_spec.exports()["rules"]
    for known, rule in rules.items():
        if id == known or id in rule["aliases"]:
            return str(known)
    near = difflib.get_close_matches(id, rules, n=3, cutoff=0.5)
    raise UnknownFault(f"no rule is called {id}" + (f"; near: {', '.join(near)}" if near else ""))


def known_mutant(id: str) -> Mutant:
    """The mutant with this id. Raises `UnknownFault`, with the nearest ids."""
    from axivon_spec.vectors.mutants import mutants

    known = {mutant.id: mutant for mutant in mutants(axivon_spec.program())}
    if id in known:
        return known[id]
    near = difflib.get_close_matches(id, known, n=3, cutoff=0.5)
    raise UnknownFault(f"no mutant is called {id}" + (f"; near: {', '.join(near)}" if near else ""))


def serve(answer: Callable[[Message], Message], requests: BinaryIO, responses: BinaryIO) -> None:
    """Answer each line of `requests`, up to `bye` or the end."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        for line in requests:
            response = answer(wire.unframe(line))
            responses.write(wire.frame(response))
            responses.flush()
            if response["kind"] == "bye":
                return


class Session:
    """One connection: the preset that `hello` fixed, and the names of the case that is running."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._preset = ""

    @cached_property
    def _machine(self) -> Machine:
        return self._server.machine(self._preset)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._machine.types, snappy=self._server.objects == "snappy")

    def answer(self, request: Message) -> Message:
        """The response to a request; a defect of the spec, or of a request, is answered with `error`."""
        try:
            match request["kind"]:
                case "hello":
                    return self._hello(request)
                case "case":
                    let = {name: self._reader.value(literal) for name, literal in request["let"].items()}
                    self._machine.names = let
                    return {"kind": "ready"}
                case "step" if request["call"] in BUILTINS:
                    return self._builtin(request["call"], **request["args"])
                case "step":
                    return self._step(request["call"], request["args"], request["bind"])
                case "root":
                    return {"kind": "root", "root": root_of(self.names[request["name"]])}
                case "get":
                    value = self.names[request["name"]]
                    if ssz.is_opaque(type(value)):
                        return {"kind": "unsupported", "reason": f"{request['name']} is opaque"}
                    return {"kind": "value", "type": ssz.type_name(type(value)), "ssz": hex_of(ssz.serialize(value))}
                case "end":
                    self._machine.names = {}
                    return {"kind": "done"}
                case "bye":
                    return {"kind": "bye"}
                case kind:
                    return {"kind": "error", "message": f"no request is called {kind}"}
        except (UnknownType, Unsupported) as unknown:
            return {"kind": "unsupported", "reason": str(unknown)}
        except Defect as defect:
            return {"kind": "error", "message": str(defect)}
        except Exception as fault:
            traceback.print_exc()
            return {"kind": "error", "message": f"{type(fault).__name__}: {fault}"}

    @property
    def spec(self) -> ModuleType:
        """The module that is served."""
        return self._machine.spec

    @property
    def names(self) -> dict[str, Any]:
        """The values of the case that is running, by name."""
        return self._machine.names

    def _hello(self, request: Message) -> Message:
        if request["protocol"] != wire.PROTOCOL:
            return {"kind": "error", "message": f"this client speaks protocol {wire.PROTOCOL}"}
        if request["preset"] not in axivon_spec.PRESETS or self._server.preset not in (None, request["preset"]):
            return {"kind": "unsupported", "reason": f"this client does not serve the preset {request['preset']}"}
        self._preset = request["preset"]
        return {
            "kind": "hello",
            "protocol": wire.PROTOCOL,
            "name": " without ".join([NAME, *sorted(self._server.faults)]),
            "version": axivon_spec.__version__,
            "functions": sorted(self._machine.functions),
            "objects": self._server.objects,
        }

    def _builtin(self, call: str, type: str, ssz: Any) -> Message:
        data = bytes_of(ssz) if isinstance(ssz, str) else self._reader.bytes(ssz["object"])
        return _message(self._machine.run_builtin(call, type, data))

    def _step(self, call: str, given: dict[str, Any], bind: str | None) -> Message:
        bound = {name: argument[1:] for name, argument in given.items() if isinstance(argument, str)}
        values = {
            name: self._machine.names[bound[name]] if name in bound else self._reader.value(argument)
            for name, argument in given.items()
        }
        return _message(self._machine.run(call, values, bound, bind))


def _message(answer: Answer) -> Message:
    if answer.kind == "rejected":
        return {"kind": "rejected", "rule": answer.rule}
    return {"kind": "accepted", "changes": answer.changes, "returns": answer.returns, "fails": answer.fails}
