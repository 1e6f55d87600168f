"""`axivon spec …` over a small spec."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import axivon_spec
from axivon_spec import cli
from axivon_spec.compiler.compilation import Compilation
from axivon_spec.compiler.soundness import mistakes
from axivon_spec.stubs import SPEC_RUNTIME
from tests.compiler.conftest import MakeSpec, make_spec  # noqa: F401 - a fixture
from tests.compiler.test_export import TOY

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def spec(make_spec: MakeSpec, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Compilation:  # noqa: F811
    """The small spec in the place of the real one."""
    small = make_spec(TOY)
    monkeypatch.setattr(axivon_spec, "_compilation", small)
    monkeypatch.setattr("axivon_spec.compiler.cli.CHECKOUT", tmp_path)
    return small


def test_check_says_what_is_sound(spec: Compilation, capsys: Printed) -> None:
    assert cli.run(["spec", "check"]) == 0
    assert "2 rules are sound under mainnet and minimal" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("right", "wrong", "line", "problem"),
    [
        ("state.total += amounts[0]", "state.totl += amounts[0]", 68, '"State" has no attribute "totl"'),
        ("| `TWICE` | `MAX_NOTES * 2`", "| `TWICE` | `MAX_NOTES * 2` (= 5)", 18, "as its annotation says"),
        ("check_amount(state, amounts[0])", "check_amont(state, amounts[0])", 67, "check_amont"),
    ],
    ids=["type", "value", "name"],
)
def test_check_prints_place_problem_and_remedy(
    spec: Compilation, right: str, wrong: str, line: int, problem: str, capsys: Printed
) -> None:
    file = spec.root / "specs/toy.md"
    file.write_text(file.read_text().replace(right, wrong))
    assert cli.run(["spec", "check"]) == 2
    printed = capsys.readouterr().err
    assert f"specs/toy.md:{line}: " in printed and problem in printed and "remedy: " in printed

    assert cli.run(["spec", "check", "--json"]) == 2
    mistakes = json.loads(capsys.readouterr().out)
    assert (mistakes[0]["file"], mistakes[0]["line"]) == ("specs/toy.md", line)


def test_check_without_mypy_names_the_extra(
    spec: Compilation, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    monkeypatch.setitem(sys.modules, "mypy", None)
    assert cli.run(["spec", "check"]) == 2
    printed = capsys.readouterr().err
    assert "install the extra `test`" in printed and len(printed.splitlines()) == 1


def test_the_spec_of_this_checkout_is_sound(tmp_path: Path) -> None:
    assert mistakes(axivon_spec.compilation(), (), SPEC_RUNTIME, tmp_path) == []


def test_every_command_tells_the_mistakes_of_a_spec(spec: Compilation, capsys: Printed) -> None:
    file = spec.root / "specs/toy.md"
    file.write_text(file.read_text().replace("-> boolean:", ":").replace("-> uint128:", ":"))
    for command in (["rules"], ["functions"], ["types"], ["show", "State"], ["build", "-o", str(spec.root / "out")]):
        assert cli.run(["spec", *command]) == 2
        printed = capsys.readouterr()
        assert printed.out == "" and "Traceback" not in printed.err
        assert printed.err.count("has no result type") == 2 and printed.err.count("remedy: ") == 2


def test_lists_are_a_line_an_entry_and_can_be_filtered(spec: Compilation, capsys: Printed) -> None:
    assert cli.run(["spec", "rules"]) == 0
    listed = capsys.readouterr().out
    assert "toy.check_amount.below-floor" in listed and "amount >= state.parameters.floor" in listed
    assert len(listed.splitlines()) == 2
    assert cli.run(["spec", "rules", "floor"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert cli.run(["spec", "functions", "process"]) == 0
    assert "(state*: State, amounts: List[Amount, MAX_ACCOUNTS]) -> boolean" in capsys.readouterr().out
    assert cli.run(["spec", "types", "List", "--preset", "mainnet"]) == 0
    assert "list of Amount, at most 64" in capsys.readouterr().out


@pytest.mark.parametrize("what", ["rules", "functions", "types"])
def test_lists_are_data_with_json(spec: Compilation, what: str, capsys: Printed) -> None:
    assert cli.run(["spec", what, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == spec.exports("minimal")[what]


def test_a_preset_that_does_not_exist_is_refused(spec: Compilation, capsys: Printed) -> None:
    assert cli.run(["spec", "types", "--preset", "tiny"]) == 2
    assert "choose one of: mainnet, minimal" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (
            "check_amount",
            ["function, specs/toy.md:75", 'below-floor"', "Used by:", "process_transfer (specs/toy.md:65)"],
        ),
        ("process_transfer", ["interface function", "Rules that it can reach:", "toy.check_amount.below-floor"]),
        ("Account", ["container", "owner: Address", "State (specs/toy.md:52)"]),
        ("TWICE", ["constant", "computed", "minimal  MAX_NOTES * 2"]),
        ("Amount", ["type", "Amount = uint64: in nAXN"]),
        ("Role.VALIDATOR", ["Role: enumeration", "votes"]),
        ("floor", ["governed parameter of toy", "between  Amount(1) and Amount(9)", "check_amount (specs/toy.md:75)"]),
        ("MINIMUM_TOY_PARAMETERS", ["ToyParameters: governed parameters"]),
        (
            "toy.check_amount.below-floor",
            ["rule of check_amount", "amount >= state.parameters.floor", "process_transfer"],
        ),
        ("toy.move.nothing-to-move", ["toy.process_transfer.nothing-to-move: rule"]),
    ],
)
def test_show_prints_what_the_spec_says_of_a_name(
    spec: Compilation, name: str, shown: list[str], capsys: Printed
) -> None:
    assert cli.run(["spec", "show", name]) == 0
    printed = capsys.readouterr().out
    assert [part for part in shown if part not in printed] == []
    assert cli.run(["spec", "show", name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["file"] == "specs/toy.md"


def test_show_of_a_constant_leaves_out_the_other_rows(spec: Compilation, capsys: Printed) -> None:
    assert cli.run(["spec", "show", "TWICE"]) == 0
    assert "MAX_ACCOUNTS" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("proces_transfer", "process_transfer"),
        ("max_notes", "MAX_NOTES"),
        ("toy.check_amount.belowfloor", "below-floor"),
    ],
)
def test_show_of_an_unknown_name_gives_the_nearest(spec: Compilation, wrong: str, right: str, capsys: Printed) -> None:
    assert cli.run(["spec", "show", wrong]) == 2
    printed = capsys.readouterr().err
    assert len(printed.splitlines()) == 1 and "did you mean" in printed and right in printed


def test_build_writes_what_a_client_needs(spec: Compilation, tmp_path: Path, capsys: Printed) -> None:
    out = tmp_path / "out"
    assert cli.run(["spec", "build", "-o", str(out), "--typed"]) == 0
    written = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert written == {
        *("rules.json", "functions.json", "parameters.json", "types/minimal.json", "types/mainnet.json"),
        *("presets/minimal.json", "presets/mainnet.json"),
        *("typed/minimal.py", "typed/mainnet.py", "typed/spec_runtime.pyi"),
    }
    assert json.loads((out / "types/mainnet.json").read_text()) == spec.exports("mainnet")["types"]
    assert json.loads((out / "presets/mainnet.json").read_text()) == spec.exports("minimal")["presets"]["mainnet"]
    printed = capsys.readouterr().out.splitlines()
    assert {Path(line).relative_to(out).as_posix() for line in printed} == written - {"typed/spec_runtime.pyi"}
