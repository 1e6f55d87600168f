"""The GPU, by CuPy, which compiles `goldilocks.cu` for it at the first launch. Needs the extra `cuda12` or `cuda13`."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import lru_cache, wraps
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

THREADS = {"digest": 64, "tree": 256, "checksum": 64}  # of a block; the others:
USUAL_THREADS = 128
OF_BLOCKS = ("tree", "checksum")  # whose count is of blocks


class DeviceError(OSError):
    """The GPU does not do what it is asked: told in one line."""


def is_available() -> bool:
    """Whether CuPy works here and finds a GPU."""
    return not missing()


def missing() -> str:
    """What there is not for CuPy to work here, in one line; empty where it works."""
    try:
        cuda = importlib.import_module("cupy").cuda
        if not cuda.runtime.getDeviceCount():
            return "no GPU is visible"
        cuda.nvrtc.getVersion()  # what compiles the kernels
        return ""
    except Exception as error:  # no driver, no NVRTC, or some that do not go together
        return _line(error)


def source() -> str:
    """The kernels as one text: what CuPy keeps compiled goes by the text, and would not see that a header changed."""
    folder = files("axivon_spec.kernels")
    header, kernels = (folder.joinpath(f"goldilocks.{suffix}").read_text("utf-8") for suffix in ("h", "cu"))
    return kernels.replace('#include "goldilocks.h"', header)


class Cuda:
    """Launches on the current stream of the current GPU."""

    def __init__(self, code: str) -> None:
        self.arrays = importlib.import_module("cupy")
        self._module = self.arrays.RawModule(code=code, options=("--std=c++14",))
        self._kernels: dict[str, Any] = {}

    def launch(self, kernel: str, count: int, *arguments: Any) -> None:
        if count == 0:
            return
        if kernel not in self._kernels:
            self._kernels[kernel] = self._module.get_function(kernel)
        threads = THREADS.get(kernel, USUAL_THREADS)
        blocks = count if kernel in OF_BLOCKS else -(-count // threads)
        passed = [np.uint32(argument) if isinstance(argument, int) else argument for argument in (count, *arguments)]
        self._kernels[kernel]((blocks,), (threads,), tuple(passed))

    def download(self, array: Any) -> NDArray[Any]:
        found: NDArray[Any] = self.arrays.asnumpy(array)
        return found


def told(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same work; what the GPU cannot do becomes a `DeviceError`."""

    @wraps(work)
    def done(*arguments: Any) -> Any:
        try:
            return work(*arguments)
        except Exception as error:
            of_cupy = type(error).__module__.startswith("cupy")
            if isinstance(error, MemoryError) and of_cupy:  # others are of the host
                raise DeviceError(f"the GPU has too little memory: {_line(error)}; choose other kernels") from error
            if isinstance(error, RuntimeError) or of_cupy:  # what does not compile is no RuntimeError
                raise DeviceError(f"the GPU cannot be used: {_line(error)}; choose other kernels") from error
            raise

    return done


def _line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


@lru_cache(maxsize=1)
def work() -> SimpleNamespace:
    """What there is to do with whole blobs, as `matrices.over` has it."""
    from axivon_spec.kernels.device import Device

    device = Device(Cuda(source()))
    names = ("pack", "unpack", "parity", "root", "checksums", "recover")
    return SimpleNamespace(**{name: told(getattr(device, name)) for name in names})
