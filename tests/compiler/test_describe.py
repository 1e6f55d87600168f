"""The grammar and the language as they are printed into `specs/README.md`."""

from __future__ import annotations

from pathlib import Path

import pytest

from axivon_spec.compiler import describe
from axivon_spec.compiler.grammar import MARKS, table_shapes
from axivon_spec.compiler.vocabulary import BUILTINS
from axivon_spec.runtime import SPEC_NAMES

README = Path(__file__).resolve().parents[2] / "specs" / "README.md"
PRESETS = ("mainnet", "minimal")
PAGE = describe.page(PRESETS, SPEC_NAMES)


def test_the_readme_of_the_specs_is_up_to_date() -> None:
    text = README.read_text(encoding="utf-8")
    assert describe.printed(text, PAGE) == text, "run: axivon spec grammar --write"


def test_everything_reserved_is_in_it() -> None:
    for word in (*table_shapes(PRESETS), *(f"[{mark}]" for mark in MARKS), *BUILTINS, *SPEC_NAMES):
        assert word in PAGE


def test_a_page_without_its_place_is_refused() -> None:
    with pytest.raises(ValueError, match="printed by the compiler: begin"):
        describe.printed("# A page", PAGE)


def test_every_row_has_as_many_cells_as_its_head() -> None:
    for table in PAGE.split("\n\n"):
        rows = [line.replace("\\|", "") for line in table.splitlines() if line.startswith("|")]
        assert len({row.count("|") for row in rows}) <= 1, table
