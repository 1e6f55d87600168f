"""A blob as a folder: `header` and `checksum` as they are serialized, and in `rows` a file for each row that is there,
named by its index, with the row and behind it its branch."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from axivon_spec.cli import WrongUse
from axivon_spec.runtime.outcome import Rejection
from axivon_spec.runtime.ssz import MalformedSSZ

PARTS = ("rows", "checksum", "header")  # without its header a folder is no blob
DIGEST = 32  # bytes
HEADER_BYTES = 1 << 10  # more than a header has
CHECKED_AT_ONCE = 256  # rows

Told = Callable[[int, int], None]  # so many of so many


def read_file(path: Path, most: int) -> bytes:
    """All of a file of at most so many bytes, which nobody changes meanwhile."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise WrongUse(f"{path} is no regular file, so its size is not known; write what comes from it to one")
    try:
        with path.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            if size > most:
                raise WrongUse(f"{path} has {size:,} bytes, and the largest blob {most:,}; split it")
            data = source.read(most + 1)
            if len(data) != size or os.fstat(source.fileno()).st_size != size:
                raise WrongUse(f"{path} has changed while it was read; try again")
    except OSError as error:
        raise WrongUse(f"{path} cannot be read: {error.strerror}") from error
    if not data:
        raise WrongUse(f"{path} is empty; a blob has at least one byte")
    return data


