"""Assemble the pages of the site in a folder: `python -m scripts.website FOLDER`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import axivon_spec
from scripts.website.linked import Names, linked_page
from scripts.website.reference import reference_pages

ROOT = Path(__file__).resolve().parent.parent.parent


def assemble(folder: Path) -> None:
    """Replace `folder` by the Markdown of the whole site."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "docs", folder)
    for guide in folder.rglob("*.md"):
        # In the site the guides stand beside specs/, in the repository one folder deeper
        guide.write_text(guide.read_text(encoding="utf-8").replace("](../specs/", "](specs/"), encoding="utf-8")
    program = axivon_spec.program()
    names = Names(program)
    pages = {file: linked_page((ROOT / file).read_text(encoding="utf-8"), file, names) for file in program.files}
    pages["specs/README.md"] = (ROOT / "specs/README.md").read_text(encoding="utf-8")
    exports = {preset: axivon_spec.exports(preset) for preset in axivon_spec.PRESETS}
    pages |= reference_pages(exports, ROOT / "tests/vectors", names)
    pages["changelog.md"] = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for name, text in pages.items():
        page = folder / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")


if len(sys.argv) != 2:
    sys.exit("usage: python -m scripts.website FOLDER")
assemble(Path(sys.argv[1]))
