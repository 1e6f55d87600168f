"""One spec as its users meet it: compiled when its files have changed, else served from the cache."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from axivon_spec.compiler import cache, load
from axivon_spec.compiler.lower import Check, Piece
from axivon_spec.compiler.model import Program

COMPILER = Path(__file__).parent


@dataclass
class Compilation:
    """The spec files below `root`, what the runtime gives them, and where compiled code is kept.

    `shipped` is the folder of an installed package that holds compiled code: then nothing is compiled.
    """

    root: Path
    presets: tuple[str, ...]
    names: Callable[[], Mapping[str, object]]  # imported on first use
    changes: Callable[[], Mapping[str, tuple[int, ...]]]
    reject: Callable[[str], None]
    depends_on: tuple[Path, ...]  # further files whose change makes compiled code stale
    cache: Path
    shipped: Path | None = None
    _programs: dict[tuple[str, ...], Program] = field(default_factory=dict)
    _loaded: dict[tuple[object, ...], tuple[list[Piece], list[Check]]] = field(default_factory=dict)

    def files(self) -> list[Path]:
        """The spec files, in order of name."""
        return sorted(path for path in (self.root / "specs").glob("*.md") if path.name != "README.md")

    def program(self, features: Iterable[str] = ()) -> Program:
        """The spec, read and checked. Raises `SpecErrors`."""
        from axivon_spec.compiler.check import check
        from axivon_spec.compiler.read import read_program

        features = tuple(features)
        key = (self._key(features), *features)
        if key not in self._programs:
            reserved = frozenset(self.names())
            program = read_program(self.root, self.files(), self.presets, reserved, features)
            check(program, self.names(), self.changes())
            self._programs = {key: program}
        return self._programs[key]

    def load_into(
        self,
        module: ModuleType,
        preset: str,
        features: Iterable[str] = (),
        *,
        kernels: Mapping[str, Callable[..., Any]],
        removed_rules: Set[str] = frozenset(),
        traced: load.Tracer | None = None,
        constants: Mapping[str, object] | None = None,
    ) -> None:
        """Fill `module` with the spec under `preset`; see `load.populate`."""
        if preset not in self.presets:
            raise load.LoadError(f"there is no preset {preset!r}; choose one of: {', '.join(self.presets)}")
        features = tuple(features)
        pieces, checks = self._code(preset, features, traced is not None)
        if constants:  # the annotations speak of the preset as written, the conditions of every choice
            checks = [check for check in checks if not check.problem.endswith("as its annotation says")]
        load.populate(
            module,
            pieces,
            checks,
            self.names(),
            self.reject,
            constants=constants or {},
            kernels=kernels,
            removed_rules=removed_rules,
            tracer=traced,
        )
        module.PRESET = preset  # type: ignore[attr-defined]
        module.FEATURES = features  # type: ignore[attr-defined]

    def exports(self, preset: str, features: Iterable[str] = ()) -> dict[str, Any]:
        """What a client is built from (rules, functions, types, parameters, presets), as JSON-able data."""
        features = tuple(features)
        if self.shipped is not None:
            data: dict[str, Any] = json.loads((self.shipped / f"{preset}.json").read_text())
            return data
        path = self.cache / self._key(features) / f"{preset}.json"
        try:
            exported: dict[str, Any] = json.loads(path.read_bytes())
        except (OSError, ValueError):  # none, or a damaged one
            content = json.dumps(self._export(preset, features))
            cache.keep(path, content.encode())
            exported = json.loads(content)
        return exported

    def ship(self, folder: Path) -> None:
        """Write what an installed package needs into `folder`: code and exports of every preset."""
        for preset in self.presets:
            for traced in (False, True):
                pieces, checks = self._code(preset, (), traced)
                content = str(self.root).encode() + b"\n" + cache.dump(pieces, checks)
                cache.write_atomically(folder / _code_name(preset, traced), content)
            cache.write_atomically(folder / f"{preset}.json", json.dumps(self.exports(preset)).encode())

    # Compiled code

    def _key(self, features: Collection[str]) -> str:
        overlays = [p for f in features for p in sorted((self.root / "specs" / "_features" / f).glob("*.md"))]
        compiler = sorted(COMPILER.glob("*.py"))
        return cache.key([*self.files(), *overlays, *compiler, *self.depends_on], str(self.root), *features)

    def _code(self, preset: str, features: tuple[str, ...], traced: bool) -> tuple[list[Piece], list[Check]]:
        if self.shipped is not None:
            if features:
                raise load.LoadError("an installed package has no features; load them in a checkout of the repository")
            return self._shipped_code(preset, traced)
        memory = (self._key(features), preset, traced)
        if memory not in self._loaded:
            path = self.cache / memory[0] / _code_name(preset, traced)
            code = cache.parse(path.read_bytes()) if path.exists() else None
            if code is None:
                code = self._compiled(preset, features, traced)
                cache.keep(path, cache.dump(*code))
            self._loaded[memory] = code
        return self._loaded[memory]

    def _compiled(self, preset: str, features: tuple[str, ...], traced: bool) -> tuple[list[Piece], list[Check]]:
        from axivon_spec.compiler.lower import lower

        return lower(self.program(features), self.root, preset, traced)

    def _shipped_code(self, preset: str, traced: bool) -> tuple[list[Piece], list[Check]]:
        assert self.shipped is not None
        memory = ("shipped", preset, traced)
        if memory not in self._loaded:
            path = self.shipped / _code_name(preset, traced)
            if not path.exists():
                raise load.LoadError(
                    f"this package was built for another CPython than {_interpreter()} "
                    f"({path.name} is missing); install the wheel built for yours, or build it from a checkout"
                )
            root, _, content = path.read_bytes().partition(b"\n")
            code = cache.parse(content)
            if code is None:
                raise load.LoadError(f"{path} is damaged; install the package again")
            old, new = root.decode(), str(self.root)
            pieces = [replace(piece, code=cache.relocate(piece.code, old, new)) for piece in code[0]]
            self._loaded[memory] = pieces, code[1]
        return self._loaded[memory]

    def _export(self, preset: str, features: tuple[str, ...]) -> dict[str, Any]:
        from axivon_spec.compiler import export

        program = self.program(features)
        modules = {}
        for name in self.presets:
            modules[name] = ModuleType(name)
            self.load_into(modules[name], name, features, kernels={})
        return {
            "rules": export.rules(program),
            "functions": export.functions(program, modules[preset]),
            "types": export.types(program, modules[preset]),
            "parameters": export.parameters(program, modules),
            "presets": {name: export.presets(program, module) for name, module in modules.items()},
        }


def _interpreter() -> str:
    import sys

    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _code_name(preset: str, traced: bool) -> str:
    import sys

    return f"{preset}{'-traced' if traced else ''}.{sys.implementation.cache_tag}.bin"
