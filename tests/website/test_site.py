"""The built site: nothing is missing and nothing comes from elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


class Page(HTMLParser):
    """The ids of a page, what it links to, and what it loads."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if identifier := attributes.get("id"):
            self.ids.append(identifier)
        if tag == "a" and (link := attributes.get("href")):
            self.links.append(link)
        if source := attributes.get("src") or (attributes.get("href") if tag == "link" else None):
            self.loaded.append(source)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built by MkDocs with warnings as errors."""
    folder = tmp_path_factory.mktemp("site")
    pages = folder / "pages"
    subprocess.run([sys.executable, "-m", "scripts.website", str(pages)], cwd=ROOT, check=True)
    config = (ROOT / "mkdocs.yml").read_text().replace("docs_dir: build/pages", f"docs_dir: {pages}")
    (folder / "mkdocs.yml").write_text(config.replace("site_dir: site", f"site_dir: {folder / 'html'}"))
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--config-file", "mkdocs.yml"]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}  # an announcement of the theme, not about these pages
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=quiet)
    assert result.returncode == 0, result.stderr
    assert "WARNING" not in result.stderr
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in site.rglob("*.html")}


def test_every_link_leads_somewhere(pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or path.name == "404.html":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            fragment = unquote(parts.fragment)
            known = pages[target].ids if target in pages else ()
            if not target.is_file() or (fragment and not fragment.startswith("__") and fragment not in known):
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_an_id_stands_once_on_a_page(pages: dict[Path, Page]) -> None:
    twice = {path.name: sorted({i for i in page.ids if page.ids.count(i) > 1}) for path, page in pages.items()}
    assert {name: ids for name, ids in twice.items() if ids} == {}


def test_nothing_is_loaded_from_elsewhere(pages: dict[Path, Page]) -> None:
    assert [source for page in pages.values() for source in page.loaded if urlsplit(source).netloc] == []


def test_every_rule_and_every_case_is_listed(site: Path, pages: dict[Path, Page]) -> None:
    import axivon_spec
    from axivon_spec.vectors.read import VectorSet

    rules = axivon_spec.exports("minimal")["rules"]
    assert rules.keys() <= set(pages[site / "reference/rules.html"].ids)
    cases = {case.replace("/", "-") for case in VectorSet(ROOT / "tests/vectors").ids()}
    assert cases
    assert cases <= set(pages[site / "reference/vectors.html"].ids)
