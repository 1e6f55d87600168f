"""How a run begins and ends: streams that are closed or narrow, and interrupts from the first moment on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from axivon_spec.vectors.archive import pack
from axivon_spec.vectors.read import VectorSet
from tests.processes import within
from tests.vector_format.vector_sets import PUBLISHED

AXIVON = f"{sys.executable} -m axivon_spec"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("spec rules 2>&-", b"token.move_balance.zero-recipient"),
        (f"conform --self-test --client '{AXIVON} client' 2>&-", b"64 passed"),
        ("spec rules >&-", b""),
        ("client <&-", b""),
        ("client <&- >&- 2>&-", b""),
    ],
)
def test_a_closed_stream_is_no_defect(command: str, said: bytes) -> None:
    run = subprocess.run(f"{AXIVON} {command}", shell=True, capture_output=True)
    assert (run.returncode, run.stderr) == (0, b"")
    assert said in run.stdout


def test_an_output_that_takes_ascii_alone_gets_the_rest_escaped() -> None:
    narrow = os.environ | {"PYTHONIOENCODING": "ascii"}
    run = subprocess.run([*AXIVON.split(), "spec", "grammar"], env=narrow, capture_output=True)
    assert (run.returncode, run.stderr) == (0, b"")
    wide = subprocess.run([*AXIVON.split(), "spec", "grammar"], capture_output=True, text=True).stdout
    assert not wide.isascii(), "else this test shows nothing"
    assert run.stdout == wide.encode("ascii", errors="backslashreplace")


AN_INTERRUPT = "signal.raise_signal(signal.SIGINT)"
INTERRUPTED_WHILE = """
import signal, sys
from importlib.abc import MetaPathFinder

class Interrupt(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "typer":
            HERE

sys.meta_path.insert(0, Interrupt())
from axivon_spec.start import main
main()
"""


@pytest.mark.parametrize(
    "here",
    [
        AN_INTERRUPT,
        f"exec({AN_INTERRUPT!r})",  # after which CPython would end by SIGINT, whoever catches the exception
        f"exec('try: {AN_INTERRUPT}\\nfinally: raise ValueError(1)')",  # as libraries do that catch everything
    ],
)
def test_an_interrupt_while_it_starts_is_a_line(here: str) -> None:
    code = INTERRUPTED_WHILE.replace("HERE", here)
    run = subprocess.run([sys.executable, "-c", code, "spec", "rules"], capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (130, "", "axivon: interrupted\n")


def test_a_terminated_run_removes_what_it_had_unpacked(tmp_path: Path) -> None:
    pack(VectorSet(PUBLISHED), tmp_path / "set.tar.gz", None)
    unpacked = tmp_path / "temporary"
    unpacked.mkdir()
    process = subprocess.Popen(
        [*AXIVON.split(), "vectors", "coverage", "--vectors", str(tmp_path / "set.tar.gz")],
        env=os.environ | {"TMPDIR": str(unpacked)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert within(20, lambda: any(unpacked.glob("*/cases")))
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate()
    assert process.returncode == 130
    assert told.splitlines()[-1] == "axivon: interrupted"
    assert list(unpacked.iterdir()) == []


INTERRUPTED_IN_A_FORK = """
import os, signal, time
from axivon_spec import cli
from axivon_spec.start import main

def run(arguments):
    os.register_at_fork(after_in_parent=lambda: signal.raise_signal(signal.SIGTERM))
    if os.fork() == 0:
        os._exit(0)
    time.sleep(20)
    return 0

cli.run = run
main()
"""


def test_an_interrupt_that_python_cannot_raise_comes_again() -> None:
    """What is raised in the hooks of a fork goes nowhere: a run that made its pool just then went on to its end."""
    run = subprocess.run([sys.executable, "-c", INTERRUPTED_IN_A_FORK], capture_output=True, text=True, timeout=15)
    assert (run.returncode, run.stdout, run.stderr) == (130, "", "axivon: interrupted\n")
