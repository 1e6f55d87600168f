"""The spec as a client passes its own cases; without a rule it fails those that name it, and nothing else."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from axivon_spec.conformance.client import Server, UnknownFault, known_rule
from axivon_spec.conformance.conversation import Settings
from axivon_spec.conformance.explain import notes, rule
from axivon_spec.conformance.oracle import Oracle
from axivon_spec.conformance.outcomes import Outcome
from axivon_spec.conformance.record import SessionSource, recording
from axivon_spec.conformance.runner import Report, run
from axivon_spec.vectors.judge import judge
from axivon_spec.vectors.machine import Answer
from tests.conformance.conftest import command
from tests.conformance.spec_cases import INSUFFICIENT, RecordedCases

CLIENT = [sys.executable, "-m", "axivon_spec", "client"]


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> RecordedCases:
    return RecordedCases(tmp_path_factory.mktemp("objects"))


def ask(cases: RecordedCases | SessionSource, *options: str, **settings: object) -> Report:
    return run(cases, cases.entries(), Settings(shlex.join([*CLIENT, *options]), **settings))  # type: ignore[arg-type]


def passed(report: Report) -> bool:
    assert report.account_closes
    assert [(result.case, result.detail) for result in report.results if result.outcome is not Outcome.PASSED] == []
    return report.exit_code() == 0


@pytest.mark.parametrize("objects", ["raw", "snappy", "hex"])
def test_the_spec_passes_however_it_takes_objects(cases: RecordedCases, objects: str) -> None:
    assert passed(ask(cases, "--objects", objects))


def test_the_spec_passes_with_its_invariants_checked(cases: RecordedCases) -> None:
    assert passed(ask(cases, check_invariants=True))


def test_without_a_rule_the_cases_that_name_it_fail_and_no_others(cases: RecordedCases) -> None:
    report = ask(cases, "--fault", INSUFFICIENT)
    naming = {entry.id for entry in cases.entries() if INSUFFICIENT in entry.rules}
    assert {result.case for result in report.failures()} == naming
    assert len(naming) == 2
    assert report.greetings["minimal"].name == f"axivon-spec without {INSUFFICIENT}"


def test_a_client_on_a_socket_serves_several_at_once(cases: RecordedCases, tmp_path: Path) -> None:
    path = tmp_path / "spec.socket"
    server = subprocess.Popen([*CLIENT, "--socket", str(path)], stderr=subprocess.PIPE)
    assert server.stderr is not None
    assert server.stderr.readline().startswith(b"listening on unix:")
    assert passed(run(cases, cases.entries(), Settings(f"unix:{path}"), jobs=2))
    server.terminate()
    server.wait()
    server.stderr.close()
    assert not path.exists()


def test_what_it_supports_of_a_preset_is_said_in_the_greeting(cases: RecordedCases) -> None:
    report = ask(cases, "--preset", "mainnet")
    assert set(report.counts()) == {Outcome.NOT_SUPPORTED}
    assert "does not serve the preset minimal" in report.results[0].detail


def test_a_fault_must_be_a_rule() -> None:
    with pytest.raises(UnknownFault, match=f"near: .*{INSUFFICIENT}"):
        known_rule("token.move_balance.insufficient-balanc")
    result = subprocess.run([*CLIENT, "--fault", "no.such.rule"], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (2, "axivon: no rule is called no.such.rule\n")
    assert Server(faults={INSUFFICIENT}).faults == {INSUFFICIENT}


def test_a_recorded_session_needs_neither_the_vectors_nor_the_spec(cases: RecordedCases, tmp_path: Path) -> None:
    recorded = tmp_path / "session.ndjson"
    with recording(recorded, cases) as recorder:
        settings = Settings(shlex.join(CLIENT), record=True)
        run(cases, cases.entries(), settings, watcher=recorder.write)
    session = SessionSource(recorded)
    assert [entry.id for entry in session.entries()] == [entry.id for entry in cases.entries()]
    assert passed(ask(session))
    assert {result.case for result in ask(session, "--fault", INSUFFICIENT).failures()} == {
        "token/transfer/one_more_than_the_balance",
        "chain/operation/failed",
    }


WRONG = """
import sys
from axivon_spec.conformance.client import Server, Session, serve


class Generous(Session):
    def answer(self, request):
        answer = super().answer(request)
        if request["kind"] == "step" and request["call"] == "process_transfer" and answer["kind"] == "accepted":
            state = self.names[request["args"]["state"][1:]]
            {spoil}
            answer["changes"] = {{"state": "0x" + bytes(state.hash_tree_root()).hex()}}
        return answer


