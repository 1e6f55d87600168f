"""The report on rules at entry points."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import axivon_spec
from axivon_spec import cli
from axivon_spec.compiler.model import Place, Unreachable
from axivon_spec.vectors.coverage import Measurement, rows, summary
from axivon_spec.vectors.read import VectorSet

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
PAIR = ("process_transfer", "token.move_balance.insufficient-balance")


def measured(ids: list[str]) -> Measurement:
    measurement = Measurement(VectorSet(VECTORS))
    for id in ids:
        assert measurement.replay(id) == []
    return measurement


def test_the_published_cases_show_every_pair_at_both_edges() -> None:
    measurement = measured(VectorSet(VECTORS).ids())
    assert [(row.entry_point, row.rule, row.missing()) for row in measurement.rows.values() if row.missing()] == []
    assert [row for row in measurement.rows.values() if row.contradicted()] == []


@pytest.mark.parametrize(
    ("case", "shown"),
    [
        ("token/transfer/part_of_the_balance", []),
        ("token/transfer/the_whole_balance", ["accepted"]),
        ("token/transfer/one_more_than_the_balance", ["broken", "refused"]),
    ],
)
def test_an_edge_is_the_last_value_accepted_and_the_first_refused(case: str, shown: list[str]) -> None:
    row = measured([case]).rows[PAIR]
    assert [what for what in ("broken", "accepted", "refused") if getattr(row, what) is not None] == shown


def test_a_pair_that_cannot_happen_is_not_asked_for() -> None:
    found = rows(axivon_spec.program())
    never = found["state_transition", "token.check_open.too-many-events"]
    assert not never.is_possible and never.missing() == []
    assert found["process_operation", "token.check_open.too-many-events"].is_possible
    assert "of 1 pairs" in summary([never, found[PAIR]])


def test_a_case_of_what_the_spec_calls_impossible_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = axivon_spec.program()
    row = Unreachable(Place("specs/token.md", 1), *PAIR, "", "nobody spends more than there is")
    monkeypatch.setattr(program, "unreachable", [*program.unreachable, row])
    assert measured(["token/transfer/one_more_than_the_balance"]).rows[PAIR].contradicted() == {
        "broken": "token/transfer/one_more_than_the_balance",
        "refused": "token/transfer/one_more_than_the_balance",
    }
    assert cli.run(["vectors", "coverage"]) == 1
    assert f"shows what the spec calls impossible: {PAIR[1]} at {PAIR[0]}" in capsys.readouterr().out


def test_a_case_that_does_not_pass_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    measurement, id = Measurement(VectorSet(VECTORS)), "token/transfer/one_more_than_the_balance"
    case = measurement.published.case(id)
    case["steps"][-1]["rejects"] = ["token.move_balance.zero-recipient"]
    monkeypatch.setattr(measurement.published, "case", lambda id: case)
    assert measurement.replay(id)
    assert {row.broken for row in measurement.rows.values()} == {None}


@pytest.mark.skipif(sys.gettrace() is not None, reason="coverage measures once at a time")
def test_the_cases_run_every_line_and_branch_that_the_interface_reaches() -> None:
    command = [sys.executable, "-m", "axivon_spec", "vectors", "coverage", "--branches", "--json"]
    result = subprocess.run(command, capture_output=True, text=True)
    found = json.loads(result.stdout)
    assert found["lines"] > 400 and found["branches"] > 50
    assert found["missing"] == []
