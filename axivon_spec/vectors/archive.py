"""A set of vectors as one file for a release: the same bytes wherever it is packed."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from pathlib import Path

from axivon_spec import output
from axivon_spec.vectors.literals import encode_json
from axivon_spec.vectors.read import INDEX, VectorSet

Changes = dict[str, list[str]]  # added, removed, changed -> ids of cases


def changes(old: VectorSet, new: VectorSet) -> Changes:
    """Which cases differ from one set to another."""
    digest = {id: old.index["files"][f"cases/{id}.json"] for id in old.ids()}
    return {
        "added": [id for id in new.ids() if id not in digest],
        "removed": [id for id in old.ids() if id not in new.index["cases"]],
        "changed": [id for id in new.ids() if id in digest and new.index["files"][f"cases/{id}.json"] != digest[id]],
    }


def pack(published: VectorSet, out: Path, changed: Changes | None) -> str:
    """Write the archive `out` and its checksum in `<out>.sha256`, and where `changed` is given `<out>.changes.json`.
    Returns the checksum. Nothing in the archive depends on when, where or by whom it was packed; its compression
    depends on zlib."""
    content = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=content, mode="wb", mtime=0, compresslevel=9) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name in sorted([INDEX, *published.index["files"]]):
            data = (published.root / name).read_bytes()
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o644
            archive.addfile(entry, io.BytesIO(data))
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    written = {out.name: content.getvalue(), f"{out.name}.sha256": f"{digest}  {out.name}\n".encode()}
    if changed is not None:
        written[f"{out.name}.changes.json"] = encode_json(changed)
    for name, data in written.items():
        output.write(out.with_name(name), data)
    return digest
