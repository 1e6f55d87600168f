"""Published vectors: a folder, or an archive of one."""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import stat
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from axivon_spec.vectors.store import SUFFIX, DamagedObject, decompress

FORMAT = 1
INDEX = "index.json"
SCHEMA = Path(__file__).with_name("case.schema.json")
MAX_UNPACKED = 1 << 32  # bytes of an archive's files together


class DamagedVectors(ValueError):
    """The vectors cannot be read: one line that names the file."""


@cache
def _checker(part: str) -> Callable[[Any], Any]:
    """Checks data against the schema of a case, or against a part of it."""
    import fastjsonschema

    schema = json.loads(SCHEMA.read_bytes())
    if part:
        schema = {"$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": f"#/$defs/{part}"}
    checker: Callable[[Any], Any] = fastjsonschema.compile(schema)
    return checker


def check(data: Any, part: str = "") -> None:
    """Check data against the schema: of a case, or of `index`. Raises `DamagedVectors`, without the name of a file."""
    import fastjsonschema

    try:
        _checker(part)(data)
    except fastjsonschema.JsonSchemaValueException as error:
        raise DamagedVectors(error.message) from None


class VectorSet:
    """The vectors in `path`. Raises `DamagedVectors` where there is no readable index."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._unpacked: tempfile.TemporaryDirectory[str] | None = None
        self.root = self._unpack(path) if path.is_file() else path
        self.index: dict[str, Any] = self._object(INDEX)
        if self.index.get("format") != FORMAT:
            raise DamagedVectors(f"{INDEX} has the format {self.index.get('format')}; this program reads {FORMAT}")
        self._check(INDEX, self.index, "index")

    def _unpack(self, path: Path) -> Path:
        self._unpacked = tempfile.TemporaryDirectory(prefix="axivon-vectors-")
        try:
            with tarfile.open(path) as archive:
                if sum(entry.size for entry in archive) > MAX_UNPACKED:
                    raise DamagedVectors(f"{path} unpacks to more than {MAX_UNPACKED} bytes")
                archive.extractall(self._unpacked.name, filter="data")
        except (tarfile.TarError, EOFError, OSError, zlib.error, lzma.LZMAError) as error:
            raise DamagedVectors(f"{path} is no readable archive: {str(error).splitlines()[0].rstrip(':')}") from None
        return Path(self._unpacked.name)

    def is_plain(self, name: str) -> bool:
        """Whether this is a file of the set, and no link out of it, pipe or folder."""
        return stat.S_ISREG((self.root / name).lstat().st_mode) if os.path.lexists(self.root / name) else False

    def _bytes(self, name: str) -> bytes:
        try:
            if os.path.lexists(self.root / name) and not self.is_plain(name):
                raise DamagedVectors(f"{name} is no plain file")
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            raise DamagedVectors(f"{name} is missing in {self.name}") from None
        except OSError as error:
            raise DamagedVectors(f"{name} cannot be read: {error.strerror}") from None

    def _object(self, name: str, data: bytes | None = None) -> dict[str, Any]:
        data = self._bytes(name) if data is None else data
        try:
            found = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise DamagedVectors(_damaged(name, error)) from None
        if not isinstance(found, dict):
            raise DamagedVectors(_damaged(name, "it holds no object"))
        return found

    def _listed(self, name: str) -> bytes:
        """The bytes of a file that the index lists."""
        data = self._bytes(name)
        if hashlib.sha256(data).hexdigest() != self.index["files"].get(name):
            raise DamagedVectors(_damaged(name, "its bytes have another digest than the index says"))
        return data

    def _check(self, name: str, data: Any, part: str = "") -> None:
        try:
            check(data, part)
        except DamagedVectors as error:
            raise DamagedVectors(_damaged(name, error)) from None

    def document(self, name: str) -> dict[str, Any]:
        """`rules.json`, `functions.json`, `types/minimal.json` and so on. Raises `DamagedVectors`."""
        return self._object(name, self._listed(name))

    def rules_digest(self) -> str:
        return hashlib.sha256(self._bytes("rules.json")).hexdigest()

    def ids(self) -> list[str]:
        return list(self.index["cases"])

    def cases(self) -> Iterator[dict[str, Any]]:
        for id in self.ids():
            yield self.case(id)

    def case(self, id: str) -> dict[str, Any]:
        """One case. Raises `DamagedVectors` where its file is not what the index says, or no case."""
        name = f"cases/{id}.json"
        case = self._object(name, self._listed(name))
        self._check(name, case)
        if case["id"] != id:
            raise DamagedVectors(_damaged(name, f"it holds the case {case['id']}"))
        return case

    def stored(self, digest: str) -> Path:
        return self.root / "objects" / (digest + SUFFIX)

    def object(self, digest: str) -> bytes:
        """The bytes of an object. Raises `DamagedVectors`."""
        try:
            return decompress(digest, self._bytes(f"objects/{digest}{SUFFIX}"))
        except DamagedObject as error:
            raise DamagedVectors(str(error)) from None


def _damaged(name: str, why: object) -> str:
    return f"{name} is damaged: {why}"
