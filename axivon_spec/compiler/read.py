"""Markdown files to a `Program`: every definition with its place, and every mistake of form.

The grammar is in `grammar.py`. What names mean, and whether the code is allowed, is checked later.
"""

from __future__ import annotations

import ast
import builtins
import io
import keyword
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from axivon_spec.compiler import grammar
from axivon_spec.compiler.model import (
    Alias,
    Condition,
    Constant,
    ContainerType,
    Definition,
    Enumeration,
    Function,
    Parameter,
    ParameterTable,
    Place,
    Program,
    Rule,
    Section,
    SpecError,
    SpecErrors,
    Unreachable,
)

MAX_DEPTH = 100  # of a syntax tree; Python's own tools give up at some hundreds
FOREIGN_REMEDY = "write names with letters from a to z; other letters stand in comments and docstrings"


@dataclass
class Heading:
    place: Place
    level: int
    title: str  # as shown, without marks and notes
    kind: str  # the words outside backticks: "Constants", "Enumeration"
    names: tuple[str, ...]  # what stands in backticks
    marks: tuple[str, ...]
    formerly: tuple[str, ...]


@dataclass
class Cell:
    content: str  # as written
    code: str | None  # what stands in backticks, in a cell that begins with it
    beside: str  # the words beside that


@dataclass
class Row:
    place: Place
    cells: list[Cell]
    width: int  # how many cells are written: Markdown drops what stands behind the last column


@dataclass
class Table:
    place: Place
    columns: tuple[str, ...]
    rows: list[Row]


@dataclass
class Block:
    place: Place  # of the first line of code
    source: str


@dataclass
class Part:
    """A heading and what stands under it, up to the next heading."""

    heading: Heading
    tables: list[Table] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)


def read_program(
    root: Path, files: Iterable[Path], presets: tuple[str, ...], reserved: frozenset[str], features: Iterable[str] = ()
) -> Program:
    """Read the spec `files` below `root`, then the overlays `specs/_features/<name>/*.md` in the order given.

    `reserved` are the names that the runtime gives to spec code. Raises `SpecErrors` with every mistake of form.
    """
    files = list(files)
    reader = _Reader(root, presets, reserved)
    for file in files:
        reader.read_file(file)
    features = list(features)
    for position, feature in enumerate(features):
        folder = root / "specs" / "_features" / feature
        overlay_files = sorted(folder.glob("*.md")) if Path(feature).name == feature else []
        if feature in features[:position]:
            problem = f"the feature {feature!r} is named twice"
            raise SpecErrors([SpecError(f"specs/_features/{feature}", 1, problem, "name it once")])
        if not overlay_files:
            above = root / "specs" / "_features"
            known = sorted(p.name for p in above.glob("*") if p.is_dir()) if above.is_dir() else []
            remedy = f"choose one of: {', '.join(known)}" if known else "add Markdown files to that folder"
            raise SpecErrors([SpecError(f"specs/_features/{feature}", 1, f"there is no feature {feature!r}", remedy)])
        files += overlay_files
        before = len(reader.touched)
        for file in overlay_files:
            reader.read_file(file, feature)
        if len(reader.touched) == before and not reader.errors:
            problem, remedy = f"the feature {feature!r} changes no definition", "add one, or do not load it"
            raise SpecErrors([SpecError(f"specs/_features/{feature}", 1, problem, remedy)])
    reader.check_reserved_names()
    rules = _rules(reader.definitions)
    reader.check_aliases(rules)
    if reader.errors:
        raise SpecErrors(reader.errors)
    touched = set(reader.touched)
    return Program(
        presets=presets,
        files=tuple(file.relative_to(root).as_posix() for file in files),
        definitions=reader.definitions,
        rules=rules,
        conditions=[c for c in reader.conditions if not _mentions(c) & (touched - set(reader.definitions))],
        unreachable=[row for row in reader.unreachable if row.rule in rules or not touched & set(row.rule.split("."))],
        sections=reader.sections,
    )


