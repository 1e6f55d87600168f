"""The generators, in a checkout or in an installed package, and the vectors that the latter makes of them once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import axivon_spec
from axivon_spec.progress import progress
from axivon_spec.vectors.exchange import alone, put_back
from axivon_spec.vectors.pools import processes
from axivon_spec.vectors.read import INDEX


def find_generators() -> None:
    """Make `import generators` work."""
    folder = axivon_spec.CHECKOUT or axivon_spec.PACKAGE / "bundled"
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def user_vectors(preset: str = "minimal") -> Path:
    """The vectors of this version in the user's cache; made, which takes a while, where there are none."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "axivon-spec" / axivon_spec.__version__ / preset
    put_back(folder)
    if not (folder / INDEX).exists():
        with alone(folder):
            _make(preset, folder)
    return folder


def _make(preset: str, folder: Path) -> None:
    from axivon_spec.vectors.generate import generate

    if (folder / INDEX).exists():  # another process has made them meanwhile
        return
    find_generators()
    with progress(f"making the vectors of this version in {folder}") as tell, processes() as pool:
        generate(preset, folder, pool, tell)
