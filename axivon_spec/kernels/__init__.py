"""Fast substitutes for named spec functions, each proven equal to its Markdown by `tests/kernels`.

`indexed_list` keeps an index beside keyed collections. `numpy` and `numba` are two implementations of what is done with
whole blobs; of these the fastest that is installed is bound. AXIVON_KERNELS names others, separated by commas.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Any, TypeVar

MODULES = ("indexed_list",)
FIELDS = ("numba", "numpy")  # the fastest first
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
        return tuple(filter(None, (name.strip() for name in named.split(","))))
    return (*MODULES, *[name for name in FIELDS if find_spec(name)][:1])


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
        raise LoadError(f"the kernels {name!r} are not installed; run: pip install 'axivon-spec[{name}]'")
    from axivon_spec.kernels import blobs

    return blobs.over(name)