class _Reader:
    def __init__(self, root: Path, presets: tuple[str, ...], reserved: frozenset[str]) -> None:
        self.root, self.presets, self.reserved = root, presets, reserved
        self.shapes = grammar.table_shapes(presets)
        self.definitions: dict[str, Definition] = {}
        self.conditions: list[Condition] = []
        self.unreachable: list[Unreachable] = []
        self.sections: list[Section] = []
        self.errors: list[SpecError] = []
        self.layer = ""
        self.defined: set[str] = set()  # by the table that is being read
        self.feature = ""  # whose overlay is being read; empty in the spec itself
        self.touched: dict[str, str] = {}  # names that overlays changed -> "feature/file:line"

    def fail(self, place: Place, problem: str, remedy: str) -> None:
        self.errors.append(SpecError(place.file, place.line, problem, remedy))

    # One file

    def read_file(self, path: Path, feature: str = "") -> None:
        name = path.relative_to(self.root).as_posix()
        self.layer, self.feature = path.stem.replace("-", "_"), feature
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            line = 1 + path.read_bytes()[: error.start].count(b"\n")
            self.fail(Place(name, line), f"this is not UTF-8: {error.reason}", "save the file as UTF-8")
            return
        for number, line in enumerate(text.split("\n"), 1):
            if len(line.splitlines()) > 1 or line.startswith("\ufeff"):
                problem = "a character that some programs take for the end of a line, or for none at all"
                self.fail(Place(name, number), problem, "write the line anew")
                return
        for part in self._parts(name, text):
            self._read_part(part)

    def _parts(self, file: str, text: str) -> list[Part]:
        lines = text.splitlines()
        tokens = MarkdownIt("commonmark").enable("table").parse(text)
        top = Heading(Place(file, 1), 0, self.layer, "", (), (), ())
        parts = [Part(top)]
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token.type == "heading_open":
                parts.append(Part(self._heading(file, token, tokens[position + 1])))
            elif token.type == "table_open":
                end = _closing(tokens, position, "table_close")
                parts[-1].tables.append(_table(file, lines, tokens[position : end + 1]))
                parts[-1].prose.append(_lines_of(lines, token))
                position = end
            elif token.type == "fence" and token.map:
                if lines[token.map[1] - 1].strip(" >") != token.markup:
                    problem = f"a block without a closing {token.markup}"
                    self.fail(Place(file, token.map[0] + 1), problem, "close it: what follows is part of the block")
                if token.info.strip() == "python":
                    parts[-1].blocks.append(Block(Place(file, token.map[0] + 2), token.content))
                else:
                    parts[-1].prose.append(_lines_of(lines, token))
                    self._check_fence(Place(file, token.map[0] + 1), token.info.strip())
            elif token.type == "code_block" and token.map:
                remedy = "fence it, as ```python where it is part of the spec, else as ```text"
                self.fail(Place(file, token.map[0] + 1), "indented code, which the compiler would not read", remedy)
            elif token.level == 0 and token.nesting >= 0 and token.map and token.type != "inline":
                parts[-1].prose.append(_lines_of(lines, token))
            if token.map and token.type in ("paragraph_open", "html_block"):
                self._check_prose(Place(file, token.map[0] + 1), _lines_of(lines, token))
            position += 1
        return parts

    def _check_prose(self, place: Place, text: str) -> None:
        """What is meant as a part of the spec, and is none for Markdown, would vanish without a word."""
        if any(line.lstrip().startswith("|") for line in text.split("\n")):
            remedy = "give it a header row, a row of |---| with as many cells, no empty line, and one above it"
            self.fail(place, "a row of a table outside a table", remedy)
        if text.lstrip().startswith("<") and ("```" in text or "<!--" in text and "-->" not in text):
            self.fail(place, "a comment or HTML that swallows parts of the spec", "close it before them")

    def _check_fence(self, place: Place, info: str) -> None:
        """Code that only looks as if it were part of the spec would vanish without a word."""
        if info not in grammar.OTHER_FENCES:
            others = ", ".join(grammar.OTHER_FENCES)
            remedy = f"write ```python and nothing behind it, or one of: {others}, where it is no part of the spec"
            self.fail(place, f"a block fenced as ```{info}", remedy)

    def _heading(self, file: str, token: Token, inline: Token) -> Heading:
        place = Place(file, (token.map or [0])[0] + 1)
        names = tuple(child.content for child in inline.children or [] if child.type == "code_inline")
        words = "".join(child.content for child in inline.children or [] if child.type == "text")
        title = "".join(
            f"`{child.content}`" if child.type == "code_inline" else child.content for child in inline.children or []
        )
        marks, words = _take(words, "[", "]")
        notes, words = _take(words, "(formerly ", ")")
        for shown in [f"[{mark}]" for mark in marks] + [f"(formerly {note})" for note in notes]:
            title = title.replace(shown, "")
        for mark in marks:
            if mark not in grammar.MARKS:
                self.fail(place, f"unknown mark [{mark}] in a heading", f"use one of: {', '.join(grammar.MARKS)}")
            elif mark in grammar.OVERLAY_MARKS and not self.feature:
                self.fail(place, f"[{mark}] stands outside an overlay", "use it only below specs/_features/<name>/")
        if sum(mark in grammar.OVERLAY_MARKS for mark in marks) > 1:
            self.fail(place, "two marks of an overlay in one heading", "give each definition a heading of its own")
        self._check_formerly(place, notes, words, names)
        level = int(token.tag[1:])
        return Heading(place, level, title.strip(), words.strip(), names, tuple(marks), tuple(notes))

    def _check_formerly(self, place: Place, notes: list[str], words: str, names: tuple[str, ...]) -> None:
        remedy = "write (formerly layer.name) behind the one function that the heading names in backticks"
        if "(formerly" in words.lower():
            self.fail(place, "a note (formerly …) of another form", remedy)
        for note in notes:
            if len(names) != 1 or [part.isidentifier() for part in note.split(".")] != [True, True]:
                self.fail(place, f"the note (formerly {note}) does not say what was called so", remedy)

    # One part

    def _read_part(self, part: Part) -> None:
        heading = part.heading
        self.sections.append(
            Section(self.layer, heading.place, heading.title, heading.level, "\n\n".join(part.prose).strip())
        )
        if "Removed" in heading.marks:
            self._remove(part)
            return
        defined: set[str] = set()
        for table in part.tables:
            defined |= self._read_table(heading, table)
        for block in part.blocks:
            defined |= self._read_block(heading, block)
        if heading.kind in self.shapes and not part.tables:
            self.fail(heading.place, f"no table stands under “{heading.kind}”", "put it there, or rename the heading")
        nearly = [kind for kind in self.shapes if kind.rstrip("s").lower() == heading.kind.rstrip("s").lower()]
        if nearly and heading.kind not in self.shapes:
            self.fail(heading.place, f"the heading “{heading.kind}” is nearly “{nearly[0]}”", f"write “{nearly[0]}”")
        for name in heading.names:
            if name not in defined:
                self.fail(
                    heading.place,
                    f"the heading names `{name}`, but nothing under it defines {name}",
                    "correct the name, or write it without backticks",
                )
        for mark in heading.marks:
            if mark in grammar.OVERLAY_MARKS and not defined:
                problem = f"[{mark}] stands in a heading under which nothing is defined"
                self.fail(heading.place, problem, "delete the mark, or put the definition under it")
            elif mark in ("Interface", "Integer"):
                functions = [name for name in heading.names if isinstance(self.definitions.get(name), Function)]
                if not heading.names or len(functions) < len(set(heading.names) & defined):
                    problem = (
                        f"[{mark}] stands in a heading that names {'no function' if not functions else 'others too'}"
                    )
                    self.fail(heading.place, problem, "name just the functions that it is for, in backticks")

    def _remove(self, part: Part) -> None:
        place = part.heading.place
        if part.blocks or part.tables:
            self.fail(place, "a [Removed] heading has a definition under it", "use [Modified], or delete the block")
        if not part.heading.names:
            self.fail(place, "[Removed] stands in a heading that names nothing", "name what is removed in backticks")
        for name in part.heading.names:
            self._touch(name, place)
            if self.definitions.pop(name, None) is None:
                self.fail(place, f"[Removed] names {name}, which nothing defines", "correct the name")

    def _touch(self, name: str, place: Place) -> None:
        """Each name is changed by one overlay, once: which of two changes counts would depend on their order."""
        if name in self.touched:
            remedy = "say what becomes of it in one place, in one overlay"
            self.fail(place, f"an overlay has changed {name} before, at {self.touched[name]}", remedy)
        self.touched[name] = f"{place.file}:{place.line}"

    def _define(self, heading: Heading, definition: Definition) -> None:
        name, place = definition.name, definition.place
        earlier = self.definitions.get(name)
        marked = [mark for mark in heading.marks if mark in grammar.OVERLAY_MARKS]
        if self.feature:
            self._touch(name, place)
        if not self.feature:
            if earlier is not None:
                self.fail(
                    place,
                    f"{name} is defined twice; first at {earlier.place.file}:{earlier.place.line}",
                    "rename one of the two, or delete it",
                )
                return
        elif not marked:
            remedy = "write [New] or [Modified] into the heading that it stands under"
            self.fail(place, f"{name} stands in an overlay without a mark", remedy)
        elif marked[0] == "New" and earlier is not None:
            self.fail(place, f"{name} is marked [New], but {earlier.place.file} defines it", "mark it [Modified]")
        elif marked[0] == "Modified" and earlier is None:
            self.fail(place, f"{name} is marked [Modified], but nothing defines it", "mark it [New]")
        elif earlier is not None and earlier.layer != definition.layer:
            problem = f"{name} belongs to {earlier.place.file}, and its rules would get other ids here"
            self.fail(place, problem, f"put it into {Path(place.file).with_name(Path(earlier.place.file).name)}")
        elif isinstance(earlier, Function) and earlier.formerly != getattr(definition, "formerly", ()):
            remedy = f"repeat the note: (formerly {', '.join(earlier.formerly)})"
            self.fail(place, f"the earlier rule ids of {name} get lost", remedy)
        elif marked[0] == "Modified" and earlier is not None and _text(earlier) == _text(definition):
            self.fail(place, f"{name} is marked [Modified], but does not differ", "delete it from the overlay")
        self.definitions[name] = definition
        self.defined.add(name)

    def check_reserved_names(self) -> None:
        for name, definition in self.definitions.items():
            if hasattr(builtins, name):
                self.fail(definition.place, f"{name} shadows a builtin of Python", "choose another name")
            elif name in self.reserved or name in grammar.MODULE_NAMES:
                self.fail(definition.place, f"{name} shadows a name of the runtime", "choose another name")
            else:
                self._check_usable(definition.place, name)

    def check_aliases(self, rules: dict[str, Rule]) -> None:
        """An id that was once released stands for one rule only."""
        owners: dict[str, Rule] = dict(rules)
        for rule in rules.values():
            for alias in rule.aliases:
                if alias in owners:
                    problem = f"the earlier id {alias} of {rule.id} is also an id of {owners[alias].id}"
                    self.fail(rule.place, problem, "correct the note (formerly …) in the heading, or the reason")
                owners[alias] = rule

    def _check_usable(self, place: Place, name: str) -> bool:
        usable = name.isidentifier() and name.isascii() and not keyword.iskeyword(name) and not name.startswith("_")
        if not usable:
            self.fail(place, f"{name!r} is not a usable name", "use letters, digits and single underscores")
        return usable

    # Tables

    def _read_table(self, heading: Heading, table: Table) -> set[str]:
        shape = self.shapes.get(heading.kind)
        if shape is None:
            for other in self.shapes.values():
                if table.columns == other.columns:
                    remedy = f"put it under a heading “{other.heading}”, or change its header row"
                    self.fail(table.place, f"a table of the form “{other.heading}” stands elsewhere", remedy)
            return set()
        if table.columns != shape.columns:
            found, wanted = ", ".join(table.columns), ", ".join(shape.columns)
            self.fail(table.place, f"the table under “{shape.heading}” has the columns {found}", f"use: {wanted}")
            return set()
        for row in table.rows:
            if row.width > len(table.columns):
                problem = f"the row has {row.width} cells, but the table {len(table.columns)} columns"
                self.fail(row.place, problem, "delete what stands behind the last column; write | inside a cell as \\|")
        if not table.rows:
            self.fail(table.place, f"the table under “{shape.heading}” has no rows", "delete it, or add a row")
        self.defined = set()
        if shape.heading == grammar.ENUMERATION:
            self._read_enumeration(heading, table)
        elif shape.heading == "Governed parameters":
            self._read_parameters(heading, table)
        else:
            reader = {
                "Constants": self._read_constant,
                "Presets": self._read_preset,
                "Types": self._read_alias,
                "Conditions": self._read_condition,
                "Unreachable rules": self._read_unreachable,
            }[shape.heading]
            for row in table.rows:
                reader(heading, row)
        return self.defined

    def _name(self, row: Row, upper: bool | None) -> str | None:
        """The name in the first cell, in backticks; `upper` asks for CONSTANT_CASE or its opposite."""
        name = row.cells[0].code
        if name is None or row.cells[0].beside:
            self.fail(row.place, "the first cell is no name in backticks", "write it as `NAME`")
            return None
        if upper is not None and (name.upper() if upper else name.lower()) != name:
            case = "upper" if upper else "lower"
            self.fail(row.place, f"{name} is not in {case} case", f"write it in {case} case with underscores")
            return None
        return name if self._check_usable(row.place, name) else None

    def _expression(self, row: Row, column: int, annotated: bool = False) -> tuple[ast.expr, str] | None:
        """The code of a cell, and how it is written; only an `annotated` one may have words beside it."""
        cell = row.cells[column]
        if cell.code is None:
            self.fail(row.place, f"cell {column + 1} has no code in backticks", "write the value as `uint64(1)`")
            return None
        if cell.beside and not annotated:
            self.fail(row.place, f"{cell.beside!r} stands beside a value", "put it into the description")
        return self._parse(row.place, cell.code)

    def _parse(self, place: Place, source: str) -> tuple[ast.expr, str] | None:
        try:
            expression = ast.parse(source, mode="eval").body
        except SyntaxError as error:
            self.fail(place, f"`{source}` is not an expression: {error.msg}", "correct the value")
            return None
        if (foreign := _foreign(source)) is not None:
            self.fail(place, f"`{foreign.string}` is not ASCII", FOREIGN_REMEDY)
            return None
        if _depth(expression) > MAX_DEPTH:
            self.fail(place, f"`{source[:40]}…` nests too deeply", "give parts of it names")
            return None
        for node in ast.walk(expression):
            if isinstance(node, ast.expr):
                node.lineno = node.end_lineno = place.line
        return expression, source

    def _annotation(self, row: Row, column: int) -> ast.expr | None:
        text = row.cells[column].beside
        if not text:
            return None
        if not (text.startswith("(=") and text.endswith(")")):
            self.fail(row.place, f"{text!r} stands beside a value", "annotate a value as (= 32)")
            return None
        parsed = self._parse(row.place, text[2:-1].replace(",", "").strip())
        return parsed[0] if parsed else None

    def _read_constant(self, heading: Heading, row: Row) -> None:
        self._constant(heading, row, dict.fromkeys(self.presets, 1), unit=2, is_preset=False)

    def _read_preset(self, heading: Heading, row: Row) -> None:
        columns = {preset: 1 + position for position, preset in enumerate(self.presets)}
        self._constant(heading, row, columns, unit=1 + len(self.presets), is_preset=True)

    def _constant(self, heading: Heading, row: Row, columns: dict[str, int], unit: int, is_preset: bool) -> None:
        name = self._name(row, upper=True)
        parsed = {preset: self._expression(row, column, annotated=True) for preset, column in columns.items()}
        if name is None or None in parsed.values():
            return
        found = {preset: self._annotation(row, column) for preset, column in columns.items()}
        constant = Constant(name, self.layer, row.place, _words(row.cells[unit + 1]))
        constant.values = {preset: value[0] for preset, value in parsed.items() if value}
        constant.sources = {preset: value[1] for preset, value in parsed.items() if value}
        constant.annotations = {preset: value for preset, value in found.items() if value is not None}
        constant.unit, constant.is_preset = _words(row.cells[unit]), is_preset
        self._define(heading, constant)

    def _read_alias(self, heading: Heading, row: Row) -> None:
        name, parsed = self._name(row, upper=None), self._expression(row, 1)
        if name is not None and parsed is not None:
            alias = Alias(name, self.layer, row.place, _words(row.cells[2]), base=parsed[0], source=parsed[1])
            self._define(heading, alias)

    def _read_enumeration(self, heading: Heading, table: Table) -> None:
        if len(heading.names) != 1:
            self.fail(heading.place, "an enumeration's heading names no type", f"write: {grammar.ENUMERATION} `Role`")
            return
        enumeration = Enumeration(heading.names[0], self.layer, heading.place)
        for row in table.rows:
            name, parsed = self._name(row, upper=True), self._expression(row, 1)
            if name is None or parsed is None:
                continue
            value = parsed[0].value if isinstance(parsed[0], ast.Constant) else None
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 256:
                self.fail(row.place, f"{name} is not a whole number below 256", "write the value as `1`")
            elif name in [member[0] for member in enumeration.members]:
                self.fail(row.place, f"{name} stands twice in this enumeration", "rename one of the two")
            elif value in [member[1] for member in enumeration.members]:
                self.fail(row.place, f"{value} stands twice in this enumeration", "give each name a value of its own")
            else:
                enumeration.members.append((name, value, _words(row.cells[2]), row.place))
        self._define(heading, enumeration)

    def _read_parameters(self, heading: Heading, table: Table) -> None:
        name = "".join(word.capitalize() for word in self.layer.split("_")) + "Parameters"
        parameters = ParameterTable(name, self.layer, table.place, f"The governed parameters of {self.layer}.")
        after = 1 + len(self.presets)
        for row in table.rows:
            field_name = self._name(row, upper=False)
            defaults = {preset: self._expression(row, 1 + place) for place, preset in enumerate(self.presets)}
            minimum, maximum = self._expression(row, after), self._expression(row, after + 1)
            if field_name is None or None in defaults.values() or minimum is None or maximum is None:
                continue
            if field_name in [parameter.name for parameter in parameters.parameters]:
                self.fail(row.place, f"{field_name} stands twice in this table", "rename one of the two")
                continue
            given = [value[0] for value in (*defaults.values(), minimum, maximum) if value]
            types = {ast.unparse(value.func) if isinstance(value, ast.Call) else "" for value in given}
            if len(types) != 1 or "" in types:
                remedy = "write each default and each bound as `uint16(5000)`, of one type"
                self.fail(row.place, f"{field_name} has no type, or several", remedy)
                continue
            parameters.parameters.append(
                Parameter(
                    name=field_name,
                    place=row.place,
                    values={preset: value[0] for preset, value in defaults.items() if value},
                    sources={preset: value[1] for preset, value in defaults.items() if value},
                    minimum=minimum[0],
                    maximum=maximum[0],
                    unit=_words(row.cells[after + 2]),
                    description=_words(row.cells[after + 3]),
                )
            )
        self._define(heading, parameters)

    def _read_condition(self, heading: Heading, row: Row) -> None:
        parsed = self._expression(row, 0)
        if parsed is not None:
            self.conditions.append(Condition(row.place, parsed[0], parsed[1], _words(row.cells[1])))

    def _read_unreachable(self, heading: Heading, row: Row) -> None:
        rule = row.cells[1].code
        if rule is None:
            self.fail(row.place, "the second cell has no rule in backticks", "write it as `layer.function.reason`")
            return
        entry_point, edge = row.cells[0].code or row.cells[0].content, _words(row.cells[2])
        if edge not in ("", *grammar.EDGES):
            self.fail(
                row.place, f"{edge!r} is no edge", f"write {' or '.join(grammar.EDGES)}, or nothing for the whole pair"
            )
            return
        self.unreachable.append(Unreachable(row.place, entry_point, rule, edge, _words(row.cells[3])))

    # Code

    def _read_block(self, heading: Heading, block: Block) -> set[str]:
        try:
            tree = ast.parse(block.source)
        except SyntaxError as error:
            place = Place(block.place.file, block.place.line + (error.lineno or 1) - 1)
            self.fail(place, f"this is not Python: {error.msg}", "correct the code")
            return set()
        if (foreign := _foreign(block.source)) is not None:
            place = Place(block.place.file, block.place.line + foreign.start[0] - 1)
            self.fail(place, f"`{foreign.string}` is not ASCII", FOREIGN_REMEDY)
            return set()
        if _depth(tree) > MAX_DEPTH:
            self.fail(block.place, "the code nests too deeply", "give parts of it names")
            return set()
        ast.increment_lineno(tree, block.place.line - 1)
        defined = set()
        for node in tree.body:
            place = Place(block.place.file, node.lineno)
            definition: Definition
            if isinstance(node, ast.FunctionDef):
                definition = self._function(heading, block, node, place)
            elif isinstance(node, ast.ClassDef) and _base(node) in ("Container", "Opaque", "Protocol"):
                definition = _container(self.layer, node, place)
            else:
                what = type(node).__name__.lower()
                remedy = "only functions and classes that derive from Container, Opaque or Protocol stand in a block"
                self.fail(place, f"a statement of another kind ({what}) at the top level", remedy)
                continue
            self._define(heading, definition)
            defined.add(node.name)
        return defined

    def _function(self, heading: Heading, block: Block, node: ast.FunctionDef, place: Place) -> Function:
        lines = block.source.splitlines()
        first, last = node.lineno - block.place.line, (node.end_lineno or node.lineno) - block.place.line
        named = node.name in heading.names
        return Function(
            name=node.name,
            layer=self.layer,
            place=place,
            description=ast.get_docstring(node) or "",
            node=node,
            source="\n".join(lines[first : last + 1]),
            marks=frozenset(mark for mark in heading.marks if named and mark not in grammar.OVERLAY_MARKS),
            formerly=heading.formerly if named else (),
        )


