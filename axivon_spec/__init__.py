"""The executable specification of Axivon.

import axivon_spec.minimal as spec            # or axivon_spec.mainnet
spec = axivon_spec.load("minimal", SHUFFLE_ROUNDS=20)  # a fresh module with another constant
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from axivon_spec.compiler.compilation import Compilation
    from axivon_spec.compiler.load import Tracer
    from axivon_spec.compiler.model import Program

__version__ = "0.1.0"

PRESETS = ("mainnet", "minimal")
NONE_REMOVED: Set[str] = frozenset()
PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent if (PACKAGE.parent / "specs").is_dir() else None

_compilation: Compilation | None = None


def compilation() -> Compilation:
    """The spec of this checkout, or of this installed package."""
    global _compilation
    if _compilation is None:
        from axivon_spec.compiler.compilation import Compilation
        from axivon_spec.runtime import CHANGES, SPEC_NAMES
        from axivon_spec.runtime.outcome import reject

        _compilation = Compilation(
            root=CHECKOUT or PACKAGE,
            presets=PRESETS,
            names=lambda: SPEC_NAMES,
            changes=lambda: CHANGES,
            reject=reject,
            depends_on=tuple(sorted((PACKAGE / "runtime").glob("*.py"))),
            cache=(CHECKOUT or PACKAGE) / ".cache" / "compiled",
            shipped=None if CHECKOUT else PACKAGE / "compiled",
        )
    return _compilation


def load(
    preset: str = "minimal",
    features: Iterable[str] = (),
    kernels: Iterable[str] | None = None,
    *,
    traced: Tracer | None = None,
    removed_rules: Set[str] = NONE_REMOVED,
    **constants: object,
) -> ModuleType:
    """A fresh module of the spec, independent of any other.

    `features` are overlays of `specs/_features/`. `kernels` names the modules of `axivon_spec.kernels` to bind; None
    binds all that work here, but none with overlays, which may change what a kernel stands for, and none where rules
    may be removed, since a kernel equals its Markdown on the states that the rules permit. A rule in `removed_rules`
    never rejects. `traced` hears how each rule came out. Further keywords replace constants. Raises `SpecErrors` where
    the spec has mistakes, `LoadError` for a wrong argument.
    """
    module = ModuleType(f"axivon_spec.{preset}")
    load_into(module, preset, features, kernels, traced=traced, removed_rules=removed_rules, **constants)
    return module


def load_into(
    module: ModuleType,
    preset: str,
    features: Iterable[str] = (),
    kernels: Iterable[str] | None = None,
    *,
    traced: Tracer | None = None,
    removed_rules: Set[str] = NONE_REMOVED,
    **constants: object,
) -> None:
    """Like `load`, into a module that exists."""
    from axivon_spec.kernels import select

    features = tuple(features)
    as_written = not features and removed_rules is NONE_REMOVED
    compilation().load_into(
        module,
        preset,
        features,
        kernels=select(kernels if kernels is not None or as_written else ()),
        removed_rules=removed_rules,
        traced=traced,
        constants=constants,
    )


def program(features: Iterable[str] = ()) -> Program:
    """The spec as data: definitions, rules, call graph. Needs the compiler, not a preset."""
    return compilation().program(features)


def exports(preset: str = "minimal", features: Iterable[str] = ()) -> dict[str, Any]:
    """rules, functions, types, parameters and presets as JSON-able data."""
    return compilation().exports(preset, features)