serve(Generous(Server()).answer, sys.stdin.buffer, sys.stdout.buffer)
"""


@pytest.fixture
def generous(tmp_path: Path) -> Callable[[str], str]:
    """The command line of the spec with one statement after each transfer."""

    def written(spoil: str) -> str:
        path = tmp_path / "generous.py"
        path.write_text(WRONG.format(spoil=spoil))
        return shlex.join([sys.executable, str(path)])

    return written


def test_a_wrong_root_is_explained_field_by_field(cases: RecordedCases, generous: Callable[[str], str]) -> None:
    chosen = [entry for entry in cases.entries() if entry.id == "token/transfer/transfers"]
    client = generous("state.token.accounts[2].balance += 1; state.token.accounts[2].nonce += 2")
    (result,) = run(cases, chosen, Settings(client)).results
    assert result.outcome is Outcome.FAILED
    place, balance, nonce, called = result.detail.splitlines()
    assert place.startswith("step 1 of 3, process_transfer: state has the root 0x")
    assert balance == "state.token.accounts[2].balance: expected 999999999999997, got 999999999999998"
    assert nonce == "state.token.accounts[2].nonce: expected 0, got 2"
    assert called.startswith('called with state: $state, sender: "0x')


def test_a_wrong_acceptance_names_the_rule_with_its_line_and_the_arguments(cases: RecordedCases) -> None:
    (step,) = cases.case("token/transfer/one_more_than_the_balance")["steps"]
    answer = Answer("accepted")
    rule, called = notes(cases, step, judge(step, answer, cases.functions), answer)
    known = cases.known_rules[INSUFFICIENT]
    assert rule == f"specs/token.md:{known['line']}: insufficient-balance: `{known['text']}`"
    assert called.startswith('called with state: $state, sender: "0x')
    assert '"amount": "11"' in called


def test_a_rule_that_does_not_exist_is_told_with_those_near(cases: RecordedCases) -> None:
    told = rule(cases, "token.move_balance.insufficient-balanc")
    assert told.startswith("token.move_balance.insufficient-balanc is no id of rules.json; near: token.move_balance.")


def test_a_returned_value_is_shown_as_its_type(cases: RecordedCases) -> None:
    told = Oracle(cases, "minimal").values("Amount", "0x0100000000000000", "0x0200000000000000")
    assert told == ["Amount: expected 2, got 1"]
    assert (
        Oracle(cases, "minimal")
        .values("Amount", "0x01", "0x02" + "00" * 7)[0]
        .startswith("what it returned is malformed: ")
    )


def test_a_function_that_does_not_exist_is_told_with_those_near(cases: RecordedCases) -> None:
    report = run(cases, cases.entries(), Settings(command("misspells_a_function")))
    (told,) = report.greetings["minimal"].misspelt
    assert told.startswith("hello lists process_transferr, which functions.json does not have; near: process_transfer")


def test_broken_invariants_are_named(cases: RecordedCases, generous: Callable[[str], str]) -> None:
    """A client whose state breaks an invariant cannot have the right root: so here the cases have the wrong one too."""
    case = cases.case("token/transfer/one_more_than_the_balance")
    assert case["steps"][0]["rejects"] == [INSUFFICIENT]
    accepting = {**case["steps"][0], "changes": {}}
    del accepting["rejects"]
    wrong = RecordedCases.__new__(RecordedCases)
    wrong.__dict__ |= cases.__dict__ | {"cases": {case["id"]: {**case, "steps": [accepting]}}}
    assert wrong.case(case["id"]) != case


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("self.bytes = b''", "the client's bytes of state are malformed: State: byte 0"),
        ("self.root = 1", "the client's bytes of state are right, but the root that it answered is not theirs"),
    ],
)
def test_bytes_that_explain_nothing_are_told_so(cases: RecordedCases, tmp_path: Path, spoil: str, words: str) -> None:
    path = tmp_path / "odd.py"
    path.write_text(ODD.format(spoil=spoil))
    chosen = [entry for entry in cases.entries() if entry.id == "token/transfer/transfers"]
    (result,) = run(cases, chosen, Settings(shlex.join([sys.executable, str(path)]))).results
    assert result.outcome is Outcome.FAILED
    assert words in result.detail


ODD = """
import sys
from axivon_spec.conformance.client import Server, Session, serve


class Odd(Session):
    bytes = None

    def answer(self, request):
        {spoil}
        answer = super().answer(request)
        if answer["kind"] == "accepted" and answer["changes"]:
            answer["changes"] = {{"state": "0x" + "11" * 32}}
        if request["kind"] == "get" and self.bytes is not None:
            answer["ssz"] = "0x" + self.bytes.hex()
        return answer


serve(Odd(Server()).answer, sys.stdin.buffer, sys.stdout.buffer)
"""


def test_it_serves_a_mutant() -> None:
    server = Server("minimal", frozenset({"token.TOKEN_DECIMALS:off by one"}))
    assert server.machine("minimal").run("decimals", {}, {}).returns == {"type": "uint8", "ssz": "0x0a"}


def test_a_mutant_is_served_alone_and_has_a_name() -> None:
    with pytest.raises(UnknownFault, match="served alone"):
        Server("minimal", frozenset({"token.TOKEN_DECIMALS:off by one", INSUFFICIENT}))
    with pytest.raises(UnknownFault, match=r"near: token\.TOKEN_DECIMALS:off by one"):
        Server("minimal", frozenset({"token.TOKEN_DECIMAL:off by one"}))
