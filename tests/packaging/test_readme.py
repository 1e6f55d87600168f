"""What the README and the guides say is so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

import axivon_spec

ROOT = Path(__file__).resolve().parents[2]
GUIDES = sorted((ROOT / "docs").glob("*.md"))
TOKENS = MarkdownIt("commonmark").enable("table").parse((ROOT / "README.md").read_text())


def python_blocks() -> list[str]:
    return [token.content for token in TOKENS if token.type == "fence" and token.info == "python"]


def test_every_python_block_runs() -> None:
    outputs = []
    for block in python_blocks():
        result = subprocess.run([sys.executable, "-c", block], cwd=ROOT, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
        outputs.append(result.stdout)
    assert any("must be rejected for" in output for output in outputs)


def test_the_vector_is_read_in_ten_lines() -> None:
    (block,) = [block for block in python_blocks() if "cases/" in block]
    assert len([line for line in block.splitlines() if line and not line.startswith(("import", "from"))]) <= 10


def test_every_linked_file_is_there() -> None:
    links = [
        str(child.attrs["href"])
        for token in TOKENS
        for child in token.children or ()
        if child.type == "link_open" and "://" not in str(child.attrs["href"])
    ]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_spec_is_listed() -> None:
    text = (ROOT / "README.md").read_text()
    specs = [path.name for path in (ROOT / "specs").glob("*.md")]
    assert specs
    assert [name for name in specs if f"specs/{name}" not in text] == []


def words_in_code(path: Path) -> set[str]:
    """What stands between backticks in prose and tables."""
    return {
        child.content
        for token in MarkdownIt("commonmark").enable("table").parse(path.read_text())
        for child in token.children or ()
        if child.type == "code_inline"
    }


def test_the_files_of_the_vectors_are_there() -> None:
    named = {word for word in words_in_code(ROOT / "docs" / "vectors.md") if word.endswith(".json") and "<" not in word}
    assert len(named) >= 5
    assert [name for name in named if not (ROOT / "tests" / "vectors" / name).exists()] == []


@pytest.mark.parametrize("path", [ROOT / "README.md", *GUIDES], ids=lambda path: path.name)
def test_functions_that_are_named_exist_and_are_interface(path: Path) -> None:
    functions = axivon_spec.exports()["functions"]
    named = {word for word in words_in_code(path) if word.startswith(("process_", "compute_", "check_"))}
    assert [name for name in named if name not in functions] == []
