"""Fast substitutes for named spec functions, each proven equal to its Markdown by `tests/kernels`.

`indexed_list` keeps an index beside keyed collections. `numpy`, `numba` and `cupy` are implementations of what is done
with whole blobs; of these the fastest that works here is bound: `cupy` needs a GPU. AXIVON_KERNELS names others,
separated by commas; `none` is the Markdown.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Any, TypeVar

MODULES = ("indexed_list",)
FIELDS = ("cupy", "numba", "numpy")  # the fastest first
EXTRAS = {"cupy": "cuda12"}  # that install them; the others are called as the kernels
NAMES = (*MODULES, *FIELDS)

_Function = TypeVar("_Function", bound=Callable[..., Any])
_SUBSTITUTES: dict[str, dict[str, Callable[..., Any]]] = {}


def substitutes(name: str) -> Callable[[_Function], _Function]:
    """Mark a function as the substitute of the spec function `layer.name`; the signatures must agree."""

    def register(kernel: _Function) -> _Function:
        module = kernel.__module__.rpartition(".")[2]
        _SUBSTITUTES.setdefault(module, {})[name] = kernel
        return kernel

    return register


def chosen() -> tuple[str, ...]:
    """The names of the kernels that are bound where none are named: those in AXIVON_KERNELS, or the fastest."""
    named = os.environ.get("AXIVON_KERNELS")
    if named is not None:
        return tuple(name for name in (name.strip() for name in named.split(",")) if name not in ("", "none"))
    return (*MODULES, *[name for name in FIELDS if works(name)][:1])


def works(name: str) -> bool:
    """Whether the kernels with this name are installed and have what they need."""
    return find_spec(name) is not None and (name != "cupy" or _has_gpu())


def _has_gpu() -> bool:
    """Imports CuPy, so only where that is installed."""
    return bool(importlib.import_module("axivon_spec.kernels.cuda").is_available())


def select(names: Iterable[str] | None) -> dict[str, Callable[..., Any]]:
    """The substitutes of the named kernels (None: `chosen()`), by `layer.function`."""
    selected: dict[str, Callable[..., Any]] = {}
    for name in chosen() if names is None else names:
        selected.update(_substitutes_of(name))
    return selected


def _substitutes_of(name: str) -> dict[str, Callable[..., Any]]:
    from axivon_spec.compiler.load import LoadError

    if name in MODULES:
        importlib.import_module(f"axivon_spec.kernels.{name}")
        return _SUBSTITUTES[name]
    if name not in FIELDS:
        raise LoadError(f"there are no kernels {name!r}; choose from: {', '.join(NAMES)}")
    if find_spec(name) is None:
        advice = f"run: pip install 'axivon-spec[{EXTRAS.get(name, name)}]'"
        more = ", or with [cuda13] for CUDA 13" if name == "cupy" else ""
        raise LoadError(f"the kernels {name!r} are not installed; {advice}{more}")
    if not works(name):
        others = ", ".join(other for other in FIELDS if other != name)
        why = importlib.import_module("axivon_spec.kernels.cuda").missing()
        raise LoadError(f"the kernels {name!r} need a GPU that CUDA can use: {why}; choose from: {others}")
    from axivon_spec.kernels import blobs

    return blobs.over(name)
