"""Replay published cases with the spec, from their files alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from axivon_spec.runtime import ssz
from axivon_spec.runtime.outcome import Defect
from axivon_spec.vectors.judge import judge
from axivon_spec.vectors.literals import bytes_of, read, read_object, root_of
from axivon_spec.vectors.machine import BUILTINS, Answer, Machine


class Replay:
    """Runs cases on one spec. `fetch` gives the bytes of an object; decoded objects are kept and shared."""

    def __init__(self, spec: ModuleType, functions: dict[str, Any], fetch: Callable[[str], bytes]) -> None:
        self.spec, self.functions, self.fetch = spec, functions, fetch
        self.machine = Machine(spec, functions)

    def faults(self, case: dict[str, Any]) -> Iterator[str]:
        """What differs from the case, one line each; nothing where it passes."""
        machine = self.machine
        machine.names = {}
        try:
            for name, literal in case["let"].items():
                yield from self._agreement(literal, f"let {name}")
                machine.names[name] = read(literal, machine.types, self.fetch)
            for number, step in enumerate(case["steps"], 1):
                verdict = judge(step, self.answer(step), self.functions)
                if not verdict.ok:
                    yield f"step {number}, {step['call']}: {verdict.reason}"
                    return
                for literal in (*step["args"].values(), step.get("returns")):
                    if isinstance(literal, dict) and "value" in literal:
                        yield from self._agreement(literal, f"step {number}")
                for name, root in step.get("keeps", {}).items():
                    if root_of(machine.names[name]) != root:
                        yield f"step {number}: {name} has another root than before the step that is rejected"
                for name, reference in step.get("post", {}).items():
                    value = machine.names[name]
                    if root_of(read_object(reference, type(value), self.fetch)) != root_of(value):
                        yield f"step {number}: the object after it is not {name}"
        except Defect as defect:
            yield f"the spec has a defect: {defect}"
        except (ValueError, KeyError) as error:
            yield f"{type(error).__name__}: {error}"

    def answer(self, step: dict[str, Any]) -> Answer:
        """Run one step. Raises `Defect`."""
        arguments = step["args"]
        if step["call"] in BUILTINS:
            data = arguments["ssz"]
            data = self.fetch(data["object"]) if isinstance(data, dict) else bytes_of(data)
            answer = self.machine.run_builtin(step["call"], arguments["type"], data)
            if answer.returns is not None and step["call"] == "decode" and isinstance(arguments["ssz"], dict):
                same = bytes_of(answer.returns["ssz"]) == data
                answer.returns = {"type": arguments["type"], "ssz": arguments["ssz"] if same else "another encoding"}
            return answer
        bound = {name: value[1:] for name, value in arguments.items() if isinstance(value, str)}
        values = {
            name: self.machine.names[value[1:]]
            if isinstance(value, str)
            else read(value, self.machine.types, self.fetch)
            for name, value in arguments.items()
        }
        return self.machine.run(step["call"], values, bound, step.get("bind"))

    def _agreement(self, literal: dict[str, Any], place: str) -> Iterator[str]:
        """`value` is for readers: it must say what `ssz` says."""
        if "value" in literal and "ssz" in literal:
            kind = self.machine.types.get(literal["type"])
            if ssz.to_value(ssz.decode(kind, bytes_of(literal["ssz"]))) != literal["value"]:
                yield f"{place}: value and ssz of {literal['type']} disagree"
