"""The command line as a whole: what it teaches, and how it fails."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
import typer

from axivon_spec import __version__, cli

PYTHON = [sys.executable, "-m", "axivon_spec"]


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Iterator[typer.Typer]:
    """A part `axivon odd …` to define commands in."""
    module = ModuleType("odd_part")
    module.app = typer.Typer(pretty_exceptions_enable=False)  # type: ignore[attr-defined]
    module.__spec__ = type("Spec", (), {"name": "odd_part"})()
    monkeypatch.setitem(sys.modules, "odd_part", module)
    monkeypatch.setitem(cli.PARTS, "odd", cli.Part("odd_part", "An odd part."))
    yield module.app


def fail_with(part: typer.Typer, error: BaseException) -> None:
    @part.command()
    def fail() -> None:
        raise error


def test_help_names_each_part_and_imports_none() -> None:
    code = "import sys; from axivon_spec.cli import run; run(['--help']); print(sorted(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "axivon spec check" in result.stdout and "--version" in result.stdout
    assert "spec  " in result.stdout
    for module in (
        "axivon_spec.compiler.cli",
        "axivon_spec.runtime",
        "axivon_spec.compiler.read",
        "remerkleable",
        "mypy",
    ):
        assert f"'{module}'" not in result.stdout


def test_without_a_command_help_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([]) == 0
    assert "axivon spec check" in capsys.readouterr().out


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out == f"axivon {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["spc"], "axivon: No such command 'spc'. Did you mean 'spec'?"),
        (["--nonsense"], "No such option"),
        (["spec", "show"], "(see axivon spec show --help)"),
        (["spec", "chek"], "Did you mean 'check'? (see axivon spec --help)"),
    ],
)
def test_wrong_use_is_told_in_a_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1 and said in printed.err


def test_a_part_that_is_missing_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(cli.PARTS, "odd", cli.Part("axivon_spec.no_such_part", "An odd part."))
    assert cli.run(["--help"]) == 0
    assert "odd" not in capsys.readouterr().out
    assert cli.run(["spec", "--help"]) == 0


def test_a_command_may_be_one_of_a_part(
    part: typer.Typer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @part.command()
    def even() -> None:
        typer.echo("even ran")

    @part.command()
    def other() -> None:
        typer.echo("other ran")

    monkeypatch.setitem(cli.PARTS, "even", cli.Part("odd_part", "Even.", "even"))
    assert cli.run(["even"]) == 0
    assert cli.run(["odd", "other"]) == 0
    assert capsys.readouterr().out == "even ran\nother ran\n"


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "axivon: interrupted"),
        (cli.WrongUse("there is no such case"), 2, "axivon: there is no such case"),
        (FileNotFoundError(2, "No such file or directory", "index.json"), 2, "index.json"),
        (typer.Exit(3), 3, ""),
        (
            ImportError("AXIVON_BLS=mcl: there is no such backend"),
            2,
            "axivon: AXIVON_BLS=mcl: there is no such backend",
        ),
        (ZeroDivisionError("by zero"), 70, "ZeroDivisionError: by zero (a defect of axivon"),
    ],
)
def test_an_error_is_a_line_and_a_code(
    part: typer.Typer, error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(part, error)
    assert cli.run(["odd"]) == code
    printed = capsys.readouterr().err
    assert said in printed and len(printed.splitlines()) == bool(said)


def test_a_defect_shows_its_traceback_on_request(part: typer.Typer, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(part, ZeroDivisionError())
    monkeypatch.setenv("AXIVON_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        cli.run(["odd"])


def test_a_reader_that_has_seen_enough_gets_no_traceback() -> None:
    process = subprocess.Popen([*PYTHON, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 1


def test_a_command_whose_output_is_closed_does_its_work() -> None:
    command = f'"{sys.executable}" -m axivon_spec spec rules >&-'
    run = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
