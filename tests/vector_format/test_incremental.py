"""An edit of the spec or of a generator makes again just the cases that come from it, and the bytes of a full run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import axivon_spec
from axivon_spec.vectors.author import CASES
from axivon_spec.vectors.generate import registered
from axivon_spec.vectors.incremental import Kept

ROOT = Path(__file__).resolve().parents[2]
INDEX: dict[str, Any] = json.loads((ROOT / "tests" / "vectors" / "index.json").read_text())


@pytest.fixture(scope="module")
def kept() -> Kept:
    registered("minimal")
    return Kept(axivon_spec.program(), "minimal", "generators", Path("/nowhere"))


def cases_from(kept: Kept, definition: str) -> set[str]:
    """The cases that a definition's edit makes again."""
    return {
        id for id, entry in INDEX["cases"].items() if definition in kept.definitions_of(CASES[id], entry["functions"])
    }


def topics(ids: set[str]) -> set[str]:
    return {id.rpartition("/")[0] for id in ids}


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("compute_shuffled_index", {"primitives/compute_shuffled_index"}),
        ("check_link", {"primitives/check_presence", "primitives/check_absence"}),
        ("MAX_MERKLE_LEAVES", {"primitives/compute_merkle_root", "types/List_Bytes32_MAX_MERKLE_LEAVES"}),
    ],
)
def test_an_edit_makes_the_cases_of_its_function_again(kept: Kept, definition: str, expected: set[str]) -> None:
    assert topics(cases_from(kept, definition)) == expected


def test_an_edit_of_a_handler_leaves_the_other_handlers(kept: Kept) -> None:
    found = topics(cases_from(kept, "process_claim_vesting"))
    assert {"token/claim_vesting", "token/transfer_operation", "chain/state_transition"} <= found
    assert not {"token/transfer", "token/approve", "token/permit", "token/process_emission"} & found


def test_what_genesis_needs_counts_also_where_genesis_was_kept(kept: Kept) -> None:
    assert set(INDEX["cases"]) >= cases_from(kept, "create_genesis_state") >= {"token/transfer/part_of_the_balance"}


def test_every_function_that_a_case_calls_is_among_its_definitions(kept: Kept) -> None:
    for id, entry in INDEX["cases"].items():
        spec_functions = {name for name in entry["functions"] if name in axivon_spec.program().definitions}
        assert spec_functions <= kept.definitions_of(CASES[id], entry["functions"]), id


# In a checkout of its own


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The spec, the package, and the generators of primitives."""
    for name in ("specs", "axivon_spec", "generators"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "generators" / "__init__.py").write_text('MODULES = ("primitives",)\n')
    return tmp_path


def run_generate(checkout: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "axivon_spec", "vectors", "generate", "--executor", "serial", *options]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True)


def generate(checkout: Path, *options: str) -> tuple[int, int]:
    """How many cases there are, and how many were recorded."""
    result = run_generate(checkout, *options)
    assert result.returncode == 0, result.stderr
    found = re.search(r"(\d+) cases in .*, (\d+) recorded in this run", result.stdout)
    assert found is not None, result.stdout
    return int(found[1]), int(found[2])


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.slow
def test_an_edited_function_gives_the_bytes_of_a_full_run(checkout: Path) -> None:
    count, made = generate(checkout)
    assert made == count > 40
    assert generate(checkout) == (count, 0)

    spec = checkout / "specs" / "primitives.md"
    text = spec.read_text()
    edited = text.replace("        empty = sha256(empty + empty)\n", "        empty = sha256(empty)\n")
    assert edited != text
    spec.write_text(edited)
    _, made = generate(checkout)
    cases = json.loads((checkout / "tests" / "vectors" / "index.json").read_text())["cases"]
    assert 0 < made == sum("compute_merkle_root" in entry["functions"] for entry in cases.values()) < count
    after_edit = files(checkout / "tests" / "vectors")

    assert generate(checkout, "--again") == (count, count)
    assert files(checkout / "tests" / "vectors") == after_edit

    generator = checkout / "generators" / "primitives.py"
    generator.write_text(generator.read_text() + "\n")
    assert generate(checkout) == (count, count)


def test_a_mistake_of_types_that_no_case_runs_into_makes_no_vectors(checkout: Path) -> None:
    spec = checkout / "specs" / "token.md"
    text = spec.read_text()
    lines = text.replace("token.paused, ", "token.pausd, ").splitlines()
    spec.write_text("\n".join(lines) + "\n")
    [line] = [number for number, text in enumerate(lines, 1) if "pausd" in text]
    result = run_generate(checkout)
    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        f'specs/token.md:{line}: "TokenState" has no attribute "pausd"; maybe "paused"?',
        "  remedy: correct the name of the field",
    ]
    assert not (checkout / "tests").exists()
