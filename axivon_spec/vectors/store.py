"""Objects by the SHA-256 of their bytes, each a raw Snappy block: in memory while cases are recorded, or one file each,
`<digest>.ssz_snappy`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import cramjam

from axivon_spec.compiler.cache import write_atomically
from axivon_spec.runtime import ssz

SUFFIX = ".ssz_snappy"
KEPT = 4096  # digests remembered


class DamagedObject(ValueError):
    """An object's file is missing, or is not what its name says."""


class ObjectStore:
    """Objects in memory; with a folder, also its files. `put` writes an object once; writers that do so at once do not
    disturb each other."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._stored: dict[str, bytes] = {}
        self._digests: dict[tuple[str, bytes], str] = {}

    def put(self, data: bytes) -> str:
        """Store the bytes and return their digest."""
        digest = digest_of(data)
        if digest not in self._stored:
            self._stored[digest] = compress(data)
            if self.folder is not None and not (path := self.folder / (digest + SUFFIX)).exists():
                write_atomically(path, self._stored[digest])
        return digest

    def put_value(self, view: Any) -> str:
        """Store a value's encoding; one that was stored before is not encoded again."""
        key = ssz.type_name(type(view)), bytes(ssz.hash_tree_root(view))
        if key not in self._digests:
            if len(self._digests) >= KEPT:
                self._digests.clear()
            self._digests[key] = self.put(ssz.serialize(view))
        return self._digests[key]

    def get(self, digest: str) -> bytes:
        """The bytes of an object that was put here."""
        return decompress(digest, self._stored[digest])

    def stored(self, digest: str) -> bytes:
        """An object that was put here, compressed."""
        return self._stored[digest]


def digest_of(data: bytes) -> str:
    """What an object is called."""
    return hashlib.sha256(data).hexdigest()


def compress(data: bytes) -> bytes:
    return bytes(cramjam.snappy.compress_raw(data))


def decompress(digest: str, stored: bytes) -> bytes:
    """The bytes of a stored object, which must have this digest. Raises `DamagedObject`."""
    name = f"objects/{digest}{SUFFIX}"
    try:
        data = bytes(cramjam.snappy.decompress_raw(stored))
    except cramjam.DecompressionError as error:
        raise DamagedObject(f"{name} is damaged: {error}") from None
    if digest_of(data) != digest:
        raise DamagedObject(f"{name} is damaged: its bytes have another digest")
    return data
