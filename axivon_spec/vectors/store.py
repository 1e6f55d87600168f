"""Objects by the SHA-256 of their bytes, one file each: `<digest>.ssz_snappy`, a raw Snappy block."""

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
    """A folder of objects. `put` writes an object once; writers that do so at once do not disturb each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._written: set[str] = set()
        self._digests: dict[tuple[str, bytes], str] = {}

    def path(self, digest: str) -> Path:
        return self.folder / (digest + SUFFIX)

    def put(self, data: bytes) -> str:
        """Store the bytes and return their digest."""
        digest = hashlib.sha256(data).hexdigest()
        if digest not in self._written:
            if not self.path(digest).exists():
                write_atomically(self.path(digest), compress(data))
            self._written.add(digest)
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
        """The bytes of an object. Raises `DamagedObject`."""
        try:
            return decompress(digest, self.path(digest).read_bytes())
        except FileNotFoundError:
            raise DamagedObject(f"objects/{digest}{SUFFIX} is missing") from None


def compress(data: bytes) -> bytes:
    return bytes(cramjam.snappy.compress_raw(data))


def decompress(digest: str, stored: bytes) -> bytes:
    """The bytes of a stored object, which must have this digest. Raises `DamagedObject`."""
    name = f"objects/{digest}{SUFFIX}"
    try:
        data = bytes(cramjam.snappy.decompress_raw(stored))
    except cramjam.DecompressionError as error:
        raise DamagedObject(f"{name} is damaged: {error}") from None
    if hashlib.sha256(data).hexdigest() != digest:
        raise DamagedObject(f"{name} is damaged: its bytes have another digest")
    return data
