"""A report for people (terminal, HTML) and for programs (JSON, JUnit XML)."""

from __future__ import annotations

import json
import re
from collections import Counter
from html import escape
from typing import Any
from xml.etree import ElementTree

from rich.console import Console
from rich.table import Table
from rich.text import Text

from axivon_spec.conformance.outcomes import Outcome, Result
from axivon_spec.conformance.runner import Report

FAILURES_SHOWN = 20
STDERR_LINES_SHOWN = 10
# XML 1.0 has no way to write these.
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def title(report: Report) -> str:
    """`my-client 0.3 (minimal) against tests/vectors, spec 0.1.0`."""
    clients = [f"{g.name} {g.version}".strip() + f" ({preset})" for preset, g in report.greetings.items()]
    return f"{', '.join(clients) or 'no client'} against {report.source}, spec {report.spec}"


def account(report: Report) -> list[str]:
    """The account of the run, a line each."""
    left = report.indexed - report.chosen
    missing = report.chosen - report.sent - report.listed
    cases = f"{report.indexed} cases in the index = {report.sent} sent + {report.listed} listed as not supported"
    lines = [f"{cases} + {left} not chosen" + (f" + {missing} MISSING" if missing else "")]
    return [
        *lines,
        "the account does not close" if missing else "every object is used, every file is named by the index",
    ]


def lacking(report: Report) -> dict[str, int]:
    """What the client does not support, with the number of cases each."""
    missing = (result.detail for result in report.results if result.outcome is Outcome.NOT_SUPPORTED)
    return dict(Counter(missing).most_common())


def misspelt(report: Report) -> list[str]:
    """A line for each function that a client lists and that does not exist."""
    return list(dict.fromkeys(line for greeting in report.greetings.values() for line in greeting.misspelt))


def verdict(report: Report) -> str:
    """The last line."""
    counts = ", ".join(f"{number} {outcome}" for outcome, number in report.counts().items())
    if report.interrupted:
        counts = f"interrupted: {counts}" if counts else "interrupted"
    elif report.nothing_supported:
        counts += ": nothing was supported" if counts else "no case was chosen"
    return f"{counts} in {report.seconds:.1f} s"


def show(report: Report, console: Console) -> None:
    """Print the whole report. What the client wrote is printed as it stands, never as markup."""
    failures = report.failures()
    for result in failures[:FAILURES_SHOWN]:
        console.print(Text(f"{result.outcome}: {result.case}", style="bold red"), soft_wrap=True)
        _indented(console, result.detail)
        if result.stderr:
            console.print(Text("  standard error of the client:", style="dim"))
            _indented(console, "\n".join(result.stderr.splitlines()[-STDERR_LINES_SHOWN:]), "dim")
    if len(failures) > FAILURES_SHOWN:
        console.print(f"… and {len(failures) - FAILURES_SHOWN} more", style="red")
    for outcome, words in ((Outcome.REASON_UNKNOWN, "refused something rightly, but did not say by which rule"),):
        unknown = [result.case for result in report.results if result.outcome is outcome]
        if unknown:
            console.print(Text(f"{len(unknown)} cases {words}; first: {unknown[0]}", style="yellow"), soft_wrap=True)
    for line in misspelt(report):
        console.print(Text(line, style="yellow"), soft_wrap=True)
    for what, cases in lacking(report).items():
        console.print(Text(f"not supported ({cases} cases): {what}", style="yellow"), soft_wrap=True)
    if report.latencies():
        table = Table("function", "steps", "p50", "p99", title="Latency of a step", title_justify="left", box=None)
        for column in table.columns[1:]:
            column.justify = "right"
        for call, latency in report.latencies().items():
            table.add_row(call, str(latency.count), f"{latency.p50 * 1e3:.2f} ms", f"{latency.p99 * 1e3:.2f} ms")
        console.print(table)
    console.print(Text(title(report)), soft_wrap=True)
    for line in account(report):
        console.print(Text(f"account: {line}", style="" if report.account_closes else "bold red"), soft_wrap=True)
    console.print(Text(verdict(report), style="bold green" if report.exit_code() == 0 else "bold red"), soft_wrap=True)


def _indented(console: Console, text: str, style: str = "") -> None:
    for line in text.splitlines():
        console.print(Text(f"  {line}", style=style), soft_wrap=True)


