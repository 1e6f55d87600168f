"""What a person who mends a client needs beside a verdict: the lines of the rules, and with what a step was called."""

from __future__ import annotations

import difflib
import json
from typing import Any

from axivon_spec.conformance.source import Source
from axivon_spec.vectors.judge import Verdict
from axivon_spec.vectors.machine import MALFORMED, Answer

WIDTH = 120  # characters of a value


def notes(source: Source, step: dict[str, Any], verdict: Verdict, answer: Answer) -> list[str]:
    """Lines below the reason for which a step failed."""
    lines = []
    if verdict.kind in ("accepted", "rejected", "rule", "fails"):
        ids = (*step.get("rejects", ()), *step.get("fails", ()), answer.rule, *answer.fails)
        lines = [rule(source, id) for id in dict.fromkeys(ids) if id is not None and id != MALFORMED]
    return [*(line for line in lines if line), f"called with {arguments(step)}"]


def rule(source: Source, id: str) -> str:
    """Where a rule stands and what it asks; or that there is none with this id."""
    if not source.known_rules:
        return ""
    if id not in source.known_rules:
        return f"{id} is no id of rules.json{near(id, source.known_rules)}"
    known = source.known_rules[id]
    return f"{known['file']}:{known['line']}: {known['reason']}: `{known['text']}`"


def near(name: str, known: Any) -> str:
    """`; near: …`, where anything is."""
    found = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f"; near: {', '.join(found)}" if found else ""


def place(number: int, of: int, step: dict[str, Any], builtin: bool) -> str:
    """`step 2 of 8, decode as Transfer`."""
    called = f"{step['call']} as {step['args']['type']}" if builtin else step["call"]
    return f"step {number + 1} of {of}, {called}"


def arguments(step: dict[str, Any]) -> str:
    """`sender: 0x…, transfer: {"recipient": …}`."""
    return ", ".join(f"{name}: {_shown(value)}" for name, value in step["args"].items()) or "no arguments"


def _shown(argument: Any) -> str:
    if isinstance(argument, str):
        return cut(argument)
    if "value" in argument:
        return cut(json.dumps(argument["value"], ensure_ascii=False))
    if isinstance(argument.get("ssz"), str):
        return f"{argument['type']} {cut(argument['ssz'])}"
    return f"an object of {argument['type']}" if "type" in argument else "an object"


def cut(text: str) -> str:
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}… ({len(text)} characters)"
