"""Published vectors: a folder, or an archive of one."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from axivon_spec.vectors.literals import digests
from axivon_spec.vectors.store import SUFFIX, DamagedObject, decompress

INDEX = "index.json"
OLD = "old"  # a set that makes room for another, in a folder beside it


class DamagedVectors(ValueError):
    """The vectors cannot be read: one line that names the file."""


def put_back(out: Path) -> None:
    """Undo the first half of an exchange that was cut off."""
    moved = sorted(out.parent.glob(f".{out.name}-*/{OLD}"))
    if moved and not out.exists():
        os.replace(moved[-1], out)


class VectorSet:
    """The vectors in `path`. Raises `DamagedVectors` where there is no readable index."""

    def __init__(self, path: Path) -> None:
        self._unpacked: tempfile.TemporaryDirectory[str] | None = None
        if path.is_file():
            path = self._unpack(path)
        self.root = path
        self.index: dict[str, Any] = self._json(INDEX)
        if not isinstance(self.index, dict) or not {"format", "spec", "cases", "files"} <= set(self.index):
            raise DamagedVectors(f"{INDEX} is damaged: it does not list format, spec, cases and files")

    def _unpack(self, path: Path) -> Path:
        self._unpacked = tempfile.TemporaryDirectory(prefix="axivon-vectors-")
        try:
            with tarfile.open(path) as archive:
                archive.extractall(self._unpacked.name, filter="data")
        except (tarfile.TarError, EOFError, OSError) as error:
            raise DamagedVectors(f"{path} is no readable archive: {error}") from None
        return Path(self._unpacked.name)

    def _bytes(self, name: str) -> bytes:
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            raise DamagedVectors(f"{name} is missing in {self.root}") from None
        except OSError as error:
            raise DamagedVectors(f"{name} cannot be read: {error.strerror}") from None

    def _json(self, name: str) -> Any:
        try:
            return json.loads(self._bytes(name))
        except ValueError as error:
            raise DamagedVectors(f"{name} is damaged: {error}") from None

    def document(self, name: str) -> Any:
        """`rules.json`, `functions.json`, `types/minimal.json` and so on."""
        return self._json(name)

    def rules_digest(self) -> str:
        return hashlib.sha256(self._bytes("rules.json")).hexdigest()

    def ids(self) -> list[str]:
        return list(self.index["cases"])

    def cases(self) -> Iterator[dict[str, Any]]:
        for id in self.ids():
            yield self.case(id)

    def case(self, id: str) -> dict[str, Any]:
        """One case. Raises `DamagedVectors` where its file is not what the index says."""
        name = f"cases/{id}.json"
        data = self._bytes(name)
        if hashlib.sha256(data).hexdigest() != self.index["files"].get(name):
            raise DamagedVectors(f"{name} is damaged: its bytes have another digest than the index says")
        case: dict[str, Any] = json.loads(data)
        return case

    def stored(self, digest: str) -> Path:
        return self.root / "objects" / (digest + SUFFIX)

    def object(self, digest: str) -> bytes:
        """The bytes of an object. Raises `DamagedVectors`."""
        try:
            return decompress(digest, self._bytes(f"objects/{digest}{SUFFIX}"))
        except DamagedObject as error:
            raise DamagedVectors(str(error)) from None

    def account(self) -> list[str]:
        """What does not fit: files damaged, missing or surplus, objects that no case names. One line each."""
        faults = []
        listed: dict[str, str] = self.index["files"]
        for name, digest in listed.items():
            path = self.root / name
            if not path.is_file():
                faults.append(f"{name} is missing")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                faults.append(f"{name} is damaged: its bytes have another digest than the index says")
        present = {p.relative_to(self.root).as_posix() for p in self.root.rglob("*") if p.is_file()}
        faults += [f"{name} is surplus: the index does not list it" for name in sorted(present - {*listed, INDEX})]
        used: set[str] = set()
        for id in self.ids():
            if f"cases/{id}.json" not in listed:
                faults.append(f"case {id} has no file in the index")
            elif (self.root / f"cases/{id}.json").is_file():
                try:
                    used.update(digests(self.case(id)))
                except DamagedVectors:
                    continue  # told above
        objects = {name.removeprefix("objects/").removesuffix(SUFFIX) for name in listed if name.startswith("objects/")}
        faults += [f"objects/{digest}{SUFFIX} is used by no case" for digest in sorted(objects - used)]
        faults += [
            f"objects/{digest}{SUFFIX} is used, but the index does not list it" for digest in sorted(used - objects)
        ]
        return faults
