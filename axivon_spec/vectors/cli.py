"""`axivon vectors …`"""

from __future__ import annotations

import dataclasses
import difflib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import axivon_spec
from axivon_spec import output
from axivon_spec.cli import WrongUse, named
from axivon_spec.progress import progress
from axivon_spec.vectors.account import account
from axivon_spec.vectors.exchange import Occupied, alone, put_back, refuse_occupied
from axivon_spec.vectors.pools import processes, threads
from axivon_spec.vectors.read import VectorSet
from axivon_spec.vectors.shipped import find_generators, user_vectors

if TYPE_CHECKING:
    from axivon_spec.vectors.coverage import Row

app = typer.Typer(no_args_is_help=True, help="Generate, verify and look at test vectors.")

EXECUTORS = ("serial", "threads", "processes")
MAX_WORKERS = 256

Json = Annotated[bool, typer.Option("--json", help="Print data instead of text.")]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--vectors",
        help="A folder or an archive; default: tests/vectors, outside a checkout the vectors of this version.",
        show_default=False,
    ),
]


def default_folder() -> Path:
    """The set of the checkout; with an installed package that of its version, made where there is none."""
    return axivon_spec.CHECKOUT / "tests" / "vectors" if axivon_spec.CHECKOUT else user_vectors()


def open_set(path: Path | None) -> VectorSet:
    path = path or default_folder()
    put_back(path)
    if not path.exists():
        raise WrongUse(f"there are no vectors at {path}; make them with `axivon vectors generate`")
    return VectorSet(path)


@contextmanager
def _executor(name: str, scheduler: str | None, workers: int) -> Iterator[Executor | None]:
    if name not in EXECUTORS:
        raise WrongUse(f"there is no executor {name!r}; choose {', '.join(EXECUTORS)}")
    if scheduler is not None:
        try:
            from distributed import Client
        except ImportError:
            raise WrongUse("--scheduler needs dask: pip install 'axivon-spec[dask]'") from None
        try:
            client = Client(scheduler)
        except (ValueError, OSError) as error:  # no address, or nobody there
            raise WrongUse(f"--scheduler {scheduler!r}: {error}") from None
        with client:
            yield client.get_executor()
    elif name == "serial" or workers == 1:
        yield None
    elif name == "threads":
        with threads(workers) as pool:
            yield pool
    else:
        with processes(workers) as pool:
            yield pool


@app.command()
def generate(
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", parser=named, metavar="PATH", help="Where to write; default: tests/vectors."),
    ] = None,
    preset: Annotated[str, typer.Option(help="minimal or mainnet; mainnet needs --out.")] = "minimal",
    executor: Annotated[str, typer.Option(help="serial, threads or processes.")] = "processes",
    workers: Annotated[
        int, typer.Option(min=0, max=MAX_WORKERS, help="How many at once; default, with 0: one a core.")
    ] = 0,
    scheduler: Annotated[str | None, typer.Option(help="A Dask scheduler, tcp://…")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Record also what has not changed since the last run.")
    ] = False,
) -> None:
    """Record every case, write the vectors, and replay each from its files."""
    from axivon_spec.vectors.coverage import summary
    from axivon_spec.vectors.generate import generate as make
    from axivon_spec.vectors.incremental import Kept
    from axivon_spec.vectors.record import CaseError

    checkout = axivon_spec.CHECKOUT
    if preset not in axivon_spec.PRESETS:
        raise WrongUse(f"there is no preset {preset!r}; choose one of: {', '.join(axivon_spec.PRESETS)}")
    if out is None and preset != "minimal":
        raise WrongUse(f"say with --out where the {preset} vectors go; tests/vectors holds the minimal ones")
    if out is None and checkout is None:
        raise WrongUse("say with --out where the vectors go")
    find_generators()
    kept = None
    if checkout is not None:  # an installed package has been checked, and nothing of it changes
        refuse_mistakes()
        kept = Kept(axivon_spec.program(), preset, "generators", checkout / ".cache" / "vectors", again)
    folder = out or default_folder()
    try:
        refuse_occupied(folder)
        with alone(folder, lambda: print(f"waiting for another run that writes {folder}", file=sys.stderr)):
            with progress("recording") as tell, _executor(executor, scheduler, workers or os.cpu_count() or 1) as pool:
                index = make(preset, folder, pool, tell, kept)
            published, shown = VectorSet(folder), kept.summary(index) if kept else None
            if shown is None:
                faults, rows = _replayed(published)
                shown = summary(rows)
                if kept and not faults:
                    kept.keep_summary(index, shown)
            else:
                faults = account(published)
    except (CaseError, Occupied) as error:
        raise WrongUse(str(error)) from None
    count = len(index["cases"])
    made = len(kept.made) if kept else count
    print(f"{count} cases in {folder}, {made} recorded in this run, each replayed from its files; {shown}")
    _end(faults)


