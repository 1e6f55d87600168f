"""Every mistake that a program can show about a spec, without running it on anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

from axivon_spec.compiler import typed
from axivon_spec.compiler.compilation import Compilation
from axivon_spec.compiler.model import Constant, Program, SpecError, SpecErrors


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
    modules = {preset: ModuleType(preset) for preset in compilation.presets}
    for preset, module in modules.items():
        try:
            compilation.load_into(module, preset, features, kernels={})
        except SpecErrors as errors:
            found += errors.errors
    found = found or list(_types_of_presets(program, modules))
    if found:  # a mistake that every preset has is told once
        return SpecErrors(list({str(error): error for error in found}.values())).errors
    return typed.check(program, runtime, cache / "typed", cache / "mypy")


def _types_of_presets(program: Program, modules: Mapping[str, ModuleType]) -> Iterator[SpecError]:
    """A constant is of one type, whatever the preset: clients declare it once."""
    first, *others = modules
    for constant in program.definitions.values():
        if not isinstance(constant, Constant):
            continue
        types = {preset: type(getattr(module, constant.name)).__name__ for preset, module in modules.items()}
        for other in others:
            if types[other] != types[first]:
                problem = f"{constant.name} is a {types[first]} in preset {first}, but a {types[other]} in {other}"
                place, remedy = constant.place, "give it one type in all presets"
                yield SpecError(place.file, place.line, problem, remedy)
