"""The published set: what is damaged is named, what a run leaves is whole, and whoever records it writes the same."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import axivon_spec
from axivon_spec import cli
from axivon_spec.vectors import generate as generation
from axivon_spec.vectors.account import account
from axivon_spec.vectors.author import Author, Steps, step
from axivon_spec.vectors.read import DamagedVectors, VectorSet
from axivon_spec.vectors.record import CaseError, Recorder
from axivon_spec.vectors.store import ObjectStore
from axivon_spec.vectors.verify import Replay
from generators.scene import ALICE, BOB, genesis
from tests.vector_format.vector_sets import PUBLISHED, content


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PUBLISHED, tmp_path / "vectors")
    return tmp_path / "vectors"


def test_the_published_set_is_whole_and_within_its_budget() -> None:
    published = VectorSet(PUBLISHED)
    assert account(published) == []
    files = [path for path in PUBLISHED.rglob("*") if path.is_file()]
    assert len(files) <= generation.MAX_FILES
    assert sum(path.stat().st_size for path in files) <= generation.MAX_BYTES


def test_a_truncated_object_a_missing_and_a_surplus_file_are_each_named(copy: Path) -> None:
    objects = sorted((copy / "objects").iterdir())
    objects[0].write_bytes(objects[0].read_bytes()[:-1])
    objects[1].unlink()
    (copy / "cases" / "surplus.json").write_text("{}")
    faults = "\n".join(account(VectorSet(copy)))
    assert f"objects/{objects[0].name} is damaged" in faults
    assert f"objects/{objects[1].name} is missing" in faults
    assert "cases/surplus.json is surplus" in faults


def test_a_missing_or_damaged_index_is_one_line(copy: Path) -> None:
    (copy / "index.json").write_text("{")
    with pytest.raises(DamagedVectors, match=r"index\.json is damaged"):
        VectorSet(copy)
    (copy / "index.json").unlink()
    with pytest.raises(DamagedVectors, match=r"index\.json is missing"):
        VectorSet(copy)


# What stands in a set must be what it says: each of these is told in a line that names the file


def rewrite(copy: Path, name: str, change: Callable[[Any], Any]) -> None:
    """Change a file of JSON, and its digest in the index along with it."""
    data = json.loads((copy / name).read_bytes())
    changed = change(data)
    (copy / name).write_text(json.dumps(data if changed is None else changed))
    if name != "index.json":
        index = json.loads((copy / "index.json").read_bytes())
        index["files"][name] = hashlib.sha256((copy / name).read_bytes()).hexdigest()
        (copy / "index.json").write_text(json.dumps(index))


PART = "token/transfer/part_of_the_balance"
FILE = f"cases/{PART}.json"


def entry(**changes: Any) -> Callable[[Any], None]:
    return lambda index: index["cases"][PART].update(changes)


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("index.json", lambda index: index.update(format=99), "index.json has the format 99; this program reads 1"),
        ("index.json", lambda index: index.update(cases=[]), "index.json is damaged: data.cases must be object"),
        ("index.json", lambda index: index["files"].update({"../x": "00" * 32}), "index.json is damaged"),
        ("index.json", lambda index: index["files"].update({"/etc/passwd": "00" * 32}), "index.json is damaged"),
        ("index.json", entry(functions="process_transfer"), "index.json is damaged"),
        ("index.json", entry(functions=["decode"]), f"case {PART}: the index says otherwise about its functions"),
        ("index.json", entry(rules=["token.move_balance.zero-recipient"]), "otherwise about its rules"),
        ("index.json", entry(objects=[]), "otherwise about its objects"),
        (FILE, lambda case: case.update(id="token/transfer/of_zero"), f"{FILE} is damaged: it holds the case token/"),
        (FILE, lambda case: case.update(surplus=1), f"{FILE} is damaged: data must not contain"),
        (FILE, lambda case: case.update(steps=[]), f"{FILE} is damaged: data.steps must contain at least 1"),
        (FILE, lambda case: [], f"{FILE} is damaged: it holds no object"),
        (FILE, lambda case: case["steps"][0].update(call="nope"), "step 1, nope: functions.json has no such function"),
        (FILE, lambda case: case["steps"][0]["args"].pop("sender") and None, "it takes sender, state, transfer"),
        (FILE, lambda case: case["steps"][0]["args"].update(state="$nobody"), "nobody is not bound"),
        (FILE, lambda case: case["steps"][0]["args"]["sender"].update(ssz="0xZZ"), f"{FILE} is damaged"),
        ("functions.json", lambda functions: [], "functions.json is damaged: it holds no object"),
        ("functions.json", lambda functions: functions.clear(), "functions.json has no such function"),
        ("rules.json", lambda rules: 5, "rules.json is damaged: it holds no object"),
    ],
)
def test_what_is_not_as_it_says_is_told(
    copy: Path, name: str, change: Any, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(copy, name, change)
    for words in (["vectors", "verify"], ["conform", "--client", "/no/such/client"]):
        assert cli.run([*words, "--vectors", str(copy)]) == 2
        printed = capsys.readouterr()
        assert told in printed.err and printed.out == ""
        assert "a defect of axivon" not in printed.err


def test_a_returned_value_for_readers_agrees_with_its_bytes(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "cases/primitives/compute_domain/of_each_kind.json"
    rewrite(copy, name, lambda case: case["steps"][0]["returns"].update(value="999999999"))
    assert cli.run(["vectors", "verify", "--vectors", str(copy)]) == 2
    assert "value and ssz of Domain disagree" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["a pipe", "a link", "a folder"])
def test_what_is_no_plain_file_is_not_read(copy: Path, what: str) -> None:
    path = sorted((copy / "objects").iterdir())[0]
    data = path.read_bytes()
    path.unlink()
    if what == "a pipe":
        os.mkfifo(path)
    elif what == "a folder":
        path.mkdir()
    else:
        (copy.parent / "elsewhere").write_bytes(data)
        path.symlink_to(copy.parent / "elsewhere")
    published = VectorSet(copy)
    assert f"objects/{path.name} is no plain file" in account(published)
    with pytest.raises(DamagedVectors, match="is no plain file"):
        published.object(path.name.removesuffix(".ssz_snappy"))


def test_no_two_cases_are_the_same() -> None:
    published = VectorSet(PUBLISHED)
    seen: dict[str, str] = {}
    for case in published.cases():
        said = json.dumps([case["let"], case["steps"]])
        assert said not in seen, f"{case['id']} and {seen[said]} differ in nothing"
        seen[said] = case["id"]


def test_no_type_is_asked_twice_about_the_same_bytes() -> None:
    asked: dict[tuple[str, ...], str] = {}
    for case in VectorSet(PUBLISHED).cases():
        for asks in case["steps"] if case["id"].startswith("types/") else ():
            question = (asks["call"], *map(json.dumps, asks["args"].values()))
            assert question not in asked, f"{case['id']} asks again what {asked[question]} did"
            asked[question] = case["id"]


def replay_of(published: VectorSet) -> Replay:
    return Replay(axivon_spec.load("minimal"), published.document("functions.json"), published.object)


def spoiled(case: dict[str, Any], what: str) -> dict[str, Any]:
    last = case["steps"][-1]
    if what == "root":
        last["changes"]["state"] = "0x" + "00" * 32
    elif what == "value":
        last["args"]["transfer"]["value"]["amount"] = "99"
    elif what == "rule":
        del last["changes"]
        last["rejects"] = ["token.check_open.paused"]
    return case


@pytest.mark.parametrize(
    ("what", "told"), [("root", "state has the root"), ("value", "value and ssz"), ("rule", "accepted, but")]
)
def test_a_case_that_says_something_wrong_does_not_replay(what: str, told: str) -> None:
    published = VectorSet(PUBLISHED)
    case = published.case("token/transfer/part_of_the_balance")
    assert list(replay_of(published).faults(case)) == []
    assert any(told in fault for fault in replay_of(published).faults(spoiled(case, what)))


# The recorder refuses what is no good case


def one_step(spec: Any) -> Steps:
    state = genesis(spec)
    yield step(spec.process_transfer, state, ALICE.address, spec.Transfer(recipient=BOB.address, amount=1))


def two_rules(spec: Any) -> Steps:
    state = genesis(spec)
    state.token.paused = True
    yield step(spec.process_transfer, state, ALICE.address, spec.Transfer(recipient=spec.Address(), amount=1))


def broken_invariant(spec: Any) -> Steps:
    state = genesis(spec)
    state.token.treasury += 1
    yield step(spec.process_transfer, state, ALICE.address, spec.Transfer(recipient=BOB.address, amount=1))


def helper_that_is_refused(spec: Any) -> Steps:
    state = genesis(spec)
    spec.process_transfer(state, ALICE.address, spec.Transfer(amount=1))
    yield step(spec.process_transfer, state, ALICE.address, spec.Transfer(recipient=BOB.address, amount=1))


@pytest.mark.parametrize(
    ("function", "rejects", "told"),
    [
        (
            helper_that_is_refused,
            None,
            r"^a/b/c: .*test_published.py:\d+: Rejection: token.move_balance.zero-recipient",
        ),
        (one_step, "token.check_open.paused", "the last step is accepted"),
        (two_rules, "token.check_open.paused", "spoil one thing only"),
        (broken_invariant, None, "invariant_every_token_is_in_one_bucket does not hold"),
    ],
)
def test_a_case_that_does_not_do_what_it_says_is_refused(
    tmp_path: Path, function: Any, rejects: str | None, told: str
) -> None:
    removed: set[str] = set()
    spec = axivon_spec.load("minimal", removed_rules=removed)
    recorder = Recorder(spec, axivon_spec.exports("minimal")["functions"], removed, ObjectStore(tmp_path))
    with pytest.raises(CaseError, match=told):
        recorder.record(Author("a/b/c", function, "", rejects))


@pytest.mark.parametrize("command", [["verify"], ["coverage"], ["coverage", "--branches"], ["mutate"]])
def test_a_damaged_set_is_told_by_file_also_as_data(
    copy: Path, command: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    (copy / "cases/token/transfer/part_of_the_balance.json").write_text("{}")
    named = "cases/token/transfer/part_of_the_balance.json is damaged"
    assert cli.run(["vectors", *command, "--vectors", str(copy)]) == 2
    assert named in capfd.readouterr().err
    assert cli.run(["vectors", *command, "--vectors", str(copy), "--json"]) == 2
    told = capfd.readouterr()
    assert any(named in fault for fault in json.loads(told.out)["faults"])
    assert told.err == ""


def test_sets_with_damaged_files_are_not_compared(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "cases/token/transfer/part_of_the_balance.json").write_text("{}")
    for order in ([str(PUBLISHED), str(copy)], [str(copy), str(PUBLISHED)]):
        assert cli.run(["vectors", "diff", *order]) == 2
        assert f"{copy}: cases/token/transfer/part_of_the_balance.json is damaged" in capsys.readouterr().err


# Executors


def test_threads_and_processes_write_what_one_worker_writes(tmp_path: Path) -> None:
    generation.generate("minimal", tmp_path / "serial", None)
    with ThreadPoolExecutor(4) as threads:
        generation.generate("minimal", tmp_path / "threads", threads)
    with ProcessPoolExecutor(2) as processes:
        generation.generate("minimal", tmp_path / "processes", processes)
    assert content(tmp_path / "serial") == content(tmp_path / "threads") == content(tmp_path / "processes")
    assert content(tmp_path / "serial") == content(PUBLISHED)


def test_a_dask_cluster_of_two_processes_writes_what_one_worker_writes(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    few = lambda id: id.startswith(("primitives/", "token/transfer"))  # noqa: E731
    generation.generate("minimal", tmp_path / "serial", None, select=few)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        workers = client.run(os.getpid)
        assert len(set(workers.values()) - {os.getpid()}) == 2
        generation.generate("minimal", tmp_path / "dask", client.get_executor(), select=few)
    assert content(tmp_path / "dask") == content(tmp_path / "serial")
    assert len(list((tmp_path / "dask" / "cases").rglob("*.json"))) > 60


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["show", "token/transfer/of_zer"],
            "there is no case token/transfer/of_zer; the nearest: token/",
        ),
        (["list", "--rule", "token.move_balance.zero"], "the nearest: token.move_balance.zero-recipient"),
        (["verify", "--vectors", "/nowhere"], "there are no vectors at /nowhere; make them with"),
        (["generate", "--preset", "maxinet"], "there is no preset 'maxinet'; choose one of: mainnet, minimal"),
        (["generate", "--preset", "mainnet"], "say with --out where the mainnet vectors go"),
        (["generate", "--out", ""], "'--out' / '-o': it is empty; name a place"),
        (["generate", "--workers", "99999"], "Invalid value for '--workers': "),
        (["mutate", "--only", "token.nothing"], "no mutant has 'token.nothing' in its id"),
    ],
)
def test_a_wrong_name_gets_one_line_that_helps(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["vectors", *arguments]) == 2
    told = capsys.readouterr()
    assert said in told.err and len(told.err.splitlines()) == 1
    assert told.out == ""


def test_mainnet_vectors_are_made_from_the_same_generators(tmp_path: Path) -> None:
    index = generation.generate("mainnet", tmp_path / "mainnet", None)
    assert index["cases"] and all(entry["preset"] == "mainnet" for entry in index["cases"].values())
    assert json.loads((tmp_path / "mainnet" / "index.json").read_bytes()) == index
    handlers = ("transfer", "approve", "transfer_from", "permit", "claim_vesting")
    for call in (*(f"process_{handler}" for handler in handlers), "process_operation", "state_transition"):
        entries = [entry for entry in index["cases"].values() if entry["functions"][-1] == call]
        assert any(not entry["rules"] for entry in entries), f"{call} has no honest path"
        assert any(entry["rules"] for entry in entries), f"{call} has no rejection"
