"""What coverage.py reports of Markdown: lines and branches, run and not run."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

from axivon_spec import load, program
from axivon_spec.compiler.coverage_plugin import python_of

ROOT = Path(__file__).resolve().parents[2]

PAGE = """
# Toy

Prose that is not code.

## `sign_of` [Interface]

```python
def sign_of(a: uint64) -> uint64:
    assert a != 9, "nine"
    if a > 5:
        return uint64(1)
    total = uint64(0)
    for step in range(a):
        total += uint64(
            step
            + 1
        )
    return total
```

```text
def not_code(): return 1
```

## Constants

| Name | Value | Unit | Description |
|---|---|---|---|
| `FIVE` | `uint64(5)` | things | five |

## `never` [Interface]

```python
def never(a: uint64) -> uint64:
    return a + FIVE
```
"""

RUN = """
import sys
from pathlib import Path
from types import ModuleType
from axivon_spec.compiler.compilation import Compilation
from axivon_spec.runtime import CHANGES, SPEC_NAMES
from axivon_spec.runtime.outcome import reject

root = Path.cwd()
compilation = Compilation(
    root, ("mainnet", "minimal"), lambda: SPEC_NAMES, lambda: CHANGES, reject, (), root / ".cache"
)
spec = ModuleType("spec")
compilation.load_into(spec, "minimal", kernels={})
for argument in sys.argv[1:]:
    spec.sign_of(spec.uint64(int(argument)))
"""


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(PAGE.lstrip("\n").splitlines(), 1) if text in line)


def measured(folder: Path, page: str, *arguments: str, run: str = RUN, plugin: bool = True) -> dict[str, Any]:
    """The JSON report's part on `specs/toy.md`, of a run in a process of its own; empty where there is none."""
    specs = folder / "specs"
    specs.mkdir(exist_ok=True)
    (specs / "toy.md").write_text(page.lstrip("\n"))
    (folder / "run.py").write_text(textwrap.dedent(run))
    plugins = "plugins = axivon_spec.compiler.coverage_plugin\n" if plugin else ""
    (folder / "settings").write_text(f"[run]\nbranch = true\n{plugins}source = .\n")
    environment = {"PYTHONPATH": str(ROOT), "COVERAGE_CORE": "ctrace", "PATH": ""}
    for command in (["run", "--rcfile=settings", "run.py", *arguments], ["json", "--rcfile=settings"]):
        result = subprocess.run(
            [sys.executable, "-m", "coverage", *command],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
    report: dict[str, Any] = json.loads((folder / "coverage.json").read_text())["files"].get("specs/toy.md", {})
    return report


def test_only_python_blocks_are_code_and_stay_on_their_lines() -> None:
    code = python_of(PAGE.lstrip("\n")).splitlines()
    assert code[line_of("def sign_of") - 1] == "def sign_of(a: uint64) -> uint64:"
    assert [line for line in code if "not_code" in line or "#" in line or "|" in line] == []
    assert len(code) == len(PAGE.lstrip("\n").splitlines())


def test_without_the_plugin_markdown_is_left_out(tmp_path: Path) -> None:
    assert measured(tmp_path, PAGE, "3", plugin=False) == {}


def test_a_line_that_does_not_run_is_reported(tmp_path: Path) -> None:
    report = measured(tmp_path, PAGE, "3")
    assert report["missing_lines"] == [line_of("return uint64(1)"), line_of("return a + FIVE")]
    for text in ("def sign_of", '"nine"', "a > 5", "range(a)", "total += uint64(", "return total", "def never"):
        assert line_of(text) in report["executed_lines"]


def test_a_branch_that_is_not_taken_is_reported(tmp_path: Path) -> None:
    report = measured(tmp_path, PAGE, "3")
    condition, body = line_of("a > 5"), line_of("return uint64(1)")
    assert report["missing_branches"] == [[condition, body]]

    report = measured(tmp_path, PAGE, "7")
    assert [condition, body] not in report["missing_branches"]
    assert [condition, line_of("total = uint64(0)")] in report["missing_branches"]


def test_everything_run_is_nothing_missing(tmp_path: Path) -> None:
    run = RUN + "spec.never(spec.uint64(1))\n"
    report = measured(tmp_path, PAGE, "3", "7", run=run)
    assert report["missing_lines"] == [] and report["missing_branches"] == []
    assert report["summary"]["percent_covered"] == 100
    assert report["summary"]["num_branches"] == 4


def test_a_page_that_nothing_runs_is_reported_as_missing(tmp_path: Path) -> None:
    report = measured(tmp_path, PAGE, run="pass")
    assert report["executed_lines"] == []
    assert line_of("return a + FIVE") in report["missing_lines"]


def test_code_from_the_cache_is_measured_alike(tmp_path: Path) -> None:
    first, second = measured(tmp_path, PAGE, "3"), measured(tmp_path, PAGE, "3")
    assert (tmp_path / ".cache").is_dir()
    assert first == second


def test_code_runs_on_the_lines_of_its_own_function() -> None:
    """Also what the compiler adds, as the bound of a `while`: another line would be counted as run, or as missing."""
    spec, seen = load("minimal", kernels=()), 0
    for function in program().functions():
        lines = {line for *_, line in getattr(spec, function.name).__code__.co_lines() if line}
        assert lines <= set(range(function.node.lineno, (function.node.end_lineno or 0) + 1)), function.name
        seen += len(lines)
    assert seen > 1000


def test_the_plugin_needs_no_spec(tmp_path: Path) -> None:
    """Any code object with the path of a Markdown file is enough."""
    run = """
    import ast
    from pathlib import Path

    page = Path("specs/toy.md").resolve()
    source = "\\n" * 3 + "def f(a):\\n    if a:\\n        return 1\\n    return 2\\n"
    space = {}
    exec(compile(ast.parse(source), str(page), "exec"), space)
    space["f"](0)
    """
    page = "# T\n\n```python\ndef f(a):\n    if a:\n        return 1\n    return 2\n```\n"
    report = measured(tmp_path, page, run=run)
    assert report["missing_lines"] == [6]
    assert report["missing_branches"] == [[5, 6]]
