"""Fast substitutes for named spec functions, each proven equal to its Markdown by `tests/kernels`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

MODULES = ("indexed_list",)

_Function = TypeVar("_Function", bound=Callable[..., Any])
_SUBSTITUTES: dict[str, dict[str, Callable[..., Any]]] = {}


def substitutes(name: str) -> Callable[[_Function], _Function]:
    """Mark a function as the substitute of the spec function `layer.name`; the signatures must agree."""

    def register(kernel: _Function) -> _Function:
        module = kernel.__module__.rpartition(".")[2]
        _SUBSTITUTES.setdefault(module, {})[name] = kernel
        return kernel

    return register


def select(modules: Iterable[str] | None) -> dict[str, Callable[..., Any]]:
    """The substitutes of the named kernel modules (None: all), by `layer.function`."""
    selected: dict[str, Callable[..., Any]] = {}
    for module in MODULES if modules is None else modules:
        if module not in MODULES:
            from axivon_spec.compiler.load import LoadError

            raise LoadError(f"there is no kernel module {module!r}; choose from: {', '.join(MODULES)}")
        importlib.import_module(f"axivon_spec.kernels.{module}")
        selected.update(_SUBSTITUTES[module])
    return selected
