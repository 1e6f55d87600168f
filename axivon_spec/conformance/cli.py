"""`axivon conform` and `axivon client`."""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import axivon_spec
from axivon_spec import output
from axivon_spec.cli import WrongUse
from axivon_spec.progress import progress
from axivon_spec.start import INTERRUPTED

if TYPE_CHECKING:
    from axivon_spec.conformance.conversation import Exchange
    from axivon_spec.conformance.outcomes import Result
    from axivon_spec.conformance.source import Entry, Source

app = typer.Typer(help="Conformance of clients.", no_args_is_help=True, pretty_exceptions_enable=False)


@app.command()
def conform(
    client: Annotated[
        str, typer.Option(metavar="CMD", help="The client: a command line, or unix:/path of its socket.")
    ],
    vectors: Annotated[
        str | None,
        typer.Option(
            metavar="DIR|ARCHIVE|SESSION",
            help="What to run; default: the checkout's tests/vectors, else the vectors of this version.",
        ),
    ] = None,
    expression: Annotated[
        str, typer.Option("-k", metavar="EXPR", help="Only cases whose id, functions or rules match, as in pytest.")
    ] = "",
    preset: Annotated[str | None, typer.Option(metavar="NAME", help="Only cases of this preset.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Run this many of the client at once.")] = 1,
    strict_reasons: Annotated[
        bool, typer.Option("--strict-reasons", help="Fail where a rejection does not say for which rule.")
    ] = False,
    check_invariants: Annotated[
        bool, typer.Option("--check-invariants", help="Check the spec's invariants on the client's states.")
    ] = False,
    step_timeout: Annotated[
        float, typer.Option(min=0.001, max=86_400, metavar="SECONDS", help="Time for one step.")
    ] = 10.0,
    start_timeout: Annotated[
        float, typer.Option(min=0.001, max=86_400, metavar="SECONDS", help="Time to answer hello.")
    ] = 30.0,
    self_test: Annotated[
        bool, typer.Option("--self-test", help="Run the session that ships with this package; needs no vectors.")
    ] = False,
    record: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the session to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write JUnit XML.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page.")] = None,
) -> None:
    """Run every vector against a client in any language.

    Exit codes: 0 all supported cases passed; 1 a case failed, or nothing was supported; 2 wrong use or damaged
    vectors; 3 the client does not speak the protocol; 130 interrupted.
    """
    from rich.console import Console

    from axivon_spec.conformance import report as reports
    from axivon_spec.conformance.connection import CannotStart
    from axivon_spec.conformance.conversation import NoProtocol, Settings
    from axivon_spec.conformance.record import recording
    from axivon_spec.conformance.runner import NO_PROTOCOL, run
    from axivon_spec.conformance.source import Damaged

    settings = Settings(client, step_timeout, start_timeout, strict_reasons, check_invariants, record is not None)
    for path in (record, junit, html):
        if path is not None and (reason := output.trouble(path)):
            raise WrongUse(reason)
    try:
        source = _source(vectors, self_test)
        if check_invariants and not source.has_spec:
            raise WrongUse(f"--check-invariants needs the spec {source.spec}; this is {axivon_spec.__version__}")
        entries = _chosen(source, expression, preset)
        with ExitStack() as stack:
            recorder = stack.enter_context(recording(record, source)) if record is not None else None
            tell = stack.enter_context(progress("conformance"))
            count = itertools.count(1)

            def watch(result: Result, exchanges: list[Exchange]) -> None:
                tell(next(count), len(entries))
                if recorder is not None:
                    recorder.write(result, exchanges)

            report = run(source, entries, settings, jobs, watch)
    except (Damaged, CannotStart) as error:
        raise WrongUse(str(error)) from None
    except NoProtocol as error:
        typer.echo(f"axivon: the client does not speak the protocol: {error}", err=True)
        raise typer.Exit(NO_PROTOCOL) from None
    if as_json:
        typer.echo(reports.as_json(report))
    else:
        reports.show(report, Console(highlight=False))
    if junit is not None:
        output.write(junit, reports.as_junit(report))
    if html is not None:
        output.write(html, reports.as_html(report).encode())
    raise typer.Exit(INTERRUPTED if report.interrupted else report.exit_code())


@app.command()
def client(
    preset: Annotated[
        str | None, typer.Option(metavar="NAME", help="Serve only this preset; default: the one that hello names.")
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Serve a spec without this rule (may be repeated), or one mutant."),
    ] = None,
    objects: Annotated[str, typer.Option(help="How to be given objects: raw, snappy or hex.")] = "raw",
    socket: Annotated[Path | None, typer.Option(metavar="PATH", help="Serve on a unix socket.")] = None,
) -> None:
    """Serve the spec itself as a client, on standard input and output or a unix socket."""
    from axivon_spec.conformance.client import Server, UnknownFault
    from axivon_spec.conformance.wire import TRANSPORTS

    if objects not in TRANSPORTS:
        raise WrongUse(f"--objects is one of {', '.join(TRANSPORTS)}, not {objects!r}")
    try:
        server = Server(preset, frozenset(fault or ()), objects)
    except UnknownFault as error:
        raise WrongUse(str(error)) from None
    if preset is not None and preset not in axivon_spec.PRESETS:
        raise WrongUse(f"there is no preset {preset!r}; choose one of: {', '.join(axivon_spec.PRESETS)}")
    if socket is None:
        server.serve_pipes()
    else:
        server.serve_socket(socket)


def _source(vectors: str | None, self_test: bool) -> Source:
    from axivon_spec.conformance.published import open_source
    from axivon_spec.conformance.record import SHIPPED, SessionSource

    if self_test:
        if vectors is not None:
            raise WrongUse("--self-test brings its own cases: leave --vectors out")
        return SessionSource(SHIPPED)
    return open_source(vectors)


def _chosen(source: Source, expression: str, preset: str | None) -> list[Entry]:
    from axivon_spec.conformance.choice import MistakenExpression, chooser

    try:
        holds = chooser(expression)
    except MistakenExpression as error:
        raise WrongUse(f"-k: {error}") from None
    entries = source.entries()
    presets = sorted({entry.preset for entry in entries})
    if preset is not None and preset not in presets:
        raise WrongUse(f"no case has the preset {preset!r}; there are {', '.join(presets)}")
    chosen = [entry for entry in entries if preset in (None, entry.preset) and holds(entry.names())]
    if not chosen:
        raise WrongUse(f"no case matches -k {expression!r}")
    return chosen
