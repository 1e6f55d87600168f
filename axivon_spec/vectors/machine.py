"""Run the steps of a case on a spec: what replay, the reference client and mutation share."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from axivon_spec.runtime import ssz
from axivon_spec.runtime.outcome import perform
from axivon_spec.vectors.literals import Literal, hex_of, root_of
from axivon_spec.vectors.types import Types

MALFORMED = "ssz.decode.malformed"
BUILTINS = ("decode", "hash_tree_root")


class Unsupported(Exception):
    """A step asks for a function that is none of the interface."""


@dataclass
class Answer:
    """What came out of a step. `fails` names the rules by which operations failed; a rule may be None: unknown."""

    kind: str  # accepted, rejected
    changes: dict[str, str] = field(default_factory=dict)  # name -> root
    returns: Literal | None = None
    fails: list[str | None] = field(default_factory=list)
    rule: str | None = None


class Machine:
    """A spec, and the names of one case. A rejected step leaves every name as it was."""

    def __init__(self, spec: ModuleType, functions: dict[str, Any]) -> None:
        self.spec, self.functions, self.types = spec, functions, Types(spec)
        self.names: dict[str, Any] = {}

    def run(self, call: str, arguments: dict[str, Any], bound: dict[str, str], bind: str | None = None) -> Answer:
        """Call an interface function. `arguments` are values by parameter; `bound` names those that stand for a name,
        whose new values the names then have; `bind` names the result, which is then told by its root.

        Raises `Unsupported`, and `Defect` where the spec is at fault."""
        declared = self.functions.get(call)
        if declared is None or declared["builtin"]:
            raise Unsupported(f"{call} is no interface function")
        values = [arguments[parameter["name"]] for parameter in declared["arguments"]]
        trial = [value.copy() if ssz.is_mutable(type(value)) else value for value in values]
        outcome = perform(getattr(self.spec, call), *trial)
        if not outcome.accepted:
            return Answer("rejected", rule=outcome.rule)
        answer = Answer("accepted", fails=list(outcome.failures))
        for parameter, value in zip(declared["arguments"], trial, strict=True):
            if parameter["changes"]:
                name = bound.get(parameter["name"])
                if name is not None:
                    self._keep(answer, name, value)
        if declared["returns"] is not None:
            kind = self.types.get(declared["returns"])
            value = outcome.value if isinstance(outcome.value, kind) else kind(outcome.value)
            if bind is None:
                answer.returns = {"type": declared["returns"], "ssz": hex_of(ssz.serialize(value))}
            else:
                self._keep(answer, bind, value)
        return answer

    def _keep(self, answer: Answer, name: str, value: Any) -> None:
        """Let a name stand for a value; its root is told, unless it is opaque."""
        self.names[name] = value
        if not ssz.is_opaque(type(value)):
            answer.changes[name] = root_of(value)

    def run_builtin(self, call: str, type_name: str, data: bytes) -> Answer:
        """`decode`: the value encoded again; `hash_tree_root`: its root. Malformed bytes are rejected."""
        kind = self.types.get(type_name)
        try:
            value = ssz.decode(kind, data)
        except ssz.MalformedSSZ:
            return Answer("rejected", rule=MALFORMED)
        if call == "decode":
            return Answer("accepted", returns={"type": type_name, "ssz": hex_of(ssz.serialize(value))})
        return Answer("accepted", returns={"type": "Bytes32", "ssz": root_of(value)})