def branches(spec: ModuleType, digests: Sequence[bytes]) -> list[list[bytes]]:
    """The branch of each leaf of a full tree, lowest sibling first."""
    levels = [list(digests)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([bytes(spec.sha256(below[i] + below[i + 1])) for i in range(0, len(below), 2)])
    return [[level[i >> height ^ 1] for height, level in enumerate(levels[:-1])] for i in range(len(digests))]


def trouble(out: Path) -> str | None:
    """Why nothing is written to a path, a file or a folder: it would change a blob. None where nothing speaks against
    it."""
    for folder in out.resolve().parents:
        if (folder / "header").is_file() and (folder / "rows").is_dir():
            return f"{out} is in {folder}, which is a blob; name another place"
    return None


def check_free(folder: Path) -> None:
    """Raise `WrongUse` where `write` could not put a blob."""
    if reason := trouble(folder):
        raise WrongUse(reason)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WrongUse(f"{folder} is there already; name a folder that is not, or an empty one")


def write(spec: ModuleType, folder: Path, header: Any, checksum: bytes, rows: Sequence[bytes], told: Told) -> None:
    """Write a whole blob into a folder that does not exist yet, or is empty; all of it or nothing, the header last."""
    check_free(folder)
    target = folder.resolve()
    is_there = target.exists()  # then somebody may be in it, or a file system begin there: it is filled, not replaced
    fresh = (target if is_there else target.parent) / f".axivon-fresh-{secrets.token_hex(8)}"
    try:
        (fresh / "rows").mkdir(parents=True)
        (fresh / "header").write_bytes(spec.serialize(header))
        (fresh / "checksum").write_bytes(checksum)
        digests = [bytes(spec.sha256(row)) for row in rows]
        for index, (row, branch) in enumerate(zip(rows, branches(spec, digests), strict=True)):
            (fresh / "rows" / name_of(index)).write_bytes(row + b"".join(branch))
            told(index + 1, len(rows))
        if is_there:
            _move_parts(fresh, target)
        else:
            os.replace(fresh, target)
    except OSError as error:
        raise WrongUse(f"{folder} was not written, and nothing is left of it: {error.strerror}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _move_parts(fresh: Path, target: Path) -> None:
    """Move a blob into a folder; where that does not end, what was moved is back where it was."""
    moved = []
    try:
        for part in PARTS:
            os.replace(fresh / part, target / part)
            moved.append(part)
    except BaseException:
        for part in moved:
            os.replace(target / part, fresh / part)
        raise


def read_part(path: Path, most: int) -> bytes:
    """A file of a blob; where it has more bytes than it may, one more. Raises OSError."""
    with open(path, "rb", opener=_open_at_once) as source:
        if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
            raise OSError(f"{path} is no regular file")
        return source.read(most + 1)


def _open_at_once(path: str, flags: int) -> int:
    """A pipe is opened too, where nobody writes to it, and not waited for."""
    return os.open(path, flags | os.O_NONBLOCK)


def name_of(index: int) -> str:
    """The file of a row."""
    return f"{index:05}"


class Folder:
    """A folder with a blob, of which rows may be missing or damaged. Raises `WrongUse` where it is none."""

    def __init__(self, spec: ModuleType, path: Path) -> None:
        self.spec, self.path = spec, path
        try:
            self.header = spec.decode(spec.BlobHeader, read_part(path / "header", HEADER_BYTES))
            self.shape = spec.compute_shape(self.header.kind, self.header.size)
            self.checksum = read_part(path / "checksum", int(spec.MAX_CHECKSUM_BYTES))
            if len(self.checksum) > spec.MAX_CHECKSUM_BYTES:
                raise Rejection("da.check_checksum.wrong-checksum-length")
            nothing = spec.List[spec.OpenedRow, spec.MAX_EXTENDED_ROWS]()
            spec.check_rows(self.header, self.checksum, nothing)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise WrongUse(f"{path} is no blob: there is no {error.filename}") from error
        except MalformedSSZ as error:
            raise WrongUse(f"{path / 'header'} is no header of a blob: {error}") from error
        except Rejection as rejection:
            raise WrongUse(
                f"{path} is no blob of this preset: its header or checksum breaks {rejection.rule}"
            ) from None
        if not (path / "rows").is_dir():
            raise WrongUse(f"{path} is no blob: there is no {path / 'rows'}")
        self.matrix, self.expected = spec.compute_checksum_matrix(self.header), spec.extend_checksum(self.checksum)
        self.count = int(spec.EXPANSION * self.shape.rows)
        self.row_bytes = int(spec.CHUNK_BYTES * self.shape.row_chunks)

    def indices(self) -> list[int]:
        """Of the rows that are there, in order."""
        found = []
        for entry in os.scandir(self.path / "rows"):
            index = int(entry.name) if entry.name.isascii() and entry.name.isdigit() else self.count
            if index >= self.count or entry.name != name_of(index):
                raise WrongUse(f"{entry.path} is no row of this blob; move it away")
            found.append(index)
        return sorted(found)

    def opened(self, index: int) -> Any:
        """A row as it stands there, unchecked; None where it cannot be read, or its file has another length."""
        length, data = self.row_bytes + DIGEST * (self.count.bit_length() - 1), b""
        with contextlib.suppress(OSError):
            data = read_part(self.path / "rows" / name_of(index), length)
        if len(data) != length:
            return None
        branch = [data[i : i + DIGEST] for i in range(self.row_bytes, len(data), DIGEST)]
        return self.spec.OpenedRow(index=index, row=data[: self.row_bytes], branch=branch)

    def checked(self, indices: Sequence[int], told: Told) -> Iterator[tuple[int, Any, str]]:
        """Index, row and the rule that it breaks; the row is None where there is none to check."""
        for start in range(0, len(indices), CHECKED_AT_ONCE):
            some = [(index, self.opened(index)) for index in indices[start : start + CHECKED_AT_ONCE]]
            rules = self._broken([row for _, row in some if row is not None])
            for index, row in some:
                yield index, row, rules.get(index, "")
            told(min(start + CHECKED_AT_ONCE, len(indices)), len(indices))

    def _broken(self, rows: Sequence[Any]) -> dict[int, str]:
        """The rules that rows break, by index. As `check_rows`, which stops at the first; the checksum was checked."""
        spec, broken, placed = self.spec, {}, []
        for row in rows:
            try:
                spec.check_place(self.header, self.shape, row)
                spec.check_form(self.shape, bytes(row.row))
                placed.append(row)
            except Rejection as rejection:
                broken[int(row.index)] = rejection.rule
        found = spec.compute_checksums(self.matrix, [bytes(row.row) for row in placed])
        for row, checksum in zip(placed, found, strict=True):
            if checksum != self.expected[int(row.index)]:
                broken[int(row.index)] = "da.check_rows.wrong-checksum"
        return broken