def refuse_mistakes() -> None:
    """Raises `SpecErrors` where the spec has any mistake, also one of types that no case would run into."""
    from axivon_spec.compiler.cli import found_mistakes
    from axivon_spec.compiler.model import SpecErrors

    mistakes = found_mistakes()
    if mistakes:
        raise SpecErrors(mistakes)


@app.command()
def verify(vectors: Folder = None, as_json: Json = False) -> None:
    """Check every file against the index, and replay every case from its files with the spec."""
    faults, _ = _replayed(open_set(vectors))
    _end(faults, as_json)
    if as_json:
        print(json.dumps({"faults": faults}))


def _replayed(published: VectorSet) -> tuple[list[str], list[Row]]:
    """What is wrong with a set, and what its cases show of each rule."""
    from axivon_spec.vectors.coverage import Measurement

    faults = account(published)
    if faults:
        return faults, []
    measurement, ids = Measurement(published), published.ids()
    with progress("replaying") as tell:
        for number, id in enumerate(ids, 1):
            faults += [f"{id}: {fault}" for fault in measurement.replay(id)]
            tell(number, len(ids))
    return faults, list(measurement.rows.values())


def _end(faults: list[str], as_json: bool = False) -> None:
    """Tell what is wrong with a set, and end the command where anything is."""
    if not faults:
        return
    if as_json:
        print(json.dumps({"faults": faults}))
    else:
        for fault in faults[:50]:
            print(fault, file=sys.stderr)
        print(f"{len(faults)} faults", file=sys.stderr)
    raise typer.Exit(2)


@app.command("list")
def list_cases(
    vectors: Folder = None,
    rule: Annotated[str | None, typer.Option(help="Only cases that break this rule.")] = None,
    as_json: Json = False,
) -> None:
    """The cases: id, last function, rules."""
    published = open_set(vectors)
    rules: dict[str, Any] = published.document("rules.json")
    if rule is not None and rule not in rules:
        raise WrongUse(f"there is no rule {rule}" + _nearest(rule, rules))
    entries = {id: e for id, e in published.index["cases"].items() if rule is None or rule in e["rules"]}
    if as_json:
        print(json.dumps(entries))
        return
    for id, entry in entries.items():
        print(id, entry["functions"][-1], *entry["rules"])


def _nearest(name: str, names: Iterable[str]) -> str:
    nearest = difflib.get_close_matches(name, names, 3, 0.4)
    return f"; the nearest: {', '.join(nearest)}" if nearest else ""


@app.command()
def show(
    case: Annotated[str, typer.Argument(help="The id of a case.")], vectors: Folder = None, as_json: Json = False
) -> None:
    """One case: what it is about, its steps, and the rule that it breaks."""
    published = open_set(vectors)
    if case not in published.index["cases"]:
        raise WrongUse(f"there is no case {case}" + _nearest(case, published.ids()))
    content = published.case(case)
    if as_json:
        print(json.dumps(content))
        return
    print(f"{case} ({content['preset']})\n{content['doc']}\n")
    rules: dict[str, Any] = published.document("rules.json")
    for number, step in enumerate(content["steps"], 1):
        print(f"{number}. {step['call']}")
        for name, argument in step["args"].items():
            shown = argument.get("value", argument) if isinstance(argument, dict) else argument
            print(f"     {name} = {json.dumps(shown, ensure_ascii=False)}")
        for rule in step.get("rejects", []):
            print(f"   is rejected by {rule}")
        for rule in step.get("fails", []):
            print(f"   is accepted, and its operation fails by {rule}")
        for rule in [*step.get("rejects", []), *step.get("fails", [])]:
            if rule in rules:
                print(f"     {rules[rule]['file']}:{rules[rule]['line']}: {rules[rule]['text']}")
        if "changes" in step:
            print(f"   is accepted {json.dumps(step['changes'])}")


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="A folder or an archive.")],
    after: Annotated[Path, typer.Argument(help="A folder or an archive.")],
    as_json: Json = False,
) -> None:
    """Which cases were added, removed or changed from BEFORE to AFTER. Exit code 1 where any was, 2
    where a file of one of them is damaged."""
    from axivon_spec.vectors.archive import changes

    sets = open_set(before), open_set(after)
    _end([f"{each.name}: {fault}" for each in sets for fault in account(each)], as_json)
    found = changes(*sets)
    if as_json:
        print(json.dumps(found))
    else:
        for what, ids in found.items():
            for id in ids:
                print(what, id)
    if any(found.values()):
        raise typer.Exit(1)


