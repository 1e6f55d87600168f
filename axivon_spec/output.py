"""Files that a user asks for by path: where they may stand, and that each is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from axivon_spec.compiler.cache import write_atomically


def trouble(path: Path) -> str | None:
    """Why nothing can be written to `path`, before there is anything to write; None where nothing speaks against it."""
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    if path.exists() and not path.is_file():
        return f"{path} is no file, so it is not replaced"
    return None


def write(path: Path, content: bytes) -> None:
    """Write the file that a path leads to, through links too. Raises OSError with a line that names it."""
    try:
        write_atomically(path.resolve(), content)
    except OSError as error:
        raise OSError(f"{path} was not written, and nothing is left of it: {error.strerror}") from error
