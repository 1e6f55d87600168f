"""The reserved headings, table shapes and marks of a spec file, in one list: the reader follows it, and
`specs/README.md` prints it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TableShape:
    """A table that means something: the heading it stands under and its header row."""

    heading: str
    columns: tuple[str, ...]
    meaning: str


MARKS = {
    "Interface": "a function that a client must be able to answer for; only these may be a step of a vector",
    "Integer": "a function that may use plain `int` inside; no value leaves it unchecked",
    "New": "overlays only: the name must not exist yet",
    "Modified": "overlays only: the name must exist, and the definition must differ",
    "Removed": "overlays only: the name must exist; no block follows",
}
OTHER_FENCES = ("text", "json", "sh")  # blocks that are no part of the spec
MODULE_NAMES = ("PRESET", "FEATURES")  # what `load` adds to every module
OVERLAY_MARKS = ("New", "Modified", "Removed")
ENUMERATION = "Enumeration"
# Next to the boundary of an ordering: the last value that a rule accepts, and the first that it refuses.
EDGES = ("last accepted", "first refused")


def table_shapes(presets: tuple[str, ...]) -> dict[str, TableShape]:
    """The reserved tables by heading; preset tables have one column a preset."""
    shapes = [
        TableShape("Constants", ("Name", "Value", "Unit", "Description"), "values that no preset changes"),
        TableShape("Presets", ("Name", *presets, "Unit", "Description"), "values with one column a preset"),
        TableShape(
            "Governed parameters",
            ("Name", *presets, "Minimum", "Maximum", "Unit", "Description"),
            "fields of the container `<Layer>Parameters`; defaults and bounds become `DEFAULT_<LAYER>_PARAMETERS`, "
            "`MINIMUM_<LAYER>_PARAMETERS` and `MAXIMUM_<LAYER>_PARAMETERS`",
        ),
        TableShape("Types", ("Name", "SSZ equivalent", "Description"), "names for basic types"),
        TableShape(ENUMERATION, ("Name", "Value", "Description"), "a uint8 with named values: `Role.VALIDATOR`"),
        TableShape("Conditions", ("Condition", "Reason"), "what must hold between the constants of every preset"),
        TableShape(
            "Unreachable rules",
            ("Entry point", "Rule", "Edge", "Reason"),
            f"pairs that cannot happen, or have no edge: {' or '.join(EDGES)}",
        ),
    ]
    return {shape.heading: shape for shape in shapes}


def describe(presets: tuple[str, ...]) -> list[tuple[str, str]]:
    """The grammar as rows (form, meaning), for printing."""
    rows = []
    for shape in table_shapes(presets).values():
        heading = f"{ENUMERATION} `Role`" if shape.heading == ENUMERATION else shape.heading
        columns = ", ".join(shape.columns)
        rows.append((f"table under “{heading}” with columns {columns}", shape.meaning))
    rows.append(
        ("fenced `python` block", "functions, and classes that derive from `Container`, `Opaque` or `Protocol`")
    )
    rows.append(
        (
            "`class Name(Opaque):`",
            "a container that a client may shape as it likes: a function returns it, and vectors compare only what "
            "functions return of it",
        )
    )
    others = ", ".join(f"`{info}`" for info in OTHER_FENCES)
    rows.append(
        (f"fenced block marked {others}", "an illustration, and no part of the spec; there are no other blocks")
    )
    rows.append(("heading that names definitions in backticks", "they are defined under it, before the next heading"))
    rows += [(f"heading mark [{mark}]", meaning) for mark, meaning in MARKS.items()]
    rows.append(("heading note (formerly layer.name)", "rule ids under the earlier name stay valid as aliases"))
    rows.append(
        (
            "`value` (= 32) in a table cell",
            "an expression over earlier names; the annotation is evaluated and compared",
        )
    )
    return rows
