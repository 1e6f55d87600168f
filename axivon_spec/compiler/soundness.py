"""Every mistake that a program can show about a spec, without running it on anything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from axivon_spec.compiler import typed
from axivon_spec.compiler.compilation import Compilation
from axivon_spec.compiler.model import SpecError, SpecErrors


def mistakes(compilation: Compilation, features: Sequence[str], runtime: Path, cache: Path) -> list[SpecError]:
    """Mistakes of form, names, language and writes; where there are none, those of values in each preset; where there
    are none, those of types.

    `runtime` is the stub of what spec code may call, `cache` a folder for typed twins and mypy's cache. Raises
    `typed.CheckerMissing` without mypy.
    """
    try:
        program = compilation.program(features)
    except SpecErrors as errors:
        return errors.errors
    found: list[SpecError] = []
    for preset in compilation.presets:
        try:
            compilation.load_into(ModuleType(preset), preset, features, kernels={})
        except SpecErrors as errors:
            found += errors.errors
    if found:  # a mistake that every preset has is told once
        return SpecErrors(list({str(error): error for error in found}.values())).errors
    return typed.check(program, runtime, cache / "typed", cache / "mypy")
