"""Each way of misbehaving has its own outcome, the run goes on, and no process is left."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from axivon_spec.conformance.connection import CannotStart
from axivon_spec.conformance.conversation import NoProtocol, Settings
from axivon_spec.conformance.outcomes import Outcome, Result
from axivon_spec.conformance.record import SessionSource
from axivon_spec.conformance.runner import Report, run
from tests.conformance.conftest import command

THREE = "bank/double/three"


def groups() -> set[int]:
    """The process groups of this session's descendants; each client has one of its own."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            environment = (process / "environ").read_bytes()
            found |= {os.getpgid(int(process.name))} if MARK in environment else set()
        except OSError:
            continue
    return found


MARK = b"AXIVON_TEST_CLIENT=%d" % os.getpid()


@pytest.fixture(autouse=True)
def nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Clients inherit a mark in their environment, so that every descendant is found, whoever its parent is now."""
    name, _, value = MARK.decode().partition("=")
    monkeypatch.setenv(name, value)
    yield
    deadline = time.monotonic() + 5  # the kernel takes a moment to bury what was killed
    while groups() - {os.getpgrp()} and time.monotonic() < deadline:
        time.sleep(0.01)
    assert groups() - {os.getpgrp()} == set()


def ask(bank: SessionSource, program: str, **settings: object) -> Report:
    return run(bank, bank.entries(), Settings(command(program), **{"step_timeout": 5.0} | settings))  # type: ignore[arg-type]


def outcomes(report: Report) -> dict[str, Outcome]:
    return {result.case: result.outcome for result in report.results}


def only_three_fails(report: Report) -> Result:
    """The result of the one case at which the client misbehaves; all others passed, before and after it."""
    assert report.account_closes
    assert report.exit_code() == 1
    assert {case for case, outcome in outcomes(report).items() if outcome is not Outcome.PASSED} == {THREE}
    return next(result for result in report.results if result.case == THREE)


def test_a_good_client_passes(bank: SessionSource) -> None:
    report = ask(bank, "bank")
    assert set(outcomes(report).values()) == {Outcome.PASSED}
    assert (report.exit_code(), report.sent, report.indexed) == (0, 5, 5)
    assert report.latencies()["all"].count == 7
    assert report.greetings["minimal"].name == "bank"


def test_it_crashes_at_start(bank: SessionSource) -> None:
    with pytest.raises(NoProtocol, match=r"exited with status 1(.|\n)*no configuration found"):
        ask(bank, "crashes_at_start")


def test_there_is_no_such_program(bank: SessionSource) -> None:
    with pytest.raises(CannotStart, match="cannot start /no/such/client: No such file"):
        run(bank, bank.entries(), Settings("/no/such/client --now"))


def test_it_crashes_in_a_case(bank: SessionSource) -> None:
    result = only_three_fails(ask(bank, "crashes_in_a_case"))
    assert (result.outcome, result.detail) == (Outcome.CRASHED, "step 1 of 1, double: was ended by SIGSEGV")
    assert "about to divide by zero" in result.stderr


def test_it_ends_after_each_case_and_is_started_again(bank: SessionSource) -> None:
    assert set(outcomes(ask(bank, "exits_after_each_case")).values()) == {Outcome.PASSED}


def test_it_ends_after_a_case_and_cannot_be_started_again(
    bank: SessionSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AXIVON_TEST_STARTED", str(tmp_path / "started"))
    report = ask(bank, "ends_and_cannot_start_again")
    assert [result.outcome for result in report.results] == [Outcome.PASSED] + [Outcome.CRASHED] * 4
    details = [result.detail for result in report.results]
    assert all("no licence left" in detail for detail in details[1:4])
    assert "not started again after 3 failed starts" in details[4]
    assert report.exit_code() == 1


def test_it_ends_while_its_child_holds_the_pipe(bank: SessionSource) -> None:
    started = time.monotonic()
    result = only_three_fails(ask(bank, "leaves_its_child", step_timeout=60.0))
    assert (result.outcome, result.detail) == (Outcome.CRASHED, "step 1 of 1, double: exited with status 3")
    assert time.monotonic() - started < 30


def test_it_returns_a_value_of_another_type(bank: SessionSource) -> None:
    result = only_three_fails(ask(bank, "returns_another_type"))
    assert result.outcome is Outcome.FAILED
    assert "returned the type Banana; expected uint64" in result.detail


def test_it_hangs_with_a_child_that_holds_its_pipes(bank: SessionSource) -> None:
    result = only_three_fails(ask(bank, "hangs", step_timeout=1.0))
    assert (result.outcome, result.detail) == (Outcome.TIMED_OUT, "step 1 of 1, double: gave no answer within 1 s")
    assert 1 <= result.seconds < 5


def test_it_reads_no_more_and_the_request_is_larger_than_a_pipe(bank: SessionSource) -> None:
    bank._cases["bank/double/two"]["let"] = {"big": {"type": "ByteList[1048576]", "ssz": "0x" + "00" * 2**20}}
    report = ask(bank, "ignores_its_input", step_timeout=0.3)
    assert set(outcomes(report).values()) == {Outcome.TIMED_OUT}


def test_it_prints_garbage(bank: SessionSource) -> None:
    result = only_three_fails(ask(bank, "prints_garbage"))
    assert result.outcome is Outcome.GARBAGE
    assert r"\x1b[31mDEBUG doubling…" in result.detail


def test_it_answers_out_of_order(bank: SessionSource) -> None:
    result = only_three_fails(ask(bank, "answers_out_of_order"))
    assert result.outcome is Outcome.OUT_OF_ORDER
    assert "answered 'step' with 'done'" in result.detail


def test_it_answers_twice(bank: SessionSource) -> None:
    result = only_three_fails(ask(bank, "answers_twice"))
    assert result.outcome is Outcome.OUT_OF_ORDER


def test_it_closes_its_output(bank: SessionSource) -> None:
    result = only_three_fails(ask(bank, "closes_its_output"))
    assert result.outcome is Outcome.CLOSED_OUTPUT


def test_it_sends_a_line_beyond_the_limit(bank: SessionSource) -> None:
    result = only_three_fails(ask(bank, "sends_a_long_line", step_timeout=30.0))
    assert result.outcome is Outcome.TOO_LONG


def test_it_lacks_a_key(bank: SessionSource) -> None:
    report = ask(bank, "lacks_a_key")
    assert report.counts() == {Outcome.PASSED: 2, Outcome.GARBAGE: 3}
    assert all("lacks 'changes'" in result.detail for result in report.failures())


def test_it_reports_a_fault_of_its_own(bank: SessionSource) -> None:
    result = only_three_fails(ask(bank, "reports_its_own_fault"))
    assert result.outcome is Outcome.FAILED
    assert r"no memory\x07 left" in result.detail


def test_it_speaks_another_protocol(bank: SessionSource) -> None:
    with pytest.raises(NoProtocol, match="speaks protocol 2, the runner 1"):
        ask(bank, "speaks_another_protocol")


def test_it_claims_a_function_that_it_does_not_support(bank: SessionSource) -> None:
    report = ask(bank, "claims_too_much")
    assert report.counts() == {Outcome.PASSED: 2, Outcome.OVERCLAIMED: 3}
    assert report.exit_code() == 1


def test_a_function_that_it_does_not_list_is_not_supported(bank: SessionSource) -> None:
    report = ask(bank, "knows_one_function")
    assert report.counts() == {Outcome.PASSED: 2, Outcome.NOT_SUPPORTED: 3}
    assert (report.exit_code(), report.sent, report.listed) == (0, 2, 3)
    assert report.account_closes


@pytest.mark.parametrize("program", ["knows_no_function", "knows_another_preset"])
def test_a_client_that_supports_nothing_does_not_pass(bank: SessionSource, program: str) -> None:
    report = ask(bank, program)
    assert report.counts() == {Outcome.NOT_SUPPORTED: 5}
    assert report.exit_code() == 1


def test_it_rejects_for_another_rule(bank: SessionSource) -> None:
    report = ask(bank, "rejects_for_another_rule")
    assert report.counts() == {Outcome.PASSED: 4, Outcome.FAILED: 1}
    (result,) = report.failures()
    assert "bank.withdraw.closed" in result.detail
    assert "bank.withdraw.too-much" in result.detail


def test_a_rejected_step_must_leave_every_name_as_it_was(bank: SessionSource) -> None:
    report = ask(bank, "takes_before_it_rejects")
    assert report.counts() == {Outcome.PASSED: 4, Outcome.FAILED: 1}
    (result,) = report.failures()
    assert "step 2 of 3, withdraw: it was rejected, but a has changed: its root is 0x0000" in result.detail
    assert "it was 0x0700" in result.detail


def test_a_rejection_without_a_reason_is_reported_and_fails_only_when_strict(bank: SessionSource) -> None:
    report = ask(bank, "rejects_without_a_reason")
    assert report.counts() == {Outcome.PASSED: 4, Outcome.REASON_UNKNOWN: 1}
    assert report.exit_code() == 0
    strict = ask(bank, "rejects_without_a_reason", strict_reasons=True)
    assert strict.counts() == {Outcome.PASSED: 4, Outcome.FAILED: 1}
    assert strict.exit_code() == 1


def test_a_rule_may_be_named_as_it_was_before(bank: SessionSource) -> None:
    assert ask(bank, "rejects_by_an_old_name").counts() == {Outcome.PASSED: 5}


def test_garbage_for_a_root_is_told_with_its_step(bank: SessionSource) -> None:
    result = next(result for result in ask(bank, "prints_garbage_for_a_root").results if result.outcome.is_failure)
    assert result.outcome is Outcome.GARBAGE
    told = "step 2 of 3, withdraw: asked for the root of a: 'root' of 'root' must be 0x and 64 digits"
    assert result.detail.startswith(told)


def test_another_root_fails(bank: SessionSource) -> None:
    report = ask(bank, "keeps_more")
    assert {result.case for result in report.failures()} == {
        "bank/withdraw/three_of_ten",
        "bank/withdraw/too_much_after_some",
    }


def test_two_clients_share_the_cases(bank: SessionSource) -> None:
    report = run(bank, bank.entries(), Settings(command("crashes_in_a_case")), jobs=2)
    only_three_fails(report)
    assert [result.case for result in report.results] == [entry.id for entry in bank.entries()]
