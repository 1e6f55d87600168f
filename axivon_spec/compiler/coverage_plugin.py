"""A plugin for coverage.py, which without it leaves Markdown files out and does not say so.

    [tool.coverage.run]
    plugins = ["axivon_spec.compiler.coverage_plugin"]

It needs a core that supports plugins: `ctrace`, the default up to CPython 3.13 (later: COVERAGE_CORE=ctrace).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coverage import CoveragePlugin, FileReporter, FileTracer
from coverage.parser import PythonParser
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from coverage.plugin_support import Plugins
    from coverage.types import TArc, TLineNo


def coverage_init(registry: Plugins, options: dict[str, Any]) -> None:
    registry.add_file_tracer(MarkdownPlugin())


class MarkdownPlugin(CoveragePlugin):
    """Claims every code object whose file name ends in `.md`."""

    def file_tracer(self, filename: str) -> FileTracer | None:
        return MarkdownTracer(filename) if filename.endswith(".md") else None

    def file_reporter(self, filename: str) -> FileReporter:
        return MarkdownReporter(filename)

    def find_executable_files(self, src_dir: str) -> Iterable[str]:
        """The Markdown files that have code, so that one which nothing runs is reported too."""
        return (
            str(path) for path in Path(src_dir).rglob("*.md") if python_of(path.read_text(encoding="utf-8")).strip()
        )


class MarkdownTracer(FileTracer):
    """Compiled Markdown has the path and the lines of its file."""

    def __init__(self, filename: str) -> None:
        self.filename = filename

    def source_filename(self) -> str:
        return self.filename


class MarkdownReporter(FileReporter):
    """Which lines and branches the code blocks of a file have."""

    def source(self) -> str:
        return Path(self.filename).read_text(encoding="utf-8")

    @cached_property
    def parser(self) -> PythonParser:
        """Coverage's own analysis, so that branches are counted as in any Python file."""
        parser = PythonParser(text=python_of(self.source()), filename=self.filename)
        parser.parse_source()
        return parser

    def lines(self) -> set[TLineNo]:
        return self.parser.statements

    def arcs(self) -> set[TArc]:
        return self.parser.arcs()

    def exit_counts(self) -> dict[TLineNo, int]:
        return self.parser.exit_counts()

    def translate_lines(self, lines: Iterable[TLineNo]) -> set[TLineNo]:
        return self.parser.translate_lines(lines)

    def translate_arcs(self, arcs: Iterable[TArc]) -> set[TArc]:
        return self.parser.translate_arcs(arcs)

    def missing_arc_description(self, start: TLineNo, end: TLineNo, executed_arcs: Iterable[TArc] | None = None) -> str:
        return self.parser.missing_arc_description(start, end)


def python_of(markdown: str) -> str:
    """The `python` blocks of a page, each on its own lines; all other lines are empty."""
    lines = markdown.splitlines()
    kept = [""] * len(lines)
    for token in MarkdownIt("commonmark").parse(markdown):
        if token.type == "fence" and token.info.strip() == "python" and token.map:
            first, end = token.map[0] + 1, token.map[1] - 1
            kept[first:end] = lines[first:end]
    return "\n".join(kept) + "\n"
