"""The JSON Schema of a case: every published case fits, and what is no case does not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
SCHEMA = json.loads((VECTORS / "case.schema.json").read_text())
CASE = json.loads((VECTORS / "cases/token/transfer/one_more_than_the_balance.json").read_text())
FITS = jsonschema.Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_every_published_case_fits() -> None:
    cases = sorted((VECTORS / "cases").rglob("*.json"))
    assert cases
    for path in cases:
        faults = [error.message for error in FITS.iter_errors(json.loads(path.read_text()))]
        assert faults == [], path


def without(key: str) -> Callable[[Any], Any]:
    return lambda case: case.pop(key)


@pytest.mark.parametrize(
    "spoil",
    [
        without("id"),
        without("steps"),
        lambda case: case["steps"].clear(),
        lambda case: case["steps"][0].pop("rejects"),
        lambda case: case["steps"][0].update(changes={}),
        lambda case: case["steps"][0].update(rejects=[]),
        lambda case: case["steps"][0].update(rejects=["insufficient-balance"]),
        lambda case: case["steps"][0].update(surplus=1),
        lambda case: case["steps"][0]["args"].update(state="state"),
        lambda case: case["steps"][0]["args"]["transfer"].pop("ssz"),
        lambda case: case["steps"][0]["args"]["transfer"].update(ssz="0x1"),
        lambda case: case["let"]["state"].update(object={"chain": "60303ae2"}),
        lambda case: case["steps"][0].update(call="decode"),
    ],
)
def test_what_is_no_case_does_not_fit(spoil: Callable[[Any], Any]) -> None:
    case = copy.deepcopy(CASE)
    assert FITS.is_valid(case)
    spoil(case)
    assert not FITS.is_valid(case)
