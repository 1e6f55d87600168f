"""Catalogues for the site, made from what a client is built from: the exports and the index of the vectors."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scripts.website.linked import Names

Exports = Mapping[str, Any]


def reference_pages(exports: Mapping[str, Exports], vectors: Path, names: Names) -> dict[str, str]:
    """Page by path. `exports` by preset; `vectors` is the folder of the published set, which may not exist yet."""
    index_file = vectors / "index.json"
    index = json.loads(index_file.read_text()) if index_file.exists() else {"cases": {}}
    minimal = exports["minimal"]
    cases = [{"id": id, **entry} for id, entry in index["cases"].items()]
    return {
        "reference/rules.md": rules_page(minimal["rules"], cases, names),
        "reference/functions.md": functions_page(minimal["functions"], minimal["types"], cases, names),
        "reference/types.md": types_page({preset: data["types"] for preset, data in exports.items()}, names),
        "reference/parameters.md": parameters_page(minimal["parameters"], minimal["presets"], names),
        "reference/vectors.md": vectors_page(cases),
    }


def rules_page(rules: Mapping[str, Any], cases: list[dict[str, Any]], names: Names) -> str:
    """Every reason for which the spec rejects, with the cases that break it."""
    broken = defaultdict(list)
    for case in cases:
        for rule in case["rules"]:
            broken[rule].append(case["id"])
    page = [
        "# Rules",
        "",
        f"Each of the {len(rules)} rules is one `assert` of the spec. A client answers a rejection with the id of the "
        "rule; ids are stable once released. The text is the condition that must hold; the cases are those that break "
        "it.",
    ]
    for layer, members in _by_layer(rules):
        page += ["", f"## {_title(layer)}", "", "| Rule | Must hold | Where | Broken by |", "|---|---|---|---|"]
        for rule, entry in members:
            place = f"{entry['file']}:{entry['line']}"
            function = names.targets.get(entry["function"])
            where = f"[`{place}`](../{function.page}#{function.anchor})" if function else f"`{place}`"
            page.append(_row(f'<span id="{rule}"></span>`{rule}`', _code(entry["text"]), where, _cases(broken[rule])))
    builtin = broken["ssz.decode.malformed"]
    page += [
        "",
        "## SSZ",
        "",
        '<span id="ssz.decode.malformed"></span>`ssz.decode.malformed` is what the built-in `decode` answers to bytes '
        f"that are not the one serialization of a value of the type: {_cases(builtin)}.",
    ]
    return "\n".join(page) + "\n"


def functions_page(
    functions: Mapping[str, Any], types: Mapping[str, Any], cases: list[dict[str, Any]], names: Names
) -> str:
    """The interface: what a client must be able to answer for."""
    calls = Counter(call for case in cases for call in set(case.get("functions", ())))
    page = [
        "# Interface functions",
        "",
        f"Only these {len(functions)} functions are steps of a vector; a client is free to cut everything else "
        "otherwise. An argument marked *changes* is what the step states a new root for.",
    ]
    for layer, members in _by_layer(functions):
        page += ["", f"## {_title(layer)}", ""]
        for name, entry in members:
            target = names.targets.get(name)
            page += [f"### `{name}` {{#function-{name}}}", ""]
            if target:
                page += [f"Defined in [`{entry['file']}:{entry['line']}`](../{target.page}#{target.anchor}). ", ""]
            page += ["| Argument | Type | |", "|---|---|---|"]
            for argument in entry["arguments"]:
                changes = "changes" if argument.get("changes") else ""
                page.append(_row(f"`{argument['name']}`", _type(argument["type"], types), changes))
            returns = _type(entry["returns"], types) if entry["returns"] else "nothing"
            rules = _rules(entry["rules"])
            page += ["", f"Returns {returns}. " + (f"Called by {calls[name]} cases." if calls[name] else "")]
            if rules:
                page += ["", f'??? note "{len(entry["rules"])} rules that it can reach"', "", f"    {rules}"]
            page.append("")
    return "\n".join(page) + "\n"


def types_page(types: Mapping[str, Mapping[str, Any]], names: Names) -> str:
    """Every type by layer; a bound that the presets disagree on is shown as `mainnet / minimal`."""
    minimal, mainnet = types["minimal"], types["mainnet"]
    page = [
        "# Types",
        "",
        "Bounds are mainnet / minimal where they differ. Every value is SSZ; `types/<preset>.json` has the same for "
        "programs.",
    ]
    for layer, members in _by_layer(minimal):
        page += ["", f"## {_title(layer)}", ""]
        for name, entry in members:
            if name not in mainnet:
                continue  # its name has a bound of this preset as a number; it stands under that bound's name too
            target = names.targets.get(name)
            shown = f"[`{name}`](../{target.page}#{target.anchor})" if target else f"`{name}`"
            page += [f"### `{name}` {{#{_anchor(name)}}}", ""]
            if entry["kind"] == "container":
                page += [f"{shown} is a container:", "", "| Field | Type |", "|---|---|"]
                for field, other in zip(entry["fields"], mainnet[name]["fields"], strict=True):
                    page.append(_row(f"`{field['name']}`", _type(field["type"], minimal, other["type"])))
                page.append("")
            else:
                page += [f"{shown} is {_described(entry, minimal, mainnet[name])}", ""]
    return "\n".join(page) + "\n"


def parameters_page(parameters: Mapping[str, Any], presets: Mapping[str, Any], names: Names) -> str:
    """What governance may change, and what only a preset changes."""
    page = [
        "# Parameters",
        "",
        "## Governed parameters",
        "",
        "Changed by governance within the bounds, in `state.<layer>.parameters`.",
    ]
    for layer, rows in sorted(parameters.items()):
        page += [
            "",
            f"### {_title(layer)}",
            "",
            "| Name | Type | mainnet | minimal | Minimum | Maximum | Unit | Description |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for row in rows:
            defaults = row["default"]
            cells = [
                _name(row["name"], names),
                _code(row["type"]),
                *map(_value, (defaults["mainnet"], defaults["minimal"])),
            ]
            cells += [_value(row["minimum"]), _value(row["maximum"]), row["unit"], row["description"]]
            page.append(_row(*cells))
    page += ["", "## Constants", "", "Fixed by the preset; `presets/<preset>.json` has the same for programs."]
    for layer, members in _by_layer(presets["minimal"]):
        page += [
            "",
            f"### Constants of {layer}",
            "",
            "| Name | Type | mainnet | minimal | Unit |",
            "|---|---|---|---|---|",
        ]
        for name, entry in members:
            values = presets["mainnet"][name]["value"], entry["value"]
            page.append(_row(_name(name, names), _code(entry["type"]), *map(_value, values), entry["unit"]))
    return "\n".join(page) + "\n"


def vectors_page(cases: list[dict[str, Any]]) -> str:
    """How many cases there are, and each by its id."""
    page = ["# Vectors", "", f"The published `minimal` set holds {len(cases)} cases, in `tests/vectors/`.", ""]
    topics: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for case in cases:
        topics[case["id"].rpartition("/")[0]].append(case)
    page += ["| Topic | Cases | of which break a rule |", "|---|---|---|"]
    for topic, members in sorted(topics.items()):
        breaking = sum(bool(case["rules"]) for case in members)
        page.append(_row(f"[{topic}](#{_slug(topic)})", str(len(members)), str(breaking)))
    for topic, members in sorted(topics.items()):
        page += ["", f"## {topic} {{#{_slug(topic)}}}", "", "| Case | Breaks |", "|---|---|"]
        for case in sorted(members, key=lambda case: case["id"]):
            name = case["id"].rpartition("/")[2]
            page.append(_row(f'<span id="{_slug(case["id"])}"></span>`{name}`', _rules(case["rules"])))
    return "\n".join(page) + "\n"


# How values are shown


def _by_layer(entries: Mapping[str, Any]) -> Iterable[tuple[str, list[tuple[str, Any]]]]:
    layers: dict[str, list[tuple[str, Any]]] = defaultdict(list)
    for name, entry in entries.items():
        layers[entry.get("layer") or "built in"].append((name, entry))
    return layers.items()


def _title(layer: str) -> str:
    return layer[0].upper() + layer[1:]


def _slug(topic: str) -> str:
    return topic.replace("/", "-")


def _code(text: str) -> str:
    return f"`{' '.join(str(text).split())}`".replace("|", "\\|")


def _name(name: str, names: Names) -> str:
    target = names.targets.get(name)
    return f"[`{name}`](../{target.page}#{target.anchor})" if target else f"`{name}`"


def _value(value: object) -> str:
    text = json.dumps(value) if isinstance(value, (list, dict)) else str(value)
    return _code(text) if len(text) <= 80 else _code(text[:77] + "…")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _rules(ids: list[str]) -> str:
    return " ".join(f"[`{rule}`](rules.md#{rule})" for rule in ids)


def _cases(ids: list[str]) -> str:
    if not ids:
        return ""
    linked = [f"[{case.rpartition('/')[2]}](vectors.md#{case.replace('/', '-')})" for case in ids[:3]]
    return ", ".join(linked) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")


def _type(kind: Any, types: Mapping[str, Any], other: Any = None) -> str:
    if isinstance(kind, str):
        return f"[`{kind}`](types.md#{_anchor(kind)})" if kind in types else f"`{kind}`"
    return _described(kind, types, other if isinstance(other, dict) else kind)


def _described(entry: Mapping[str, Any], types: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    kind = entry["kind"]
    if kind == "uint":
        return f"an unsigned integer of {entry['bits']} bits"
    if kind == "enumeration":
        members = ", ".join(f"`{name}` = {value}" for name, value in entry["members"].items())
        return f"an enumeration over {entry['bits']} bits: {members}"
    size = "limit" if "limit" in entry else "length"
    bound = ""
    if size in entry:
        same = str(entry[size]) == str(other[size])
        bound = f"{entry[size]}" if same else f"{other[size]} / {entry[size]}"
        bound = f", at most {bound}" if size == "limit" else f", exactly {bound}"
    element = f" of {_type(entry['element'], types, other.get('element'))}" if "element" in entry else ""
    return f"{kind}{element}{bound}"


def _anchor(type_name: str) -> str:
    """The id of a type on its page: `List[Bytes32, 16]` has characters that no id may have."""
    return "type-" + "-".join("".join(c if c.isalnum() else " " for c in type_name).split())
