"""Small specs, written to a folder of their own and compiled with the real runtime."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from axivon_spec.compiler.compilation import Compilation
from axivon_spec.runtime import CHANGES, SPEC_NAMES
from axivon_spec.runtime.outcome import reject

MakeSpec = Callable[..., Compilation]


@pytest.fixture
def make_spec(tmp_path: Path) -> MakeSpec:
    """`make_spec(text, other="…", features={"name": {"file": "…"}})`: `specs/toy.md` and further files."""

    def make(toy: str, features: dict[str, dict[str, str]] | None = None, **others: str) -> Compilation:
        folder = tmp_path / "specs"
        folder.mkdir(exist_ok=True)
        for name, text in {"toy": toy, **others}.items():
            (folder / f"{name}.md").write_text(textwrap.dedent(text).lstrip("\n"))
        for feature, files in (features or {}).items():
            overlay = folder / "_features" / feature
            overlay.mkdir(parents=True, exist_ok=True)
            for name, text in files.items():
                (overlay / f"{name}.md").write_text(textwrap.dedent(text).lstrip("\n"))
        return Compilation(
            root=tmp_path,
            presets=("mainnet", "minimal"),
            names=lambda: SPEC_NAMES,
            changes=lambda: CHANGES,
            reject=reject,
            depends_on=(),
            cache=tmp_path / ".cache",
        )

    return make
