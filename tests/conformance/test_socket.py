"""A client that listens on a unix socket."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from axivon_spec.conformance.connection import CannotStart
from axivon_spec.conformance.conversation import Settings
from axivon_spec.conformance.outcomes import Outcome
from axivon_spec.conformance.record import SessionSource
from axivon_spec.conformance.runner import run
from tests.conformance.conftest import CLIENTS


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    path = tmp_path / "bank.socket"
    server = subprocess.Popen([sys.executable, CLIENTS / "listens.py", path], stdout=subprocess.PIPE)
    assert server.stdout is not None
    assert server.stdout.readline() == b"listening\n"
    yield f"unix:{path}"
    server.kill()
    server.wait()
    server.stdout.close()


def test_a_client_on_a_socket_is_connected_to_again_after_it_hung_up(bank: SessionSource, address: str) -> None:
    report = run(bank, bank.entries(), Settings(address))
    outcomes = {result.case: result.outcome for result in report.results}
    assert outcomes.pop("bank/double/three") is Outcome.CLOSED_OUTPUT
    assert set(outcomes.values()) == {Outcome.PASSED}


def test_nothing_listens(bank: SessionSource, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"cannot connect to .*none: No such file"):
        run(bank, bank.entries(), Settings(f"unix:{tmp_path}/none"))
