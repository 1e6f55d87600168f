"""The kernels of a GPU as CUDA: they compile, and what is missing or goes wrong is one clear line."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import axivon_spec
from axivon_spec import cli, kernels
from axivon_spec.compiler.load import LoadError
from axivon_spec.kernels import blobs, cuda
from tests.kernels import devices
from tests.kernels.test_choice import only

SOURCE = Path(cuda.__file__).parent / "goldilocks.cu"
FILE_BYTES = 100


def with_cupy(monkeypatch: pytest.MonkeyPatch, *, gpu: bool) -> None:
    """A CuPy that can do nothing but tell whether there is a GPU."""
    there = SimpleNamespace(
        runtime=SimpleNamespace(getDeviceCount=lambda: int(gpu)),
        nvrtc=SimpleNamespace(getVersion=lambda: (13, 0)),
    )
    monkeypatch.setattr(kernels, "find_spec", only("cupy", "numba", "numpy"))
    monkeypatch.setitem(sys.modules, "cupy", SimpleNamespace(cuda=there))
    monkeypatch.delenv("AXIVON_KERNELS", raising=False)


def test_the_gpu_is_among_the_devices_of_test_goldilocks() -> None:
    if not kernels.works("cupy"):
        pytest.skip(
            "there is no CuPy here, or no GPU: its kernels are compared with the Markdown on this machine alone"
        )
    assert "gpu" in devices.NAMES


def test_nvcc_compiles_the_kernels(tmp_path: Path) -> None:
    nvcc = shutil.which("nvcc")
    if nvcc is None:
        pytest.skip("there is no nvcc here")
    strict = ["-arch=sm_90", "-Werror", "all-warnings", "-Xptxas", "-v"]
    command = [nvcc, *strict, "-cubin", "-o", str(tmp_path / "kernels"), str(SOURCE)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    spilled = [line for line in result.stderr.splitlines() if "spill" in line and " 0 bytes spill stores" not in line]
    assert spilled == []


def test_the_source_is_one_text() -> None:
    assert "#include" not in cuda.source()
    assert "AXIVON_KERNEL pack" in cuda.source() and "field_reduced" in cuda.source()


@pytest.mark.parametrize(("gpu", "expected"), [(True, "cupy"), (False, "numba")])
def test_the_gpu_is_chosen_where_there_is_one(monkeypatch: pytest.MonkeyPatch, gpu: bool, expected: str) -> None:
    with_cupy(monkeypatch, gpu=gpu)
    assert kernels.chosen() == ("indexed_list", expected)


def test_cupy_is_not_imported_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "find_spec", only("numpy"))
    monkeypatch.setattr(kernels, "_has_gpu", lambda: pytest.fail("asked for a GPU"))
    monkeypatch.delenv("AXIVON_KERNELS", raising=False)
    assert kernels.chosen() == ("indexed_list", "numpy")


def test_a_cupy_that_does_not_work_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with_cupy(monkeypatch, gpu=True)
    monkeypatch.setitem(sys.modules, "cupy", None)
    assert kernels.chosen() == ("indexed_list", "numba")


def test_without_cupy_the_extras_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "find_spec", only("numpy"))
    line = r"'cupy' are not installed; run: pip install 'axivon-spec\[cuda12\]', or with \[cuda13\] for CUDA 13$"
    with pytest.raises(LoadError, match=line):
        axivon_spec.load("minimal", kernels=("indexed_list", "cupy"))


def test_without_a_gpu_other_kernels_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with_cupy(monkeypatch, gpu=False)
    line = "'cupy' need a GPU that CUDA can use: no GPU is visible; choose from: numba, numpy$"
    with pytest.raises(LoadError, match=line):
        axivon_spec.load("minimal", kernels=("cupy",))


def test_a_driver_that_is_too_old_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def count() -> int:
        raise RuntimeError("cudaErrorInsufficientDriver: CUDA driver version is\ninsufficient")

    with_cupy(monkeypatch, gpu=True)
    monkeypatch.setattr(sys.modules["cupy"].cuda.runtime, "getDeviceCount", count)
    with pytest.raises(LoadError, match="can use: cudaErrorInsufficientDriver: CUDA driver version is insufficient"):
        axivon_spec.load("minimal", kernels=("cupy",))


def test_without_the_compiler_of_kernels_others_are_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the driver is there, and no CUDA toolkit."""

    def version() -> tuple[int, int]:
        raise RuntimeError("CuPy failed to load libnvrtc.so.13: OSError: no such file")

    with_cupy(monkeypatch, gpu=True)
    monkeypatch.setattr(sys.modules["cupy"].cuda.nvrtc, "getVersion", version)
    assert kernels.chosen() == ("indexed_list", "numba")
    with pytest.raises(LoadError, match="failed to load libnvrtc"):
        axivon_spec.load("minimal", kernels=("cupy",))


class OutOfMemoryError(MemoryError):
    """As CuPy has it."""


OutOfMemoryError.__module__ = "cupy.cuda.memory"


class CompileException(Exception):
    """As CuPy has it: of no other kind."""


CompileException.__module__ = "cupy.cuda.compiler"


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OutOfMemoryError("Out of memory allocating 7 bytes."), "the GPU has too little memory: Out of memory allo"),
        (RuntimeError("cudaErrorLaunchFailure:\nno"), "the GPU cannot be used: cudaErrorLaunchFailure: no; choose"),
        (CompileException("nvrtc: error:\nno sm_90"), "the GPU cannot be used: nvrtc: error: no sm_90; choose"),
    ],
)
def test_what_the_gpu_cannot_do_is_one_line_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, error: Exception, line: str
) -> None:
    def fail(*arguments: Any) -> None:
        raise error

    real = importlib.import_module("axivon_spec.kernels.matrices")
    with_cupy(monkeypatch, gpu=True)
    work = SimpleNamespace(pack=real.pack, parity=cuda.told(fail))
    monkeypatch.setattr(cuda, "work", lambda: work)
    blobs._loaded.cache_clear()
    (tmp_path / "file").write_bytes(bytes(FILE_BYTES))
    try:
        code = cli.run(["da", "encode", str(tmp_path / "file"), "--out", str(tmp_path / "blob"), "--kernels", "cupy"])
    finally:
        blobs._loaded.cache_clear()
    printed = capsys.readouterr()
    assert code == cli.WRONG_USE
    assert len(printed.err.splitlines()) == 1 and printed.err.startswith(f"axivon: {line}")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_host_out_of_memory_is_no_fault_of_the_gpu() -> None:
    def fail() -> None:
        raise MemoryError("all of it")

    with pytest.raises(MemoryError, match="all of it"):
        cuda.told(fail)()
