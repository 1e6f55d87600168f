"""Puts into the wheel what an installed package never makes itself: the specs, their compiled code, the generators.

Compiled code is Python bytecode, so the wheel serves the CPython that builds it and its tag says so.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledSpecs(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles `specs/*.md` and adds both forms to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`version` is "editable" where the checkout itself is installed, which compiles when its specs change."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        import axivon_spec

        self.folder = tempfile.TemporaryDirectory(prefix="axivon-compiled-")  # of its own: wheels may be built at once
        compiled = Path(self.folder.name)
        axivon_spec.compilation().ship(compiled)
        build_data["tag"] = f"cp{sys.version_info.major}{sys.version_info.minor}-none-any"
        included = {spec: f"axivon_spec/specs/{spec.name}" for spec in sorted((root / "specs").glob("*.md"))}
        included |= {
            source: f"axivon_spec/bundled/generators/{source.name}"
            for source in sorted((root / "generators").glob("*.py"))
        }
        included[compiled] = "axivon_spec/compiled"
        build_data["force_include"].update({str(source): target for source, target in included.items()})

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """The wheel is written; what it was written from goes."""
        if hasattr(self, "folder"):
            self.folder.cleanup()