def as_json(report: Report) -> str:
    """The report as one JSON object; `axivon conform --json`."""
    clients = {
        preset: {
            "name": g.name,
            "version": g.version,
            "functions": sorted(g.functions),
            "refusal": g.refusal,
            "misspelt": list(g.misspelt),
        }
        for preset, g in report.greetings.items()
    }
    document = {
        "clients": clients,
        "vectors": report.source,
        "spec": report.spec,
        "rules": report.rules,
        "exit_code": report.exit_code(),
        "interrupted": report.interrupted,
        "seconds": round(report.seconds, 3),
        "counts": {str(outcome): number for outcome, number in report.counts().items()},
        "account": {
            "closes": report.account_closes,
            "index": report.indexed,
            "chosen": report.chosen,
            "sent": report.sent,
            "not supported": report.listed,
        },
        "latency": {
            call: {"steps": latency.count, "p50_ms": round(latency.p50 * 1e3, 3), "p99_ms": round(latency.p99 * 1e3, 3)}
            for call, latency in report.latencies().items()
        },
        "cases": [_case_json(result) for result in report.results],
    }
    return json.dumps(document, indent=1, ensure_ascii=False)


def _case_json(result: Result) -> dict[str, Any]:
    case: dict[str, Any] = {"id": result.case, "outcome": str(result.outcome), "seconds": round(result.seconds, 6)}
    if result.detail:
        case["detail"] = result.detail
    if result.stderr:
        case["stderr"] = result.stderr
    return case


def as_junit(report: Report) -> bytes:
    """JUnit XML: a test case each, in a class for each layer and topic."""
    suite = ElementTree.Element(
        "testsuite",
        name="axivon conformance",
        tests=str(len(report.results)),
        failures=str(len(report.failures())),
        errors="0",
        skipped=str(report.counts().get(Outcome.NOT_SUPPORTED, 0)),
        time=f"{report.seconds:.3f}",
    )
    properties = ElementTree.SubElement(suite, "properties")
    for line in account(report):
        ElementTree.SubElement(properties, "property", name="account", value=_xml(line))
    for result in report.results:
        topic, _, name = result.case.rpartition("/")
        case = ElementTree.SubElement(
            suite, "testcase", classname=topic.replace("/", "."), name=name, time=f"{result.seconds:.6f}"
        )
        if result.outcome is not Outcome.PASSED:
            tag = "failure" if result.outcome.is_failure else "skipped"
            if result.outcome is Outcome.REASON_UNKNOWN:
                tag = "system-out"
            note = ElementTree.SubElement(case, tag)
            if tag != "system-out":
                note.set("message", _xml(f"{result.outcome}: {result.detail.partition(chr(10))[0]}"))
            note.text = _xml(f"{result.outcome}\n{result.detail}")
        if result.stderr:
            ElementTree.SubElement(case, "system-err").text = _xml(result.stderr)
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    return bytes(ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True))


def _xml(text: str) -> str:
    return NOT_IN_XML.sub("\ufffd", text)


STYLE = """
:root { color-scheme: light dark; --quiet: #777; --bad: #c0392b; --good: #1e8449; --unsure: #b7790a; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .15rem 1rem .15rem 0; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .2rem 0; font-size: .85rem; }
.failed { color: var(--bad); } .passed { color: var(--good); } .unsure { color: var(--unsure); }
.quiet { color: var(--quiet); }
"""


def as_html(report: Report) -> str:
    """One page that needs nothing else: outcomes, account, latency, and each case, failures first."""
    rows = sorted(report.results, key=lambda result: not result.outcome.is_failure)
    latencies = "".join(
        f"<tr><td>{escape(call)}</td><td class=number>{latency.count}</td>"
        f"<td class=number>{latency.p50 * 1e3:.2f} ms</td><td class=number>{latency.p99 * 1e3:.2f} ms</td></tr>"
        for call, latency in report.latencies().items()
    )
    counts = "".join(
        f"<tr><td class={_class(outcome)}>{escape(outcome)}</td><td class=number>{number}</td></tr>"
        for outcome, number in report.counts().items()
    )
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>Axivon conformance</title><style>{STYLE}</style>"
        f"<h1>{escape(title(report))}</h1>"
        f"<p class={'passed' if report.exit_code() == 0 else 'failed'}>{escape(verdict(report))}</p>"
        f"<h2>Outcomes</h2><table>{counts}</table>"
        f"<h2>Account</h2><pre>{escape(chr(10).join(account(report)))}</pre>"
        f"<h2>Latency of a step</h2><table><tr><th>function<th>steps<th>p50<th>p99</tr>{latencies}</table>"
        f"<h2>Cases</h2><table>{''.join(map(_case_html, rows))}</table></html>\n"
    )


def _class(outcome: Outcome) -> str:
    if outcome.is_failure:
        return "failed"
    return "passed" if outcome is Outcome.PASSED else "unsure"


def _case_html(result: Result) -> str:
    detail = f"<pre>{escape(result.detail)}</pre>" if result.detail else ""
    stderr = f"<pre class=quiet>{escape(result.stderr)}</pre>" if result.stderr else ""
    outcome = f"<td class={_class(result.outcome)}>{escape(result.outcome)}</td>"
    return f"<tr>{outcome}<td>{escape(result.case)}{detail}{stderr}</td></tr>"
