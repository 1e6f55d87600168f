"""Machines that run the kernels of `goldilocks.cu` in tests: this one, twice, and the GPU."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from axivon_spec.kernels import cuda, works
from axivon_spec.kernels.device import Device

OPTIONS = {"native": (), "portable": ("-DAXIVON_PORTABLE", "-DAXIVON_THREADS=256", "-DAXIVON_BACKWARDS")}
NAMES = (*OPTIONS, *(["gpu"] if works("cupy") else []))
STRICT = ("-std=c99", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror")


class Host:
    """Kernels that a C compiler has compiled, on arrays of NumPy."""

    def __init__(self, library: Path) -> None:
        self.arrays: Any = np
        self.library = ctypes.CDLL(str(library))

    def launch(self, kernel: str, count: int, *arguments: Any) -> None:
        passed: list[Any] = [ctypes.c_uint32(count)]
        for argument in arguments:
            if isinstance(argument, np.ndarray):
                assert argument.flags.c_contiguous and argument.dtype in (np.uint64, np.uint32, np.uint8)
                passed.append(ctypes.c_void_p(argument.ctypes.data))
            else:
                passed.append((ctypes.c_uint64 if isinstance(argument, np.uint64) else ctypes.c_uint32)(int(argument)))
        getattr(self.library, kernel)(*passed)

    def download(self, array: NDArray[Any]) -> NDArray[Any]:
        return array


def code() -> str:
    """The kernels, and those for tests alone."""
    return cuda.source() + (Path(__file__).parent / "goldilocks_parts.cu").read_text()


def made(name: str, folder: Path) -> Device:
    """The device with this name; skips the test where nothing here compiles it."""
    if name == "gpu":
        return Device(cuda.Cuda(code()))
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler `cc` here")
    (folder / "goldilocks.c").write_text(code())
    library = folder / "goldilocks.so"
    command = [compiler, *STRICT, *OPTIONS[name], "-fPIC", "-shared", "-o", str(library), str(folder / "goldilocks.c")]
    subprocess.run(command, check=True)
    return Device(Host(library))