def _container(layer: str, node: ast.ClassDef, place: Place) -> ContainerType:
    fields = [
        (item.target.id, item.annotation)
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    ]
    description = ast.get_docstring(node) or ""
    return ContainerType(
        node.name,
        layer,
        place,
        description,
        node=node,
        is_protocol=_base(node) == "Protocol",
        is_opaque=_base(node) == "Opaque",
        fields=fields,
    )


def _rules(definitions: dict[str, Definition]) -> dict[str, Rule]:
    """One rule for each `assert condition, "reason"`; asserts without a reason are refused by the language check."""
    rules: dict[str, Rule] = {}
    for function in definitions.values():
        if not isinstance(function, Function):
            continue
        for node in ast.walk(function.node):
            if isinstance(node, ast.Assert) and isinstance(node.msg, ast.Constant) and isinstance(node.msg.value, str):
                reason = node.msg.value
                rule_id = f"{function.layer}.{function.name}.{reason}"
                rules[rule_id] = Rule(
                    id=rule_id,
                    layer=function.layer,
                    function=function.name,
                    reason=reason,
                    place=Place(function.place.file, node.lineno),
                    text=ast.unparse(node.test),
                    aliases=tuple(f"{former}.{reason}" for former in function.formerly),
                )
    return rules


def _mentions(condition: Condition) -> set[str]:
    return {node.id for node in ast.walk(condition.expression) if isinstance(node, ast.Name)}


