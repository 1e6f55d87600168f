"""The client in another language: built from published JSON alone, it passes what it supports and is caught when wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from axivon_spec.runtime import ssz

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "examples" / "node-client"
OLDEST_NODE = 20
pytestmark = pytest.mark.xdist_group("node-client")


@pytest.fixture(scope="session")
def node() -> Path:
    """The path of node, with the client's packages installed beside it; skips where there is no toolchain."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found is None or npm is None:
        pytest.skip(f"the client in another language needs Node {OLDEST_NODE} or newer with npm, which are not installed")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").partition(".")[0]) < OLDEST_NODE:
        pytest.skip(f"the client in another language needs Node {OLDEST_NODE} or newer; this is {version}")
    installed, locked = CLIENT / "node_modules" / ".package-lock.json", CLIENT / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < locked.stat().st_mtime:
        result = subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=CLIENT, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        installed.touch()
    return Path(found)


class KnownTypes:
    """Types of the spec's SSZ engine, built from declarations in the form of `types/<preset>.json`."""

    def __init__(self, declarations: dict[str, Any]) -> None:
        self.declarations = declarations
        self.built: dict[str, Any] = {}

    def get(self, expression: Any) -> Any:
        if not isinstance(expression, str):
            return self.build(expression, "Inline")
        if expression not in self.built:
            self.built[expression] = self.build(self.declarations[expression], expression)
        return self.built[expression]

    def build(self, shape: dict[str, Any], name: str) -> Any:
        bound = int(shape.get("limit", shape.get("length", 0)))
        match shape["kind"]:
            case "uint" | "enumeration":
                return getattr(ssz, f"uint{shape['bits']}")
            case "boolean":
                return ssz.boolean
            case "list" | "vector" as kind:
                return {"list": ssz.List, "vector": ssz.Vector}[kind][self.get(shape["element"]), bound]
            case "container":
                fields = {field["name"]: self.get(field["type"]) for field in shape["fields"]}
                return type(name, (ssz.Container,), {"__annotations__": fields})
            case kind:
                bases = (ssz.ByteVector, ssz.ByteList, ssz.Bitvector, ssz.Bitlist)
                return {base.__name__.lower(): base for base in bases}[kind][bound]


def test_the_known_values_of_its_unit_tests_are_those_of_the_spec() -> None:
    known = json.loads((CLIENT / "test" / "known-values.json").read_text())
    types = KnownTypes(known["types"])
    for row in known["values"]:
        value = ssz.decode(types.get(row["type"]), bytes.fromhex(row["ssz"][2:]))
        assert "0x" + bytes(ssz.hash_tree_root(value)).hex() == row["root"], row
    for row in known["malformed"]:
        assert not ssz.can_decode(types.get(row["type"]), bytes.fromhex(row["ssz"][2:])), row


def test_its_own_unit_tests_pass(node: Path) -> None:
    result = subprocess.run([node, "--test"], cwd=CLIENT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_it_imports_nothing_of_ours() -> None:
    """What it knows of Axivon comes from published files and from its own translation."""
    lock = json.loads((CLIENT / "package-lock.json").read_text())
    assert set(lock["packages"][""]["dependencies"]) == {"@chainsafe/ssz"}
    for module in CLIENT.glob("*.mjs"):
        assert "axivon_spec" not in module.read_text()


def test_its_lock_file_holds_no_address_of_a_registry() -> None:
    lock = json.loads((CLIENT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert not [name for name, entry in packages.items() if "integrity" not in entry]
