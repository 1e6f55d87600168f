"""One client, asked the cases of one preset, one after the other; started again after it has died."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from axivon_spec.conformance import explain, wire
from axivon_spec.conformance.connection import GOODBYE, CannotStart, Connection
from axivon_spec.conformance.outcomes import ClientFault, Outcome, Result, Timing
from axivon_spec.conformance.source import Case, Delivery, Entry, Source, wire_arguments, wire_literal
from axivon_spec.conformance.wire import LINE_LIMIT, Message, printable
from axivon_spec.vectors.judge import judge
from axivon_spec.vectors.machine import Answer
from axivon_spec.vectors.read import FORMAT

if TYPE_CHECKING:
    from axivon_spec.conformance.oracle import Oracle, Watch

EXPECTATIONS = ("changes", "returns", "fails", "rejects")  # keys of a step
STARTS = 3  # in a row that may fail before the client is given up


class _RequestTooLong(Exception):
    """A request does not fit into a line; not a fault of the client."""


class NoProtocol(Exception):
    """The client does not speak the protocol: it did not answer `hello` as it must."""


@dataclass(frozen=True)
class Settings:
    """How to run: the client's address, time limits in seconds, and what else to check."""

    client: str
    step_timeout: float = 10.0
    start_timeout: float = 30.0
    strict_reasons: bool = False
    check_invariants: bool = False
    record: bool = False


@dataclass(frozen=True)
class Greeting:
    """What the client said of itself in answer to `hello`."""

    name: str
    version: str
    functions: frozenset[str]
    objects: str
    misspelt: tuple[str, ...] = ()  # a line for each function that does not exist
    refusal: str | None = None  # why it does not serve this preset, if it does not


@dataclass(frozen=True)
class Exchange:
    """A request and its answer, for `--record`."""

    request: Message
    answer: Message
    seconds: float


