"""Every case is a test: it does what it says, breaks one rule at most, and leaves the invariants true."""

from __future__ import annotations

import pytest

import axivon_spec
from axivon_spec.vectors.author import CASES
from axivon_spec.vectors.generate import registered
from axivon_spec.vectors.record import Recorder
from axivon_spec.vectors.store import ObjectStore
from axivon_spec.vectors.verify import Replay


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    removed: set[str] = set()
    spec = axivon_spec.load("minimal", removed_rules=removed)
    return Recorder(spec, axivon_spec.exports("minimal")["functions"], removed, ObjectStore())


@pytest.fixture(scope="module")
def replay(recorder: Recorder) -> Replay:
    """A spec of its own, with kernels: what recorded without them must come out the same."""
    return Replay(axivon_spec.load("minimal"), recorder.functions, recorder.store.get)


@pytest.mark.parametrize("id", registered("minimal"))
def test_case(recorder: Recorder, replay: Replay, id: str) -> None:
    recorded = recorder.record(CASES[id])
    assert list(replay.faults(recorded.case)) == []
