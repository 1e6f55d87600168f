"""Spec pages for the site: each name links to its definition, each rejection to its rule."""

from __future__ import annotations

import ast
import html
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from markdown_it import MarkdownIt
from pygments.lexers import PythonLexer
from pygments.token import STANDARD_TYPES

from axivon_spec.compiler.model import Enumeration, Function, ParameterTable, Place, Program

RULES_PAGE = "reference/rules.md"


@dataclass(frozen=True)
class Target:
    """Where a link goes: a page of the site and an element in it."""

    page: str
    anchor: str

    def seen_from(self, page: str) -> str:
        """The reference as written in a Markdown link on `page`."""
        if page == self.page:
            return f"#{self.anchor}"
        return f"{posixpath.relpath(self.page, posixpath.dirname(page))}#{self.anchor}"


class Names:
    """Every name of a program and where the site shows its definition."""

    def __init__(self, program: Program) -> None:
        self.targets: dict[str, Target] = {}
        self.rows: dict[Place, str] = {}  # table rows that define a name
        for definition in program.definitions.values():
            self._add(definition.name, definition.place)
            if isinstance(definition, ParameterTable):
                title = definition.layer.upper()
                for prefix in ("DEFAULT", "MINIMUM", "MAXIMUM"):
                    self.targets[f"{prefix}_{title}_PARAMETERS"] = self.targets[definition.name]
                for parameter in definition.parameters:
                    self._add(parameter.name, parameter.place)
            if isinstance(definition, Enumeration):
                for member, _, _, place in definition.members:
                    self._add(f"{definition.name}.{member}", place)
                    self.rows[place] = f"{definition.name}.{member}"
        self.rules = {(rule.place, rule.reason): rule.id for rule in program.rules.values()}
        self.functions = {d.name for d in program.definitions.values() if isinstance(d, Function)}

    def _add(self, name: str, place: Place) -> None:
        self.targets[name] = Target(place.file, f"def-{name}")
        self.rows.setdefault(place, name)


def linked_page(text: str, page: str, names: Names) -> str:
    """The Markdown of a spec file with code blocks as linked HTML and linked names in prose and tables."""
    lines = text.splitlines()
    result: list[str] = []
    position = 0
    for start, end, is_python in _literal_blocks(text):
        result += [_linked_line(line, page, n, names) for n, line in enumerate(lines[position:start], position + 1)]
        if is_python:
            result += ["", linked_code("\n".join(lines[start + 1 : end - 1]) + "\n", page, start + 2, names), ""]
        else:
            defined = names.rows.get(Place(page, start + 1))  # an enumeration, by its heading
            result += [*_standing_anchor(defined, names), *lines[start:end]]
        position = end
    result += [_linked_line(line, page, n, names) for n, line in enumerate(lines[position:], position + 1)]
    return "\n".join(result) + "\n"


def _literal_blocks(text: str) -> Iterator[tuple[int, int, bool]]:
    """Lines in which nothing may be linked: (first, one past the last, whether it is spec code), from 0."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.map and token.type in ("fence", "code_block", "heading_open", "html_block"):
            yield token.map[0], token.map[1], token.type == "fence" and token.info.strip() == "python"


def linked_code(source: str, page: str, first_line: int, names: Names) -> str:
    """A block of spec code as HTML. `first_line` is the line of the file at which `source` begins."""
    marks = _marks(source, page, first_line, names)
    parts: list[str] = []
    offset = 0
    tokens = ((kind, text) for _, kind, text in PythonLexer().get_tokens_unprocessed(source))
    for kind, group in groupby(tokens, key=lambda token: token[0]):  # Pygments cuts a string at its quotation marks
        text = "".join(text for _, text in group)
        shown = html.escape(text, quote=False)
        style = STANDARD_TYPES.get(kind, "")
        if style and not text.isspace():
            shown = f'<span class="{style}">{shown}</span>'
        mark = marks.get(offset)
        parts.append(mark(shown) if mark else shown)
        offset += len(text)
    return f'<div class="highlight"><pre><code>{"".join(parts).rstrip()}</code></pre></div>'


Mark = Callable[[str], str]


def _marks(source: str, page: str, first_line: int, names: Names) -> dict[int, Mark]:
    """What to put around the token at an offset of `source`: the anchor of a definition, or a link."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    lines = source.splitlines()

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    marks: dict[int, Mark] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name in names.targets:
            keyword = "def " if isinstance(node, ast.FunctionDef) else "class "
            marks[offset(node.lineno, node.col_offset) + len(keyword)] = _anchor(names.targets[node.name].anchor)
        elif isinstance(node, ast.Name) and node.id in names.targets:
            marks[offset(node.lineno, node.col_offset)] = _link(names.targets[node.id].seen_from(page))
        elif isinstance(node, ast.Attribute) and node.end_col_offset is not None and node.end_lineno is not None:
            target = names.targets.get(_parameter(node))
            if target:
                marks[offset(node.end_lineno, node.end_col_offset) - len(node.attr)] = _link(target.seen_from(page))
        elif isinstance(node, ast.Assert) and isinstance(node.msg, ast.Constant):
            rule = names.rules.get((Place(page, first_line + node.lineno - 1), str(node.msg.value)))
            if rule:
                marks[offset(node.msg.lineno, node.msg.col_offset)] = _link(Target(RULES_PAGE, rule).seen_from(page))
    return marks


def _parameter(node: ast.Attribute) -> str:
    """The name of the parameter or enumeration member that an attribute reads, or an empty string."""
    if isinstance(node.value, ast.Attribute) and node.value.attr == "parameters":
        return node.attr
    if isinstance(node.value, ast.Name) and node.value.id[0].isupper():
        return f"{node.value.id}.{node.attr}"
    return ""


def _anchor(name: str) -> Mark:
    return lambda shown: f'<span id="{name}">{shown}</span>'


def _link(reference: str) -> Mark:
    # Inside raw HTML nobody turns the name of a Markdown page into that of its HTML page
    reference = reference.replace(".md#", ".html#").replace("README.html", "index.html")
    return lambda shown: f'<a href="{reference}">{shown}</a>'


def _linked_line(line: str, page: str, number: int, names: Names) -> str:
    """A line of prose or of a table, each code span that is a name turned into a link."""
    defined = names.rows.get(Place(page, number))
    result: list[str] = []
    position = 0
    for start, end in _code_spans(line):
        code = line[start + 1 : end - 1]
        result.append(line[position:start])
        if defined and (code == defined or defined.endswith(f".{code}")) and line.lstrip().startswith("|"):
            result.append(f'<span id="{names.targets[defined].anchor}"></span>`{code}`')
            defined = None
        elif code in names.targets and not line[end:].startswith("]"):
            result.append(f"[`{code}`]({names.targets[code].seen_from(page)})")
        else:
            result.append(line[start:end])
        position = end
    linked = "".join(result) + line[position:]
    return "\n".join([*_standing_anchor(defined, names), linked])  # a table that defines a name by all its rows


def _standing_anchor(defined: str | None, names: Names) -> list[str]:
    """Lines that put the anchor of a definition before what follows."""
    return [f'<span id="{names.targets[defined].anchor}"></span>', ""] if defined else []


def _code_spans(line: str) -> Iterator[tuple[int, int]]:
    """Start and end of each code span between single backticks."""
    start = None
    position = 0
    while position < len(line):
        run = len(line[position:]) - len(line[position:].lstrip("`"))
        if run == 1:
            if start is not None:
                yield start, position + 1
                start = None
            else:
                start = position
        position += max(run, 1)
