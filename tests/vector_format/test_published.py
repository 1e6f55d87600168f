"""The published set: what is damaged is named, what a run leaves is whole, and whoever records it writes the same."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import axivon_spec
from axivon_spec import cli
from axivon_spec.vectors import generate as generation
from axivon_spec.vectors.author import Author, Steps, step
from axivon_spec.vectors.read import DamagedVectors, VectorSet
from axivon_spec.vectors.record import CaseError, Recorder
from axivon_spec.vectors.store import ObjectStore
from axivon_spec.vectors.verify import Replay
from generators.scene import ALICE, BOB, genesis

PUBLISHED = Path(__file__).parents[1] / "vectors"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PUBLISHED, tmp_path / "vectors")
    return tmp_path / "vectors"


def test_the_published_set_is_whole_and_within_its_budget() -> None:
    published = VectorSet(PUBLISHED)
    assert published.account() == []
    files = [path for path in PUBLISHED.rglob("*") if path.is_file()]
    assert len(files) <= generation.MAX_FILES
    assert sum(path.stat().st_size for path in files) <= generation.MAX_BYTES


def test_a_truncated_object_a_missing_and_a_surplus_file_are_each_named(copy: Path) -> None:
    objects = sorted((copy / "objects").iterdir())
    objects[0].write_bytes(objects[0].read_bytes()[:-1])
    objects[1].unlink()
    (copy / "cases" / "surplus.json").write_text("{}")
    faults = "\n".join(VectorSet(copy).account())
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


@pytest.mark.parametrize(
    ("function", "rejects", "told"),
    [
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


# Executors, and runs that are killed


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_threads_and_processes_write_what_one_worker_writes(tmp_path: Path) -> None:
    generation.generate("minimal", tmp_path / "serial", None)
    with ThreadPoolExecutor(1) as threads:
        generation.generate("minimal", tmp_path / "threads", threads)
    with ProcessPoolExecutor(2) as processes:
        generation.generate("minimal", tmp_path / "processes", processes)
    assert content(tmp_path / "serial") == content(tmp_path / "threads") == content(tmp_path / "processes")
    assert content(tmp_path / "serial") == content(PUBLISHED)


def test_a_run_that_is_killed_leaves_the_vectors_as_they_were(copy: Path) -> None:
    before = content(copy)
    (copy / "index.json").write_bytes((copy / "index.json").read_bytes() + b" ")  # so that there is something to write
    changed = content(copy)
    command = [sys.executable, "-m", "axivon_spec", "vectors", "generate", "--out", str(copy)]
    for delay in (0.3, 0.8, 1.2):
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert content(copy) in (before, changed)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert content(copy) == before
    assert [path.name for path in copy.parent.iterdir()] == ["vectors"], "nothing is left beside it"


def test_a_run_that_is_killed_between_its_renames_loses_nothing(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, replaced = content(copy), os.replace

    def first_only(source: Path, target: Path) -> None:
        replaced(source, target)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", first_only)
    with pytest.raises(KeyboardInterrupt):
        generation.write_set(copy, {"keys.json": b"{}"}, b"{}")
    monkeypatch.undo()
    assert not copy.exists()
    command = [sys.executable, "-m", "axivon_spec", "vectors", "list", "--vectors", str(copy)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert content(copy) == before


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_an_interrupted_run_ends_within_a_second_and_leaves_the_vectors_as_they_were(copy: Path, executor: str) -> None:
    before = content(copy)
    command = [sys.executable, "-m", "axivon_spec", "vectors", "generate", "--again", "--out", str(copy)]
    command += ["--executor", executor]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, text=True
    )
    time.sleep(4)  # it records
    assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    asked = time.monotonic()
    _, told = process.communicate()
    waited = time.monotonic() - asked
    assert process.returncode == 130
    assert "Traceback" not in told
    assert waited < 3, "a second, and the time that a busy machine takes to end three processes"
    assert content(copy) == before


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