def _base(node: ast.ClassDef) -> str:
    return node.bases[0].id if len(node.bases) == 1 and isinstance(node.bases[0], ast.Name) else ""


def _text(definition: Definition) -> str:
    """What a definition says, without its place: to compare an overlay with what it replaces."""
    if isinstance(definition, Function):
        return ast.dump(definition.node) + repr(sorted(definition.marks))
    if isinstance(definition, ContainerType):
        return ast.dump(definition.node)
    if isinstance(definition, Constant):
        return repr(definition.sources)
    if isinstance(definition, ParameterTable):
        return repr([(p.name, p.sources, ast.dump(p.minimum), ast.dump(p.maximum)) for p in definition.parameters])
    if isinstance(definition, Enumeration):
        return repr([member[:2] for member in definition.members])
    assert isinstance(definition, Alias)
    return definition.source


def _foreign(source: str) -> tokenize.TokenInfo | None:
    """The first letter of code beyond ASCII, of which Python may take two that differ for one name."""
    beside_code = (tokenize.STRING, tokenize.COMMENT)
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return next((t for t in tokens if t.type not in beside_code and not t.string.isascii()), None)


def _depth(tree: ast.AST) -> int:
    """How many nodes lie one below the other."""
    depth, level = 0, [tree]
    while level:
        depth, level = depth + 1, [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


def _take(words: str, opening: str, closing: str) -> tuple[list[str], str]:
    """Cut every `opening … closing` out of `words`: what stood inside, and the rest."""
    inside = []
    while (start := words.find(opening)) >= 0 and (end := words.find(closing, start)) >= 0:
        inside.append(words[start + len(opening) : end].strip())
        words = words[:start] + words[end + len(closing) :]
    return inside, words


def _words(cell: Cell) -> str:
    return cell.content.strip()


def _closing(tokens: list[Token], start: int, kind: str) -> int:
    position = start
    while tokens[position].type != kind:
        position += 1
    return position


def _lines_of(lines: list[str], token: Token) -> str:
    first, end = token.map or [0, 0]
    return "\n".join(lines[first:end])


def _table(file: str, lines: list[str], tokens: list[Token]) -> Table:
    rows: list[Row] = []
    for token in tokens:
        if token.type == "tr_open":
            number = (token.map or [0])[0]
            rows.append(Row(Place(file, number + 1), [], _width(lines[number])))
        elif token.type == "inline":
            rows[-1].cells.append(_cell(token))
    header, body = rows[0], rows[1:]
    return Table(header.place, tuple(_words(cell) for cell in header.cells), body)


def _width(line: str) -> int:
    """How many cells a line of a table has."""
    return len(line.strip().replace("\\|", "").removeprefix("|").removesuffix("|").split("|"))


def _cell(token: Token) -> Cell:
    """A cell that begins with its only code span has a value; a description is read as written."""
    children = token.children or []
    codes = [child.content for child in children if child.type == "code_inline"]
    value_first = bool(children) and children[0].type == "code_inline"
    code = codes[0] if value_first and len(codes) == 1 else None
    beside = "" if code is None else token.content.replace(f"`{code}`", "", 1).strip()
    return Cell(token.content, code, beside)
