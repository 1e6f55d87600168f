"""Whatever a client sends is an outcome, never a crash of the runner."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axivon_spec.conformance import wire
from axivon_spec.conformance.outcomes import ClientFault, Outcome
from axivon_spec.conformance.wire import ANSWERS, RESPONSES, frame, printable, read_answer, unframe

ROOT = "0x" + "ab" * 32
GOOD = {
    "hello": {"protocol": 1, "name": "n", "version": "v", "functions": ["decode"], "objects": "hex"},
    "ready": {},
    "unsupported": {"reason": "r"},
    "accepted": {"changes": {"state": ROOT}, "returns": {"type": "uint8", "ssz": "0x01"}, "fails": ["a.b.c", None]},
    "rejected": {"rule": None},
    "root": {"root": ROOT},
    "value": {"type": "uint8", "ssz": "0x"},
    "done": {},
    "bye": {},
    "error": {"message": "m"},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([ROOT, "0x", "raw", *GOOD]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def outcome(request: str, line: bytes) -> Outcome | None:
    try:
        read_answer(request, line)
    except ClientFault as fault:
        assert printable(fault.what) == fault.what
        fault.what.encode()
        return fault.outcome
    return None


@pytest.mark.parametrize("kind", RESPONSES)
def test_a_good_response_is_read_where_it_may_stand(kind: str) -> None:
    line = frame({"kind": kind, **GOOD[kind], "a key of a later version": 1}).rstrip(b"\n")
    for request, answers in ANSWERS.items():
        assert outcome(request, line) is (None if kind in answers else Outcome.OUT_OF_ORDER)


@pytest.mark.parametrize("kind", RESPONSES)
def test_a_missing_key_is_named(kind: str) -> None:
    for key in GOOD[kind]:
        rest = {name: value for name, value in GOOD[kind].items() if name != key}
        with pytest.raises(ClientFault, match=f"'{kind}' lacks '{key}'") as caught:
            read_answer("step", frame({"kind": kind, **rest}))
        assert caught.value.outcome is Outcome.GARBAGE


@given(st.sampled_from(sorted(RESPONSES)), st.data())
def test_a_wrong_value_is_garbage_or_fits(kind: str, data: st.DataObject) -> None:
    message = {"kind": kind, **GOOD[kind]}
    if GOOD[kind]:
        message[data.draw(st.sampled_from(sorted(GOOD[kind])))] = data.draw(JSON)
    line = json.dumps(message).encode()
    for request in ANSWERS:
        assert outcome(request, line) in (None, Outcome.GARBAGE, Outcome.OUT_OF_ORDER)


@given(st.sampled_from(sorted(ANSWERS)), st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_line_is_garbage(request_kind: str, line: bytes) -> None:
    assert outcome(request_kind, line) is Outcome.GARBAGE


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[" * 100_000,
        b'{"kind":"error","message":' + b"9" * 10_000 + b"}",
        rb'{"kind":"error","message":"\ud800"}',
        b'{"kind":"error","message":"\xff"}',
        b'{"kind":["error"],"message":""}',
        b'{"kind":{"a":1}}',
        b"\x1b[31mDEBUG",
        b'{"kind":"rejected","rule":null,"more":NaN}',
        b"{" * 600 + b'"' + rb"\"" * 2_000_000,  # a string without end, in which a slow reader begins again and again
    ],
    ids=lambda line: repr(line[:20]),
)
def test_hostile_lines_are_garbage(line: bytes) -> None:
    assert outcome("step", line) is Outcome.GARBAGE


def test_lines_end_at_a_newline_and_nowhere_else() -> None:
    message = {"kind": "error", "message": "a\u2028b\nc\r\x85é😀"}
    line = frame(message)
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    assert unframe(line) == message
    assert wire.LINE_LIMIT == 67_108_864


def test_brackets_within_a_string_are_not_counted() -> None:
    message = {"kind": "error", "message": "[" * 600 + '"\\"'}
    assert read_answer("step", frame(message)) == message