@app.command()
def coverage(
    vectors: Folder = None,
    branches: Annotated[bool, typer.Option("--branches", help="Instead: lines and branches of the Markdown.")] = False,
    as_json: Json = False,
) -> None:
    """For each rule at each entry point: a case that breaks it, one that only just passes it, one that only just
    does not. Exit code 1 where one is missing that the spec does not call impossible, or is there though it does."""
    from axivon_spec.vectors.coverage import summary

    if branches:
        _tell_branches(open_set(vectors), as_json)
        return

    faults, rows = _replayed(open_set(vectors))
    _end(faults, as_json)
    missing = [(row, what) for row in rows for what in row.missing()]
    contradicted = [(row, case) for row in rows for case in row.contradicted().values()]
    if as_json:
        print(json.dumps([dataclasses.asdict(row) for row in rows]))
    else:
        wanted = {"broken": "breaks", "accepted": "only just passes", "refused": "only just fails"}
        for row, what in missing:
            print(f"no case {wanted[what]} {row.rule} at {row.entry_point}")
        for row, case in contradicted:
            print(f"{case} shows what the spec calls impossible: {row.rule} at {row.entry_point}")
        print(summary(rows))
    if missing or contradicted:
        raise typer.Exit(1)


def _tell_branches(published: VectorSet, as_json: bool) -> None:
    from axivon_spec.vectors.branches import measured

    _end(account(published), as_json)
    root = axivon_spec.compilation().root
    with measured(root, axivon_spec.program()) as found:
        faults, _ = _replayed(published)
    _end(faults, as_json)
    if as_json:
        print(json.dumps(dataclasses.asdict(found)))
    else:
        for place in found.missing:
            print(f"no case runs {place}")
        counts = f"{found.lines} lines and {found.branches} branches of what the interface reaches"
        print(f"{counts}; {len(found.missing)} are run by no case")


@app.command()
def mutate(
    vectors: Folder = None,
    only: Annotated[str, typer.Option(help="Only mutants with this in their id, such as token.move_balance.")] = "",
    workers: Annotated[int, typer.Option(min=0, max=MAX_WORKERS, help="Processes; default, with 0: one a core.")] = 0,
    as_json: Json = False,
) -> None:
    """Replay the cases on faulty specs, and list by line of Markdown what no case catches.

    Exit code 1 where a mutant survives that `generators/equivalent.py` does not explain, or one that it explains is
    caught. `axivon client --fault ID` serves a mutant.
    """
    from axivon_spec.vectors.mutate import mutate as run

    published = open_set(vectors)
    _end(account(published), as_json)
    explained = _equivalents()
    with progress("mutants") as tell, processes(workers) as pool:
        verdicts = run(published.root, pool, lambda mutant: only in mutant.id, tell)
    if not verdicts:
        raise WrongUse(f"no mutant has {only!r} in its id")
    survivors = [verdict for verdict in verdicts if verdict.caught is None]
    known = {verdict.id: verdict for verdict in verdicts}
    faults = [f"{v.place}: survives: {v.id}" for v in survivors if v.id not in explained]
    faults += [f"{v.place}: {v.rule} is not caught at {', '.join(v.missed)}" for v in verdicts if v.missed]
    for id in explained:
        if (id in known and known[id].caught is not None) or (not only and id not in known):
            faults.append(f"generators/equivalent.py explains {id}, which {'is caught' if id in known else 'is none'}")
    if as_json:
        rows = [{"id": v.id, "place": v.place, "rule": v.rule, "caught": v.caught} for v in verdicts]
        print(json.dumps({"mutants": rows, "faults": faults}))
    else:
        for verdict in survivors:
            if verdict.id in explained:
                print(f"{verdict.place}: {verdict.id} is no fault: {explained[verdict.id]}")
        for fault in faults:
            print(fault, file=sys.stderr)
        rules = [verdict for verdict in verdicts if verdict.rule is not None]
        everywhere = sum(verdict.caught is not None and not verdict.missed for verdict in rules)
        print(
            f"{len(verdicts) - len(survivors)} of {len(verdicts)} mutants are caught; of {len(rules)} removed rules "
            f"{everywhere} at every entry point; {len(survivors)} survive"
        )
    if faults:
        raise typer.Exit(1)


@app.command()
def archive(
    out: Annotated[Path, typer.Option("--out", "-o", help="The archive to write, such as minimal.tar.gz.")],
    vectors: Folder = None,
    previous: Annotated[
        Path | None, typer.Option(help="The archive or folder before: what was added, changed or removed is listed.")
    ] = None,
) -> None:
    """Pack the vectors for a release: the same bytes from the same vectors, the checksum and the changes beside them.

    An archive is read like a folder: `axivon vectors verify --vectors minimal.tar.gz`.
    """
    from axivon_spec.vectors.archive import changes, pack

    for path in (out, out.with_name(f"{out.name}.sha256"), out.with_name(f"{out.name}.changes.json")):
        if reason := output.trouble(path):
            raise WrongUse(reason)
    published = open_set(vectors)
    _end(account(published))
    changed = changes(open_set(previous), published) if previous is not None else None
    digest = pack(published, out, changed)
    print(f"{len(published.ids())} cases in {out}, SHA-256 {digest}")
    if changed is not None:
        print(", ".join(f"{len(ids)} {what}" for what, ids in changed.items()))


def _equivalents() -> dict[str, str]:
    """Mutants that no case can catch, and why."""
    find_generators()
    from generators.equivalent import EQUIVALENT

    return dict(EQUIVALENT)
