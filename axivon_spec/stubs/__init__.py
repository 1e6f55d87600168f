"""The runtime as a type checker sees it; hand-made, since eth-remerkleable ships no types."""

from pathlib import Path

SPEC_RUNTIME = Path(__file__).parent / "spec_runtime.pyi"
