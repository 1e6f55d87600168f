"""What a run of `generate` leaves behind: all of it or nothing, whoever else runs and however it ends."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from axivon_spec import cli
from axivon_spec.conformance.published import open_source
from axivon_spec.vectors import exchange
from axivon_spec.vectors import generate as generation
from axivon_spec.vectors.exchange import FRESH, LOCK, OLD, alone, beside, write_set
from axivon_spec.vectors.read import INDEX
from tests.processes import marked, within
from tests.vector_format.vector_sets import PUBLISHED, content

GENERATE = [sys.executable, "-m", "axivon_spec", "vectors", "generate"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PUBLISHED, tmp_path / "vectors")
    return tmp_path / "vectors"


# What stands where a set shall go stays


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda out: out.write_text("mine"), "is no folder"),
        (lambda out: (out.mkdir(), (out / "thesis.txt").write_text("mine")), "holds thesis.txt, which no index"),
        (lambda out: (out.mkdir(), (out / "index.json").write_text("{}")), "holds index.json"),
        (lambda out: (shutil.copytree(PUBLISHED, out), (out / "notes.txt").write_text("mine")), "holds notes.txt"),
    ],
)
def test_nothing_that_is_no_vector_is_replaced(tmp_path: Path, make: Any, told: str) -> None:
    out, beside = tmp_path / "mine", tmp_path / ".mine-notes"
    make(out)
    beside.mkdir()
    (beside / "diary.txt").write_text("mine too")
    before = content(tmp_path)
    with pytest.raises(exchange.Occupied, match=told):
        generation.generate("minimal", out, None, select=lambda id: id.startswith("primitives/compute_domain"))
    with pytest.raises(exchange.Occupied, match=told):
        write_set(out, {}, b"{}")
    assert content(tmp_path) == before


def test_what_stands_beside_a_set_stays(tmp_path: Path) -> None:
    (tmp_path / ".set-notes").mkdir()
    (tmp_path / ".set-notes" / "diary.txt").write_text("mine")
    for _ in range(2):
        write_set(tmp_path / "set", {"a.json": b"{}"}, b'{"files": {"a.json": ""}}')
    assert (tmp_path / ".set-notes" / "diary.txt").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".set-notes", "set"]


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "b.json":
            raise OSError(28, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        write_set(tmp_path / "set", {"a.json": b"{}", "b.json": b"{}"}, b'{"files": {}}')
    assert list(tmp_path.iterdir()) == []


# Runs that end early


def test_a_run_that_is_killed_leaves_the_vectors_as_they_were(copy: Path) -> None:
    before = content(copy)
    (copy / "index.json").write_bytes((copy / "index.json").read_bytes() + b" ")  # so that there is something to write
    changed = content(copy)
    command = [*GENERATE, "--out", str(copy)]
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


@pytest.mark.parametrize("reader", ["vectors list", "conform", "vectors generate"])
def test_a_run_that_is_killed_between_its_two_moves_loses_nothing(copy: Path, reader: str) -> None:
    before = content(copy)
    os.replace(copy, beside(copy, OLD))
    beside(copy, FRESH).mkdir()
    (beside(copy, FRESH) / "keys.json").write_bytes(b"half")
    if reader == "conform":
        assert open_source(str(copy)).account() == []
    elif reader == "vectors list":
        assert cli.run(["vectors", "list", "--vectors", str(copy)]) == 0
    else:
        write_set(copy, {name: data for name, data in before.items() if name != INDEX}, before[INDEX])
        assert [path.name for path in copy.parent.iterdir()] == ["vectors"]
    assert content(copy) == before


@pytest.mark.parametrize("moves", [1, 2])
def test_an_interrupt_at_a_move_leaves_one_whole_set(copy: Path, moves: int, monkeypatch: pytest.MonkeyPatch) -> None:
    before, replaced, made = content(copy), os.replace, []

    def interrupted(source: Path, target: Path) -> None:
        replaced(source, target)
        made.append(target)
        if len(made) == moves:
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_set(copy, {"keys.json": b"{}"}, b"{}")
    assert content(copy) == (before if moves == 1 else {"keys.json": b"{}", INDEX: b"{}"})
    assert [path.name for path in copy.parent.iterdir()] == ["vectors"], "nothing is left beside it"


@pytest.mark.parametrize("executor", ["serial", "threads", "processes"])
def test_an_interrupted_run_ends_within_a_second_and_leaves_the_vectors_as_they_were(copy: Path, executor: str) -> None:
    before = content(copy)
    command = [*GENERATE, "--again", "--out", str(copy), "--executor", executor]
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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("command", ["generate", "mutate"])
def test_no_worker_outlives_a_run(copy: Path, command: str, number: signal.Signals) -> None:
    words = {"generate": ["--again", "--out", str(copy)], "mutate": ["--vectors", str(copy)]}[command]
    environment = os.environ | {"AXIVON_TEST_MARK": f"{command}-{number}-{os.getpid()}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "axivon_spec", "vectors", command, *words, "--workers", "2"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert within(30, lambda: len(marked(environment)) == 3), "the run and its two workers"
    process.send_signal(number)
    assert process.wait(60) == (130 if number == signal.SIGTERM else -number)
    assert within(3, lambda: not marked(environment))


# Several runs at once


def test_a_run_waits_for_another_one_that_writes_the_same_set(copy: Path) -> None:
    (copy / "keys.json").unlink()  # so that there is something to write
    with alone(copy):
        process = subprocess.Popen([*GENERATE, "--out", str(copy)], stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        assert process.stderr.readline() == f"waiting for another run that writes {copy}\n"
        assert not (copy / "keys.json").exists() and process.poll() is None
    process.communicate()
    assert process.returncode == 0
    assert content(copy) == content(PUBLISHED)
    assert [path.name for path in copy.parent.iterdir()] == ["vectors"], "no lock is left beside it"


def test_only_one_at_a_time_is_alone(tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")

    def count() -> None:
        for _ in range(50):
            with alone(tmp_path / "set"):
                value = int(counter.read_text())
                time.sleep(0.0005)
                counter.write_text(str(value + 1))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.read_text() == "200"
    assert not beside(tmp_path / "set", LOCK).exists()


@pytest.mark.parametrize(("mask", "folder", "file"), [(0o022, 0o755, 0o644), (0o077, 0o700, 0o600)])
def test_everything_in_a_set_has_the_modes_that_the_user_wants(
    tmp_path: Path, mask: int, folder: int, file: int
) -> None:
    before = os.umask(mask)
    try:
        write_set(tmp_path / "set", {"cases/a.json": b"{}"}, b"{}")
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "set").rglob("*")}
    assert stat.S_IMODE((tmp_path / "set").stat().st_mode) == folder
    assert modes == {"cases": folder, "a.json": file, INDEX: file}
