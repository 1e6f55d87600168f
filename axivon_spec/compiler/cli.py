"""`axivon spec …`: check the spec, look things up in it, export it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from axivon_spec import CHECKOUT, compilation
from axivon_spec.cli import WrongUse, named
from axivon_spec.compiler.model import SpecError
from axivon_spec.stubs import SPEC_RUNTIME

app = typer.Typer(
    help="Check the spec, look things up in it, export it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Features = Annotated[list[str], typer.Option("--feature", help="An overlay of specs/_features; may be repeated.")]
Preset = Annotated[str, typer.Option(help="Whose bounds to print.")]
Filter = Annotated[str, typer.Argument(help="Print only what contains this.", show_default=False)]


@app.command()
def check(features: Features = [], as_json: Json = False) -> None:  # noqa: B006 - typer's way to say "none"
    """Compile every preset and check its types; print every mistake with file, line and remedy.

    Exit code 0: sound; 2: there are mistakes."""
    found = found_mistakes(features)
    if as_json:
        _print_json([{"file": e.file, "line": e.line, "problem": e.problem, "remedy": e.remedy} for e in found])
    elif found:
        typer.echo("\n".join(map(str, found)), err=True)
    else:
        program = compilation().program(features)
        presets = " and ".join(program.presets)
        typer.echo(f"{len(program.definitions)} definitions and {len(program.rules)} rules are sound under {presets}")
    raise typer.Exit(2 if found else 0)


def found_mistakes(features: Sequence[str] = ()) -> list[SpecError]:
    """Every mistake of the spec, with its types."""
    from axivon_spec.compiler.soundness import mistakes
    from axivon_spec.compiler.typed import CheckerMissing

    try:
        return mistakes(compilation(), features, SPEC_RUNTIME, _cache())
    except CheckerMissing as error:
        raise WrongUse(str(error)) from error


@app.command()
def build(
    out: Annotated[Path, typer.Option("--out", "-o", parser=named, metavar="PATH", help="The folder to write to.")],
    typed: Annotated[bool, typer.Option("--typed", help="Also write typed twins, for checkers and editors.")] = False,
    features: Features = [],  # noqa: B006
) -> None:
    """Write what a client is built from: rules.json, functions.json, parameters.json, types/ and presets/."""
    from axivon_spec.compiler.cache import write_atomically
    from axivon_spec.compiler.export import files

    exports = {preset: compilation().exports(preset, features) for preset in compilation().presets}
    for name, content in files(exports).items():
        write_atomically(out / name, content)
        typer.echo(out / name)
    if typed:
        from axivon_spec.compiler.typed import write

        for preset in compilation().presets:
            typer.echo(write(compilation().program(features), preset, out / "typed", SPEC_RUNTIME).path)


@app.command()
def grammar(
    write: Annotated[bool, typer.Option("--write", help="Put it in its place in specs/README.md.")] = False,
) -> None:
    """Print what a spec file may consist of and what its code may say."""
    from axivon_spec.compiler import describe

    spec = compilation()
    page = describe.page(spec.presets, spec.names())
    if write:
        describe.write(spec.root / "specs" / "README.md", page)
    else:
        print(page)


@app.command()
def rules(containing: Filter = "", features: Features = [], as_json: Json = False) -> None:  # noqa: B006
    """List every reason for which the spec rejects: id, place, condition that must hold."""
    exported = compilation().exports(compilation().presets[0], features)["rules"]
    chosen = {name: rule for name, rule in exported.items() if containing in name}
    _print(chosen, as_json, ((name, _place(rule), rule["text"]) for name, rule in chosen.items()))


@app.command()
def functions(containing: Filter = "", features: Features = [], as_json: Json = False) -> None:  # noqa: B006
    """List the interface functions, which a client must be able to answer for; `*` marks what a call changes."""
    exported = compilation().exports(compilation().presets[0], features)["functions"]
    chosen = {name: function for name, function in exported.items() if containing in name}
    _print(chosen, as_json, ((name, _place(function), _signature(function)) for name, function in chosen.items()))


@app.command()
def types(containing: Filter = "", preset: Preset = "minimal", features: Features = [], as_json: Json = False) -> None:  # noqa: B006
    """List every SSZ type with the bounds of a preset."""
    if preset not in compilation().presets:
        raise WrongUse(f"there is no preset {preset!r}; choose one of: {', '.join(compilation().presets)}")
    exported = compilation().exports(preset, features)["types"]
    chosen = {name: shape for name, shape in exported.items() if containing in name}
    _print(chosen, as_json, ((name, shape.get("layer") or "", _shape(shape)) for name, shape in chosen.items()))


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A function, type, constant, parameter or rule id.", show_default=False)],
    features: Features = [],  # noqa: B006
    as_json: Json = False,
) -> None:
    """Print a definition: its prose, its code, what uses it, the rules it can reach."""
    from axivon_spec.compiler.entry import find, nearest

    program = compilation().program(features)
    entry = find(program, compilation().root, name)
    if entry is None:
        close = nearest(program, name)
        hint = f"; did you mean {' or '.join(close)}?" if close else ""
        raise WrongUse(f"the spec has no {name}{hint}")
    if as_json:
        _print_json(entry.as_json())
    else:
        typer.echo(entry.as_text())


def _cache() -> Path:
    """Where twins and mypy's cache are kept: in the checkout, or with an installed package in the user's cache."""
    import os

    users = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "axivon"
    return CHECKOUT / ".cache" if CHECKOUT else users


# Output


def _print(data: Mapping[str, Any], as_json: bool, rows: Iterable[tuple[str, str, str]]) -> None:
    if as_json:
        _print_json(data)
        return
    table = list(rows)
    widths = [max((len(row[column]) for row in table), default=0) for column in (0, 1)]
    for first, second, third in table:
        typer.echo(f"{first:{widths[0]}}  {second:{widths[1]}}  {third}".rstrip())


def _print_json(data: object) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


def _place(entry: Mapping[str, Any]) -> str:
    return f"{entry['file']}:{entry['line']}" if entry["file"] else "built in"


def _signature(function: Mapping[str, Any]) -> str:
    arguments = (f"{a['name']}{'*' if a['changes'] else ''}: {a['type']}" for a in function["arguments"])
    return f"({', '.join(arguments)}) -> {function['returns']}"


def _shape(shape: Any) -> str:
    """A type expression in a line: `{owner: Address, notes: list of Amount, at most 4}`."""
    if isinstance(shape, str):
        return shape
    if "fields" in shape:
        return "{" + ", ".join(f"{field['name']}: {_shape(field['type'])}" for field in shape["fields"]) + "}"
    if "members" in shape:
        return "one of " + ", ".join(f"{name} = {value}" for name, value in shape["members"].items())
    if "bits" in shape:
        return f"{shape['kind']} of {shape['bits']} bits"
    element = f" of {_shape(shape['element'])}" if "element" in shape else ""
    size = (
        f", at most {shape['limit']}"
        if "limit" in shape
        else f", exactly {shape['length']}"
        if "length" in shape
        else ""
    )
    return f"{shape['kind']}{element}{size}"
