"""Run an author's function on a spec and write down what happens, checked in every way that needs the spec."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from axivon_spec.runtime import ssz
from axivon_spec.runtime.outcome import Defect, Outcome, perform
from axivon_spec.vectors.author import Author, BuiltinStep, Step
from axivon_spec.vectors.literals import digests, hex_of, root_of, write, write_post
from axivon_spec.vectors.machine import MALFORMED, Machine
from axivon_spec.vectors.store import ObjectStore


def told(values: dict[str, Any]) -> dict[str, str]:
    """The roots that a case states of values by name: those of all that are not opaque."""
    return {name: root_of(value) for name, value in values.items() if not ssz.is_opaque(type(value))}


class CaseError(Exception):
    """A case does not do what it says: one line with its id."""


@dataclass
class Recorded:
    """A case as it is published, and which interface functions it calls."""

    case: dict[str, Any]
    calls: list[str] = field(default_factory=list)


class Recorder:
    """A spec on which cases are recorded. `removed` is the set of rules that its module does not enforce: the recorder
    fills and empties it, to see whether a case breaks one rule only."""

    def __init__(self, spec: ModuleType, functions: dict[str, Any], removed: set[str], store: ObjectStore) -> None:
        self.spec, self.functions, self.removed, self.store = spec, functions, removed, store
        self.machine = Machine(spec, functions)
        self.types = self.machine.types
        self.invariants = [value for name, value in vars(spec).items() if name.startswith("invariant_")]

    def record(self, author: Author) -> Recorded:
        """Run a case. Raises `CaseError`."""
        return _Recording(self, author).run()


class _Recording:
    def __init__(self, recorder: Recorder, author: Author) -> None:
        self.recorder, self.author = recorder, author
        self.let: dict[str, Any] = {}
        self.objects: dict[str, Any] = {}  # name -> live object
        self.roots: dict[str, str] = {}  # name -> root of the object that changes, as the steps so far leave it
        self.steps: list[dict[str, Any]] = []
        self.calls: list[str] = []

    def fail(self, what: str) -> CaseError:
        return CaseError(f"{self.author.id}: {what}")

    def run(self) -> Recorded:
        steps = iter(self.author.function(self.recorder.spec))
        try:
            upcoming = self.advance(steps)
            if upcoming is None:
                raise self.fail("it has no step; yield at least one")
            while upcoming is not None:
                current = upcoming
                written = self.builtin(current) if isinstance(current, BuiltinStep) else self.step(current, steps)
                if isinstance(current, BuiltinStep):
                    upcoming = self.advance(steps)
                else:
                    written, upcoming = written
                self.steps.append(written)
        except Defect as defect:
            raise self.fail(f"the spec has a defect: {defect}") from defect
        self.check_expectation()
        case = {"id": self.author.id, "preset": self.recorder.spec.PRESET, "doc": self.author.doc}
        case |= {"let": self.let, "steps": self.steps}
        return Recorded(case, self.calls)

    def advance(self, steps: Iterator[Any]) -> Any:
        """The author's next step, None behind the last; what goes wrong in making it is told with its line."""
        try:
            return next(steps, None)
        except Exception as error:
            module = sys.modules[self.author.function.__module__]
            folder = Path(module.__file__ or ".").parent
            frames = traceback.extract_tb(error.__traceback__)
            place = next(
                (f"{f.filename}:{f.lineno}: " for f in reversed(frames) if Path(f.filename).parent == folder), ""
            )
            raise self.fail(f"{place}{type(error).__name__}: {error}") from error

    # Steps

    def builtin(self, step: BuiltinStep) -> dict[str, Any]:
        answer = self.recorder.machine.run_builtin(step.call, step.type, step.data)
        reference = self.recorder.store.put(step.data) if len(step.data) > 1024 else None
        data: Any = {"object": reference} if reference else hex_of(step.data)
        written: dict[str, Any] = {"call": step.call, "args": {"type": step.type, "ssz": data}}
        if answer.kind == "rejected":
            return written | {"rejects": [MALFORMED]}
        assert answer.returns is not None
        if step.call == "decode" and bytes.fromhex(answer.returns["ssz"][2:]) != step.data:
            raise self.fail(f"{step.type} decodes bytes that it does not encode to")
        returns = {"type": step.type, "ssz": data} if step.call == "decode" else answer.returns
        return written | {"changes": {}, "returns": returns}

    def step(self, step: Step, steps: Any) -> tuple[dict[str, Any], Any]:
        """Run a step, and ask the author for the next: only then is it known whether this was the last."""
        declared = self.recorder.functions.get(step.call)
        if declared is None or declared["builtin"]:
            raise self.fail(f"{step.call} is no interface function, so it cannot be a step")
        self.calls.append(step.call)
        values: list[Any] = []
        arguments: dict[str, Any] = {}
        changed: dict[str, Any] = {}
        for parameter in declared["arguments"]:
            name = parameter["name"]
            value = self.typed(step.arguments[name], parameter["type"], parameter["changes"], f"{step.call}.{name}")
            values.append(value)
            bound = self.bound(value, parameter, step.arguments[name])
            arguments[name] = f"${bound}" if bound else write(value, parameter["type"], self.recorder.store)
            if bound and parameter["changes"]:
                changed[bound] = value
        written: dict[str, Any] = {"call": step.call, "args": arguments}
        before = [value.copy() if ssz.is_mutable(type(value)) else value for value in values]
        outcome = perform(getattr(self.recorder.spec, step.call), *values)
        if outcome.accepted:
            self.accepted(step, declared, written, outcome, changed, before, values)
        else:
            for value, old in zip(values, before, strict=True):
                if value != old:
                    raise self.fail(f"{step.call} rejects by {outcome.rule} after it has changed its arguments")
            written["rejects"] = [outcome.rule]
            if told(changed):
                written["keeps"] = told(changed)
        upcoming = self.advance(steps)
        if upcoming is not None and outcome.rule != step.rejects:
            found = f"rejected by {outcome.rule}" if outcome.rule else "accepted"
            expected = f"rejection by {step.rejects}" if step.rejects else "acceptance, since others follow"
            raise self.fail(f"step {len(self.steps) + 1} is {found}; expected {expected}")
        if upcoming is None or not outcome.accepted:
            self.check_isolation(step, outcome, before)
        if upcoming is None and outcome.accepted:
            shown = {name: value for name, value in changed.items() if not ssz.is_opaque(type(value))}
            store, named = self.recorder.store, digests({"let": self.let})
            post = {n: ref for n, v in shown.items() if (ref := write_post(v, store, named)) is not None}
            if post:
                written["post"] = post
        return written, upcoming

    def typed(self, value: Any, type_name: str, changes: bool, place: str) -> Any:
        kind = self.recorder.types.get(type_name)
        if isinstance(value, kind):
            return value
        if changes:
            raise self.fail(f"{place} is {type(value).__name__}, not {type_name}")
        try:
            return kind(value)
        except (TypeError, ValueError) as error:
            raise self.fail(f"{place} does not fit {type_name}: {error}") from error

    def bound(self, value: Any, parameter: dict[str, Any], given: Any) -> str | None:
        """The name that stands for an argument: for one that changes, and for one that an earlier step has named."""
        for name, known in self.objects.items():
            if known is given:
                if self.roots.get(name, root := root_of(value)) != root:
                    raise self.fail(f"{name} was changed between two steps; change a copy, which gets another name")
                return name
        if ssz.is_opaque(type(value)):
            raise self.fail(f"its {parameter['type']} is made by no step; yield the one that makes it")
        if not parameter["changes"]:
            return None
        name, count = parameter["name"], 2
        while name in self.objects:
            name, count = f"{parameter['name']}{count}", count + 1
        self.objects[name] = given
        self.roots[name] = root_of(value)
        self.let[name] = write(value, parameter["type"], self.recorder.store)
        return str(name)

    def accepted(
        self,
        step: Step,
        declared: dict[str, Any],
        written: dict[str, Any],
        outcome: Outcome,
        changed: dict[str, Any],
        before: list[Any],
        values: list[Any],
    ) -> None:
        written["changes"] = told(changed)
        self.roots |= {name: root_of(value) for name, value in changed.items()}
        if outcome.failures:
            written["fails"] = list(outcome.failures)
        step.result = outcome.value
        if declared["returns"] is not None:
            kind = self.recorder.types.get(declared["returns"])
            result = outcome.value if isinstance(outcome.value, kind) else kind(outcome.value)
            literal = None if ssz.is_opaque(kind) else write(result, declared["returns"], self.recorder.store)
            if step.bind is None and (literal is None or "object" in literal):
                step.bind = declared["returns"].lower()
            if step.bind is None:
                written["returns"] = literal
            else:
                step.result = result
                self.objects[step.bind] = result
                self.roots[step.bind] = root_of(result)
                written["bind"] = step.bind
                written["changes"] |= told({step.bind: result})
        self.check_invariants(step, declared, changed, before, values)

    # Checks

    def check_invariants(
        self, step: Step, declared: dict[str, Any], changed: dict[str, Any], before: list[Any], values: list[Any]
    ) -> None:
        """Those of one state hold in every changed state of their type; those of a transition where one was made."""
        states = [*changed.values(), *([self.objects[step.bind]] if step.bind else [])]
        types = [parameter["type"] for parameter in declared["arguments"]]
        for invariant in self.recorder.invariants:
            wanted = [kind for name, kind in invariant.__annotations__.items() if name != "return"]
            if len(wanted) == 1:
                holds = all(invariant(v) for v in states if isinstance(v, self.recorder.types.get(wanted[0])))
            elif types == wanted[:2] and wanted[0] == wanted[2]:
                holds = bool(invariant(before[0], values[1], values[0]))
            else:
                continue
            if not holds:
                raise self.fail(f"{invariant.__name__} does not hold after {step.call}")

    def check_expectation(self) -> None:
        last, author = self.steps[-1], self.author
        for number, step in enumerate(self.steps[:-1], 1):
            if "fails" in step:
                raise self.fail(f"step {number} has an operation that failed by {step['fails']}")
        if "rejects" in last and author.rejects is None and last["call"] in ("decode", "hash_tree_root"):
            return
        if last.get("rejects") != ([author.rejects] if author.rejects else None):
            found = f"rejected by {last['rejects'][0]}" if "rejects" in last else "accepted"
            raise self.fail(f"the last step is {found}; expected {author.rejects or 'acceptance'}")
        if tuple(last.get("fails", ())) != author.fails:
            found, expected = (", ".join(rules) or "nothing" for rules in (last.get("fails", ()), author.fails))
            raise self.fail(f"operations fail by {found}; expected {expected}")

    def check_isolation(self, step: Step, outcome: Outcome, before: list[Any]) -> None:
        """With a broken rule taken out of the spec, the step breaks no other."""
        for rule in dict.fromkeys([outcome.rule] if outcome.rule else outcome.failures):
            self.check_alone(rule, step, [value.copy() if ssz.is_mutable(type(value)) else value for value in before])

    def check_alone(self, rule: str, step: Step, values: list[Any]) -> None:
        self.recorder.removed.add(rule)
        try:
            again = perform(getattr(self.recorder.spec, step.call), *values)
        except Defect:
            return  # what the rule keeps away: breaking it breaks the arithmetic behind it
        finally:
            self.recorder.removed.discard(rule)
        allowed = {*self.author.allows, *self.author.fails, rule}
        others = {*again.failures, *([again.rule] if again.rule else [])} - allowed
        if others:
            raise self.fail(f"it breaks {', '.join(sorted(others))} beside {rule}; spoil one thing only")
