"""Compiled code on disk: found by a hash of everything it came from, written so that no reader sees half a file."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import marshal
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import BinaryIO

from axivon_spec.compiler.lower import Check, Piece

FORMAT = 2


def key(sources: Iterable[Path], *words: str) -> str:
    """A hash of the files' paths and contents, of `words`, and of the interpreter's bytecode format."""
    digest = hashlib.sha256(importlib.util.MAGIC_NUMBER + bytes([FORMAT]))
    for word in words:
        digest.update(b"word" + len(word).to_bytes(8, "little") + word.encode())
    for source in sources:
        path, content = str(source).encode(), source.read_bytes()
        digest.update(b"file" + len(path).to_bytes(8, "little") + path + len(content).to_bytes(8, "little") + content)
    return digest.hexdigest()


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its place in `path` when the block has ended, with the mode of what was there; where the block
    fails, nothing has changed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("xb") as file:
            yield file
        with contextlib.suppress(FileNotFoundError):
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all, also when several processes write it at once."""
    with replacing(path) as file:
        file.write(content)


def keep(path: Path, content: bytes) -> None:
    """Write a file of the cache, where that is possible: what cannot be kept is made again next time."""
    with contextlib.suppress(OSError):
        write_atomically(path, content)


def dump(pieces: Iterable[Piece], checks: Iterable[Check]) -> bytes:
    """The code of one preset as bytes, a digest before it."""
    content = marshal.dumps(
        (
            [(piece.kind, piece.layer, piece.name, piece.code, piece.file, piece.line) for piece in pieces],
            [(check.file, check.line, check.problem, check.code) for check in checks],
        )
    )
    return hashlib.sha256(content).digest() + content


def parse(content: bytes) -> tuple[list[Piece], list[Check]] | None:
    """The inverse of `dump`; None when the bytes are damaged."""
    digest, body = content[:32], content[32:]
    if hashlib.sha256(body).digest() != digest:
        return None
    pieces, checks = marshal.loads(body)
    return [Piece(*piece) for piece in pieces], [Check(*check) for check in checks]


def relocate(code: CodeType, old: str, new: str) -> CodeType:
    """`code` as if compiled below `new` instead of `old`: a wheel is built in one place and read in another."""
    constants = tuple(relocate(c, old, new) if isinstance(c, CodeType) else c for c in code.co_consts)
    filename = code.co_filename
    if filename.startswith(old):
        filename = new + filename[len(old) :]
    return code.replace(co_consts=constants, co_filename=filename)
