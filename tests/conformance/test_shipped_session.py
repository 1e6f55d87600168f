"""The session that ships with the package is what the spec answers today, and a client can be held against it alone."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from axivon_spec import cli
from axivon_spec.conformance.record import SHIPPED, SessionSource
from scripts.session import VECTORS, record

CLIENT = f"{sys.executable} -m axivon_spec client"


def test_it_is_current(tmp_path: Path) -> None:
    record(VECTORS, tmp_path / "session.ndjson")
    now = (tmp_path / "session.ndjson").read_bytes()
    assert now == SHIPPED.read_bytes(), "write it again: python -m scripts.session"
    assert len(now) < 256 * 1024


def test_it_shows_types_and_an_operation_with_its_rejections() -> None:
    entries = SessionSource(SHIPPED).entries()
    called = {name for entry in entries for name in entry.functions}
    assert {"decode", "hash_tree_root", "process_transfer"} <= called
    assert len({rule for entry in entries for rule in entry.rules if rule.startswith("token.")}) >= 5


@pytest.mark.parametrize(("options", "failed"), [("", 0), (" --fault token.move_balance.zero-recipient", 2)])
def test_a_client_is_held_against_it(options: str, failed: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["conform", "--self-test", "--json", "--client", CLIENT + options]) == min(failed, 1)
    report = json.loads(capsys.readouterr().out)
    assert report["counts"].get("failed", 0) == failed, report["counts"]


def test_it_brings_its_own_cases(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["conform", "--self-test", "--vectors", "x", "--client", CLIENT]) == 2
    assert "leave --vectors out" in capsys.readouterr().err
