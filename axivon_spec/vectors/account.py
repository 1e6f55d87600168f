"""Whether a set of vectors is whole: files, objects, and what the index says of its cases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from axivon_spec.vectors.literals import digests
from axivon_spec.vectors.read import INDEX, DamagedVectors, VectorSet
from axivon_spec.vectors.store import SUFFIX


def account(published: VectorSet) -> list[str]:
    """What does not fit: files damaged, missing or surplus, cases that are none or of which the index says something
    else, objects that no case names. One line each."""
    faults = list(_files(published))
    try:
        functions = published.document("functions.json")
        published.document("rules.json")
    except DamagedVectors as error:
        return [*faults, str(error)] if str(error) not in faults else faults
    used: set[str] = set()
    for id, entry in published.index["cases"].items():
        try:
            case = published.case(id)
        except DamagedVectors as error:
            faults += [] if str(error) in faults else [str(error)]
            continue
        used.update(digests(case))
        faults += [f"case {id}: {fault}" for fault in (*_told(case, entry), *_steps(case, functions))]
    listed = published.index["files"]
    objects = {name.removeprefix("objects/").removesuffix(SUFFIX) for name in listed if name.startswith("objects/")}
    faults += [f"objects/{digest}{SUFFIX} is used by no case" for digest in sorted(objects - used)]
    faults += [f"objects/{digest}{SUFFIX} is used, but the index does not list it" for digest in sorted(used - objects)]
    return faults


def _files(published: VectorSet) -> Iterator[str]:
    """Files against the index."""
    listed: dict[str, str] = published.index["files"]
    for name, digest in listed.items():
        path = published.root / name
        if not published.is_plain(name):
            yield f"{name} is no plain file" if path.exists() else f"{name} is missing in {published.name}"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield f"{name} is damaged: its bytes have another digest than the index says"
    present = {p.relative_to(published.root).as_posix() for p in published.root.rglob("*") if not p.is_dir()}
    for name in sorted(present - {*listed, INDEX}):
        yield f"{name} is surplus: the index does not list it"


def _told(case: dict[str, Any], entry: dict[str, Any]) -> Iterator[str]:
    """What the index says of a case against its file."""
    last = case["steps"][-1]
    found = {
        "layer": case["id"].partition("/")[0],
        "preset": case["preset"],
        "functions": list(dict.fromkeys(step["call"] for step in case["steps"])),
        "rules": [*last.get("rejects", []), *last.get("fails", [])],
        "objects": sorted(digests(case)),
    }
    for key, value in found.items():
        if entry[key] != value:
            yield f"the index says otherwise about its {key}"


def _steps(case: dict[str, Any], functions: dict[str, Any]) -> Iterator[str]:
    """Whether every step gives a known function its arguments, by names that are bound."""
    bound = set(case["let"])
    for number, step in enumerate(case["steps"], 1):
        place = f"step {number}, {step['call']}"
        declared = functions.get(step["call"])
        if not isinstance(declared, dict):
            yield f"{place}: functions.json has no such function"
            return
        wanted = {argument["name"] for argument in declared["arguments"]}
        if set(step["args"]) != wanted:
            yield f"{place}: it takes {', '.join(sorted(wanted))}, and is given {', '.join(sorted(step['args']))}"
        names = {value[1:] for value in step["args"].values() if isinstance(value, str) and value.startswith("$")}
        if not declared["builtin"] and names - bound:
            yield f"{place}: {', '.join(sorted(names - bound))} is not bound"
        if "bind" in step:
            bound.add(step["bind"])
