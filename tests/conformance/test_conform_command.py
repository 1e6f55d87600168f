"""`axivon conform` as a person uses it: exit codes, files, interruption."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conformance.conftest import command
from tests.processes import marked, within


def conform(*options: object) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "axivon_spec", "conform", *map(str, options)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_a_good_client(bank_file: Path) -> None:
    result = conform("--client", command("bank"), "--vectors", bank_file)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert any(line.startswith("bank 1 (minimal) against ") for line in lines)
    assert "account: 5 cases in the index = 5 sent + 0 listed as not supported + 0 not chosen" in lines
    assert lines[-1].startswith("5 passed in ")


def test_a_failing_client_and_its_reports(bank_file: Path, tmp_path: Path) -> None:
    files = ["--junit", tmp_path / "junit.xml", "--html", tmp_path / "report.html"]
    result = conform("--client", command("crashes_in_a_case"), "--vectors", bank_file, *files)
    assert result.returncode == 1
    assert "crashed: bank/double/three" in result.stdout
    assert "about to divide by zero" in result.stdout
    suite = ElementTree.parse(tmp_path / "junit.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("5", "1", "0")
    (failed,) = [case for case in suite.iter("testcase") if case.find("failure") is not None]
    assert (failed.get("classname"), failed.get("name")) == ("bank.double", "three")
    page = (tmp_path / "report.html").read_text()
    assert "was ended by SIGSEGV" in page
    assert "src=" not in page and "href=" not in page


def test_json(bank_file: Path) -> None:
    result = conform("--client", command("rejects_without_a_reason"), "--vectors", bank_file, "--json")
    report = json.loads(result.stdout)
    assert report["counts"] == {"passed": 4, "reason unknown": 1}
    assert report["account"] == {
        "closes": True,
        "index": 5,
        "chosen": 5,
        "sent": 5,
        "not supported": 0,
    }
    assert report["latency"]["all"]["steps"] == 7
    assert report["exit_code"] == result.returncode == 0


def test_what_a_client_writes_cannot_steer_a_terminal_or_break_a_report(bank_file: Path, tmp_path: Path) -> None:
    files = ["--junit", tmp_path / "junit.xml"]
    result = conform("--client", command("reports_its_own_fault"), "--vectors", bank_file, *files)
    assert r"no memory\x07 left" in result.stdout
    assert "\x07" not in result.stdout
    ElementTree.parse(tmp_path / "junit.xml")


def test_choosing_cases(bank_file: Path) -> None:
    result = conform("--client", command("bank"), "--vectors", bank_file, "-k", "double and not three", "--json")
    report = json.loads(result.stdout)
    assert [case["id"] for case in report["cases"]] == ["bank/double/two", "bank/double/four"]
    assert (report["account"]["index"], report["account"]["chosen"], report["account"]["closes"]) == (5, 2, True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--vectors", "/no/such.ndjson"], "/no/such.ndjson: No such file"),
        (["--vectors", "/no/such/folder"], "/no/such/folder"),
        (["-k", "(double"], "a parenthesis is not closed"),
        (["-k", "triple"], "no case matches"),
        (["--preset", "mini"], "no case has the preset 'mini'"),
        (["--record", "/no/such/folder/session"], "there is no folder /no/such/folder"),
        (["--jobs", "0"], "--jobs"),
        (["--step-timeout", "inf"], "--step-timeout"),
        (["--self-test"], "--self-test brings its own cases"),
        (["--client", "/no/such/client"], "cannot start /no/such/client"),
        (["--client", "'"], "cannot be split into words"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(bank_file: Path, options: list[str], words: str) -> None:
    given = ["--client", command("bank"), "--vectors", bank_file, *options]
    result = conform(*given)
    assert result.returncode == 2
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_client_that_does_not_speak_the_protocol(bank_file: Path) -> None:
    result = conform("--client", command("crashes_at_start"), "--vectors", bank_file)
    assert result.returncode == 3
    assert "the client does not speak the protocol: exited with status 1" in result.stderr
    assert "no configuration found" in result.stderr


def test_a_long_id_stands_on_one_line_in_a_pipe(bank_file: Path) -> None:
    """So that a program, or a person's grep, finds it."""
    name = "bank/withdraw/" + "three_" * 20 + "of_ten"
    bank_file.write_text(bank_file.read_text().replace("bank/withdraw/three_of_ten", name))
    result = conform("--client", command("keeps_more"), "--vectors", bank_file)
    assert f"failed: {name}\n" in result.stdout


def test_a_recorded_session_runs_again(bank_file: Path, tmp_path: Path) -> None:
    recorded = tmp_path / "recorded.ndjson"
    first = conform("--client", command("bank"), "--vectors", bank_file, "--record", recorded)
    assert first.returncode == 0, first.stderr
    lines = [json.loads(line) for line in recorded.read_text().splitlines()]
    answers = [line["answer"] for line in lines if line.get("request", {}).get("kind") == "step"]
    assert {"kind": "rejected", "rule": "bank.withdraw.too-much"} in answers
    again = conform("--client", command("keeps_more"), "--vectors", recorded, "--json")
    assert json.loads(again.stdout)["counts"] == {"passed": 3, "failed": 2}


def test_a_session_of_a_failure_holds_the_whole_case(bank_file: Path, tmp_path: Path) -> None:
    """Also the steps that were not reached: the good client passes them, and another bad one fails again."""
    recorded = tmp_path / "recorded.ndjson"
    crashed = conform("--client", command("crashes_in_a_case"), "--vectors", bank_file, "--record", recorded)
    assert crashed.returncode == 1
    for program, failed in (("bank", 0), ("crashes_in_a_case", 1), ("keeps_more", 2)):
        again = conform("--client", command(program), "--vectors", recorded, "--json")
        assert again.returncode == (1 if failed else 0), again.stdout
        assert json.loads(again.stdout)["counts"].get("passed", 0) == 5 - failed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_everything_within_a_second(bank_file: Path, tmp_path: Path, number: signal.Signals) -> None:
    recorded = tmp_path / "recorded.ndjson"
    recorded.write_text("an earlier session")
    words = ["conform", "--client", command("hangs"), "--vectors", str(bank_file), "--record", str(recorded)]
    environment = os.environ | {"AXIVON_TEST_MARK": f"interrupt-{os.getpid()}"}
    process = subprocess.Popen([sys.executable, "-m", "axivon_spec", *words], stdout=subprocess.PIPE, env=environment)
    assert within(30, lambda: len(marked(environment)) == 3), "the runner, its client, and the client's child"
    assert recorded.read_text() == "an earlier session"
    process.send_signal(number)
    output, _ = process.communicate(timeout=10)
    assert process.returncode == 130
    assert b"interrupted" in output
    assert marked(environment) == set()
    assert all(json.loads(line) for line in recorded.read_text().splitlines()), "what was asked until then"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({bank_file.name, recorded.name})


@pytest.mark.parametrize("client", ["./no-such-client", command("crashes_at_start")])
def test_a_run_that_does_not_begin_keeps_an_earlier_session(bank_file: Path, tmp_path: Path, client: str) -> None:
    recorded = tmp_path / "recorded.ndjson"
    recorded.write_text("an earlier session")
    result = conform("--client", client, "--vectors", bank_file, "--record", recorded)
    assert result.returncode in (2, 3)
    assert recorded.read_text() == "an earlier session"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({bank_file.name, recorded.name})
