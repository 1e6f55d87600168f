"""Whether an answer is what a step states: the one comparison, for replay and for conformance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from axivon_spec.vectors.machine import Answer


@dataclass(frozen=True)
class Verdict:
    """`kind`: passed, rejected-unknown (refused, reason unknown), or what differs: accepted, rejected, rule, fails,
    changes, returns."""

    ok: bool
    kind: str
    reason: str = ""


def judge(step: dict[str, Any], answer: Answer, functions: dict[str, Any], strict: bool = False) -> Verdict:
    """Compare. An unknown reason (rule None) passes as `rejected-unknown`, unless `strict`."""
    if "rejects" in step:
        expected = " or ".join(step["rejects"])
        if answer.kind != "rejected":
            return Verdict(False, "accepted", f"accepted, but {expected} rejects it")
        if answer.rule is None:
            return Verdict(not strict, "rejected-unknown", f"rejected without a reason; expected {expected}")
        if answer.rule not in step["rejects"]:
            return Verdict(False, "rule", f"rejected by {answer.rule}; expected {expected}")
        return Verdict(True, "passed")
    if answer.kind == "rejected":
        return Verdict(False, "rejected", f"rejected by {answer.rule or 'an unknown rule'}, but it is valid")
    unknown = False
    expected_fails = step.get("fails", [])
    if answer.fails != expected_fails:
        if len(answer.fails) != len(expected_fails) or any(
            known is not None and known != wanted for known, wanted in zip(answer.fails, expected_fails, strict=True)
        ):
            found = ", ".join(str(rule) for rule in answer.fails) or "none"
            wanted = ", ".join(expected_fails) or "none"
            return Verdict(False, "fails", f"operations failed by {found}; expected {wanted}")
        unknown = True
    changes = step.get("changes", {})
    for name, root in changes.items():
        if answer.changes.get(name) != root:
            found = answer.changes.get(name)
            told = f"{name} has the root {found}; expected {root}" if found else f"the answer states no root of {name}"
            return Verdict(False, "changes", told)
    surplus = sorted(set(answer.changes) - set(changes))
    if surplus:
        return Verdict(False, "changes", f"{', '.join(surplus)} changed, but should not")
    returned, wanted_value = (answer.returns or {}).get("ssz"), step.get("returns", {}).get("ssz")
    if returned != wanted_value:
        return Verdict(False, "returns", f"returned {returned}; expected {wanted_value}")
    returned_type, wanted_type = (answer.returns or {}).get("type"), step.get("returns", {}).get("type")
    if returned_type != wanted_type:
        return Verdict(False, "returns", f"returned the type {returned_type}; expected {wanted_type}")
    if unknown:
        return Verdict(not strict, "rejected-unknown", f"failed without a reason; expected {', '.join(expected_fails)}")
    return Verdict(True, "passed")
