"""The client in another language: built from published JSON alone, it passes what it supports; faults are caught."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from axivon_spec.runtime import ssz
from tests.conformance import client_session

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "examples" / "node-client"
VECTORS = ROOT / "tests" / "vectors"
OLDEST_NODE = 20
RULES = re.findall(r'"(token[.][a-z_]+[.][a-z-]+)"', (CLIENT / "token.mjs").read_text())


@pytest.fixture(scope="session")
def node() -> Path:
    """The path of node, with the client's packages installed beside it; skips where there is no toolchain."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found is None or npm is None:
        pytest.skip(f"the client in another language needs Node {OLDEST_NODE} or newer with npm; one is not installed")
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


# Against the vectors


def conform(client: Path | str, *options: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the report of a run against a client in JavaScript."""
    command = [sys.executable, "-m", "axivon_spec", "conform", "--json", "--client", f"node {client}", *options]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.stdout.startswith("{"), result.stdout + result.stderr
    return result.returncode, json.loads(result.stdout)


def test_it_passes_every_case_that_it_supports(node: Path) -> None:
    code, report = conform(CLIENT / "client.mjs")
    assert [case for case in report["cases"] if case["outcome"] not in ("passed", "not supported")] == []
    assert code == 0
    assert report["counts"]["passed"] > 0
    account = report["account"]
    assert account["closes"] and account["chosen"] == account["index"] == account["sent"] + account["not supported"]
    (client,) = (client for client in report["clients"].values() if client["name"] == "node-client")
    assert set(client["functions"]) == {"decode", "hash_tree_root", "process_transfer"}


def test_it_has_the_rules_that_a_transfer_can_break() -> None:
    functions = json.loads((VECTORS / "functions.json").read_text())
    assert sorted(RULES) == functions["process_transfer"]["rules"]


# Faulty variants


def faulty(folder: Path, module: str, right: str, wrong: str) -> Path:
    """A copy of the client in which one piece of a module is another."""
    for path in CLIENT.glob("*.mjs"):
        shutil.copy(path, folder)
    (folder / "node_modules").symlink_to(CLIENT / "node_modules")
    source = (CLIENT / module).read_text()
    assert source.count(right) == 1
    (folder / module).write_text(source.replace(right, wrong))
    return folder / "client.mjs"


def failed(report: dict[str, Any]) -> list[str]:
    return [case["id"] for case in report["cases"] if case["outcome"] == "failed"]


def test_a_balance_check_that_is_off_by_one_is_caught_by_the_case_of_that_name(node: Path, tmp_path: Path) -> None:
    balance = "amount <= token.accounts.getReadonly(owner).balance"
    client = faulty(tmp_path, "token.mjs", f"{balance},", f"{balance} + 1n,")
    code, report = conform(f"{client} --vectors {VECTORS}", "-k", "process_transfer")
    assert code == 1
    assert "token/transfer/one_more_than_the_balance" in failed(report)


@pytest.mark.parametrize("rule", RULES)
def test_a_missing_check_is_caught(node: Path, tmp_path: Path, rule: str) -> None:
    client = faulty(tmp_path, "rejection.mjs", "if (!condition)", f'if (!condition && rule !== "{rule}")')
    code, report = conform(f"{client} --vectors {VECTORS}", "-k", f"process_transfer and {rule}")
    assert code == 1
    assert failed(report)


def test_a_lax_decoder_is_caught(node: Path, tmp_path: Path) -> None:
    """A boolean that reads like a number takes a 2."""
    client = faulty(tmp_path, "types.mjs", "return new ssz.BooleanType();", "return unsigned(8);")
    code, report = conform(f"{client} --vectors {VECTORS}", "-k", "types")
    assert code == 1
    assert all("malformed" in case for case in failed(report))


# The guide


def test_the_session_in_the_guide_is_what_goes_over_the_wire(node: Path, tmp_path: Path) -> None:
    guide = client_session.GUIDE.read_text()
    assert client_session.shown(guide) == client_session.record(tmp_path), (
        "write it again: python -m tests.conformance.client_session"
    )


def test_the_first_client_of_the_guide_supports_nothing_and_speaks_the_protocol(node: Path, tmp_path: Path) -> None:
    (program,) = re.findall(r"^```js\n(import .*?)^```$", client_session.GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    (tmp_path / "first.mjs").write_text(program)
    code, report = conform(tmp_path / "first.mjs")
    assert code == 1
    assert report["counts"] == {"not supported": report["account"]["index"]}


def test_the_guide_quotes_what_is_there() -> None:
    guide = client_session.GUIDE.read_text()
    types = json.loads((VECTORS / "types" / "minimal.json").read_text())
    assert json.dumps(types["Transfer"]) in guide
    quoted = json.loads("{" + re.findall(r'^"process_transfer": {.*?^}$', guide, re.MULTILINE | re.DOTALL)[0] + "}")
    declared = json.loads((VECTORS / "functions.json").read_text())["process_transfer"]
    assert quoted["process_transfer"].items() <= declared.items()
    (check,) = re.findall(r"^assert .*$", guide, re.MULTILINE)
    assert check in (ROOT / "specs" / "token.md").read_text()
    (translated,) = re.findall(r"^require.*$", guide, re.MULTILINE)
    assert translated in (CLIENT / "token.mjs").read_text()