@dataclass
class Conversation:
    """Use `start`, then `run` for each case, then `close`."""

    source: Source
    preset: str
    settings: Settings
    oracle: Oracle | None = None
    greeting: Greeting | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    _connection: Connection | None = None
    _delivery: Delivery | None = None
    _failed_starts: int = 0
    _cases_of_this_start: int = 0
    _stopped: bool = False
    _watch: Watch | None = None

    # Starting and ending

    def start(self) -> Greeting:
        """Start the client and greet it. Raises `CannotStart`, or `NoProtocol` where its answer is none."""
        self._connection = connection = Connection(self.settings.client)
        if self._stopped:  # by another thread, meanwhile
            self._drop()
            raise CannotStart("the run was stopped")
        hello = {
            "kind": "hello",
            "protocol": wire.PROTOCOL,
            "format": FORMAT,
            "preset": self.preset,
            "spec": self.source.spec,
            "rules": self.source.rules,
        }
        try:
            answer = self._ask(hello, max(self.settings.start_timeout, self.settings.step_timeout))
            if answer["kind"] == "error":
                raise NoProtocol(f"the client refused the greeting: {printable(answer['message'])}")
            if answer["kind"] == "hello" and answer["protocol"] != wire.PROTOCOL:
                raise NoProtocol(f"the client speaks protocol {answer['protocol']}, the runner {wire.PROTOCOL}")
        except (ClientFault, NoProtocol) as fault:
            stderr = connection.take_stderr()
            self._drop()
            raise NoProtocol(f"{fault}" + (f"\nits standard error:\n{stderr}" if stderr else "")) from None
        if answer["kind"] == "unsupported":
            self.greeting = Greeting(self.settings.client, "", frozenset(), "hex", refusal=printable(answer["reason"]))
        else:
            self.greeting = Greeting(
                printable(answer["name"]),
                printable(answer["version"]),
                frozenset(answer["functions"]),
                answer["objects"],
                tuple(
                    f"hello lists {printable(name)}, which functions.json does not have{explain.near(name, known)}"
                    for name in answer["functions"]
                    if (known := self.source.known_functions) and name not in known
                ),
            )
        if self._delivery is None:
            self._delivery = Delivery(self.source, self.greeting.objects)
        self._failed_starts = self._cases_of_this_start = 0
        return self.greeting

    def close(self) -> None:
        """Say `bye`, and end the client and all it started."""
        if self._connection is not None and not self._stopped:
            try:
                self._ask({"kind": "bye"}, GOODBYE)
                self._connection.close(patience=GOODBYE)
            except ClientFault:
                pass
        self._drop()
        if self._delivery is not None:
            self._delivery.close()

    def stop(self) -> None:
        """End the client at once, from another thread; the case that is running ends as a crash."""
        self._stopped = True
        if (connection := self._connection) is not None:
            connection.kill()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # A case

    def run(self, entry: Entry) -> Result:
        """Ask the client one case. Raises `Damaged` where the case cannot be read."""
        self.exchanges.clear()
        if self._connection is None:
            if self._failed_starts == STARTS:
                return Result(entry.id, Outcome.CRASHED, f"not started again after {STARTS} failed starts", sent=False)
            try:
                self.start()
            except (CannotStart, NoProtocol) as fault:
                self._failed_starts += 1
                return Result(entry.id, Outcome.CRASHED, f"could not be started again: {fault}", sent=False)
        assert self.greeting is not None
        if self.greeting.refusal is not None:
            reason = f"preset {self.preset}: {self.greeting.refusal}"
            return Result(entry.id, Outcome.NOT_SUPPORTED, reason, sent=False)
        lacking = [name for name in entry.functions if name not in self.greeting.functions]
        if lacking:
            return Result(entry.id, Outcome.NOT_SUPPORTED, ", ".join(lacking), sent=False)
        return self._converse(self.source.case(entry.id))

    def _converse(self, case: Case) -> Result:
        assert self._connection is not None and self._delivery is not None
        self._connection.take_stderr()  # what it wrote between cases belongs to none
        result = Result(case["id"], Outcome.PASSED)
        opening = {
            "kind": "case",
            "id": case["id"],
            "let": {name: wire_literal(literal, self._delivery) for name, literal in case["let"].items()},
        }
        if self.settings.check_invariants and self.oracle is not None:
            self._watch = self.oracle.watch(case)
        try:
            answer = self._open_case(opening)
            try:
                if answer["kind"] == "ready":
                    self._steps(case, result)
                else:
                    _settle(result, answer)
            except _RequestTooLong as limit:
                result.outcome, result.detail = Outcome.NOT_SUPPORTED, str(limit)
            self._end_case(result)
        except _RequestTooLong as limit:
            return Result(case["id"], Outcome.NOT_SUPPORTED, str(limit), sent=False)
        except ClientFault as fault:
            result.outcome = fault.outcome
            result.detail = _lines(result.detail, fault.what)
            if self._connection is not None:  # it is gone where the client could not be started again
                result.stderr = self._connection.take_stderr()
            self._drop()
            return result
        if result.outcome.is_failure:
            result.stderr = self._connection.take_stderr()
        self._cases_of_this_start += 1
        return result

    def _open_case(self, opening: Message) -> Message:
        """Send `case`. A client that ended after an earlier case, not within this one, is started again first."""
        try:
            return self._ask(opening)
        except ClientFault as fault:
            ended = fault.outcome in (Outcome.CRASHED, Outcome.CLOSED_OUTPUT)
            if not ended or self._cases_of_this_start == 0 or self._stopped:
                raise ClientFault(fault.outcome, f"at the beginning of the case: {fault.what}") from None
            self._drop()
            try:
                self.start()
            except (CannotStart, NoProtocol) as failed:
                self._failed_starts += 1
                raise ClientFault(fault.outcome, f"{fault.what}, and could not be started again: {failed}") from None
            return self._ask(opening)

    def _end_case(self, result: Result) -> None:
        try:
            answer = self._ask({"kind": "end"})
        except ClientFault as fault:
            raise ClientFault(fault.outcome, f"at the end of the case: {fault.what}") from None
        if answer["kind"] == "error" and not result.outcome.is_failure:
            _settle(result, answer)

    def _steps(self, case: Case, result: Result) -> None:
        for number, step in enumerate(case["steps"]):
            place = explain.place(number, len(case["steps"]), step, self._is_builtin(step))
            try:
                if not self._step(case, number, step, place, result):
                    return
            except ClientFault as fault:
                raise ClientFault(fault.outcome, f"{place}: {fault.what}") from None

    def _is_builtin(self, step: dict[str, Any]) -> bool:
        return bool(self.source.functions[step["call"]].get("builtin"))

    def _step(self, case: Case, number: int, step: dict[str, Any], place: str, result: Result) -> bool:
        """Ask one step; False where the case ends with it."""
        assert self._delivery is not None
        builtin = self._is_builtin(step)
        request = {
            "kind": "step",
            "call": step["call"],
            "args": wire_arguments(step, builtin, self._delivery),
            "bind": step.get("bind"),
        }
        expected = self._expected(step)
        started = time.perf_counter()
        try:
            answer = self._ask(request)
        finally:
            result.timings.append(Timing(step["call"], time.perf_counter() - started))
        if answer["kind"] in ("unsupported", "error"):
            _settle(result, answer, place)
            # A client may lack single types; a whole function that it listed, it may not.
            if answer["kind"] == "unsupported" and not builtin:
                result.outcome = Outcome.OVERCLAIMED
            return False
        read = self._read(answer, expected)
        verdict = judge(expected, read, self.source.functions, self.settings.strict_reasons)
        wrong: list[str] = []
        if not verdict.ok:
            more = self._values(expected, read) if verdict.kind == "returns" else self._explained(case, number, answer)
            wrong = [verdict.reason, *more, *explain.notes(self.source, step, verdict, read)]
        wrong = wrong or self._unkept(case, number) or self._broken(step)
        if wrong:
            result.outcome, result.detail = Outcome.FAILED, _lines(f"{place}: {wrong[0]}", *wrong[1:])
            return False
        if verdict.kind == "rejected-unknown":
            result.outcome = Outcome.REASON_UNKNOWN
            result.detail = _lines(result.detail, f"{place}: {verdict.reason}")
        return True

    def _read(self, answer: Message, expected: dict[str, Any]) -> Answer:
        """The answer as the vectors know it: lower case digits, rules by their ids of today."""

        def rule(id: str | None) -> str | None:
            return None if id is None else self.source.aliases.get(id, id)

        if answer["kind"] == "rejected":
            return Answer("rejected", rule=rule(answer["rule"]))
        returns, fails = answer["returns"], answer["fails"]
        if fails is None:  # it cannot tell: as if it knew how many failed, and not why
            fails = [None] * len(expected.get("fails", ()))
        return Answer(
            "accepted",
            changes={name: root.lower() for name, root in answer["changes"].items()},
            returns=None if returns is None else {"type": returns["type"], "ssz": returns["ssz"].lower()},
            fails=[rule(id) for id in fails],
        )

    def _expected(self, step: dict[str, Any]) -> dict[str, Any]:
        """What a step states must come out of it; large bytes, which stand as an object, inline."""
        expected = {key: step[key] for key in EXPECTATIONS if key in step}
        returns = expected.get("returns")
        if returns is not None and isinstance(returns["ssz"], dict):
            data = self.source.object(returns["ssz"]["object"])
            expected["returns"] = {"type": returns["type"], "ssz": "0x" + data.hex()}
        return expected

    def _explained(self, case: Case, number: int, answer: Message) -> list[str]:
        """The fields in which values differ whose roots differ: only now is the client asked for their bytes."""
        lines: list[str] = []
        if answer["kind"] == "accepted" and self.oracle is not None:
            for name, root in case["steps"][number].get("changes", {}).items():
                if answer["changes"].get(name, root).lower() != root and (data := self._get(name)) is not None:
                    lines += self.oracle.explain(case, number, name, data)
        return lines

    def _values(self, expected: dict[str, Any], answer: Answer) -> list[str]:
        """Returned bytes as values of their type."""
        wanted, found = expected.get("returns"), answer.returns
        if self.oracle is None or wanted is None or found is None or wanted["type"] != found["type"]:
            return []
        return self.oracle.values(wanted["type"], found["ssz"], wanted["ssz"])

    def _unkept(self, case: Case, number: int) -> list[str]:
        """Names that a rejected step has changed."""
        lines: list[str] = []
        for name, root in case["steps"][number].get("keeps", {}).items():
            found = self._ask_about(name, "root")
            if found["kind"] == "error":
                lines.append(f"the client reports a fault of its own: {printable(found['message'])}")
            elif found["root"].lower() != root:
                lines.append(f"it was rejected, but {name} has changed: its root is {found['root']}; it was {root}")
                if self.oracle is not None and (data := self._get(name)) is not None:
                    lines += self.oracle.explain(case, number, name, data)
        return lines

    def _broken(self, step: dict[str, Any]) -> list[str]:
        """Invariants of the spec that do not hold for the client's values after an accepted step."""
        lines: list[str] = []
        if self._watch is not None:
            for name in step.get("changes", {}):
                data = self._get(name)
                lines += [f"no bytes of {name}"] if data is None else self._watch.after(step, name, data)
        return lines

    def _get(self, name: str) -> bytes | None:
        value = self._ask_about(name, "get")
        return bytes.fromhex(value["ssz"][2:]) if value["kind"] == "value" else None

    # A request

    def _ask_about(self, name: str, kind: str) -> Message:
        """Ask for the root or the bytes of a value."""
        try:
            return self._ask({"kind": kind, "name": name})
        except ClientFault as fault:
            asked = "root" if kind == "root" else "bytes"
            raise ClientFault(fault.outcome, f"asked for the {asked} of {name}: {fault.what}") from None

    def _ask(self, request: Message, timeout: float | None = None) -> Message:
        assert self._connection is not None
        line = wire.frame(request)
        if len(line) > LINE_LIMIT:
            raise _RequestTooLong(f"the request has {len(line)} bytes; as files its objects could be sent")
        started = time.perf_counter()
        raw = self._connection.exchange(line, self.settings.step_timeout if timeout is None else timeout)
        seconds = time.perf_counter() - started
        answer = wire.read_answer(request["kind"], raw)
        self._connection.refuse_surplus()
        if self.settings.record:
            self.exchanges.append(Exchange(request, answer, seconds))
        return answer


def _settle(result: Result, answer: Message, place: str = "") -> None:
    """Take over why the client gave up a case."""
    if answer["kind"] == "unsupported":
        result.outcome, words = Outcome.NOT_SUPPORTED, answer["reason"]
    else:
        result.outcome, words = Outcome.FAILED, f"the client reports a fault of its own: {answer['message']}"
    result.detail = _lines(result.detail, f"{place}: {printable(words)}" if place else printable(words))


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
