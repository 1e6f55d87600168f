"""The messages: newline-delimited JSON, one request, one response. What a client sends is checked here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from axivon_spec.conformance.outcomes import ClientFault, Outcome

PROTOCOL = 1
LINE_LIMIT = 64 * 1024 * 1024  # bytes, without the newline
BRACKETS = 500  # opened in a response: json's parser recurses, and could overflow the stack of a thread
TRANSPORTS = ("raw", "snappy", "hex")

Message = dict[str, Any]
Check = Callable[[Any], bool]

OPENING = re.compile(rb"[\[{]")
# Possessive, and its end optional: one pass over a line, whatever a client has written there
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
ROOT = re.compile(r"0x[0-9a-fA-F]{64}")
BYTES = re.compile(r"0x(?:[0-9a-fA-F]{2})*")


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _bytes(value: Any) -> bool:
    return isinstance(value, str) and BYTES.fullmatch(value) is not None


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _root(value: Any) -> bool:
    return isinstance(value, str) and ROOT.fullmatch(value) is not None


def _roots(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_root, value.values()))


def _transport(value: Any) -> bool:
    return value in TRANSPORTS


def _literal(value: Any) -> bool:
    return value is None or (isinstance(value, dict) and _text(value.get("type")) and _bytes(value.get("ssz")))


def _rule(value: Any) -> bool:
    return value is None or _text(value)


def _rules(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(map(_rule, value)))


# What each response must carry: key, check, and the words for what the check asks.
RESPONSES: dict[str, tuple[tuple[str, Check, str], ...]] = {
    "hello": (
        ("protocol", _integer, "an integer"),
        ("name", _text, "a string"),
        ("version", _text, "a string"),
        ("functions", _texts, "a list of strings"),
        ("objects", _transport, "one of " + ", ".join(TRANSPORTS)),
    ),
    "ready": (),
    "unsupported": (("reason", _text, "a string"),),
    "accepted": (
        ("changes", _roots, "an object from argument names to roots, 0x and 64 digits"),
        ("returns", _literal, 'null or {"type": …, "ssz": "0x…"}'),
        ("fails", _rules, "null or a list of rule ids and nulls"),
    ),
    "rejected": (("rule", _rule, "a rule id or null"),),
    "root": (("root", _root, "0x and 64 digits"),),
    "value": (("type", _text, "a string"), ("ssz", _bytes, "0x and two digits a byte")),
    "done": (),
    "bye": (),
    "error": (("message", _text, "a string"),),
}

# Which responses a request can have. `error` is a fault of the client that it noticed itself.
ANSWERS: dict[str, tuple[str, ...]] = {
    "hello": ("hello", "unsupported", "error"),
    "case": ("ready", "unsupported", "error"),
    "step": ("accepted", "rejected", "unsupported", "error"),
    "root": ("root", "error"),
    "get": ("value", "error"),
    "end": ("done", "error"),
    "bye": ("bye",),
}


def frame(message: Message) -> bytes:
    """The line of a message, with its newline."""
    return json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def unframe(line: bytes) -> Message:
    """The message of a line. Raises ValueError where it is no JSON object in UTF-8."""
    message = json.loads(line.decode(), parse_constant=_no_number)
    if not isinstance(message, dict):
        raise ValueError("not a JSON object")
    # An escape for half a surrogate pair is JSON, but no text: it could not be printed or written anywhere.
    if b"\\ud" in line.lower():
        json.dumps(message, ensure_ascii=False).encode()
    return message


def read_answer(request: str, line: bytes) -> Message:
    """The response in `line` to a request of this kind. Raises `ClientFault` for anything else."""
    try:
        if line.count(b"[") + line.count(b"{") > BRACKETS and len(OPENING.findall(STRING.sub(b"", line))) > BRACKETS:
            raise ValueError(f"more than {BRACKETS} brackets")
        message = unframe(line)
    except ValueError as error:
        raise ClientFault(Outcome.GARBAGE, f"{error}: {shown(line)}") from None
    kind = message.get("kind")
    if not isinstance(kind, str) or kind not in RESPONSES:
        raise ClientFault(Outcome.GARBAGE, f"no response has the kind {kind!r}: {shown(line)}")
    for key, check, words in RESPONSES[kind]:
        if key not in message:
            raise ClientFault(Outcome.GARBAGE, f"{kind!r} lacks {key!r}, {words}: {shown(line)}")
        if not check(message[key]):
            raise ClientFault(Outcome.GARBAGE, f"{key!r} of {kind!r} must be {words}: {shown(line)}")
    if kind not in ANSWERS[request]:
        raise ClientFault(Outcome.OUT_OF_ORDER, f"answered {request!r} with {kind!r}: {shown(line)}")
    return message


def shown(line: bytes, limit: int = 200) -> str:
    """The beginning of a line, fit for a terminal."""
    text = line[:limit].decode(errors="backslashreplace")
    return printable(text.rstrip("\r\n")) + (f" … ({len(line)} bytes)" if len(line) > limit else "")


def printable(text: str) -> str:
    """The text with every control character but newline and tab escaped, so that it cannot steer a terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode() for c in text)
