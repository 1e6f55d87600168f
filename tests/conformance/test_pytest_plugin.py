"""`pytest --pyargs axivon_spec.conformance --client CMD`, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.conformance.conftest import command

PLUGIN = "axivon_spec.conformance.plugin"


@pytest.fixture
def conform(bank_file: Path, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Run pytest outside the checkout's configuration on the bank's cases."""

    def run(program: str, *options: str) -> subprocess.CompletedProcess[str]:
        # Loaded by name where the package is not installed with its entry points.
        words = [sys.executable, "-m", "pytest", "--rootdir", str(tmp_path), "-c", "/dev/null", *_plugin_option()]
        words += ["--pyargs", "axivon_spec.conformance", "--vectors", str(bank_file), "--client", command(program)]
        return subprocess.run([*words, "-v", *options], cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def _plugin_option() -> list[str]:
    from importlib.metadata import entry_points

    registered = [point.value for point in entry_points(group="pytest11")]
    return [] if PLUGIN in registered else ["-p", PLUGIN]


def test_every_case_is_an_item(conform) -> None:  # type: ignore[no-untyped-def]
    result = conform("bank")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "5 passed" in result.stdout
    assert "::bank/withdraw/too_much_after_some PASSED" in result.stdout
    assert "account: 5 cases in the index = 5 run + 0 not chosen" in result.stdout


def test_cases_are_chosen_by_name_function_and_rule(conform) -> None:  # type: ignore[no-untyped-def]
    assert "2 passed, 3 deselected" in conform("bank", "-k", "withdraw").stdout
    assert "1 passed, 4 deselected" in conform("bank", "-k", "bank.withdraw.too-much").stdout
    assert "1 passed, 4 deselected" in conform("bank", "-k", "double and not (two or four)").stdout


def test_a_failure_says_what_came_and_keeps_stderr(conform) -> None:  # type: ignore[no-untyped-def]
    result = conform("crashes_in_a_case")
    assert result.returncode == 1
    assert "1 failed, 4 passed" in result.stdout
    assert "crashed: bank/double/three" in result.stdout
    assert "was ended by SIGSEGV" in result.stdout
    assert "about to divide by zero" in result.stdout
    assert "Traceback" not in result.stdout


def test_what_is_not_supported_is_skipped_never_passed(conform) -> None:  # type: ignore[no-untyped-def]
    result = conform("knows_one_function")
    assert result.returncode == 0
    assert "2 passed, 3 skipped" in result.stdout
    nothing = conform("knows_no_function")
    assert nothing.returncode == 1
    assert "5 skipped" in nothing.stdout


def test_strict_reasons(conform) -> None:  # type: ignore[no-untyped-def]
    assert conform("rejects_without_a_reason").returncode == 0
    assert conform("rejects_without_a_reason", "--strict-reasons").returncode == 1


def test_a_client_that_does_not_speak_the_protocol(conform) -> None:  # type: ignore[no-untyped-def]
    result = conform("speaks_another_protocol")
    assert result.returncode == 3
    assert "speaks protocol 2" in result.stdout + result.stderr


def test_damaged_vectors(conform, bank_file: Path) -> None:  # type: ignore[no-untyped-def]
    bank_file.write_text(bank_file.read_text()[:-40])
    result = conform("bank")
    assert result.returncode == 2
    assert "bank.ndjson:" in result.stdout + result.stderr


def test_workers_have_a_client_each_and_report_as_one(conform, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    result = conform("crashes_in_a_case", "-n", "2", "--junit-xml", str(tmp_path / "junit.xml"))
    assert result.returncode == 1
    assert "1 failed, 4 passed" in result.stdout
    assert "account: 5 cases in the index = 5 run + 0 not chosen" in result.stdout
    suite = ElementTree.parse(tmp_path / "junit.xml").getroot()
    outcomes = {case.get("name"): case.find(".//property") for case in suite.iter("testcase")}
    assert {name: found is not None and found.get("value") for name, found in outcomes.items()} == {
        "bank/double/two": "passed",
        "bank/double/three": "crashed",
        "bank/double/four": "passed",
        "bank/withdraw/three_of_ten": "passed",
        "bank/withdraw/too_much_after_some": "passed",
    }


def test_workers_and_a_client_that_does_not_speak_the_protocol(conform) -> None:  # type: ignore[no-untyped-def]
    assert conform("crashes_at_start", "-n", "2").returncode == 3


def test_html(conform, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    result = conform("bank", "--html", str(tmp_path / "report.html"), "--self-contained-html")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "bank/withdraw/three_of_ten" in (tmp_path / "report.html").read_text()


def test_without_a_client_nothing_happens(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir", str(tmp_path), *_plugin_option()]
    result = subprocess.run(
        [*words, "--pyargs", "axivon_spec.conformance"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
